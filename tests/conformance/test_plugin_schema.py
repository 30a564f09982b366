"""docs/formats/plugin.schema.json holds to what we ship, to the example of plugin.md, and to the broken manifests of the unit tests.

The C++ tests hold the same files to our own reader, so the two agree wherever a schema can tell.
"""

import hashlib
import re
import unittest

from schema_cases import ROOT, SchemaCases, read

CASES = SchemaCases("docs/formats/plugin.schema.json", "tests/unit/plugins/manifest")


def digest_of(files):
    """As plugin.md describes it."""
    digest = hashlib.sha256(b"evenhand/plugin/1\0")
    for name in sorted(files):
        if name != "plugin.sig":
            for part in (name.encode(), files[name]):
                digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


class Schema(unittest.TestCase):
    def test_it_is_a_schema(self):
        CASES.validator.check_schema(CASES.validator.schema)

    def test_every_manifest_that_we_ship_is_taken(self):
        shipped = [path for path in sorted(ROOT.glob("plugins/**/plugin.json")) if "build" not in path.parts]
        self.assertGreaterEqual(len(shipped), 5)
        self.assertEqual([(path.name, found) for path in shipped for found in CASES.problems(read(path))], [])

    def test_the_example_of_the_document_and_the_manifest_of_all_keys_are_taken(self):
        document = read(ROOT / "docs/formats/plugin.md")
        self.assertEqual(CASES.problems(re.search(r"```json\n(.*?)```", document, re.S)[1]), [])
        self.assertEqual(CASES.problems(CASES.whole), [])

    def test_broken_manifests_are_refused_where_a_schema_can_tell_and_nowhere_else(self):
        CASES.hold_to_the_broken_ones(self)

    def test_the_document_names_every_code_that_is_used_and_no_other(self):
        document = read(ROOT / "docs/formats/plugin.md")
        named = set(re.findall(r"^\| `(plugin\.[a-z-]+)` \|", document, re.M))
        sources = "".join(read(path) for path in (ROOT / "plugins/manifest").glob("*.cpp"))
        self.assertEqual(named, set(re.findall(r'"(plugin\.(?!json|so|sig)[a-z-]+)"', sources)))

    def test_the_digest_in_the_document_is_the_one_that_it_describes(self):
        document = read(ROOT / "docs/formats/plugin.md")
        self.assertIn("`" + digest_of({"plugin.json": b"{}", "reports/a.json": b"[1]"}) + "`", document)


if __name__ == "__main__":
    unittest.main()
