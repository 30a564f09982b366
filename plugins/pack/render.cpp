#include "plugins/pack/render.h"

#include <algorithm>
#include <numeric>

#include "plugins/pack/values.h"
#include "plugins/query/measure.h"

namespace evenhand::plugins::pack {

using query::Table;
using query::Value;

namespace {

class Renderer {
 public:
  Renderer(query::Results& results, const TemplateWords& words, const Frontage& front) : values_(results), words_(words), document_(front.title), bytes_max_(front.bytes_max) {
    document_.subtitle(front.subtitle);
    if (!front.language.empty()) document_.language(front.language);
  }

  Result<std::string> render(const std::vector<Block>& blocks) {
    EVENHAND_CHECK(all(blocks));
    end_list();
    std::string bytes = document_.bytes();
    if (bytes.size() > bytes_max_) return refused("the document is larger than the plugin may write", std::to_string(bytes_max_) + " bytes");
    return bytes;
  }

 private:
  static Error at(const Block& block, std::string what) { return refused(std::move(what), "line " + std::to_string(block.line) + " of the template", "Show fewer rows"); }

  /// Of a column that the template writes no title for.
  std::string column_title(const std::string& name) const {
    const auto word = words_.find(name);
    return word != words_.end() ? word->second : title_of_name(name);
  }

  Result<void> all(const std::vector<Block>& blocks) {
    for (const Block& one : blocks) {
      if (one.kind != Block::Kind::item && one.kind != Block::Kind::each && one.kind != Block::Kind::when) end_list();
      EVENHAND_CHECK(block(one));
      if (values_.bytes() > bytes_max_) return at(one, "the document is larger than the plugin may write");
    }
    return {};
  }

  Result<void> block(const Block& block) {
    switch (block.kind) {
      case Block::Kind::heading: document_.heading(block.level, values_.title(block.text)); return {};
      case Block::Kind::paragraph: document_.paragraph(values_.runs(block.text)); return {};
      case Block::Kind::subtitle: document_.subtitle(values_.title(block.text)); return {};
      case Block::Kind::banner: document_.banner(static_cast<evenhand_document_banner>(block.level), values_.title(block.text)); return {};
      case Block::Kind::page: document_.page_break(); return {};
      case Block::Kind::markdown: return markdown(block), Result<void>{};
      case Block::Kind::facts: return facts(block), Result<void>{};
      case Block::Kind::item:
        items_.push_back({values_.runs(block.text), block.level, block.is_numbered ? EVENHAND_LIST_NUMBERS : EVENHAND_LIST_BULLETS});
        return {};
      case Block::Kind::each: return each(block);
      case Block::Kind::when: return when(block);
      case Block::Kind::table: return table(block);
      case Block::Kind::chart: return chart(block);
    }
    assertion_failed("kind", "a block outside its closed list", __FILE__, __LINE__);
  }

  void end_list() {
    if (!items_.empty()) document_.list(items_);
    items_.clear();
  }

  void markdown(const Block& block) {
    const Value value = values_.value(block.field);
    if (value.state == query::State::missing) return;
    if (!value.is_known()) return void(document_.paragraph(values_.words(value, "")));
    for (const std::string_view text : values_.results().pool.texts(value)) document_.markdown(text);
  }

  void facts(const Block& block) {
    std::vector<sdk::Fact> facts;
    for (std::size_t i = 0; i < block.cells.size(); ++i) facts.push_back({values_.title(block.titles[i]), values_.cell(block.cells[i])});
    document_.facts(values_.title(block.text), facts);
  }

  /// The rows that pass the filters, by number.
  Result<std::vector<std::size_t>> rows_of(const Block& block, const Table& table) {
    std::vector<std::size_t> kept;
    looked_at_ += table.rows();
    if (looked_at_ > kRenderRowsMax) return at(block, "the template looks at more than " + std::to_string(kRenderRowsMax) + " rows");
    if (block.rows.filters.empty()) {
      kept.resize(table.rows());
      std::iota(kept.begin(), kept.end(), std::size_t{0});
      return kept;
    }
    std::vector<Value> wanted;
    for (const Filter& filter : block.rows.filters) {
      const Piece& piece = filter.value.front();
      wanted.push_back(piece.kind == Piece::Kind::field ? values_.value(piece.field) : values_.results().pool.value_of(piece.text));
    }
    for (std::size_t row = 0; row < table.rows(); ++row) {
      bool is_kept = true;
      for (std::size_t i = 0; is_kept && i < wanted.size(); ++i) is_kept = do_match(values_.at(table, row, block.rows.filters[i].column), wanted[i]);
      if (is_kept) kept.push_back(row);
    }
    return kept;
  }

