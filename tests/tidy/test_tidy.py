"""Plants one breach of each rule in a small tree of its own, and expects tidy.py to name it and nothing else."""

import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import tidy  # noqa: E402

HEADER = "/// What it is.\n#pragma once\n"
CLEAN = {
    "core/README.md": "# core\n",
    "tests/README.md": "# tests\n",
    "core/base/result.h": HEADER + "#include <string>\nstruct Error { std::string what; };\n",
    "core/base/result.cpp": '#include "core/base/result.h"\n',
    "core/store/log.h": HEADER + '#include "core/base/result.h"\nstruct Log { Error last; };\n',
    "core/store/log.cpp": '#include "core/store/log.h"\n\n#include <lmdb.h>\n',
    "tests/unit/core/store/log.cpp": '#include <lmdb.h>\n#include "core/store/log.h"\n',
}
FOLDERS = "core/base:  |  | \ncore/store: core/base | lmdb | \n"


class Planted(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name).resolve()
        self.build = self.root / "build"
        self.build.mkdir()
        self.unbuilt = set()
        self.folders = FOLDERS
        for path, text in CLEAN.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def problems(self):
        sources = [str(p) for p in self.root.rglob("*.cpp") if str(p.relative_to(self.root)) not in self.unbuilt]
        (self.build / "compile_commands.json").write_text(json.dumps([{"directory": str(self.root), "file": s} for s in sources]))
        (self.build / "folders.txt").write_text(self.folders)
        return tidy.problems_of(self.root, self.build)[0]

    def expect(self, *wanted):
        """wanted: (path, rule) of every problem, in order."""
        self.assertEqual([(p.path, p.rule) for p in self.problems()], sorted(wanted))

    def test_a_clean_tree_has_no_problem(self):
        self.expect()

    def test_an_include_against_the_direction_of_the_house_fails(self):
        self.write("core/base/result.cpp", '#include "core/base/result.h"\n#include "core/store/log.h"\n')
        self.expect(("core/base/result.cpp", "edge"))

    def test_an_edge_is_not_inherited_from_a_folder_that_is_used(self):
        self.folders += "core/engine: core/store |  | \n"
        self.write("core/engine/engine.cpp", '#include "core/base/result.h"\n')
        self.expect(("core/engine/engine.cpp", "edge"))

    def test_shipping_code_that_includes_a_test_fails(self):
        self.write("tests/support/scratch.h", HEADER)
        self.write("core/store/log.cpp", '#include "tests/support/scratch.h"\n')
        self.expect(("core/store/log.cpp", "edge"))

    def test_a_core_folder_that_hangs_on_a_plugin_fails_however_far_below(self):
        self.folders += "core/engine: sync/near |  | \nsync/near: plugins/sdk |  | \nplugins/sdk:  |  | \n"
        self.expect(("CMakeLists.txt", "core-alone"), ("CMakeLists.txt", "core-alone"))

    def test_a_test_of_the_core_that_reaches_a_plugin_through_a_helper_fails(self):
        self.folders += "plugins/sdk:  |  | \n"
        self.write("plugins/README.md", "# plugins\n")
        self.write("plugins/sdk/document.h", HEADER)
        self.write("tests/support/made.h", HEADER + '#include "plugins/sdk/document.h"\n')
        self.write("tests/unit/core/store/log.cpp", '#include "tests/support/made.h"\n')
        self.write("tests/unit/plugins/sdk/document.cpp", '#include "plugins/sdk/document.h"\n')
        self.expect(("tests/unit/core/store/log.cpp", "core-alone"))

    def test_an_include_that_names_no_folder_fails(self):
        self.write("core/store/log.cpp", '#include "log.h"\n')
        self.expect(("core/store/log.cpp", "include-names-no-folder"))

    def test_an_include_of_a_file_that_is_not_there_fails(self):
        self.write("core/store/log.cpp", '#include "core/base/gone.h"\n')
        self.expect(("core/store/log.cpp", "include-names-no-folder"))

    def test_a_folder_without_a_call_fails(self):
        self.write("core/loose/loose.cpp", "int loose;\n")
        self.expect(("core/loose/loose.cpp", "folder"))

    def test_a_library_outside_the_folder_that_wraps_it_fails(self):
        self.write("core/base/result.cpp", "#include <lmdb.h>\n")
        self.expect(("core/base/result.cpp", "library"))

    def test_a_library_that_no_call_declares_fails(self):
        self.write("core/base/result.cpp", "#include <zlib.h>\n")
        self.expect(("core/base/result.cpp", "library"))

    def test_a_library_wrapped_by_two_folders_fails(self):
        self.folders = "core/base:  | lmdb | \ncore/store: core/base | lmdb | \n"
        self.expect(("CMakeLists.txt", "library"))

    def test_folders_that_use_each_other_fail(self):
        self.folders = "core/base: core/store |  | \ncore/store: core/base | lmdb | \n"
        self.expect(("CMakeLists.txt", "cycle"))

    def test_a_longer_circle_fails_too(self):
        self.folders = FOLDERS + "a: b |  | \nb: c |  | \nc:  |  | a\n"
        found = self.problems()
        self.assertEqual([p.rule for p in found], ["cycle"])
        self.assertEqual(found[0].what, "a -> b -> c -> a")

    def test_a_header_that_does_not_compile_alone_fails(self):
        self.write("core/base/result.h", HEADER + "struct Error { std::string what; };\n")
        self.expect(("core/base/result.h", "header-alone"), ("core/store/log.h", "header-alone"))

    def test_a_header_mended_after_a_failure_passes_and_one_broken_after_a_success_fails(self):
        self.expect()
        self.write("core/store/log.h", HEADER + "struct Log { Missing last; };\n")
        self.expect(("core/store/log.h", "header-alone"))
        self.write("core/store/log.h", CLEAN["core/store/log.h"])
        self.expect()

    def test_a_header_is_compiled_again_when_one_that_it_includes_changed(self):
        self.expect()
        self.write("core/base/result.h", HEADER + "struct Fault {};\n")
        self.expect(("core/store/log.h", "header-alone"))

    def test_a_test_that_no_target_builds_fails(self):
        self.unbuilt = {"tests/unit/core/store/log.cpp"}
        self.expect(("tests/unit/core/store/log.cpp", "not-built"))

    def test_a_long_file_without_a_reason_fails_and_with_one_passes(self):
        lines = "int n;\n" * 401
        self.write("core/base/result.cpp", lines)
        self.expect(("core/base/result.cpp", "long"))
        self.write("core/base/result.cpp", "// More than 400 lines: one table.\n" + lines)
        self.expect()

    def test_a_header_without_a_comment_fails(self):
        self.write("core/store/log.h", '#pragma once\n#include "core/base/result.h"\n')
        self.expect(("core/store/log.h", "header-comment"))

    def test_a_note_to_do_something_later_fails(self):
        for word in ("TO" "DO", "FIX" "ME"):
            self.write("core/base/result.cpp", f"// {word}: later\n")
            self.expect(("core/base/result.cpp", "promise"))

    def test_a_character_that_no_editor_shows_fails(self):
        for character in ("\u202e", "\u200b", "\x07", "\ufeff"):
            self.write("core/base/result.cpp", f"// a{character}b\n")
            self.expect(("core/base/result.cpp", "hidden-character"))

    def test_letters_beyond_ascii_are_welcome(self):
        self.write("core/base/result.cpp", "// naïve, Łódź, 語 – “quoted”\n")
        self.expect()

    def test_a_top_level_folder_without_a_readme_fails(self):
        self.write("data/numbers.json", "{}\n")
        self.expect(("data", "readme"))

    def test_a_folder_called_util_fails(self):
        self.write("tests/util/x.md", "x\n")
        self.expect(("tests/util", "folder-name"))


if __name__ == "__main__":
    unittest.main()
