// One function a group, each a loop over its fields; more than 400 lines because the format has many groups.
#include "plugins/document/decode.h"

#include "plugins/document/check.h"
#include "plugins/document/fields.h"
#include "plugins/document/markdown.h"

namespace evenhand::document {
namespace {

/// Reads one document; counts what it has made so that small bytes cannot ask for large memory.
class Decoder {
 public:
  explicit Decoder(const DecodeLimits& limits) : limits_(limits) {}
  Result<Document> document(ByteView bytes);

 private:
  Result<void> head(const Field& field);
  Result<void> block(const Field& field);
  Result<void> markdown(const Field& field);
  Result<Status> status(const Field& group);
  Result<Heading> heading(const Field& group);
  Result<Paragraph> paragraph(const Field& group);
  Result<List> list(const Field& group);
  Result<Item> item(const Field& group);
  Result<Run> run(const Field& group);
  Result<Table> table(const Field& group);
  Result<Column> column(const Field& group);
  Result<std::vector<Cell>> row(const Field& group);
  Result<Cell> cell(const Field& group);
  Result<Facts> facts(const Field& group);
  Result<Fact> fact(const Field& group);
  Result<Banner> banner(const Field& group);
  Result<Chart> chart(const Field& group);
  Result<Series> series(const Field& group);

  Result<std::string> text(const Field& field) const { return text_in(field, limits_.text_bytes_max); }
  Result<std::string> title(const Field& field) const { return text_in(field, limits_.title_bytes_max); }
  Result<void> count(std::size_t& counter, std::size_t most, const Field& at, const char* what) const {
    if (++counter > most) return wrong_at(at.offset, std::string("More than ") + std::to_string(most) + " " + what);
    return {};
  }
  template <class T>
  Result<void> keep(Result<T> made) {
    if (!made) return made.error();
    document_.blocks.emplace_back(std::move(made).value());
    return {};
  }

  const DecodeLimits& limits_;
  Document document_;
  std::size_t blocks_ = 0, cells_ = 0, runs_ = 0;
};

Result<Document> Decoder::document(ByteView bytes) {
  const std::size_t start = 5;
  if (bytes.size() > limits_.bytes_max) {
    return wrong_at(limits_.bytes_max, "The document is larger than " + std::to_string(limits_.bytes_max) + " bytes");
  }
  if (bytes.size() < start || text_of(bytes.first(4)) != EVENHAND_DOCUMENT_MAGIC) {
    return wrong_at(0, "These bytes are not a document");
  }
  if (bytes[4] != EVENHAND_DOCUMENT_VERSION) return wrong_at(4, "The document is of another version than 1");
  Fields fields(bytes.subspan(start), start, Fields::Order::blocks);
  while (fields.more()) {
    EVENHAND_TRY(const Field field, fields.next());
    EVENHAND_CHECK(field.tag < EVENHAND_TAG_HEADING ? head(field) : block(field));
  }
  return std::move(document_);
}

Result<void> Decoder::head(const Field& field) {
  if (field.tag == EVENHAND_TAG_STATUS) {
    EVENHAND_TRY(Status one, status(field));
    document_.status.push_back(std::move(one));
    if (document_.status.size() > limits_.statuses_max) return wrong_at(field.offset, "Too many status lines");
    return {};
  }
  EVENHAND_TRY(std::string words, title(field));
  switch (field.tag) {
    case EVENHAND_TAG_TITLE: document_.title = std::move(words); return {};
    case EVENHAND_TAG_SUBTITLE: document_.subtitle = std::move(words); return {};
    case EVENHAND_TAG_LANGUAGE: document_.language = std::move(words); return {};
    case EVENHAND_TAG_DATE: document_.date = std::move(words); return {};
    default: return unknown_field(field, "the head of a document");
  }
}

Result<void> Decoder::block(const Field& field) {
  EVENHAND_CHECK(count(blocks_, limits_.blocks_max, field, "blocks"));
  switch (field.tag) {
    case EVENHAND_TAG_HEADING: return keep(heading(field));
    case EVENHAND_TAG_PARAGRAPH: return keep(paragraph(field));
    case EVENHAND_TAG_MARKDOWN: return markdown(field);
    case EVENHAND_TAG_LIST: return keep(list(field));
    case EVENHAND_TAG_TABLE: return keep(table(field));
    case EVENHAND_TAG_FACTS: return keep(facts(field));
    case EVENHAND_TAG_BANNER: return keep(banner(field));
    case EVENHAND_TAG_CHART: return keep(chart(field));
    case EVENHAND_TAG_PAGE_BREAK: EVENHAND_CHECK(nothing_in(field)); return keep(Result<PageBreak>(PageBreak{}));
    case EVENHAND_TAG_SECTION_START: {
      EVENHAND_TRY(std::string name, title(field));
      return keep(Result<SectionStart>(SectionStart{std::move(name)}));
    }
    case EVENHAND_TAG_SECTION_END: EVENHAND_CHECK(nothing_in(field)); return keep(Result<SectionEnd>(SectionEnd{}));
    default: return unknown_field(field, "a document");
  }
}

Result<void> Decoder::markdown(const Field& field) {
  EVENHAND_TRY(const std::string words, text_in(field, limits_.markdown_bytes_max));
  auto blocks = read_markdown(words, limits_.runs_max - runs_);
  if (!blocks) return wrong_at(field.offset, blocks.error().what);
  for (Block& made : *blocks) {
    if (const auto* paragraph = std::get_if<Paragraph>(&made)) runs_ += paragraph->runs.size();
    if (const auto* list = std::get_if<List>(&made)) {
      for (const Item& item : list->items) runs_ += item.runs.size() + 1;
    }
    EVENHAND_CHECK(count(blocks_, limits_.blocks_max, field, "blocks"));
    document_.blocks.push_back(std::move(made));
  }
  return {};
}

Result<Status> Decoder::status(const Field& group) {
  Status status;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_KIND) {
      EVENHAND_TRY(const std::uint64_t kind, number_in(field, EVENHAND_STATUS_OTHER));
      status.kind = static_cast<StatusKind>(kind);
    } else if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(status.text, title(field));
    } else {
      return unknown_field(field, "a status line");
    }
  }
  return status;
}

