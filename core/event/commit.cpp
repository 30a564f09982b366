#include "core/event/commit.h"

#include <map>

#include "core/event/layout.h"

namespace evenhand {

namespace {

using layout::get;
using layout::put;

constexpr std::string_view kMagic = "EHC1";
constexpr std::uint8_t kHasDescriptor = 1;
constexpr std::size_t kEventFrameBytes = 4;

Error bad(std::string why, std::size_t at) { return corrupt("commit: " + std::move(why), "byte " + std::to_string(at)); }

Bytes seal_message(const ChainDescriptor& chain, const ChainId& id, std::uint64_t seq, const Hash& head) {
  static constexpr std::string_view kDomain{"evenhand/seal/1\0", 16};
  Bytes message(kDomain.begin(), kDomain.end());
  message.insert(message.end(), chain.space.bytes.begin(), chain.space.bytes.end());
  message.insert(message.end(), id.bytes.begin(), id.bytes.end());
  message.resize(message.size() + 8);
  put(message.data() + message.size() - 8, seq);
  message.insert(message.end(), head.bytes.begin(), head.bytes.end());
  return message;
}

void append(Bytes& to, ByteView part) { to.insert(to.end(), part.begin(), part.end()); }

void append_event(Bytes& to, ByteView header, ByteView salt, ByteView body, BodyState state) {
  std::uint8_t frame[kEventFrameBytes] = {};
  put(frame, static_cast<std::uint16_t>(header.size()));
  frame[2] = static_cast<std::uint8_t>(state);
  append(to, frame);
  append(to, header);
  if (state == BodyState::present) {
    append(to, salt);
    append(to, body);
  }
}

// Writes the length and the checksum; everything else stands already.
void close(Bytes& bytes) {
  put(&bytes[8], static_cast<std::uint32_t>(bytes.size() + CommitView::kTrailerBytes));
  append(bytes, checksum_of(bytes).view());
}

}  // namespace

bool EventView::body_matches() const {
  return body_state == BodyState::present && sha256({salt, body}) == header.body_hash;
}

Result<CommitView> CommitView::decode_frame(ByteView bytes) {
  if (bytes.size() < kFixedBytes + kTrailerBytes) return bad("cut short", bytes.size());
  if (bytes.size() > kCommitBytesMax) return bad("longer than 256 KiB", kCommitBytesMax);
  if (text_of(bytes.first(4)) != kMagic) return bad("does not begin with EHC1", 0);
  if (get<std::uint32_t>(&bytes[8]) != bytes.size()) return bad("length field does not fit", 8);
  if ((bytes[4] & ~kHasDescriptor) != 0 || bytes[5] != 0 || get<std::uint32_t>(&bytes[12]) != 0) return bad("reserved bits are set", 4);
  const ByteView covered = bytes.first(bytes.size() - kTrailerBytes);
  const Checksum sum = checksum_of(covered);
  if (!std::equal(covered.end(), bytes.end(), sum.bytes.begin())) {
    return bad("checksum does not fit: the bytes are damaged", bytes.size() - kTrailerBytes);
  }
  CommitView commit;
  commit.bytes_ = bytes;
  commit.event_count_ = get<std::uint16_t>(&bytes[6]);
  if (commit.event_count_ == 0 || commit.event_count_ > kEventsPerCommitMax) return bad("event count out of range", 6);
  commit.chain_ = *ChainId::from(bytes.subspan(16, 16));
  commit.first_seq_ = get<std::uint64_t>(&bytes[32]);
  if (commit.first_seq_ == 0 || commit.first_seq_ > std::uint64_t{1} << 62) return bad("sequence number out of range", 32);
  commit.previous_ = *Hash::from(bytes.subspan(40, 32));
  commit.seal_ = *Signature::from(bytes.subspan(72, 64));
  commit.events_at_ = kFixedBytes;
  const bool has_descriptor = (bytes[4] & kHasDescriptor) != 0;
  if (has_descriptor != (commit.first_seq_ == 1)) return bad("a descriptor belongs in a chain's first commit and only there", 4);
  if (has_descriptor) {
    if (covered.size() < kFixedBytes + ChainDescriptor::kBytes) return bad("cut short in the descriptor", covered.size());
    EVENHAND_TRY(commit.descriptor_, ChainDescriptor::decode_untrusted(bytes.subspan(kFixedBytes, ChainDescriptor::kBytes)));
    commit.events_at_ += ChainDescriptor::kBytes;
  }
  return commit;
}

Result<void> CommitView::read_parts(ByteView bytes, std::size_t end, std::size_t& at, EventView& event) {
  if (end - at < kEventFrameBytes) return bad("cut short before an event", at);
  const std::size_t header_bytes = get<std::uint16_t>(&bytes[at]);
  const std::uint8_t state = bytes[at + 2];
  if (state > 1 || bytes[at + 3] != 0) return bad("event frame is not ours", at + 2);
  at += kEventFrameBytes;
  if (header_bytes > end - at) return bad("event header runs past the end", at);
  if (header_bytes < EventHeader::kFixedBytes) return bad("event header is cut short", at);
  event.header_bytes = bytes.subspan(at, header_bytes);
  event.body_state = static_cast<BodyState>(state);
  event.salt = event.body = {};
  at += header_bytes;
  if (event.body_state == BodyState::present) {
    const std::size_t body_length = EventHeader::body_length_of(event.header_bytes);
    const std::size_t wanted = kSaltBytes + body_length;
    if (wanted > end - at) return bad("body runs past the end", at);
    event.salt = bytes.subspan(at, kSaltBytes);
    event.body = bytes.subspan(at + kSaltBytes, body_length);
    at += wanted;
  }
  return {};
}

Result<void> CommitView::read_event(std::size_t& at, EventView& event) const {
  const std::size_t begin = at;
  EVENHAND_CHECK(read_parts(at, event));
  if (const auto header = EventHeader::decode_untrusted(event.header_bytes, event.header); !header) {
    return bad(header.error().what + " (" + header.error().where + " of the header)", begin + kEventFrameBytes);
  }
  return {};
}

std::uint32_t CommitView::offset_of(const EventView& event) const {
  return static_cast<std::uint32_t>(event.header_bytes.data() - bytes_.data() - kEventFrameBytes);
}

Result<void> CommitView::decode_event(ByteView bytes, EventView& event) {
  std::size_t at = 0;
  EVENHAND_CHECK(read_parts(bytes, bytes.size(), at, event));
  return EventHeader::decode_untrusted(event.header_bytes, event.header);
}

Result<CommitView> CommitView::decode_stored(ByteView bytes) { return decode_frame(bytes); }

Result<CommitView> CommitView::decode_untrusted(ByteView bytes) {
  EVENHAND_TRY(CommitView commit, decode_frame(bytes));
  std::size_t at = commit.events_at_;
  std::size_t whole_bytes = bytes.size();  // with the bodies that it lacks, which may come later
  for (std::size_t i = 0; i < commit.event_count_; ++i) {
    EventView event;
    EVENHAND_CHECK(commit.read_event(at, event));
    if (event.body_state == BodyState::absent) whole_bytes += kSaltBytes + EventHeader::body_length_of(event.header_bytes);
    if (whole_bytes > kCommitBytesMax) return bad("longer than 256 KiB with the bodies that it lacks", kCommitBytesMax);
  }
  if (at != bytes.size() - kTrailerBytes) return bad("bytes left over after the last event", at);
  return commit;
}

Result<void> CommitView::for_each(const std::function<Result<void>(std::size_t, const EventView&)>& visit) const {
  std::size_t at = events_at_;
  EventView event;
  for (std::size_t i = 0; i < event_count_; ++i) {
    EVENHAND_CHECK(read_event(at, event));
    EVENHAND_CHECK(visit(i, event));
  }
  return {};
}

Result<std::vector<Hash>> CommitView::event_hashes() const {
  std::vector<Hash> hashes;
  EVENHAND_CHECK(append_event_hashes(hashes));
  return hashes;
}

Result<void> CommitView::append_event_hashes(std::vector<Hash>& hashes) const {
  const std::size_t first = hashes.size();
  hashes.resize(first + event_count_);
  Hash previous = previous_;
  std::size_t at = events_at_;
  EventView event;
  for (std::size_t i = 0; i < event_count_; ++i) {
    EVENHAND_CHECK(read_parts(at, event));
    previous = hashes[first + i] = hash_event(previous, event.header_bytes);
  }
  return {};
}

Result<void> verify_seal(const CommitView& commit, const ChainDescriptor& chain, const Hash& head) {
  if (!verify(chain.device, seal_message(chain, commit.chain(), commit.last_seq(), head), commit.seal())) {
    return corrupt("commit: the seal is not that of the chain's device",
                   "chain " + commit.chain().hex() + ", event " + std::to_string(commit.last_seq()));
  }
  return {};
}

Result<std::vector<Hash>> verify_commit(const CommitView& commit, const ChainDescriptor& chain) {
  const Hash root = chain.root();
  if (*ChainId::from(root.view().first(ChainId::kSize)) != commit.chain()) return bad("chain id does not fit its descriptor", 16);
  if (commit.descriptor() && *commit.descriptor() != chain) return bad("its descriptor is not that of its chain", CommitView::kFixedBytes);
  if (commit.first_seq() == 1 && commit.previous() != root) return bad("a chain's first commit must stand on its root", 40);
  bool bodies_fit = true;
  std::size_t bad_event = 0;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    if (event.body_state == BodyState::present && !event.body_matches()) {
      bodies_fit = false;
      bad_event = i;
    }
    return bodies_fit;
  }));
  if (!bodies_fit) return bad("the body of event " + std::to_string(commit.first_seq() + bad_event) + " does not fit its hash", 0);
  EVENHAND_TRY(std::vector<Hash> hashes, commit.event_hashes());
  EVENHAND_CHECK(verify_seal(commit, chain, hashes.back()));
  return hashes;
}

