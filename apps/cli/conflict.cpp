// conflict list, show, resolve, undo: what replicas disagree on, and a person's word on it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/conflict_print.h"
#include "apps/cli/conflict_seen.h"
#include "apps/cli/place_of.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "apps/cli/twins_seen.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kDecisionsPerCommit = 200;

struct Choice {
  std::string record;
  std::string field;
  std::size_t keep = 0;  ///< 0 with keeps: the record itself
  bool keeps = false;
  bool keeps_none = false;  ///< --keep 0: a slip
  bool merged = false;
  bool both = false;
  bool remove = false;
  bool all_like = false;
  std::vector<std::string> value;
  std::string reason;
  std::string seen;

  bool goes_by_what_was_shown() const { return keep > 0 || merged || both; }
  bool is_about_life() const { return remove || (keeps && keep == 0); }
};

std::string underscored(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

Result<std::vector<Conflict>> conflicts_of(const Workspace& workspace, const std::string& words) {
  EVENHAND_TRY(std::vector<Conflict> all, workspace.conflicts());
  if (words.empty()) return all;
  EVENHAND_TRY(const Record record, find_record(workspace, "", words));
  std::erase_if(all, [&](const Conflict& conflict) { return conflict.entity != record.id(); });
  if (all.empty()) return not_found("nothing about this record needs a decision", record.short_id());
  return all;
}

Result<void> list_conflicts(Workspace& workspace, Console& console, const std::string& words, bool whole) {
  EVENHAND_TRY(const std::vector<Conflict> all, conflicts_of(workspace, words));
  std::vector<Twins> twins;  // of the whole, not of one record
  if (words.empty()) {
    EVENHAND_TRY(twins, find_twins(workspace));
  }
  if (!all.empty() || !twins.empty()) console.exit = Exit::person_needed;
  if (!all.empty()) Looks::read(workspace).note(all);
  EVENHAND_CHECK(note_shown(workspace, twins));
  if (console.json) {
    Json list = Json::array();
    NameBook names(workspace);
    for (const Conflict& conflict : all) list.push(conflict_json(conflict, place_of(workspace, names, conflict.entity)));
    for (const Twins& twin : twins) {
      EVENHAND_TRY(Json one, twin_json(workspace, twin));
      list.push(std::move(one));
    }
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  if (all.empty() && twins.empty()) {
    console.print("Nothing needs a decision.");
    return {};
  }
  NameBook names(workspace);
  if (whole) {
    bool lacks_keys = false;
    for (const Conflict& conflict : all) {
      print_conflict(console, names, conflict, place_of(workspace, names, conflict.entity));
      lacks_keys = lacks_keys || std::any_of(conflict.versions.begin(), conflict.versions.end(), [](const Conflict::Version& version) { return version.is_sealed; });
    }
    if (lacks_keys) console.say(advice_on_keys(workspace));
    return {};
  }
  if (!all.empty()) print_conflicts(console, names, all);
  for (const Twins& twin : twins) print_twins(console, twin);
  if (!all.empty()) console.say("Decide with: evenhand conflict show " + short_id_of(all.front().entity));
  if (!twins.empty()) console.say("Decide twins with: evenhand conflict same ID ID   or: evenhand conflict different ID ID");
  return {};
}

// Removed by one, edited by another, and nobody has said yet whether it stays.
bool is_life_in_dispute(const std::vector<Conflict>& all, const EntityId& entity) {
  return std::any_of(all.begin(), all.end(), [&](const Conflict& conflict) { return conflict.entity == entity && conflict.field.empty(); });
}

// The conflict meant; without --field there must be one only.
Result<Conflict> chosen(const std::vector<Conflict>& all, const Choice& choice) {
  const std::string wanted = underscored(choice.field);
  std::vector<Conflict> meant = all;
  std::erase_if(meant, [&](const Conflict& c) { return choice.is_about_life() ? !c.field.empty() : c.field.empty() || (!wanted.empty() && c.field != wanted); });
  if (meant.size() == 1) return meant.front();
  const std::string id = short_id_of(all.front().entity);
  if (meant.empty() && wanted.empty() && std::all_of(all.begin(), all.end(), [](const Conflict& c) { return c.field.empty(); })) {
    return refused("it was removed on one device and edited on another, so there is no version to choose", id, "Keep it with --keep, without a number, or take it away with --remove.");
  }
  if (meant.empty()) return not_found("that field of this record needs no decision", choice.field, "See: evenhand conflict show " + id);
  return refused("several fields of this record need a decision", choice.record, "Name one with --field.");
}

// The value of one version, as the state holds it.
Result<Value> value_of(const Record& record, const FieldSpec& field, const Conflict::Version& version) {
  if (version.is_sealed) return refused("this version is sealed and its key is not here", hyphened(field.name), "Write the value with --value.");
  const FieldState* state = record.state().find(field.id);
  for (const Written& written : state == nullptr ? std::vector<Written>{} : state->values) {
    if (written.by == version.by && !written.value.empty()) return decode_value(field, written.value);
  }
  return not_found("this version holds no value", hyphened(field.name), "Write one with --value.");
}

// Every text as it stands, a paragraph of its own each, in the order of their numbers, which is the same on every laptop.
Result<std::string> all_versions(const Record& record, const FieldSpec& field, const Conflict& conflict) {
  if (field.merge != MergeRule::text) return refused("only long texts can stand one after the other, and " + hyphened(field.name) + " is none", record.short_id(), "Choose one with --keep NUMBER, or write what is true now with --value.");
  std::string all;
  for (const Conflict::Version& version : conflict.versions) {
    if (version.is_cleared) continue;
    EVENHAND_TRY(const Value value, value_of(record, field, version));
    all += (all.empty() ? "" : "\n\n") + std::get<std::string>(value);
  }
  return all;
}

/// What the person's choice means for one dispute; `party`: whose version, when one of several is kept.
class Decider {
 public:
  Decider(const Workspace& workspace, const Choice& choice) : workspace_(workspace), choice_(choice) {}

  Result<void> understand(Console& console, const Conflict& first) {
    if (choice_.keep > first.versions.size()) {
      return refused("--keep must be 1 to " + std::to_string(first.versions.size()), hyphened(first.field), "Or write what is true now with --value.");
    }
    if (choice_.keep > 0) party_ = first.versions[choice_.keep - 1].author.party;
    const RecordSpec* spec = find_record_type(first.type);
    if (choice_.value.empty()) return {};
    EVENHAND_TRY(value_, value_from_words(workspace_, console, *spec->find_field(first.field), choice_.value));
    return {};
  }

  Result<RecordChange> change_for(const Conflict& conflict, const Conflict::Version* version) const {
    RecordChange change{conflict.type, conflict.entity, choice_.remove ? Verb::removed : Verb::decided, {}};
    change.seen = conflict.heads;
    change.reason = choice_.reason;
    if (choice_.is_about_life()) return change;
    EVENHAND_TRY(const std::optional<Record> record, workspace_.find(conflict.entity));
    if (!record) return not_found("there is no such record", short_id_of(conflict.entity));
    const FieldSpec& field = *record->spec().find_field(conflict.field);
    if (value_) {
      change.set.push_back({conflict.field, *value_});
    } else if (choice_.merged) {
      if (!conflict.merged) return refused("these versions cannot be joined: they changed the same paragraph, or are no long text", short_id_of(conflict.entity), "Write the text with --text.");
      change.set.push_back({conflict.field, *conflict.merged});
    } else if (choice_.both) {
      EVENHAND_TRY(std::string all, all_versions(*record, field, conflict));
      change.set.push_back({conflict.field, std::move(all)});
    } else if (version == nullptr) {
      return refused("say which version holds: --keep NUMBER, --value TEXT, --merged or --both", short_id_of(conflict.entity));
    } else if (version->is_cleared) {
      change.clear.push_back(conflict.field);
    } else {
      EVENHAND_TRY(Value value, value_of(*record, field, *version));
      change.set.push_back({conflict.field, std::move(value)});
    }
    return change;
  }

  /// The version by the same party as the one that was chosen; null when it has none, or two.
  const Conflict::Version* like_chosen(const Conflict& conflict) const {
    const Conflict::Version* found = nullptr;
    for (const Conflict::Version& version : conflict.versions) {
      if (version.author.party != party_) continue;
      if (found != nullptr) return nullptr;
      found = &version;
    }
    return found;
  }

 private:
  const Workspace& workspace_;
  const Choice& choice_;
  std::string party_;
  std::optional<Value> value_;
};

std::string what_was_decided(const Conflict& conflict) {
  return plain_type(conflict.type) + " " + short_id_of(conflict.entity) + (conflict.field.empty() ? "" : ": " + hyphened(conflict.field));
}

Result<void> send(Workspace& workspace, Console& console, const std::vector<RecordChange>& changes) {
  for (std::size_t at = 0; at < changes.size(); at += kDecisionsPerCommit) {
    Command command;
    const std::size_t end = std::min(changes.size(), at + kDecisionsPerCommit);
    command.changes.assign(changes.begin() + static_cast<std::ptrdiff_t>(at), changes.begin() + static_cast<std::ptrdiff_t>(end));
    EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
    (void)receipt;
  }
  return {};
}

// Disputes about the same field of the same type between the same sides. What cannot be decided alike stays open.
Result<void> resolve_all_like(Workspace& workspace, Console& console, const Decider& decider, const Conflict& first, const Choice& choice, const Looks& looks, std::vector<RecordChange> changes) {
  EVENHAND_TRY(const std::vector<Conflict> all, workspace.conflicts());
  std::size_t left = 0;
  for (const Conflict& conflict : all) {
    const bool alike = conflict.entity != first.entity && conflict.type == first.type && conflict.field == first.field && conflict.parties() == first.parties();
    if (!alike) continue;
    const std::string shown = looks.view_of(conflict.entity);
    const bool is_as_shown = shown == conflict.view || (shown.empty() && !choice.goes_by_what_was_shown());
    const bool is_ready = is_as_shown && (choice.is_about_life() || !is_life_in_dispute(all, conflict.entity));
    const auto change = is_ready ? decider.change_for(conflict, decider.like_chosen(conflict)) : Result<RecordChange>(refused("its removal is in dispute, or it was not shown as it stands"));
    if (change) changes.push_back(*change);
    else ++left;
  }
  const std::string count = with_commas(changes.size()) + (changes.size() == 1 ? " dispute" : " disputes") + " alike (" + hyphened(first.type) + " " + hyphened(first.field) + ", " +
                            std::to_string(first.versions.size()) + " sides)";
  if (!console.yes && !console.dry_run) return refused("this decides " + count + " at once; nothing was decided", "--all-like", "Add --yes to go on, or --dry-run to look first.");
  EVENHAND_CHECK(send(workspace, console, changes));
  if (left > 0) console.exit = Exit::person_needed;
  if (console.json) {
    console.out << write_json(Json::object().set("decided", changes.size()).set("left", left).set("saved", !console.dry_run), JsonStyle::pretty);
  } else {
    console.print((console.dry_run ? "Would decide " : "Decided ") + count + (left == 0 ? "" : "; " + with_commas(left) + " cannot be decided alike, or do not stand as conflict list showed them last, and stay open"));
  }
  return {};
}

// `view`: what the person looked at; empty: nothing.
Result<void> check_seen(const Workspace& workspace, const Record& record, const std::string& view) {
  if (view.empty()) return {};
  EVENHAND_TRY(const std::vector<Reference> seen, workspace.heads_seen(record.id(), view));
  std::vector<Reference> now = record.state().heads;
  std::sort(now.begin(), now.end());
  if (seen == now) return {};
  EVENHAND_TRY(const std::string since, workspace.changed_since(record.id(), seen));
  return stale("this record was changed after you looked at it: " + since, record.short_id(), "Look again with: evenhand conflict show " + record.short_id());
}

// Whoever decided a field knows of that; the numbers of the others stand as they were shown.
Result<void> note_own_word(const Workspace& workspace, const Console& console, Looks& looks, const EntityId& id) {
  if (console.dry_run || looks.view_of(id).empty()) return {};
  EVENHAND_TRY(const std::optional<Record> now, workspace.find(id));
  if (now) looks.note(id, view_of(now->state().heads));
  return {};
}

Result<void> resolve(Workspace& workspace, Console& console, const Choice& choice) {
  if (choice.keeps_none) return refused("versions are numbered from 1", "--keep", "See: evenhand conflict list. To keep a record that was removed elsewhere: --keep, without a number.");
  EVENHAND_TRY(const Record record, find_record(workspace, "", choice.record));
  Looks looks = Looks::read(workspace);
  std::string shown = looks.view_of(record.id());
  if (!shown.empty() && !workspace.heads_seen(record.id(), shown)) shown.clear();  // of a store that was replaced by a backup since
  EVENHAND_CHECK(check_seen(workspace, record, choice.seen.empty() ? shown : choice.seen));
  EVENHAND_TRY(const std::vector<Conflict> all, conflicts_of(workspace, choice.record));
  EVENHAND_TRY(const Conflict conflict, chosen(all, choice));
  if (!choice.is_about_life() && is_life_in_dispute(all, conflict.entity)) {
    return refused("it was removed on one device and edited on another, and deciding a field would keep it: say first whether it stays", short_id_of(conflict.entity),
                   "Keep it with --keep, without a number, or take it away with --remove.");
  }
  if (choice.seen.empty() && choice.goes_by_what_was_shown() && shown.empty()) {
    return refused("what is on offer was not shown on this laptop yet, so a number or a joined text may not be what you mean", record.short_id(), "Look first with: evenhand conflict show " + record.short_id());
  }
  Decider decider(workspace, choice);
  EVENHAND_CHECK(decider.understand(console, conflict));
  EVENHAND_TRY(const RecordChange change, decider.change_for(conflict, choice.keep > 0 ? &conflict.versions[choice.keep - 1] : nullptr));
  if (choice.all_like) return resolve_all_like(workspace, console, decider, conflict, choice, looks, {change});
  EVENHAND_CHECK(send(workspace, console, {change}));
  EVENHAND_CHECK(note_own_word(workspace, console, looks, record.id()));
  if (console.json) {
    console.out << write_json(Json::object().set("decided", 1).set("left", all.size() - 1).set("id", conflict.entity.hex()).set("field", conflict.field).set("saved", !console.dry_run), JsonStyle::pretty);
    return {};
  }
  console.print((console.dry_run ? "Would decide " : "Decided ") + what_was_decided(conflict));
  if (!console.dry_run) console.say("Nobody's words are deleted. Take it back with: evenhand conflict undo " + record.short_id());
  return {};
}

Result<void> undo_decision(Workspace& workspace, Console& console, const Choice& choice) {
  EVENHAND_TRY(const Record record, find_record(workspace, "", choice.record));
  EVENHAND_TRY(Workspace::Reopening reopening, workspace.reopening_of(record.id(), underscored(choice.field)));
  reopening.change.reason = choice.reason;
  EVENHAND_CHECK(send(workspace, console, {reopening.change}));
  Looks looks = Looks::read(workspace);
  EVENHAND_CHECK(note_own_word(workspace, console, looks, record.id()));
  const auto list = [](const std::vector<std::string>& fields) {
    std::string text;
    for (const std::string& field : fields) text += (text.empty() ? "" : ", ") + (field.empty() ? "removed or kept" : hyphened(field));
    return text;
  };
  if (!reopening.left_alone.empty()) console.exit = Exit::person_needed;
  if (console.json) {
    Json opened = Json::array();
    for (const std::string& field : reopening.fields) opened.push(field);
    Json left = Json::array();
    for (const std::string& field : reopening.left_alone) left.push(field);
    console.out << write_json(Json::object().set("id", record.id().hex()).set("reopened", std::move(opened)).set("left_alone", std::move(left)).set("saved", !console.dry_run), JsonStyle::pretty);
    return {};
  }
  console.print((console.dry_run ? "Would open again " : "Open again: ") + record.short_id() + " " + list(reopening.fields));
  if (!reopening.left_alone.empty()) console.print("Changed again since, so left alone: " + list(reopening.left_alone));
  return {};
}

void add_resolve(CLI::App& parent, Console& console) {
  const auto choice = std::make_shared<Choice>();
  CLI::App* decide = add_command(parent, "resolve", "Decide one, or all that are alike",
                                 "  evenhand conflict resolve \"Texts before each appointment.\" --field rag --keep 1\n"
                                 "  evenhand conflict resolve \"Texts before each appointment.\" --field rag --value amber --reason \"One course of two was run\"\n"
                                 "  evenhand conflict resolve \"Interpreters at every appointment\" --field text --merged",
                                 [choice, &console] {
                                   with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return resolve(workspace, console, *choice); });
                                 });
  decide->add_option("record", choice->record, "Short id, or part of its title")->required()->type_name("RECORD");
  decide->add_option("--field", choice->field, "Field to decide; may be left out when there is one only")->type_name("FIELD");
  CLI::Option* keep = decide->add_option_function<std::vector<std::string>>("--keep,--use", [choice](const std::vector<std::string>& words) {
    const std::string number = words.empty() ? "" : words.front();  // read here: a bare flag and 0 are two things
    choice->keeps = true;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), choice->keep);
    choice->keeps_none = !number.empty() && (error != std::errc() || end != number.data() + number.size() || choice->keep == 0);
  }, "Number of the version that holds; without one: keep a record that was removed elsewhere");
  keep->expected(0, 1)->type_name("NUMBER");
  CLI::Option* value = decide->add_option("--value,--text", choice->value, "What is true now, when no version is; @FILE reads a file, - standard input")->allow_extra_args(false)->type_name("TEXT");
  CLI::Option* merged = decide->add_flag("--merged", choice->merged, "Take the joined text that is on offer");
  CLI::Option* both = decide->add_flag("--both", choice->both, "Take every version of a long text, one after the other as they are numbered");
  CLI::Option* remove = decide->add_flag("--remove", choice->remove, "Remove a record that was edited elsewhere");
  keep->excludes(value)->excludes(merged)->excludes(both)->excludes(remove);
  value->excludes(merged)->excludes(both)->excludes(remove);
  merged->excludes(both)->excludes(remove);
  both->excludes(remove);
  decide->add_flag("--all-like", choice->all_like, "The same choice for all disputes of this field between the same sides; needs --yes");
  decide->add_option("--seen", choice->seen, "What you looked at, as conflict show prints it (default: what it showed here last); refused when it changed since")->type_name("VIEW");
  decide->add_option("--reason", choice->reason, "Why; kept in the history")->type_name("TEXT");
}

}  // namespace

