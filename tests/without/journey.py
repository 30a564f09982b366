#!/usr/bin/env python3
"""A desk's journey with a program that was built without some plugin: everything else works, and what is missing is said in a sentence.

    journey.py PROGRAM WHOLE_PROGRAM PLUGIN_FOLDER...     PLUGIN_FOLDER: what PROGRAM was built without, such as plugins/report
"""

import json
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMONSTRATION = ROOT / "data/demonstration/fenmarsh-2025-26.json"
SEVERAL = {"comparison", "comparison-table"}  # reports of several organisations


class Desk:
    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def run(self, *words):
        return subprocess.run([self.program, "--workspace", self.folder / "ws", *words], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120)

    def good(self, *words):
        ran = self.run(*words)
        assert ran.returncode == 0, f"{' '.join(map(str, words))}: exit {ran.returncode}\n{ran.stdout[-2000:]}{ran.stderr[-2000:]}"
        return ran.stdout

    def json(self, *words):
        return json.loads(self.good(*words, "--json"))


def manifests(folders):
    return [json.loads((ROOT / folder / "plugin.json").read_text(encoding="utf-8")) for folder in folders]


def ids_of(plugins, key):
    return {one["id"] for plugin in plugins for one in plugin["contributes"].get(key, [])}


def begin(desk):
    """From nothing: the core alone."""
    desk.good("init", "--name", "Fenmarsh Integrated Care Board", "--short-name", "FICB", "--device", "desk")
    created = desk.good("import", DEMONSTRATION)
    assert "Created " in created, created
    desk.good("--org", "Northmere", "evidence", "add", "Interpreters at every appointment", "--outcome", "1A")
    desk.good("--org", "Northmere", "action", "add", "Send text messages")


def core(desk, folder):
    """Reading, deciding, taking out and folding again."""
    card = desk.json("--org", "Northmere", "scorecard")
    assert card, "no scorecard"
    assert "EDS 2025/26" in desk.good("--org", "Northmere", "status")
    desk.good("conflict", "list")
    desk.good("export", "all", "--to", folder / "out")
    files = list((folder / "out").rglob("*.json"))
    assert any("evidence" in file.name for file in files), files
    desk.good("rebuild")
    desk.good("doctor")
    desk.good("undo", "--yes")
    assert desk.json("--org", "Northmere", "scorecard") == card, "the scorecard changed by undoing an action"


def reports_of_the_others(desk, whole, missing, folder):
    others = {one["id"] for one in whole.json("report", "list")} - missing
    listed = {one["id"] for one in desk.json("report", "list")}
    assert listed == others, f"listed {sorted(listed)}, expected {sorted(others)}"
    for report in sorted(others):
        to = folder / f"{report}.json"
        desk.good(*(() if report in SEVERAL else ("--org", "Northmere")), "report", "run", report, "--to", to)
        same = folder / f"{report}-whole.json"
        whole.good(*(() if report in SEVERAL else ("--org", "Northmere")), "report", "run", report, "--to", same)
        assert to.read_bytes() == same.read_bytes(), f"{report} is another one without the plugin"


def what_is_missing_says_so(desk, plugins):
    left = desk.json("report", "list")
    page = desk.good("--org", "Northmere", "dashboard")
    for card in (one for plugin in plugins for one in plugin["contributes"]["reports"] if one.get("place") == "card"):
        assert card["title"] not in page, page
    assert left or "No plugin here has a card." in page, page
    for report in sorted(ids_of(plugins, "reports")):
        ran = desk.run("--org", "Northmere", "report", "run", report)
        assert ran.returncode == 5, (report, ran.returncode, ran.stderr)
        assert f'there is no report called "{report}"' in ran.stderr, ran.stderr
        next_step = f"Choose one of: {left[0]['id']}" if left else "Install a plugin that has it"
        assert next_step in ran.stderr, ran.stderr
    for export in sorted(ids_of(plugins, "exports")):
        ran = desk.run("--org", "Northmere", "export", export)
        assert ran.returncode in (2, 5) and export in ran.stderr and ". " in ran.stderr, (export, ran.returncode, ran.stderr)
    for plugin in plugins:
        ran = desk.run("plugin", "info", plugin["id"])
        assert ran.returncode == 5 and "evenhand plugin list" in ran.stderr, ran.stderr
        for command in plugin["contributes"].get("commands", []):
            ran = desk.run("--org", "Northmere", "plugin", "run", plugin["id"], command["id"])
            assert ran.returncode in (2, 5) and plugin["id"] in ran.stderr, (command["id"], ran.returncode, ran.stderr)


def main():
    program, whole_program, *folders = sys.argv[1:]
    plugins = manifests(folders)
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        desk, whole = Desk(program, folder), Desk(whole_program, folder)
        begin(desk)
        core(desk, folder)
        reports_of_the_others(desk, whole, ids_of(plugins, "reports"), folder)
        what_is_missing_says_so(desk, plugins)
    print(f"without {', '.join(folders)}: the rest works")


if __name__ == "__main__":
    main()
