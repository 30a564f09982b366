#!/usr/bin/env python3
"""First replication and catch-up beside PouchDB's, alternated in one run; medians of five.

Usage: compare.py BUILD [DOCUMENTS = 20000] [ROUNDS = 5]. One JSON line per measurement: ours, theirs, the ratio, and what each side
guarantees when it is done. Ours counts twice: until events are verified and stored, and until they are folded into records as well,
which is when they can be read. In the first replication each of our replicas has a thread of its own; PouchDB's two share node's.
Times go by the clock, and by the processor time of all threads, which other programs on the machine hardly change. PouchDB is installed by npm into BUILD/pouchdb from the lock file beside this script; when that
does not work, one line says that the comparison was left out.
"""
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 5
OURS = "every hash and seal verified, fsync before the receipt, whole history kept"
OURS_FOLDED = OURS + "; folded into records"
GOALS = {"first": 20.0, "catch-up": 2.0}
THEIRS = "no proof of authorship, LevelDB without fsync per batch, only leaf revisions replicated; both in one process, no network"


def left_out(why):
    print(json.dumps({"name": "replication beside PouchDB", "left_out": why}), flush=True)
    sys.exit(0)


def install(folder):
    if not shutil.which("node") or not shutil.which("npm"):
        left_out("node or npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, folder / name)
    try:
        done = subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=folder, capture_output=True, timeout=300)
    except subprocess.TimeoutExpired:
        left_out("npm took longer than five minutes")
    if done.returncode != 0:
        left_out("npm could not install it")
    return folder / "node_modules"


def run(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    if done.returncode != 0:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def ours_once(build, documents):
    lines = {line["name"]: line["median"] for line in run([os.path.join(build, "bin", "sync_bench"), str(documents)])}
    first, catch_up = "first sync, plain: verified and stored", "catch-up of 100 events in 10 chains: verified and stored"
    first_folded, catch_up_folded = "first sync: folded in memory", "catch-up of 100 events in 10 chains: folded"
    first_cpu = lines["first sync, plain: the sender's CPU"] + lines["first sync, plain: the receiver's CPU"]
    stored = {"first": (lines[first], first_cpu), "catch-up": (lines[catch_up], lines[f"{catch_up}, CPU"])}
    folded = {"first": (lines[first_folded], lines[f"{first_folded}, CPU"]), "catch-up": (lines[catch_up_folded], lines[f"{catch_up_folded}, CPU"])}
    return {**stored, **{f"{what}, folded": tuple(a + b for a, b in zip(stored[what], folded[what])) for what in stored}}


def theirs_once(modules, documents):
    with tempfile.TemporaryDirectory() as folder:
        line = run(["node", str(HERE / "replicate.js"), str(modules), folder, str(documents)])[-1]
    return {what: (line[key]["seconds"], line[key]["cpu"]) for what, key in (("first", "first"), ("catch-up", "catch_up"))}


def middles(runs, what):
    return (statistics.median(one[what][i] for one in runs) for i in range(2))


def main():
    build = os.path.abspath(sys.argv[1])
    documents = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    modules = install(pathlib.Path(build) / "pouchdb")
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else ROUNDS
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(ours_once(build, documents))
        theirs.append(theirs_once(modules, documents))
    names = {"first": f"first replication of {documents} documents of 400 bytes", "catch-up": f"catch-up of 100 in {documents}"}
    for what, name in names.items():
        other, other_cpu = middles(theirs, what)
        for key, until, gives in ((what, "stored", OURS), (f"{what}, folded", "stored and folded", OURS_FOLDED)):
            mine, mine_cpu = middles(ours, key)
            ratio = other / mine
            line = {"name": f"{name}: {until}", "unit": "s", "median": round(mine, 4), "pouchdb": round(other, 4), "times_as_fast": round(ratio, 1),
                    "cpu": round(mine_cpu, 4), "pouchdb_cpu": round(other_cpu, 4), "cpu_ratio": round(other_cpu / mine_cpu, 1)}
            if key.endswith("folded"):
                line |= {"goal": GOALS[what], "met": ratio >= GOALS[what]}
            print(json.dumps(line | {"runs": rounds, "ours_gives": gives, "pouchdb_gives": THEIRS}), flush=True)


if __name__ == "__main__":
    main()
