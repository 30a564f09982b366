// What trusts decide: the first signs off what its two laptops edit meanwhile, partners leave and come back, the founder's root gives its rights
// again, a space is retired.
#include <algorithm>
#include <fstream>

#include "core/engine/membership.h"
#include "core/engine/sign_off.h"
#include "tests/simulation/trusts.h"

namespace evenhand::simulation {

namespace {

FieldValue words(const char* field, std::string value) { return {field, std::move(value)}; }

bool stands(const SignOff& one) { return one.state == SignState::asked || one.state == SignState::in_force || one.state == SignState::contested; }

}  // namespace

void Trusts::decide_something() {
  const std::uint64_t what = decisions_.below(10);
  if (what < 7) return sign_something(*desks_[decisions_.below(2)]);
  if (what < 9) return leave_or_come_back(*desks_[2 + decisions_.below(desks_.size() - 2)]);
  const auto restored = restore_admin(**desks_[0], shared_);
  tell_(std::string("the founder's root gives its rights again") + (restored ? "" : ": refused"));
  if (restored) ++tally_.roots_used;
  else check_is_answer(restored.error(), desks_[0]->name() + " uses its root key");
}

void Trusts::sign_something(Desk& desk) {
  const SpaceId home = desk->space_of(SpaceKind::organisation).id;
  if (!desk.may(home, Capability::contribute)) return tell_(desk.name() + " may not write yet");
  const std::set<Reference> before = desk.held(home);
  const auto confirm_new = [&] {
    for (const Reference& event : desk.held(home)) {
      if (!before.contains(event)) desk.confirmed[home].insert(event);
    }
  };
  if (signed_cycle_.is_zero()) {
    Command command;
    const EntityId cycle = decisions_.make_id<EntityId>(), grade = decisions_.make_id<EntityId>();
    command.changes.push_back({"cycle", cycle, Verb::changed, {words("title", "EDS 2025/26"), words("framework", "eds-2022"), words("policy", "nhs-eds-2022")}});
    command.changes.push_back({"grade", grade, Verb::changed, {{"organisation", desk->organisation()}, {"cycle", cycle}, words("outcome", "2A"), words("kind", "verified"), {"value", *GradeValue::parse("2")}}});
    command.is_import = true;
    if (submit(desk, command, "what is to be signed")) signed_cycle_ = cycle, signed_grade_ = grade;
    return;
  }
  if (!must(desk->find(signed_grade_), "find a grade")) return tell_(desk.name() + " has not heard of what is to be signed");
  const std::uint64_t what = decisions_.below(3);
  if (what == 0) {
    Command command;
    command.changes.push_back({"grade", signed_grade_, Verb::changed, {{"value", *GradeValue::parse(std::to_string(decisions_.below(4)))}}});
    if (!submit(desk, command, "a grade")) return;
    if (options_.planted == Planted::changes_what_was_signed && !signed_.empty()) change_what_was_signed(desk);
    for (const Reference& event : desk.held(home)) {
      if (!before.contains(event)) grade_edits_.insert(event);
    }
    return;
  }
  std::vector<SignOff> known = must(sign_offs(*desk), "list sign-offs");
  if (what == 1) {
    const auto subject = subject_of(*desk, "report", desk->organisation(), signed_cycle_);
    if (!subject) return check_is_answer(subject.error(), desk.name() + " signs");
    SignRequest request;
    request.subject = *subject;
    request.title = "EDS report";
    request.seats = {"Board sponsor"};
    for (const Blocker& blocker : must(find_blockers(*desk, *subject), "find blockers")) request.waived.push_back(blocker.name);
    const auto standing = std::find_if(known.begin(), known.end(), stands);
    if (standing != known.end()) request.replaces = standing->id;
    const auto asked = request_sign_off(*desk, request);
    tell_(desk.name() + " asks for a sign-off" + (asked ? "" : ": refused"));
    if (!asked) return check_is_answer(asked.error(), desk.name() + " asks for a sign-off");
    confirm_new();
    const SignOff made = must(sign_off_of(*desk, *asked), "a sign-off that was asked for");
    signed_.push_back({*asked, must(read_snapshot(*desk, made), "a snapshot that was just made"), before});
    ++tally_.sign_offs;
    return;
  }
  const auto asked = std::find_if(known.begin(), known.end(), [](const SignOff& one) { return one.state == SignState::asked; });
  if (asked == known.end()) return tell_("nothing waits to be approved");
  const auto given = give_verdict(*desk, *asked, "Board sponsor", true, "", sponsor_);
  tell_(desk.name() + " approves a sign-off" + (given ? "" : ": refused"));
  if (!given) return check_is_answer(given.error(), desk.name() + " approves");
  confirm_new();
}

void Trusts::change_what_was_signed(Desk& desk) {
  const auto sign_off = sign_off_of(*desk, signed_.back().id);
  if (!sign_off) return;
  const std::string name = sign_off->content.root.hex();
  const std::filesystem::path file = desk->space_of(SpaceKind::organisation).folder / "blobs" / name.substr(0, 2) / name;
  if (!std::filesystem::exists(file)) return;
  std::fstream blob(file, std::ios::in | std::ios::out | std::ios::binary);
  blob.seekp(20);
  blob.put('!');
}

// Who left is in step with nobody in that space until it is let in again.
void Trusts::leave_or_come_back(Desk& partner) {
  Desk& host = *desks_[0];
  if (partner->find_space(shared_) == nullptr) return tell_(partner.name() + " is in no cycle to leave");
  if (!is_out(partner, shared_)) {
    const auto gone = leave(*partner, shared_);
    tell_(partner.name() + " leaves" + (gone ? "" : ": refused"));
    if (!gone) return check_is_answer(gone.error(), partner.name() + " leaves");
    removed_.insert({partner.number, shared_});
    left_.insert(partner.number);
    meet(partner, host, Fault::none);
    ++tally_.left;
    return;
  }
  if (!left_.contains(partner.number)) return;
  const auto come_back = [&]() -> Result<void> {
    EVENHAND_TRY(const Bytes invitation, invite(*host, {shared_}, false));
    EVENHAND_TRY(const Bytes reply, accept(*partner, invitation, partner.name()));
    EVENHAND_CHECK(admit(*host, reply, kPartner));
    return {};
  };
  const auto back = come_back();
  tell_(partner.name() + " comes back" + (back ? "" : ": refused"));
  if (!back) return check_is_answer(back.error(), partner.name() + " comes back");
  removed_.erase({partner.number, shared_});
  left_.erase(partner.number);
  meet(host, partner, Fault::none);
  ++tally_.came_back;
}

void Trusts::retire_shared() {
  const auto done = retire(**desks_[0], shared_);
  tell_(std::string("the shared space is retired") + (done ? "" : ": refused"));
  if (!done) return check_is_answer(done.error(), "retiring");
  is_retired_ = true;
  ++tally_.retired;
}

// After everybody met: one set of sign-offs, each as it was put forward, and late is what its laptop did not hold then.
void Trusts::check_decisions() {
  for (Desk* desk : holders(shared_)) {
    if (!is_retired_) continue;
    if (!(*desk)->find_space(shared_)->fold.access().is_retired()) wrong(desk->name() + " does not know that the shared space is retired");
    Command command;
    command.in_space = shared_;
    command.changes.push_back({"group", {}, Verb::changed, {words("name", "Too late"), words("code", "late"), words("category", "local")}});
    if ((*desk)->submit(command)) wrong(desk->name() + " writes in a space that is retired");
  }
  const std::vector<SignOff> first = must(sign_offs(**desks_[0]), "list sign-offs"), second = must(sign_offs(**desks_[1]), "list sign-offs");
  if (first.size() != second.size()) wrong("two laptops of a trust list different sign-offs");
  for (std::size_t i = 0; i < first.size(); ++i) {
    const SignOff &one = first[i], &other = second[i];
    if (one.id != other.id || one.state != other.state || one.digest != other.digest || one.cuts != other.cuts || one.is_complete != other.is_complete) wrong("two laptops of a trust disagree about a sign-off");
    const auto made = std::find_if(signed_.begin(), signed_.end(), [&](const Signed& of) { return of.id == one.id; });
    for (const auto& [desk, sign_off] : {std::pair(desks_[0].get(), &one), std::pair(desks_[1].get(), &other)}) {
      if (made == signed_.end()) continue;
      if (must(read_snapshot(**desk, *sign_off), desk->name() + " reads what was signed") != made->snapshot) wrong(desk->name() + " shows another text than was signed");
      std::set<Reference> late;
      const bool is_planted = options_.planted == Planted::lets_late_changes_count;
      for (const LateEvent& event : is_planted ? std::vector<LateEvent>() : must(late_events(**desk, *sign_off), "late changes")) late.insert(event.event);
      tally_.late += late.size();
      for (const Reference& edit : grade_edits_) {
        const bool was_signed = made->held.contains(edit);
        if (was_signed && late.contains(edit)) wrong(desk->name() + " calls late what was signed: " + edit.text());
        if (!was_signed && !late.contains(edit)) wrong(desk->name() + " lets count what came after a sign-off: " + edit.text());
      }
    }
  }
}

}  // namespace evenhand::simulation