Result<Heading> Decoder::heading(const Field& group) {
  Heading heading;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_LEVEL) {
      EVENHAND_TRY(const std::uint64_t level, number_in(field, 4));
      heading.level = static_cast<unsigned>(level);
    } else if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(heading.text, title(field));
    } else {
      return unknown_field(field, "a heading");
    }
  }
  return heading;
}

Result<Paragraph> Decoder::paragraph(const Field& group) {
  Paragraph paragraph;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag != EVENHAND_TAG_RUN) return unknown_field(field, "a paragraph");
    EVENHAND_TRY(Run one, run(field));
    paragraph.runs.push_back(std::move(one));
  }
  return paragraph;
}

Result<Run> Decoder::run(const Field& group) {
  EVENHAND_CHECK(count(runs_, limits_.runs_max, group, "pieces of text"));
  Run run;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(run.text, text(field));
    } else if (field.tag == EVENHAND_TAG_STYLE) {
      EVENHAND_TRY(const std::uint64_t bits, number_in(field, EVENHAND_STYLE_BOLD | EVENHAND_STYLE_ITALIC));
      run.bold = (bits & EVENHAND_STYLE_BOLD) != 0;
      run.italic = (bits & EVENHAND_STYLE_ITALIC) != 0;
    } else if (field.tag == EVENHAND_TAG_LINK) {
      EVENHAND_TRY(run.link, title(field));
    } else {
      return unknown_field(field, "a piece of text");
    }
  }
  return run;
}

Result<List> Decoder::list(const Field& group) {
  List list;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag != EVENHAND_TAG_ITEM) return unknown_field(field, "a list");
    EVENHAND_TRY(Item one, item(field));
    list.items.push_back(std::move(one));
  }
  return list;
}

