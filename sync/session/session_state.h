/// What lies behind Session. Private to sync/session.
///
/// session.cpp begins and ends, session_hello.cpp finds the common spaces, session_rounds.cpp goes through rounds,
/// leaving_out.cpp finds chains of which nothing more can be had, session_stream.cpp moves segments, session_blobs.cpp attachments, session_parcels.cpp what a hub and a member agree about them.
#pragma once

#include <deque>
#include <memory>

#include "sync/session/session.h"
#include "sync/session/space_exchange.h"

namespace evenhand {

namespace session_detail {

/// One attachment on its way out, as it is or sealed.
class Giving {
 public:
  virtual ~Giving() = default;
  virtual std::uint32_t chunks() const = 0;
  /// The message before the chunks. Errors: corrupt.
  virtual Result<Bytes> head(std::size_t space, const wire::BlobId& name) = 0;
  virtual Result<Bytes> chunk(std::uint32_t index) = 0;
};

/// One attachment on its way in. What was added stays when it dies.
class Taking {
 public:
  virtual ~Taking() = default;
  virtual std::uint32_t next_chunk() const = 0;
  virtual Result<void> add(ByteView chunk) = 0;
  virtual Result<void> finish() = 0;
};

/// The attachments of one session: at most one batch asked for, one being sent, one coming, at a time.
struct Blobs {
  struct Serving {
    std::size_t space = 0;
    wire::BlobWant want;
  };
  std::deque<Serving> to_serve;
  std::unique_ptr<Giving> reading;
  std::uint32_t next_chunk = 0;

  std::size_t asking_space = 0;  ///< spaces before it have all they want
  std::map<BlobAddress, std::uint32_t> asked;           ///< with the chunk to begin at
  std::size_t asked_space = 0;
  std::set<std::pair<std::size_t, BlobAddress>> tried;  ///< lacked or failed: not asked for again in this session
  std::unique_ptr<Taking> writing;
  wire::BlobId coming;               ///< while chunks are to come
  std::uint32_t chunks_to_come = 0;  ///< of the one coming
  std::uint32_t coming_index = 0;
  std::uint64_t asked_by_partner = 0;
  bool all_asked = false;
};

/// The sealed attachments: which the two sides agreed to move, space by space in the order of their numbers.
struct ParcelTrade {
  ParcelRole role = ParcelRole::none;
  bool is_ready = false;                    ///< the member said that its events are done
  std::optional<wire::ParcelStock> stock;   ///< member: told by the hub, not yet answered
  std::optional<std::size_t> space;         ///< hub: whose stock was told last; member: answered last
  bool is_answered = false;                 ///< hub: the whole offer is here
  bool asks = false;                        ///< hub: what it told last leaves out what others found false; it tells that space's stock again
  bool is_second = false;                   ///< it is told again
  std::map<ParcelName, std::uint32_t> tried;  ///< member: false copies that came
  std::optional<std::size_t> full_space;    ///< member: of which the hub said last that it has no room
  Error no_room;                            ///< member: its words
  std::vector<wire::ParcelOffer::Item> offered;
  std::deque<ParcelName> wanted;
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
  bool may_compress = false, may_be_lean = false, may_pass_over = false, may_leave_out = false, may_take_no_more = false;
  SessionOutcome outcome;
  SessionProgress progress;
  std::deque<session_detail::SpaceExchange> spaces;
  bool settled = false, anything_new = false;
  std::size_t farewell_bytes = 0;  ///< that came
  std::size_t farewell_bytes_said = 0;

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
  session_detail::ParcelTrade parcels;

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
  Result<void> on_farewell(const wire::Farewell& farewell);
  void say_farewell(const session_detail::SpaceExchange& space, const SpaceId& id);
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
  Result<void> on_pass_over(const wire::PassOver& message);
  /// Tells the hub whose packing was found false, if it can be told.
  void tell_false(session_detail::SpaceExchange& space, const std::vector<FalsePacking>& found);

  // leaving_out.cpp
  /// Member: tells the hub what it leaves out from here on.
  Result<void> leave_chains_out(session_detail::SpaceExchange& space);
  Result<void> on_leave_out(const wire::LeaveOut& message);
  Result<void> on_left_out(const wire::LeftOutNow& message);
  /// Either side: of these chains nothing more finds room here. Errors: refused (an older partner, to whom it cannot be told).
  Result<void> take_no_more(session_detail::SpaceExchange& space, const Stored& stored);
  Result<void> on_no_more(const wire::NoMore& message);

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
  Result<void> begin_blob(std::size_t space, const wire::BlobId& name, std::uint32_t chunks, Result<std::unique_ptr<session_detail::Taking>> writer, std::uint64_t bytes);
  Result<void> check_asked(std::size_t space, const wire::BlobId& name) const;
  Result<void> give_up_blob(const Error& why);
  Result<void> finish_blob();
  Result<void> ask_for_blobs();
  Result<bool> ask_for_blobs_of(const session_detail::SpaceExchange& space);
  Result<std::unique_ptr<session_detail::Giving>> open_to_give(const session_detail::Blobs::Serving& serving);
  Result<std::optional<Bytes>> next_blob_message();

  // session_parcels.cpp
  Parcels* parcels_of(const session_detail::SpaceExchange& space) const;
  Result<void> on_parcels_ready();
  Result<void> on_stock(const wire::ParcelStock& message);
  Result<void> on_offer(const wire::ParcelOffer& message);
  Result<void> on_no_room(const wire::NoRoom& message);
  Result<void> on_parcel_head(const wire::ParcelHead& message, std::size_t bytes_on_wire);
  /// True: nothing is to be asked of the partner any more. False: asked, or its word is waited for.
  Result<bool> trade_parcels();
  Result<bool> trade_as_keeper();
  Result<bool> trade_as_maker();
  bool ask_for_parcels(const session_detail::SpaceExchange& space, Parcels& here);
  Result<std::unique_ptr<session_detail::Giving>> open_parcel(const session_detail::SpaceExchange& space, const wire::BlobId& name);
};

}  // namespace evenhand
