"""The independent reader of sessions must refuse: one that accepts everything would vouch for nothing."""

import json
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import read_session  # noqa: E402
from read_log import Refused  # noqa: E402

VECTORS = HERE.parent / "golden" / "vectors" / "session.json"


class Reader(unittest.TestCase):
    def setUp(self):
        self.vectors = json.loads(VECTORS.read_text(encoding="utf-8"))

    def changed(self, number, who, change):
        sessions = [dict(session) for session in self.vectors["sessions"]]
        raw = bytearray.fromhex(sessions[number][who])
        change(raw)
        sessions[number][who] = raw.hex()
        return {**self.vectors, "sessions": sessions}

    def test_the_golden_sessions_are_read(self):
        self.assertIn("events sent", read_session.check(self.vectors))

    def test_a_transcript_cut_short_is_refused(self):
        for who in ("initiator_says", "responder_says"):
            with self.assertRaises((Refused, IndexError), msg=who):
                read_session.check(self.changed(0, who, lambda raw: raw.pop()))

    def test_another_nonce_another_digest_or_another_body_is_refused(self):
        hello = bytes.fromhex(self.vectors["sessions"][0]["initiator_says"])
        answer = bytes.fromhex(self.vectors["sessions"][0]["responder_says"])
        offer_end = 2 + hello[1]
        for who, at in (("initiator_says", offer_end - 1), ("initiator_says", offer_end - 25), ("responder_says", len(answer) // 2)):
            def flip(raw, at=at):
                raw[at] ^= 1
            with self.assertRaises((Refused, IndexError, UnicodeDecodeError), msg=f"{who}, byte {at}"):
                read_session.check(self.changed(0, who, flip))


if __name__ == "__main__":
    unittest.main()
