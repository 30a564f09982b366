"""What installed plugins cost: the start of the program with 200 of them, and a save until the page is made anew.

    plugin_bench.py BUILD-FOLDER

One JSON line per measurement, medians of runs in turn; a ratio says more than a time on a busy machine. Goals: 200 plugins add at most 10 ms,
a save is a new page within 300 ms.
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PLUGINS = 200
RUNS = 21


def run(program, folder, *words, quiet=True):
    environment = dict(os.environ, EVENHAND_WORKSPACE=str(folder / "ws"))
    return subprocess.run([program, *words], check=True, env=environment, cwd=folder, capture_output=quiet, text=True).stdout


def processor_ms(program, folder, *words):
    """Processor time of one run: what others do meanwhile on the machine does not count."""
    environment = dict(os.environ, EVENHAND_WORKSPACE=str(folder / "ws"))
    process = subprocess.Popen([program, *words], env=environment, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(words)} ended with {process.returncode}")
    return (usage.ru_utime + usage.ru_stime) * 1000


def alternately(program, folder, first, second):
    """Both in turn, so that a busy moment of the machine meets both."""
    times = ([], [])
    for _ in range(RUNS):
        for kept, words in zip(times, (first, second)):
            kept.append(processor_ms(program, folder, *words))
    return statistics.median(times[0]), statistics.median(times[1])


def install_many(program, folder):
    run(program, folder, "plugin", "new", "report", "Walks", "--to", "walks")
    for number in range(PLUGINS):
        copy = folder / f"p{number}"
        shutil.copytree(folder / "walks", copy)
        manifest = copy / "plugin.json"
        manifest.write_text(manifest.read_text().replace("org.example.walks", f"org.example.walks-{number}").replace('"id": "walks"', f'"id": "walks-{number}"'))
        run(program, folder, "plugin", "install", str(copy), "--yes")
        shutil.rmtree(copy)
        if number == 0:
            shutil.copytree(folder / "ws", folder / "one")


def time_saves(program, folder):
    watcher = subprocess.Popen([program, "plugin", "dev", "walks"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    template = folder / "walks/templates/walks.md"
    times = []
    try:
        watcher.stdout.readline()  # the page as it is
        for number in range(RUNS):
            text = template.read_text()
            began = time.perf_counter()
            template.write_text(text + f"\nSaved {number}.\n")
            watcher.stdout.readline()
            times.append((time.perf_counter() - began) * 1000)
    finally:
        watcher.terminate()
        watcher.wait()
    return statistics.median(times)


def tell(name, median, goal, **more):
    print(json.dumps({"name": name, "unit": "ms", "median": round(median, 1), "goal": goal, "met": median <= goal, **more}), flush=True)


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "bin/evenhand"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="evenhand-plugin-bench-"))
    try:
        run(program, folder, "init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT")
        install_many(program, folder)
        one = ("--workspace", str(folder / "one"))
        with_them, without = alternately(program, folder, ("report", "list"), (*one, "report", "list"))
        tell(f"added to a start by {PLUGINS} installed plugins, against one", with_them - without, 10, ratio=round(with_them / without, 2))
        reading, bare = alternately(program, folder, ("evidence", "list"), ("--safe", "evidence", "list"))
        tell("added by them to a command that makes no report", reading - bare, 10)
        tell("a pack saved until its page is made anew", time_saves(program, folder), 300)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
