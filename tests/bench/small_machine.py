#!/usr/bin/env python3
"""Runs a program in a memory cgroup of so many MB, the system's cache of the files that it reads and writes included, and says what it took.

Usage: small_machine.py MEGABYTES COMMAND [ARGUMENT ...]        as root; on Linux with cgroups of version 1 or 2

A machine of that much memory, but for the kernel's own: pages that do not fit are read from the disk again. One JSON line at the end.
"""
import json
import os
import subprocess
import sys
import time

ROOT = "/sys/fs/cgroup"


def group_of(megabytes):
    """A new group with that limit, and the name of the file that tells the most it held."""
    is_one = os.path.isdir(ROOT + "/memory")
    group = f"{ROOT}{'/memory' if is_one else ''}/evenhand-bench-{os.getpid()}"
    if not is_one:
        with open(ROOT + "/cgroup.subtree_control", "w", encoding="ascii") as control:
            control.write("+memory")
    os.mkdir(group)
    with open(group + ("/memory.limit_in_bytes" if is_one else "/memory.max"), "w", encoding="ascii") as limit:
        limit.write(str(megabytes << 20))
    return group, "memory.max_usage_in_bytes" if is_one else "memory.peak"


def enter(group):
    with open(group + "/cgroup.procs", "w", encoding="ascii") as members:
        members.write(str(os.getpid()))


def main():
    if len(sys.argv) < 3 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    try:
        group, peak = group_of(int(sys.argv[1]))
    except OSError as error:
        sys.exit(f"no memory cgroup can be made here: {error}")
    try:
        begin = time.monotonic()
        done = subprocess.run(sys.argv[2:], preexec_fn=lambda: enter(group), check=False)
        seconds = time.monotonic() - begin
        with open(f"{group}/{peak}", encoding="ascii") as most:
            held = int(most.read()) / (1 << 20)
    finally:
        os.rmdir(group)
    print(json.dumps({"name": "in a machine of %s MB" % sys.argv[1], "seconds": round(seconds, 2), "held_mb": round(held, 1), "exit": done.returncode}))
    sys.exit(0 if done.returncode == 0 else 1)


if __name__ == "__main__":
    main()
