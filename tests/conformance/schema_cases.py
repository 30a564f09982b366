"""A JSON Schema of ours, and the broken files that the unit tests keep for our own reader of the same format."""

import json
import pathlib

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(path):
    return path.read_text(encoding="utf-8")


def once(pairs):
    """JSON objects as our parser takes them: no name twice. Depth is ours alone, so it counts as refused here too."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name is given twice")
    return dict(pairs)


class SchemaCases:
    def __init__(self, schema, folder):
        """`schema`: its file. `folder`: of whole.json, which is in order, and broken.json, the ways in which it is not."""
        self.validator = jsonschema.Draft202012Validator(json.loads(read(ROOT / schema)))
        self.whole = read(ROOT / folder / "whole.json")
        self.broken = json.loads(read(ROOT / folder / "broken.json"))

    def problems(self, text):
        return [f"{error.json_path}: {error.message[:200]}" for error in self.validator.iter_errors(json.loads(text))]

    def text_of(self, case):
        if "text" in case:
            return "\n".join(case["text"]) + "\n"
        return self.whole.replace(case["replace"], case["with"], 1)

    def hold_to_the_broken_ones(self, test):
        """Refused where a schema can tell, and nowhere else."""
        test.assertGreaterEqual(len(self.broken), 60)
        for case in self.broken:
            with test.subTest(case["what"]):
                if "text" not in case:
                    test.assertIn(case["replace"], self.whole)
                if case["schema"] == "never sees it":
                    with test.assertRaises(ValueError):
                        json.loads(self.text_of(case), object_pairs_hook=once)
                else:
                    test.assertEqual(bool(self.problems(self.text_of(case))), case["schema"] == "refuses")