CommitBuilder::CommitBuilder(const ChainDescriptor& chain, const KeyPair& key, std::uint64_t last_seq, const Hash& head)
    : chain_(chain), chain_id_(chain.id()), key_(key), last_seq_(last_seq), head_(last_seq == 0 ? chain.root() : head) {
  EVENHAND_ASSERT(key.public_key() == chain.device, "a chain is sealed with its own device's key");
  begin();
}

void CommitBuilder::begin() {
  event_count_ = 0;
  bytes_.assign(CommitView::kFixedBytes, 0);
  std::copy(kMagic.begin(), kMagic.end(), bytes_.begin());
  std::copy(chain_id_.bytes.begin(), chain_id_.bytes.end(), bytes_.begin() + 16);
  put(&bytes_[32], last_seq_ + 1);
  std::copy(head_.bytes.begin(), head_.bytes.end(), bytes_.begin() + 40);
  if (last_seq_ == 0) {
    bytes_[4] = kHasDescriptor;
    bytes_.resize(bytes_.size() + ChainDescriptor::kBytes);
    chain_.write(&bytes_[CommitView::kFixedBytes]);
  }
}

Result<Reference> CommitBuilder::add(const EventDraft& draft, Random& random) {
  if (event_count_ == kEventsPerCommitMax) return refused("a commit holds at most 512 events", draft.type);
  const Salt salt = random.make_id<Salt>();
  EVENHAND_TRY(const Bytes header, encode_header(draft, hash_body(salt, draft.body)));
  const std::size_t grown = bytes_.size() + kEventFrameBytes + header.size() + kSaltBytes + draft.body.size();
  if (grown + CommitView::kTrailerBytes > kCommitBytesMax) return refused("a commit holds at most 256 KiB", draft.type);
  append_event(bytes_, header, salt.view(), draft.body, BodyState::present);
  ++event_count_;
  ++last_seq_;
  head_ = hash_event(head_, header);
  return Reference{chain_id_, last_seq_, shorten(head_)};
}

