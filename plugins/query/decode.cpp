#include "plugins/query/decode.h"

#include <algorithm>

#include "plugins/abi/input_tags.h"

namespace evenhand::query {

namespace {

Error broken() { return corrupt("these are not the bytes of a plugin's input"); }

/// Reads fields one after the other; once something is wrong it has nothing more.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool next(std::uint64_t& tag, std::string_view& value) {
    if (at_ == end_) return false;
    std::uint64_t length = 0;
    if (!varint(tag) || !varint(length) || length > static_cast<std::uint64_t>(end_ - at_)) return is_ok_ = false;
    value = std::string_view(at_, length);
    at_ += length;
    return true;
  }
  bool varint(std::uint64_t& value) {
    if (at_ != end_ && static_cast<unsigned char>(*at_) < 0x80) {  // nearly all of them
      value = static_cast<unsigned char>(*at_++);
      return true;
    }
    value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<unsigned char>(*at_++);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return true;
    }
    return is_ok_ = false;
  }
  bool is_ok() const { return is_ok_; }

 private:
  const char* at_;
  const char* end_;
  bool is_ok_ = true;
};

std::uint64_t number_in(std::string_view value, bool& is_ok) {
  std::uint64_t number = 0;
  is_ok = Reader(value).varint(number) && is_ok;
  return number;
}

class Decoder {
 public:
  Decoder(const Catalogue& types, const Names& names, Pool& pool) : pool_(pool) {
    const Names referred = referred_in(types);
    for (const auto& [type, layout] : types) {
      Table& table = input_.tables[type];
      table.layout = layout;
      for (std::size_t i = 0; i < layout.columns.size(); ++i) {
        const Column& column = layout.columns[i];
        const bool says_whose = layout.counts_people && (i == 0 || i == layout.whom);
        const bool is_wanted = says_whose || names.contains(column.name) || (column.name == "id" && (referred.contains(type) || names.contains("with_every")));
        table.places.push_back(is_wanted ? static_cast<std::uint32_t>(table.width++) : Table::kNoCell);
      }
      if (table.width == 0 && !table.places.empty()) table.places[table.width++] = 0;  // rows are counted by their cells
    }
  }

  Result<Input> decode(std::string_view bytes) {
    const std::string_view magic = EVENHAND_INPUT_MAGIC;
    if (!bytes.starts_with(magic) || bytes.size() <= magic.size() || bytes[magic.size()] != static_cast<char>(EVENHAND_INPUT_VERSION)) return broken();
    EVENHAND_CHECK(make_room(bytes.substr(magic.size() + 1)));
    Reader in(bytes.substr(magic.size() + 1));
    std::uint64_t tag = 0;
    std::string_view value;
    while (in.next(tag, value)) {
      if (tag == EVENHAND_INPUT_ASKED) input_.asked = value;
      if (tag == EVENHAND_INPUT_OPTION && !option(value)) return broken();
      if (tag == EVENHAND_INPUT_ROW && !row(value)) return broken();
    }
    if (!in.is_ok()) return broken();
    return std::move(input_);
  }

 private:
  /// The types whose rows others name by id.
  static Names referred_in(const Catalogue& types) {
    Names referred;
    for (const auto& [type, layout] : types) {
      for (std::size_t i = 1; i < layout.columns.size(); ++i) referred.insert(layout.columns[i].refers_to);
    }
    return referred;
  }

  /// Counts the rows first: one look at each is cheaper than moving all of them as they grow.
  Result<void> make_room(std::string_view bytes) {
    std::map<Table*, std::size_t> rows;
    std::size_t all = 0, cells = 0;
    std::uint64_t tag = 0, inner = 0;
    std::string_view value, type;
    for (Reader in(bytes); in.next(tag, value);) {
      if (tag != EVENHAND_INPUT_ROW || !Reader(value).next(inner, type) || inner != EVENHAND_INPUT_TYPE) continue;
      Table* table = find(type);
      if (!table) continue;
      ++rows[table];
      cells += table->width;
      if (++all > kRowsMax || cells > kCellsMax) return refused("there are more rows than a query may read", std::to_string(kRowsMax) + " rows", "Read fewer record types or fields");
    }
    for (auto& [table, count] : rows) table->cells.reserve(count * table->width);
    return {};
  }

  bool option(std::string_view group) {
    Reader in(group);
    std::uint64_t tag = 0;
    std::string_view value, name, text;
    while (in.next(tag, value)) {
      if (tag == EVENHAND_INPUT_NAME) name = value;
      if (tag == EVENHAND_INPUT_TEXT) text = value;
    }
    input_.options[std::string(name)] = text;
    return in.is_ok();
  }

