#!/usr/bin/env python3
"""Reads sessions' transcripts from docs/formats/session.md, relay.md and bundle.md alone: every message of both sides to its last byte, every tag
and digest under the session's nonce, every commit that was sent, out of its frame or compressed too, and every sealed attachment. Shares no code
with the program.

Usage: read_session.py VECTORS..., files as tests/golden/vectors/session.json and session-hub.json.
"""
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from read_bundle import hchacha, read_frame, unzstd  # noqa: E402
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305  # noqa: E402
from read_log import Refused, commits_in, read_commit, read_log, require, sha256, varint  # noqa: E402

HASH_AT, FIXED, DESCRIPTOR, TRAILER, SALT = 84, 136, 73, 16, 16


class Bytes:
    """What is left of a message's body."""

    def __init__(self, raw):
        self.raw, self.at = raw, 0

    def take(self, count):
        require(len(self.raw) - self.at >= count, "cut short")
        self.at += count
        return self.raw[self.at - count:self.at]

    def byte(self):
        return self.take(1)[0]

    def number(self):
        value, self.at = varint(self.raw, self.at)
        return value

    def text(self):
        return self.take(self.number()).decode("utf-8")

    def rest(self):
        return self.take(len(self.raw) - self.at)

    def end(self):
        require(self.at == len(self.raw), "bytes left over")


def introduction(body):
    require(body.take(3) == b"EHS", "not a session")
    least, most = body.byte(), body.byte()
    require(least <= 1 <= most, "version")
    features, needed = body.number(), body.number()
    require(needed & ~127 == 0, "a feature that must be known")
    key = body.take(8)
    body.number()
    return {"features": features, "key": key, "title": body.text()}


def offers(body):
    found = []
    for _ in range(body.number()):
        tag, flags, digest = body.take(8), body.byte(), body.take(12)
        require(flags < 4, "flags of an offer")
        found.append({"tag": tag, "flags": flags, "digest": digest})
    return found


def ends(body):
    number = body.number()
    if number == 0:
        return []
    if number % 2 == 0:
        return [(number >> 1, body.take(8))]
    return [(body.number(), body.take(8)) for _ in range(min(number >> 1, 8))]


def vector(body):
    space, base = body.number(), body.byte()
    require(base <= 2, "base")
    if base == 1:
        body.take(4)
    width = body.byte() if base == 0 else 16
    require(6 <= width <= 16, "chain bytes")
    changed, added, index = {}, {}, 0
    for _ in range(body.number()):
        step = body.number() if base else 0
        if step:
            require(not added, "changes come before new chains")
            index += step
            changed[index - 1] = ends(body)
        else:
            chain = body.take(width)
            require(not added or max(added) < chain, "chains out of order")
            added[chain] = ends(body)
    return {"space": space, "base": base, "changed": changed, "added": added}


def restored(lean):
    """Lean commits, each with the hash of every body that is present put back."""
    whole, body = b"", Bytes(lean)
    while body.at < len(lean):
        commit = body.take(FIXED)
        if commit[4] & 1:
            commit += body.take(DESCRIPTOR)
        for _ in range(int.from_bytes(commit[6:8], "little")):
            frame = body.take(4)
            length = int.from_bytes(frame[:2], "little")
            commit += frame
            if frame[2] == 0:
                commit += body.take(length)
                continue
            front = body.take(HASH_AT)
            back = body.take(length - HASH_AT - 32)
            salted = body.take(SALT + int.from_bytes(front[8:12], "little"))
            commit += front + sha256(salted) + back + salted
        whole += commit + body.take(TRAILER)
    return whole


def segment(body):
    space, flags = body.number(), body.byte()
    require(flags & ~7 == 0 and flags & 6 != 6 and flags & 3 != 3, "flags of a segment")
    plain = body.number() if flags & 1 else None
    if flags & 2:
        where = {"chain": body.take(16), "lane": body.byte(), "first": body.number(), "further": body.number(), "before": body.take(32), "head": body.take(32)}
        return {"space": space, "range": where, "frame": body.rest(), "lean": False}
    payload = body.rest()
    size = len(payload)
    if plain is not None:
        payload = unzstd(payload, plain)
    return {"space": space, "commits": restored(payload) if flags & 4 else payload, "lean": bool(flags & 4), "compressed": plain is not None, "bytes": size}


