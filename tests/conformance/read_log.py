#!/usr/bin/env python3
"""An independent reader of Evenhand's logs, written from docs/formats/event.md alone.

    read_log.py DUMP...              commits one behind the other, with DUMP.json beside it (tests/conformance/dump_log.cpp)
    read_log.py --vectors FOLDER     the golden vectors

Checks the frame of every commit and event, chain ids, the hash chain, body hashes, every seal (Ed25519) and the log
digest. The XXH3 checksum is for damage at rest and is not computed here: Python's standard library has none.
Uses the standard library and python3-cryptography; shares no code with the program. One file of more than 400 lines, so that
it can be read beside that page from top to bottom.
"""

import collections
import hashlib
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

COMMIT_FIXED, DESCRIPTOR, CHECKSUM, HEADER_FIXED, REFERENCE, SALT = 136, 73, 16, 116, 32, 16
MUST_UNDERSTAND, SEALED, BATCH = 1, 2, 4
TYPE_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789._-")

Chain = collections.namedtuple("Chain", "device space lane incarnation root id")
Event = collections.namedtuple("Event", "hash type flags content_class schema_version claimed_ms entity actor grant key batch parents body")
Commit = collections.namedtuple("Commit", "chain first_seq previous seal descriptor events")


class Refused(Exception):
    """These bytes are not what the format says."""


def require(true, why):
    if not true:
        raise Refused(why)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


# --- Chains, headers, commits ---------------------------------------------------------------------------------------

def read_chain(raw):
    require(len(raw) == DESCRIPTOR, "descriptor cut short")
    require(raw[64] in (0, 1), "unknown lane")
    root = sha256(b"evenhand/chain/1\0", raw)
    return Chain(raw[:32], raw[32:64], raw[64], raw[65:], root, root[:16])


def reference_key(raw):
    """References are ordered by chain, then by number, then by hash; the number is little-endian."""
    return raw[:16], struct.unpack("<Q", raw[16:24])[0], raw[24:]


def read_header(raw):
    require(len(raw) >= HEADER_FIXED, "header cut short")
    form, flags, content_class, parents, type_length, zero, version, body_length, claimed = struct.unpack_from("<6BHIq", raw)
    require(form == 1 and zero == 0, "header format or reserved byte")
    require(flags <= 7, "header flags")
    require(content_class <= 5, "content class")
    require(parents <= 16, "too many parents")
    require(1 <= type_length <= 63, "type length")
    require(body_length <= 64 * 1024, "body too long")
    at = HEADER_FIXED
    key = batch = bytes(16)
    if flags & SEALED:
        key, at = raw[at:at + 16], at + 16
        require(any(key), "sealed under no key")
    if flags & BATCH:
        batch, at = raw[at:at + 16], at + 16
        require(any(batch), "part of no batch")
    require(len(raw) == at + type_length + REFERENCE * parents, "header length does not fit its parts")
    kind = raw[at:at + type_length]
    require(set(kind) <= TYPE_LETTERS, "letters of the type")
    at += type_length
    named = [raw[at + i * REFERENCE:at + (i + 1) * REFERENCE] for i in range(parents)]
    require(all(reference_key(a) < reference_key(b) for a, b in zip(named, named[1:])), "parents out of order")
    fields = dict(type=kind.decode(), flags=flags, content_class=content_class, schema_version=version, claimed_ms=claimed,
                  entity=raw[20:36], actor=raw[36:52], grant=raw[52:84], key=key, batch=batch, parents=named)
    return fields, raw[84:116], body_length


def read_event(raw, at, end, previous):
    require(end - at >= 4, "cut short before an event")
    length, state, zero = struct.unpack_from("<HBB", raw, at)
    at += 4
    require(state <= 1 and zero == 0, "event frame")
    require(length <= end - at, "header runs past the end")
    header = raw[at:at + length]
    fields, body_hash, body_length = read_header(header)
    at += length
    body = None
    if state == 1:
        require(SALT + body_length <= end - at, "body runs past the end")
        salt, body = raw[at:at + SALT], raw[at + SALT:at + SALT + body_length]
        require(sha256(salt, body) == body_hash, "a body does not fit its hash")
        at += SALT + body_length
    return Event(hash=sha256(previous, header), body=body, **fields), at


