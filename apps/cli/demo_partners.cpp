#include "apps/cli/demo_partners.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include "apps/cli/demo_desk.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/engine/adoption.h"
#include "core/engine/late_verdict.h"
#include "core/engine/membership.h"
#include "core/engine/problems.h"
#include "core/engine/seal_key.h"
#include "core/engine/sign_off.h"
#include "core/os/files.h"
#include "plugins/host/run_report.h"

namespace evenhand::cli {

namespace {

namespace fs = std::filesystem;
constexpr int kCallsMost = 4;
constexpr std::string_view kRegraded = "regraded_after_adoption";
using Fields = std::vector<FieldValue>;

std::string text(const char* words) { return words; }

Result<EntityId> enter(Desk& desk, RecordChange change) {
  Command command;
  command.changes.push_back(std::move(change));
  EVENHAND_TRY(const Receipt receipt, desk->submit(command));
  return receipt.entities.front();
}
Result<EntityId> add(Desk& desk, const char* type, Fields fields) { return enter(desk, {type, {}, Verb::changed, std::move(fields)}); }
// Into the space that partners see, where an explicit copy goes too.
Result<EntityId> put(Desk& desk, const SpaceId& space, const char* type, Fields fields) {
  Command command;
  command.in_space = space;
  command.changes.push_back({type, {}, Verb::changed, std::move(fields)});
  EVENHAND_TRY(const Receipt receipt, desk->submit(command));
  return receipt.entities.front();
}
Result<void> edit(Desk& desk, const char* type, const EntityId& id, Fields fields, const char* reason = "") {
  RecordChange change{type, id, Verb::changed, std::move(fields)};
  change.reason = reason;
  EVENHAND_TRY(const EntityId edited, enter(desk, std::move(change)));
  (void)edited;
  return {};
}

class Partners {
 public:
  Partners(Console& console, const fs::path& folder, const plugins::Registry& registry) : console_(console), folder_(folder), registry_(registry) {}

  Result<void> run() {
    say("");
    say("Demonstration: three trusts and their ICS, apart and together again");
    EVENHAND_CHECK(found());
    EVENHAND_CHECK(begin());
    EVENHAND_CHECK(adopt_before_the_cut());
    EVENHAND_CHECK(work_apart());
    EVENHAND_CHECK(come_together());
    EVENHAND_CHECK(show_disputes());
    EVENHAND_CHECK(show_regraded());
    EVENHAND_CHECK(decide());
    EVENHAND_CHECK(come_together_again());
    EVENHAND_CHECK(compare_digests());
    return write_joint_report();
  }

 private:
  void say(const std::string& line) { console_.print(line); }
  void say(const std::string& head, const std::string& line) { say("  " + head + std::string(11 - head.size(), ' ') + line); }

  // --- the shared space -------------------------------------------------------------------------------------------

  Result<void> found() {
    std::error_code ignored;
    fs::create_directories(folder_ / "files", ignored);
    EVENHAND_CHECK(ics_.found(folder_ / "fenmarsh-ics", "Fenmarsh ICS", "Fenmarsh ICS", "ICS equality desk"));
    EVENHAND_CHECK(northmere_.found(folder_ / "northmere", "Northmere Community NHS Trust", "Northmere", "Northmere desk"));
    EVENHAND_CHECK(wendlesea_.found(folder_ / "wendlesea", "Wendlesea Hospitals NHS Trust", "Wendlesea", "Wendlesea desk"));
    EVENHAND_CHECK(osierbeck_.found(folder_ / "osierbeck", "Osierbeck Partnership NHS Trust", "Osierbeck", "Osierbeck desk"));
    EVENHAND_TRY(shared_, ics_->found_cycle_space("Fenmarsh EDS 2025/26"));
    EVENHAND_CHECK(ics_->use_cycle_space(shared_));
    const Capabilities partner = Capability::read | Capability::contribute | Capability::facilitate | Capability::sign_off;
    EVENHAND_CHECK(let_in(northmere_, Capabilities::all()));  // it lets in its own second laptop
    EVENHAND_CHECK(let_in(wendlesea_, partner));
    return let_in(osierbeck_, partner);
  }

