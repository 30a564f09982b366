#include "apps/cli/signoff_carried.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/conflict_print.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"
#include "core/engine/carried_over.h"

namespace evenhand::cli {

namespace {

struct Closing {
  std::string late;
  std::string words;
  std::string by;
};

Json carried_json(const CarriedOver& one) {
  Json json = Json::object().set("id", one.id.hex()).set("short_id", short_id_of(one.id)).set("sign_off", one.sign_off.hex()).set("signed", one.signed_title)
                  .set("from_cycle", one.from.hex()).set("to_cycle", one.to.hex()).set("entity", one.entity.hex()).set("entity_short_id", short_id_of(one.entity));
  if (one.change) {
    json.set("event", one.change->event.text()).set("type", one.change->type).set("what", one.change->what).set("claimed_ms", one.change->claimed.ms).set("author", author_text(one.change->author));
  }
  json.set("carried_ms", one.carried.ms).set("carried_by", author_text(one.carried_by)).set("reason", one.reason).set("open", one.is_open()).set("closing", one.closing);
  return one.closed_by ? json.set("closed_by", one.closed_by->hex()) : json;
}

void print_carried(Console& console, NameBook& names, const CarriedOver& one) {
  const std::string what = one.change ? hyphened(one.change->type) + " " + short_id_of(one.entity) + "  " + one.change->what : "record " + short_id_of(one.entity) + "  (the change is not on this laptop)";
  console.print(short_id_of(one.id) + "  " + what + (one.is_open() ? "" : "  (closed)"));
  console.print("    " + cut_to(names.name_of(one.entity), 60) + (one.change ? "   " + when_and_who(one.change->claimed, author_text(one.change->author)) : ""));
  console.print("    from " + (one.from.is_zero() ? "a sign-off that is not on this laptop" : cut_to(names.name_of(one.from), 30) + ", after \"" + cut_to(harmless_line(one.signed_title), 30) + "\" was signed"));
  console.print("    carried over   " + when_and_who(one.carried, author_text(one.carried_by)) + (one.reason.empty() ? "" : ": " + cut_to(harmless_line(one.reason), 60)));
  if (one.is_open()) return;
  console.print("    closed" + (one.closed_by ? " by " + short_id_of(*one.closed_by) + " " + cut_to(names.name_of(*one.closed_by), 40) : "") + (one.closing.empty() ? "" : ": " + cut_to(harmless_line(one.closing), 60)));
}

Result<void> close(Workspace& workspace, Console& console, const Closing& given) {
  EVENHAND_TRY(const Record late, find_record(workspace, "late", given.late));
  EVENHAND_TRY(const std::vector<CarriedOver> all, carried_into(workspace, late.reference("cycle").value_or(EntityId{})));
  const auto meant = std::find_if(all.begin(), all.end(), [&](const CarriedOver& one) { return one.id == late.id(); });
  if (meant == all.end()) return not_found("no change was carried over under that id", given.late, "See: evenhand signoff late list");
  std::optional<EntityId> by;
  if (!given.by.empty()) {
    EVENHAND_TRY(const Record record, find_record(workspace, "", given.by));
    by = record.id();
  }
  Command command;
  EVENHAND_TRY(RecordChange change, closing_of(workspace, *meant, given.words, by));
  command.changes.push_back(std::move(change));
  EVENHAND_CHECK(submit(workspace, console, command));
  console.print((console.dry_run ? "Would close " : "Closed ") + short_id_of(meant->id));
  return {};
}

}  // namespace

Result<void> list_carried(Workspace& workspace, Console& console) {
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::read));
  EVENHAND_TRY(const std::vector<CarriedOver> all, carried_into(workspace, cycle.id()));
  if (std::any_of(all.begin(), all.end(), [](const CarriedOver& one) { return one.is_open(); })) console.exit = Exit::person_needed;
  if (console.json) {
    Json list = Json::array();
    for (const CarriedOver& one : all) list.push(carried_json(one));
    console.out << write_json(list, JsonStyle::pretty);
    return {};
  }
  if (all.empty()) return console.print("Nothing was carried over into " + harmless_line(cycle.title()) + "."), Result<void>();
  NameBook names(workspace);
  for (const CarriedOver& one : all) print_carried(console, names, one);
  console.say("Say what was done about one: evenhand signoff late close --help");
  return {};
}

Result<std::size_t> count_open_carried(const Workspace& workspace, const EntityId& cycle) {
  EVENHAND_TRY(const std::vector<CarriedOver> all, carried_into(workspace, cycle));
  return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), [](const CarriedOver& one) { return one.is_open(); }));
}

void add_signoff_carried(CLI::App& parent, Console& console) {
  const auto given = std::make_shared<Closing>();
  CLI::App* command = add_command(parent, "close", "Say what this cycle did about a change that was carried over to it",
                                  "  evenhand signoff late close 7Q4K-29TM --with \"Virtual wards survey\"\n  evenhand signoff late close 7Q4K-29TM --reason \"Taken up with the new baseline\"",
                                  in_workspace(console, OpenMode::read_write, given, close));
  command->add_option("change", given->late, "Short id, as signoff late list shows it")->required()->type_name("ID");
  command->add_option("--with", given->by, "The record of this cycle that takes it up")->type_name("RECORD");
  command->add_option("--reason", given->words, "What was done about it")->type_name("TEXT");
}

}  // namespace evenhand::cli
