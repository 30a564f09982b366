// log list, show: what was written, newest first.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <ostream>
#include <sstream>

#include "apps/cli/commands.h"
#include "apps/cli/laptops.h"
#include "apps/cli/log_verify.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"

namespace evenhand::cli {

namespace {

struct LoggedEvent {
  Reference reference;
  std::string type;
  EntityId entity;
  ClaimedTime claimed;
  LaptopNames::Name laptop;
};

// Of a dispute, or of what may have been entered twice.
bool is_decision(std::string_view type) { return type.ends_with(".decided") || type == "duplicate.changed"; }

bool is_any(std::string_view) { return true; }

using IsWanted = bool (*)(std::string_view type);

Result<void> take_events(LaptopNames& names, const LogReadView& view, Arrival arrival, IsWanted is_wanted, std::vector<LoggedEvent>& events) {
  EVENHAND_TRY(const CommitView commit, view.commit_at(arrival));
  bool has_any = is_wanted == is_any;
  if (!has_any) EVENHAND_CHECK(commit.walk([&](std::size_t, const EventView& event) { return !(has_any = is_wanted(event.header.type)); }));
  if (!has_any) return {};
  EVENHAND_TRY(const std::vector<Hash> hashes, commit.event_hashes());
  EVENHAND_TRY(const ChainState chain, view.chain(commit.chain()));
  const LaptopNames::Name& laptop = names.of(chain.descriptor.device);
  std::vector<LoggedEvent> here;
  EVENHAND_CHECK(commit.walk([&](std::size_t i, const EventView& event) {
    if (is_wanted(event.header.type)) here.push_back({{commit.chain(), commit.first_seq() + i, shorten(hashes[i])}, std::string(event.header.type), event.header.entity, event.header.claimed, laptop});
    return true;
  }));
  events.insert(events.end(), here.rbegin(), here.rend());
  return {};
}

// The newest events of one space, as they arrived here.
Result<std::vector<LoggedEvent>> newest(const Space& space, std::size_t count, IsWanted is_wanted = is_any) {
  EVENHAND_TRY(const LogReadView view, space.log.read());
  std::vector<LoggedEvent> events;
  LaptopNames names(space);
  for (Arrival arrival = view.last_arrival(); arrival >= 1 && events.size() < count; --arrival) {
    EVENHAND_CHECK(take_events(names, view, arrival, is_wanted, events));
  }
  return events;
}

std::string title_of(NameBook& names, const Workspace& workspace, const LoggedEvent& event) {
  for (const Space& space : workspace.spaces()) {
    if (authority_entity(space.id) == event.entity) return "who may do what";
  }
  return names.name_of(event.entity);
}

Result<std::vector<LoggedEvent>> newest_of_all(const Workspace& workspace, std::size_t limit, IsWanted is_wanted = is_any) {
  std::vector<LoggedEvent> events;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<LoggedEvent> some, newest(space, limit, is_wanted));
    events.insert(events.end(), some.begin(), some.end());
  }
  std::stable_sort(events.begin(), events.end(), [](const LoggedEvent& a, const LoggedEvent& b) { return a.claimed > b.claimed; });
  if (events.size() > limit) events.resize(limit);
  return events;
}

// Of two that may be one: the first of them.
Result<EntityId> decided_about(const Workspace& workspace, const LoggedEvent& event) {
  if (event.type != "duplicate.changed") return event.entity;
  EVENHAND_TRY(const std::optional<Record> decision, workspace.find(event.entity));
  const std::vector<EntityId> pair = decision ? decision->references("records") : std::vector<EntityId>();
  return pair.empty() ? event.entity : pair.front();
}

