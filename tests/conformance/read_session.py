#!/usr/bin/env python3
"""Reads a session's transcript from docs/formats/session.md alone: every message of both sides to its last byte, every tag
and digest under the session's nonce, every commit that was sent. Shares no code with the program.

Usage: read_session.py VECTORS, a file as tests/golden/vectors/session.json.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
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
    require(needed & ~3 == 0, "a feature that must be known")
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
    require(flags & ~4 == 0, "the golden session holds no compressed and no sealed segments")
    payload = body.rest()
    return {"space": space, "commits": restored(payload) if flags & 4 else payload, "lean": bool(flags & 4), "bytes": len(payload)}


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
    19: ("goodbye", lambda body: {}),
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


def check(vectors):
    keys = [bytes.fromhex(vectors[name]) for name in ("initiator", "responder", "space")]
    counts = [check_session(session, *keys) for session in vectors["sessions"]]
    first, second = (messages(bytes.fromhex(session["responder_says"])) for session in vectors["sessions"])
    require(of(first, "vector")[0]["base"] == 0, "strangers tell the whole vector")
    require(of(second, "vector")[0]["base"] == 1, "partners that remember tell changes")
    return "; ".join(f"{count} messages, {events} events sent" for count, events in counts)


def main(words):
    if len(words) != 2:
        sys.exit("usage: read_session.py VECTORS")
    try:
        print(check(json.loads(pathlib.Path(words[1]).read_text(encoding="utf-8"))))
    except Refused as why:
        sys.exit(f"{words[1]}: {why}")


if __name__ == "__main__":
    main(sys.argv)
