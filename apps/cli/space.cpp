// space: the spaces of the workspace; share copy: an explicit copy into one that partners see.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>
#include <set>

#include "apps/cli/commands.h"
#include "apps/cli/membership.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/access/departure.h"
#include "core/engine/membership.h"
#include "core/engine/share.h"
#include "core/policy/name_key.h"

namespace evenhand::cli {

std::string space_title(const Space& space) {
  const auto& charter = space.fold.access().charter();
  return charter ? charter->title : "(nothing has come yet)";
}

std::string space_code(const Space& space) { return short_id_of(authority_entity(space.id)); }

std::string departure_word(const Workspace& workspace, const Space& space) {
  switch (departure_of(space.fold.access(), workspace.keystore().device().public_key())) {
    case Departure::none: break;
    case Departure::left: return "left";
    case Departure::removed: return "removed";
  }
  return "";
}

std::size_t organisations_in(const Space& space) {
  const auto& charter = space.fold.access().charter();
  std::set<EntityId> organisations;
  for (const Device& device : space.fold.access().devices()) {
    if (!device.is_removed && device.capabilities.has(Capability::read)) organisations.insert(device.organisation);
  }
  return charter ? organisations.size() : 0;
}

std::string advice_on_space_in_use(const Workspace& workspace) {
  const Space& in_use = workspace.space_of(SpaceKind::cycle);
  const PublicKey device = workspace.keystore().device().public_key();
  const auto is_shared = [&](const Space& space) { return organisations_in(space) > 1; };
  if (is_shared(in_use) || !in_use.fold.access().charter()) return "";
  std::vector<const Space*> shared;
  for (const Space& space : workspace.spaces()) {
    const Access& access = space.fold.access();
    if (space.kind == SpaceKind::cycle && is_shared(space) && !access.is_retired() && access.find_grant(device, Capability::contribute)) shared.push_back(&space);
  }
  if (shared.empty()) return "";
  return "New cycles go into " + space_title(in_use) + ", where nobody else is a member. To write into " + (shared.size() == 1 ? space_title(*shared.front()) : "one that others see") +
         ": evenhand space use " + (shared.size() == 1 ? space_code(*shared.front()) : "NAME");
}

Result<SpaceId> find_cycle_space(const Workspace& workspace, const std::string& words) {
  if (words.empty()) return workspace.space_of(SpaceKind::cycle).id;
  const std::string wanted = name_key(words);
  std::vector<const Space*> found;
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;
    if (name_key(space_code(space)) == wanted) return space.id;
    if (name_key(space_title(space)) == wanted) found.push_back(&space);
  }
  if (found.empty()) return not_found("there is no shared space \"" + words + "\"", "", "See: evenhand space list");
  if (found.size() > 1) return refused("\"" + words + "\" names " + std::to_string(found.size()) + " spaces", "", "Use the eight letters of: evenhand space list");
  return found.front()->id;
}

Capabilities capabilities_from(const std::vector<std::string>& words) {
  Capabilities may;
  for (const std::string& word : words) {
    for (unsigned bit = 1; bit < Capabilities::kAllBits; bit <<= 1) {
      const Capabilities one = Capabilities::from_bits(static_cast<std::uint8_t>(bit));
      std::string name = one.words();
      std::replace(name.begin(), name.end(), ' ', '-');
      if (name == word) may = may | one;
    }
    if (word == "all") may = Capabilities::all();
  }
  return may;
}

