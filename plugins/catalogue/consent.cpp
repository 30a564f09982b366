#include "plugins/catalogue/consent.h"

#include <algorithm>
#include <set>

#include "core/record/vocabulary.h"

namespace evenhand::plugins {

namespace {

std::string spaced(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
  return text;
}

template <class Keep>
std::string reads_of(const Manifest& manifest, Keep keep) {
  std::vector<std::string> parts;
  for (const auto& [type, fields] : manifest.reads) {
    const RecordSpec* spec = find_record_type(type);
    std::vector<std::string> names;
    for (const std::string& name : fields) {
      const FieldSpec* field = spec != nullptr ? spec->find_field(name) : nullptr;
      if (keep(spec, field)) names.push_back(spaced(name));
    }
    if (!names.empty()) parts.push_back(listed(names) + " of " + (spec != nullptr ? std::string(spec->plural) : spaced(type)));
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

// A record about people makes each of its fields theirs, whatever the field's own class.
DataClass class_of(const RecordSpec* spec, const FieldSpec* field) {
  const DataClass own = field != nullptr ? field->data_class : DataClass::none;
  return spec != nullptr && spec->home == HomeSpace::people ? std::max(own, DataClass::personal) : own;
}

std::string contributes_of(const Manifest& manifest) {
  std::string text;
  const auto say = [&](const char* what, const auto& all, const auto& name) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(name(one));
    if (!names.empty()) text += std::string(what) + listed(names) + ". ";
  };
  const auto title = [](const auto& one) { return one.title; };
  const auto summary = [](const auto& one) { return one.summary.substr(0, one.summary.size() - (one.summary.ends_with('.') ? 1 : 0)); };
  say("Makes reports: ", manifest.reports, title);
  say("Makes exports: ", manifest.exports, title);
  say("Keeps tables of its own: ", manifest.projections, [](const auto& one) { return one.id; });
  say("Checks what people enter: ", manifest.validators, summary);
  for (const CommandEntry& one : manifest.commands) {
    std::vector<std::string> types;
    for (const std::string& type : one.proposes) types.push_back(spaced(type));
    text += "Proposes changes when asked (" + one.id + ", " + one.title + "): " + listed(types) + ". ";
  }
  if (!manifest.types.empty()) text += "Adds " + std::to_string(manifest.types.size()) + (manifest.types.size() == 1 ? " record type. " : " record types. ");
  return text;
}

}  // namespace

Demand demand_of(const Manifest& manifest) {
  Demand demand{manifest.data_class, {}};
  for (const auto& [type, fields] : manifest.reads) {
    std::string line = type + ":";
    for (const std::string& field : fields) line += (line.back() == ':' ? " " : ", ") + field;
    demand.reads.push_back(std::move(line));
  }
  return demand;
}

std::string consent_text(const Manifest& manifest) {
  const auto with = [](DataClass wanted) { return [wanted](const RecordSpec* spec, const FieldSpec* field) { return class_of(spec, field) == wanted; }; };
  const std::string special = reads_of(manifest, with(DataClass::special));
  const std::string personal = reads_of(manifest, with(DataClass::personal));
  const std::string free = reads_of(manifest, with(DataClass::free_text));
  const std::string rest = reads_of(manifest, [](const RecordSpec* spec, const FieldSpec* field) { return class_of(spec, field) < DataClass::free_text; });
  std::string text = "\"" + manifest.title + "\" " + manifest.version + " (" + manifest.id + ").\n";
  if (!special.empty()) text += "Reads what the law protects most about people: " + special + ".\n";
  if (!personal.empty()) text += "Reads about people who could be named: " + personal + ".\n";
  if (!free.empty()) text += "Reads free text, which may speak of people: " + free + ".\n";
  if (!rest.empty()) text += "Reads: " + rest + ".\n";
  if (special.empty() && personal.empty()) text += "Reads no names and nothing kept about single people.\n";
  text += contributes_of(manifest) + "Cannot use the network or files.";
  return text;
}

std::vector<std::string> widening(const Demand& agreed, const Demand& asked) {
  const auto fields_of = [](const std::vector<std::string>& lines) {
    std::set<std::pair<std::string, std::string>> all;
    for (const std::string& line : lines) {
      const std::size_t colon = std::min(line.find(": "), line.size());
      for (std::size_t at = colon; at < line.size();) {
        const std::size_t end = std::min(line.find(", ", at + 2), line.size());
        all.emplace(line.substr(0, colon), line.substr(at + 2, end - at - 2));
        at = end;
      }
    }
    return all;
  };
  const auto had = fields_of(agreed.reads);
  std::vector<std::string> more;
  for (const auto& [type, field] : fields_of(asked.reads)) {
    if (had.contains({type, field})) continue;
    if (!more.empty() && more.back().starts_with(type + ": ")) more.back() += ", " + field;
    else more.push_back(type + ": " + field);
  }
  if (asked.data_class > agreed.data_class) more.push_back("data class: " + std::string(to_word(asked.data_class)) + ", before: " + std::string(to_word(agreed.data_class)));
  return more;
}

DataClass data_class_from(std::string_view word) {
  for (const DataClass one : {DataClass::none, DataClass::aggregate, DataClass::pseudonymous, DataClass::free_text, DataClass::personal}) {
    if (to_word(one) == word) return one;
  }
  return DataClass::special;
}

}  // namespace evenhand::plugins
