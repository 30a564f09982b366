#include "sync/protocol/message.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/codec/archive.h"
#include "core/event/limits.h"

namespace evenhand::wire {

namespace {

constexpr std::string_view kMagic = "EHS";
constexpr std::size_t kBlobChunksMax = 8192;

std::uint8_t load_byte(BoundedInput& in) { return in.raw(1)[0]; }

std::uint8_t load_below(BoundedInput& in, std::uint8_t bound, const char* what) {
  const std::uint8_t byte = load_byte(in);
  if (byte >= bound) in.fail(std::string("an unknown ") + what);
  return byte;
}

/// A count of items of at least `item_bytes` each: never more than what is left could hold.
std::size_t load_count(BoundedInput& in, std::size_t most, std::size_t item_bytes) {
  const std::uint64_t count = in.varint();
  if (count > most) in.fail("more than " + std::to_string(most) + " items");
  if (count * item_bytes > in.left()) in.fail("more items than the bytes left could hold");
  return static_cast<std::size_t>(count);
}

std::size_t load_space(BoundedInput& in) {
  const std::uint64_t number = in.varint();
  if (number >= 2 * kSpacesPerSessionMax) in.fail("no such space was offered");
  return static_cast<std::size_t>(number);
}

std::string load_text(BoundedInput& in, std::size_t most) {
  const std::size_t count = in.count();
  if (count > most) in.fail("a text of more than " + std::to_string(most) + " bytes");
  const std::string_view text = text_of(in.raw(count));
  if (!is_utf8(text)) in.fail("text that is not UTF-8");
  return std::string(text);
}

void load(BoundedInput& in, Introduction& who) {
  if (text_of(in.raw(kMagic.size())) != kMagic) in.fail("this is not an Evenhand session");
  who.version_least = load_byte(in);
  who.version_most = load_byte(in);
  if (who.version_least > who.version_most) in.fail("a range of versions that holds none");
  who.features = in.varint();
  who.features_needed = in.varint();
  const ByteView device = in.raw(who.device.size());
  std::copy(device.begin(), device.end(), who.device.begin());
  in(who.claimed_minutes);
  who.title = load_text(in, kPartnerTitleBytesMax);
}

void load(BoundedInput& in, std::vector<SpaceOffer>& offers) {
  offers.resize(load_count(in, kSpacesPerSessionMax, 21));
  for (SpaceOffer& offer : offers) {
    in(offer.tag);
    const std::uint8_t flags = load_below(in, 4, "flag of an offer");
    offer.form = static_cast<SegmentForm>(flags & 1);
    offer.vector_follows = (flags & 2) != 0;
    in(offer.digest);
  }
  std::set<SpaceTagId> tags;
  for (const SpaceOffer& offer : offers) {
    if (!tags.insert(offer.tag).second) in.fail("one space is offered twice");
  }
}

// 0 = none; seq * 2 and head = one; total * 2 + 1 and the last ends = a fork.
VersionVector::End load_end(BoundedInput& in, std::uint64_t seq) {
  if (seq == 0 || seq > VersionVector::kSeqMax) in.fail("a sequence number that no chain has");
  VersionVector::End end{seq, {}};
  in(end.head);
  return end;
}
void load(BoundedInput& in, WireEnds& ends) {
  const std::uint64_t number = in.varint();
  ends.total = (number & 1) == 1 ? number >> 1 : number == 0 ? 0 : 1;
  if ((number & 1) == 0) {
    if (number != 0) ends.ends.push_back(load_end(in, number >> 1));
    return;
  }
  if (ends.total < 2 || ends.total > VersionVector::kSeqMax) in.fail("a fork with no branches");
  for (std::size_t i = 0; i < std::min<std::uint64_t>(ends.total, kEndsOnWireMax); ++i) {
    const VersionVector::End end = load_end(in, in.varint());
    if (i > 0 && !(ends.ends.back() < end)) in.fail("ends out of order");
    ends.ends.push_back(end);
  }
}

void load(BoundedInput& in, SegmentRange& range) {
  in(range.chain);
  range.lane = static_cast<Lane>(load_below(in, 2, "lane"));
  range.first_seq = in.varint();
  const std::uint64_t more = in.varint();
  if (range.first_seq == 0 || range.first_seq > VersionVector::kSeqMax || more >= kEventsPerCommitMax) in.fail("a range that no segment has");
  range.last_seq = range.first_seq + more;
  in(range.previous, range.head);
}

void load(BoundedInput& in, Hello& hello) {
  load(in, hello.who);
  in(hello.nonce);
  load(in, hello.spaces);
}

void load(BoundedInput& in, Answer& answer) {
  load(in, answer.who);
  answer.verdicts.resize(load_count(in, kSpacesPerSessionMax, 1));
  for (Verdict& verdict : answer.verdicts) verdict = static_cast<Verdict>(load_below(in, 5, "verdict"));
  load(in, answer.further);
}

void load(BoundedInput& in, Name& name) {
  name.space = load_space(in);
  in(name.id);
}

void load(BoundedInput& in, VectorMessage& message) {
  message.space = load_space(in);
  message.base = static_cast<VectorBase>(load_below(in, 3, "base of a vector"));
  if (message.base == VectorBase::remembered) in(message.print);
  if (message.base == VectorBase::none) {
    message.chain_bytes = load_byte(in);
    if (message.chain_bytes < 6 || message.chain_bytes > ChainId::kSize) in.fail("chains told by too few or too many bytes");
  }
  const std::size_t count = load_count(in, 2 * kChainsPerSpaceMax, 2);
  std::uint64_t index = 0;
  for (std::size_t i = 0; i < count; ++i) {
    VectorMessage::Entry entry;
    const std::uint64_t step = message.base == VectorBase::none ? 0 : in.varint();
    if (step == 0) {
      const ByteView told = in.raw(message.chain_bytes);
      std::copy(told.begin(), told.end(), entry.chain.bytes.begin());
      const bool ascends = i == 0 || message.entries.back().index || message.entries.back().chain < entry.chain;
      if (!ascends) in.fail("chains out of order");
    } else {
      if (i > 0 && !message.entries.back().index) in.fail("changed chains come before new ones");
      index += step;
      if (step > kChainsPerSpaceMax || index > kChainsPerSpaceMax) in.fail("a chain that the base does not have");
      entry.index = static_cast<std::uint32_t>(index - 1);
    }
    load(in, entry.ends);
    if (!entry.index && entry.ends.total == 0) in.fail("a chain without an end");
    message.entries.push_back(std::move(entry));
  }
}

void load(BoundedInput& in, Heads& heads) {
  heads.space = load_space(in);
  heads.heads.resize(load_count(in, kChainsPerSpaceMax, Hash::kSize));
  for (Hash& head : heads.heads) in(head);
}

void load(BoundedInput& in, Plan& plan) {
  plan.space = load_space(in);
  plan.events = in.varint();
  plan.whole.resize(load_count(in, kChainsPerSpaceMax, ChainId::kSize));
  for (ChainId& chain : plan.whole) in(chain);
}

void load(BoundedInput& in, Coming& coming) {
  coming.space = load_space(in);
  coming.events = in.varint();
}

void load(BoundedInput& in, SegmentMessage& segment) {
  segment.space = load_space(in);
  const std::uint8_t flags = load_below(in, 6, "flag of a segment");
  segment.form = (flags & 2) != 0 ? SegmentForm::frame : SegmentForm::commits;
  segment.is_lean = (flags & 4) != 0;
  if (flags & 1) {
    segment.plain_bytes = in.varint();
    if (*segment.plain_bytes > kSegmentBytesMax) in.fail("a segment that would become longer than it may be");
  }
  if (segment.form == SegmentForm::frame) load(in, segment.range);
  if (in.left() == 0 || in.left() > kSegmentBytesMax) in.fail("a segment of a length that none has");
  segment.payload = in.raw(in.left());
}

void load(BoundedInput& in, EndOfRound& end) {
  end.space = load_space(in);
  in(end.digest);
  end.missing.resize(load_count(in, kMissingBodiesMax, Reference::kBytes));
  for (Reference& reference : end.missing) {
    reference = Reference::read(in.raw(Reference::kBytes).data());
    if (reference.seq == 0 || reference.seq > VersionVector::kSeqMax) in.fail("an event that no chain has");
  }
}

void load(BoundedInput& in, Receipt& receipt) {
  receipt.segments = in.varint();
  receipt.blobs = in.varint();
  receipt.credit = in.varint();
}

void load(BoundedInput& in, WantBlobs& want) {
  want.space = load_space(in);
  want.blobs.resize(load_count(in, kBlobWantsMax, 33));
  for (BlobWant& blob : want.blobs) in(blob.address, blob.first_chunk);
}

void load(BoundedInput& in, BlobHead& head) {
  head.space = load_space(in);
  in(head.address);
  head.length = in.varint();
  head.chunks.resize(load_count(in, kBlobChunksMax, Hash::kSize));
  for (Hash& chunk : head.chunks) in(chunk);
}

void load(BoundedInput& in, BlobChunk& chunk) {
  in(chunk.index);
  chunk.bytes = in.raw(in.left());
}

void load(BoundedInput& in, BlobLack& lack) {
  lack.space = load_space(in);
  in(lack.address);
}

void load(BoundedInput& in, ParcelStock& stock) {
  stock.space = load_space(in);
  stock.groups.resize(load_count(in, kParcelsPerSpaceMax, KeyId::kSize + 2));
  std::size_t all = 0;
  KeyId before;
  for (ParcelStock::Group& group : stock.groups) {
    in(group.epoch);
    if (group.epoch <= std::exchange(before, group.epoch)) in.fail("epoch keys out of order");
    group.marks.resize(load_count(in, kParcelsPerSpaceMax, ParcelMark::kSize));
    all += group.marks.size();
    if (group.marks.empty() || all > kParcelsPerSpaceMax) in.fail("a stock that no hub has");
    for (ParcelMark& mark : group.marks) in(mark);
    if (!std::is_sorted(group.marks.begin(), group.marks.end())) in.fail("marks out of order");
  }
}

void load(BoundedInput& in, ParcelOffer& offer) {
  offer.space = load_space(in);
  offer.has_more = load_below(in, 2, "flag of an offer of attachments") == 1;
  offer.items.resize(load_count(in, kParcelOffersMax, ParcelName::kSize + 2));
  if (offer.has_more && offer.items.empty()) in.fail("an offer of nothing, and more of it");
  for (ParcelOffer::Item& item : offer.items) {
    in(item.name, item.chunks, item.bytes);
    if (item.chunks > kParcelChunksMax) in.fail("an attachment longer than any may be");
    // Pieces have a least and a greatest length: an offer says no more than they can bring (and sums stay numbers).
    if (item.bytes > (std::uint64_t{item.chunks} + 1) * kMessageBytesMax) in.fail("an attachment of a length that none has");
  }
}

void load(BoundedInput& in, ParcelHead& head) {
  head.space = load_space(in);
  in(head.name, head.chunks);
  if (head.chunks > kParcelChunksMax) in.fail("an attachment longer than any may be");
  head.piece = in.raw(in.left());
}

void load(BoundedInput& in, NoRoom& none) {
  none.space = load_space(in);
  none.parcels = in.varint();
  if (none.parcels == 0 || none.parcels > kParcelsPerSpaceMax) in.fail("no room for nothing");
  none.what = load_text(in, kPartnerWordsBytesMax);
  none.next = load_text(in, kPartnerWordsBytesMax);
}

void load(BoundedInput& in, Farewell& farewell) {
  farewell.space = load_space(in);
  farewell.commits = in.raw(in.left());
}

void load(BoundedInput& in, PassOver& false_one) {
  false_one.space = load_space(in);
  in(false_one.packer);
}

void load(BoundedInput& in, LeaveOut& left) {
  left.space = load_space(in);
  left.chains.resize(load_count(in, kChainsPerSpaceMax, ChainId::kSize + ChainPrint::kSize));
  if (left.chains.empty()) in.fail("nothing is left out");
  for (std::size_t i = 0; i < left.chains.size(); ++i) {
    in(left.chains[i].chain, left.chains[i].held);
    if (i > 0 && !(left.chains[i - 1].chain < left.chains[i].chain)) in.fail("chains out of order");
  }
}

void load(BoundedInput& in, LeftOutNow& left) {
  left.space = load_space(in);
  left.held.resize(load_count(in, kChainsPerSpaceMax, ChainPrint::kSize));
  for (ChainPrint& held : left.held) in(held);
}

void load(BoundedInput& in, NoMore& none) {
  none.space = load_space(in);
  none.is_lasting = load_below(in, 2, "how long there is no room") != 0;
  none.chains.resize(load_count(in, kChainsPerSpaceMax, ChainId::kSize));
  if (none.chains.empty()) in.fail("no chain is named");
  for (std::size_t i = 0; i < none.chains.size(); ++i) {
    in(none.chains[i]);
    if (i > 0 && !(none.chains[i - 1] < none.chains[i])) in.fail("chains out of order");
  }
}

void load(BoundedInput& in, ErrMessage& err) {
  err.word = static_cast<ErrorWord>(load_below(in, 4, "kind of error"));
  if (static_cast<std::uint8_t>(err.word) == 0) in.fail("an unknown kind of error");
  err.what = load_text(in, kPartnerWordsBytesMax);
  err.next = load_text(in, kPartnerWordsBytesMax);
}

}  // namespace

template <class T>
Result<T> read_message(ByteView body) {
  T message;
  BoundedInput in(body);
  try {
    load(in, message);
    if (in.left() != 0) in.fail("bytes left over");
  } catch (const DecodeFault& fault) {
    return corrupt("a message of the partner: " + fault.why, "byte " + std::to_string(fault.at));
  }
  return message;
}
template Result<Hello> read_message<Hello>(ByteView);
template Result<Answer> read_message<Answer>(ByteView);
template Result<Name> read_message<Name>(ByteView);
template Result<VectorMessage> read_message<VectorMessage>(ByteView);
template Result<Heads> read_message<Heads>(ByteView);
template Result<Plan> read_message<Plan>(ByteView);
template Result<Coming> read_message<Coming>(ByteView);
template Result<SegmentMessage> read_message<SegmentMessage>(ByteView);
template Result<EndOfRound> read_message<EndOfRound>(ByteView);
template Result<Receipt> read_message<Receipt>(ByteView);
template Result<WantBlobs> read_message<WantBlobs>(ByteView);
template Result<BlobHead> read_message<BlobHead>(ByteView);
template Result<BlobChunk> read_message<BlobChunk>(ByteView);
template Result<BlobLack> read_message<BlobLack>(ByteView);
template Result<ParcelStock> read_message<ParcelStock>(ByteView);
template Result<ParcelOffer> read_message<ParcelOffer>(ByteView);
template Result<ParcelHead> read_message<ParcelHead>(ByteView);
template Result<NoRoom> read_message<NoRoom>(ByteView);
template Result<Farewell> read_message<Farewell>(ByteView);
template Result<PassOver> read_message<PassOver>(ByteView);
template Result<LeaveOut> read_message<LeaveOut>(ByteView);
template Result<LeftOutNow> read_message<LeftOutNow>(ByteView);
template Result<NoMore> read_message<NoMore>(ByteView);
template Result<ErrMessage> read_message<ErrMessage>(ByteView);

Result<std::size_t> read_space_number(ByteView body) {
  BoundedInput in(body);
  try {
    const std::size_t number = load_space(in);
    if (in.left() != 0) in.fail("bytes left over");
    return number;
  } catch (const DecodeFault& fault) {
    return corrupt("a message of the partner: " + fault.why, "byte " + std::to_string(fault.at));
  }
}

Result<std::optional<MessageReader::Message>> MessageReader::next() {
  const auto cut_off_what_was_read = [&] {
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(done_));
    done_ = 0;
    return std::optional<Message>();
  };
  const ByteView left = ByteView(buffer_).subspan(done_);
  std::size_t length = 0;
  for (std::size_t at = 1; at < left.size(); ++at) {
    length |= std::size_t{left[at] & 0x7Fu} << (7 * (at - 1));
    if (length > kMessageBytesMax || at > 3) return corrupt("a message of the partner is longer than any may be");
    if (left[at] & 0x80) continue;
    if (at > 1 && left[at] == 0) return corrupt("a message of the partner: its length is not in its shortest form");
    const std::size_t whole = 1 + at + length;
    if (left.size() < whole) break;
    done_ += whole;
    return std::optional<Message>({left[0], left.subspan(1 + at, length), whole});
  }
  return cut_off_what_was_read();
}

}  // namespace evenhand::wire