namespace {

Result<void> list_spaces(Workspace& workspace, Console& console) {
  TextTable table({"Space", "Kind", "Called", "Members", "You may", ""});
  Json list = Json::array();
  const PublicKey own = workspace.keystore().device().public_key();
  for (const Space& space : workspace.spaces()) {
    const Access& access = space.fold.access();
    const Device* self = access.find_device(own);
    const bool is_current = space.id == workspace.space_of(space.kind).id;
    const std::string departed = departure_word(workspace, space);
    const std::string may = self == nullptr ? "nothing yet" : departed.empty() ? self->capabilities.words() : "nothing any more";
    const auto members = static_cast<std::int64_t>(std::count_if(access.members().begin(), access.members().end(), [](const Member& m) { return !m.has_left; }));
    std::string note = !departed.empty() ? departed : access.is_retired() ? "retired" : "";
    if (space.kind == SpaceKind::cycle && is_current) note += note.empty() ? "in use" : ", in use";
    table.add({space_code(space), std::string(to_word(space.kind)), space_title(space), std::to_string(members), may, note});
    list.push(Json::object().set("space", space_code(space)).set("id", space.id.hex()).set("kind", to_word(space.kind)).set("title", space_title(space))
                  .set("members", members).set("may", may).set("current", is_current).set("retired", access.is_retired()).set("departed", departed)
                  .set("has_come", access.charter().has_value()));
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

Result<void> say_done(Console& console, Json json, const std::string& sentence) {
  if (console.json) console.out << write_json(json, JsonStyle::pretty);
  else console.print(sentence);
  return {};
}

Result<void> use_space(Workspace& workspace, Console& console, const std::string& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words));
  const std::string title = space_title(*workspace.find_space(id));
  const std::string departed = departure_words(*workspace.find_space(id), workspace.keystore().device().public_key());
  if (!departed.empty()) return refused(departed, "rights", "Choose another: evenhand space use NAME");
  if (workspace.find_space(id)->fold.access().is_retired()) {
    return refused("the space \"" + title + "\" was retired: it can be read, and takes no further changes", "", "Choose another of: evenhand space list");
  }
  EVENHAND_CHECK(workspace.use_cycle_space(id));
  if (console.dry_run) return console.say("Would write new records into " + title + ". Nothing was saved (--dry-run)."), Result<void>();
  return say_done(console, Json::object().set("space", id.hex()).set("title", title), "New records of a cycle go into " + title + " from now on. Reading covers all spaces.");
}

Result<void> add_space(Workspace& workspace, Console& console, const std::string& title) {
  EVENHAND_TRY(const SpaceId id, workspace.found_cycle_space(title));
  if (console.dry_run) return console.say("Would found the space " + title + ". Nothing was saved (--dry-run)."), Result<void>();
  const std::string code = space_code(*workspace.find_space(id));
  return say_done(console, Json::object().set("space", code).set("id", id.hex()).set("title", title),
                  "Founded the space " + title + "  " + code + ". To write into it: evenhand space use " + code);
}

Result<void> retire_space(Workspace& workspace, Console& console, const std::string& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words));
  const std::string title = space_title(*workspace.find_space(id));
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, "Retire " + title + " for everybody? Nobody writes there any more, and this cannot be undone."));
  EVENHAND_CHECK(retire(workspace, id));
  if (console.dry_run) return console.say("Would retire " + title + " for everybody, for good. Nothing was saved (--dry-run)."), Result<void>();
  return say_done(console, Json::object().set("space", id.hex()).set("title", title).set("retired", true),
                  "Retired " + title + ". It can be read, and takes no further changes.");
}

struct ShareWords {
  std::string record;
  std::string into;
  std::string reason;
};

std::string listed(const std::vector<std::string>& fields) {
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ", ") + hyphened(field);
  return text;
}

// Without a name: where the record's own cycle stands, else the space in use.
Result<SpaceId> space_for_copy(const Workspace& workspace, const Record& record, const std::string& words) {
  const auto cycle = record.spec().find_field("cycle") == nullptr ? std::nullopt : record.reference("cycle");
  if (!words.empty() || !cycle) return find_cycle_space(workspace, words);
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::optional<EntityState> stands, space.fold.find(*cycle));
    if (stands && space.kind == SpaceKind::cycle) return space.id;
  }
  return find_cycle_space(workspace, words);
}

// A copy names the copies of the record's files: whichever was not shared too is a name without a file for everybody else.
Result<void> tell_of_files_left(const Workspace& workspace, Console& console, const Record& record, const SpaceId& into) {
  if (record.spec().find_field("files") == nullptr) return {};
  std::vector<EntityId> left;
  for (const EntityId& file : record.references("files")) {
    EVENHAND_TRY(const auto copy, workspace.find(copy_id_of(into, file)));
    if (!copy || copy->is_removed()) left.push_back(file);
  }
  if (left.empty()) return {};
  std::string how;
  for (const EntityId& file : left) how += "\n  evenhand share copy " + short_id_of(file);
  console.say(counted(left.size(), "file") + (left.size() == 1 ? " of it stays here until it is shared too:" : " of it stay here until they are shared too:") + how);
  return {};
}

