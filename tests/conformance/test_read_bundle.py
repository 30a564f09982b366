"""The independent reader of bundles must refuse: one that accepts everything would vouch for nothing."""

import json
import pathlib
import sys
import unittest

from cryptography.exceptions import InvalidSignature, InvalidTag

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import read_bundle  # noqa: E402

FOLDER = HERE.parent / "golden" / "vectors"


class Reader(unittest.TestCase):
    def setUp(self):
        self.vectors = json.loads((FOLDER / "bundles-2.json").read_text(encoding="utf-8"))

    def damaged(self, name, at):
        raw = bytearray.fromhex(self.vectors[name])
        raw[at] ^= 1 << (at % 8)
        return {**self.vectors, name: raw.hex()}

    def test_the_golden_bundle_is_read(self):
        said = read_bundle.check(self.vectors)
        self.assertIn("2 frames, 7 events", said)
        self.assertIn("requests: 2", said)

    def test_a_bundle_of_before_is_read_and_the_new_one_seals_its_attachments(self):
        before = json.loads((FOLDER / "bundles.json").read_text(encoding="utf-8"))
        self.assertIn("1 attachment", read_bundle.check(before))
        for vectors, is_sealed in ((before, False), (self.vectors, True)):
            raw = {name: bytes.fromhex(vectors[name]) for name in ("bundle", "device_seed", "epoch_id", "epoch_key")}
            found = read_bundle.read_bundle(raw["bundle"], raw["device_seed"], raw["epoch_id"], raw["epoch_key"])
            self.assertEqual(found.get("attachments_sealed", False), is_sealed)

    def test_any_changed_byte_of_a_bundle_or_request_is_refused(self):
        for name, step in (("bundle", 61), ("request", 5), ("request_held", 3)):
            for at in range(0, len(self.vectors[name]) // 2, step):
                with self.assertRaises((read_bundle.Refused, InvalidSignature, InvalidTag, KeyError), msg=f"{name}, byte {at}"):
                    read_bundle.check(self.damaged(name, at))

    def test_another_device_opens_nothing(self):
        with self.assertRaises(read_bundle.Refused):
            read_bundle.check({**self.vectors, "device_seed": "11" * 32})


if __name__ == "__main__":
    unittest.main()
