#include "plugins/catalogue/consent.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "core/record/declared_types.h"
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

// What reading one field of a type gives, and what people call such records.
struct Source {
  DataClass lowest = DataClass::none;  ///< whatever the field's own class
  const RecordSpec* record = nullptr;
  std::optional<TypeDefinition> own;  ///< declared by this manifest
  std::string plural;

  DataClass class_of(std::string_view field) const {
    DataClass itself = DataClass::none;
    if (const FieldSpec* known = record != nullptr ? record->find_field(field) : nullptr) itself = known->data_class;
    for (const TypeDefinition::Field& one : own ? own->fields : std::vector<TypeDefinition::Field>()) {
      if (one.name == field) itself = one.data_class;
    }
    return std::max(itself, lowest);
  }
};

Source source_of(const Manifest& manifest, const std::string& type) {
  Source source;
  for (const Json& json : manifest.types) {
    auto own = TypeDefinition::from_json(manifest.id, json, "");
    if (!own || own->name != type) continue;
    source.plural = "its own records \"" + spaced(type) + "\"";  // its own plural could be "actions"
    source.own = std::move(*own);
    return source;
  }
  const std::size_t slash = type.find('/');
  source.record = slash == std::string::npos ? find_record_type(type) : nullptr;
  source.plural = source.record != nullptr ? std::string(source.record->plural) : spaced(type);
  // A record about people makes each of its fields theirs.
  if (source.record != nullptr && source.record->home == HomeSpace::people) source.lowest = DataClass::personal;
  if (is_declared_type(type)) source.lowest = DataClass::free_text;
  // Rows of another plugin may hold whatever this one's class lets through.
  if (slash != std::string::npos && std::string_view(type).substr(0, slash) != manifest.id) source.lowest = manifest.data_class;
  return source;
}

template <class Keep>
std::string reads_of(const Manifest& manifest, Keep keep) {
  std::vector<std::string> parts;
  for (const auto& [type, fields] : manifest.reads) {
    const Source source = source_of(manifest, type);
    std::vector<std::string> names;
    for (const std::string& name : fields) {
      if (keep(source.class_of(name))) names.push_back(spaced(name));
    }
    if (!names.empty()) parts.push_back(listed(names) + " of " + source.plural);
  }
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : "; ") + part;
  return text;
}

// Whatever a later version could widen without a new name must stand in the words that are compared, and in words of ours before the author's: a title
// could say anything.
std::string makes_of(ReportPlace place, ReportScope scope) {
  const char* what = place == ReportPlace::card ? "Shows on the dashboard" : place == ReportPlace::page ? "Makes pages of the desk" : "Makes reports";
  switch (scope) {
    case ReportScope::one_organisation: return what;
    case ReportScope::all_organisations: return std::string(what) + ", of all organisations";
    case ReportScope::all_cycles: return std::string(what) + ", of all cycles";
  }
  assertion_failed("scope", "a scope outside its closed list", __FILE__, __LINE__);
}

// More than a plugin gets that says nothing of it.
std::string limits_of(const Limits& limits) {
  const Limits usual;
  std::vector<std::string> more;
  if (limits.seconds > usual.seconds) more.push_back(std::to_string(limits.seconds) + " seconds");
  if (limits.memory_mib > usual.memory_mib) more.push_back(std::to_string(limits.memory_mib) + " MiB of memory");
  if (limits.output_mib > usual.output_mib) more.push_back("answers of " + std::to_string(limits.output_mib) + " MiB");
  return more.empty() ? "" : "May use more of the computer than others: up to " + listed(more) + ".\n";
}

std::string plurals_of(const Manifest& manifest, const std::vector<std::string>& types) {
  std::vector<std::string> plurals;
  for (const std::string& type : types) plurals.push_back(source_of(manifest, type).plural);
  return listed(plurals);
}

std::string reports_of(const Manifest& manifest) {
  std::map<std::pair<ReportPlace, ReportScope>, std::vector<std::string>> titles;
  for (const ReportEntry& one : manifest.reports) titles[{one.place, one.scope}].push_back(one.title);
  std::string text;
  for (const auto& [how, names] : titles) text += makes_of(how.first, how.second) + ": " + listed(names) + ".\n";
  return text;
}

