"""docs/formats/pack.schema.json holds to the packs that we ship, to the examples of pack.md, and to the broken reports of the unit tests.

tests/unit/plugins/pack/schema.cpp holds the same files to our own reader, so the two agree wherever a schema can tell.
"""

import json
import re
import unittest

from schema_cases import ROOT, SchemaCases, read

CASES = SchemaCases("docs/formats/pack.schema.json", "tests/unit/plugins/pack")


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        CASES.validator.check_schema(CASES.validator.schema)

    def test_every_report_of_every_pack_that_we_ship_is_taken(self):
        packs = sorted(ROOT.glob("plugins/packs/*/plugin.json"))
        self.assertGreaterEqual(len(packs), 10)
        found = []
        for pack in packs:
            for report in json.loads(read(pack))["contributes"]["reports"]:
                source = pack.parent / report["source"]
                found += [(str(source.relative_to(ROOT)), problem) for problem in CASES.problems(read(source))]
        self.assertEqual(found, [])

    def test_the_scaffold_the_example_of_the_document_and_the_report_of_all_keys_are_taken(self):
        document = read(ROOT / "docs/formats/pack.md")
        reports = [text for text in re.findall(r"```json\n(.*?)```", document, re.S) if '"template"' in text]
        reports.append(CASES.whole)
        reports += [read(path) for path in sorted((ROOT / "data/scaffolds").glob("pack/reports/*.json"))]
        self.assertGreaterEqual(len(reports), 3)
        self.assertEqual([problem for text in reports for problem in CASES.problems(text)], [])

    def test_broken_reports_are_refused_where_a_schema_can_tell_and_nowhere_else(self):
        CASES.hold_to_the_broken_ones(self)

    def test_the_document_names_every_code_that_is_used_and_no_other(self):
        document = read(ROOT / "docs/formats/pack.md")
        rows = re.findall(r"^\| ((?:`pack\.[a-z-]+`(?:, )?)+) \|", document, re.M)
        named = set(re.findall(r"`(pack\.[a-z-]+)`", " ".join(rows)))
        sources = "".join(read(path) for folder in ("plugins/pack", "plugins/query") for path in (ROOT / folder).glob("*.cpp"))
        self.assertEqual(named, set(re.findall(r'"(pack\.[a-z-]+)"', sources)))


if __name__ == "__main__":
    unittest.main()
