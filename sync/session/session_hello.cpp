// Finding the spaces that both may share. A space goes by a tag that means nothing in another session; its id is told only when
// the partner, who may have the space, asks for it.

#include "sync/session/session_state.h"

namespace evenhand {

using session_detail::Phase;
using session_detail::SpaceExchange;
using wire::MessageType;
using wire::Verdict;

namespace {

// What a partner calls itself goes to a screen: one line, nothing that moves a cursor.
std::string one_line(std::string text) {
  for (char& letter : text) {
    if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F) letter = ' ';
  }
  return text;
}

}  // namespace

wire::Introduction Session::State::introduction() const {
  wire::Introduction who;
  if (!options.compression) who.features &= ~wire::session_feature::kCompression;
  const ParcelRole ours = options.attachments ? replica.parcel_role(partner) : ParcelRole::none;
  if (ours == ParcelRole::keeps) who.features |= wire::session_feature::kKeepsParcels;
  if (ours == ParcelRole::makes) who.features |= wire::session_feature::kMakesParcels;
  if (replica.parcel_role(partner) != ParcelRole::none) who.features |= wire::session_feature::kPassesOver | wire::session_feature::kLeavesOut;
  std::copy_n(replica.device().bytes.begin(), who.device.size(), who.device.begin());
  who.claimed_minutes = options.claimed.ms / 60'000;
  who.title = replica.title();
  return who;
}

Result<void> Session::State::meet(const wire::Introduction& who) {
  got_hello = true;
  outcome.partner_title = one_line(who.title);
  // A clock may claim anything; the difference is shown, so it only has to stay a number.
  constexpr std::int64_t kCenturies = std::int64_t{60} * 24 * 366 * 1000;
  outcome.skew_minutes = std::clamp(who.claimed_minutes, -kCenturies, kCenturies) - options.claimed.ms / 60'000;
  if (!std::equal(who.device.begin(), who.device.end(), partner.bytes.begin())) {
    return refused("the partner calls itself another device than the connection shows", {}, "Connect to it again.");
  }
  if (who.version_least > wire::kProtocolVersion || who.version_most < wire::kProtocolVersion) {
    return refused("the partner speaks versions " + std::to_string(who.version_least) + " to " + std::to_string(who.version_most) +
                       " of the exchange, this device version " + std::to_string(wire::kProtocolVersion),
                   {}, "Update the older of the two.");
  }
  if ((who.features_needed & ~wire::session_feature::kAll) != 0) {
    return refused("the partner needs an ability that this version does not have", {}, "Update this device.");
  }
  may_be_lean = (who.features & wire::session_feature::kLean) != 0;
  // Sealed attachments need a keeper and a maker; an older partner is neither, and hears nothing of them.
  const ParcelRole ours = options.attachments ? replica.parcel_role(partner) : ParcelRole::none;
  const bool they_keep = (who.features & wire::session_feature::kKeepsParcels) != 0, they_make = (who.features & wire::session_feature::kMakesParcels) != 0;
  if ((ours == ParcelRole::keeps && they_make) || (ours == ParcelRole::makes && they_keep)) parcels.role = ours;
  may_pass_over = (who.features & wire::session_feature::kPassesOver) != 0;
  may_leave_out = (who.features & wire::session_feature::kLeavesOut) != 0;
  may_take_no_more = (who.features & wire::session_feature::kTakesNoMore) != 0;
  may_compress = options.compression && (who.features & wire::session_feature::kCompression) != 0;
  return {};
}

Result<wire::SpaceOffer> Session::State::offer(SpaceExchange& space) {
  EVENHAND_TRY(const Hash digest, space.space_->log_digest());
  space.tag_ = binding.tag(space.space_->id());
  space.outcome_.space = space.space_->id();
  return wire::SpaceOffer{space.tag_, space.space_->form(), false, binding.digest(space.space_->id(), digest, is_initiator())};
}

Result<void> Session::State::begin() {
  has_begun = true;
  binding = {random.make_id<wire::Nonce>(), replica.device(), partner};
  wire::Hello hello{introduction(), binding.nonce, {}};
  Bytes vectors;
  for (ReplicaSpace* const space : replica.spaces_for(partner)) {
    if (spaces.size() == kSpacesPerSessionMax) break;
    SpaceExchange& exchange = spaces.emplace_back(spaces.size(), space);
    EVENHAND_TRY(wire::SpaceOffer offered, offer(exchange));
    const auto agreed = memory.agreed(partner, space->id());
    EVENHAND_TRY(const Hash digest, space->log_digest());
    EVENHAND_CHECK(exchange.begin_round());
    if (agreed && agreed->log_digest != digest) {
      if (const auto changes = exchange.changes_to(agreed->vector)) {
        const Bytes message = wire::to_message(*changes);
        vectors.insert(vectors.end(), message.begin(), message.end());
        offered.vector_follows = true;
      }
    }
    exchange.phase_ = Phase::offered;
    hello.spaces.push_back(offered);
  }
  say(wire::to_message(hello));
  say(vectors);
  return {};
}

