#include "sync/session/session_state.h"

namespace evenhand {

using wire::MessageType;

namespace {

constexpr std::uint64_t kPingMs = 20'000;
constexpr std::size_t kGulpBytes = 64 * 1024;

wire::ErrorWord word_of(ErrorCode code) {
  if (code == ErrorCode::corrupt) return wire::ErrorWord::corrupt;
  return code == ErrorCode::unavailable ? wire::ErrorWord::unavailable : wire::ErrorWord::refused;
}

constexpr const char* kUnchanged = "Nothing of yours is lost, and what came before is kept. Bring both laptops to the same version of evenhand; if it happens again, ask the partner what its evenhand sync log says.";
constexpr const char* kTryAgain = "Nothing of yours is lost, and what came before is kept; try again.";
constexpr const char* kOthersFirst = "What is done is kept. Exchange with another laptop of the space, then with this one again.";

SessionEnd end_of(ErrorCode code) { return code == ErrorCode::unavailable ? SessionEnd::partial : SessionEnd::refused; }

}  // namespace

Session::Session(Replica& replica, const PublicKey& partner, SessionMemory& memory, Random& random, SessionRole role, SessionOptions options)
    : state_(std::make_unique<State>(replica, partner, memory, random, role, options)) {}
Session::Session(Session&&) noexcept = default;
Session::~Session() = default;

void Session::State::say(const Bytes& message) {
  out.insert(out.end(), message.begin(), message.end());
  last_said_ms = now_ms;
}

void Session::State::fail(const Error& why, bool tell) {
  if (is_over) return;
  // What came whole and in order before the trouble is still good; an error of this last attempt changes nothing.
  if (why.code == ErrorCode::unavailable) [[maybe_unused]] const auto stored = store_pending();
  // The partner hears what happened, never where: that may be a path of ours.
  if (tell) say(wire::to_message(wire::ErrMessage{word_of(why.code), why.what, why.next}));
  outcome.end = end_of(why.code);
  outcome.why = why;
  // Most of what is refused is a partner that does not keep to the protocol, for which there is one remedy; our partner has its own to say.
  if (why.next.empty()) outcome.why.next = why.code == ErrorCode::unavailable ? kTryAgain : kUnchanged;
  is_over = true;
  if (const auto settled_now = settle_once(); !settled_now) outcome.why = settled_now.error();
}

Result<void> Session::State::settle_once() {
  if (!anything_new) return {};
  anything_new = false;
  return replica.settle();
}

void Session::receive(ByteView bytes) {
  State& state = *state_;
  if (state.is_over || bytes.empty()) return;
  state.last_heard_ms = state.now_ms;
  while (!bytes.empty() && !state.is_over) {
    const ByteView gulp = bytes.first(std::min(bytes.size(), kGulpBytes));
    bytes = bytes.subspan(gulp.size());
    state.reader.give(gulp);
    while (!state.is_over) {
      const auto message = state.reader.next();
      if (!message) {
        state.fail(message.error(), true);
      } else if (!*message) {
        break;
      } else if (const auto taken = state.take_message(**message); !taken) {
        state.fail(taken.error(), true);
      }
    }
  }
}

Result<void> Session::State::take_message(const wire::MessageReader::Message& message) {
  if (message.type == static_cast<std::uint8_t>(MessageType::err)) {
    EVENHAND_TRY(const auto err, wire::read_message<wire::ErrMessage>(message.body));
    const ErrorCode code = err.word == wire::ErrorWord::unavailable ? ErrorCode::unavailable : ErrorCode::refused;
    fail(Error{code, "the partner ended the session: " + err.what, {}, err.next}, false);
    return {};
  }
  if (message.type >= 128 && message.type != static_cast<std::uint8_t>(MessageType::farewell)) {
    // pings, and what a newer version may say beside
    if (++idle_messages > kIdleMessagesMax) return refused("the partner talks without saying anything");
    return {};
  }
  const bool is_greeting = message.type == static_cast<std::uint8_t>(is_initiator() ? MessageType::answer : MessageType::hello);
  if (is_greeting == got_hello) return refused(got_hello ? "the partner greets twice" : "the partner does not begin with a greeting");
  return dispatch(message);
}

Result<void> Session::State::dispatch(const wire::MessageReader::Message& message) {
  const auto with = [&]<class T>(auto handle) -> Result<void> {
    EVENHAND_TRY(const T read, wire::read_message<T>(message.body));
    return handle(read);
  };
  const auto with_number = [&](auto handle) -> Result<void> {
    EVENHAND_TRY(const std::size_t number, wire::read_space_number(message.body));
    return handle(number);
  };
  switch (static_cast<MessageType>(message.type)) {
    case MessageType::hello: return with.operator()<wire::Hello>([&](const auto& read) { return on_hello(read); });
    case MessageType::answer: return with.operator()<wire::Answer>([&](const auto& read) { return on_answer(read); });
    case MessageType::ask: return with_number([&](std::size_t number) { return on_ask(number); });
    case MessageType::name: return with.operator()<wire::Name>([&](const auto& read) { return on_name(read); });
    case MessageType::decline: return with_number([&](std::size_t number) { return on_decline(number); });
    case MessageType::vector: return with.operator()<wire::VectorMessage>([&](const auto& read) { return on_vector(read); });
    case MessageType::heads: return with.operator()<wire::Heads>([&](const auto& read) { return on_heads(read); });
    case MessageType::plan: return with.operator()<wire::Plan>([&](const auto& read) { return on_plan(read); });
    case MessageType::coming: return with.operator()<wire::Coming>([&](const auto& read) { return on_coming(read); });
    case MessageType::segment:
      return with.operator()<wire::SegmentMessage>([&](const auto& read) { return on_segment(read, message.bytes_on_wire); });
    case MessageType::sent: return with_number([&](std::size_t number) { return on_sent(number); });
    case MessageType::end: return with.operator()<wire::EndOfRound>([&](const auto& read) { return on_end(read); });
    case MessageType::receipt: return with.operator()<wire::Receipt>([&](const auto& read) { return on_receipt(read); });
    case MessageType::want_blobs: return with.operator()<wire::WantBlobs>([&](const auto& read) { return on_want_blobs(read); });
    case MessageType::blob_head: return with.operator()<wire::BlobHead>([&](const auto& read) { return on_blob_head(read, message.bytes_on_wire); });
    case MessageType::blob_chunk: return with.operator()<wire::BlobChunk>([&](const auto& read) { return on_blob_chunk(read, message.bytes_on_wire); });
    case MessageType::blob_lack: return with.operator()<wire::BlobLack>([&](const auto& read) { return on_blob_lack(read); });
    case MessageType::parcel_ready: return message.body.empty() ? on_parcels_ready() : Result<void>(corrupt("a message of the partner: bytes left over"));
    case MessageType::parcel_stock: return with.operator()<wire::ParcelStock>([&](const auto& read) { return on_stock(read); });
    case MessageType::parcel_offer: return with.operator()<wire::ParcelOffer>([&](const auto& read) { return on_offer(read); });
    case MessageType::parcel_head: return with.operator()<wire::ParcelHead>([&](const auto& read) { return on_parcel_head(read, message.bytes_on_wire); });
    case MessageType::pass_over: return with.operator()<wire::PassOver>([&](const auto& read) { return on_pass_over(read); });
    case MessageType::leave_out: return with.operator()<wire::LeaveOut>([&](const auto& read) { return on_leave_out(read); });
    case MessageType::left_out: return with.operator()<wire::LeftOutNow>([&](const auto& read) { return on_left_out(read); });
    case MessageType::no_more: return with.operator()<wire::NoMore>([&](const auto& read) { return on_no_more(read); });
    case MessageType::no_room: return with.operator()<wire::NoRoom>([&](const auto& read) { return on_no_room(read); });
    case MessageType::farewell: return with.operator()<wire::Farewell>([&](const auto& read) { return on_farewell(read); });
    case MessageType::bye:
      if (!message.body.empty()) return corrupt("a message of the partner: bytes left over");
      if (got_bye) return refused("the partner says goodbye twice");
      got_bye = true;
      return {};
    default: return refused("the partner says something that this version does not understand", {}, "Bring both to the same version.");
  }
}

Bytes Session::take(std::size_t most) {
  State& state = *state_;
  const auto go_on = [&]() -> Result<void> {
    if (!state.has_begun && state.is_initiator()) EVENHAND_CHECK(state.begin());
    EVENHAND_CHECK(state.store_pending());
    EVENHAND_CHECK(state.advance_rounds());
    EVENHAND_CHECK(state.stream(most));
    EVENHAND_CHECK(state.advance_rounds());
    EVENHAND_CHECK(state.ask_for_blobs());
    state.finish_when_done();
    return {};
  };
  if (!state.is_over) {
    if (const auto gone_on = go_on(); !gone_on) state.fail(gone_on.error(), true);
  }
  const std::size_t count = std::min(most, state.out.size() - state.out_taken);
  const auto from = state.out.begin() + static_cast<std::ptrdiff_t>(state.out_taken);
  Bytes taken(from, from + static_cast<std::ptrdiff_t>(count));
  state.out_taken += count;
  if (state.out_taken == state.out.size() || state.out_taken >= kGulpBytes) {
    state.out.erase(state.out.begin(), state.out.begin() + static_cast<std::ptrdiff_t>(state.out_taken));
    state.out_taken = 0;
  }
  return taken;
}

void Session::State::finish_when_done() {
  if (!bye_sent && got_hello && blobs.all_asked && blobs.asked.empty()) {
    bye_sent = true;
    say(wire::to_message(MessageType::bye));
  }
  if (!bye_sent || !got_bye || !blobs.to_serve.empty() || held_back) return;
  if (!outstanding.empty() || !outstanding_blobs.empty()) return;
  if (const auto settled_now = settle_once(); !settled_now) return fail(settled_now.error(), true);  // a farewell may have come last
  is_over = true;
  const auto left = std::find_if(spaces.begin(), spaces.end(), [](const auto& space) { return space.space_ && space.phase_ != session_detail::Phase::agreed; });
  const bool is_anything_common = std::any_of(spaces.begin(), spaces.end(), [](const auto& space) { return space.space_ != nullptr; });
  outcome.end = SessionEnd::in_sync;
  if (!is_anything_common && !outcome.farewells.empty()) {
    outcome.end = SessionEnd::refused;
    outcome.why = refused("the partner says that this device is in none of its spaces any more", {}, "See: evenhand space list");
  } else if (!is_anything_common) {
    outcome.end = SessionEnd::partial;
    outcome.why = not_found("there is nothing that both devices may share", {}, "Ask an admin of a space to let this device in. Admins who removed each other tell each other by a file: evenhand sync send --to FILE --for NAME");
  } else if (left != spaces.end()) {
    outcome.end = SessionEnd::partial;
    outcome.why = refused(left->outcome_.why, {}, kOthersFirst);
  } else if (outcome.attachments_refused > 0) {
    outcome.end = SessionEnd::partial;
    outcome.why = corrupt(std::to_string(outcome.attachments_refused) + " of the attachments that the hub gave are not what they should be, and were not kept", {},
                          "Exchange with a laptop that has them, or by file. If it happens again, whoever runs the hub should wipe it.");
  } else if (outcome.attachments_left_out > 0) {
    outcome.end = SessionEnd::partial;
    outcome.why = parcels.no_room;
  } else if (outcome.attachments_sealed > 0) {
    outcome.end = SessionEnd::partial;
    outcome.why = not_found("the hub has attachments that are sealed under a key which has not been given to this laptop", {}, "Exchange with an admin of the space first.");
  } else if (outcome.attachments_lacking > 0) {
    outcome.end = SessionEnd::partial;
    outcome.why = not_found("some attachments are not on the partner either", {}, "They come when a device that has them is met.");
  }
}

void Session::tick(std::uint64_t now_ms) {
  State& state = *state_;
  if (!state.has_clock) {
    state.has_clock = true;
    state.last_heard_ms = state.last_said_ms = state.idle_window_ms = now_ms;
  }
  state.now_ms = std::max(state.now_ms, now_ms);
  if (state.is_over) return;
  if (state.now_ms - state.idle_window_ms >= 10'000) {
    state.idle_window_ms = state.now_ms;
    state.idle_messages = 0;
  }
  if (state.now_ms - state.last_heard_ms > kSilenceMsMax) {
    state.fail(unavailable("the partner has been silent for a minute", {}, "Look at the connection and try again; what came is kept."), true);
  } else if (state.got_hello && state.now_ms - state.last_said_ms >= kPingMs) {
    state.say(wire::to_message(MessageType::ping));
  }
}

void Session::close(Error why) {
  State& state = *state_;
  if (state.is_over) return;
  why.code = ErrorCode::unavailable;  // whatever the carrier calls it, what is done is done
  state.fail(why, false);
}

void Session::dismiss(Error why) {
  if (state_->is_over) return;
  why.code = ErrorCode::unavailable;
  state_->fail(why, true);
}

void Session::refuse(Error why) {
  why.code = ErrorCode::refused;
  state_->fail(why, true);
}

bool Session::is_over() const { return state_->is_over; }

const SessionOutcome& Session::outcome() const {
  State& state = *state_;
  state.outcome.spaces.clear();
  for (const auto& space : state.spaces) {
    if (!space.space_) continue;
    state.outcome.spaces.push_back(space.outcome_);
    state.outcome.spaces.back().agreed = space.phase_ == session_detail::Phase::agreed;
  }
  return state.outcome;
}

SessionProgress Session::progress() const { return state_->progress; }

std::size_t Session::held_bytes() const { return state_->held_bytes(); }

std::size_t Session::State::held_bytes() const {
  std::size_t bytes = sizeof *this + reader.held_bytes() + out.capacity() + (held_back ? held_back->capacity() : 0) + pending.plain_bytes + (ahead ? ahead->segment.payload.capacity() : 0) +
                      outstanding.size() * sizeof(session_detail::Outstanding);
  for (const auto& space : spaces) bytes += space.held_bytes();
  if (blobs.reading) bytes += blobs.reading->chunks() * Hash::kSize;
  bytes += parcels.offered.capacity() * sizeof(wire::ParcelOffer::Item) + parcels.wanted.size() * sizeof(ParcelName);
  if (parcels.stock) {
    for (const auto& group : parcels.stock->groups) bytes += sizeof group + group.marks.capacity() * sizeof(wire::ParcelMark);
  }
  return bytes;
}

}  // namespace evenhand
