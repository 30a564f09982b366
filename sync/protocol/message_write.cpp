#include "sync/protocol/message.h"

#include <algorithm>

#include "core/codec/archive.h"

namespace evenhand::wire {

namespace {

constexpr std::string_view kMagic = "EHS";

Bytes framed(MessageType type, const Bytes& body) {
  CanonicalOutput out;
  const std::uint8_t byte = static_cast<std::uint8_t>(type);
  out.raw({&byte, 1});
  out.varint(body.size());
  out.raw(body);
  return out.take();
}

void save_byte(CanonicalOutput& out, std::uint8_t byte) { out.raw({&byte, 1}); }

// A text of ours that is too long for the wire loses its end, between letters.
std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::string shorter = text.substr(0, most);
  while (!shorter.empty() && !is_utf8(shorter)) shorter.pop_back();
  return shorter;
}

void save(CanonicalOutput& out, const Introduction& who) {
  out.raw(view_of(kMagic));
  save_byte(out, who.version_least);
  save_byte(out, who.version_most);
  out.varint(who.features);
  out.varint(who.features_needed);
  out.raw(who.device);
  out(who.claimed_minutes, who.title);
}
void save(CanonicalOutput& out, const std::vector<SpaceOffer>& offers) {
  out.varint(offers.size());
  for (const SpaceOffer& offer : offers) {
    out(offer.tag);
    save_byte(out, static_cast<std::uint8_t>(static_cast<std::uint8_t>(offer.form) | (offer.vector_follows ? 2 : 0)));
    out(offer.digest);
  }
}
void save(CanonicalOutput& out, const WireEnds& ends) {
  if (ends.total == 0) return out.varint(0);
  if (ends.total > 1) {
    out.varint(ends.total << 1 | 1);
  }
  for (const VersionVector::End& end : ends.ends) {
    out.varint(ends.total > 1 ? end.seq : end.seq << 1);
    out(end.head);
  }
}
void save(CanonicalOutput& out, const SegmentRange& range) {
  out(range.chain);
  save_byte(out, static_cast<std::uint8_t>(range.lane));
  out.varint(range.first_seq);
  out.varint(range.last_seq - range.first_seq);
  out(range.previous, range.head);
}
}  // namespace

Bytes to_message(const Hello& hello) {
  CanonicalOutput out;
  Introduction who = hello.who;
  who.title = cut(who.title, kPartnerTitleBytesMax);
  save(out, who);
  out(hello.nonce);
  save(out, hello.spaces);
  return framed(MessageType::hello, out.take());
}

Bytes to_message(const Answer& answer) {
  CanonicalOutput out;
  Introduction who = answer.who;
  who.title = cut(who.title, kPartnerTitleBytesMax);
  save(out, who);
  out.varint(answer.verdicts.size());
  for (const Verdict verdict : answer.verdicts) save_byte(out, static_cast<std::uint8_t>(verdict));
  save(out, answer.further);
  return framed(MessageType::answer, out.take());
}

Bytes to_message(const Name& name) { return framed(MessageType::name, encode(name.space, name.id)); }

Bytes to_message(const VectorMessage& message) {
  CanonicalOutput out;
  out.varint(message.space);
  save_byte(out, static_cast<std::uint8_t>(message.base));
  if (message.base == VectorBase::remembered) out(message.print);
  if (message.base == VectorBase::none) save_byte(out, static_cast<std::uint8_t>(message.chain_bytes));
  out.varint(message.entries.size());
  std::uint64_t before = 0;
  for (const VectorMessage::Entry& entry : message.entries) {
    if (message.base != VectorBase::none) {
      out.varint(entry.index ? *entry.index + 1 - before : 0);
      if (entry.index) before = *entry.index + 1;
    }
    if (!entry.index) out.raw(entry.chain.view().first(message.chain_bytes));
    save(out, entry.ends);
  }
  return framed(MessageType::vector, out.take());
}

Bytes to_message(const Heads& heads) { return framed(MessageType::heads, encode(heads.space, heads.heads)); }
Bytes to_message(const Plan& plan) { return framed(MessageType::plan, encode(plan.space, plan.events, plan.whole)); }
Bytes to_message(const Coming& coming) { return framed(MessageType::coming, encode(coming.space, coming.events)); }

