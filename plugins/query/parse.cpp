#include "plugins/query/parse.h"

#include <algorithm>

#include "plugins/query/parse_steps.h"

namespace evenhand::query {

namespace {

bool is_column_name(std::string_view name) {
  const auto is_allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name.size() <= 60 && name.front() >= 'a' && name.front() <= 'z' && std::all_of(name.begin(), name.end(), is_allowed);
}

/// Reads one query. The steps stand in the order in which they are done.
class QueryParser {
 public:
  QueryParser(const Json& json, Query& query, const std::string& place, Parsed& parsed, const TextWords& words)
      : json_(json), query_(query), place_(place), parsed_(parsed), steps_(parsed.catalogue, words, parsed.problems) {}

  void parse() {
    if (!json_.is_object()) return steps_.complain(json_, "pack.wrong-type", place_, std::string(json_.kind_words()), "an object");
    for (const std::string& key : json_.keys()) {
      if (std::find(std::begin(kSteps), std::end(kSteps), key) != std::end(kSteps)) continue;
      steps_.complain(*json_.find(key), "pack.unknown-word", json_path(place_, key), "\"" + key + "\"",
                      "from, with_every, unfold, columns, where, group, measures, pivot, sort or limit");
    }
    if (!source("from", query_.from) || (json_.find("with_every") && !source("with_every", query_.with_every))) return;
    rows_ = parsed_.catalogue.find(query_.from)->second;
    if (!query_.with_every.empty()) add_every();
    unfold();
    columns();
    if (const Json* where = json_.find("where")) query_.where = steps_.condition(*where, rows_, json_path(place_, "where"));
    query_.layout = rows_;
    groups();
    pivot();
    sort();
    if (const Json* limit = json_.find("limit")) {
      if (limit->natural() && *limit->natural() > 0) query_.limit = static_cast<std::size_t>(*limit->natural());
      else steps_.complain(*limit, "pack.wrong-type", json_path(place_, "limit"), std::string(limit->kind_words()), "a whole number from 1");
    }
  }

 private:
  static constexpr std::string_view kSteps[] = {"from", "with_every", "unfold", "columns", "where", "group", "measures", "pivot", "sort", "limit"};

  bool source(const char* key, std::string& name) {
    const Json* json = json_.find(key);
    const std::string place = json_path(place_, key);
    if (!json || !json->is_string()) {
      steps_.complain(json ? *json : json_, "pack.missing", place, json ? std::string(json->kind_words()) : "nothing", "a record type or a query that stands above");
      return false;
    }
    const auto at = parsed_.catalogue.find(json->text());
    if (at == parsed_.catalogue.end() || at->second.is_pivot) {
      std::string known;
      for (const auto& [type, layout] : parsed_.catalogue) known += layout.is_pivot ? "" : (known.empty() ? "" : ", ") + type;
      steps_.complain(*json, "pack.unknown-source", place, "\"" + json->text() + "\"", "what the manifest reads, or a query that stands above and is no pivot: " + known);
      return false;
    }
    name = at->first;
    return true;
  }

  /// The other source's columns under its name: "service" is its id, "service.name" a field.
  void add_every() {
    const Layout& other = parsed_.catalogue.find(query_.with_every)->second;
    rows_.counts_people = rows_.counts_people || other.counts_people;
    const bool has_id = !other.columns.empty() && other.columns.front().name == "id";
    for (std::size_t i = 0; i < other.columns.size(); ++i) {
      Column column = other.columns[i];
      if (i == 0 && has_id) column.refers_to = query_.with_every;
      column.name = i == 0 && has_id ? query_.with_every : query_.with_every + "." + column.name;
      rows_.columns.push_back(std::move(column));
    }
  }

  void unfold() {
    const Json* json = json_.find("unfold");
    if (!json) return;
    const Path path = steps_.path(*json, rows_, json_path(place_, "unfold"));
    if (!path.hops.empty()) return steps_.complain(*json, "pack.unknown-field", json_path(place_, "unfold"), "\"" + path.words + "\"", "a field of the row itself");
    query_.unfold = path.column;
  }

  void columns() {
    const Json* json = json_.find("columns");
    if (!json) return;
    const std::string place = json_path(place_, "columns");
    if (!json->is_object()) return steps_.complain(*json, "pack.wrong-type", place, std::string(json->kind_words()), "an object of columns");
    if (json->size() > kQueryColumnsMax) return steps_.complain(*json, "pack.too-many", place, std::to_string(json->size()) + " columns", "at most " + std::to_string(kQueryColumnsMax));
    for (std::size_t i = 0; i < json->size(); ++i) {
      const std::string& name = json->keys()[i];
      const std::string here = json_path(place, name);
      if (!is_new(name, rows_, json->items()[i], here)) continue;
      Term term = steps_.term(json->items()[i], rows_, here);
      rows_.columns.push_back({name, steps_.refers_of(term, rows_)});
      query_.columns.push_back({name, std::move(term)});
    }
  }