Bytes CommitBuilder::finish() {
  EVENHAND_ASSERT(event_count_ > 0, "a commit holds at least one event");
  put(&bytes_[6], static_cast<std::uint16_t>(event_count_));
  const Signature signature = key_.sign(seal_message(chain_, chain_id_, last_seq_, head_));
  std::copy(signature.bytes.begin(), signature.bytes.end(), bytes_.begin() + 72);
  close(bytes_);
  Bytes finished = std::move(bytes_);
  begin();
  return finished;
}

Bytes without_bodies(const CommitView& commit, const std::function<bool(std::size_t, const EventView&)>& drop) {
  const ByteView old = commit.bytes();
  const std::size_t prefix = CommitView::kFixedBytes + (commit.descriptor() ? ChainDescriptor::kBytes : 0);
  Bytes bytes(old.begin(), old.begin() + static_cast<std::ptrdiff_t>(prefix));
  const auto walked = commit.walk([&](std::size_t i, const EventView& event) {
    const bool gone = event.body_state == BodyState::absent || drop(i, event);
    append_event(bytes, event.header_bytes, event.salt, event.body, gone ? BodyState::absent : BodyState::present);
    return true;
  });
  EVENHAND_ASSERT(walked.ok(), "a commit that was decoded walks");
  close(bytes);
  return bytes;
}

