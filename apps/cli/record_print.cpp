#include "apps/cli/record_print.h"

#include <algorithm>
#include <ostream>

#include "apps/cli/conflict_print.h"
#include "apps/cli/laptops.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/text.h"
#include "core/record/declared_types.h"

namespace evenhand::cli {

namespace {

struct Columns {
  std::string_view type;
  std::vector<std::string_view> fields;
};

const std::vector<Columns>& chosen_columns() {
  static const std::vector<Columns> kChosen = {
      {"grade", {"service", "value", "kind", "workshop"}},
      {"grade_adoption", {"organisation", "service", "value", "graded_by"}},
      {"tally", {"service", "workshop", "participants", "votes_0", "votes_1", "votes_2", "votes_3"}},
      {"evidence", {"outcome", "service", "owner", "review_date"}},
      {"action", {"outcomes", "due", "rag", "status"}},
      {"gap", {"kind", "about", "owner", "due", "status"}},
      {"risk", {"number", "score", "direction"}},
      {"workshop", {"date", "participants", "status"}},
      {"service", {"selected_because", "status"}},
      {"cycle", {"framework", "status", "publish_by"}},
      {"organisation", {"short_name", "kind"}},
      {"measure", {"period", "group", "value", "unit", "denominator"}},
      {"engagement", {"service", "answer"}},
      {"published", {"level", "kind", "code", "value", "source"}},
      {"objective", {"number", "domain", "due", "status"}},
      {"share", {"from_space", "reason"}},
  };
  return kChosen;
}

bool tells_much(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::code:
    case FieldType::choice:
    case FieldType::date:
    case FieldType::grade: return true;
    case FieldType::reference: return field.name != "organisation" && field.name != "cycle";
    default: return false;
  }
}

std::string heading_of(std::string_view field) {
  std::string heading(field);
  std::replace(heading.begin(), heading.end(), '_', ' ');
  if (!heading.empty()) heading[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(heading[0])));
  return heading;
}

// Sealed without its key here: it is said, not left blank.
bool is_sealed(const Record& record, const FieldSpec& field) {
  const FieldState* state = record.state().find(field.id);
  return state != nullptr && std::any_of(state->values.begin(), state->values.end(), [](const Written& w) { return w.is_sealed; });
}

void print_versions(Console& console, const Workspace& workspace, const Record& record) {
  const auto conflicts = workspace.conflicts();
  if (!conflicts) return;
  for (const Conflict& conflict : *conflicts) {
    if (conflict.entity != record.id()) continue;
    console.print(conflict.field.empty() ? "To decide: removed on one device, edited on another" : "To decide: " + conflict.field);
    for (std::size_t i = 0; i < conflict.versions.size(); ++i) {
      const Conflict::Version& version = conflict.versions[i];
      console.print("  " + std::to_string(i + 1) + "  " + cut_to(version.value, 60) + "   (" + when_and_who(version.claimed, author_text(version.author)) + ")");
    }
    console.say("Decide with: evenhand conflict show " + record.short_id());
  }
}

}  // namespace

std::string event_words(std::string_view type) {
  const std::size_t dot = std::min(type.rfind('.'), type.size());
  return std::string(short_type(type.substr(0, dot))) + std::string(type.substr(dot));
}

std::vector<std::string_view> list_fields(const RecordSpec& spec) {
  for (const Columns& columns : chosen_columns()) {
    if (columns.type == spec.name) return columns.fields;
  }
  std::vector<std::string_view> fields;
  for (const FieldSpec& field : spec.fields) {
    if (fields.size() < 3 && tells_much(field) && field.name != spec.title_field) fields.push_back(field.name);
  }
  return fields;
}

std::string when_and_who(ClaimedTime claimed, std::string_view device) {
  return clock_text(claimed) + " UTC, " + (device.empty() ? "a device not known here" : std::string(device));
}

void print_list(Console& console, const Workspace& workspace, const RecordSpec& spec, const std::vector<Record>& records) {
  if (console.json) {
    Json list = Json::array();
    for (const Record& record : records) list.push(record_json(record));
    console.out << write_json(list, JsonStyle::pretty);
    return;
  }
  if (records.empty()) {
    console.say("No " + std::string(spec.plural) + " yet." + (is_bookkeeping(spec) ? "" : " Add one with: " + words_for(spec.name, "add") + " --help"));
    return;
  }
  NameBook names(workspace);
  const std::vector<std::string_view> fields = list_fields(spec);
  std::vector<std::string> headings = {"Id", heading_of(spec.title_field)};
  for (const std::string_view field : fields) headings.push_back(heading_of(field));
  TextTable table(std::move(headings));
  bool lacks_keys = false;
  const auto cell = [&](const Record& record, std::string_view name) {
    const FieldSpec* field = spec.find_field(name);
    const bool lacks_key = field != nullptr && is_sealed(record, *field);
    lacks_keys = lacks_keys || lacks_key;
    return lacks_key ? std::string("(sealed)") : names.text(record, name);
  };
  for (const Record& record : records) {
    std::vector<std::string> cells = {record.short_id(), cell(record, spec.title_field)};
    for (const std::string_view field : fields) cells.push_back(cell(record, field));
    table.add(std::move(cells));
  }
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  if (lacks_keys) console.say(advice_on_keys(workspace));
}

