// What is due, missing, waiting or in dispute, on one screen.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <memory>
#include <ostream>
#include <set>

#include "apps/cli/adopting.h"
#include "apps/cli/alarm.h"
#include "apps/cli/commands.h"
#include "apps/cli/file_partners.h"
#include "apps/cli/membership.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/session.h"
#include "apps/cli/signoff_carried.h"
#include "apps/cli/signoff_late.h"
#include "apps/cli/sync.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"
#include "core/engine/problems.h"
#include "core/engine/share.h"
#include "core/engine/unsent.h"
#include "core/policy/framework.h"
#include "sync/partners/partner_book.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kShown = 5;      // of each list; the whole fits 25 lines
constexpr std::int32_t kSoonDays = 30;

struct Due {
  std::int32_t day = 0;
  std::string type;
  std::string id;
  std::string title;
  std::string words;
};

struct Picture {
  std::string organisation;
  std::string cycle;
  std::string cycle_problem;
  std::map<std::string, std::size_t> counts;
  std::map<std::string, std::size_t> in_cycle;  // the same, of what names the cycle in hand
  std::vector<Due> due;
  std::size_t gaps = 0;
  std::size_t gaps_without_owner = 0;
  std::map<std::string, std::size_t> gap_kinds;
  std::vector<std::string> gap_lines;
  // Of the organisation and the cycle in hand: an outcome counts once, in Domain 1 once for each service.
  std::size_t outcomes = 0;
  std::vector<std::string> ungraded;
  std::vector<std::string> without_evidence;
  std::size_t conflicts = 0;
  std::size_t read_only = 0;
  std::size_t contested = 0;  // sign-offs
  std::size_t late = 0;
  std::size_t unreadable_cuts = 0;  // of sign-offs in force
  std::size_t carried = 0;  // into the cycle in hand, open
  std::size_t regraded = 0;  // adopted grades
  std::size_t copies_changed = 0;  // of ours, by partners
  std::size_t twins = 0;     // same or different?
  std::size_t attachments_lacking = 0;
  std::string advice_on_space;
  std::vector<std::string> departures;  // a sentence for each space that this laptop is in no more
  std::string alarm;  // over laptops that wrote two pasts
  Json alarms = Json::array();
  Unsent unsent;
  std::uint64_t unsent_shared = 0;  // of these, in spaces with other members
  std::size_t partners = 0;  // hubs too
  bool has_partners = false;  // those by file as well
  std::string partner_problem;
  FoldCounts fold;
};

bool is_settled(const Record& record) {
  const std::string status = record.spec().find_field("status") == nullptr ? "" : record.text("status");
  return status == "done" || status == "closed" || status == "stopped" || status == "met" || status == "answered" || status == "declined" || status == "carried";
}

void take_due(const Record& record, const char* field, std::int32_t today, Picture& picture) {
  if (is_settled(record) || record.text(field).empty()) return;
  if (record.spec().find_field("rag") != nullptr && record.text("rag") == "blue") return;
  const auto date = parse_date(record.text(field));
  if (!date || date->precision == PartialDate::Precision::ongoing || date->last_day > today + kSoonDays) return;
  picture.due.push_back({date->last_day, hyphened(record.spec().name), record.short_id(), record.title(), record.text(field)});
}

// Only types that this page tells of are opened; the others are counted where they lie.
Result<void> look_at_records(const Workspace& workspace, const std::vector<Record>& evidence, std::int32_t today, Picture& picture) {
  static constexpr std::pair<std::string_view, const char*> kDated[] = {
      {"action", "due"}, {"gap", "due"}, {"objective", "due"}, {"evidence_request", "due"}, {"cycle", "publish_by"}};
  NameBook names(workspace);
  for (const Record& record : evidence) take_due(record, "review_date", today, picture);
  for (const auto& [type, field] : kDated) {
    EVENHAND_TRY(const std::vector<Record> records, workspace.records(type));
    for (const Record& record : records) {
      take_due(record, field, today, picture);
      if (type != "gap" || is_settled(record)) continue;
      ++picture.gaps;
      ++picture.gap_kinds[record.text("kind")];
      if (record.text("owner").empty()) ++picture.gaps_without_owner;
      if (picture.gap_lines.size() < kShown) {
        const std::string about = names.text(record, "about");
        picture.gap_lines.push_back(record.short_id() + "  " + record.text("kind") + (about.empty() ? "" : "  " + about) + (record.text("printed").empty() ? "" : "  \"" + record.text("printed") + "\""));
      }
    }
  }
  std::sort(picture.due.begin(), picture.due.end(), [](const Due& a, const Due& b) { return a.day < b.day; });
  return {};
}

