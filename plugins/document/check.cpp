#include "plugins/document/check.h"

#include <algorithm>
#include <set>

#include "core/base/bytes.h"

namespace evenhand::document {

bool is_safe_link(std::string_view address) {
  const auto starts = [&](std::string_view scheme) {
    return address.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), address.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
  };
  if (!starts("http://") && !starts("https://") && !starts("mailto:")) return false;
  // Only what RFC 3986 lets stand in an address; anything else must come percent-encoded.
  return std::all_of(address.begin(), address.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
  });
}

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool is_blank(const std::vector<Run>& runs) {
  return std::all_of(runs.begin(), runs.end(), [](const Run& run) { return is_blank(run.text); });
}

std::string named(const char* what, const std::string& name) { return std::string(what) + " \"" + name + "\""; }

/// Turns wanted levels, which may skip, into levels that never do; equal levels stay equal.
class Levels {
 public:
  unsigned fitted(unsigned wanted) {
    while (!open_.empty() && open_.back() >= wanted) open_.pop_back();
    open_.push_back(wanted);
    return static_cast<unsigned>(open_.size());
  }

 private:
  std::vector<unsigned> open_;
};

/// Checks one block after the other, in reading order.
class Checker {
 public:
  Result<void> block(Block& block) {
    return std::visit([&](auto& one) { return check(one); }, block);
  }
  Result<void> end() const {
    if (!sections_.empty()) return refused(named("Section", sections_.back()) + " has no end");
    return {};
  }

 private:
  Result<void> check(Heading& heading) {
    if (is_blank(heading.text)) return refused("A heading is empty", "after " + place_);
    if (heading.level < 1 || heading.level > 4) return refused(named("Heading", heading.text) + " is not of level 1 to 4");
    heading.level = headings_.fitted(heading.level);
    place_ = named("heading", heading.text);
    return {};
  }
  Result<void> check(Paragraph& paragraph) { return runs(paragraph.runs), Result<void>{}; }
  Result<void> check(List& list) {
    auto& items = list.items;
    for (Item& item : items) runs(item.runs);
    items.erase(std::remove_if(items.begin(), items.end(), [](const Item& item) { return is_blank(item.runs); }), items.end());
    Levels levels;
    for (Item& item : items) item.level = levels.fitted(std::min(item.level, 3u) + 1) - 1;
    return {};
  }
  Result<void> check(Table& table) {
    if (is_blank(table.caption)) return refused("A table has no caption", "after " + place_);
    if (table.columns.empty()) return refused(named("Table", table.caption) + " has no columns");
    for (const Column& column : table.columns) {
      if (is_blank(column.title)) return refused(named("Table", table.caption) + " has a column without a title");
    }
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      if (table.rows[i].size() != table.columns.size()) {
        return refused("Row " + std::to_string(i + 1) + " has " + std::to_string(table.rows[i].size()) + " cells for " +
                           std::to_string(table.columns.size()) + " columns", named("table", table.caption));
      }
      for (Cell& cell : table.rows[i]) EVENHAND_CHECK(check_cell(cell));
    }
    return {};
  }
  Result<void> check(Facts& facts) {
    if (is_blank(facts.caption)) return refused("A list of facts has no caption", "after " + place_);
    for (Fact& fact : facts.facts) {
      if (is_blank(fact.name)) return refused(named("The list of facts", facts.caption) + " has a fact without a name");
      EVENHAND_CHECK(check_cell(fact.value));
    }
    return {};
  }
  Result<void> check(Banner& banner) {
    if (is_blank(banner.text)) return refused("A banner is empty", "after " + place_);
    return {};
  }
  Result<void> check(Chart& chart) {
    if (is_blank(chart.title)) return refused("A chart has no title", "after " + place_);
    const std::string where = named("chart", chart.title);
    if (is_blank(chart.alternative)) return refused("A chart has no alternative text", where);
    if (chart.labels.empty() || chart.series.empty()) return refused("A chart has nothing to show", where);
    if (chart.maximum && *chart.maximum <= 0) return refused("A chart's scale does not end above 0", where);
    for (const std::string& label : chart.labels) {
      if (is_blank(label)) return refused("A chart has an empty label", where);
    }
    for (Series& series : chart.series) EVENHAND_CHECK(check_series(series, chart, where));
    return {};
  }
  static Result<void> check_series(Series& series, const Chart& chart, const std::string& where) {
    if (is_blank(series.name)) return refused("A chart has a series without a name", where);
    if (series.values.size() != chart.labels.size()) {
      return refused(named("Series", series.name) + " has " + std::to_string(series.values.size()) + " values for " +
                         std::to_string(chart.labels.size()) + " labels", where);
    }
    for (Cell& cell : series.values) {
      if (std::holds_alternative<Text>(cell)) return refused(named("Series", series.name) + " holds a text", where);
      EVENHAND_CHECK(check_cell(cell));
      const auto* number = std::get_if<Number>(&cell);
      if (number && number->value < 0) return refused(named("Series", series.name) + " goes below 0", where);
    }
    return {};
  }
  Result<void> check(PageBreak&) { return {}; }
  Result<void> check(SectionStart& section) {
    if (is_blank(section.name)) return refused("A section has no name", "after " + place_);
    sections_.push_back(section.name);
    if (sections_.size() > 8) return refused(named("Section", section.name) + " stands more than 8 deep");
    return {};
  }
  Result<void> check(SectionEnd&) {
    if (sections_.empty()) return refused("A section ends that never began", "after " + place_);
    sections_.pop_back();
    return {};
  }
  static Result<void> check_cell(Cell& cell) {
    if (auto* text = std::get_if<Text>(&cell); text && !is_safe_link(text->link)) text->link.clear();
    const auto* number = std::get_if<Number>(&cell);
    if (number && number->decimals > 6) return refused("A number has more than 6 decimals");
    return {};
  }
  static void runs(std::vector<Run>& runs) {
    for (Run& run : runs) {
      if (!is_safe_link(run.link)) run.link.clear();
    }
  }

  Levels headings_;
  std::vector<std::string> sections_;
  std::string place_ = "the title";
};

bool is_nothing(const Block& block) {
  if (const auto* paragraph = std::get_if<Paragraph>(&block)) return is_blank(paragraph->runs);
  if (const auto* list = std::get_if<List>(&block)) return list->items.empty();
  return false;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  for (const std::size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[i] < '0' || text[i] > '9') return false;
  }
  const int month = (text[5] - '0') * 10 + text[6] - '0';
  const int day = (text[8] - '0') * 10 + text[9] - '0';
  return text.substr(0, 4) >= "1980" && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_language(std::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace

Result<Document> checked(Document document) {
  if (is_blank(document.title)) return refused("The document has no title");
  if (!is_language(document.language)) return refused("The document's language is not a language tag", document.language);
  if (!document.date.empty() && !is_date(document.date)) return refused("The document's date is not YYYY-MM-DD", document.date);
  for (const Status& status : document.status) {
    if (is_blank(status.text)) return refused("A status line is empty");
  }
  Checker checker;
  for (Block& block : document.blocks) EVENHAND_CHECK(checker.block(block));
  EVENHAND_CHECK(checker.end());
  auto& blocks = document.blocks;
  blocks.erase(std::remove_if(blocks.begin(), blocks.end(), is_nothing), blocks.end());
  return document;
}

}  // namespace evenhand::document