void add_conflict(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "conflict", "What two devices changed at once, and deciding it", "  evenhand conflict list\n  evenhand conflict list --json", {});
  parent->group("Look and mend")->require_subcommand(1);
  const auto words = std::make_shared<std::string>();
  add_command(*parent, "list", "List what needs a decision", "  evenhand conflict list\n  evenhand conflict list --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_conflicts(workspace, console, "", false); });
  });
  CLI::App* show = add_command(*parent, "show", "Show all versions, with who and when", "  evenhand conflict show 7Q4K-29TM\n  evenhand conflict show \"Texts before each appointment.\"",
                               [words, &console] {
                                 with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_conflicts(workspace, console, *words, true); });
                               });
  show->add_option("record", *words, "Short id, or part of its title")->required()->type_name("RECORD");
  add_resolve(*parent, console);
  add_same_or_different(*parent, console);
  const auto undo = std::make_shared<Choice>();
  CLI::App* back = add_command(*parent, "undo", "Take a decision back: the dispute stands open again",
                               "  evenhand conflict undo \"Texts before each appointment.\"\n  evenhand conflict undo \"Texts before each appointment.\" --field rag --reason \"Decided too early\"",
                               [undo, &console] {
                                 with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return undo_decision(workspace, console, *undo); });
                               });
  back->add_option("record", undo->record, "Short id, or part of its title")->required()->type_name("RECORD");
  back->add_option("--field", undo->field, "This field only")->type_name("FIELD");
  back->add_option("--reason", undo->reason, "Why; kept in the history")->type_name("TEXT");
}

}  // namespace evenhand::cli