  bool is_new(const std::string& name, const Layout& layout, const Json& json, const std::string& place) {
    if (is_column_name(name) && layout.find(name) == SIZE_MAX) return true;
    steps_.complain(json, "pack.bad-name", place, "\"" + name + "\"", "a name of its own: lower-case letters, digits and _, at most 60");
    return false;
  }

  void groups() {
    const Json* group = json_.find("group");
    const Json* measures = json_.find("measures");
    if (!group && !measures) return;
    query_.is_grouped = true;
    Layout made;
    made.counts_people = rows_.counts_people;  // how many groups there are says how many people, when each is a group of its own
    const std::string place = json_path(place_, "group");
    if (group && group->is_array()) {
      for (std::size_t i = 0; i < group->size(); ++i) add_group(group->items()[i], made, json_path(place, i));
    } else if (group) {
      add_group(*group, made, place);
    }
    for (std::size_t i = 0; measures && i < measures->size() && measures->is_object(); ++i) {
      const std::string here = json_path(json_path(place_, "measures"), measures->keys()[i]);
      if (!is_new(measures->keys()[i], made, measures->items()[i], here)) continue;
      query_.measures.push_back(steps_.measure(measures->items()[i], rows_, here));
      made.columns.push_back({measures->keys()[i], ""});
    }
    if (measures && !measures->is_object()) steps_.complain(*measures, "pack.wrong-type", json_path(place_, "measures"), std::string(measures->kind_words()), "an object of measures");
    if (query_.measures.size() > kQueryColumnsMax || query_.group.size() > kQueryColumnsMax) steps_.complain(json_, "pack.too-many", place_, "too many groups or measures", "at most " + std::to_string(kQueryColumnsMax));
    query_.layout = std::move(made);
  }

  void add_group(const Json& json, Layout& made, const std::string& place) {
    Path path = steps_.path(json, rows_, place);
    made.columns.push_back({path.words, refers_to(path, rows_, parsed_.catalogue)});
    query_.group.push_back(std::move(path));
  }

  void pivot() {
    const Json* json = json_.find("pivot");
    if (!json) return;
    const std::string place = json_path(place_, "pivot");
    if (!query_.is_grouped || query_.measures.size() != 1 || query_.group.empty()) {
      return steps_.complain(*json, "pack.missing", place, "a pivot without group and one measure", "\"group\": the rows, \"pivot\": the field whose values become columns, \"measures\": one");
    }
    query_.pivot = steps_.path(*json, rows_, place);
    query_.layout.columns.pop_back();
    query_.layout.is_pivot = true;
  }

  void sort() {
    const Json* json = json_.find("sort");
    if (!json) return;
    const std::string place = json_path(place_, "sort");
    const std::vector<Json> one = {*json};
    for (const Json& key : json->is_array() ? json->items() : one) {
      std::string name = key.text();
      SortKey sort;
      sort.is_descending = name.starts_with("-");
      if (sort.is_descending) name.erase(0, 1);
      sort.by = steps_.path(name, query_.layout, place, key);
      query_.sort.push_back(sort);
    }
  }

  const Json& json_;
  Query& query_;
  const std::string& place_;
  Parsed& parsed_;
  StepParser steps_;
  Layout rows_;
};

}  // namespace

Parsed parse_queries(const Json& json, const Catalogue& catalogue, const TextWords& words) {
  Parsed parsed;
  parsed.catalogue = catalogue;
  const auto complain = [&](const Json& at, std::string code, std::string place, std::string found, std::string wanted) {
    parsed.problems.push_back({std::move(code), at.line(), std::move(place), std::move(found), std::move(wanted)});
  };
  if (!json.is_object()) {
    complain(json, "pack.wrong-type", "queries", std::string(json.kind_words()), "an object of queries");
    return parsed;
  }
  if (json.size() > kQueriesMax) {
    complain(json, "pack.too-many", "queries", std::to_string(json.size()) + " queries", "at most " + std::to_string(kQueriesMax));
    return parsed;
  }
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string& name = json.keys()[i];
    const std::string place = json_path("queries", name);
    Query query;
    query.name = name;
    query.line = json.items()[i].line();
    if (!is_column_name(name) || parsed.catalogue.contains(name)) {
      complain(json.items()[i], "pack.bad-name", place, "\"" + name + "\"", "a name of its own: lower-case letters, digits and _, at most 60, not that of a record type");
      continue;
    }
    const std::size_t before = parsed.problems.size();
    QueryParser(json.items()[i], query, place, parsed, words).parse();
    // A query with a mistake still has a name, so that the next one that starts from it is not refused for that.
    if (parsed.problems.size() == before || !query.layout.columns.empty()) parsed.catalogue[name] = query.layout;
    parsed.queries.push_back(std::move(query));
  }
  return parsed;
}

}  // namespace evenhand::query
