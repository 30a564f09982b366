#!/usr/bin/env python3
"""Runs every fuzz target for a while, from its seeds and what earlier runs learned.

    run.py --build build/sanitize [--seconds 10] [--jobs 2] [NAME...]

What a target learns stays in BUILD/corpus/NAME. An input that breaks it is kept in BUILD/found/NAME, and the way to
play it again is printed. Exit 1 when anything was found, or a target did not run.
"""

import argparse
import concurrent.futures
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
INPUT_BYTES_MAX = 1 << 16
MEMORY_MB_MAX = 1024
FOUND = ("crash-", "leak-", "timeout-", "oom-")


def names_in(folder):
    return sorted(path.stem for path in folder.glob("*.cpp") if path.stem not in ("player", "make_seeds"))


def run_one(build, name, seconds):
    corpus, found = build / "corpus" / name, build / "found" / name
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    folders = [str(f) for f in (corpus, build / "seeds" / name, HERE / "found" / name) if f.is_dir()]
    ran = subprocess.run([str(build / "bin" / f"fuzz_{name}"), f"-max_total_time={seconds}", f"-max_len={INPUT_BYTES_MAX}", "-timeout=5",
                          f"-rss_limit_mb={MEMORY_MB_MAX}", "-print_final_stats=1", f"-artifact_prefix={found}/", *folders],
                         capture_output=True, text=True, errors="replace", timeout=seconds * 3 + 300, check=False)
    executed = re.search(r"number_of_executed_units:\s*(\d+)", ran.stderr)
    new = sorted(path for path in set(found.iterdir()) - before if path.name.startswith(FOUND))
    return name, ran, int(executed[1]) if executed else 0, new


def report(build, name, ran, executed, new):
    good = ran.returncode == 0 and executed > 0 and not new
    print(f"{'ok  ' if good else 'FAIL'} {name}: {executed} inputs", flush=True)
    if good:
        return True
    print(ran.stderr[-4000:])
    for path in new:
        print(f"     again:  {build / 'bin' / ('fuzz_' + name)} {path}")
        print(f"     when it is mended, keep the input:  cp {path} {HERE / 'found' / name}/ (a name that says what it was)")
    return False


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--build", type=pathlib.Path, required=True)
    words.add_argument("--seconds", type=int, default=10)
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("names", nargs="*")
    given = words.parse_args()
    build = given.build.resolve()
    subprocess.run([str(build / "bin/make_seeds"), str(ROOT), str(build / "seeds")], check=True)
    names = given.names or names_in(HERE)
    with concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        outcomes = [report(build, *one) for one in pool.map(lambda name: run_one(build, name, given.seconds), names)]
    print(f"{len(outcomes)} targets, {outcomes.count(False)} with findings")
    return 0 if outcomes and all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