def read_commit(raw, chains):
    """One whole commit; `chains` (id to Chain) learns of new ones. Verifies everything but the checksum."""
    require(len(raw) >= COMMIT_FIXED + CHECKSUM, "commit cut short")
    magic, flags, zero, count, length, zeros = struct.unpack_from("<4sBBHII", raw)
    require(magic == b"EHC1", "magic")
    require(flags <= 1 and zero == 0 and zeros == 0, "reserved bits")
    require(length == len(raw) <= 256 * 1024, "length of the commit")
    require(1 <= count <= 512, "event count")
    chain_id, first_seq, previous, seal = raw[16:32], struct.unpack_from("<Q", raw, 32)[0], raw[40:72], raw[72:136]
    require(1 <= first_seq <= 1 << 62, "sequence number")
    require((flags == 1) == (first_seq == 1), "a descriptor stands in the first commit and only there")
    at, end = COMMIT_FIXED, len(raw) - CHECKSUM
    if flags == 1:
        chain = read_chain(raw[at:at + DESCRIPTOR])
        require(chain.id == chain_id, "chain id")
        require(previous == chain.root, "the first commit stands on the chain's root")
        chains[chain.id] = chain
        at += DESCRIPTOR
    require(chain_id in chains, "a chain whose descriptor never came")
    chain, events, head = chains[chain_id], [], previous
    for _ in range(count):
        event, at = read_event(raw, at, end, head)
        events.append(event)
        head = event.hash
    require(at == end, "bytes left over")
    message = b"evenhand/seal/1\0" + chain.space + chain_id + struct.pack("<Q", first_seq + count - 1) + head
    try:
        Ed25519PublicKey.from_public_bytes(chain.device).verify(seal, message)
    except (InvalidSignature, ValueError) as wrong:
        raise Refused("the seal is not the device's") from wrong
    return Commit(chain, first_seq, previous, seal, flags == 1, events)


# --- Whole logs -----------------------------------------------------------------------------------------------------

def commits_in(dump):
    at = 0
    while at < len(dump):
        require(len(dump) - at >= 12, "dump cut short")
        length = struct.unpack_from("<I", dump, at + 8)[0]
        require(COMMIT_FIXED <= length <= len(dump) - at, "dump cut short")
        yield dump[at:at + length]
        at += length


def reference_of(chain_id, seq, event_hash):
    return chain_id + struct.pack("<Q", seq) + event_hash[:8]


def log_digest(ends, missing):
    """ends: (chain id, seq, head) of every branch's end."""
    by_chain = collections.defaultdict(set)
    for chain_id, seq, head in ends:
        by_chain[chain_id].add((seq, head))
    parts = [b"evenhand/log-digest/1\0", struct.pack(">Q", len(by_chain))]
    for chain_id in sorted(by_chain):
        parts += [chain_id, struct.pack(">Q", len(by_chain[chain_id]))]
        for seq, head in sorted(by_chain[chain_id]):
            parts += [struct.pack(">Q", seq), head]
    absent = sorted(set(missing), key=reference_key)
    return sha256(*parts, struct.pack(">Q", len(absent)), *absent)


def read_log(dump):
    """Space, events, missing bodies and digest of a dump; every event stands on one that came before."""
    chains, known, ends, missing, spaces, events = {}, set(), set(), [], set(), 0
    for raw in commits_in(dump):
        commit = read_commit(raw, chains)
        chain_id = commit.chain.id
        spaces.add(commit.chain.space)
        base = (chain_id, commit.first_seq - 1, commit.previous)
        require(commit.first_seq == 1 or base in known, "a commit stands on an event that is not there")
        ends.discard(base)
        for number, event in enumerate(commit.events):
            seq = commit.first_seq + number
            known.add((chain_id, seq, event.hash))
            if event.body is None:
                missing.append(reference_of(chain_id, seq, event.hash))
        ends.add((chain_id, commit.first_seq + len(commit.events) - 1, commit.events[-1].hash))
        events += len(commit.events)
    require(len(spaces) == 1, "a log holds one space")
    return {"space": spaces.pop().hex(), "log_digest": log_digest(ends, missing).hex(), "events": events, "missing": len(missing)}


def check_dump(file):
    found = read_log(pathlib.Path(file).read_bytes())
    said = json.loads(pathlib.Path(file + ".json").read_text())
    require(found == said, f"this reader finds {found}, the program says {said}")
    return f"{file}: {found['events']} events, digest {found['log_digest'][:16]}"


# --- Golden vectors ---------------------------------------------------------------------------------------------------

def varint(raw, at):
    value = shift = 0
    while True:
        require(at < len(raw) and shift < 64, "number cut short or too long")
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            require(byte != 0 or shift == 7, "number not in its shortest form")
            return value, at


def signed(raw):
    value, at = varint(raw, 0)
    require(at == len(raw), "bytes left over")
    return (value >> 1) ^ -(value & 1)


