#!/usr/bin/env python3
"""The unit tests of core and sync hold no plugin's code: nothing of one is linked into their programs.

    linked.py BIN     BIN: the folder of the built programs
"""

import pathlib
import re
import subprocess
import sys


def entries(program):
    symbols = subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout
    return sorted(set(re.findall(r" [Tt] (evenhand_plugin_[a-z]+)$", symbols, re.M)))


def main():
    folder = pathlib.Path(sys.argv[1])
    assert len(entries(folder / "evenhand")) >= 6, "the program itself has no plugin: this check cannot see any"
    programs = sorted(folder.glob("unit_core_*")) + sorted(folder.glob("unit_sync_*"))
    assert len(programs) >= 15, f"only {len(programs)} programs of core and sync are built"
    found = {program.name: entries(program) for program in programs if entries(program)}
    assert not found, found
    print(f"{len(programs)} programs without a plugin")


if __name__ == "__main__":
    main()