std::string contributes_of(const Manifest& manifest) {
  std::string text = reports_of(manifest);
  const auto say = [&](const char* what, const auto& all, const auto& name) {
    std::vector<std::string> names;
    for (const auto& one : all) names.push_back(name(one));
    if (!names.empty()) text += std::string(what) + listed(names) + ".\n";
  };
  const auto title = [](const auto& one) { return one.title; };
  const auto summary = [](const auto& one) { return one.summary.substr(0, one.summary.size() - (one.summary.ends_with('.') ? 1 : 0)); };
  say("Makes exports: ", manifest.exports, title);
  say("Keeps tables of its own: ", manifest.projections, [&](const auto& one) { return one.id + " (of " + plurals_of(manifest, one.on) + ")"; });
  for (const ValidatorEntry& one : manifest.validators) text += "Checks what people enter in " + plurals_of(manifest, one.on) + ": " + summary(one) + ".\n";
  for (const CommandEntry& one : manifest.commands) {
    std::vector<std::string> types;
    for (const std::string& type : one.proposes) types.push_back(spaced(type));
    text += "Proposes changes when asked (" + one.id + ", " + one.title + "): " + listed(types) + ".\n";
  }
  say("Adds record types of its own: ", manifest.types, [](const Json& type) { return spaced(type.find("name")->text()); });
  return text + limits_of(manifest.limits);
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
  const auto with = [](DataClass wanted) { return [wanted](DataClass one) { return one == wanted; }; };
  const std::string special = reads_of(manifest, with(DataClass::special));
  const std::string personal = reads_of(manifest, with(DataClass::personal));
  const std::string free = reads_of(manifest, with(DataClass::free_text));
  const std::string rest = reads_of(manifest, [](DataClass one) { return one < DataClass::free_text; });
  std::string text = "\"" + manifest.title + "\" " + manifest.version + " (" + manifest.id + ").\n";
  if (!special.empty()) text += "Reads what the law protects most about people: " + special + ".\n";
  if (!personal.empty()) text += "Reads about people who could be named: " + personal + ".\n";
  if (!free.empty()) text += "Reads free text, which may speak of people: " + free + ".\n";
  if (!rest.empty()) text += "Reads: " + rest + ".\n";
  if (manifest.data_class < DataClass::personal) text += "Reads no names and nothing kept about single people.\n";
  text += contributes_of(manifest);
  // A built-in one runs in the program's own process; what holds the others does not hold it.
  return text + (manifest.kind == Kind::built_in ? "Is a part of the program." : "Cannot use the network or files.");
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

std::vector<std::string> other_lines(std::string_view agreed, const Manifest& asked) {
  const auto lines_of = [](std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos;) {
      const std::size_t end = text.find('\n', at + 1);
      lines.emplace_back(text.substr(at + 1, end == std::string_view::npos ? end : end - at - 1));
      at = end;
    }
    return lines;
  };
  const std::vector<std::string> had = lines_of(agreed);
  std::vector<std::string> other;
  for (std::string& line : lines_of(consent_text(asked))) {
    if (std::find(had.begin(), had.end(), line) == had.end()) other.push_back(std::move(line));
  }
  return other;
}

bool is_lower_version(std::string_view version, std::string_view than) {
  const auto numbers_of = [](std::string_view text) {
    std::vector<std::uint32_t> numbers;
    const char* const end = text.data() + text.size();
    for (const char* at = text.data(); at != end;) {
      std::uint32_t number = 0;
      const auto read = std::from_chars(at, end, number);
      if (read.ec != std::errc()) return std::vector<std::uint32_t>();
      numbers.push_back(number);
      at = read.ptr == end ? end : read.ptr + 1;
    }
    return numbers;
  };
  const auto one = numbers_of(version), other = numbers_of(than);
  return one.size() == 3 && other.size() == 3 && one < other;
}

DataClass data_class_from(std::string_view word) {
  for (const DataClass one : {DataClass::none, DataClass::aggregate, DataClass::pseudonymous, DataClass::free_text, DataClass::personal}) {
    if (to_word(one) == word) return one;
  }
  return DataClass::special;
}

}  // namespace evenhand::plugins