// Outcome code, and the service where it is graded for each.
using Cell = std::pair<std::string, EntityId>;

std::set<Cell> cells_of(const std::vector<Record>& records, const Record& organisation, const Record& cycle) {
  std::set<Cell> cells;
  for (const Record& record : records) {
    if (record.reference("organisation") != organisation.id() || record.reference("cycle") != cycle.id()) continue;
    // What an organisation says of itself is no grade yet, nor is one in dispute.
    if (record.spec().name == "grade" && (!record.grade("value") || record.text("kind") == "self_assessed")) continue;
    cells.emplace(outcome_code(record.text("outcome")), record.reference("service").value_or(EntityId{}));
  }
  return cells;
}

Result<void> look_at_outcomes(const Workspace& workspace, const Record& organisation, const Record& cycle, const std::vector<Record>& evidence, Picture& picture) {
  const auto framework = built_in_framework(cycle.text("framework"));
  if (!framework) return {};  // one of the organisation's own; scorecard says so
  EVENHAND_TRY(std::vector<Record> services, workspace.records("service"));
  std::erase_if(services, [&](const Record& service) {
    return service.reference("organisation") != organisation.id() || service.reference("cycle") != cycle.id() || service.text("status") == "retired";
  });
  EVENHAND_TRY(const std::vector<Record> grades, workspace.records("grade"));
  const std::set<Cell> graded = cells_of(grades, organisation, cycle);
  const std::set<Cell> shown = cells_of(evidence, organisation, cycle);
  const auto look = [&](const Outcome& outcome, const Record* service) {
    const Cell cell{outcome.code, service == nullptr ? EntityId{} : service->id()};
    const std::string name = outcome.code + (service == nullptr ? "" : " " + service->title());
    ++picture.outcomes;
    if (!graded.contains(cell)) picture.ungraded.push_back(name);
    // Evidence without a service speaks for all of them.
    if (!shown.contains(cell) && !shown.contains({outcome.code, EntityId{}})) picture.without_evidence.push_back(name);
  };
  for (const Domain& domain : framework->domains) {
    for (const Outcome& outcome : domain.outcomes) {
      if (!domain.per_service) look(outcome, nullptr);
      for (const Record& service : services) {
        if (domain.per_service) look(outcome, &service);
      }
    }
  }
  return {};
}

// Copies that stand beside their originals, and what stepped back behind its twin: lists do not show them either.
Result<std::set<EntityId>> not_listed(const Workspace& workspace) {
  std::set<EntityId> all;
  EVENHAND_TRY(const std::vector<Record> shares, workspace.records("share"));
  for (const Record& share : shares) {
    const auto original = EntityId::from_hex(share.text("entity"));
    EVENHAND_TRY(const std::optional<Record> stands, original ? workspace.find(*original) : Result<std::optional<Record>>(std::nullopt));
    if (!stands || stands->is_removed()) continue;
    for (const Space& space : workspace.spaces()) all.insert(copy_id_of(space.id, *original));
  }
  EVENHAND_TRY(const SameOrDifferent same, workspace.same_or_different());
  for (const auto& [follower, leader] : same.leaders()) all.insert(follower);
  return all;
}

bool names_cycle(const EntityState& entity, const EntityId& cycle) {
  const RecordSpec* spec = find_record_type(entity.type);
  const FieldSpec* field = spec == nullptr ? nullptr : spec->find_field("cycle");
  const FieldState* named = field == nullptr ? nullptr : entity.find(field->id);
  return named != nullptr && std::any_of(named->values.begin(), named->values.end(), [&](const Written& written) { return EntityId::from(written.value) == cycle; });
}