Result<Item> Decoder::item(const Field& group) {
  EVENHAND_CHECK(count(runs_, limits_.runs_max, group, "pieces of text"));
  Item item;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_KIND) {
      EVENHAND_TRY(const std::uint64_t kind, number_in(field, EVENHAND_LIST_NUMBERS));
      item.numbered = kind == EVENHAND_LIST_NUMBERS;
    } else if (field.tag == EVENHAND_TAG_LEVEL) {
      EVENHAND_TRY(const std::uint64_t level, number_in(field, 3));
      item.level = static_cast<unsigned>(level);
    } else if (field.tag == EVENHAND_TAG_RUN) {
      EVENHAND_TRY(Run one, run(field));
      item.runs.push_back(std::move(one));
    } else {
      return unknown_field(field, "a list item");
    }
  }
  return item;
}

Result<Table> Decoder::table(const Field& group) {
  Table table;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    switch (field.tag) {
      case EVENHAND_TAG_CAPTION: { EVENHAND_TRY(table.caption, title(field)); break; }
      case EVENHAND_TAG_NOTE: { EVENHAND_TRY(table.note, text(field)); break; }
      case EVENHAND_TAG_ROW_HEADER: EVENHAND_CHECK(nothing_in(field)); table.row_headers = true; break;
      case EVENHAND_TAG_COLUMN: {
        EVENHAND_TRY(Column one, column(field));
        table.columns.push_back(std::move(one));
        if (table.columns.size() > limits_.columns_max) return wrong_at(field.offset, "A table has too many columns");
        break;
      }
      case EVENHAND_TAG_ROW: {
        if (table.rows.size() >= limits_.rows_max) return wrong_at(field.offset, "A table has too many rows");
        EVENHAND_TRY(std::vector<Cell> one, row(field));
        table.rows.push_back(std::move(one));
        break;
      }
      default: return unknown_field(field, "a table");
    }
  }
  return table;
}

Result<Column> Decoder::column(const Field& group) {
  Column column;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_KIND) {
      EVENHAND_TRY(const std::uint64_t kind, number_in(field, EVENHAND_COLUMN_CODE));
      column.kind = static_cast<ColumnKind>(kind);
    } else if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(column.title, title(field));
    } else {
      return unknown_field(field, "a column");
    }
  }
  return column;
}

Result<std::vector<Cell>> Decoder::row(const Field& group) {
  std::vector<Cell> row;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag != EVENHAND_TAG_CELL) return unknown_field(field, "a row");
    if (row.size() >= limits_.columns_max) return wrong_at(field.offset, "A row has too many cells");
    EVENHAND_TRY(Cell one, cell(field));
    row.push_back(std::move(one));
  }
  return row;
}

/// What a cell's fields say, before the kind decides which of them may stand there.
struct CellFields {
  std::uint64_t kind = 0;
  std::string text, link;
  Number number;
  bool has_text = false, has_link = false, has_value = false, has_other = false;
};

Result<Cell> made_of(CellFields cell, const Field& group) {
  const bool wordy = !cell.has_value && !cell.has_other;
  switch (cell.kind) {
    case EVENHAND_CELL_TEXT:
      if (wordy && cell.has_text) return Cell(Text{std::move(cell.text), std::move(cell.link)});
      break;
    case EVENHAND_CELL_NUMBER:
      if (cell.has_value && !cell.has_text && !cell.has_link) return Cell(cell.number);
      break;
    case EVENHAND_CELL_MASKED:
      if (wordy && !cell.has_link) return Cell(Masked{std::move(cell.text)});
      break;
    default:
      if (wordy && !cell.has_link) return Cell(Missing{std::move(cell.text)});
      break;
  }
  return wrong_at(group.offset, "A cell holds what its kind does not have, or lacks what it needs");
}

