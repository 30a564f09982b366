#!/usr/bin/env python3
"""Holds the source tree to what CMake's calls and the house style say.

    python3 tests/tidy/tidy.py BUILD [--root FOLDER]      BUILD: a configured build folder, such as build/check

BUILD/folders.txt, written by cmake/folder.cmake, says which folder may include which, and which libraries it wraps.
One line per problem, "file:line: rule: what"; exit 1 when there is any. test_tidy.py plants one of each.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import libraries  # noqa: E402

LINES_MAX = 400
SOURCE_FOLDERS = ("core", "plugins", "sync", "apps", "tests")
NOT_OURS = {"build", "out", "node_modules", ".git", "__pycache__"}
SOURCES = (".h", ".cpp", ".c")
SCRIPTS = (".py", ".mjs", ".cmake", ".sh")
TEXTS = SOURCES + SCRIPTS + (".md", ".txt", ".json")
BARE_NAMES_IN = (".", ".ci", "setup")  # where a file without an ending is a script or a text
BAD_NAMES = {"util", "utils", "common", "misc", "helpers"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
PROMISES = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
# Bytes that no editor shows: C0 and C1 controls, zero-width and direction marks, a byte order mark.
HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
WHY_LONG = re.compile(r"400 lines")

Problem = collections.namedtuple("Problem", "path line rule what")
Folder = collections.namedtuple("Folder", "uses libraries built_in")
Include = collections.namedtuple("Include", "line is_ours name")


class Tree:
    """The files of one source tree, read once."""

    def __init__(self, root, build):
        self.root, self.build = root, build
        self.texts = {}
        for folder, names, files in os.walk(root):
            names[:] = sorted(n for n in names if n not in NOT_OURS)
            for name in sorted(files):
                path = pathlib.Path(folder, name)
                if name.endswith(TEXTS) or path.parent.relative_to(root).as_posix() in BARE_NAMES_IN and not path.suffix:
                    self.texts[path.relative_to(root).as_posix()] = path.read_bytes().decode("utf-8", "replace")
        self.includes = {path: list(includes_in(text)) for path, text in self.texts.items() if path.endswith(SOURCES)}
        self.folders = read_folders(build / "folders.txt")

    def sources(self):
        return [path for path in self.includes if path.split("/")[0] in SOURCE_FOLDERS]


def includes_in(text):
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield Include(number, found[1] == '"', found[2])


def read_folders(file):
    """folders.txt: "folder: uses | libraries | built-in", blanks between names."""
    folders = {}
    for line in file.read_text().splitlines():
        name, _, rest = line.partition(":")
        if name.strip():
            folders[name.strip()] = Folder(*([set(part.split()) for part in rest.split("|")] + [set()] * 3)[:3])
    return folders


def folder_of(path):
    return path.rpartition("/")[0]


def is_test(path):
    return path.startswith("tests/")


# --- Rules about includes -----------------------------------------------------------------------------------------

def check_edges(tree):
    for path in tree.sources():
        own = folder_of(path)
        if not is_test(path) and own not in tree.folders:
            yield Problem(path, 1, "folder", f"no evenhand_folder() call names {own}")
            continue
        for include in tree.includes[path]:
            if not include.is_ours:
                continue
            target = folder_of(include.name)
            if not target or include.name not in tree.texts:
                yield Problem(path, include.line, "include-names-no-folder", f'"{include.name}" is no path from the root to a file of ours')
            elif is_test(path):
                continue
            elif is_test(include.name):
                yield Problem(path, include.line, "edge", f"{own} is no test, but includes {include.name}")
            elif target != own and target not in tree.folders[own].uses:
                yield Problem(path, include.line, "edge", f"{own} may not include {target}: no USES in CMakeLists.txt says so")


def check_libraries(tree):
    wrapped = collections.defaultdict(set)
    for name, folder in tree.folders.items():
        for library in folder.libraries:
            wrapped[library].add(name)
            if library not in libraries.PREFIXES:
                yield Problem("CMakeLists.txt", 1, "library", f"{library} has no row in tests/tidy/libraries.py")
    for library, names in sorted(wrapped.items()):
        if len(names) > 1:
            yield Problem("CMakeLists.txt", 1, "library", f"one folder wraps a library, but {library} is wrapped by {', '.join(sorted(names))}")
    for path in tree.sources():
        if is_test(path):
            continue
        allowed = tree.folders.get(folder_of(path), Folder(set(), set(), set())).libraries
        for include in tree.includes[path]:
            if include.is_ours or libraries.is_system(include.name):
                continue
            owners = libraries.libraries_of(include.name)
            if not owners & allowed:
                yield Problem(path, include.line, "library", f"{folder_of(path)} may not include <{include.name}>: its LIBRARIES name none that brings it")


def check_cycles(tree):
    state = {}

    def walk(name, trail):
        state[name] = "open"
        for used in sorted(tree.folders[name].uses | tree.folders[name].built_in):
            if used not in tree.folders:
                yield Problem("CMakeLists.txt", 1, "cycle", f"{name} uses {used}, which no call makes")
            elif state.get(used) == "open":
                circle = (trail + [name])[(trail + [name]).index(used):] + [used]
                yield Problem("CMakeLists.txt", 1, "cycle", " -> ".join(circle))
            elif used not in state:
                yield from walk(used, trail + [name])
        state[name] = "done"

    for name in sorted(tree.folders):
        if name not in state:
            yield from walk(name, [])


def check_core_alone(tree):
    """core and sync, and the unit tests that mirror them, hang on no plugin and no program: whichever plugin goes, they stay."""
    for name in sorted(tree.folders):
        if is_core(name):
            above = sorted(used for used in used_below(tree, name) if is_above_core(used))
            if above:
                yield Problem("CMakeLists.txt", 1, "core-alone", f"{name} hangs on {above[0]}")
    for path in tree.sources():
        if is_core(path.removeprefix("tests/unit/")) and is_test(path):
            above = sorted(name for name in closure(tree, path) if is_above_core(name))
            if above:
                yield Problem(path, 1, "core-alone", f"a test of {folder_of(path).removeprefix('tests/unit/')} hangs on {above[0]}")


def is_core(name):
    return name.startswith(("core/", "sync/"))


def is_above_core(name):
    return name.startswith(("plugins/", "apps/"))


def used_below(tree, name):
    seen, left = set(), [name]
    while left:
        for used in tree.folders[left.pop()].uses & tree.folders.keys() - seen:
            seen.add(used)
            left.append(used)
    return seen


# --- Rules about what is built ------------------------------------------------------------------------------------

def check_built(tree):
    """Every source stands in the list of compile commands; a test that no target builds is a test that never fails."""
    commands = json.loads((tree.build / "compile_commands.json").read_text())
    built = {os.path.realpath(os.path.join(one["directory"], one["file"])) for one in commands}
    for path in tree.sources():
        if path.endswith((".cpp", ".c")) and os.path.realpath(tree.root / path) not in built:
            yield Problem(path, 1, "not-built", "no target of this build compiles it")


def closure(tree, path, seen=None):
    seen = set() if seen is None else seen
    if path in seen or path not in tree.includes:
        return seen
    seen.add(path)
    for include in tree.includes[path]:
        if include.is_ours:
            closure(tree, include.name, seen)
    return seen


def compile_alone(tree, header):
    language = ["gcc", "-std=c11", "-x", "c"] if header.startswith("plugins/abi/") else ["g++", "-std=c++20", "-x", "c++"]
    ran = subprocess.run([*language, "-fsyntax-only", "-Wall", "-I", str(tree.root), "-include", str(tree.root / header), os.devnull],
                         capture_output=True, text=True, timeout=300, check=False)
    return ran.returncode, ran.stderr


def check_headers_alone(tree):
    """Remembers by content, of the header and of all it includes, which ones compiled."""
    memory = tree.build / "headers-alone.json"
    known = set(json.loads(memory.read_text())) if memory.exists() else set()
    wanted = {}
    for header in (path for path in tree.sources() if path.endswith(".h")):
        sum_ = hashlib.sha256("\0".join(p + tree.texts[p] for p in sorted(closure(tree, header))).encode()).hexdigest()
        wanted[header] = sum_
    todo = [header for header, sum_ in wanted.items() if sum_ not in known]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outcomes = list(zip(todo, pool.map(lambda header: compile_alone(tree, header), todo)))
    failed = {header for header, (code, _) in outcomes if code != 0}
    memory.write_text(json.dumps(sorted(sum_ for header, sum_ in wanted.items() if header not in failed)))
    for header, (code, said) in outcomes:
        if code != 0:
            yield Problem(header, 1, "header-alone", "does not compile alone: " + next((l for l in said.splitlines() if "error" in l), said[:200]))


# --- Rules about texts --------------------------------------------------------------------------------------------

def top_comment(text):
    lines = text.splitlines()
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    top = []
    for line in lines:
        if not re.match(r'\s*(//|#(?!include)|\*|/\*|""")', line) and not (top and top[0].lstrip().startswith(('"""', "/*"))):
            break
        top.append(line)
        if len(top) > 1 and re.search(r'"""|\*/', line):
            break
    return "\n".join(top)


