"""Documents keep their promises: every record type explained, every link alive, the front page short."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECORD = re.compile(r'^\s*\{\d+,\s*"([a-z_ -]+)",\s*"[^"]+",\s*H::', re.M)
LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def pages():
    return [path for path in ROOT.rglob("*.md") if not {"build", "out", "node_modules"} & set(path.relative_to(ROOT).parts)]


class Documents(unittest.TestCase):
    def test_every_record_type_stands_in_the_dictionary_or_the_glossary(self):
        types = RECORD.findall(text_of("core/record/vocabulary.cpp"))
        self.assertGreater(len(types), 40)
        known = set(re.findall(r"^## (.+)$", text_of("docs/data-dictionary.md"), re.M)) | set(re.findall(r"^\| ([^|]+?) \|", text_of("docs/glossary.md"), re.M))
        self.assertEqual([name for name in types if name not in known], [])

    def test_every_link_between_our_pages_leads_somewhere(self):
        dead = [f"{page.relative_to(ROOT)}: {link}" for page in pages() for link in LINK.findall(page.read_text(encoding="utf-8"))
                if not (page.parent / link.strip()).exists()]
        self.assertEqual(dead, [])

    def test_the_glossary_has_one_line_per_term(self):
        terms = re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", text_of("docs/glossary.md"), re.M)
        self.assertEqual(sorted({t for t in terms if terms.count(t) > 1 and t not in ("Term", "---")}), [])

    def test_every_row_of_the_threat_model_names_a_test_that_exists(self):
        rows = re.findall(r"^\| [^|]+ \| [^|]+ \| ([^|]+?) \|$", text_of("docs/threat-model.md"), re.M)
        tests = set()
        for source in (ROOT / "tests").rglob("*.cpp"):
            tests.update(re.findall(r'TEST_CASE\("([^"]+)"', source.read_text(encoding="utf-8")))
        self.assertGreater(len(rows), 10)
        self.assertEqual([row for row in rows if row not in tests and row not in ("Test", "---")], [])

    def test_the_front_page_is_short(self):
        self.assertLessEqual(text_of("README.md").count("\n"), 120)


if __name__ == "__main__":
    unittest.main()