def many(body, read):
    return [read() for _ in range(body.number())]


def ascending(found):
    require(all(a < b for a, b in zip(found, found[1:])), "out of order, or twice")
    return found


def left_out(body):
    found = {"space": body.number(), "chains": many(body, lambda: (body.take(16), body.take(8)))}
    require(found["chains"], "nothing is left out")
    ascending([chain for chain, _ in found["chains"]])
    return found


def no_more(body):
    found = {"space": body.number(), "lasting": body.byte(), "chains": ascending(many(body, lambda: body.take(16)))}
    require(found["lasting"] <= 1 and found["chains"], "no more of nothing")
    return found


def end_of_round(body):
    found = {"space": body.number(), "digest": body.take(12)}
    found["missing"] = [body.take(32) for _ in range(body.number())]
    return found


READERS = {
    1: ("hello", lambda body: {**introduction(body), "nonce": body.take(8), "offers": offers(body)}),
    2: ("answer", lambda body: {**introduction(body), "verdicts": list(body.take(body.number())), "offers": offers(body)}),
    6: ("vector", vector),
    7: ("heads", lambda body: {"space": body.number(), "heads": [body.take(32) for _ in range(body.number())]}),
    8: ("plan", lambda body: {"space": body.number(), "events": body.number(), "whole": [body.take(16) for _ in range(body.number())]}),
    9: ("coming", lambda body: {"space": body.number(), "events": body.number()}),
    10: ("segment", segment),
    11: ("sent", lambda body: {"space": body.number()}),
    12: ("end", end_of_round),
    13: ("receipt", lambda body: {"segments": body.number(), "attachments": body.number(), "credit": body.number()}),
    3: ("ask", lambda body: {"space": body.number()}),
    4: ("name", lambda body: {"space": body.number(), "id": body.take(32)}),
    5: ("decline", lambda body: {"space": body.number()}),
    14: ("want", lambda body: {"space": body.number(), "addresses": many(body, lambda: (body.take(32), body.number()))}),
    15: ("outline", lambda body: {"space": body.number(), "address": body.take(32), "length": body.number(), "chunks": many(body, lambda: body.take(32))}),
    16: ("chunk", lambda body: {"index": body.number(), "bytes": body.rest()}),
    17: ("not here", lambda body: {"space": body.number(), "address": body.take(32)}),
    18: ("error", lambda body: {"code": body.byte(), "what": body.text(), "next": body.text()}),
    19: ("goodbye", lambda body: {}),
    20: ("ready", lambda body: {}),
    21: ("stock", lambda body: {"space": body.number(), "keys": many(body, lambda: (body.take(16), ascending(many(body, lambda: body.take(8)))))}),
    22: ("offer", lambda body: {"space": body.number(), "more": body.byte(), "parcels": many(body, lambda: (body.take(32), body.number(), body.number()))}),
    23: ("parcel", lambda body: {"space": body.number(), "of": body.take(32), "chunks": body.number(), "piece": body.rest()}),
    24: ("no room", lambda body: {"space": body.number(), "parcels": body.number(), "what": body.text(), "next": body.text()}),
    25: ("false", lambda body: {"space": body.number(), "packer": body.take(32)}),
    26: ("leave out", left_out),
    27: ("left out", lambda body: {"space": body.number(), "prints": many(body, lambda: body.take(8))}),
    28: ("no more", no_more),
    128: ("still here", lambda body: {}),
    129: ("farewell", lambda body: {"space": body.number(), "commits": body.rest()}),
}


def messages(stream):
    at, found = 0, []
    while at < len(stream):
        kind = stream[at]
        length, start = varint(stream, at + 1)
        require(start + length <= len(stream), "a message is cut short")
        require(kind in READERS, f"a message of type {kind} has no place here")
        name, read = READERS[kind]
        body = Bytes(stream[start:start + length])
        message = read(body)
        body.end()
        found.append({"name": name, **message})
        at = start + length
    return found


def of(said, name):
    return [message for message in said if message["name"] == name]


