"""docs/formats/limits.md and the limits in the code are the same: every row's number, and no limit without a row."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\|[^|]+\|\s*([0-9]+)\s*\|\s*`(\w+)`\s*\|\s*(\S+)\s*\|")
# A constant whose name says that it is a bound: kEventsPerCommitMax = 512, or rows_max = 100'000 in a struct of limits.
LIMIT = re.compile(r"^[^/\n]*\b(?:constexpr|std::size_t)\b[^=\n]*?\b(k\w+Max|\w+_max)\s*=\s*([^;]+);", re.M)
SUFFIX = re.compile(r"(?<=[0-9a-fA-F])[uUlL]+")


def value_of(expression):
    """Numbers with marks and suffixes, casts in braces, and * << + - ( ) only."""
    plain = re.sub(r"(?:std::)?u?(?:size_t|int64_t|int32_t)\{(\w[\w']*)\}", r"\1", expression)
    plain = SUFFIX.sub("", plain.replace("'", ""))
    if not re.fullmatch(r"[0-9xXa-fA-F*<+\-() ]+", plain):
        return None  # made of other constants
    return eval(plain)  # digits and operators only, as the line above makes sure


def limits_in_code():
    for top in ("core", "plugins", "apps", "sync"):
        for path in sorted((ROOT / top).rglob("*")):
            # What plugins/views chooses to show is no limit.
            if path.suffix in (".h", ".cpp") and "views" not in path.relative_to(ROOT).parts:
                for name, expression in LIMIT.findall(path.read_text(encoding="utf-8")):
                    if value_of(expression) is not None:
                        yield (path.relative_to(ROOT).as_posix(), name), value_of(expression)


def limits_in_document():
    for line in (ROOT / "docs/formats/limits.md").read_text(encoding="utf-8").splitlines():
        row = ROW.match(line)
        if row:
            yield (row[3], row[2]), int(row[1])


class Limits(unittest.TestCase):
    def test_the_tables_say_what_the_code_says(self):
        code, said = dict(limits_in_code()), dict(limits_in_document())
        self.assertGreater(len(said), 40)
        self.assertEqual([f"{where} {name} = {code[where, name]}, but limits.md says {value}"
                          for (where, name), value in said.items() if (where, name) in code and code[where, name] != value], [])
        self.assertEqual([key for key in said if key not in code], [], "rows of limits.md whose constant is gone")

    def test_no_limit_of_the_code_is_missing_from_the_tables(self):
        said = dict(limits_in_document())
        self.assertEqual([key for key, _ in limits_in_code() if key not in said], [], "add a row to docs/formats/limits.md")

    def test_numbers_as_cpp_writes_them_are_understood(self):
        for text, number in {"512": 512, "64 * 1024": 65536, "std::size_t{16} << 20": 16 << 20, "100'000": 100000, "64u << 20": 64 << 20,
                             "0xFFFF": 65535}.items():
            self.assertEqual(value_of(text), number)


if __name__ == "__main__":
    unittest.main()
