#include "tests/simulation/wire.h"

#include <algorithm>
#include <fstream>

#include "tests/simulation/full_disk.h"

namespace evenhand::simulation {

namespace fs = std::filesystem;

const char* to_word(Fault fault) {
  static constexpr const char* kWords[] = {"nothing wrong", "breaks", "falls silent", "changes a byte", "says a piece twice", "loses a piece", "swaps pieces"};
  return kWords[static_cast<std::size_t>(fault)];
}

namespace {

/// The bytes of one direction, with at most one fault in a session.
class FaultyWire {
 public:
  FaultyWire(Fault fault, SeededRandom& random) : fault_(fault), random_(random), strikes_at_(random.below(random.chance(50) ? 400 : 20'000)) {}

  bool is_broken() const { return is_broken_; }
  bool is_silent() const { return is_silent_; }

  template <class To>
  void carry(Bytes piece, To& to) {
    const bool strikes = fault_ != Fault::none && !has_struck_ && carried_ + piece.size() > strikes_at_;
    const std::size_t place = strikes ? static_cast<std::size_t>(strikes_at_ - carried_) : 0;
    carried_ += piece.size();
    if (is_silent_) return;
    if (strikes) {
      has_struck_ = true;
      switch (fault_) {
        case Fault::none: break;
        case Fault::breaks: piece.resize(place); is_broken_ = true; break;
        case Fault::falls_silent: piece.resize(place); is_silent_ = true; break;
        case Fault::changes_a_byte: piece[place] ^= static_cast<std::uint8_t>(1 + random_.below(255)); break;
        case Fault::says_a_piece_twice: to.receive(piece); break;
        case Fault::loses_a_piece: return;
        case Fault::swaps_pieces: held_ = std::move(piece); return;
      }
    }
    to.receive(piece);
    if (held_) to.receive(*std::exchange(held_, std::nullopt));
  }

 private:
  Fault fault_;
  SeededRandom& random_;
  std::uint64_t strikes_at_;
  std::uint64_t carried_ = 0;
  std::optional<Bytes> held_;
  bool has_struck_ = false, is_broken_ = false, is_silent_ = false;
};

constexpr std::uint64_t kPatienceMs = 600'000;  ///< then people give up, though both sides still say that they are there

bool agreed(const SessionOutcome& outcome) {
  return outcome.end == SessionEnd::in_sync && !outcome.spaces.empty() && std::all_of(outcome.spaces.begin(), outcome.spaces.end(), [](const SpaceOutcome& space) { return space.agreed; });
}

/// A session that finds no more room on its disk than its party has.
class Speaker {
 public:
  Speaker(const Party& party, const Party& partner, SessionRole role, const SessionOptions& options)
      : party_(party), says_(party.age, Dialect::Way::says), hears_(party.age, Dialect::Way::hears), session_(party.replica, partner.replica.device(), party.memory, party.random, role, options) {}

  Bytes take(std::size_t most) {
    const FullDisk full(party_.room_bytes);
    for (;;) {  // its first message goes out whole
      Bytes piece = session_.take(most);
      if (piece.empty()) return piece;
      if (piece = says_.carry(std::move(piece)); !piece.empty()) return piece;
    }
  }
  void receive(ByteView bytes) {
    if (party_.hears != nullptr) party_.hears->append(text_of(bytes));
    const FullDisk full(party_.room_bytes);
    session_.receive(hears_.carry(Bytes(bytes.begin(), bytes.end())));
  }
  void tick(std::uint64_t now_ms) {
    const FullDisk full(party_.room_bytes);
    session_.tick(now_ms);
  }
  void end() {
    const FullDisk full(party_.room_bytes);
    if (!session_.is_over()) session_.close(unavailable("the connection broke"));
  }
  bool is_over() const { return session_.is_over(); }
  const SessionOutcome& outcome() const { return session_.outcome(); }

 private:
  const Party& party_;
  Dialect says_, hears_;
  Session session_;
};

}  // namespace

Meeting converse(const Party& left, const Party& right, Fault fault, SeededRandom& random, bool compression) {
  SessionOptions ours, theirs;
  ours.compression = compression && left.age != Age::earlier;
  theirs.compression = compression && right.age != Age::earlier;
  Speaker a(left, right, SessionRole::initiator, ours);
  Speaker b(right, left, SessionRole::responder, theirs);
  const bool there = random.chance(50);
  FaultyWire out(there ? fault : Fault::none, random), back(there ? Fault::none : fault, random);
  std::uint64_t now_ms = 0;
  const std::size_t most = random.chance(50) ? 1 + random.below(3000) : std::size_t{1} << 20;
  for (int quiet = 0; quiet < 3;) {
    Bytes said = a.take(most);
    Bytes answered = b.take(most);
    quiet = said.empty() && answered.empty() ? quiet + 1 : 0;
    if (!said.empty()) out.carry(std::move(said), b);
    if (!answered.empty()) back.carry(std::move(answered), a);
    if (out.is_broken() || back.is_broken()) break;
    if (quiet > 0 && !(a.is_over() && b.is_over())) {  // nobody says anything more: time passes until somebody gives up
      now_ms += 20'000;
      a.tick(now_ms);
      b.tick(now_ms);
      quiet = 0;
      if (now_ms > kPatienceMs) break;
    }
  }
  a.end();
  b.end();
  return {a.outcome(), b.outcome(), agreed(a.outcome()) && agreed(b.outcome()), now_ms > 0};
}

Meeting meet(Device& left, Device& right, Fault fault, SeededRandom& random, bool compression) {
  const Party one{left, left.memory(), left.random(), left.room_bytes, nullptr, left.age()}, other{right, right.memory(), right.random(), right.room_bytes, nullptr, right.age()};
  const bool is_smooth = fault == Fault::none && !left.room_bytes && !right.room_bytes;
  Meeting meeting = converse(one, other, fault, random, compression);
  if (is_smooth && meeting.waited) wrong(left.name() + " and " + right.name() + " wait for each other");
  left.catch_up();
  right.catch_up();
  if (!meeting.agreed || !is_smooth) return meeting;
  if (left.log_digest() != right.log_digest()) wrong(left.name() + " and " + right.name() + " agreed and do not hold the same");
  if (!left.is_hostile) left.promise_all();
  if (!right.is_hostile) right.promise_all();
  return meeting;
}

void Post::write(Device& from, const VersionVector& base, const std::vector<PublicKey>& readers, ClaimedTime claimed) {
  BundleOrder order;
  order.file = folder_ / ("bundle-" + std::to_string(written_++));
  order.devices = readers;
  order.spaces = {{&from.space(), base, &epoch_, {}}};
  order.title = from.name();
  order.created = claimed;
  const BundleWritten made = must(write_bundle(order, from.key(), from.random(), {}), from.name() + " writes a bundle");
  bundles_.push_back({made.parts.at(0), false, base.entries.empty(), from.events()});
}

void Post::damage() {
  if (bundles_.empty()) return;
  Bundle& bundle = bundles_[random_.below(bundles_.size())];
  bundle.is_damaged = true;
  const std::uint64_t length = fs::file_size(bundle.file);
  if (length == 0) return;  // cut away already
  if (random_.chance(50)) return fs::resize_file(bundle.file, random_.below(length));
  std::fstream file(bundle.file, std::ios::binary | std::ios::in | std::ios::out);
  for (std::uint64_t i = 0; i < 1 + random_.below(5) && length > 0; ++i) {
    file.seekp(static_cast<std::streamoff>(random_.below(length)));
    file.put(static_cast<char>(random_.below(256)));
  }
}

std::string Post::read(Device& to) {
  const std::size_t at = random_.below(bundles_.size());
  const Bundle bundle = bundles_[at];
  if (random_.chance(60)) bundles_.erase(bundles_.begin() + static_cast<std::ptrdiff_t>(at));  // else it is read again some day
  const bool has_key = random_.chance(90);  // some devices were never given the space's key
  const BundleSink sink{[&](const SpaceId& id) { return id == to.space().id() ? &to.space() : nullptr; },
                        [&](const SpaceId&, const KeyId& id) -> const SealKey* { return has_key && id == epoch_.id ? &epoch_ : nullptr; }};
  const auto report = read_bundle(std::span(&bundle.file, 1), {&to.key(), std::nullopt}, sink, {});
  to.catch_up();
  if (!report) {
    if (!bundle.is_damaged) wrong(to.name() + " cannot read a sound bundle: " + report.error().sentence());
    return "refused: " + report.error().what;
  }
  const SpaceReport* space = report->spaces.empty() ? nullptr : &report->spaces.front();
  if (!bundle.is_damaged && has_key) {
    if (!report->is_whole || space == nullptr || space->frames_refused > 0) {
      wrong(to.name() + " finds a sound bundle wanting" + (space != nullptr && space->refusal ? ": " + space->refusal->sentence() : ""));
    }
    const std::set<EventName> here = to.events();
    if (bundle.is_everything && !std::includes(here.begin(), here.end(), bundle.holds.begin(), bundle.holds.end())) {
      wrong(to.name() + " read a whole bundle and lacks events of it");
    }
    if (!to.is_hostile) to.promise_all();
  }
  return space == nullptr ? "nothing of use" : std::to_string(space->events_new) + " new events, " + std::to_string(space->commits_parked) + " wait beyond a gap";
}

}  // namespace evenhand::simulation
