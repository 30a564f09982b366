/// The parts of reading a query, for parse.cpp alone.
#pragma once

#include "plugins/query/parse.h"

namespace evenhand::query {

/// Reads the conditions and columns of one query; what is wrong is added to `problems`.
class StepParser {
 public:
  StepParser(const Catalogue& catalogue, const TextWords& words, std::vector<Problem>& problems) : catalogue_(catalogue), words_(words), problems_(problems) {}

  Path path(const Json& json, const Layout& layout, const std::string& place);
  Path path(std::string_view words, const Layout& layout, const std::string& place, const Json& json);
  Condition condition(const Json& json, const Layout& layout, const std::string& place, std::size_t depth = 0);
  Term term(const Json& json, const Layout& layout, const std::string& place, std::size_t depth = 0);
  Measure measure(const Json& json, const Layout& layout, const std::string& place);
  /// The type that the column's values refer to, where that is plain.
  std::string refers_of(const Term& term, const Layout& layout) const;
  void complain(const Json& json, std::string code, const std::string& place, std::string found, std::string wanted);
  const Catalogue& catalogue() const { return catalogue_; }

 private:
  Condition test(const Json& json, const Layout& layout, const std::string& field, const std::string& place);
  void test_of(Condition& condition, const std::string& word, const Json& json, const Layout& layout, const std::string& place);
  Literal literal(const Json& json, const std::string& place);
  Term format(const Json& json, const std::string& text, const Layout& layout, const std::string& place);
  Term none_term(const Json& json, const Layout& layout, const std::string& place, std::size_t depth);
  Term choose(const Json& json, const Layout& layout, const std::string& place, std::size_t depth);
  Term words(const Json& json, const Layout& layout, const std::string& place, std::size_t depth);
  Term look_up(const Json& json, const std::string& rule, const Layout& layout, const std::string& place);
  bool only(const Json& json, std::initializer_list<std::string_view> keys, const std::string& place);
  /// "word due" as what it stands for; nothing when it is no word but a field.
  std::optional<std::string> word(std::string_view part, const Json& json, const std::string& place);
  std::string text_of(const Json& json, const std::string& place);

  const Catalogue& catalogue_;
  const TextWords& words_;
  std::vector<Problem>& problems_;
  std::size_t conditions_ = 0;
};

/// "count", "sum", … Nothing when it is no rule.
std::optional<Rule> rule_from(std::string_view word);

}  // namespace evenhand::query