Bytes without_first(const CommitView& commit, std::size_t count) {
  EVENHAND_ASSERT(count > 0 && count < commit.event_count(), "something goes and something stays");
  Bytes bytes(commit.bytes().begin(), commit.bytes().begin() + CommitView::kFixedBytes);
  Hash previous = commit.previous();
  const auto walked = commit.walk([&](std::size_t i, const EventView& event) {
    if (i < count) {
      previous = hash_event(previous, event.header_bytes);
    } else {
      append_event(bytes, event.header_bytes, event.salt, event.body, event.body_state);
    }
    return true;
  });
  EVENHAND_ASSERT(walked.ok(), "a commit that was decoded walks");
  bytes[4] = 0;  // no descriptor
  put(&bytes[6], static_cast<std::uint16_t>(commit.event_count() - count));
  put(&bytes[32], commit.first_seq() + count);
  std::copy(previous.bytes.begin(), previous.bytes.end(), bytes.begin() + 40);
  close(bytes);
  return bytes;
}

std::optional<Bytes> with_bodies(const CommitView& ours, const CommitView& theirs) {
  struct Body {
    ByteView salt, body;
  };
  std::map<std::uint64_t, Body> offered;  // by sequence number: the two may be cut differently
  auto walked = theirs.walk([&](std::size_t i, const EventView& event) {
    if (event.body_state == BodyState::present) offered[theirs.first_seq() + i] = Body{event.salt, event.body};
    return true;
  });
  EVENHAND_ASSERT(walked.ok(), "a commit that was decoded walks");
  const std::size_t prefix = CommitView::kFixedBytes + (ours.descriptor() ? ChainDescriptor::kBytes : 0);
  Bytes bytes(ours.bytes().begin(), ours.bytes().begin() + static_cast<std::ptrdiff_t>(prefix));
  bool any = false;
  walked = ours.walk([&](std::size_t i, const EventView& event) {
    const bool is_here = event.body_state == BodyState::present;
    const auto found = is_here ? offered.end() : offered.find(ours.first_seq() + i);
    const bool comes = found != offered.end() && found->second.body.size() == EventHeader::body_length_of(event.header_bytes);
    any = any || comes;
    append_event(bytes, event.header_bytes, comes ? found->second.salt : event.salt, comes ? found->second.body : event.body,
                 is_here || comes ? BodyState::present : BodyState::absent);
    return true;
  });
  EVENHAND_ASSERT(walked.ok(), "a commit that was decoded walks");
  if (!any) return std::nullopt;
  close(bytes);
  return bytes;
}

}  // namespace evenhand