void Session::State::leave_out(SpaceExchange& space, std::string why) {
  space.phase_ = Phase::left_out;
  space.outcome_.why = std::move(why);
  space.forget();
}

Result<void> Session::State::compare_offer(SpaceExchange& space, const wire::SpaceOffer& offered, Verdict& verdict) {
  if (offered.form != space.space_->form()) {
    verdict = Verdict::other_form;
    leave_out(space, "one side holds this space sealed, the other open");
    return {};
  }
  EVENHAND_TRY(const Hash digest, space.space_->log_digest());
  EVENHAND_TRY(VersionVector vector, space.space_->vector());
  if (binding.digest(space.space_->id(), digest, !is_initiator()) == offered.digest) {
    verdict = Verdict::same;
    return agree(space, {std::move(vector), digest});
  }
  std::size_t chains = vector.entries.size();
  for (const SpaceExchange& other : spaces) chains += other.is_done() ? 0 : other.chain_count();
  if (chains > kChainsPerSessionMax) {
    verdict = Verdict::too_many_chains;
    leave_out(space, "this space has to wait for the next exchange, because this one has many chains to compare already");
    return {};
  }
  verdict = Verdict::differs;
  return space.begin_round();
}

Result<void> Session::State::on_hello(const wire::Hello& hello) {
  EVENHAND_CHECK(meet(hello.who));
  has_begun = true;
  binding = {hello.nonce, partner, replica.device()};
  std::map<wire::SpaceTagId, ReplicaSpace*> here;
  for (ReplicaSpace* const space : replica.spaces_for(partner)) here[binding.tag(space->id())] = space;
  wire::Answer answer{introduction(), {}, {}};
  for (const wire::SpaceOffer& offered : hello.spaces) {
    const auto found = here.find(offered.tag);
    SpaceExchange& space = spaces.emplace_back(spaces.size(), found == here.end() ? nullptr : found->second);
    space.tag_ = offered.tag;
    Verdict& verdict = answer.verdicts.emplace_back(Verdict::not_here);
    if (found == here.end()) {
      space.phase_ = Phase::waiting;
      space.named_ = true;
      continue;
    }
    space.outcome_.space = found->second->id();
    here.erase(found);
    EVENHAND_CHECK(compare_offer(space, offered, verdict));
    space.awaits_changes_ = verdict == Verdict::differs && offered.vector_follows;
  }
  for (const auto& [tag, space] : here) {
    if (spaces.size() >= hello.spaces.size() + kSpacesPerSessionMax) break;
    SpaceExchange& exchange = spaces.emplace_back(spaces.size(), space);
    EVENHAND_TRY(wire::SpaceOffer offered, offer(exchange));
    answer.further.push_back(offered);
    exchange.may_be_named_ = true;
  }
  say(wire::to_message(answer));
  for (std::size_t i = 0; i < hello.spaces.size(); ++i) {
    SpaceExchange& space = spaces[i];
    if (answer.verdicts[i] != Verdict::differs || space.awaits_changes_) continue;
    auto agreed = memory.agreed(partner, space.space_->id());
    // An unchanged partner is known without a word from it.
    const bool is_as_agreed = agreed && binding.digest(space.space_->id(), agreed->log_digest, true) == hello.spaces[i].digest;
    if (!is_as_agreed) agreed.reset();
    if (agreed) space.set_theirs(agreed->vector);
    EVENHAND_CHECK(answer_changes(space, agreed));
  }
  return {};
}

Result<void> Session::State::on_answer(const wire::Answer& answer) {
  EVENHAND_CHECK(meet(answer.who));
  if (answer.verdicts.size() != spaces.size()) return refused("the partner answers for other spaces than were offered");
  for (std::size_t i = 0; i < answer.verdicts.size(); ++i) {
    SpaceExchange& space = spaces[i];
    switch (answer.verdicts[i]) {
      case Verdict::same: {
        EVENHAND_TRY(const Hash digest, space.space_->log_digest());
        EVENHAND_CHECK(agree(space, {space.mine_, digest}));
        break;
      }
      case Verdict::differs: space.phase_ = Phase::waiting; break;
      case Verdict::not_here:
        space.phase_ = Phase::waiting;
        space.may_be_named_ = true;
        EVENHAND_CHECK(on_ask(i));
        break;
      case Verdict::other_form: leave_out(space, "one side holds this space sealed, the other open"); break;
      case Verdict::too_many_chains: leave_out(space, "this space has to wait for the next exchange, because this one has many chains to compare already"); break;
    }
  }
  for (const wire::SpaceOffer& offered : answer.further) {
    SpaceExchange& space = spaces.emplace_back(spaces.size(), nullptr);
    space.tag_ = offered.tag;
    space.phase_ = Phase::waiting;
    space.named_ = true;
    say(wire::to_message(MessageType::ask, space.number_));
  }
  return {};
}

