"""docs/formats/pack.schema.json holds to the packs that we ship, to the examples of pack.md, and to the broken reports of the unit tests.

tests/unit/plugins/pack/schema.cpp holds the same files to our own reader, so the two agree wherever a schema can tell.
"""

import json
import pathlib
import re
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/unit/plugins/pack"
VALIDATOR = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/formats/pack.schema.json").read_text(encoding="utf-8")))


def problems(text):
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(json.loads(text))]


def text_of(case):
    return (CASES / "whole.json").read_text(encoding="utf-8").replace(case["replace"], case["with"], 1)


def once(pairs):
    """JSON objects as our parser takes them: no name twice."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        VALIDATOR.check_schema(VALIDATOR.schema)

    def test_every_report_of_every_pack_that_we_ship_is_taken(self):
        packs = sorted(ROOT.glob("plugins/packs/*/plugin.json"))
        self.assertGreaterEqual(len(packs), 10)
        found = []
        for pack in packs:
            for report in json.loads(pack.read_text(encoding="utf-8"))["contributes"]["reports"]:
                source = pack.parent / report["source"]
                found += [(str(source.relative_to(ROOT)), problem) for problem in problems(source.read_text(encoding="utf-8"))]
        self.assertEqual(found, [])

    def test_the_scaffold_the_example_of_the_document_and_the_report_of_all_keys_are_taken(self):
        document = (ROOT / "docs/formats/pack.md").read_text(encoding="utf-8")
        reports = [text for text in re.findall(r"```json\n(.*?)```", document, re.S) if '"template"' in text]
        reports.append((CASES / "whole.json").read_text(encoding="utf-8"))
        reports += [path.read_text(encoding="utf-8") for path in sorted((ROOT / "data/scaffolds").glob("pack/reports/*.json"))]
        self.assertGreaterEqual(len(reports), 3)
        self.assertEqual([problem for text in reports for problem in problems(text)], [])

    def test_broken_reports_are_refused_where_a_schema_can_tell_and_nowhere_else(self):
        cases = json.loads((CASES / "broken.json").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(cases), 60)
        for case in cases:
            with self.subTest(case["what"]):
                self.assertIn(case["replace"], (CASES / "whole.json").read_text(encoding="utf-8"))
                if case["schema"] == "never sees it":
                    with self.assertRaises(ValueError):
                        json.loads(text_of(case), object_pairs_hook=once)
                else:
                    self.assertEqual(bool(problems(text_of(case))), case["schema"] == "refuses")

    def test_the_document_names_every_code_that_is_used_and_no_other(self):
        document = (ROOT / "docs/formats/pack.md").read_text(encoding="utf-8")
        rows = re.findall(r"^\| ((?:`pack\.[a-z-]+`(?:, )?)+) \|", document, re.M)
        named = set(re.findall(r"`(pack\.[a-z-]+)`", " ".join(rows)))
        sources = "".join(path.read_text(encoding="utf-8") for folder in ("plugins/pack", "plugins/query") for path in (ROOT / folder).glob("*.cpp"))
        self.assertEqual(named, set(re.findall(r'"(pack\.[a-z-]+)"', sources)))


if __name__ == "__main__":
    unittest.main()
