"""The name of a declared record type, made from docs/formats/declared-types.md alone, is the one that document and program give."""

import hashlib
import json
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEMBERS = ("plugin", "name", "plural", "home", "meaning", "title_field")
OF_FIELD = ("name", "type", "data_class", "merge", "choices", "unit", "meaning", "example", "required")


def sample():
    text = (ROOT / "tests/support/declared_sample.h").read_text(encoding="utf-8")
    text = text[text.index('return R"(') + len('return R"('):text.rindex(')";')]
    return text.replace(')" + name + R"(', "walk").replace(')" + home + R"(', "organisation")


def name_of(definition):
    canonical = {key: definition[key] for key in MEMBERS}
    canonical["fields"] = [{key: field[key] for key in OF_FIELD if field.get(key)} for field in definition["fields"]]
    text = json.dumps(canonical, separators=(",", ":"), ensure_ascii=False)
    return definition["name"] + "-" + hashlib.sha256(text.encode()).hexdigest()[:32]


class DeclaredTypes(unittest.TestCase):
    def test_the_name_is_made_as_the_document_says(self):
        name = name_of(json.loads(sample()))
        for place in ("docs/formats/declared-types.md", "tests/unit/core/record/declared_types.cpp"):
            found = set(re.findall(r"walk-[0-9a-f]{32}", (ROOT / place).read_text(encoding="utf-8")))
            self.assertIn(name, found, place)


if __name__ == "__main__":
    unittest.main()
