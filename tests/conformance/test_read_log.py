"""The independent reader itself must refuse: a reader that accepts everything would vouch for nothing."""

import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import read_log  # noqa: E402

VECTORS = HERE.parent / "golden" / "vectors"


class Reader(unittest.TestCase):
    def setUp(self):
        vectors = json.loads((VECTORS / "commits.json").read_text(encoding="utf-8"))
        self.commits = [bytes.fromhex(one["bytes"]) for one in vectors["commits"]]
        self.whole = [self.commits[0], self.commits[1], self.commits[3]]

    def test_a_good_log_is_read(self):
        found = read_log.read_log(b"".join(self.whole))
        self.assertEqual((found["events"], found["missing"]), (5, 0))

    def test_a_dropped_body_keeps_heads_and_seal_but_changes_the_digest(self):
        whole = read_log.read_log(b"".join(self.whole))
        found = read_log.read_log(b"".join([self.commits[0], self.commits[2], self.commits[3]]))
        self.assertEqual(found["missing"], 1)
        self.assertNotEqual(found["log_digest"], whole["log_digest"])

    def test_any_changed_bit_outside_the_checksum_is_refused(self):
        for number, commit in enumerate(self.whole):
            for at in range(0, len(commit) - read_log.CHECKSUM, 3):
                damaged = bytearray(commit)
                damaged[at] ^= 1 << (at % 8)
                dump = b"".join(self.whole[:number] + [bytes(damaged)] + self.whole[number + 1:])
                with self.assertRaises(read_log.Refused, msg=f"commit {number}, byte {at}"):
                    read_log.read_log(dump)

    def test_a_log_with_a_commit_missing_in_its_middle_is_refused(self):
        with self.assertRaises(read_log.Refused):
            read_log.read_log(self.whole[0] + self.whole[2])

    def test_a_cut_dump_is_refused(self):
        dump = b"".join(self.whole)
        for cut in (1, 15, 200, len(dump) - 1):
            with self.assertRaises(read_log.Refused):
                read_log.read_log(dump[:cut])


if __name__ == "__main__":
    unittest.main()
