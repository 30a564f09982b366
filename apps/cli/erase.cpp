// person erase, story erase: forgetting somebody, for good.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/membership.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/text.h"
#include "core/engine/erasure.h"

namespace evenhand::cli {

namespace {

struct Words {
  std::string type;
  std::string record;
  std::string ground = "request";
};

std::string what_goes(const Erasure& erasure) {
  std::string text;
  for (const auto& [type, count] : erasure.records) {
    const RecordSpec& spec = *find_record_type(type);
    text += (text.empty() ? "" : ", ") + with_commas(count) + " " + (count == 1 ? hyphened(type) : std::string(spec.plural));
  }
  return text + " (" + counted(erasure.changes, "change") + ")";
}

Json to_json(const Erasure& erasure, const std::string& short_id, bool is_done) {
  Json records = Json::object();
  for (const auto& [type, count] : erasure.records) records.set(type, count);
  return Json::object().set("short_id", short_id).set("records", std::move(records)).set("changes", erasure.changes).set("keys", erasure.keys.size()).set("bytes_left", erasure.left).set("erased", is_done);
}

// By the record's number only: a name would stay in the terminal's history.
Result<void> erase(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, words.type, words.record));
  const std::string named = words.type + " " + record.short_id();
  EVENHAND_TRY(const Erasure reach, reach_of_erasure(workspace, record.id()));
  if (console.dry_run) {
    if (console.json) console.out << write_json(to_json(reach, record.short_id(), false), JsonStyle::pretty);
    else console.print("Would erase " + named + ": " + what_goes(reach) + ". Nothing was changed (--dry-run).");
    return {};
  }
  console.say("Erasing " + named + " destroys what these hold, here and on each of your laptops at its next exchange: " + what_goes(reach) + ". It cannot be undone.");
  EVENHAND_CHECK(confirmed(console, "Erase " + named + " for good?"));
  EVENHAND_TRY(const Erasure erased, erase_person(workspace, record.id(), words.ground));
  if (console.json) console.out << write_json(to_json(erased, record.short_id(), true), JsonStyle::pretty);
  else console.print("Erased " + named + ": " + what_goes(erased));
  if (erased.left > 0) console.say("Another program reads the log, so the sealed bytes leave it at the next exchange. Nobody can open them.");
  console.say("Copies may still be readable: on your laptops that have not exchanged since, in backups and copied folders of this workspace with its keys, in documents and files that were "
                      "exported, and in free text of other records. A sealed file on a stick brings nothing back.");
  return {};
}

}  // namespace

void add_erase_verbs(CLI::App& root, Console& console) {
  const auto add = [&](const char* type, const char* summary, const char* examples) {
    const auto words = std::make_shared<Words>();
    words->type = type;
    CLI::App* command = add_command(family_of(root, type), "erase", summary, examples, in_workspace(console, OpenMode::read_write, words, erase));
    command->add_option("record", words->record, "Short id, or part of its title")->required()->type_name("RECORD");
    command->add_option("--ground", words->ground, "Why it must go; kept in the log (default: request)")->check(CLI::IsMember({"request", "consent", "retention", "mistake"}))->type_name("WORD");
  };
  add("person", "Forget somebody for good: what was kept about them cannot be read any more",
      "  evenhand person erase \"Involvement partner 7\" --dry-run\n  evenhand person erase \"Involvement partner 7\" --ground consent --yes");
  add("story", "Forget a story for good, with what it held",
      "  evenhand story erase \"Finding a way to the clinic\" --dry-run\n  evenhand story erase \"Finding a way to the clinic\" --ground consent --yes");
}

}  // namespace evenhand::cli