void print_record(Console& console, const Workspace& workspace, const Record& record) {
  if (console.json) {
    console.out << write_json(record_json(record), JsonStyle::pretty);
    return;
  }
  NameBook names(workspace);
  console.print(plain_type(record.spec().name) + " " + record.short_id() + (record.is_removed() ? "  (removed)" : ""));
  std::size_t widest = 0;
  bool lacks_keys = false;
  for (const FieldSpec& field : record.spec().fields) widest = std::max(widest, field.name.size());
  for (const FieldSpec& field : record.spec().fields) {
    const bool lacks_key = is_sealed(record, field);
    lacks_keys = lacks_keys || lacks_key;
    std::string text = lacks_key ? "(sealed; its key is not here)" : names.text(record, field.name);
    if (text.empty()) continue;
    const std::string heading = heading_of(field.name);
    console.print("  " + heading + std::string(widest - heading.size() + 2, ' ') + wrapped(text, 80, widest + 4));
  }
  print_versions(console, workspace, record);
  if (lacks_keys) console.say(advice_on_keys(workspace));
}

void print_history(Console& console, const Workspace& workspace, const Record& record, const std::vector<HistoryEntry>& history) {
  if (console.json) {
    Json list = Json::array();
    for (const HistoryEntry& entry : history) list.push(history_json(workspace, entry));
    console.out << write_json(list, JsonStyle::pretty);
    return;
  }
  NameBook names(workspace);
  bool is_first = true;
  bool lacks_keys = false;
  for (const HistoryEntry& entry : history) {
    if (!std::exchange(is_first, false)) console.out << '\n';
    std::string line = entry.reference.text() + "  " + event_words(entry.type) + "  " + when_and_who(entry.claimed, laptop_text(organisation_text(workspace, entry.organisation), entry.device_label));
    if (entry.standing == Standing::waiting) line += "  (waiting for what it rests on)";
    if (entry.standing == Standing::quarantined) line += "  (set aside: outside its author's rights)";
    console.print(line);
    for (const HistoryEntry::Change& change : entry.changes) {
      const FieldSpec* field = record.spec().find_field(change.field);
      std::string text = change.value;
      lacks_keys = lacks_keys || text == "(sealed)";
      const bool is_named_in_hex = record.spec().name == "share" && (change.field == "entity" || change.field == "from_space");
      if (is_named_in_hex) text = names.text(record, change.field);
      if (field != nullptr && field->type == FieldType::reference) {
        if (const auto id = EntityId::from_hex(text)) text = names.name_of(*id);
      }
      console.print("    " + change.field + ": " + wrapped(text, 80, 6));
    }
    if (!entry.reason.empty()) console.print("    because: " + wrapped(entry.reason, 80, 6));
  }
  if (lacks_keys) console.say(advice_on_keys(workspace));
}

std::string advice_on_keys(const Workspace& workspace) {
  const PublicKey own = workspace.keystore().device().public_key();
  for (const Device& device : workspace.space_of(SpaceKind::people).fold.access().devices()) {
    if (device.key == own || device.is_removed) continue;
    return "The keys of people lie on the other laptops of your organisation and never travel by file. There: evenhand sync serve   then here: evenhand sync now \"" + device.label +
           "\" --address HOST:PORT";
  }
  return "No other laptop of your organisation is known here that could have the key.";
}

Json record_json(const Record& record) {
  Json fields = Json::object();
  Json conflicts = Json::object();
  for (const FieldSpec& field : record.spec().fields) {
    const std::vector<Value> values = record.values(field.name);
    if (record.is_conflicted(field.name)) {
      Json list = Json::array();
      for (const Value& value : values) list.push(to_json(field, value));
      conflicts.set(field.name, std::move(list));
    } else if (!values.empty()) {
      fields.set(field.name, to_json(field, values.front()));
    }
  }
  Json json = Json::object();
  json.set("id", record.id().hex()).set("short_id", record.short_id()).set("type", record.spec().name).set("title", record.title());
  json.set("removed", record.is_removed()).set("fields", std::move(fields));
  if (conflicts.size() > 0) json.set("conflicts", std::move(conflicts));
  return json;
}

Json history_json(const Workspace& workspace, const HistoryEntry& entry) {
  Json changes = Json::array();
  for (const HistoryEntry::Change& change : entry.changes) {
    changes.push(Json::object().set("field", change.field).set("value", change.value));
  }
  const std::string_view standing = entry.standing == Standing::counts ? "counts" : entry.standing == Standing::waiting ? "waiting" : "quarantined";
  Json json = Json::object();
  json.set("reference", entry.reference.text()).set("type", entry.type).set("claimed_ms", entry.claimed.ms).set("organisation", organisation_text(workspace, entry.organisation)).set("device", entry.device_label);
  json.set("standing", standing).set("changes", std::move(changes));
  if (!entry.reason.empty()) json.set("reason", entry.reason);
  return json;
}

}  // namespace evenhand::cli
