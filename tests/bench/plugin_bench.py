"""What installed plugins cost: the start of the program with 200 of them, and a save until the page is made anew.

    plugin_bench.py BUILD-FOLDER

Figures are medians; a ratio beside each time says more than the time on a busy machine. Goals: 200 plugins add at most 10 ms,
a save is a new page within 300 ms.
"""

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


def alternately(program, folder, first, second):
    """Both in turn, so that a busy moment of the machine meets both."""
    times = ([], [])
    for _ in range(RUNS):
        for kept, words in zip(times, (first, second)):
            began = time.perf_counter()
            run(program, folder, *words)
            kept.append((time.perf_counter() - began) * 1000)
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


def main():
    program = pathlib.Path(sys.argv[1]).resolve() / "bin/evenhand"
    folder = pathlib.Path(tempfile.mkdtemp(prefix="evenhand-plugin-bench-"))
    try:
        run(program, folder, "init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT")
        install_many(program, folder)
        with_them, without = alternately(program, folder, ("report", "list"), ("--safe", "report", "list"))
        print(f"start with {PLUGINS} installed plugins: {with_them:.1f} ms, without: {without:.1f} ms, ratio {with_them / without:.2f}, added {with_them - without:.1f} ms (goal: 10)")
        reading, bare = alternately(program, folder, ("evidence", "list"), ("version",))
        print(f"a command that makes no report, with them installed: {reading:.1f} ms (version alone: {bare:.1f} ms)")
        print(f"a pack saved until its page is made anew: {time_saves(program, folder):.1f} ms (goal: 300)")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