  Result<void> let_in(Desk& trust, Capabilities may) {
    EVENHAND_TRY(const Bytes invitation, invite(*ics_, {shared_}, false));
    EVENHAND_TRY(const Bytes reply, accept(*trust, invitation, trust.label));
    EVENHAND_TRY(const Admitted admitted, admit(*ics_, reply, may));
    (void)admitted;
    RecordChange named{"organisation", trust->organisation(), Verb::changed, {}};
    named.set = {{"short_name", trust.name}, {"kind", text("trust")}, {"systems", std::vector<std::string>{"Fenmarsh ICS"}}, {"demonstration", true}};
    Command command;
    command.in_space = shared_;
    command.changes.push_back(std::move(named));
    EVENHAND_TRY(const Receipt receipt, ics_->submit(command));
    (void)receipt;
    return {};
  }

  // What the ICS puts before the trusts, and how it reaches them: one file for three, then a second laptop at one of them.
  Result<void> begin() {
    EVENHAND_TRY(cycle_, add(ics_, "cycle", {{"title", text("Fenmarsh EDS 2025/26")}, {"framework", text("eds-2022")}, {"policy", text("nhs-eds-2022")}, {"status", text("open")}, {"systems", std::vector<std::string>{"Fenmarsh ICS"}}, {"demonstration", true}}));
    EVENHAND_TRY(ward_, add(ics_, "service", service_of(northmere_, "Heart and frailty virtual ward")));
    EVENHAND_TRY(perinatal_, add(ics_, "service", service_of(osierbeck_, "Perinatal mental health")));
    EVENHAND_TRY(lung_, add(ics_, "service", service_of(wendlesea_, "Lung health and breathing clinic")));
    EVENHAND_TRY(hours_, put(ics_, shared_, "evidence", evidence_of(northmere_, ward_, "Open until eight, every day", "Referrals are taken from 8 am to 8 pm.")));
    EVENHAND_TRY(visits_, put(ics_, shared_, "evidence", evidence_of(osierbeck_, perinatal_, "Visits at home", "Three in four first visits are at home.")));
    EVENHAND_TRY(action_, put(ics_, shared_, "action", {{"organisation", northmere_->organisation()}, {"cycle", cycle_}, {"service", ward_}, {"text", text("A kit that speaks the reading, in three languages.")}, {"rag", text("green")}, {"leads", std::vector<std::string>{"Virtual ward matron"}}}));
    EVENHAND_TRY(const EntityId workshop, put(ics_, shared_, "workshop", {{"organisation", northmere_->organisation()}, {"cycle", cycle_}, {"title", text("Grading the virtual ward")}, {"date", text("14 October 2025")}, {"services", std::vector<EntityId>{ward_}}, {"outcomes", std::vector<std::string>{"1A"}}, {"quorum", std::int64_t{10}}}));
    EVENHAND_TRY(tally_, put(ics_, shared_, "tally", {{"workshop", workshop}, {"level", text("outcome")}, {"code", text("1A")}, {"service", ward_}, {"round", std::int64_t{1}}, {"participants", std::int64_t{24}}, {"used", std::int64_t{23}}, {"votes_0", std::int64_t{0}}, {"votes_1", std::int64_t{2}}, {"votes_2", std::int64_t{8}}, {"votes_3", std::int64_t{12}}}));
    const fs::path file = folder_ / "files" / "opening.evenhand";
    EVENHAND_TRY(const std::uint64_t sent, carry(ics_, {&northmere_, &wendlesea_, &osierbeck_}, file));
    say("By file", "Fenmarsh ICS to three trusts, one sealed file: " + counted(sent, "change"));
    for (Desk* trust : {&northmere_, &wendlesea_, &osierbeck_}) EVENHAND_CHECK((*trust)->use_cycle_space(shared_));
    return second_laptop();
  }

