#!/usr/bin/env python3
"""Reads a golden bundle, its frames and a request from docs/formats/bundle.md alone; shares no code with the program.

    read_bundle.py VECTORS.json      as tests/golden/vectors/bundles-2.json; prints what was found, exit 1 when anything differs

Device slot, records, frames, commits, signatures and the attachment are all opened and checked. X25519, Ed25519 and ChaCha20-Poly1305 come
from python3-cryptography; what it lacks (XSalsa20, HChaCha20) is written out here; zstd is the system's library through ctypes.
"""

import ctypes
import ctypes.util
import hashlib
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.poly1305 import Poly1305
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import read_log  # noqa: E402
from read_log import Refused, require, run, sha256, varint  # noqa: E402

CONSTANT = struct.unpack("<4I", b"expand 32-byte k")
MASK = 0xFFFFFFFF


# --- What the cryptography package lacks ------------------------------------------------------------------------------

def turn(value, bits):
    return (value << bits | value >> (32 - bits)) & MASK


def salsa_rounds(x):
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11), (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)):
            x[b] ^= turn(x[a] + x[d] & MASK, 7)
            x[c] ^= turn(x[b] + x[a] & MASK, 9)
            x[d] ^= turn(x[c] + x[b] & MASK, 13)
            x[a] ^= turn(x[d] + x[c] & MASK, 18)
    return x


def salsa_state(key, middle):
    k = struct.unpack("<8I", key)
    return [CONSTANT[0], *k[:4], CONSTANT[1], *middle, CONSTANT[2], *k[4:], CONSTANT[3]]


def hsalsa(key, nonce16):
    x = salsa_rounds(salsa_state(key, struct.unpack("<4I", nonce16)))
    return struct.pack("<8I", x[0], x[5], x[10], x[15], x[6], x[7], x[8], x[9])


def salsa_stream(key, nonce8, length):
    out = b""
    for block in range((length + 63) // 64):
        start = salsa_state(key, struct.unpack("<4I", nonce8 + struct.pack("<Q", block)))
        out += struct.pack("<16I", *(a + b & MASK for a, b in zip(start, salsa_rounds(list(start)))))
    return out[:length]


def secretbox_open(key, nonce24, boxed):
    tag, cipher = boxed[:16], boxed[16:]
    stream = salsa_stream(hsalsa(key, nonce24[:16]), nonce24[16:], 32 + len(cipher))
    Poly1305.verify_tag(stream[:32], cipher, tag)
    return bytes(a ^ b for a, b in zip(cipher, stream[32:]))


def sealed_box_open(seed, boxed):
    """libsodium's crypto_box_seal_open for the X25519 form of an Ed25519 key."""
    private = X25519PrivateKey.from_private_bytes(hashlib.sha512(seed).digest()[:32])
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    nonce = hashlib.blake2b(boxed[:32] + public, digest_size=24).digest()
    shared = private.exchange(X25519PublicKey.from_public_bytes(boxed[:32]))
    return secretbox_open(hsalsa(shared, bytes(16)), nonce, boxed[32:])


def hchacha(key, nonce16):
    x = [*CONSTANT, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce16)]
    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            for first, bits in ((True, 16), (False, 12), (True, 8), (False, 7)):
                if first:
                    x[a] = x[a] + x[b] & MASK
                    x[d] = turn(x[d] ^ x[a], bits)
                else:
                    x[c] = x[c] + x[d] & MASK
                    x[b] = turn(x[b] ^ x[c], bits)
    return struct.pack("<8I", *x[:4], *x[12:])


def xchacha_open(key, nonce24, sealed, context):
    return ChaCha20Poly1305(hchacha(key, nonce24[:16])).decrypt(bytes(4) + nonce24[16:], sealed, context)


def unzstd(packed, length):
    library = ctypes.CDLL(ctypes.util.find_library("zstd"))
    library.ZSTD_decompress.restype = ctypes.c_size_t
    out = ctypes.create_string_buffer(length)
    got = library.ZSTD_decompress(out, ctypes.c_size_t(length), packed, ctypes.c_size_t(len(packed)))
    require(got == length, "what is compressed has another length")
    return out.raw


# --- The formats ------------------------------------------------------------------------------------------------------

def signed(domain, parts, content, key):
    """The fields before a signature that fits."""
    fields, signature = content[:-64], content[-64:]
    Ed25519PublicKey.from_public_bytes(key or fields[:32]).verify(signature, sha256(domain, *parts, fields))
    return fields


def read_header(raw):
    magic, version, slots, passphrases = struct.unpack_from("<8sHHB", raw)
    require(magic == b"EHBUNDLE" and version == 1 and slots <= 256 and passphrases <= 1 and raw[13:16] == bytes(3), "header")
    end = 40 + 96 * slots + 112 * passphrases
    require(raw[end:end + 32] == sha256(b"evenhand/bundle-header/1\0", raw[:end]), "sum of the header")
    part, parts = struct.unpack_from("<II", raw, 32)
    return {"id": raw[16:32], "part": part, "parts": parts, "slots": [raw[40 + 96 * i:136 + 96 * i] for i in range(slots)], "bytes": end + 32}


