/// What a member with a right to contribute and somebody else's program brings to a hub, which cannot tell.
///
/// Each is either refused at the door, or kept and of no effect on whoever opens it. Threads: one at a time.
#pragma once

#include <span>

#include "sync/protocol/parcel.h"
#include "sync/relay/relay_replica.h"
#include "tests/support/chain_writer.h"
#include "tests/support/garbled.h"
#include "tests/support/seeded_random.h"

namespace evenhand::test {

struct HubAssault {
  RelayView& hub;          ///< as the hostile member sees it
  const KeyPair& hostile;
  const SealKey& epoch;    ///< a member knows it
  Segment target;          ///< commits of an honest chain, which the hub may have or not
  std::vector<wire::BlobId> attachments;  ///< that records name
  SeededRandom& random;
};

inline bool bring(const HubAssault& a, const SegmentRange& range, ByteView commits, const SealKey& key) {
  auto frame = pack_frame(a.hub.id(), range, commits, &key, a.hostile, a.random);
  if (!frame) return false;
  const Segment segment{range, SegmentForm::frame, std::move(*frame)};
  return a.hub.store({&segment, 1}).ok();
}
inline bool bring(const HubAssault& a, const SegmentRange& range, ByteView commits) { return bring(a, range, commits, a.epoch); }

inline SegmentRange own_chain(const HubAssault& a) { return {a.random.make_id<ChainId>(), Lane::data, 1, 3, a.random.make_id<Hash>(), a.random.make_id<Hash>()}; }
inline Bytes garbage(const HubAssault& a) {
  Bytes bytes(200);
  a.random.fill(bytes);
  return bytes;
}

/// Fills names: with another outline, or with what no key opens.
inline void fill_names(const HubAssault& a, bool is_sealed_right) {
  for (const wire::BlobId& address : a.attachments) {
    ParcelKeys keys = parcel_keys(a.epoch, a.hub.id(), address);
    if (!is_sealed_right) keys.seal.bytes[0] ^= 1;
    ParcelHeader header;
    header.space = a.hub.id();
    header.name = keys.name;
    header.epoch = a.epoch.id;
    (void)a.hub.parcel_keeper()->write(keys.name, pack_piece(header, Bytes(8), keys.seal, a.hostile), 0).ok();
  }
}

inline Bytes bare_commits(ByteView commits) {
  Bytes all;
  const auto split = split_commits(commits);
  if (!split) return all;
  for (const CommitView& commit : *split) {
    const Bytes one = without_bodies(commit, [](std::size_t, const EventView&) { return true; });
    all.insert(all.end(), one.begin(), one.end());
  }
  return all;
}

struct HubAttack {
  const char* name;
  void (*run)(const HubAssault& assault);
};

inline constexpr HubAttack kHubAttacks[] = {
    {"a frame at the hub that no key opens", [](const HubAssault& a) {
       SealKey other = a.epoch;
       other.bytes[0] ^= 1;
       bring(a, own_chain(a), garbage(a), other);
     }},
    {"garbage under a seal that opens", [](const HubAssault& a) { bring(a, own_chain(a), garbage(a)); }},
    {"an invented head beyond the end of another's chain", [](const HubAssault& a) {
       SegmentRange range = a.target.range;
       range.first_seq = range.last_seq + 1, range.last_seq += 400, range.previous = range.head, range.head = a.random.make_id<Hash>();
       bring(a, range, garbage(a));
     }},
    {"another's events under an invented head", [](const HubAssault& a) {
       SegmentRange range = a.target.range;
       range.head = a.random.make_id<Hash>();
       bring(a, range, a.target.payload);
     }},
    {"something else under the name of another's events", [](const HubAssault& a) { bring(a, a.target.range, garbage(a)); }},
    {"forty heads that no frame has", [](const HubAssault& a) {
       for (int i = 0; i < 40; ++i) {
         SegmentRange range = a.target.range;
         range.head = a.random.make_id<Hash>();
         bring(a, range, garbage(a));
       }
     }},
    {"another's events under an invented chain", [](const HubAssault& a) {
       SegmentRange range = a.target.range;
       range.chain = a.random.make_id<ChainId>();
       bring(a, range, a.target.payload);
     }},
    {"a chain at the hub without a good seal", [](const HubAssault& a) {
       ChainWriter writer(a.hub.id(), a.random.next());
       const Bytes commit = without_seal(writer.commit(2));
       bring(a, {writer.id(), Lane::data, 1, 2, writer.descriptor().root(), writer.end().head}, commit);
     }},
    {"names of attachments filled with another outline", [](const HubAssault& a) { fill_names(a, true); }},
    {"names of attachments filled with what no key opens", [](const HubAssault& a) { fill_names(a, false); }},
};

inline bool bring(const HubAssault& a, const ChainWriter& writer, const ChainWriter::End& from, const Bytes& commit) {
  return bring(a, {writer.id(), Lane::data, from.seq + 1, writer.end().seq, from.head, writer.end().head}, commit);
}

/// What nobody can say is false: properly sealed, and it keeps what stands on it, or the end of its chain, from ever being settled.
inline constexpr HubAttack kHubKnots[] = {
    {"a commit at the hub that stands on what nobody shows", [](const HubAssault& a) {
       ChainWriter writer(a.hub.id(), a.random.next(), a.hostile);
       const ChainWriter::End root = writer.end(), unseen{2, a.random.make_id<Hash>()};
       const Bytes shown = writer.commit(5);
       bring(a, writer, root, shown);
       writer.go_back_to(unseen);
       const Bytes knot = writer.commit(2);
       bring(a, writer, unseen, knot);
     }},
    // The whole commit first; once others have it, a piece of it.
    {"a piece of a commit at the hub as if nothing came after it", [](const HubAssault& a) {
       ChainWriter writer(a.hub.id(), 5, a.hostile), piece(a.hub.id(), 5, a.hostile);
       const ChainWriter::End root = writer.end();
       const Bytes whole = writer.commit(4), torn = piece.commit(2);
       const VersionVector vector = *a.hub.vector();
       if (vector.find(writer.id()) == nullptr) bring(a, writer, root, whole);
       else bring(a, piece, root, torn);
     }},
    // Not false: an honest member may have been given them so.
    {"another's events at the hub without their texts", [](const HubAssault& a) {
       const Bytes bare = bare_commits(a.target.payload);
       bring(a, a.target.range, bare);
     }},
};

inline constexpr std::size_t kKnotWithoutTexts = 2;

}  // namespace evenhand::test