  Fields service_of(Desk& lead, const char* name) {
    return {{"name", text(name)}, {"organisation", lead->organisation()}, {"cycle", cycle_}, {"lead_organisation", lead->organisation()},
            {"providers", std::vector<EntityId>{northmere_->organisation(), wendlesea_->organisation(), osierbeck_->organisation()}}};
  }
  Fields evidence_of(Desk& trust, const EntityId& service, const char* title, const char* words) {
    return {{"organisation", trust->organisation()}, {"cycle", cycle_}, {"outcome", text("1A")}, {"service", service}, {"title", text(title)}, {"text", text(words)}};
  }

  Result<void> second_laptop() {
    std::vector<SpaceId> spaces;
    for (const SpaceKind kind : {SpaceKind::organisation, SpaceKind::people, SpaceKind::cycle}) spaces.push_back(northmere_->space_of(kind).id);
    EVENHAND_TRY(const Bytes invitation, invite(*northmere_, spaces, true));
    EVENHAND_TRY(const Bytes reply, second_.join(folder_ / "northmere-second", invitation, "Northmere", "Northmere second laptop"));
    EVENHAND_TRY(const Admitted admitted, admit(*northmere_, reply, Capability::read | Capability::contribute | Capability::facilitate));
    (void)admitted;
    EVENHAND_TRY(const std::uint64_t changes, merge(northmere_, {&second_}));
    say(way(), "Northmere with its own second laptop: " + counted(changes, "change"));
    return {};
  }

  // The ward is one service of three trusts: its lead grades it, the others take the grade over as it stands on that day.
  Result<void> adopt_before_the_cut() {
    EVENHAND_TRY(graded_, grade(northmere_, ward_, {3, 2, 2, 2}));
    EVENHAND_TRY(const std::uint64_t sent, carry(northmere_, {&wendlesea_, &osierbeck_}, folder_ / "files" / "grades.evenhand"));
    (void)sent;
    for (Desk* trust : {&wendlesea_, &osierbeck_}) EVENHAND_CHECK(adopt(*trust));
    say("Adopted", "1A of the virtual ward, 3 by Northmere: Wendlesea and Osierbeck");
    return {};
  }

  Result<void> adopt(Desk& trust) {
    EVENHAND_TRY(const std::optional<Record> service, trust->find(ward_));
    if (!service) return corrupt("the shared service did not come", trust->folder().string());
    Command command;
    command.in_space = shared_;
    EVENHAND_TRY(command.changes, adoptions_to_make(*trust, trust->organisation(), cycle_, *service, "1A"));
    EVENHAND_TRY(const Receipt receipt, trust->submit(command));
    (void)receipt;
    return {};
  }

  // --- apart ------------------------------------------------------------------------------------------------------

  // The front page and the grades of a trust's own service, as one action; gives the first grade.
  Result<EntityId> grade(Desk& trust, const EntityId& service, const std::vector<std::uint8_t>& grades) {
    const char* outcomes[] = {"1A", "1B", "1C", "1D"};
    Command command;
    command.in_space = shared_;
    command.changes.push_back({"report_header", {}, Verb::changed, {{"organisation", trust->organisation()}, {"cycle", cycle_}, {"sponsor", text("Board sponsor")}}});
    for (std::size_t at = 0; at < grades.size(); ++at) {
      command.changes.push_back({"grade", {}, Verb::changed, {{"organisation", trust->organisation()}, {"cycle", cycle_}, {"outcome", text(outcomes[at])}, {"service", service}, {"value", GradeValue{static_cast<std::uint8_t>(2 * grades[at])}}, {"kind", text("verified")}}});
    }
    EVENHAND_TRY(const Receipt receipt, trust->submit(command));
    return receipt.entities.at(1);
  }