def check_session(session, initiator, responder, space):
    def log(when):
        return read_log(bytes.fromhex(session[when]))

    left, right = (messages(bytes.fromhex(session[who])) for who in ("initiator_says", "responder_says"))
    hello, answer = left[0], right[0]
    require(hello["name"] == "hello" and answer["name"] == "answer", "greetings come first")
    require(hello["key"] == initiator[:8] and answer["key"] == responder[:8], "keys of the greetings")
    bound = hello["nonce"] + initiator + responder

    def digest(of_log, role):
        return sha256(b"evenhand/session-digest/1\0", bound, bytes([role]), space, bytes.fromhex(of_log["log_digest"]))[:12]

    offer = hello["offers"][0]
    require(offer["tag"] == sha256(b"evenhand/session-space/1\0", bound, space)[:8], "tag of the space")
    require(offer["digest"] == digest(log("initiator_log_before"), 0), "digest of the offer")
    require(answer["verdicts"] == [1], "the logs differ")
    after = log("initiator_log_after")
    require(after["log_digest"] == log("responder_log_after")["log_digest"], "both hold the same afterwards")
    events, lean = 0, 0
    for said, got, before, role in ((left, right, "responder_log_before", 0), (right, left, "initiator_log_before", 1)):
        require(of(said, "end")[-1]["digest"] == digest(after, role), "digest of the last round")
        require(said[-1]["name"] == "goodbye", "goodbye comes last")
        came = b"".join(one["commits"] for one in of(said, "segment"))
        held = bytes.fromhex(session[before])
        known = set(commits_in(held))
        chains = {}
        for raw in [*known, *commits_in(came)]:
            if raw[4] & 1:
                read_commit(raw, chains)
        sent = 0
        for raw in commits_in(came):
            sent += len(read_commit(raw, chains).events)
        planned = sum(one["events"] for one in of(said, "plan") + of(said, "coming"))
        # A chain sent whole holds by then the branch that came from the partner meanwhile.
        require(sent == planned or (sent > planned and any(one["whole"] for one in of(got, "plan"))), "what was planned was sent")
        require(sum(one["segments"] for one in of(got, "receipt")) == len(of(said, "segment")), "every segment has its receipt")
        require(known | set(commits_in(came)) == set(commits_in(bytes.fromhex(session[before.replace("before", "after")]))), "what came is what is there")
        events += sent
        lean += sum(one["lean"] for one in of(said, "segment"))
    require(lean > 0, "commits come lean")
    return len(left) + len(right), events


def read_piece(raw, name, space):
    """A piece of a sealed attachment: its number, and what a key opens."""
    magic, number, length, chunks = struct.unpack_from("<4sIII", raw)
    require(magic == b"EHP1" and length == len(raw) - 192 and raw[16:48] == space and raw[48:80] == name, "piece")
    Ed25519PublicKey.from_public_bytes(raw[96:128]).verify(raw[128:192], sha256(b"evenhand/parcel/1\0", raw[:128], sha256(raw[192:])))
    return number, chunks


def open_piece(raw, key):
    number = struct.unpack_from("<I", raw, 4)[0]
    nonce = struct.pack("<Q", number) + bytes(16)
    return ChaCha20Poly1305(hchacha(key, nonce[:16])).decrypt(bytes(4) + nonce[16:], raw[192:], b"evenhand/parcel-seal/1\0" + raw[12:96])