Result<void> count_records(const Workspace& workspace, const std::optional<EntityId>& cycle, Picture& picture) {
  EVENHAND_TRY(const std::set<EntityId> hidden, not_listed(workspace));
  std::set<EntityId> organisations;  // one stands in every space that it is in
  for (const Space& space : workspace.spaces()) {
    EVENHAND_CHECK(space.fold.for_each({}, [&](const EntityState& entity) {
      if (entity.lifecycle == Lifecycle::removed || hidden.contains(entity.id)) return true;
      if (entity.type == "organisation" && !organisations.insert(entity.id).second) return true;
      ++picture.counts[entity.type];
      if (cycle && names_cycle(entity, *cycle)) ++picture.in_cycle[entity.type];
      if (entity.is_read_only) ++picture.read_only;
      return true;
    }));
    const bool is_in_use = space.kind == SpaceKind::cycle && space.id == workspace.space_of(SpaceKind::cycle).id;
    const std::string departed = departure_words(space, workspace.keystore().device().public_key());
    // Who left knows it, as long as nothing goes on being written there.
    if (!departed.empty() && (is_in_use || departure_word(workspace, space) != "left")) picture.departures.push_back(departed + (is_in_use ? ", the space in use. Choose another: evenhand space use NAME" : ""));
    const FoldCounts counts = space.fold.counts();
    picture.fold.events += counts.events;
    picture.fold.waiting += counts.waiting;
    picture.fold.quarantined += counts.quarantined;
  }
  EVENHAND_TRY(const std::vector<TwoPasts> two_pasts, find_two_pasts(workspace));
  picture.alarm = alarm_words(workspace, two_pasts);
  picture.alarms = alarm_json(workspace, two_pasts);
  EVENHAND_TRY(picture.attachments_lacking, count_lacking_attachments(workspace));
  EVENHAND_TRY(const std::vector<Conflict> conflicts, workspace.conflicts());
  picture.conflicts = conflicts.size();
  EVENHAND_TRY(const std::vector<SignOff> signed_off, sign_offs(workspace));
  for (const SignOff& one : signed_off) {
    if (one.state == SignState::contested) ++picture.contested;
    if (one.state != SignState::in_force) continue;
    if (!one.has_cut) ++picture.unreadable_cuts;
    EVENHAND_TRY(const std::size_t late, open_late_events(workspace, one));
    picture.late += late;
  }
  EVENHAND_TRY(picture.regraded, count_regraded(workspace));
  EVENHAND_TRY(const std::vector<ChangedCopy> changed, changed_copies(workspace));
  picture.copies_changed = changed.size();
  EVENHAND_TRY(const std::vector<Twins> twins, find_twins(workspace));
  picture.twins = twins.size();
  return {};
}

// What this laptop wrote and no other is known to hold.
Result<void> count_unsent(const Workspace& workspace, Picture& picture) {
  auto book = PartnerBook::open(workspace.folder());
  if (!book) {
    picture.partner_problem = book.error().sentence();
    return {};
  }
  picture.partners = book->partners().size();
  picture.has_partners = picture.partners > 0 || !book->by_file().empty();
  for (const Space& space : workspace.spaces()) {
    const std::vector<VersionVector> elsewhere = held_elsewhere(*book, space, workspace.keystore().device().public_key());
    EVENHAND_TRY(const Unsent unsent, find_unsent(space, workspace.keystore().device().public_key(), elsewhere));
    picture.unsent.events += unsent.events;
    if (space.fold.access().members().size() > 1) picture.unsent_shared += unsent.events;
    if (unsent.oldest && (!picture.unsent.oldest || *unsent.oldest < *picture.unsent.oldest)) picture.unsent.oldest = unsent.oldest;
  }
  return {};
}

// A line that the terminal has no room for goes on under its words.
void put(Console& console, const std::string& line) {
  console.print(console.plain ? line : in_width(line, terminal_columns(), line.starts_with(' ') ? 2 : 9));
}

void print_unsent(Console& console, const Picture& picture, std::int32_t today) {
  if (!picture.partner_problem.empty()) put(console, "Partners " + harmless_line(picture.partner_problem));
  if (picture.unsent.events == 0) return;
  const std::int32_t days = std::max(0, today - day_of(*picture.unsent.oldest));
  const std::uint64_t own = picture.unsent.events - picture.unsent_shared;
  const std::string whose = !picture.has_partners || own == 0 ? "" : picture.unsent_shared == 0 ? "; nothing of what is shared" : "; " + with_commas(picture.unsent_shared) + " of what is shared";
  put(console, "Only on this laptop: " + counted(picture.unsent.events, "event") + ", oldest " + counted(static_cast<std::uint64_t>(days), "day") + whose);
}