  Result<void> work_apart() {
    EVENHAND_CHECK(grade(wendlesea_, lung_, {1, 1, 2, 1}));
    EVENHAND_CHECK(grade(osierbeck_, perinatal_, {2, 2, 2, 1}));
    EVENHAND_CHECK(edit(northmere_, "grade", graded_, {{"value", GradeValue{4}}, {"reason", text("The evening calls were not counted.")}}));
    EVENHAND_CHECK(sign(osierbeck_));
    EVENHAND_CHECK(edit(second_, "evidence", visits_, {{"text", text("Four in five first visits are at home.")}}));  // late
    EVENHAND_CHECK(edit(northmere_, "evidence", hours_, {{"text", text("Referrals are taken from 8 am to 8 pm, weekends included.")}}));
    EVENHAND_CHECK(edit(wendlesea_, "evidence", hours_, {{"text", text("Referrals are taken from 8 am to 8 pm; our wards call twice a day.")}}));
    EVENHAND_CHECK(edit(northmere_, "action", action_, {{"rag", text("amber")}}));
    EVENHAND_CHECK(edit(wendlesea_, "action", action_, {{"rag", text("red")}}));
    EVENHAND_CHECK(edit(wendlesea_, "tally", tally_, {{"votes_1", std::int64_t{3}}}));  // 23 of 23 ballots, on each laptop
    EVENHAND_CHECK(edit(osierbeck_, "tally", tally_, {{"votes_3", std::int64_t{13}}}));
    EVENHAND_TRY(dental_, add(wendlesea_, "service", service_of(wendlesea_, "Community dental care")));
    EVENHAND_TRY(dental_again_, add(osierbeck_, "service", service_of(wendlesea_, "community dental care")));
    EVENHAND_TRY(volunteer_, add(northmere_, "person", {{"name", text("Volunteer 21")}, {"consent", text("contact")}}));
    EVENHAND_TRY(volunteer_again_, add(second_, "person", {{"name", text("volunteer 21")}, {"consent", text("register")}}));
    return {};
  }

  Result<void> sign(Desk& trust) {
    SignRequest request;
    EVENHAND_TRY(request.subject, subject_of(*trust, "report", trust->organisation(), cycle_));
    request.title = trust.name + " EDS report 2025/26";
    request.seats = {"Board sponsor"};
    EVENHAND_TRY(signed_, request_sign_off(*trust, request));
    EVENHAND_TRY(const SignOff put_forward, sign_off_of(*trust, signed_));
    EVENHAND_TRY(const KeyPair seal, make_seal_key(trust->folder() / "keys" / "seal.key", machine_random()));
    EVENHAND_TRY(const EntityId given, give_verdict(*trust, put_forward, "Board sponsor", true, "", seal));
    (void)given;
    return {};
  }

  // --- together ---------------------------------------------------------------------------------------------------

  std::string way() const { return has_network_ ? "Over TLS" : "By file"; }

  // The guests one after another with the host: over TLS, or by files where there is no network at all.
  Result<std::uint64_t> merge(Desk& host, const std::vector<Desk*>& guests) {
    std::uint64_t moved = 0;
    for (int attempt = 1; has_network_; ++attempt) {  // a call that was cut is made again, as a person would
      const Result<void> how = exchange(host, guests, moved);
      if (how) return moved;
      if (how.error().code != ErrorCode::unavailable) return how.error();
      if (attempt < kCallsMost) continue;
      has_network_ = false;
      say("No network inside this computer (" + cut_to(harmless_line(how.error().what), 28) + "): files alone.");
    }
    for (Desk* guest : guests) {
      EVENHAND_TRY(const std::uint64_t there, carry(*guest, {&host}, next_file()));
      EVENHAND_TRY(const std::uint64_t back, carry(host, {guest}, next_file()));
      moved += there + back;
    }
    return moved;
  }

  fs::path next_file() { return folder_ / "files" / ("exchange-" + std::to_string(++file_) + ".evenhand"); }

  Result<void> come_together() {
    EVENHAND_TRY(const std::uint64_t own, merge(northmere_, {&second_}));
    EVENHAND_TRY(const std::uint64_t filed, carry(osierbeck_, {&ics_}, folder_ / "files" / "osierbeck.evenhand"));
    EVENHAND_TRY(const std::uint64_t moved, merge(ics_, {&northmere_, &wendlesea_}));
    EVENHAND_TRY(const std::uint64_t back, carry(ics_, {&osierbeck_}, folder_ / "files" / "to-osierbeck.evenhand"));
    say("By file", "Osierbeck and Fenmarsh ICS, after work apart: " + counted(filed + back, "change"));
    say(way(), "Northmere, Wendlesea with Fenmarsh ICS: " + counted(own + moved, "change"));
    return {};
  }