class Transcripts:
    """Sessions at a hub and between laptops: what each holds is told by the others."""

    def __init__(self, vectors):
        self.space, self.epoch, self.key = (bytes.fromhex(vectors[name]) for name in ("space", "epoch_id", "epoch_key"))
        self.sessions = [(one, messages(bytes.fromhex(one["initiator_says"])), messages(bytes.fromhex(one["responder_says"]))) for one in vectors["sessions"]]
        outlines = [message for _, left, right in self.sessions for message in of(left + right, "outline")]
        for one in outlines:
            require(one["address"] == sha256(b"evenhand/blob/1\0", struct.pack(">Q", one["length"]), *one["chunks"]), "address of an outline")
        self.outlines = {self.of_address(b"name", one["address"]): one for one in outlines}
        self.frames = self.parcels = self.chunks = self.false = 0
        self.kinds = set()

    def of_address(self, what, address):
        return sha256(b"evenhand/parcel-" + what + b"/1\0", self.key, self.space, address)

    def check_greetings(self, session, left, right):
        hello = left[0]
        bound = hello["nonce"] + bytes.fromhex(session["initiator"]) + bytes.fromhex(session["responder"])
        require(hello["name"] == "hello" and hello["key"] == bytes.fromhex(session["initiator"])[:8], "greeting")
        tag = sha256(b"evenhand/session-space/1\0", bound, self.space)[:8]
        offered = hello["offers"] + (right[0]["offers"] if right[0]["name"] == "answer" else [])
        require(any(offer["tag"] == tag for offer in offered), "tag of the space")

    def check_frames(self, said, got):
        accused = {message["packer"] for message in of(got, "false")}
        for one in of(said, "segment"):
            if "frame" not in one:
                continue
            frame, where = one["frame"], one["range"]
            try:
                space, chain, first, last, head, commits = read_frame(frame, self.epoch, self.key)
                require(list(commits_in(commits)), "an empty frame")
                require(space == self.space and (chain, first, last, head) == (where["chain"], where["first"], where["first"] + where["further"], where["head"]), "range of a frame")
                self.frames += 1
            except (Refused, InvalidTag, IndexError, struct.error):
                require(frame[160:192] in accused, "a frame is false, and nobody says so")
                self.false += 1

    def check_attachments(self, said):
        """A head stands before its chunks: an outline in the clear, or piece 0 of a parcel."""
        outline, name, key = None, None, None
        for one in said:
            if one["name"] == "outline":
                outline, name = one, None
            elif one["name"] == "parcel":
                name, outline = one["of"], self.outlines.get(one["of"])
                require(outline is not None, "a parcel of an attachment that no laptop told")
                key = self.of_address(b"key", outline["address"])
                number, chunks = read_piece(one["piece"], name, self.space)
                content = open_piece(one["piece"], key)
                require(number == 0 and chunks == one["chunks"] == len(outline["chunks"]), "head of a parcel")
                require(content == struct.pack("<Q", outline["length"]) + b"".join(outline["chunks"]), "outline in a parcel")
                self.parcels += 1
            elif one["name"] == "chunk":
                content = one["bytes"]
                if name is not None:
                    require(read_piece(content, name, self.space)[0] == one["index"] + 1, "number of a piece")
                    content = open_piece(content, key)
                require(sha256(b"evenhand/blob-chunk/1\0", content) == outline["chunks"][one["index"]], "hash of a chunk")
                self.chunks += 1

    def check(self):
        for session, left, right in self.sessions:
            self.check_greetings(session, left, right)
            self.kinds |= {message["name"] for message in left + right}
            for said, got in ((left, right), (right, left)):
                self.check_frames(said, got)
                self.check_attachments(said)
                for one in of(said, "farewell"):
                    require(all(raw[:4] == b"EHC1" for raw in commits_in(one["commits"])), "commits of a farewell")
                answered = [len(one["prints"]) for one in of(got, "left out")]
                require([len(one["chains"]) for one in of(said, "leave out")] == answered, "what is left out is answered")
                require(said[-1]["name"] in ("goodbye", "error") or of(said, "chunk") or of(got, "error"), "the last word")
                known = sum(one["segments"] for one in of(got, "receipt"))
                require(known <= len(of(said, "segment")), "receipts for what was not sent")
        require(self.false == 1, "one frame is false, and found")
        missing = {name for name, _ in READERS.values()} - self.kinds - {"ask", "heads", "still here"}
        require(not missing, f"no transcript holds {', '.join(sorted(missing))}")
        return f"{len(self.sessions)} sessions, {self.frames} frames opened, {self.parcels} parcels, {self.chunks} chunks"


def check(vectors):
    if "epoch_key" in vectors:
        return Transcripts(vectors).check()
    keys = [bytes.fromhex(vectors[name]) for name in ("initiator", "responder", "space")]
    counts = [check_session(session, *keys) for session in vectors["sessions"]]
    first, second = (messages(bytes.fromhex(session["responder_says"])) for session in vectors["sessions"])
    require(of(first, "vector")[0]["base"] == 0, "strangers tell the whole vector")
    require(of(second, "vector")[0]["base"] == 1, "partners that remember tell changes")
    return "; ".join(f"{count} messages, {events} events sent" for count, events in counts)


def main(words):
    if len(words) < 2:
        sys.exit("usage: read_session.py VECTORS...")
    for file in words[1:]:
        try:
            print(check(json.loads(pathlib.Path(file).read_text(encoding="utf-8"))))
        except Refused as why:
            sys.exit(f"{file}: {why}")


if __name__ == "__main__":
    main(sys.argv)