  /// A set matches by any of its texts; missing matches missing.
  bool do_match(const Value& value, const Value& wanted) {
    if (value.state != wanted.state || value.state == query::State::masked || value.state == query::State::conflict) return false;
    if (!value.is_known()) return true;
    const auto& pool = values_.results().pool;
    const auto ours = pool.texts(value), theirs = pool.texts(wanted);
    return std::find_first_of(ours.begin(), ours.end(), theirs.begin(), theirs.end()) != ours.end();
  }

  Result<void> each(const Block& block) {
    const Table& table = *values_.results().find(block.rows.source);
    EVENHAND_TRY(const auto rows, rows_of(block, table));
    values_.enter(table);
    for (const std::size_t row : rows) {
      values_.at_row(row);
      if (auto done = all(block.inner); !done) return done;
    }
    values_.leave();
    return {};
  }

  Result<void> when(const Block& block) {
    if (block.rows.source.empty()) return all(values_.value(block.field).state == query::State::missing ? block.otherwise : block.inner);
    EVENHAND_TRY(const auto rows, rows_of(block, *values_.results().find(block.rows.source)));
    return all(rows.empty() ? block.otherwise : block.inner);
  }

  Result<void> nothing(const Block& block, const std::string& caption) {
    document_.paragraph(block.empty.empty() ? caption + ": nothing is on record." : values_.title(block.empty));
    return {};
  }

  /// "3 further rows are"; where each row stands for a person and there are few, "Some further rows are".
  std::string rows_are(const Table& table, std::size_t rows, const std::string& which) {
    const auto count = static_cast<std::int64_t>(rows);
    const Value shown = table.layout.counts_people ? query::shown_people(count, count, values_.results().pool, values_.results().rule) : values_.results().pool.number(count);
    if (!shown.is_known()) return "Some " + which + "rows are";
    return values_.words(shown, "") + " " + which + (shown.number == 1 ? "row is" : "rows are");
  }

  std::string note(const Block& block, const Table& table, bool is_rounded, std::size_t left_out) {
    std::string note = block.note.empty() ? std::string() : values_.title(block.note);
    const auto add = [&](const std::string& words) { note += (note.empty() ? "" : " ") + words; };
    if (is_rounded) add("Counts of people are rounded, as the policy says.");
    if (table.undecided > 0) add(rows_are(table, table.undecided, "") + " left out: what decides about them is hidden or not settled.");
    if (left_out > 0) add(rows_are(table, left_out, "further ") + " not shown.");
    return note;
  }

  Result<void> table(const Block& block) {
    const Table& table = *values_.results().find(block.rows.source);
    EVENHAND_TRY(auto rows, rows_of(block, table));
    const std::string caption = values_.title(block.text);
    if (rows.empty()) return nothing(block, caption);
    std::size_t left_out = table.cut;
    if (rows.size() > kTableRowsMax) {
      left_out += rows.size() - kTableRowsMax;
      rows.resize(kTableRowsMax);
    }
    Shown shown;
    for (std::size_t i = 0; i < block.titles.size(); ++i) shown.columns.push_back({values_.title(block.titles[i]), block.codes[i] ? EVENHAND_COLUMN_CODE : EVENHAND_COLUMN_TEXT});
    for (std::size_t i = 0; block.cells.empty() && i < table.width; ++i) {
      const std::size_t fixed = table.layout.columns.size();
      shown.columns.push_back({i < fixed ? column_title(table.layout.columns[i].name) : shortened(table.titles[i - fixed], kCaptionBytesMax), EVENHAND_COLUMN_TEXT});
    }
    EVENHAND_CHECK(fill(shown, block, table, rows));
    shown.put(document_, caption, note(block, table, shown.is_rounded, left_out));
    return {};
  }

  /// Cells before it is known which columns hold numbers only.
  struct Shown {
    std::vector<sdk::Column> columns;
    std::vector<std::vector<sdk::Cell>> rows;
    std::vector<bool> has_number, has_text;
    bool is_rounded = false;