Result<Cell> Decoder::cell(const Field& group) {
  EVENHAND_CHECK(count(cells_, limits_.cells_max, group, "cells"));
  CellFields cell;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    switch (field.tag) {
      case EVENHAND_TAG_KIND: { EVENHAND_TRY(cell.kind, number_in(field, EVENHAND_CELL_MISSING)); break; }
      case EVENHAND_TAG_TEXT: { EVENHAND_TRY(cell.text, text(field)); cell.has_text = true; break; }
      case EVENHAND_TAG_LINK: { EVENHAND_TRY(cell.link, title(field)); cell.has_link = true; break; }
      case EVENHAND_TAG_VALUE: { EVENHAND_TRY(cell.number.value, signed_in(field)); cell.has_value = true; break; }
      case EVENHAND_TAG_DECIMALS: {
        EVENHAND_TRY(const std::uint64_t decimals, number_in(field, 6));
        cell.number.decimals = static_cast<unsigned>(decimals);
        cell.has_other = true;
        break;
      }
      case EVENHAND_TAG_MAXIMUM: { EVENHAND_TRY(cell.number.maximum, signed_in(field)); cell.has_other = true; break; }
      default: return unknown_field(field, "a cell");
    }
  }
  return made_of(std::move(cell), group);
}

Result<Facts> Decoder::facts(const Field& group) {
  Facts facts;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_CAPTION) {
      EVENHAND_TRY(facts.caption, title(field));
    } else if (field.tag == EVENHAND_TAG_FACT) {
      EVENHAND_TRY(Fact one, fact(field));
      facts.facts.push_back(std::move(one));
    } else {
      return unknown_field(field, "a list of facts");
    }
  }
  return facts;
}

Result<Fact> Decoder::fact(const Field& group) {
  Fact fact;
  std::size_t cells = 0;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(fact.name, title(field));
    } else if (field.tag == EVENHAND_TAG_CELL && cells++ == 0) {
      EVENHAND_TRY(fact.value, cell(field));
    } else {
      return unknown_field(field, "a fact");
    }
  }
  if (cells != 1) return wrong_at(group.offset, "A fact has no value");
  return fact;
}

Result<Banner> Decoder::banner(const Field& group) {
  Banner banner;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_KIND) {
      EVENHAND_TRY(const std::uint64_t kind, number_in(field, EVENHAND_BANNER_GAP));
      banner.kind = static_cast<BannerKind>(kind);
    } else if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(banner.text, text(field));
    } else {
      return unknown_field(field, "a banner");
    }
  }
  return banner;
}

Result<Chart> Decoder::chart(const Field& group) {
  Chart chart;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    switch (field.tag) {
      case EVENHAND_TAG_KIND: {
        EVENHAND_TRY(const std::uint64_t kind, number_in(field, EVENHAND_CHART_LINE));
        chart.kind = static_cast<ChartKind>(kind);
        break;
      }
      case EVENHAND_TAG_CAPTION: { EVENHAND_TRY(chart.title, title(field)); break; }
      case EVENHAND_TAG_MAXIMUM: { EVENHAND_TRY(chart.maximum, signed_in(field)); break; }
      case EVENHAND_TAG_ALTERNATIVE: { EVENHAND_TRY(chart.alternative, text(field)); break; }
      case EVENHAND_TAG_LABEL: {
        if (chart.labels.size() >= limits_.labels_max) return wrong_at(field.offset, "A chart has too many labels");
        EVENHAND_TRY(std::string label, title(field));
        chart.labels.push_back(std::move(label));
        break;
      }
      case EVENHAND_TAG_SERIES: {
        if (chart.series.size() + 1 >= limits_.columns_max) return wrong_at(field.offset, "A chart has too many series");
        EVENHAND_TRY(Series one, series(field));
        chart.series.push_back(std::move(one));
        break;
      }
      default: return unknown_field(field, "a chart");
    }
  }
  return chart;
}

Result<Series> Decoder::series(const Field& group) {
  Series series;
  for (Fields fields(group); fields.more();) {
    EVENHAND_TRY(const Field field, fields.next());
    if (field.tag == EVENHAND_TAG_TEXT) {
      EVENHAND_TRY(series.name, title(field));
    } else if (field.tag == EVENHAND_TAG_CELL) {
      EVENHAND_TRY(Cell one, cell(field));
      series.values.push_back(std::move(one));
    } else {
      return unknown_field(field, "a series");
    }
  }
  return series;
}

}  // namespace

Result<Document> decode_untrusted(ByteView bytes, const DecodeLimits& limits) {
  EVENHAND_TRY(Document document, Decoder(limits).document(bytes));
  return checked(std::move(document));
}

}  // namespace evenhand::document
