"""docs/formats/plugin.schema.json holds to what we ship, to the example of plugin.md, and to the broken manifests of the unit tests.

The C++ tests hold the same files to our own reader, so the two agree wherever a schema can tell.
"""

import hashlib
import json
import pathlib
import re
import unittest

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = ROOT / "tests/unit/plugins/manifest"
VALIDATOR = jsonschema.Draft202012Validator(json.loads((ROOT / "docs/formats/plugin.schema.json").read_text(encoding="utf-8")))


def problems(text):
    return [f"{error.json_path}: {error.message[:200]}" for error in VALIDATOR.iter_errors(json.loads(text))]


def text_of(case):
    if "text" in case:
        return "\n".join(case["text"]) + "\n"
    return (CASES / "whole.json").read_text(encoding="utf-8").replace(case["replace"], case["with"], 1)


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
        VALIDATOR.check_schema(VALIDATOR.schema)

    def test_every_manifest_that_we_ship_is_taken(self):
        shipped = [path for path in sorted(ROOT.glob("plugins/**/plugin.json")) if "build" not in path.parts]
        self.assertGreaterEqual(len(shipped), 5)
        self.assertEqual([(path.name, found) for path in shipped for found in problems(path.read_text(encoding="utf-8"))], [])

    def test_the_example_of_the_document_and_the_manifest_of_all_keys_are_taken(self):
        document = (ROOT / "docs/formats/plugin.md").read_text(encoding="utf-8")
        self.assertEqual(problems(re.search(r"```json\n(.*?)```", document, re.S)[1]), [])
        self.assertEqual(problems((CASES / "whole.json").read_text(encoding="utf-8")), [])

    def test_broken_manifests_are_refused_where_a_schema_can_tell_and_nowhere_else(self):
        cases = json.loads((CASES / "broken.json").read_text(encoding="utf-8"))
        self.assertGreaterEqual(len(cases), 60)
        for case in cases:
            with self.subTest(case["what"]):
                if case["schema"] == "never sees it":
                    with self.assertRaises(ValueError):
                        json.loads(text_of(case), object_pairs_hook=once)
                else:
                    self.assertEqual(bool(problems(text_of(case))), case["schema"] == "refuses")

    def test_the_document_names_every_code_that_is_used_and_no_other(self):
        document = (ROOT / "docs/formats/plugin.md").read_text(encoding="utf-8")
        named = set(re.findall(r"^\| `(plugin\.[a-z-]+)` \|", document, re.M))
        sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "plugins/manifest").glob("*.cpp"))
        self.assertEqual(named, set(re.findall(r'"(plugin\.(?!json|so|sig)[a-z-]+)"', sources)))

    def test_the_digest_in_the_document_is_the_one_that_it_describes(self):
        document = (ROOT / "docs/formats/plugin.md").read_text(encoding="utf-8")
        self.assertIn("`" + digest_of({"plugin.json": b"{}", "reports/a.json": b"[1]"}) + "`", document)


def once(pairs):
    """JSON objects as our parser takes them: no name twice. Depth is ours alone, so it counts as refused here too."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)


if __name__ == "__main__":
    unittest.main()