  Result<std::vector<LateEvent>> late() {
    EVENHAND_TRY(const SignOff signed_one, sign_off_of(*osierbeck_, signed_));
    EVENHAND_TRY(std::vector<LateEvent> all, late_events(*osierbeck_, signed_one));
    std::erase_if(all, [](const LateEvent& one) { return !one.verdict.empty(); });
    return all;
  }

  // Every problem of the shared space at the ICS; what concerns people is seen inside their trust only.
  Result<std::map<std::string, std::set<std::string>>> disputes(std::size_t& count) {
    std::map<std::string, std::set<std::string>> kinds;
    count = 0;
    const auto note = [&](const RecordProblem& problem) {
      if (problem.code == kRegraded) return;  // told by itself
      kinds[problem.code].insert(problem.code != "in_conflict" ? problem.record_type : problem.record_type + " " + problem.field);
      ++count;
    };
    EVENHAND_TRY(const std::vector<RecordProblem> here, find_problems(*ics_));
    for (const RecordProblem& problem : here) note(problem);
    EVENHAND_TRY(const std::vector<RecordProblem> at_home, find_problems(*northmere_));
    for (const RecordProblem& problem : at_home) {
      if (problem.record_type == "person") note(problem);
    }
    return kinds;
  }

  static std::string joined(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  }

  Result<void> show_disputes() {
    std::size_t count = 0;
    EVENHAND_TRY(const auto kinds, disputes(count));
    EVENHAND_TRY(const std::vector<LateEvent> came_late, late());
    const std::map<std::string, std::string> words = {{"in_conflict", "different values"}, {"same_twice", "entered twice"}, {"impossible_figures", "cannot add up"}};
    std::string line = counted(count, "dispute") + ", " + std::to_string(came_late.size()) + " late edit:";
    for (const auto& [code, about] : kinds) line += " " + (words.contains(code) ? words.at(code) : code) + " (" + joined(about) + ");";
    line.back() = '.';
    say("Disputes", wrapped(line, 80, 13));
    return {};
  }

  // Each adopter as it sees itself.
  Result<std::set<std::string>> flagged() {
    std::set<std::string> names;
    for (Desk* trust : {&wendlesea_, &osierbeck_}) {
      EVENHAND_TRY(const std::vector<RecordProblem> problems, find_problems(**trust));
      for (const RecordProblem& problem : problems) {
        if (problem.code != kRegraded) continue;
        EVENHAND_TRY(const std::optional<Record> adoption, (*trust)->find(problem.entity));
        if (adoption && adoption->reference("organisation") == (*trust)->organisation()) names.insert(trust->name);
      }
    }
    return names;
  }

  Result<void> show_regraded() {
    EVENHAND_TRY(const std::set<std::string> before, flagged());
    EVENHAND_CHECK(adopt(wendlesea_));
    EVENHAND_TRY(const std::set<std::string> after, flagged());
    std::set<std::string> anew = before;
    std::erase_if(anew, [&](const std::string& name) { return after.contains(name); });
    say("Regraded", "1A, now 2: flags " + joined(before) + "; " + joined(anew) + " adopts it anew");
    return {};
  }

