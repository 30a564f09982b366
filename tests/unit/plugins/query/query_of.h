/// Rows and queries for tests: rows as the host writes them, queries as JSON, results as text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/codec/json.h"
#include "plugins/host/input_writer.h"
#include "plugins/query/parse.h"
#include "plugins/query/run.h"

namespace evenhand::test {

inline plugins::InputField text(std::string name, std::vector<std::string> texts) { return {std::move(name), 0, std::move(texts)}; }
inline plugins::InputField number(std::string name, std::int64_t value, unsigned decimals = 0) {
  return {std::move(name), 0, {query::digits(value, decimals)}, value, decimals};
}
inline plugins::InputField day(std::string name, std::string words, std::int64_t value) { return {std::move(name), 0, {std::move(words)}, value}; }
inline plugins::InputField masked(std::string name) { return {std::move(name), EVENHAND_INPUT_MASKED}; }
inline plugins::InputField disputed(std::string name, std::vector<std::string> versions) {
  return {std::move(name), EVENHAND_INPUT_CONFLICTED, {}, {}, 0, std::move(versions)};
}

/// Types, their rows, and queries over them.
class Rows {
 public:
  explicit Rows(query::Catalogue types) : types_(std::move(types)) {
    for (const auto& [type, layout] : types_) {
      for (const query::Column& column : layout.columns) manifest_.reads[type].insert(column.name);
    }
  }
  Rows& add(const std::string& type, const std::string& id, std::vector<plugins::InputField> fields) {
    rows_.push_back({type, id, std::move(fields)});
    return *this;
  }
  Rows& option(const std::string& name, std::string text) {
    options_[name] = std::move(text);
    return *this;
  }
  std::string bytes() const {
    plugins::InputWriter writer(manifest_, "test");
    for (const auto& [name, text] : options_) writer.option(name, text);
    for (const plugins::InputRow& row : rows_) writer.row(row);
    return writer.bytes();
  }
  query::Parsed parse(const std::string& queries) const { return query::parse_queries(parse_json(queries).value(), types_); }
  Result<std::unique_ptr<query::Results>> run(const std::string& queries) {
    parsed_ = parse(queries);
    if (!parsed_.problems.empty()) return refused(parsed_.problems.front().found + ", wanted " + parsed_.problems.front().wanted, parsed_.problems.front().path);
    bytes_ = bytes();  // the values are views into it
    return query::run_queries(parsed_.queries, types_, query::names_in(queries + " id"), bytes_);
  }
  /// The rows of the query "q", cells by |, rows by line ends: a hidden value as #, a disputed one as !, a missing one as -.
  std::string table(const std::string& query) {
    const auto results = run("{\"q\": " + query + "}");
    if (!results) return results.error().sentence();
    const query::Table& table = (*results)->tables.at("q");
    std::string all;
    for (std::size_t row = 0; row < table.rows(); ++row) {
      for (std::size_t column = 0; column < table.width; ++column) all += (column == 0 ? "" : "|") + cell(**results, table.at(row, column));
      all += "\n";
    }
    return all;
  }
  static std::string cell(const query::Results& results, const query::Value& value) {
    switch (value.state) {
      case query::State::known: return results.pool.words(value);
      case query::State::conflict: return "!";
      case query::State::masked: return "#";
      case query::State::missing: break;
    }
    return "-";
  }

 private:
  query::Catalogue types_;
  plugins::Manifest manifest_;
  std::vector<plugins::InputRow> rows_;
  std::map<std::string, std::string> options_ = {{"organisation", "a"}};
  query::Parsed parsed_;
  std::string bytes_;
};

}  // namespace evenhand::test