def check_texts(tree):
    for path, text in tree.texts.items():
        is_code = path.endswith(SOURCES + SCRIPTS) or (path.split("/")[0] in ("setup", ".ci") or path in ("run", "check"))
        if is_code and text.count("\n") > LINES_MAX and not WHY_LONG.search(top_comment(text)):
            yield Problem(path, 1, "long", f"{text.count(chr(10))} lines; past {LINES_MAX}, say why at the top (with the words \"400 lines\")")
        if path.endswith(".h") and not text.startswith(("///", "/*")):
            yield Problem(path, 1, "header-comment", "a header opens with what it is and what always holds")
        for number, line in enumerate(text.split("\n"), 1):
            if is_code and PROMISES.search(line):
                yield Problem(path, number, "promise", "a note to do something later; do it, or write it into docs/")
            hidden = HIDDEN.search(line)
            if hidden:
                yield Problem(path, number, "hidden-character", f"holds U+{ord(hidden[0]):04X}, which no editor shows; write an escape")


def check_places(tree):
    tops = sorted({path.split("/")[0] for path in tree.texts if "/" in path and not path.startswith(".")})
    for top in tops:
        if f"{top}/README.md" not in tree.texts:
            yield Problem(top, 1, "readme", "a top-level folder has a README.md of one screen")
    for folder in sorted({folder_of(path) for path in tree.texts}):
        if BAD_NAMES & set(folder.split("/")):
            yield Problem(folder, 1, "folder-name", "a folder's name says what is in it")


RULES = (check_edges, check_libraries, check_cycles, check_core_alone, check_built, check_headers_alone, check_texts, check_places)


def problems_of(root, build):
    tree = Tree(root, build)
    return sorted(problem for rule in RULES for problem in rule(tree)), tree


def main():
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("build", type=pathlib.Path)
    words.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    given = words.parse_args()
    found, tree = problems_of(given.root.resolve(), given.build.resolve())
    for problem in found:
        print(f"{problem.path}:{problem.line}: {problem.rule}: {problem.what}")
    print(f"tidy: {len(tree.texts)} files, {len(tree.folders)} folders, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
