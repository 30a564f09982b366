/// What lies behind Session. Private to sync/session.
///
/// session.cpp begins and ends, session_hello.cpp finds the common spaces, session_rounds.cpp goes through rounds,
/// session_stream.cpp moves segments, session_blobs.cpp attachments.
#pragma once

#include <deque>

#include "sync/session/session.h"
#include "sync/session/space_exchange.h"

namespace evenhand {

namespace session_detail {

/// The attachments of one session: at most one batch asked for, one being sent, one coming, at a time.
struct Blobs {
  struct Serving {
    std::size_t space = 0;
    wire::BlobWant want;
  };
  std::deque<Serving> to_serve;
  std::optional<BlobReader> reading;
  std::size_t next_chunk = 0;

  std::size_t asking_space = 0;  ///< spaces before it have all they want
  std::map<BlobAddress, std::uint32_t> asked;
  std::set<std::pair<std::size_t, BlobAddress>> tried;  ///< lacked or failed: not asked for again in this session
  std::optional<BlobWriter> writing;
  std::uint32_t chunks_to_come = 0;  ///< of the one coming
  std::uint32_t coming_index = 0;
  std::uint64_t asked_by_partner = 0;
  bool all_asked = false;
};

/// What went out and is not yet durable there.
struct Outstanding {
  std::size_t space = 0;
  std::uint64_t events = 0;
};

}  // namespace session_detail

struct Session::State {
  Replica& replica;
  PublicKey partner;
  SessionMemory& memory;
  Random& random;
  SessionRole role;
  SessionOptions options;

  wire::SessionBinding binding;
  wire::MessageReader reader;
  bool has_begun = false, got_hello = false, bye_sent = false, got_bye = false, is_over = false;
  bool may_compress = false, may_be_lean = false;
  SessionOutcome outcome;
  SessionProgress progress;
  std::deque<session_detail::SpaceExchange> spaces;
  bool settled = false, anything_new = false;

  Bytes out;
  std::size_t out_taken = 0;
  std::uint64_t credit_here = kCreditBytesMax;   ///< that the partner may still send
  std::uint64_t credit_there = kCreditBytesMax;  ///< that we may still send
  std::optional<Bytes> held_back;                ///< a message that waits for credit
  struct Ready {
    std::size_t space = 0;
    Segment segment;
  };
  std::optional<Ready> ahead;                    ///< read for the message before, and did not fit it
  std::optional<std::size_t> streaming_space;    ///< whose last chain in sends_ is under way
  std::deque<session_detail::Outstanding> outstanding;
  std::deque<std::size_t> outstanding_blobs;

  struct Pending {
    std::size_t space = 0;
    std::vector<Segment> segments;
    std::uint64_t messages = 0;
    std::size_t plain_bytes = 0;
    std::uint64_t wire_bytes = 0;
  } pending;
  wire::Receipt receipt;
  session_detail::Blobs blobs;

  std::uint64_t now_ms = 0, last_heard_ms = 0, last_said_ms = 0, idle_window_ms = 0;
  bool has_clock = false;
  std::uint64_t idle_messages = 0;

  State(Replica& r, const PublicKey& p, SessionMemory& m, Random& any, SessionRole ro, SessionOptions o)
      : replica(r), partner(p), memory(m), random(any), role(ro), options(o) {}

  // session.cpp
  void say(const Bytes& message);
  void fail(const Error& why, bool tell);
  void finish_when_done();
  Result<void> take_message(const wire::MessageReader::Message& message);
  Result<void> dispatch(const wire::MessageReader::Message& message);
  Result<void> settle_once();
  std::size_t held_bytes() const;
  bool is_initiator() const { return role == SessionRole::initiator; }

  // session_hello.cpp
  Result<void> begin();
  wire::Introduction introduction() const;
  Result<void> meet(const wire::Introduction& who);
  Result<void> on_hello(const wire::Hello& hello);
  Result<void> on_answer(const wire::Answer& answer);
  Result<void> on_ask(std::size_t number);
  Result<void> on_name(const wire::Name& name);
  Result<void> on_decline(std::size_t number);
  Result<wire::SpaceOffer> offer(session_detail::SpaceExchange& space);
  Result<void> compare_offer(session_detail::SpaceExchange& space, const wire::SpaceOffer& offered, wire::Verdict& verdict);
  Result<session_detail::SpaceExchange*> space_of(std::size_t number);
  void leave_out(session_detail::SpaceExchange& space, std::string why);

  // session_rounds.cpp
  Result<void> begin_round(session_detail::SpaceExchange& space);
  Result<void> answer_changes(session_detail::SpaceExchange& space, const std::optional<Agreed>& agreed);
  Result<void> know_theirs(session_detail::SpaceExchange& space);
  Result<void> plan(session_detail::SpaceExchange& space);
  Result<void> on_vector(const wire::VectorMessage& message);
  Result<void> on_heads(const wire::Heads& message);
  Result<void> on_plan(const wire::Plan& message);
  Result<void> on_coming(const wire::Coming& message);
  Result<void> on_sent(std::size_t number);
  Result<void> on_end(const wire::EndOfRound& message);
  Result<void> advance_rounds();
  Result<void> end_round(session_detail::SpaceExchange& space);
  Result<void> compare_ends(session_detail::SpaceExchange& space);
  Result<void> agree(session_detail::SpaceExchange& space, const Agreed& agreed);

  // session_stream.cpp
  Result<void> on_segment(const wire::SegmentMessage& message, std::size_t bytes_on_wire);
  Result<void> take_segment(session_detail::SpaceExchange& space, Segment segment);
  Result<void> take_commits(session_detail::SpaceExchange& space, ByteView payload);
  Result<void> on_receipt(const wire::Receipt& message);
  Result<void> store_pending();
  Result<void> stream(std::size_t most);
  Result<std::optional<Ready>> read_segment();
  Result<std::optional<Bytes>> next_segment();
  session_detail::SpaceExchange* choose_space();
  Result<void> spend_credit(std::size_t bytes);

  // session_blobs.cpp
  Result<void> on_want_blobs(const wire::WantBlobs& message);
  Result<void> on_blob_head(const wire::BlobHead& message, std::size_t bytes_on_wire);
  Result<void> on_blob_chunk(const wire::BlobChunk& message, std::size_t bytes_on_wire);
  Result<void> on_blob_lack(const wire::BlobLack& message);
  Result<void> finish_blob();
  Result<void> ask_for_blobs();
  Result<std::optional<Bytes>> next_blob_message();
};

}  // namespace evenhand