Result<void> share_record(Workspace& workspace, Console& console, const ShareWords& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, "", words.record));
  EVENHAND_TRY(const SpaceId into, space_for_copy(workspace, record, words.into));
  const std::string title = space_title(*workspace.find_space(into));
  EVENHAND_TRY(const Shared shared, console.dry_run ? rehearse_share(workspace, record.id(), into) : share(workspace, record.id(), into, words.reason));
  const std::string disputed = listed(shared.disputed);
  if (console.dry_run) {
    const std::string what = shared.is_new ? "Would copy " : shared.is_changed ? "Would bring up to date " : "Nothing to bring up to date: ";
    console.say(what + record.title() + " in " + title + (disputed.empty() ? "" : "; partners changed it too, so this would wait for a decision: " + disputed) + ". Nothing was saved (--dry-run).");
    return {};
  }
  Json left = Json::array();
  for (const std::string& field : shared.left_out) left.push(field);
  Json in_dispute = Json::array();
  for (const std::string& field : shared.disputed) in_dispute.push(field);
  const std::string what = shared.is_removed ? "A partner removed the copy in " + title + ", and nothing changed here since: "
                           : !shared.is_changed ? "Everybody in " + title + " has it already: " : shared.is_new ? "Shared with everybody in " + title + ": " : "Brought up to date in " + title + ": ";
  EVENHAND_CHECK(say_done(console, Json::object().set("copy", shared.copy.hex()).set("new", shared.is_new).set("changed", shared.is_changed).set("left_out", left).set("disputed", in_dispute),
                          what + record.title() + "  (copy " + short_id_of(shared.copy) + ")"));
  if (organisations_in(*workspace.find_space(into)) < 2) console.say("Nobody else is a member of " + title + " yet. Another space: --into NAME, of those in: evenhand space list");
  if (!disputed.empty()) {
    console.exit = Exit::person_needed;
    console.say("Partners changed it too. To decide: " + disputed + ". Look with: evenhand conflict show " + short_id_of(shared.copy));
  }
  if (!shared.left_out.empty()) console.say("Fields about people stayed here: " + std::to_string(shared.left_out.size()) + ".");
  return tell_of_files_left(workspace, console, record, into);
}

}  // namespace

void add_space_verbs(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "space", "What your organisation keeps apart, and what it keeps with others", "  evenhand space list\n  evenhand space use NCT", {});
  parent->group("Partners")->require_subcommand(1);
  add_command(*parent, "list", "Every space, who is in it and what you may do", "  evenhand space list\n  evenhand space list --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_spaces(workspace, console); });
  });
  const auto words = std::make_shared<std::string>();
  const auto with = [words, &console](Result<void> (*verb)(Workspace&, Console&, const std::string&)) {
    return [words, &console, verb] { with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return verb(workspace, console, *words); }); };
  };
  CLI::App* use = add_command(*parent, "use", "Write new records of a cycle into this space", "  evenhand space use NCT\n  evenhand space use NCT --dry-run", with(use_space));
  CLI::App* add = add_command(*parent, "add", "Found one more space to share with partners", "  evenhand space add \"Fenmarsh 2026/27\"\n  evenhand space add \"Fenmarsh 2026/27\" --dry-run", with(add_space));
  CLI::App* retire_verb = add_command(*parent, "retire", "Close a shared space for everybody, for good", "  evenhand space retire NCT --yes\n  evenhand space retire NCT --dry-run", with(retire_space));
  use->add_option("space", *words, "Name or eight letters, as space list shows them")->required()->type_name("SPACE");
  add->add_option("title", *words, "What everybody will call it")->required()->type_name("TEXT");
  retire_verb->add_option("space", *words, "Name or eight letters, as space list shows them")->required()->type_name("SPACE");

  const auto share_words = std::make_shared<ShareWords>();
  CLI::App* copy = add_command(family_of(root, "share"), "copy", "Copy a record of your organisation into a space that partners see",
                               "  evenhand share copy \"Interpreters at every appointment\"\n"
                               "  evenhand share copy \"Interpreters at every appointment\" --into NCT --reason \"Joint service\"",
                               [share_words, &console] {
                                 with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return share_record(workspace, console, *share_words); });
                               });
  copy->add_option("record", share_words->record, "Short id, or part of its title")->required()->type_name("RECORD");
  copy->add_option("--into", share_words->into, "The space (default: the one in use)")->type_name("SPACE");
  copy->add_option("--reason", share_words->reason, "Why, for those who receive it")->type_name("TEXT");
}

}  // namespace evenhand::cli
