#!/usr/bin/env python3
"""Times whole runs of the program: cold status on a small and a large workspace, and a report of a full real cycle.

Usage: program_bench.py BUILD [EVENTS]. One JSON line per measurement; medians of seven runs. Cold means that the page
cache was dropped before each run, where this user may do so; the line says which.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 7


def drop_caches():
    try:
        os.sync()
        with open("/proc/sys/vm/drop_caches", "w") as file:
            file.write("3")
        return True
    except OSError:
        return False


def run(command):
    before = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    talk = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}: {talk.decode(errors='replace')}")
    return (time.monotonic() - before) * 1000, usage.ru_maxrss / 1024


def measure(name, command, goal_ms, goal_mb=None, cold=False):
    was_cold = False
    times, sizes = [], []
    for _ in range(RUNS):
        was_cold = drop_caches() if cold else False
        milliseconds, megabytes = run(command)
        times.append(milliseconds)
        sizes.append(megabytes)
    line = {"name": name, "unit": "ms", "median": round(statistics.median(times), 1), "goal": goal_ms,
            "met": statistics.median(times) <= goal_ms, "memory_mb": round(max(sizes), 1)}
    if goal_mb:
        line["memory_goal_mb"] = goal_mb
        line["memory_met"] = max(sizes) <= goal_mb
    if cold:
        line["page_cache_dropped"] = was_cold
    print(json.dumps(line), flush=True)


def main():
    build = sys.argv[1]
    events = sys.argv[2] if len(sys.argv) > 2 else "1000000"
    program = os.path.join(build, "bin", "evenhand")
    with tempfile.TemporaryDirectory() as folder:
        demo = os.path.join(folder, "demo")
        subprocess.run([program, "demo", "--to", demo], check=True, stdout=subprocess.DEVNULL)
        published = os.path.join(demo, "published")
        measure("status, two published cycles", [program, "--workspace", published, "status"], 300, 64, cold=True)
        for form in ("html", "docx", "xlsx"):
            measure(f"report run eds-report, CCS, {form}",
                    [program, "--workspace", published, "--org", "CCS", "report", "run", "eds-report", "--format", form, "--to",
                     os.path.join(folder, "report." + form)], 1000)
        large = os.path.join(folder, "large")
        subprocess.run([os.path.join(build, "bin", "fill_workspace"), large, events], check=True)
        measure(f"status, {events} events", [program, "--workspace", large, "status"], 300, 64, cold=True)


if __name__ == "__main__":
    main()
