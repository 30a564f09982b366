#include "sync/protocol/frame.h"

#include <cstring>

#include "core/event/layout.h"
#include "sync/protocol/compress.h"

namespace evenhand {

using layout::get;
using layout::put;

namespace {

constexpr std::string_view kMagic = "EHF1";
constexpr std::size_t kSignedBytes = 192;

Error bad(std::string why) { return corrupt("frame: " + std::move(why)); }

Hash signed_message(ByteView head, ByteView payload) {
  static constexpr std::string_view kDomain{"evenhand/frame/1\0", 17};
  return sha256({view_of(kDomain), head, sha256(payload).view()});
}

// What the seal stands on: the header without the lengths, which follow from the content.
Bytes seal_context(ByteView head) {
  static constexpr std::string_view kDomain{"evenhand/frame-seal/1\0", 22};
  Bytes context(kDomain.size() + kSignedBytes - 12);
  std::copy(kDomain.begin(), kDomain.end(), context.begin());
  std::copy_n(head.begin() + 12, kSignedBytes - 12, context.begin() + kDomain.size());
  return context;
}

bool is_range(const SegmentRange& range) {
  return range.first_seq >= 1 && range.first_seq <= range.last_seq && range.last_seq - range.first_seq < kEventsPerCommitMax;
}

// The commits, end to end, are exactly those that the range names.
Result<void> check_content(const SpaceId& space, const SegmentRange& range, ByteView commits) {
  EVENHAND_TRY(const auto split, split_commits(commits));
  EVENHAND_TRY(const SegmentRange found, range_of(split));
  const bool is_named = found.chain == range.chain && found.first_seq == range.first_seq && found.last_seq == range.last_seq;
  if (!is_named || found.previous != range.previous) return bad("its commits are not those that it names");
  if (const auto& descriptor = split.front().descriptor()) {
    const bool is_own = descriptor->space == space && descriptor->id() == range.chain && range.previous == descriptor->root();
    if (!is_own) return bad("its chain is not the one that it names");
    if (range.lane == Lane::data && descriptor->lane == Lane::authority) return bad("it hides authority as sealed data");
  }
  EVENHAND_TRY(const auto hashes, split.back().event_hashes());
  if (hashes.back() != range.head) return bad("its commits do not end as it says");
  return {};
}

void write_header(std::uint8_t* to, const FrameHeader& header) {
  const SegmentRange& range = header.range;
  std::copy(kMagic.begin(), kMagic.end(), to);
  to[4] = static_cast<std::uint8_t>(range.lane);
  put(to + 12, header.content_bytes);
  std::memcpy(to + 16, header.space.bytes.data(), 32);
  std::memcpy(to + 48, range.chain.bytes.data(), 16);
  put(to + 64, range.first_seq);
  put(to + 72, range.last_seq);
  std::memcpy(to + 80, range.previous.bytes.data(), 32);
  std::memcpy(to + 112, range.head.bytes.data(), 32);
  std::memcpy(to + 144, header.epoch.bytes.data(), 16);
  std::memcpy(to + 160, header.packer.bytes.data(), 32);
}

}  // namespace

Result<Bytes> pack_frame(const SpaceId& space, const SegmentRange& range, ByteView commits, const SealKey* epoch, const KeyPair& packer,
                         Random& random) {
  EVENHAND_ASSERT((epoch == nullptr) == (range.lane == Lane::authority), "the data lane is sealed, the authority lane is not");
  EVENHAND_ASSERT(epoch == nullptr || !epoch->id.is_zero(), "an epoch key has a name");
  if (!is_range(range)) return refused("a frame holds 1 to 512 events");
  if (commits.empty() || commits.size() > kCommitBytesMax) return refused("a frame holds at most 256 KiB of commits");
  Bytes frame(kFrameHeaderBytes);
  write_header(frame.data(), {space, range, epoch != nullptr ? epoch->id : KeyId{}, packer.public_key(), static_cast<std::uint32_t>(commits.size())});
  Bytes payload = compress(commits);
  if (epoch != nullptr) payload = seal(*epoch, payload, seal_context(ByteView(frame).first(kSignedBytes)), random);
  put(&frame[8], static_cast<std::uint32_t>(payload.size()));
  const Signature signature = packer.sign(signed_message(ByteView(frame).first(kSignedBytes), payload).view());
  std::copy(signature.bytes.begin(), signature.bytes.end(), frame.begin() + kSignedBytes);
  frame.insert(frame.end(), payload.begin(), payload.end());
  return frame;
}

Result<FrameHeader> read_frame_header(ByteView frame) {
  if (frame.size() < kFrameHeaderBytes || frame.size() > kFrameBytesMax) return bad("not of a frame's length");
  if (text_of(frame.first(4)) != kMagic) return bad("does not begin with EHF1");
  if (frame[4] > 1 || frame[5] != 0 || frame[6] != 0 || frame[7] != 0) return bad("reserved bits are set");
  if (get<std::uint32_t>(&frame[8]) != frame.size() - kFrameHeaderBytes) return bad("length field does not fit");
  FrameHeader header;
  header.content_bytes = get<std::uint32_t>(&frame[12]);
  header.space = *SpaceId::from(frame.subspan(16, 32));
  header.range.chain = *ChainId::from(frame.subspan(48, 16));
  header.range.lane = static_cast<Lane>(frame[4]);
  header.range.first_seq = get<std::uint64_t>(&frame[64]);
  header.range.last_seq = get<std::uint64_t>(&frame[72]);
  header.range.previous = *Hash::from(frame.subspan(80, 32));
  header.range.head = *Hash::from(frame.subspan(112, 32));
  header.epoch = *KeyId::from(frame.subspan(144, 16));
  header.packer = *PublicKey::from(frame.subspan(160, 32));
  if (!is_range(header.range)) return bad("its range is not one of 1 to 512 events");
  if (header.content_bytes == 0 || header.content_bytes > kCommitBytesMax) return bad("more than 256 KiB of commits");
  if (header.epoch.is_zero() != (header.range.lane == Lane::authority)) return bad("the data lane is sealed, the authority lane is not");
  const Hash message = signed_message(frame.first(kSignedBytes), frame.subspan(kFrameHeaderBytes));
  if (!verify(header.packer, message.view(), *Signature::from(frame.subspan(kSignedBytes, 64)))) return bad("the signature is not its packer's");
  return header;
}

Result<Bytes> open_frame(ByteView frame, const FrameHeader& header, const FindEpochKey& find_key) {
  EVENHAND_ASSERT(frame.size() >= kFrameHeaderBytes, "a frame is opened after its header was read");
  ByteView packed = frame.subspan(kFrameHeaderBytes);
  Bytes unsealed;
  if (!header.epoch.is_zero()) {
    const SealKey* key = find_key ? find_key(header.epoch) : nullptr;
    if (key == nullptr) return not_found("this frame is sealed under a key of its space that is not here", "key " + header.epoch.hex());
    EVENHAND_TRY(unsealed, unseal(*key, packed, seal_context(frame.first(kSignedBytes))));
    packed = unsealed;
  }
  EVENHAND_TRY(Bytes commits, decompress_untrusted(packed, header.content_bytes));
  EVENHAND_CHECK(check_content(header.space, header.range, commits));
  return commits;
}

}  // namespace evenhand
