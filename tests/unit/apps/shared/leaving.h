/// Everything that leaves a trust, carrier by carrier, made by the shipping code and opened as far as any of its readers could.
///
/// What is sealed is opened with the keys of the trust itself; what cannot be opened fails the test. Threads: one.
#pragma once

#include <set>

#include "apps/shared/session_exchange.h"
#include "sync/bundle/record_scanner.h"
#include "sync/bundle/request.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/lean.h"
#include "sync/transport/pairing.h"
#include "tests/support/hub_community.h"
#include "tests/support/program.h"
#include "tests/unit/sync/replica/canaries.h"

namespace evenhand::test {

class Departures {
 public:
  explicit Departures(Laptop& laptop) : laptop_(laptop) {}

  void add(const std::string& carrier, ByteView bytes) { all_.push_back({carrier, std::string(text_of(bytes))}); }
  void add(std::vector<Left> more) { all_.insert(all_.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end())); }
  const std::vector<Left>& all() const { return all_; }
  /// Types of messages seen in any session.
  const std::set<std::uint8_t>& messages() const { return messages_; }
  std::set<std::string> carriers() const {
    std::set<std::string> names;
    for (const Left& one : all_) names.insert(one.carrier);
    return names;
  }

  /// One side's words in a session.
  void add_session(const std::string& carrier, ByteView said);
  /// What a bundle's file holds in clear, and every record in it.
  void add_bundle(const std::string& carrier, const std::filesystem::path& file, const BundleOpener& opener);

 private:
  void add_frame(const std::string& carrier, ByteView frame) {
    const FrameHeader header = good(read_frame_header(frame));
    add(carrier, good(open_frame(frame, header, [&](const KeyId& key) { return laptop_->epoch_key(header.space, key); })));
  }
  void add_piece(const std::string& carrier, ByteView piece);
  void add_segment(const std::string& carrier, ByteView body);

  Laptop& laptop_;  ///< whose keys open it
  std::vector<Left> all_;
  std::set<std::uint8_t> messages_;
};

inline void Departures::add_piece(const std::string& carrier, ByteView piece) {
  const ParcelHeader header = good(read_piece_header(piece));
  const Space& space = *laptop_->find_space(header.space);
  for (const BlobAddress& address : good(good(BlobStore::open(space.folder / "blobs", OpenMode::read_only)).list())) {
    const ParcelKeys keys = parcel_keys(*laptop_->epoch_key(header.space, header.epoch), header.space, address);
    if (keys.name == header.name) return add(carrier, good(open_piece(piece, keys.seal)));
  }
  FAIL(carrier << ": a piece that nobody can open");
}

inline void Departures::add_segment(const std::string& carrier, ByteView body) {
  const auto message = good(wire::read_message<wire::SegmentMessage>(body));
  Bytes payload(message.payload.begin(), message.payload.end());
  if (message.plain_bytes) payload = good(decompress_untrusted(payload, *message.plain_bytes));
  if (message.is_lean) payload = good(restore_lean_untrusted(payload, kMessageBytesMax));
  if (message.form == SegmentForm::frame) return add_frame(carrier + ", frame", payload);
  for (const CommitView& commit : good(split_commits(payload))) add(carrier + ", segment", commit.bytes());
}

inline void Departures::add_session(const std::string& carrier, ByteView said) {
  add(carrier + ", as it stands", said);
  wire::MessageReader reader;
  reader.give(said);
  bool is_parcel = false;
  while (const auto message = good(reader.next())) {
    using wire::MessageType;
    const auto type = static_cast<MessageType>(message->type);
    messages_.insert(message->type);
    add(carrier + ", message " + std::to_string(message->type), message->body);
    if (type == MessageType::segment) add_segment(carrier, message->body);
    if (type == MessageType::blob_head) is_parcel = false;
    if (type == MessageType::parcel_head) {
      is_parcel = true;
      add_piece(carrier + ", parcel", good(wire::read_message<wire::ParcelHead>(message->body)).piece);
    }
    if (type == MessageType::blob_chunk && is_parcel) add_piece(carrier + ", parcel", good(wire::read_message<wire::BlobChunk>(message->body)).bytes);
  }
}

inline void Departures::add_bundle(const std::string& carrier, const std::filesystem::path& file, const BundleOpener& opener) {
  const FileHandle handle = good(FileHandle::open_to_read(file));
  add(carrier + ", as it stands", good(read_file(file, 1 << 26)));
  const PartHeaders headers = good(read_part_headers(handle, file));
  const RecordCodec codec(good(open_slots(headers.copies.front(), opener)));
  RecordScanner scanner(handle, headers.records_end, codec);
  std::size_t records = 0;
  for (auto found = good(scanner.next()); found; found = good(scanner.next()), ++records) {
    const auto type = found->opened.type;
    if (type == RecordType::frame) add_frame(carrier + ", frame", found->opened.content());
    add(carrier + ", record " + std::to_string(static_cast<int>(type)), found->opened.content());
    if (type == RecordType::sealed) {
      const SealedRecord head = good(SealedRecord::decode_untrusted(found->opened.content()));
      const SealKey* key = laptop_->epoch_key(head.space, head.epoch);
      REQUIRE(key != nullptr);
      add(carrier + ", attachment", good(SealedRecord::open(found->opened.content(), *key, codec.id())));
    }
  }
  CHECK(records > 3);
}

/// A session of two laptops as the network carries it, keys of people first. What each said; `host_may_fail`: its disk takes no more.
inline std::pair<Bytes, Bytes> converse(Laptop& host, Laptop& guest, bool host_begins, SessionOptions options = {}) {
  ShortMemory memories[2];
  SeededRandom random(31);
  const auto keys_for = [](Laptop& from, Laptop& to) {
    auto keys = export_person_keys_for(*from, to.device());
    return keys ? *keys : Bytes();
  };
  const auto side = [&](Laptop& own, Laptop& other, bool begins, ShortMemory& memory) {
    SessionExchange::Hooks hooks;
    hooks.ended = [](const SessionOutcome&, const Result<void>&) {};
    return SessionExchange(std::make_unique<WorkspaceReplica>(*own), {other.device(), {}, "", false}, memory, random, begins ? SessionRole::initiator : SessionRole::responder, options, keys_for(own, other), hooks);
  };
  SessionExchange ours = side(host, guest, host_begins, memories[0]), theirs = side(guest, host, !host_begins, memories[1]);
  Bytes said, answered;
  const auto carry = [](SessionExchange& from, SessionExchange& to, Bytes& all) {
    const Bytes out = from.take_output(1 << 20);
    all.insert(all.end(), out.begin(), out.end());
    (void)to.receive(out);
    return !out.empty();
  };
  while (carry(ours, theirs, said) | carry(theirs, ours, answered)) {
  }
  return {said, answered};
}

/// The program at work in the laptop's workspace, as a person would have it.
inline std::string run_at(Laptop& laptop, std::vector<std::string> words) {
  laptop.workspace.reset();
  words.insert(words.begin(), {"--workspace", laptop.folder.string()});
  const Ran ran = run_program(words);
  std::string line;
  for (const std::string& word : words) line += " " + word;
  INFO(line << "\n" << ran.out << ran.err);
  REQUIRE(ran.exit == 0);
  laptop.reopen();
  return ran.out;
}

}  // namespace evenhand::test