  bool row(std::string_view group) {
    Reader in(group);
    std::uint64_t tag = 0;
    std::string_view value;
    Table* table = nullptr;
    Value* cells = nullptr;
    std::size_t expected = 1;
    while (in.next(tag, value)) {
      if (tag == EVENHAND_INPUT_TYPE) {
        if (table) return false;
        table = find(value);
        if (!table) return true;
        table->cells.resize(table->cells.size() + table->width);
        cells = table->cells.data() + table->cells.size() - table->width;
      } else if (!table) {
        return false;  // the host writes the type first
      } else if (tag == EVENHAND_INPUT_ID) {
        if (table->places[0] == Table::kNoCell) continue;
        cells[table->places[0]].state = State::known;
        cells[table->places[0]].text = value;
      } else if (tag == EVENHAND_INPUT_FIELD && !field(value, *table, cells, expected)) {
        return false;
      }
    }
    return in.is_ok() && table;
  }

  Table* find(std::string_view type) {
    if (last_ && last_->first == type) return &last_->second;
    const auto at = input_.tables.find(type);
    if (at == input_.tables.end()) return nullptr;
    last_ = &*at;
    return &at->second;
  }

  /// `expected`: the host writes fields in the layout's order mostly, so the next one is likely the one after the last.
  static std::size_t column_of(const Layout& layout, std::string_view name, std::size_t expected) {
    if (expected < layout.columns.size() && layout.columns[expected].name == name) return expected;
    return layout.find(name);
  }

  bool field(std::string_view group, const Table& table, Value* cells, std::size_t& expected) {
    Reader in(group);
    std::uint64_t tag = 0;
    std::string_view text;
    Value value;
    std::uint64_t state = 0;
    bool is_ok = true;
    std::size_t column = SIZE_MAX;
    bool is_disputed = false;
    while (in.next(tag, text)) {
      switch (tag) {
        case EVENHAND_INPUT_NAME:
          column = column_of(table.layout, text, expected);
          if (column == SIZE_MAX) return true;
          expected = column + 1;
          if (table.places[column] == Table::kNoCell) return true;
          break;
        case EVENHAND_INPUT_STATE: state = number_in(text, is_ok); break;
        case EVENHAND_INPUT_TEXT:
          if (value.has_number || is_disputed) return false;  // texts come before the number, versions after both
          add(value, text);
          break;
        case EVENHAND_INPUT_ALTERNATIVE:
          // A rule may have picked a value meanwhile; people see the versions until one of them decides.
          if (!is_disputed) value = Value{};
          is_disputed = true;
          add(value, text);
          break;
        case EVENHAND_INPUT_NUMBER: {
          const std::uint64_t bits = number_in(text, is_ok);
          if (value.count != 0 || is_disputed) return false;  // the host gives no number to a set
          value.number = static_cast<std::int64_t>(bits >> 1) ^ -static_cast<std::int64_t>(bits & 1);
          value.has_number = true;
          break;
        }
        case EVENHAND_INPUT_DECIMALS: {
          const std::uint64_t decimals = number_in(text, is_ok);
          if (decimals > 6) return false;
          value.decimals = static_cast<std::uint8_t>(decimals);
          break;
        }
        default: break;
      }
    }
    if (!in.is_ok() || !is_ok || column == SIZE_MAX) return false;
    if (value.has_number && value.text.empty()) value.text = pool_.keep(digits(value.number, value.decimals));
    if (value.has_number) value.state = State::known;
    if (is_disputed || (state & EVENHAND_INPUT_CONFLICTED) != 0) {
      value.state = State::conflict;
      value.has_number = false;
    }
    // A data table with hidden cells has a value: the host hid the cells one by one.
    if ((state & EVENHAND_INPUT_MASKED) != 0 && value.state == State::missing) value = nothing(State::masked);
    value.is_rounded = (state & EVENHAND_INPUT_ROUNDED) != 0;
    cells[table.places[column]] = value;
    return true;
  }

  void add(Value& value, std::string_view text) {
    auto& lists = pool_.lists();
    if (value.state == State::missing) {
      value.state = State::known;
      value.text = text;
      return;
    }
    if (value.count == 0) {
      value.number = static_cast<std::int64_t>(lists.size());
      value.count = 1;
      lists.push_back(value.text);
    }
    lists.push_back(text);
    ++value.count;
  }

  Pool& pool_;
  Input input_;
  std::pair<const std::string, Table>* last_ = nullptr;
};

}  // namespace

Names names_in(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; };
  Names names;
  while (!text.empty()) {
    std::size_t length = 0;
    while (length < text.size() && is_letter(text[length])) ++length;
    if (length > 0) names.emplace(text.substr(0, length));
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return names;
}

Result<Input> decode_untrusted(std::string_view bytes, const Catalogue& types, const Names& names, Pool& pool) {
  return Decoder(types, names, pool).decode(bytes);
}

}  // namespace evenhand::query
