/// Reads one line of a template: words, **bold**, *italic*, [links](https://…) and {{…}}; for parse_template.cpp alone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/pack/template.h"

namespace evenhand::plugins::pack {

/// A word or a "quoted text" between {{ and }}.
struct Token {
  std::string text;
  bool is_quoted = false;
};

/// What names mean at one place, and where mistakes go.
class Scope {
 public:
  Scope(const query::Catalogue& catalogue, const TemplateWords& words, std::vector<query::Problem>& problems)
      : catalogue_(catalogue), words_(words), problems_(problems) {}

  void enter(const std::string& source) { rows_.push_back(source); }
  void leave() { rows_.pop_back(); }
  void at_line(std::size_t line) { line_ = line; }
  std::size_t line() const { return line_; }
  const query::Catalogue& catalogue() const { return catalogue_; }
  std::string innermost() const { return rows_.empty() ? std::string() : rows_.back(); }

  bool is_source(std::string_view name) const { return catalogue_.contains(name); }
  Reference reference(std::string_view words);
  /// A column of that source's rows.
  query::Path column(const std::string& source, std::string_view words);
  /// What a word of the report's stands for.
  std::string word(std::string_view name);
  void complain(std::string code, std::string found, std::string wanted);

 private:
  const query::Catalogue& catalogue_;
  const TemplateWords& words_;
  std::vector<query::Problem>& problems_;
  std::vector<std::string> rows_;  ///< sources of the rows around, outermost first
  std::size_t line_ = 0;
};

std::vector<Token> tokens_of(std::string_view inside, Scope& scope);
Line parse_line(std::string_view text, Scope& scope);
/// A quoted text of a block: fields stand in single braces, "Evidence for {code}".
Line parse_quoted(std::string_view text, Scope& scope);

}  // namespace evenhand::plugins::pack
