"""The independent reader of sessions must refuse: one that accepts everything would vouch for nothing."""

import json
import pathlib
import struct
import sys
import unittest

from cryptography.exceptions import InvalidSignature, InvalidTag

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


class AtAHub(unittest.TestCase):
    def setUp(self):
        self.vectors = json.loads(VECTORS.with_name("session-hub.json").read_text(encoding="utf-8"))

    def refused(self, number, who, change):
        sessions = [dict(session) for session in self.vectors["sessions"]]
        raw = bytearray.fromhex(sessions[number][who])
        change(raw)
        sessions[number][who] = raw.hex()
        with self.assertRaises((Refused, InvalidSignature, InvalidTag, IndexError, UnicodeDecodeError, struct.error), msg=f"session {number}, {who}"):
            read_session.check({**self.vectors, "sessions": sessions})

    def test_the_transcripts_are_read(self):
        self.assertIn("frames opened", read_session.check(self.vectors))

    def test_each_cut_short_is_refused(self):
        for number in range(len(self.vectors["sessions"])):
            for who in ("initiator_says", "responder_says"):
                self.refused(number, who, lambda raw: raw.pop())

    def test_a_changed_byte_of_a_frame_a_piece_or_an_attachment_is_refused(self):
        tried = 0
        for number, session in enumerate(self.vectors["sessions"]):
            for who in ("initiator_says", "responder_says"):
                raw = bytes.fromhex(session[who])
                for mark, further in ((b"EHF1", 20), (b"EHF1", 300), (b"EHP1", 60), (b"EHP1", 200), (b"aaaa", 10)):
                    at = raw.find(mark)
                    # The false frame stays false.
                    if at < 0 or (mark == b"EHF1" and "false frame" in session["about"]):
                        continue
                    self.refused(number, who, lambda raw, at=at + further: raw.__setitem__(at, raw[at] ^ 1))
                    tried += 1
        self.assertGreater(tried, 12)

    def test_another_key_opens_nothing(self):
        with self.assertRaises((Refused, InvalidTag)):
            read_session.check({**self.vectors, "epoch_key": "11" * 32})


if __name__ == "__main__":
    unittest.main()