Bytes to_message(const SegmentMessage& segment) {
  CanonicalOutput out;
  out.varint(segment.space);
  save_byte(out, static_cast<std::uint8_t>((segment.plain_bytes ? 1 : 0) | (segment.form == SegmentForm::frame ? 2 : 0) | (segment.is_lean ? 4 : 0)));
  if (segment.plain_bytes) out.varint(*segment.plain_bytes);
  if (segment.form == SegmentForm::frame) save(out, segment.range);
  out.raw(segment.payload);
  return framed(MessageType::segment, out.take());
}

Bytes to_message(const EndOfRound& end) {
  CanonicalOutput out;
  out(end.space, end.digest);
  out.varint(end.missing.size());
  for (const Reference& reference : end.missing) {
    std::array<std::uint8_t, Reference::kBytes> bytes;
    reference.write(bytes.data());
    out.raw(bytes);
  }
  return framed(MessageType::end, out.take());
}

Bytes to_message(const Receipt& receipt) { return framed(MessageType::receipt, encode(receipt.segments, receipt.blobs, receipt.credit)); }

Bytes to_message(const WantBlobs& want) {
  CanonicalOutput out;
  out.varint(want.space);
  out.varint(want.blobs.size());
  for (const BlobWant& blob : want.blobs) out(blob.address, blob.first_chunk);
  return framed(MessageType::want_blobs, out.take());
}

Bytes to_message(const BlobHead& head) { return framed(MessageType::blob_head, encode(head.space, head.address, head.length, head.chunks)); }

Bytes to_message(const BlobChunk& chunk) {
  CanonicalOutput out;
  out.varint(chunk.index);
  out.raw(chunk.bytes);
  return framed(MessageType::blob_chunk, out.take());
}

Bytes to_message(const BlobLack& lack) { return framed(MessageType::blob_lack, encode(lack.space, lack.address)); }

Bytes to_message(const ParcelStock& stock) {
  CanonicalOutput out;
  out.varint(stock.space);
  out.varint(stock.groups.size());
  for (const ParcelStock::Group& group : stock.groups) out(group.epoch, group.marks);
  return framed(MessageType::parcel_stock, out.take());
}

Bytes to_message(const ParcelOffer& offer) {
  CanonicalOutput out;
  out.varint(offer.space);
  save_byte(out, offer.has_more ? 1 : 0);
  out.varint(offer.items.size());
  for (const ParcelOffer::Item& item : offer.items) out(item.name, item.chunks, item.bytes);
  return framed(MessageType::parcel_offer, out.take());
}

Bytes to_message(const ParcelHead& head) {
  CanonicalOutput out;
  out(head.space, head.name, head.chunks);
  out.raw(head.piece);
  return framed(MessageType::parcel_head, out.take());
}

Bytes to_message(const NoRoom& none) {
  return framed(MessageType::no_room, encode(none.space, none.parcels, cut(none.what, kPartnerWordsBytesMax), cut(none.next, kPartnerWordsBytesMax)));
}

Bytes to_message(const Farewell& farewell) {
  CanonicalOutput out;
  out.varint(farewell.space);
  out.raw(farewell.commits);
  return framed(MessageType::farewell, out.take());
}

Bytes to_message(const PassOver& false_one) { return framed(MessageType::pass_over, encode(false_one.space, false_one.packer)); }

Bytes to_message(const LeaveOut& left) {
  CanonicalOutput out;
  out.varint(left.space);
  out.varint(left.chains.size());
  for (const LeaveOut::Item& item : left.chains) out(item.chain, item.held);
  return framed(MessageType::leave_out, out.take());
}

Bytes to_message(const NoMore& none) { return framed(MessageType::no_more, encode(none.space, none.is_lasting, none.chains)); }

Bytes to_message(const LeftOutNow& left) { return framed(MessageType::left_out, encode(left.space, left.held)); }

Bytes to_message(const ErrMessage& err) {
  CanonicalOutput out;
  save_byte(out, static_cast<std::uint8_t>(err.word));
  out(cut(err.what, kPartnerWordsBytesMax), cut(err.next, kPartnerWordsBytesMax));
  return framed(MessageType::err, out.take());
}

Bytes to_message(MessageType type, std::size_t space) {
  if (type == MessageType::bye || type == MessageType::ping || type == MessageType::parcel_ready) return framed(type, {});
  return framed(type, encode(space));
}

}  // namespace evenhand::wire