// With what was chosen, and why.
Result<void> list_decisions(Workspace& workspace, Console& console, std::size_t limit) {
  EVENHAND_TRY(const std::vector<LoggedEvent> events, newest_of_all(workspace, limit, is_decision));
  NameBook names(workspace);
  TextTable table({"Time (UTC)", "By", "Record", "Decided"}, true);
  Json list = Json::array();
  for (const LoggedEvent& event : events) {
    EVENHAND_TRY(const std::vector<HistoryEntry> history, workspace.history(event.entity));
    const auto entry = std::find_if(history.begin(), history.end(), [&](const HistoryEntry& one) { return one.reference == event.reference; });
    Json chosen = Json::object();
    std::string words, reason = entry == history.end() ? std::string() : entry->reason;
    for (const HistoryEntry::Change& change : entry == history.end() ? std::vector<HistoryEntry::Change>() : entry->changes) {
      if (change.field == "reason") reason = change.value;  // of two records that are one, or two
      if (change.field == "reason" || change.field == "records" || change.field == "kept") continue;
      words += (words.empty() ? "" : "; ") + change.field + ": " + change.value;
      chosen.set(change.field, change.value);
    }
    EVENHAND_TRY(const EntityId about, decided_about(workspace, event));
    const std::string title = names.name_of(about);
    table.add({clock_text(event.claimed), event.laptop.text(), title, (words.empty() ? "as it stood" : words) + (reason.empty() ? "" : "; because: " + reason)});
    list.push(Json::object().set("reference", event.reference.text()).set("type", event.type).set("claimed_ms", event.claimed.ms).set("organisation", event.laptop.organisation).set("device", event.laptop.label)
                  .set("entity", about.hex()).set("title", title).set("decided", std::move(chosen)).set("reason", reason));
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else if (table.is_empty()) {
    console.say("Nobody had to decide anything yet.");
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

Result<void> list_log(Workspace& workspace, Console& console, std::size_t limit) {
  EVENHAND_TRY(const std::vector<LoggedEvent> events, newest_of_all(workspace, limit));
  NameBook names(workspace);
  if (console.json) {
    Json list = Json::array();
    for (const LoggedEvent& event : events) {
      list.push(Json::object().set("reference", event.reference.text()).set("type", event.type).set("claimed_ms", event.claimed.ms).set("organisation", event.laptop.organisation).set("device", event.laptop.label)
                    .set("entity", event.entity.hex()).set("title", title_of(names, workspace, event)));
    }
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  TextTable table({"Time (UTC)", "By", "What", "Event", "Record"});
  for (const LoggedEvent& event : events) {
    table.add({clock_text(event.claimed), event.laptop.text(), event_words(event.type), event.reference.text(), title_of(names, workspace, event)});
  }
  if (console.plain) return table.print_plain(console.out), Result<void>();
  std::ostringstream fitted, whole;
  table.print(fitted, terminal_columns());
  table.print(whole, std::numeric_limits<std::uint16_t>::max());
  console.out << fitted.str();
  if (fitted.str().size() < whole.str().size()) console.say("Long values are cut to the width. The whole of them: evenhand log list --plain   or --json");
  return {};
}

Result<void> list_quarantined(Workspace& workspace, Console& console, std::size_t limit) {
  TextTable table({"Time (UTC)", "By", "What", "Event", "Can be adopted"});
  Json list = Json::array();
  std::size_t shown = 0;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<QuarantinedWork> work, quarantined(space));
    LaptopNames names(space);
    for (const QuarantinedWork& one : work) {
      if (shown++ >= limit) break;
      table.add({clock_text(one.claimed), names.of(one.device).text(), event_words(one.type), one.event.text(), one.can_be_adopted ? "yes" : "no"});
      list.push(Json::object().set("reference", one.event.text()).set("type", one.type).set("claimed_ms", one.claimed.ms).set("organisation", names.of(one.device).organisation).set("device", one.device_label)
                    .set("entity", one.entity.hex()).set("can_be_adopted", one.can_be_adopted));
    }
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else if (table.is_empty()) {
    console.say("Everything here counts.");
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

std::string folded_reference(std::string_view text) {
  std::string folded;
  for (const char c : text) {
    if (c != '-') folded += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return folded;
}

Result<void> show_event(Workspace& workspace, Console& console, const std::string& wanted) {
  const std::string letters = folded_reference(wanted);
  NameBook names(workspace);
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::vector<LoggedEvent> events, newest(space, SIZE_MAX));
    for (const LoggedEvent& event : events) {
      if (letters.size() < 4 || !folded_reference(event.reference.text()).starts_with(letters)) continue;
      EVENHAND_TRY(const std::vector<HistoryEntry> history, workspace.history(event.entity));
      EVENHAND_TRY(const std::optional<Record> record, workspace.find(event.entity));
      const auto entry = std::find_if(history.begin(), history.end(), [&](const HistoryEntry& e) { return e.reference == event.reference; });
      if (record && entry != history.end()) {
        if (!console.json) console.print(plain_type(record->spec().name) + " " + record->short_id() + "  " + record->title());
        print_history(console, workspace, *record, {*entry});
        return {};
      }
      if (console.json) {
        console.out << write_json(Json::object().set("reference", event.reference.text()).set("type", event.type).set("claimed_ms", event.claimed.ms).set("organisation", event.laptop.organisation).set("device", event.laptop.label), JsonStyle::pretty);
      } else {
        console.print(event.reference.text() + "  " + event_words(event.type) + "  " + when_and_who(event.claimed, event.laptop.text()));
      }
      return {};
    }
  }
  return not_found("there is no event \"" + wanted + "\"", "", "See: evenhand log list");
}

}  // namespace

void add_log(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "log", "What was written, by which device, and whether it is whole", "  evenhand log list\n  evenhand log verify", {});
  parent->group("Look and mend")->require_subcommand(1);
  const auto limit = std::make_shared<std::size_t>(20);
  const auto only_quarantined = std::make_shared<bool>(false), only_decisions = std::make_shared<bool>(false);
  CLI::App* list = add_command(*parent, "list", "Newest first", "  evenhand log list\n  evenhand log list --limit 100 --json\n  evenhand log list --quarantined\n  evenhand log list --decisions", [limit, only_quarantined, only_decisions, &console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) {
      if (*only_decisions) return list_decisions(workspace, console, *limit);
      return *only_quarantined ? list_quarantined(workspace, console, *limit) : list_log(workspace, console, *limit);
    });
  });
  list->add_flag("--quarantined", *only_quarantined, "Only work that does not count because of its author's rights");
  list->add_flag("--decisions", *only_decisions, "Only what people decided where they disagreed, with their reasons")->excludes("--quarantined");
  list->add_option("--limit", *limit, "How many (20)")->check(CLI::Range(1, 100000))->type_name("NUMBER");
  const auto reference = std::make_shared<std::string>();
  CLI::App* show = add_command(*parent, "show", "One event: what it changed, and why", "  evenhand log show 7Q4K-29TM\n  evenhand log show 7Q4K --json", [reference, &console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return show_event(workspace, console, *reference); });
  });
  show->add_option("event", *reference, "Letters of the event, as log list shows them; four are enough")->required()->type_name("EVENT");
  add_command(*parent, "verify", "Check every hash, body and signature", "  evenhand log verify\n  evenhand log verify --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return verify_workspace(workspace, console); });
  });
}

}  // namespace evenhand::cli