    void put(sdk::Document& document, const std::string& caption, const std::string& note) {
      for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].kind == EVENHAND_COLUMN_TEXT && has_number[i] && !has_text[i]) columns[i].kind = EVENHAND_COLUMN_NUMBER;
      }
      sdk::Table table(caption, columns);
      table.row_headers().note(note);
      for (const auto& row : rows) table.row(row);
      document.table(table);
    }
  };

  Result<void> fill(Shown& shown, const Block& block, const Table& table, const std::vector<std::size_t>& rows) {
    shown.has_number.resize(shown.columns.size());
    shown.has_text.resize(shown.columns.size());
    values_.enter(table);
    for (const std::size_t row : rows) {
      values_.at_row(row);
      auto& cells = shown.rows.emplace_back();
      for (std::size_t i = 0; i < shown.columns.size(); ++i) {
        const bool is_field = block.cells.empty() || (block.cells[i].size() == 1 && block.cells[i].front().kind == Piece::Kind::field);
        const Value value = block.cells.empty() ? table.at(row, i) : is_field ? values_.value(block.cells[i].front().field) : Value{};
        cells.push_back(block.cells.empty() ? values_.cell(value, "") : values_.cell(block.cells[i]));
        if (!is_field || (value.is_known() && !is_number(value)) || value.state == query::State::conflict) shown.has_text[i] = true;
        if (is_number(value)) shown.has_number[i] = true;
        shown.is_rounded = shown.is_rounded || value.is_rounded;
      }
      if (values_.bytes() > bytes_max_) return at(block, "the document is larger than the plugin may write");
    }
    values_.leave();
    return {};
  }

  /// A chart holds numbers from 0 up; anything else is not known to it.
  sdk::Cell bar(const Value& value) {
    if (value.state == query::State::masked) return sdk::masked();
    return is_number(value) && value.number >= 0 ? sdk::decimal(value.number, value.decimals) : sdk::missing();
  }

  Result<void> chart(const Block& block) {
    const Table& table = *values_.results().find(block.rows.source);
    EVENHAND_TRY(auto rows, rows_of(block, table));
    const std::string caption = values_.title(block.text);
    if (rows.empty()) return nothing(block, caption);
    const std::size_t left_out = table.cut + (rows.size() > kChartLabelsMax ? rows.size() - kChartLabelsMax : 0);
    rows.resize(std::min(rows.size(), kChartLabelsMax));
    std::vector<std::string> labels, names;
    std::vector<std::vector<sdk::Cell>> series(block.series.size() - 1);
    for (std::size_t i = 1; i < block.series.size(); ++i) names.push_back(column_title(block.series[i].words));
    std::string alternative;
    bool is_rounded = false;
    values_.enter(table);
    for (const std::size_t row : rows) {
      values_.at_row(row);
      labels.push_back(shortened(values_.words(values_.value(block.series[0]), ""), kCaptionBytesMax));
      if (labels.back().find_first_not_of(" \t\r\n") == std::string::npos) labels.back() = "Not stated";
      alternative += labels.back() + ":";
      for (std::size_t i = 1; i < block.series.size(); ++i) {
        const Value value = values_.value(block.series[i]);
        is_rounded = is_rounded || value.is_rounded;
        series[i - 1].push_back(bar(value));
        alternative += (i > 1 ? ", " : " ") + (names.size() > 1 ? names[i - 1] + " " : std::string()) + values_.words(value, "not known");
      }
      alternative += ". ";
    }
    values_.leave();
    constexpr std::size_t kSaid = 1500;  // the table that follows every chart has the rest
    if (alternative.size() > kSaid) alternative = std::to_string(labels.size()) + " values, from " + labels.front() + " to " + labels.back() + "; the table below has them all.";
    sdk::Chart drawn(static_cast<evenhand_document_chart>(block.level), caption, alternative, labels);
    if (block.maximum) drawn.maximum(*block.maximum);
    for (std::size_t i = 0; i < series.size(); ++i) drawn.series(names[i], series[i]);
    document_.chart(drawn);
    const std::string words = note(block, table, is_rounded, left_out);
    if (!words.empty()) document_.paragraph(words);
    return {};
  }

  Values values_;
  const TemplateWords& words_;
  sdk::Document document_;
  std::vector<sdk::Item> items_;
  std::size_t looked_at_ = 0;
  std::size_t bytes_max_;
};

}  // namespace

Result<std::string> render(const Template& made, query::Results& results, const Frontage& front) {
  return Renderer(results, made.words, front).render(made.blocks);
}

}  // namespace evenhand::plugins::pack