// How many of the outcomes lack it, which is the first, and what to type.
void print_lack(Console& console, std::string_view label, std::string_view what, const std::vector<std::string>& lacking, std::size_t all, std::string_view next) {
  if (all == 0) return;
  if (lacking.empty()) return put(console, std::string(label) + "every outcome " + std::string(what));
  put(console, std::string(label) + with_commas(lacking.size()) + " of " + with_commas(all) + " outcomes have none; " + cut_to("first " + harmless_line(lacking.front()), 40));
  put(console, "  " + std::string(next));
}

std::string kinds_text(const std::map<std::string, std::size_t>& kinds) {
  std::string text;
  for (const auto& [kind, count] : kinds) text += (text.empty() ? "" : ", ") + plain_type(kind) + " " + with_commas(count);
  return text;
}

void print_picture(Console& console, const Picture& picture, std::int32_t today) {
  const auto& counts = picture.cycle.empty() ? picture.counts : picture.in_cycle;
  const auto count = [&](const char* type, const char* one, const char* several) {
    const auto at = counts.find(type);
    const std::size_t number = at == counts.end() ? 0 : at->second;
    return with_commas(number) + " " + (number == 1 ? one : several);
  };
  put(console, picture.organisation + (picture.cycle.empty() ? "" : "   " + picture.cycle));
  put(console, "  " + count("service", "service", "services") + ", " + count("evidence", "evidence item", "evidence items") + ", " + count("grade", "grade", "grades") + ", " + count("action", "action", "actions"));
  for (const std::string& one : picture.departures) put(console, "Space    " + one);
  if (!picture.advice_on_space.empty()) put(console, "Space    " + picture.advice_on_space);
  if (!picture.cycle_problem.empty()) put(console, "  " + picture.cycle_problem);
  const std::size_t late = static_cast<std::size_t>(std::count_if(picture.due.begin(), picture.due.end(), [&](const Due& d) { return d.day < today; }));
  put(console, picture.due.empty() ? "Due      nothing within 30 days" : "Due      " + with_commas(late) + " late, " + with_commas(picture.due.size() - late) + " within 30 days");
  for (std::size_t i = 0; i < std::min(kShown, picture.due.size()); ++i) {
    const Due& due = picture.due[i];
    put(console, "  " + due.id + "  " + cut_to(due.words, 14) + std::string(16 - std::min<std::size_t>(15, letters_in(cut_to(due.words, 14))), ' ') + due.type + "  " + cut_to(harmless_line(due.title), 34));
  }
  print_lack(console, "Grades   ", "is graded", picture.ungraded, picture.outcomes, "evenhand grade record --help      evenhand scorecard");
  print_lack(console, "Evidence ", "has evidence", picture.without_evidence, picture.outcomes, "evenhand evidence add --help      evenhand evidence list");
  put(console, picture.gaps == 0 ? "Missing  no open gaps" : "Missing  " + with_commas(picture.gaps) + " open gaps, " + with_commas(picture.gaps_without_owner) + " with nobody to close them");
  if (picture.gaps > 0) put(console, "  " + kinds_text(picture.gap_kinds) + ": evenhand gap list --status open");
  for (const std::string& line : picture.gap_lines) put(console, "  " + cut_to(harmless_lines(line), 76));
  if (picture.conflicts > 0) put(console, "Decide   " + with_commas(picture.conflicts) + " in dispute: evenhand conflict list");
  if (picture.twins > 0) put(console, "Decide   " + with_commas(picture.twins) + " may stand twice, same or different: evenhand conflict twins");
  if (picture.copies_changed > 0) put(console, "Shared   " + with_commas(picture.copies_changed) + (picture.copies_changed == 1 ? " copy" : " copies") + " of yours changed by partners: evenhand share list");
  if (picture.contested > 0) put(console, "Decide   " + with_commas(picture.contested) + " signed versions contradict each other: evenhand signoff status");
  if (picture.regraded > 0) put(console, "Decide   " + counted(picture.regraded, "adopted grade") + (picture.regraded == 1 ? " was" : " were") + " regraded by the lead since: evenhand grade-adoption list");
  if (picture.late > 0) put(console, "Late     " + counted(picture.late, "change") + " of what was signed: evenhand signoff status");
  if (picture.unreadable_cuts > 0) put(console, "Late     nobody can tell for " + counted(picture.unreadable_cuts, "signed version") + ": evenhand signoff status");
  if (picture.carried > 0) put(console, "Carried  " + counted(picture.carried, "change") + " came over from a signed cycle: evenhand signoff late list");
  if (picture.fold.waiting > 0) put(console, "Waiting  " + with_commas(picture.fold.waiting) + (picture.fold.waiting == 1 ? " event waits for what it rests on" : " events wait for what they rest on"));
  if (picture.attachments_lacking > 0) put(console, "Waiting  " + attachments_wait(picture.attachments_lacking));
  if (picture.fold.quarantined > 0) put(console, "Decide   " + counted(picture.fold.quarantined, "event") + " set aside, outside their author's rights: evenhand log verify");
  if (!picture.alarm.empty()) put(console, "Alarm    " + picture.alarm);
  if (picture.read_only > 0) put(console, "Newer    " + with_commas(picture.read_only) + " records need a newer version of evenhand");
  print_unsent(console, picture, today);
  if (picture.conflicts + picture.contested + picture.late + picture.unreadable_cuts + picture.carried + picture.regraded + picture.twins + picture.fold.quarantined == 0) put(console, "Nothing needs a decision.");
}

