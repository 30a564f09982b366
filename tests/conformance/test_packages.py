"""packaging/build-packages: what the two Debian packages hold and ask for, and that both are of use where they are unpacked.

Nothing is built and nothing installed: what stands in the build folder is packed, and unpacked into a scratch folder.
Usage: test_packages.py BUILD-FOLDER
"""

import gzip
import hashlib
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
VERSION = re.search(r"project\(evenhand VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(encoding="utf-8"))[1]
CMAKE_LISTS = "cmake_minimum_required(VERSION 3.25)\nproject(outreach CXX)\nfind_package(evenhand CONFIG REQUIRED)\nevenhand_add_plugin(outreach SOURCES plugin.cpp)\n"


def output(*words, **more):
    return subprocess.run([str(word) for word in words], check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, **more).stdout


def pack(to, **environment):
    return subprocess.run([ROOT / "packaging/build-packages", "--from", BUILD, "--to", to], env=dict(os.environ, **environment), capture_output=True, text=True, timeout=300)


def files_below(folder):
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="evenhand-packages-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        ran = pack(cls.folder / "out", SOURCE_DATE_EPOCH="1700000000")
        if ran.returncode != 0:
            raise RuntimeError(ran.stdout + ran.stderr)
        cls.debs = {deb.name.split("_")[0]: deb for deb in (cls.folder / "out").glob("*.deb")}
        cls.roots = {}
        for name, deb in cls.debs.items():
            cls.roots[name] = cls.folder / name
            output("dpkg", "-x", deb, cls.roots[name])
        cls.usr = cls.roots["evenhand"] / "usr"
        cls.dev = cls.roots["libevenhand-dev"] / "usr"
        cls.environment = dict(os.environ, PATH=f"{cls.usr / 'bin'}:{os.environ['PATH']}", EVENHAND_WORKSPACE=str(cls.folder / "ws"), CMAKE_PREFIX_PATH=str(cls.dev),
                               PKG_CONFIG_PATH=str(cls.dev / "share/pkgconfig"), LC_ALL="C.UTF-8")

    def field(self, package, name):
        return output("dpkg-deb", "--field", self.debs[package], name).strip()

    def test_there_are_two_under_the_names_that_debian_gives_files(self):
        architecture = output("dpkg", "--print-architecture").strip()
        self.assertEqual(sorted(deb.name for deb in self.debs.values()), [f"evenhand_{VERSION}_{architecture}.deb", f"libevenhand-dev_{VERSION}_all.deb"])
        for package, section, kind in (("evenhand", "misc", architecture), ("libevenhand-dev", "libdevel", "all")):
            self.assertEqual([self.field(package, name) for name in ("Package", "Version", "Section", "Architecture", "Priority")], [package, VERSION, section, kind, "optional"])
            self.assertRegex(self.field(package, "Maintainer"), r"^[^<>]+ <[^<> ]+@[^<> ]+>$")
            summary, *lines = self.field(package, "Description").split("\n")
            self.assertLessEqual(len(summary), 80)
            self.assertTrue(lines and all(line.startswith(" ") for line in lines))

    def test_every_library_that_a_program_needs_comes_with_a_package_that_is_asked_for(self):
        asked = {word.split()[0].split(":")[0] for word in self.field("evenhand", "Depends").split(",")}
        programs = [self.usr / "bin/evenhand", self.usr / "libexec/evenhand/evenhand-plugin-worker"]
        needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", "".join(output("readelf", "-d", program) for program in programs)))
        self.assertGreaterEqual(len(needed), 10)
        for library in sorted(needed):
            path = re.search(rf"^\s*{re.escape(library)} .*=> (\S+)$", output("/sbin/ldconfig", "-p"), re.M)[1]
            owners = {line.split(":")[0] for name in {path, os.path.realpath(path), path.removeprefix("/usr"), os.path.realpath(path).removeprefix("/usr")}
                      for line in subprocess.run(["dpkg", "-S", name], capture_output=True, text=True).stdout.splitlines()}
            self.assertTrue(owners & asked, f"{library} of {owners}")
        self.assertEqual(self.field("libevenhand-dev", "Depends"), "")

    def test_the_files_are_those_of_the_two_and_of_no_other_place(self):
        def has(root, *names):
            for name in names:
                self.assertTrue((root / name).is_file(), name)
        has(self.usr, "bin/evenhand", "libexec/evenhand/evenhand-plugin-worker", "lib/systemd/system/evenhand-hub.service", "lib/sysusers.d/evenhand-hub.conf", "share/doc/evenhand/copyright",
            "share/doc/evenhand/examples/hub.json", "share/doc/evenhand/hub.md", "share/doc/evenhand/plugin-guide.md", "share/evenhand/example/plugin.json", "share/evenhand/packs/coverage/plugin.json")
        has(self.dev, "include/evenhand-sdk/plugins/sdk/plugin.h", "include/evenhand-sdk/plugins/abi/plugin.h", "share/cmake/evenhand/evenhand-config.cmake", "share/pkgconfig/evenhand-sdk.pc",
            "share/doc/libevenhand-dev/copyright")
        self.assertEqual(sorted(path.name for path in self.usr.iterdir()), ["bin", "lib", "libexec", "share"])
        self.assertEqual(sorted(path.name for path in self.dev.iterdir()), ["include", "share"])
        shared = {path.relative_to(self.roots["evenhand"]) for path in files_below(self.roots["evenhand"])} & {path.relative_to(self.roots["libevenhand-dev"]) for path in files_below(self.roots["libevenhand-dev"])}
        self.assertEqual(shared, set(), "both cannot be installed")

    def test_nothing_runs_when_they_are_installed_and_the_hub_waits_to_be_started(self):
        for name, deb in self.debs.items():
            control = self.folder / f"control-{name}"
            output("dpkg-deb", "--control", deb, control)
            self.assertEqual(sorted(path.name for path in control.iterdir()), ["control", "md5sums"])
            self.assertEqual(sorted(path.name for path in self.roots[name].iterdir()), ["usr"], "no configuration, no link that starts a service")
        self.assertFalse(list(self.roots["evenhand"].rglob("*.wants")))
        unit = (self.usr / "lib/systemd/system/evenhand-hub.service").read_text(encoding="utf-8")
        self.assertIn("\nExecStart=/usr/bin/evenhand hub serve ", unit)
        self.assertIn("file:/usr/share/doc/evenhand/hub.md", unit)
        user = re.search(r"^User=(\S+)$", unit, re.M)[1]
        self.assertRegex((self.usr / "lib/sysusers.d/evenhand-hub.conf").read_text(encoding="utf-8"), rf"(?m)^u {user} ")

    def test_every_command_has_a_manual_page_which_is_written_by_the_program_and_rendered_without_a_warning(self):
        pages = {page.name: page for page in (self.usr / "share/man/man1").iterdir()}
        self.assertIn("evenhand-hub.1.gz", pages)
        texts = {name.removesuffix(".1.gz"): gzip.decompress(page.read_bytes()).decode() for name, page in pages.items()}
        families = {name.replace("\\-", "-") for name in re.findall(r"^\.B evenhand (\S+)$", texts["evenhand"], re.M)}
        self.assertGreaterEqual(len(families), 40)
        self.assertEqual(set(texts), {"evenhand"} | {f"evenhand-{family}" for family in families})
        for name, text in texts.items():
            self.assertEqual(pages[f"{name}.1.gz"].read_bytes()[3:8], bytes(5), "no name and no time")
            family = name.removeprefix("evenhand").removeprefix("-")
            self.assertEqual(text, output("evenhand", "man", *([family] if family else []), env=self.environment))
        for page in pages.values():
            ran = subprocess.run(["man", "--warnings", "-E", "UTF-8", "-l", page], env=dict(self.environment, MANWIDTH="80"), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
            self.assertEqual((ran.returncode, ran.stderr), (0, ""), page.name)
            self.assertIn("NAME", ran.stdout)

    def test_files_belong_to_root_and_are_written_by_nobody_else_and_their_sums_are_right(self):
        for name, deb in self.debs.items():
            for line in output("dpkg-deb", "-c", deb).splitlines():
                self.assertRegex(line, r"^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) root/root ", line)
            sums = dict(reversed(line.split("  ", 1)) for line in output("dpkg-deb", "-I", deb, "md5sums").splitlines())
            self.assertEqual(sums, {str(path.relative_to(self.roots[name])): hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest() for path in files_below(self.roots[name])})
            runs = [str(path.relative_to(self.roots[name])) for path in files_below(self.roots[name]) if path.stat().st_mode & stat.S_IXUSR]
            self.assertEqual(runs, ["usr/bin/evenhand", "usr/libexec/evenhand/evenhand-plugin-worker"] if name == "evenhand" else [])

    def test_the_programs_are_stripped_but_keep_the_build_id_and_look_for_libraries_nowhere_of_their_own(self):
        for program in ("bin/evenhand", "libexec/evenhand/evenhand-plugin-worker"):
            sections = output("readelf", "-SW", self.usr / program)
            self.assertNotRegex(sections, r"\.symtab|\.debug_")
            self.assertIn(".note.gnu.build-id", sections)
            self.assertNotRegex(output("readelf", "-d", self.usr / program), "RPATH|RUNPATH")

    def test_no_file_names_the_folder_that_it_was_built_in(self):
        places = [str(place).encode() for place in (BUILD, ROOT, self.folder)]
        found = [str(path) for root in self.roots.values() for path in files_below(root) if any(place in path.read_bytes() for place in places)]
        self.assertEqual(found, [])

    def test_the_same_build_gives_the_same_bytes_whoever_packs_it(self):
        self.assertEqual(pack(self.folder / "again", SOURCE_DATE_EPOCH="1700000000", TZ="Pacific/Auckland", LANG="C").returncode, 0)
        for deb in self.debs.values():
            self.assertEqual(deb.read_bytes(), (self.folder / "again" / deb.name).read_bytes(), deb.name)

    def test_the_program_runs_from_where_it_was_unpacked(self):
        self.assertIn(VERSION, output("evenhand", "version", env=self.environment))
        self.assertIn("install", output("evenhand", "plugin", "--help", env=self.environment))
        home = dict(self.environment, EVENHAND_WORKSPACE=str(self.folder / "first"))
        output("evenhand", "init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT", env=home)
        output("evenhand", "cycle", "add", "EDS 2025/26", env=home)
        output("evenhand", "action", "add", "Send text messages", env=home)
        self.assertIn("Send text messages", output("evenhand", "report", "run", "action-tracker", env=home))

    def test_the_example_that_is_packed_builds_against_the_unpacked_sdk_and_makes_its_report_in_the_unpacked_worker(self):
        example = self.folder / "example"
        shutil.copytree(self.usr / "share/evenhand/example", example)
        (example / "CMakeLists.txt").write_text(CMAKE_LISTS)
        output("cmake", "-B", "build", "-DCMAKE_CXX_FLAGS=-O0", cwd=example, env=self.environment)
        output("cmake", "--build", "build", cwd=example, env=self.environment)
        self.assertTrue((example / "plugin.so").is_file())
        flags = output("pkg-config", "--cflags", "evenhand-sdk", env=self.environment)
        self.assertIn(f"-I{self.dev}/share/pkgconfig/../../include/evenhand-sdk", flags)
        shutil.rmtree(example / "build")
        (example / "CMakeLists.txt").unlink()
        output("evenhand", "init", "--name", "Northmere Community NHS Trust", "--short-name", "NCT", env=self.environment)
        output("evenhand", "cycle", "add", "EDS 2025/26", env=self.environment)
        output("evenhand", "evidence", "add", "Interpreters", "--outcome", "1A", env=self.environment)
        output("evenhand", "plugin", "install", example, "--unsigned", "--yes", "--consent", "aggregate", env=self.environment)
        output("evenhand", "report", "run", "outreach", "--to", self.folder / "outreach.html", env=self.environment)
        self.assertIn("</html>", (self.folder / "outreach.html").read_text(encoding="utf-8"))

    def test_a_folder_without_a_build_is_refused_with_a_sentence(self):
        ran = subprocess.run([ROOT / "packaging/build-packages", "--from", self.folder, "--to", self.folder / "none"], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("holds no build of Evenhand", ran.stderr)
        self.assertFalse((self.folder / "none").exists())


if __name__ == "__main__":
    unittest.main()
