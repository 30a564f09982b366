#include "apps/cli/session.h"

#include <algorithm>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iterator>
#include <memory>
#include <optional>
#include <ostream>

#include "apps/cli/examining.h"
#include "apps/cli/membership.h"
#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "apps/cli/unfinished.h"
#include "apps/cli/views.h"
#include "core/engine/handed_over.h"
#include "core/engine/membership.h"
#include "core/engine/share.h"
#include "core/os/process_environment.h"
#include "core/os/system_clock.h"
#include "core/os/system_random.h"
#include "core/policy/name_key.h"

namespace evenhand::cli {

namespace {

volatile std::sig_atomic_t stop_asked = 0;

// Where a person would look for it: a short id names a removed record too.
Result<std::optional<Record>> find_removed(const Workspace& workspace, std::string_view type, std::string_view words) {
  std::string wanted(words);
  for (char& c : wanted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::optional<EntityId> id;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_CHECK(space.fold.for_each(type, [&](const EntityState& entity) {
      if (short_id_of(entity.id) == wanted) id = entity.id;
      return !id;
    }));
  }
  if (!id) return std::optional<Record>();
  return workspace.find(*id);
}

}  // namespace

std::filesystem::path workspace_folder(const Console& console) {
  if (!console.workspace.empty()) return console.workspace;
  const auto named = environment_variable("EVENHAND_WORKSPACE");
  if (named && !named->empty()) return *named;
  const auto data = environment_variable("XDG_DATA_HOME");
  if (data && !data->empty()) return std::filesystem::path(*data) / "evenhand";
  return std::filesystem::path(environment_variable("HOME").value_or(".")) / ".local/share/evenhand";
}

Clock& machine_clock() {
  static SystemClock clock;
  return clock;
}

Random& machine_random() {
  static SystemRandom random;
  return random;
}

Progress progress_for(const Console& console, SteadyNow now) {
  using Steady = std::chrono::steady_clock;
  struct Shown {
    std::optional<Steady::time_point> began;  // of the work in hand; the next work counts its own second
    std::uint64_t done = 0;
    std::uint64_t tenth = 0;
  };
  if (console.quiet) return {};
  const auto shown = std::make_shared<Shown>();
  const bool is_terminal = isatty(STDERR_FILENO) == 1 && !console.plain;
  return [shown, is_terminal, now, &err = console.err](std::string_view what, std::uint64_t done, std::uint64_t all) {
    const std::uint64_t tenth = all == 0 ? 10 : done * 10 / all;
    if (!shown->began || done < shown->done) *shown = {now(), 0, 0};
    const bool is_long = now() - *shown->began >= std::chrono::seconds(1);
    shown->done = done;
    if (done >= all) shown->began.reset();
    if (!is_long) return;
    if (is_terminal) {
      err << '\r' << progress_bar(what, done, all) << (done >= all ? "\n" : "") << std::flush;
    } else if (tenth > shown->tenth) {
      err << progress_bar(what, done, all) << '\n';
    }
    shown->tenth = tenth;
  };
}

void with_workspace(Console& console, OpenMode mode, const std::function<Result<void>(Workspace&)>& body, const std::function<void(const Error&)>& failed) {
  const auto tell = [&](const Error& error) { failed ? failed(error) : static_cast<void>(console.fail(error)); };
  auto workspace = Workspace::open(workspace_folder(console), mode, machine_clock(), machine_random(), progress_for(console));
  if (!workspace) return tell(workspace.error());
  if (console.dry_run) rehearse_only(*workspace);  // whatever a command does from here on, nothing of it is written
  if (mode == OpenMode::read_write && !console.dry_run) finish_what_was_left(*workspace, console);
  std::optional<Examining> examining;
  if (mode == OpenMode::read_write || console.dry_run) examining.emplace(*workspace, console);
  if (is_safe_mode(console)) hand_over_safely();
  if (const auto done = body(*workspace); !done) tell(done.error());
  if (examining) examining->tell();
  if (mode != OpenMode::read_write || console.dry_run) return;
  if (const auto gone = forget_views_without_agreement(*workspace); !gone) console.say("Views of a plugin that nobody agrees to are still here: " + gone.error().sentence());
}

Result<Record> organisation_of(const Workspace& workspace, const Console& console) {
  if (!console.organisation.empty()) return find_record(workspace, "organisation", console.organisation);
  EVENHAND_TRY(std::optional<Record> own, workspace.find(workspace.organisation()));
  if (own && !own->is_removed()) return std::move(*own);
  if (!workspace.space_of(SpaceKind::organisation).fold.access().charter()) {
    return not_found("this laptop was started from an invitation, and nothing has come yet", "", "Exchange with the laptop that invited it, then try again.");
  }
  return not_found("the workspace's own organisation is not in it", "", "Name one with --org.");
}

namespace {

// Cycles of one title stand side by side when reports of several organisations were brought in.
Result<void> keep_those_reported_by(const Workspace& workspace, const EntityId& organisation, std::vector<Record>& cycles) {
  EVENHAND_TRY(const std::vector<Record> headers, workspace.records("report_header"));
  std::vector<Record> kept;
  for (const Record& cycle : cycles) {
    const bool reported = std::any_of(headers.begin(), headers.end(), [&](const Record& header) {
      return header.reference("cycle") == cycle.id() && header.reference("organisation") == organisation;
    });
    if (reported) kept.push_back(cycle);
  }
  if (!kept.empty()) cycles = std::move(kept);
  return {};
}

// "KRA3-CA9D EDS 2025/26 (NCT)": titles alone would not tell them apart.
Result<std::string> told_apart(const Workspace& workspace, const std::vector<Record>& cycles) {
  std::string list;
  for (const Record& cycle : cycles) {
    list += (list.empty() ? "" : ", ") + cycle.short_id() + " " + cycle.title();
    for (const Space& space : workspace.spaces()) {
      EVENHAND_TRY(const std::optional<EntityState> here, space.fold.find(cycle.id()));
      if (here) list += " (" + space_title(space) + ")";
    }
  }
  return list;
}

Result<void> keep_those_in_use(const Workspace& workspace, std::vector<Record>& cycles) {
  std::vector<Record> kept;
  for (const Record& cycle : cycles) {
    EVENHAND_TRY(const std::optional<EntityState> here, workspace.space_of(SpaceKind::cycle).fold.find(cycle.id()));
    if (here) kept.push_back(cycle);
  }
  if (!kept.empty()) cycles = std::move(kept);
  return {};
}

// A cycle without a last day goes on; one without a first day covers no day.
bool covers(const Record& cycle, std::int32_t day) {
  const auto starts = parse_date(cycle.text("starts"));
  const auto ends = parse_date(cycle.text("ends"));
  return starts && starts->first_day <= day && (cycle.text("ends").empty() || (ends && day <= ends->last_day));
}

void keep_those_of_today(std::vector<Record>& cycles) {
  const std::int32_t today = day_of(machine_clock().now());
  std::vector<Record> kept;
  std::copy_if(cycles.begin(), cycles.end(), std::back_inserter(kept), [&](const Record& cycle) { return covers(cycle, today); });
  if (!kept.empty()) cycles = std::move(kept);
}

// Next year's cycle, once somebody has added it, is shown only when this year's is closed. Null: two of one name, or two that begin alike.
const Record* one_that_begins_first(std::vector<Record>& cycles) {
  const bool are_dated = std::all_of(cycles.begin(), cycles.end(), [](const Record& cycle) { return !cycle.text("starts").empty(); });
  const auto key = [&](const Record& cycle) { return are_dated ? cycle.text("starts") : name_key(cycle.title()); };
  std::sort(cycles.begin(), cycles.end(), [&](const Record& a, const Record& b) { return key(a) < key(b); });
  const bool is_clear = key(cycles[0]) != key(cycles[1]) && name_key(cycles[0].title()) != name_key(cycles[1].title());
  return is_clear ? &cycles.front() : nullptr;
}

}  // namespace

Result<Record> cycle_of(const Workspace& workspace, Console& console, CycleUse use) {
  EVENHAND_TRY(std::vector<Record> cycles, workspace.records("cycle"));
  if (!console.cycle.empty()) {
    std::erase_if(cycles, [&](const Record& cycle) { return cycle.title() != console.cycle; });
    if (cycles.size() < 2) return find_record(workspace, "cycle", console.cycle);
  }
  if (cycles.size() > 1 && !console.organisation.empty()) {
    EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
    EVENHAND_CHECK(keep_those_reported_by(workspace, organisation.id(), cycles));
  }
  if (cycles.empty()) return not_found("there is no cycle yet", "", "Add one with: evenhand cycle add \"EDS 2025/26\"");
  if (cycles.size() == 1) return cycles.front();
  const std::vector<Record> all = cycles;
  std::erase_if(cycles, [](const Record& cycle) { return cycle.text("status") != "open"; });
  if (cycles.empty()) cycles = all;
  EVENHAND_CHECK(keep_those_in_use(workspace, cycles));
  if (cycles.size() > 1) keep_those_of_today(cycles);
  if (cycles.size() == 1) return cycles.front();
  const Record* const first = one_that_begins_first(cycles);
  EVENHAND_TRY(const std::string list, told_apart(workspace, use == CycleUse::write ? cycles : all));
  if (use == CycleUse::read && first != nullptr) {
    console.say("Of several cycles this is about " + harmless_line(first->title()) + ". Another one: --cycle " + cycles.back().short_id());
    return *first;
  }
  const std::string how = "Name one by its id: --cycle " + cycles.front().short_id();
  if (use == CycleUse::read) return refused("there are several cycles: " + list, "", how);
  const bool may_close = cycles.front().text("status") == "open";
  return refused("there are several cycles, and this goes into one: " + list, "", how + (may_close ? "   or close one that is over: evenhand cycle edit " + cycles.front().short_id() + " --status closed" : ""));
}

Result<Record> find_record(const Workspace& workspace, std::string_view type, std::string_view words) {
  auto found = workspace.find_by_words(type, words);
  if (found || found.error().code != ErrorCode::not_found) return found;
  EVENHAND_TRY(std::optional<Record> removed, find_removed(workspace, type, words));
  if (removed && (type.empty() || removed->spec().name == type)) return std::move(*removed);
  const std::string_view first = type.substr(0, type.find('|'));
  return not_found("there is no " + (type.empty() ? "record" : plain_type(first)) + " \"" + std::string(words) + "\"", "",
                   type.empty() ? "Use a short id or part of a title." : "See: " + (first == "sign_off" ? "evenhand signoff status" : words_for(first, "list")));
}

std::string NameBook::name_of(const EntityId& id) {
  const auto known = names_.find(id);
  if (known != names_.end()) return known->second;
  std::string name = short_id_of(id);
  if (const auto record = workspace_.find(id); record && *record) {
    name = (*record)->title();
    if (const auto late = (*record)->spec().name == "late" ? EntityId::from_hex((*record)->text("entity")) : std::nullopt) name = name_of(*late);
    if ((*record)->spec().find_field("short_name") != nullptr && !(*record)->text("short_name").empty()) name = (*record)->text("short_name");
  }
  return names_[id] = name;
}

namespace {

// What was shared: the original where it is ours, the copy elsewhere.
std::string shared_name(NameBook& names, const Workspace& workspace, const Record& share) {
  const auto original = EntityId::from_hex(share.text("entity"));
  if (!original) return share.short_id();
  std::vector<EntityId> stands = {*original};
  for (const Space& space : workspace.spaces()) stands.push_back(copy_id_of(space.id, *original));
  for (const EntityId& id : stands) {
    const auto record = workspace.find(id);
    if (record && *record && !(*record)->is_removed()) return names.name_of(id) + "  " + short_id_of(id);
  }
  return short_id_of(*original) + "  (not here, or removed)";
}

}  // namespace

std::string NameBook::text(const FieldSpec& field, const Value& value) {
  if (const auto* id = std::get_if<EntityId>(&value)) return name_of(*id);
  const auto* ids = std::get_if<std::vector<EntityId>>(&value);
  if (ids == nullptr) return to_text(field, value);
  std::string text;
  for (const EntityId& id : *ids) text += (text.empty() ? "" : "; ") + name_of(id);
  return text;
}

std::string NameBook::text(const Record& record, std::string_view name) {
  const FieldSpec& field = *record.spec().find_field(name);
  if (record.spec().name == "share" && name == "entity") return shared_name(*this, workspace_, record);
  if (record.spec().name == "share" && name == "from_space") return tells_of_our_copy(workspace_, record) ? "our organisation" : "a partner's organisation";
  const std::vector<Value> values = record.values(name);
  std::string all;
  for (const Value& value : values) all += (all.empty() ? "" : " or ") + text(field, value);
  return record.is_conflicted(name) ? all + " (to decide)" : all;
}

bool was_stopped() {
  static const bool watching = [] {
    struct sigaction action {};
    action.sa_handler = [](int) { stop_asked = 1; };
    sigaction(SIGINT, &action, nullptr);
    return true;
  }();
  return watching && stop_asked != 0;
}

Result<Receipt> submit(Workspace& workspace, Console& console, const Command& command) {
  EVENHAND_TRY(Receipt receipt, console.dry_run ? workspace.rehearse(command) : workspace.submit(command));
  for (const std::string& warning : receipt.warnings) console.say("Look again: " + warning);
  if (console.dry_run) console.say("Nothing was saved (--dry-run).");
  return receipt;
}

}  // namespace evenhand::cli