Json picture_json(Picture& picture) {
  Json departures = Json::array();
  for (const std::string& one : picture.departures) departures.push(one);
  Json counts = Json::object();
  for (const auto& [type, count] : picture.counts) counts.set(type, count);
  Json in_cycle = Json::object();
  for (const auto& [type, count] : picture.in_cycle) in_cycle.set(type, count);
  Json due = Json::array();
  for (const Due& one : picture.due) due.push(Json::object().set("short_id", one.id).set("type", one.type).set("due", one.words).set("title", one.title));
  Json kinds = Json::object();
  for (const auto& [kind, count] : picture.gap_kinds) kinds.set(kind, count);
  return Json::object().set("organisation", picture.organisation).set("cycle", picture.cycle).set("records", std::move(counts)).set("records_of_cycle", std::move(in_cycle)).set("due", std::move(due))
      .set("outcomes", picture.outcomes).set("ungraded", picture.ungraded.size()).set("without_evidence", picture.without_evidence.size())
      .set("gaps", picture.gaps).set("gap_kinds", std::move(kinds)).set("gaps_without_owner", picture.gaps_without_owner).set("conflicts", picture.conflicts).set("contested", picture.contested).set("late", picture.late).set("carried", picture.carried).set("regraded", picture.regraded).set("twins", picture.twins).set("copies_changed", picture.copies_changed)
      .set("events", picture.fold.events).set("waiting", picture.fold.waiting).set("quarantined", picture.fold.quarantined)
      .set("forked_devices", picture.alarms.size()).set("alarms", std::move(picture.alarms)).set("attachments_lacking", picture.attachments_lacking).set("partners", picture.partners).set("only_here", picture.unsent.events).set("only_here_shared", picture.unsent_shared).set("departures", std::move(departures));
}

Result<void> show_status(Workspace& workspace, Console& console) {
  const std::int32_t today = day_of(machine_clock().now());
  Picture picture;
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  picture.organisation = organisation.title();
  const auto cycle = cycle_of(workspace, console, CycleUse::read);
  if (cycle) picture.cycle = cycle->title();
  if (!cycle && !console.cycle.empty()) return cycle.error();
  if (!cycle) picture.cycle_problem = cycle.error().sentence();
  EVENHAND_TRY(const std::vector<Record> evidence, workspace.records("evidence"));  // by far the most, so read once
  if (cycle) EVENHAND_CHECK(look_at_outcomes(workspace, organisation, *cycle, evidence, picture));
  if (cycle) {
    EVENHAND_TRY(picture.carried, count_open_carried(workspace, cycle->id()));
  }
  EVENHAND_CHECK(count_records(workspace, cycle ? std::optional(cycle->id()) : std::nullopt, picture));
  picture.advice_on_space = advice_on_space_in_use(workspace);
  EVENHAND_CHECK(count_unsent(workspace, picture));
  EVENHAND_CHECK(look_at_records(workspace, evidence, today, picture));
  if (console.json) {
    console.out << write_json(picture_json(picture), JsonStyle::pretty);
  } else {
    print_picture(console, picture, today);
  }
  return {};
}

}  // namespace

void add_status(CLI::App& root, Console& console) {
  add_command(root, "status", "What is due, missing, waiting or in dispute", "  evenhand status\n  evenhand status --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return show_status(workspace, console); });
  })->group("Start");
}

}  // namespace evenhand::cli