Result<SpaceExchange*> Session::State::space_of(std::size_t number) {
  if (number >= spaces.size() || !spaces[number].space_) return refused("the partner speaks of a space that was not offered");
  return &spaces[number];
}

Result<void> Session::State::on_ask(std::size_t number) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(number));
  if (!space->may_be_named_ || space->named_) return refused("the partner asks for the name of a space that it knows");
  space->named_ = true;
  if (space->round_ == 0) EVENHAND_CHECK(space->begin_round());
  space->phase_ = Phase::waiting;
  say(wire::to_message(wire::Name{number, space->space_->id()}));
  return {};
}

Result<void> Session::State::on_name(const wire::Name& name) {
  const bool is_asked = name.space < spaces.size() && !spaces[name.space].space_ && spaces[name.space].named_;
  if (!is_asked) return refused("the partner names a space that nobody asked for");
  SpaceExchange& space = spaces[name.space];
  if (binding.tag(name.id) != space.tag_) return refused("the partner names another space than it offered");
  space.named_ = false;
  EVENHAND_TRY(const bool is_welcome, replica.welcome_space(partner, name.id));
  if (is_welcome) {
    for (ReplicaSpace* const one : replica.spaces_for(partner)) {
      if (one->id() == name.id) space.space_ = one;
    }
  }
  if (!space.space_) {
    space.phase_ = Phase::left_out;
    say_farewell(space, name.id);
    say(wire::to_message(MessageType::decline, space.number_));
    return {};
  }
  space.outcome_.space = name.id;
  EVENHAND_CHECK(space.begin_round());
  return answer_changes(space, std::nullopt);
}

void Session::State::say_farewell(const SpaceExchange& space, const SpaceId& id) {
  const std::optional<Bytes> commits = replica.farewell(partner, id);
  if (!commits) return;
  ByteView left = *commits;
  const auto split = split_by_length(left);
  // The reader takes no more in one session; nor do we hold more for one that reads nothing.
  const bool is_too_long = commits->size() > kFarewellBytesMax - farewell_bytes_said;
  if (!split || is_too_long) return say(wire::to_message(wire::Farewell{space.number_, {}}));
  farewell_bytes_said += commits->size();
  std::size_t whole = 0;  // commits that go out together
  for (const ByteView commit : *split) {
    if (whole > 0 && whole + commit.size() > kSegmentBytesMax) {
      say(wire::to_message(wire::Farewell{space.number_, left.first(std::exchange(whole, 0))}));
      left = ByteView(commit.data(), static_cast<std::size_t>(commits->data() + commits->size() - commit.data()));
    }
    whole += commit.size();
  }
  say(wire::to_message(wire::Farewell{space.number_, left}));
}

// What came is no more than signed events of the space's admins: it is judged as if it came by any other way.
Result<void> Session::State::on_farewell(const wire::Farewell& farewell) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(farewell.space));
  if (!space->named_ || space->phase_ != Phase::waiting || space->theirs_) return refused("the partner says farewell of a space that it takes part in");
  farewell_bytes += farewell.commits.size();
  if (farewell_bytes > kFarewellBytesMax) return refused("the partner says farewell at greater length than any space has");
  std::vector<SpaceId>& told = outcome.farewells;
  if (std::find(told.begin(), told.end(), space->space_->id()) == told.end()) told.push_back(space->space_->id());
  if (farewell.commits.empty()) return ++idle_messages > kIdleMessagesMax ? refused("the partner talks without saying anything") : Result<void>{};
  const auto stored = space->space_->store_farewell(farewell.commits);
  if (!stored && stored.error().code == ErrorCode::unavailable) return stored.error();
  anything_new = anything_new || (stored && stored->events_new > 0);  // what does not verify proves nothing: the word stays
  return {};
}

Result<void> Session::State::on_decline(std::size_t number) {
  EVENHAND_TRY(SpaceExchange* const space, space_of(number));
  if (!space->named_ || space->phase_ != Phase::waiting || space->theirs_) return refused("the partner declines a space that it takes part in");
  // Not ours to share with it after all: neither side is the worse for it.
  space->forget();
  space->space_ = nullptr;
  space->phase_ = Phase::left_out;
  return {};
}

}  // namespace evenhand
