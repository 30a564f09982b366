"""setup/install and ./run, with every tool they call replaced by one that writes down how it was called."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
STUB = """#!/bin/sh
echo "$(basename "$0") ${DEBIAN_FRONTEND:-} $*" >> "$CALLS"
case "$(basename "$0")" in
  dpkg-query) printf 'installed ccache, \\ninstalled nodejs, npm, nodejs-doc (= 1)\\nnot-installed ninja-build, \\n' ;;
  apt-get) [ "${APT:-works}" = works ] ;;
  id) echo "${USER_ID:-0}" ;;
  sudo) exec "$@" ;;
  cmake) mkdir -p build/release && touch build/release/build.ninja ;;
  ninja) echo "[1/1] built"; echo "ninja: no work to do." ;;
esac
"""
PROGRAM = """#!/bin/sh
echo "$PWD|$*|$(cat)"
echo talk >&2
exit 7
"""


class Setup(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.root = pathlib.Path(scratch.name).resolve() / "clone with a blank"
        self.tools = self.root.parent / "tools"
        self.calls = self.root.parent / "calls"
        shutil.copytree(ROOT / "setup", self.root / "setup")
        for name in ("run", "CMakePresets.json"):
            shutil.copy(ROOT / name, self.root / name)
        self.tools.mkdir()
        for name in ("dpkg-query", "apt-get", "id", "sudo", "cmake", "ninja"):
            self.write(self.tools / name, STUB)
        self.write(self.root / "build/release/bin/evenhand", PROGRAM)
        self.packages("ccache")

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)

    def packages(self, *run):
        (self.root / "setup/packages.txt").write_text("# for a test\n[run]\n" + "\n".join(run) + "\n\n[check]\nnpm\n")

    def ran(self, *words, cwd=None, text="", **variables):
        self.calls.write_text("")
        environment = {"PATH": f"{self.tools}:{os.environ['PATH']}", "CALLS": str(self.calls), "EVENHAND_RETRY_S": "0", **variables}
        return subprocess.run(words, cwd=cwd or self.root.parent, env=environment, input=text, capture_output=True, text=True, timeout=60, check=False)

    def called(self, name):
        return [line for line in self.calls.read_text().splitlines() if line.startswith(name + " ")]

    def test_nothing_is_said_or_fetched_when_nothing_is_missing(self):
        ran = self.ran(self.root / "setup/install", "check")
        self.assertEqual((ran.returncode, ran.stdout, ran.stderr), (0, "", ""))
        self.assertEqual(self.called("apt-get"), [])

    def test_only_what_is_missing_is_installed_without_questions(self):
        self.packages("ccache", "ninja-build", "nodejs-doc", "zlib-of-no-one")
        ran = self.ran(self.root / "setup/install", "run")
        self.assertEqual((ran.returncode, ran.stdout), (0, ""))
        update, install = self.called("apt-get")
        self.assertIn("noninteractive", update)
        self.assertTrue(install.endswith("install --no-install-recommends ninja-build zlib-of-no-one"), install)
        self.assertEqual(self.called("sudo"), [])

    def test_sudo_is_used_only_by_those_who_are_not_root(self):
        self.packages("ninja-build")
        self.assertEqual(self.ran(self.root / "setup/install", "run", USER_ID="1000").returncode, 0)
        self.assertEqual(len(self.called("sudo")), 2)

    def test_a_package_that_cannot_be_had_is_named_with_the_way_to_install_it_by_hand(self):
        self.packages("ninja-build")
        ran = self.ran(self.root / "setup/install", "run", APT="fails")
        self.assertEqual((ran.returncode, ran.stdout), (1, ""))
        self.assertIn("Not installed: ninja-build", ran.stderr)
        self.assertIn("sudo apt-get update && sudo apt-get install ninja-build", ran.stderr)
        self.assertEqual(len(self.called("apt-get")), 4, "each step is tried twice")

    def test_run_passes_folder_arguments_input_and_exit_code_and_prints_nothing_of_its_own(self):
        self.ran(self.root / "run", "warm-up")
        elsewhere = self.root.parent / "elsewhere"
        elsewhere.mkdir()
        ran = self.ran(self.root / "run", "score", "a b", cwd=elsewhere, text="typed")
        self.assertEqual(ran.returncode, 7)
        self.assertEqual(ran.stdout, f"{elsewhere}|score a b|typed\n")
        self.assertEqual(ran.stderr.replace("[1/1] built\n", ""), "talk\n")
        self.assertEqual(self.called("cmake"), [], "configured once is enough")

    def test_run_alone_shows_the_demo_in_the_project_s_own_folder(self):
        ran = self.ran(self.root / "run")
        self.assertEqual(ran.stdout, f"{self.root}|demo|\n")

    def test_a_clone_that_was_moved_is_configured_anew(self):
        self.ran(self.root / "run")
        moved = self.root.rename(self.root.parent / "moved")
        self.ran(moved / "run")
        self.assertEqual(len(self.called("cmake")), 1)


if __name__ == "__main__":
    unittest.main()
