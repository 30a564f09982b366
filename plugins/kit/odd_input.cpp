#include "plugins/kit/odd_input.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "core/crypto/hash.h"
#include "plugins/host/input_writer.h"
#include "plugins/kit/samples.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kHugeBytes = 1'000'000;
constexpr std::size_t kLongestBytes = 65'536;  // of a text of a record
constexpr std::int64_t kOddNumbers[] = {0, -1, 1, INT64_MIN, INT64_MAX, 1'000'000'000'000};

/// Throws the dice for one input.
class Maker {
 public:
  explicit Maker(std::uint64_t seed) : dice_(seed), is_beyond_(is_beyond(seed)) {}

  std::uint64_t below(std::uint64_t bound) { return dice_.below(bound); }

  std::string text() {
    switch (dice_.below(12)) {
      case 0: return "";
      case 1: return huge_or(std::string(kLongestBytes, 'x'));
      case 2: return "\xF0\x9F\x8F\xB4\xE2\x80\x8D\xE2\x98\xA0\xEF\xB8\x8F \xE2\x80\xA8 next";  // joined pictures, a line end of Unicode
      case 3: return is_beyond_ ? "\x1B[31m red \x07" : "\n\n\t";                               // orders for a terminal
      case 4: return std::string(300, '[');
      case 5: return "2025-13-45";
      case 6: return "-0";
      default: return hostile_texts()[dice_.below(hostile_texts().size())];
    }
  }

  InputRow row(const std::string& type, const std::string& id, const std::set<std::string, std::less<>>& fields) {
    InputRow row{type, is_beyond_ && dice_.one_in(3) ? std::string("not an id") : id, {}};
    for (const std::string& name : fields) {
      if (dice_.below(5) != 0) row.fields.push_back(field(name));
    }
    // At least one of each input beyond all bounds.
    if (is_beyond_ && !has_huge_ && !row.fields.empty()) row.fields.front().texts.assign(1, huge_or(""));
    return row;
  }

  std::string id() {
    EntityId id;
    for (std::uint8_t& byte : id.bytes) byte = static_cast<std::uint8_t>(dice_.below(256));
    return id.hex();
  }

 private:
  /// One is enough: several would be more than an answer may hold.
  std::string huge_or(std::string otherwise) {
    if (!is_beyond_ || has_huge_) return otherwise;
    has_huge_ = true;
    return std::string(kHugeBytes, 'x');
  }

  /// Several of which, joined, are no longer than a text may be.
  std::string short_text() {
    const std::string made = text();
    return made.size() > kLongestBytes / 16 && !is_beyond_ ? "long" : made;
  }

  // As the host writes them: a number stands beside one text at most, and never beside several values.
  InputField field(const std::string& name) {
    InputField field{name};
    const std::uint64_t kind = dice_.below(6);
    if (kind == 0) field.state = EVENHAND_INPUT_MASKED;
    if (kind == 1) {
      field.state = EVENHAND_INPUT_CONFLICTED;
      field.alternatives = {short_text(), short_text()};
    }
    if (kind == 2 || kind == 5) field.texts = {text()};
    if (kind == 3 || kind == 4) field.texts.assign(1 + dice_.below(3), short_text());
    if (kind == 5 || kind == 2) {
      field.number = kOddNumbers[dice_.below(std::size(kOddNumbers))];
      field.decimals = static_cast<unsigned>(dice_.below(is_beyond_ ? 12 : 7));
    }
    return field;
  }

  Dice dice_;
  bool is_beyond_;
  bool has_huge_ = false;
};

}  // namespace

bool is_beyond(std::uint64_t seed) { return seed % 4 == 3; }

std::string odd_input(const Manifest& manifest, std::string_view asked, std::uint64_t seed, const OddShape& shape) {
  Maker maker(seed);
  InputWriter input(manifest, asked);
  input.option("cycle", maker.below(2) == 0 ? maker.text() : std::string(32, 'a'));
  input.option("organisation", maker.below(2) == 0 ? "" : std::string(32, 'b'));
  for (const std::string& option : shape.options) input.option(option, maker.text());
  for (const auto& [type, fields] : manifest.reads) {
    if (!shape.types.empty() && std::find(shape.types.begin(), shape.types.end(), type) == shape.types.end()) continue;
    std::vector<std::string> ids = shape.ids_of ? shape.ids_of(type) : std::vector<std::string>();
    const std::string only = maker.id();
    const std::uint64_t rows = !shape.is_one_record && maker.below(4) == 0 ? 0 : 1 + maker.below(shape.rows_most);
    for (std::uint64_t i = 0; i < rows; ++i) input.row(maker.row(type, shape.is_one_record ? only : ids.empty() ? maker.id() : ids[maker.below(ids.size())], fields));
  }
  return input.bytes();
}

std::vector<SourceRecord> odd_records(const Manifest& manifest, const ProjectionEntry& projection, std::uint64_t seed) {
  Maker maker(seed);
  const std::size_t head = input_head(manifest, projection).size();
  std::vector<SourceRecord> records;
  const std::uint64_t count = 1 + maker.below(6);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string& type = projection.on[maker.below(projection.on.size())];
    const auto reads = manifest.reads.find(type);
    if (reads == manifest.reads.end()) continue;
    const std::string id = maker.id();
    InputRow row = maker.row(type, id, reads->second);
    row.id = id;  // the host knows every record that it asks a projection about
    InputWriter writer(manifest, projection.id);
    writer.row(row);
    records.push_back({*EntityId::from_hex(id), writer.bytes().substr(head), {}, 0});
    records.back().print = sha256(view_of(records.back().row));
  }
  return records;
}

}  // namespace evenhand::plugins