def run(raw, at):
    length, at = varint(raw, at)
    require(length <= len(raw) - at, "length beyond the bytes left")
    return raw[at:at + length], at + length


def decimal_text(raw):
    zigzag, at = varint(raw, 0)
    decimals, at = varint(raw, at)
    require(at == len(raw) and decimals <= 6, "decimal")
    mantissa = (zigzag >> 1) ^ -(zigzag & 1)
    digits = str(abs(mantissa)).rjust(decimals + 1, "0")
    whole = digits if decimals == 0 else digits[:-decimals] + "." + digits[-decimals:]
    return ("-" if mantissa < 0 else "") + whole


def items_text(raw, as_text):
    count, at = varint(raw, 0)
    items = []
    for _ in range(count):
        item, at = run(raw, at)
        items.append(item)
    require(raw[at:] == b"\0", "a set that is entered removes nothing")
    require(items == sorted(set(items)), "items ascend, each once")
    return sorted(as_text(item) for item in items)


def whole_text(raw):
    text, at = run(raw, 0)
    require(at == len(raw), "bytes left over")
    return text.decode("utf-8")


def value_text(kind, raw):
    if kind == "integer":
        return str(signed(raw))
    if kind == "decimal":
        return decimal_text(raw)
    if kind == "grade":
        require(len(raw) == 1 and raw[0] <= 6, "grade")
        return str(raw[0] // 2) + (".5" if raw[0] % 2 else "")
    if kind == "flag":
        require(raw in (b"\0", b"\1"), "flag")
        return "yes" if raw == b"\1" else "no"
    if kind == "reference":
        require(len(raw) == 16, "reference to a record")
        return raw.hex()
    if kind == "blob":
        size, at = varint(raw, 32)
        media, at = run(raw, at)
        require(at == len(raw) and media == b"text/plain", "attachment")
        return f"{raw[:32].hex()} ({size} bytes)"
    return whole_text(raw)


def check_values(vectors):
    for one in vectors["values"]:
        raw = bytes.fromhex(one["bytes"])
        if one["type"] == "words":
            same = items_text(raw, whole_text) == sorted(set(one["text"].split("; ")))
        elif one["type"] == "references":
            same = items_text(raw, bytes.hex) == sorted(set(one["text"].split("; ")))
        else:
            same = value_text(one["type"], raw) == one["text"]
        require(same, f"{one['record']}.{one['field']}: {one['bytes']} is not {one['text']!r}")
    for one in vectors["integers"]:
        require(signed(bytes.fromhex(one["bytes"])) == one["number"], f"integer {one['number']}")
    raw, at, fields = bytes.fromhex(vectors["body"]["bytes"]), 0, []
    while at < len(raw):
        field, at = varint(raw, at)
        value, at = run(raw, at)
        fields.append({"field": field, "value": value.hex()})
    require(fields == vectors["body"]["fields"], "body")
    return len(vectors["values"]) + len(vectors["integers"]) + 1


def check_commits(vectors):
    chain = {key: value if isinstance(value, int) else bytes.fromhex(value) for key, value in vectors["chain"].items()}
    chains = {}
    for one in vectors["commits"]:
        commit = read_commit(bytes.fromhex(one["bytes"]), chains)
        require(commit.chain._asdict() == chain and commit.first_seq == one["first_seq"], "chain of a commit")
        for number, (event, said) in enumerate(zip(commit.events, one["events"], strict=True)):
            for name, value in event._asdict().items():
                plain = value.hex() if isinstance(value, bytes) else [p.hex() for p in value] if isinstance(value, list) else value
                require(plain == said[name], f"{name} of event {commit.first_seq + number}: {plain} is not {said[name]}")
            require(reference_of(commit.chain.id, commit.first_seq + number, event.hash).hex() == said["reference"], "reference")
    return len(vectors["commits"])


LAYOUTS = {  # name: kind of each part; "16", "32", "64" raw bytes, "n" number, "s" text
    "space.chartered": (("kind", "n"), ("nonce", 16), ("organisation", 16), ("root", 32), ("device", 32), ("title", "s")),
    "organisation.admitted": (("organisation", 16), ("root", 32), ("title", "s")),
    "organisation.left": (("organisation", 16), ("devices", "keys"), ("cuts", (("chain", 16), ("last_seq", "n"))), ("by_root", 64)),
    "device.certified": (("organisation", 16), ("device", 32), ("label", "s"), ("by_root", 64)),
    "grant.given": (("device", 32), ("capabilities", "n")),
    "device.removed": (("device", 32), ("cuts", (("chain", 16), ("last_seq", "n")))),
    "work.adopted": (("events", "runs"),),
    "erasure.ordered": (("key", 16), ("ground", "s")),
    "redaction.ordered": (("event", "run"), ("ground", "s")),
    "space.retired": (),
    "grant.restored": (("device", 32), ("by_root", 64)),
    "key.epoch": (("key", 16), ("boxes", (("device", 8), ("box", 80)))),
    "key.shared": (("device", 32), ("boxes", (("key", 16), ("box", 80)))),
}
LEFT_OF_OLD = (("organisation", 16),)


def layout_of(kind, raw):
    return LEFT_OF_OLD if kind == "organisation.left" and len(raw) == 16 else LAYOUTS[kind]


def read_parts(raw, at, layout):
    fields = {}
    for name, kind in layout:
        if kind == "n":
            fields[name], at = varint(raw, at)
        elif kind in ("s", "run"):
            text, at = run(raw, at)
            fields[name] = text.decode("utf-8") if kind == "s" else text.hex()
        elif isinstance(kind, int):
            require(len(raw) - at >= kind, "cut short")
            fields[name], at = raw[at:at + kind].hex(), at + kind
        else:
            count, at = varint(raw, at)
            fields[name] = []
            for _ in range(count):
                if kind == "keys":
                    require(len(raw) - at >= 32, "cut short")
                    one, at = raw[at:at + 32].hex(), at + 32
                    fields[name].append(one)
                elif kind == "runs":
                    one, at = run(raw, at)
                    fields[name].append(one.hex())
                else:
                    one, at = read_parts(raw, at, kind)
                    fields[name].append(one)
    return fields, at


def check_bodies(vectors):
    for one in vectors["bodies"]:
        raw = bytes.fromhex(one["bytes"])
        fields, at = read_parts(raw, 0, layout_of(one["type"], raw))
        require(at == len(raw) and fields == one["fields"], f"{one['type']}: {fields}")


def check_membership(vectors):
    check_bodies(vectors)
    space = bytes.fromhex(vectors["space"])
    parents = b"\x01" + bytes.fromhex(vectors["parent"])
    root = Ed25519PublicKey.from_public_bytes(bytes.fromhex(vectors["root"]))
    bodies = {one["type"]: one for one in vectors["bodies"]}
    for kind, domain in (("organisation.left", b"evenhand/leaving/1\0"), ("grant.restored", b"evenhand/root-grant/1\0")):
        raw = bytes.fromhex(bodies[kind]["bytes"])
        root.verify(raw[-64:], domain + space + raw[:-64] + parents)
    epoch = sha256(b"evenhand/epoch/1\0", space, bytes.fromhex(vectors["epoch_key"]))[:16]
    require(bodies["key.epoch"]["fields"]["key"] == epoch.hex(), "epoch")
    return len(vectors["bodies"])


def check_authority(vectors):
    check_bodies(vectors)
    space = bytes.fromhex(vectors["space"])
    bodies = {one["type"]: one for one in vectors["bodies"]}
    require(sha256(b"evenhand/space/1\0", bytes.fromhex(bodies["space.chartered"]["bytes"])) == space, "space id")
    certificate = bytes.fromhex(bodies["device.certified"]["bytes"])
    root = bytes.fromhex(bodies["space.chartered"]["fields"]["root"])
    Ed25519PublicKey.from_public_bytes(root).verify(certificate[-64:], b"evenhand/device/1\0" + space + certificate[:-64])
    return len(vectors["bodies"])


def check_refused(vectors):
    read_commit(bytes.fromhex(vectors["good"]), {})
    count = 0
    for one in vectors["refused"]:
        if one["why"] == "checksum":
            continue  # which this reader does not compute
        count += 1
        try:
            read_commit(bytes.fromhex(one["bytes"]), {})
        except Refused:
            continue
        raise Refused(f"not refused: {one['why']}")
    return count


def check_vectors(folder):
    checks = {"commits.json": check_commits, "values.json": check_values, "authority.json": check_authority,
              "membership.json": check_membership, "refused.json": check_refused}
    for name, check in checks.items():
        vectors = json.loads(pathlib.Path(folder, name).read_text(encoding="utf-8"))
        yield f"{name}: {check(vectors)} vectors"


def main(words):
    try:
        for line in check_vectors(words[1]) if words[0] == "--vectors" else map(check_dump, words):
            print(line)
    except (Refused, InvalidSignature) as wrong:
        print(f"FAILED: {wrong or 'a signature does not fit'}")
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