  Result<void> decide() {
    EVENHAND_TRY(const std::vector<Conflict> conflicts, ics_->conflicts());
    for (const Conflict& conflict : conflicts) {
      if (conflict.field != "rag") continue;  // the words of the evidence stay open, for whoever looks closer
      RecordChange change{conflict.type, conflict.entity, Verb::decided, {{"rag", text("red")}}};
      change.seen = conflict.heads;
      change.reason = "The kit has not been ordered";
      EVENHAND_TRY(const EntityId decided, enter(ics_, std::move(change)));
      (void)decided;
    }
    EVENHAND_CHECK(edit(ics_, "tally", tally_, {{"votes_1", std::int64_t{2}}}, "One slip was counted at two tables"));
    EVENHAND_CHECK(same(ics_, dental_, dental_again_, "Entered by both trusts"));
    EVENHAND_CHECK(same(northmere_, volunteer_, volunteer_again_, "Entered on both laptops"));
    EVENHAND_TRY(const std::vector<LateEvent> came_late, late());
    for (const LateEvent& one : came_late) {
      EVENHAND_TRY(std::vector<RecordChange> changes, late_changes({}, signed_, one.event, one.entity, {"dismissed", "For the next cycle", {}}));
      EVENHAND_CHECK(enter(osierbeck_, std::move(changes.front())));
    }
    EVENHAND_TRY(const std::vector<Conflict> left, ics_->conflicts());
    std::set<std::string> open;
    for (const Conflict& conflict : left) open.insert(conflict.type + " " + conflict.field);
    say("Decided", "red: \"The kit has not been ordered\"; twins are one; one slip was");
    say("", "counted twice; the late change waits a year. Open: " + joined(open));
    return {};
  }

  Result<void> same(Desk& desk, const EntityId& leads, const EntityId& follows, const char* reason) {
    EVENHAND_TRY(const std::optional<SpaceId> shared, desk->shared_by(leads, follows));
    const SpaceId home = desk->space_of(SpaceKind::organisation).id;
    EVENHAND_TRY(const EntityId said, put(desk, shared.value_or(home), "duplicate", {{"records", std::vector<EntityId>{leads, follows}}, {"verdict", text("same")}, {"kept", leads}, {"reason", text(reason)}}));
    (void)said;
    return {};
  }

  Result<void> come_together_again() {
    // Wendlesea first: what it adopted anew is for all.
    EVENHAND_TRY(const std::uint64_t moved, merge(ics_, {&wendlesea_, &northmere_}));
    EVENHAND_TRY(const std::uint64_t own, merge(northmere_, {&second_}));
    EVENHAND_TRY(const std::uint64_t filed, carry(ics_, {&osierbeck_}, folder_ / "files" / "decisions.evenhand"));
    again_ = has_network_ ? counted(moved + own, "change") + " over TLS, " + std::to_string(filed) + " by file" : counted(moved + own + filed, "change") + " by file";
    return {};
  }

  Result<void> compare_digests() {
    EVENHAND_TRY(const std::string shared, agreed_digest({&ics_, &northmere_, &second_, &wendlesea_, &osierbeck_}, shared_));
    say("All 5 laptops agree: digest " + shared + ", after " + again_);
    EVENHAND_TRY(const std::string own, agreed_digest({&northmere_, &second_}, northmere_->space_of(SpaceKind::organisation).id));
    EVENHAND_TRY(const std::string people, agreed_digest({&northmere_, &second_}, northmere_->space_of(SpaceKind::people).id));
    say("Northmere's two agree on their own: organisation " + own + ", people " + people);
    return {};
  }

  Result<void> write_joint_report() {
    plugins::ReportOptions options;
    options.cycle = cycle_;
    EVENHAND_TRY(const std::string bytes, plugins::run_report(registry_, *ics_, "comparison", options, plugins::Format::html));
    EVENHAND_CHECK(write_file_durably(folder_ / "joint-report.html", view_of(bytes)));
    say("One joint report: joint-report.html in partners; the dispute left: conflict list");
    return {};
  }

  Console& console_;
  fs::path folder_;
  const plugins::Registry& registry_;
  Desk ics_, northmere_, second_, wendlesea_, osierbeck_;
  SpaceId shared_;
  EntityId graded_;  // by the lead of the ward
  EntityId cycle_, ward_, perinatal_, lung_, hours_, visits_, action_, tally_, signed_;
  EntityId dental_, dental_again_, volunteer_, volunteer_again_;
  std::string again_;  // what the last exchanges moved
  bool has_network_ = true;
  int file_ = 0;
};

}  // namespace

Result<void> show_partners(Console& console, const std::filesystem::path& folder, const plugins::Registry& registry) {
  return Partners(console, folder, registry).run();
}

}  // namespace evenhand::cli
