#include "apps/cli/conflict_print.h"

#include <algorithm>
#include <ostream>

#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/text.h"

namespace evenhand::cli {

namespace {

Json version_json(const Conflict::Version& version) {
  return Json::object().set("value", version.value).set("reference", version.by.text()).set("claimed_ms", version.claimed.ms)
      .set("organisation", version.author.organisation).set("device", version.author.device_label).set("party", version.author.party)
      .set("cleared", version.is_cleared).set("sealed", version.is_sealed);
}

std::string shown_value(NameBook& names, const Conflict& conflict, const Conflict::Version& version) {
  const RecordSpec* spec = find_record_type(conflict.type);
  const FieldSpec* field = spec == nullptr ? nullptr : spec->find_field(conflict.field);
  const auto id = field != nullptr && field->type == FieldType::reference ? EntityId::from_hex(version.value) : std::nullopt;
  return id ? names.name_of(*id) : version.value;
}

// The title of a verdict on a late change is that change's reference, which says nothing to people.
std::string title_of(NameBook& names, const Conflict& conflict) { return conflict.type == "late" ? names.name_of(conflict.entity) : conflict.title; }

void print_version(Console& console, NameBook& names, const Conflict& conflict, const Conflict::Version& version, const std::string& mark) {
  console.print("    " + mark + "  " + wrapped(shown_value(names, conflict, version), 80, 7));
  console.print("       " + when_and_who(version.claimed, author_text(version.author)) + "  (" + version.by.text() + ")");
}

bool is_long_text(const Conflict& conflict) {
  const RecordSpec* const spec = find_record_type(conflict.type);
  const FieldSpec* const field = spec == nullptr ? nullptr : spec->find_field(conflict.field);
  return field != nullptr && field->merge == MergeRule::text;
}

// Its number, where one version alone says so.
std::string who_says(const Conflict& conflict, const std::string& words, const char* otherwise) {
  const auto says = [&](const Conflict::Version& version) { return !version.is_cleared && version.value.find(words) != std::string::npos; };
  const auto one = std::find_if(conflict.versions.begin(), conflict.versions.end(), says);
  const bool is_plain = !words.empty() && one != conflict.versions.end() && std::none_of(one + 1, conflict.versions.end(), says);
  std::string who = is_plain ? std::to_string(one - conflict.versions.begin() + 1) : otherwise;
  who.resize(std::max<std::size_t>(who.size(), 8), ' ');
  return who;
}

void print_offer(Console& console, const Conflict& conflict) {
  if (conflict.merged) {
    console.print("    Joined text on offer (--merged):");
    console.print("       " + wrapped(*conflict.merged, 80, 7));
  }
  if (is_long_text(conflict)) console.print("    All of them, one after the other, as they are numbered: --both");
  for (const ParagraphClash& clash : conflict.clashes) {
    console.print("    No joined text: both changed this paragraph");
    console.print("      before  " + wrapped(clash.base.empty() ? "(was not there)" : clash.base, 80, 14));
    console.print("      " + who_says(conflict, clash.ours, "one") + wrapped(clash.ours.empty() ? "(removed)" : clash.ours, 80, 14));
    console.print("      " + who_says(conflict, clash.theirs, "other") + wrapped(clash.theirs.empty() ? "(removed)" : clash.theirs, 80, 14));
  }
}

}  // namespace

std::string author_text(const Conflict::Author& author) {
  if (author.organisation.empty()) return author.device_label;
  return author.organisation + (author.device_label.empty() ? "" : ", " + author.device_label);
}

Json conflict_json(const Conflict& conflict, const std::vector<std::string>& place) {
  Json where = Json::array();
  for (const std::string& one : place) where.push(one);
  Json versions = Json::array();
  for (const Conflict::Version& version : conflict.versions) versions.push(version_json(version));
  Json clashes = Json::array();
  for (const ParagraphClash& clash : conflict.clashes) clashes.push(Json::object().set("before", clash.base).set("one", clash.ours).set("other", clash.theirs));
  Json all = Json::object().set("id", conflict.entity.hex()).set("short_id", short_id_of(conflict.entity)).set("type", conflict.type)
      .set("title", conflict.title).set("field", conflict.field).set("kind", conflict.field.empty() ? "removed_and_edited" : "field")
      .set("view", conflict.view).set("parties", conflict.parties()).set("place", std::move(where));
  all.set("before", conflict.before ? version_json(*conflict.before) : Json());
  all.set("versions", std::move(versions));
  all.set("merged", conflict.merged ? Json(*conflict.merged) : Json());
  return all.set("clashes", std::move(clashes));
}

void print_conflict(Console& console, NameBook& names, const Conflict& conflict, const std::vector<std::string>& place) {
  const std::string id = short_id_of(conflict.entity);
  console.print(plain_type(conflict.type) + " " + id + "  " + cut_to(title_of(names, conflict), 50));
  std::string where;
  for (const std::string& one : place) where += (where.empty() ? "" : " > ") + one;
  if (!where.empty()) console.print("  " + wrapped(where, 80, 4));
  if (conflict.field.empty()) {
    console.print("  Removed by one, edited by another; the edit is kept until somebody decides.");
    for (const Conflict::Version& version : conflict.versions) print_version(console, names, conflict, version, "-");
    console.print("  evenhand conflict resolve " + id + " --keep --seen " + conflict.view + "      or --remove");
    return;
  }
  console.print("  Field: " + hyphened(conflict.field));
  if (conflict.before) print_version(console, names, conflict, *conflict.before, "before");
  for (std::size_t i = 0; i < conflict.versions.size(); ++i) print_version(console, names, conflict, conflict.versions[i], std::to_string(i + 1));
  print_offer(console, conflict);
  if (conflict.needs_definition) return console.print("  A plugin declares this type and its definition is not here; get it, then decide.");
  console.print("  evenhand conflict resolve " + id + " --field " + hyphened(conflict.field) + " --keep 1 --seen " + conflict.view);
}

void print_conflicts(Console& console, NameBook& names, const std::vector<Conflict>& conflicts) {
  TextTable table({"Id", "Type", "Title", "Field", "Values"});
  for (const Conflict& conflict : conflicts) {
    std::string values;
    for (const Conflict::Version& version : conflict.versions) values += (values.empty() ? "" : " or ") + shown_value(names, conflict, version);
    table.add({short_id_of(conflict.entity), hyphened(conflict.type), title_of(names, conflict), conflict.field.empty() ? "(removed)" : hyphened(conflict.field), values});
  }
  console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
}

}  // namespace evenhand::cli