def bundle_key(header, seed):
    for slot in header["slots"]:
        try:
            secret = sealed_box_open(seed, slot)
        except InvalidSignature:
            continue
        require(secret[:16] == header["id"], "the id in a slot is another")
        return secret[16:]
    raise Refused("no slot opens")


def records(raw, header, key):
    """(type, content, head and tag) of every record of a whole part, in order."""
    bundle, at, number = header["id"], header["bytes"], 0
    end = len(raw) - header["bytes"] - 12
    require(raw[end:] == raw[:header["bytes"]] + struct.pack("<I", header["bytes"]) + b"EHBUNEND", "the header at the end")
    while at < end:
        head = raw[at:at + 24]
        marker, found, length, check = struct.unpack("<8sII8s", head)
        require(marker == sha256(b"evenhand/bundle-marker/1\0", bundle)[:8] and found == number, "head of a record")
        require(check == sha256(b"evenhand/bundle-record/1\0", bundle, head[8:16])[:8] and length <= end - at - 24, "check of a record")
        sealed = raw[at + 24:at + 24 + length]
        plain = xchacha_open(key, struct.pack("<Q", number) + bytes(16), sealed, bundle + head)
        yield plain[0], plain[1:], head + sealed[-16:]
        at, number = at + 24 + length, number + 1


def read_frame(raw, epoch_id, epoch_key):
    magic, lane, z1, z2, payload_bytes, content_bytes = struct.unpack_from("<4sBBHII", raw)
    require(magic == b"EHF1" and lane <= 1 and z1 == z2 == 0 and payload_bytes == len(raw) - 256 and content_bytes <= 262144, "frame")
    payload, key_id = raw[256:], raw[144:160]
    Ed25519PublicKey.from_public_bytes(raw[160:192]).verify(raw[192:256], sha256(b"evenhand/frame/1\0", raw[:192], sha256(payload)))
    if lane == 0:
        require(key_id == epoch_id, "another epoch")
        payload = xchacha_open(epoch_key, payload[:24], payload[24:], b"evenhand/frame-seal/1\0" + raw[12:192])
    else:
        require(key_id == bytes(16), "an epoch in the authority lane")
    first, last = struct.unpack_from("<QQ", raw, 64)
    return raw[16:48], raw[48:64], first, last, raw[112:144], unzstd(payload, content_bytes)


def read_manifest(content, bundle):
    fields = signed(b"evenhand/bundle-manifest/1\0", [bundle], content, None)
    title, at = run(fields, 32)
    _, at = varint(fields, at)
    has_expiry, at = varint(fields, at)
    if has_expiry:
        _, at = varint(fields, at)
    numbers = []
    for _ in range(3):
        number, at = varint(fields, at)
        numbers.append(number)
    require(at == len(fields), "bytes left over in the manifest")
    return fields[:32], title.decode("utf-8"), numbers


def read_vector(raw):
    count, at = varint(raw, 0)
    vector = {}
    for _ in range(count):
        chain, at, goes_on = raw[at:at + 16], at + 16, 1
        vector[chain] = []
        while goes_on:
            number, at = varint(raw, at)
            goes_on = number & 1
            vector[chain].append((number >> 1, raw[at:at + 8]))
            at += 8
    require(at == len(raw), "bytes left over in a vector")
    return vector


