"""docs/plugin-guide.md, word for word: its commands run in an empty folder, its code is what the program writes.

The SDK is installed into a folder of its own first, so the native plugin is built out of tree, with find_package and again
with pkg-config. Usage: test_plugin_guide.py BUILD-FOLDER
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)
NAMES = {"pack": ("Actions by lead", "actions-by-lead"), "native": ("Actions in C++", "actions-in-c")}


def blocks():
    return [(m.group(1), m.group(2).strip(), m.group(3)) for m in BLOCK.finditer((ROOT / "docs/plugin-guide.md").read_text(encoding="utf-8"))]


def shell_of(note):
    return "".join(text for language, words, text in blocks() if language == "sh" and words == note)


class Guide(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="evenhand-guide-"))
        cls.prefix = cls.folder / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--component", "sdk", "--prefix", cls.prefix], check=True, stdout=subprocess.DEVNULL)
        cls.desk = cls.folder / "desk"
        cls.desk.mkdir()
        cls.environment = dict(os.environ, PATH=f"{BUILD / 'bin'}:{os.environ['PATH']}", EVENHAND_WORKSPACE=str(cls.folder / "ws"), CMAKE_PREFIX_PATH=str(cls.prefix),
                               PKG_CONFIG_PATH=str(cls.prefix / "share/pkgconfig"), LC_ALL="C.UTF-8")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def shell(self, text, folder=None):
        began = time.monotonic()
        ran = subprocess.run(["sh", "-eu", "-c", text], cwd=folder or self.desk, env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=600)
        self.assertEqual(ran.returncode, 0, f"{text}\n{ran.stdout}{ran.stderr}")
        return time.monotonic() - began, ran.stdout

    def test_1_code_in_the_guide_is_what_the_program_writes(self):
        cut = [(words.removeprefix("cut="), text) for _, words, text in blocks() if words.startswith("cut=")]
        self.assertEqual(len(cut), 4)
        for name, text in cut:
            if name.startswith("plugins/"):  # out of what we ship
                self.assertIn(text, (ROOT / name).read_text(encoding="utf-8"), name)
                continue
            title, word = NAMES[name.split("/")[0]]
            written = (ROOT / "data/scaffolds" / name).read_text(encoding="utf-8").replace("@TITLE@", title).replace("@ID@", word)
            self.assertEqual(text, written, name)

    def test_2_a_first_pack_report_comes_out_of_the_commands_as_they_stand(self):
        took, _ = self.shell(shell_of(""))
        self.assertTrue((self.desk / "report.docx").read_bytes().startswith(b"PK"))
        self.assertIn("Status", (self.desk / "actions-by-lead/actions-by-lead.html").read_text(encoding="utf-8"))
        lines = sum(len((self.desk / "actions-by-lead" / name).read_text().splitlines()) for name in ("plugin.json", "reports/actions-by-lead.json", "templates/actions-by-lead.md"))
        print(f"first pack report: {len(shell_of('').splitlines())} commands, {lines} lines, {took:.1f} s of machine time")
        self.assertLessEqual(lines, 60)

    def test_3_a_first_native_report_comes_out_of_the_commands_as_they_stand(self):
        took, said = self.shell(shell_of("native"))
        self.assertIn("report actions-in-c", said)
        self.assertIn("Send text messages", (self.desk / "native.html").read_text(encoding="utf-8"))
        lines = sum(len((self.desk / "actions-native" / name).read_text().splitlines()) for name in ("plugin.json", "report.cpp", "CMakeLists.txt"))
        print(f"first native report: {len(shell_of('native').splitlines())} commands, {lines} lines, {took:.1f} s of machine time")
        self.assertLessEqual(lines, 60)

    def test_4_minisign_itself_verifies_the_signature(self):
        if shutil.which("minisign") is None:
            self.skipTest("minisign is not installed here (setup/packages.txt)")
        self.shell("minisign -V -m native.evhp -p author.key.pub")

    def test_5_our_example_builds_out_of_tree_with_pkg_config_and_runs_installed(self):
        example = self.desk / "example"
        shutil.copytree(ROOT / "plugins/example", example)
        self.shell("c++ $(pkg-config --cflags evenhand-sdk) -O1 -fPIC -shared plugin.cpp -o plugin.so", example)
        symbols = subprocess.run(["nm", "-D", "--defined-only", example / "plugin.so"], capture_output=True, text=True, check=True).stdout.split("\n")
        ours = [line.split()[-1] for line in symbols if line and "evenhand" in line]
        self.assertEqual(ours, ["evenhand_plugin_1"])
        self.shell("evenhand plugin pack example --to example.evhp && evenhand plugin install example.evhp --unsigned --yes --consent aggregate && evenhand report run outreach --to outreach.html")

    def test_6_the_scaffold_of_a_built_in_plugin_is_in_order_and_compiles(self):
        self.shell(shell_of("linked"))
        self.assertTrue((self.desk / "linked_in/sample.json").is_file() and (self.desk / "linked_in/golden/linked-in.json").is_file())
        self.shell("c++ $(pkg-config --cflags evenhand-sdk) -Wall -Wextra -Werror -c linked_in/plugin.cpp -o linked.o")
        defined = subprocess.run(["nm", "--defined-only", "--extern-only", self.desk / "linked.o"], capture_output=True, text=True, check=True).stdout
        self.assertIn(" T evenhand_plugin_linked_in\n", defined)

    def test_7_our_plugin_of_every_kind_stands_the_test_as_the_guide_runs_it(self):
        _, said = self.shell(shell_of("sources"), ROOT)
        self.assertEqual(said.count("checks passed."), 2, said)
        for about in ("report actions-due", "projection actions", "validator owner-and-date", "export action-list", "command note-gaps"):
            for check in ("golden", "determinism", "samples", "canaries", "odd inputs"):
                self.assertIn(f"passed  {check} ({about})", said)
        self.assertIn("passed  arrival (projection actions)", said)

    def test_8_our_native_example_stands_the_test_in_its_worker(self):
        self.shell("cp %s/plugins/example/plugin.so example/" % BUILD)
        _, said = self.shell("evenhand plugin test example")
        self.assertIn("passed  golden (report outreach)", said)
        self.assertIn("checks passed.", said)
        (self.desk / "example/golden/outreach.json").write_text("{}\n", encoding="utf-8")
        ran = subprocess.run(["evenhand", "plugin", "test", "example"], cwd=self.desk, env=self.environment, capture_output=True, text=True, check=False)
        self.assertEqual(ran.returncode, 3, ran.stdout + ran.stderr)
        self.assertIn("FAILED  golden (report outreach)", ran.stdout)
        self.assertIn("1 of 8 checks failed.", ran.stdout)


if __name__ == "__main__":
    unittest.main()