def read_bundle(raw, seed, epoch_id, epoch_key):
    header = read_header(raw)
    key = bundle_key(header, seed)
    found = {"frames": 0, "events": 0, "commits": b"", "ends": {}, "attachments": []}
    chains, digest, count, outline = {}, b"", 0, None
    for kind, content, ends in records(raw, header, key):
        if kind == 1:
            found["maker"], found["title"], (part, first, found["spaces"]) = read_manifest(content, header["id"])
            require(part == header["part"] and first == 0, "part of the manifest")
        elif kind == 2:
            base, at = run(content, 48)
            target, at = run(content, at)
            require(at == len(content) and read_vector(base) == {} and content[32:48] == epoch_id, "space")
            found["space"], found["target"] = content[:32], read_vector(target)
        elif kind == 3:
            space, chain, first, last, head, commits = read_frame(content, epoch_id, epoch_key)
            require(space == found["space"], "space of a frame")
            seq = first
            for commit_bytes in read_log.commits_in(commits):
                commit = read_log.read_commit(commit_bytes, chains)
                require(commit.chain.id == chain and commit.first_seq == seq, "commits of a frame")
                seq += len(commit.events)
            require(seq == last + 1 and commit.events[-1].hash == head, "end of a frame")
            found["ends"][chain] = [(last, head[:8])]
            found["frames"], found["events"], found["commits"] = found["frames"] + 1, found["events"] + last - first + 1, found["commits"] + commits
        if kind == 7:
            require(content[:32] == found["space"] and content[32:48] == epoch_id, "space and key of an attachment")
            plain = xchacha_open(epoch_key, content[48:72], content[72:], b"evenhand/bundle-attachment/1\0" + header["id"] + content[:48])
            kind, content = plain[0], plain[1:]
            require(kind in (4, 5), "what is sealed beside frames is of an attachment")
            found["attachments_sealed"] = True
        if kind == 4:
            length, at = varint(content, 64)
            chunks, at = varint(content, at)
            outline = {"address": content[32:64], "hashes": [content[at + 32 * i:at + 32 * i + 32] for i in range(chunks)], "got": 0}
            require(sha256(b"evenhand/blob/1\0", struct.pack(">Q", length), *outline["hashes"]) == outline["address"], "address of an attachment")
        elif kind == 5:
            index, at = varint(content, 32)
            chunk, at = run(content, at)
            require(content[:32] == outline["address"] and index == outline["got"], "chunk")
            require(sha256(b"evenhand/blob-chunk/1\0", chunk) == outline["hashes"][index], "hash of a chunk")
            outline["got"] += 1
            if outline["got"] == len(outline["hashes"]):
                found["attachments"].append(outline["address"])
        elif kind == 6:
            fields = signed(b"evenhand/bundle-seal/1\0", [header["id"]], content, found["maker"])
            numbers, at = [], 0
            for _ in range(7):
                number, at = varint(fields, at)
                numbers.append(number)
            require(numbers == [1, 1, 0, count, found["frames"], found["events"], len(found["attachments"])], f"totals {numbers}")
            require(fields[at:] == sha256(digest), "digest of the records")
            found["sealed"] = True
        digest, count = digest + ends, count + 1
    require(found.get("sealed"), "no seal")
    require(found["ends"] == found["target"], "the target is what the frames bring")
    return found


def read_request(raw, space, target, attachments=()):
    require(raw[:4] == (b"EHR2" if attachments else b"EHR1"), "request")
    nonce, device = raw[4:12], raw[12:44]
    Ed25519PublicKey.from_public_bytes(device).verify(raw[-64:], sha256(b"evenhand/request/1\0", raw[:-64]))
    spaces, at = varint(raw, 44)
    require(spaces == 1 and raw[at:at + 8] == sha256(b"evenhand/request-space/1\0", nonce, space)[:8], "tag of a space")
    chains, at = varint(raw, at + 8)
    tags = {sha256(b"evenhand/request-chain/1\0", nonce, chain)[:5]: ends for chain, ends in target.items()}
    for _ in range(chains):
        ends, (number, at) = tags.pop(raw[at:at + 5]), varint(raw, at + 5)
        require(number & 1 == 0 and [(seq, head[:4]) for seq, head in ends] == [(number >> 1, raw[at:at + 4])], "end of a chain")
        at += 4
    require(not tags, "chains of a request")
    if attachments:
        count, at = varint(raw, at)
        named = [raw[at + 4 * i:at + 4 * i + 4] for i in range(count)]
        wanted = sorted(sha256(b"evenhand/request-attachment/1\0", nonce, space, address)[:4] for address in attachments)
        require(named == wanted, "attachments of a request")
        at += 4 * count
    require(at == len(raw) - 64, "end of a request")
    return device


def check(vectors):
    raw = {name: bytes.fromhex(vectors[name]) for name in ("device_seed", "epoch_id", "epoch_key", "maker", "space", "attachment", "commits", "bundle", "request")}
    found = read_bundle(raw["bundle"], raw["device_seed"], raw["epoch_id"], raw["epoch_key"])
    require((found["maker"], found["title"], found["space"], found["spaces"]) == (raw["maker"], vectors["title"], raw["space"], 1), "manifest")
    require((found["frames"], found["events"], found["attachments"]) == (vectors["frames"], vectors["events"], [raw["attachment"]]), "counts")
    require(sorted(read_log.commits_in(found["commits"])) == sorted(read_log.commits_in(raw["commits"])), "the commits are those of the log")
    read_request(raw["request"], raw["space"], found["target"])
    requests = 1
    if "request_held" in vectors:  # the vectors of before 2026-11 have none
        read_request(bytes.fromhex(vectors["request_held"]), raw["space"], found["target"], [raw["attachment"]])
        requests = 2
    return f"{found['frames']} frames, {found['events']} events, {len(found['attachments'])} attachment, requests: {requests}"


def main(words):
    try:
        print(check(json.loads(pathlib.Path(words[0]).read_text(encoding="utf-8"))))
    except (Refused, InvalidSignature, InvalidTag) as wrong:
        print(f"FAILED: {wrong or 'a signature does not fit'}")
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
