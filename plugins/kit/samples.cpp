#include "plugins/kit/samples.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>

#include "core/base/embedded.h"
#include "plugins/host/input_writer.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kTokenStart = "Canary";

Result<SampleModel> embedded_model(const char* path) {
  const auto text = embedded_file(path);
  EVENHAND_ASSERT(text.has_value(), "a sample was not linked in");
  SampleModel model;
  EVENHAND_CHECK(model.add_text(path, *text));
  return model;
}

const std::vector<std::string>& hostile_texts() {
  static const std::vector<std::string> kAll = {
      "<script>alert(1)</script>",
      "=HYPERLINK(\"http://example.org\";\"x\")",
      "\xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7 \xE2\x80\xAE" "dednammoc",  // Arabic, then a mark that turns the direction
      "](http://example.org) **bold",
      "{{actions}} {{#each}} ${x} %s %n",
      "\"; DROP TABLE x; --",
      "a\tb",
      std::string(250, 'W'),
  };
  return kAll;
}

bool is_text(const FieldSpec& field) { return field.type == FieldType::word || field.type == FieldType::prose; }
bool is_set_up(const RecordSpec& spec) { return spec.name == "cycle" || spec.name == "framework" || spec.name == "policy"; }

Result<SampleModel> hostile() {
  EVENHAND_TRY(SampleModel model, embedded_model("data/samples/small.json"));
  std::size_t next = 0;
  for (const Record& record : std::vector<Record>(model.all())) {
    if (is_set_up(record.spec())) continue;
    for (const FieldSpec& field : record.spec().fields) {
      const std::string& text = hostile_texts()[next++ % hostile_texts().size()];
      if (!is_text(field) && field.type != FieldType::words) continue;
      const Value value = is_text(field) ? Value(text) : Value(std::vector<std::string>{text});
      if (!model.set(record.id(), field.name, value)) continue;  // some are too odd even for the engine
      if (is_text(field) && next % 3 == 0) model.add_conflict(record.id(), field.name, std::string("=1+1"));
    }
  }
  return model;
}

std::string token_of(std::size_t number) {
  std::string token(kTokenStart);
  for (int i = 0; i < 3; ++i, number /= 26) token += static_cast<char>('a' + number % 26);
  return token + "q";
}

}  // namespace

const std::vector<std::string>& sample_names() {
  static const std::vector<std::string> kNames = {"small", "three-trusts", "empty", "hostile"};
  return kNames;
}

Result<SampleModel> sample_called(std::string_view name) {
  if (name == "small") return embedded_model("data/samples/small.json");
  if (name == "three-trusts") return embedded_model("data/demonstration/fenmarsh-2025-26.json");
  if (name == "empty") return embedded_model("data/samples/empty.json");
  if (name == "hostile") return hostile();
  return not_found("there is no sample called \"" + std::string(name) + "\"", "", "Choose small, three-trusts, empty or hostile.");
}

Canaries canaries() {
  auto small = embedded_model("data/samples/small.json");
  EVENHAND_ASSERT(small.ok(), "the small sample does not load");
  Canaries made{std::move(small).value(), {}};
  for (const RecordSpec& spec : vocabulary()) {
    const bool is_there = std::any_of(made.model.all().begin(), made.model.all().end(), [&](const Record& one) { return one.spec().name == spec.name; });
    if (!is_there && !is_set_up(spec)) made.model.add_blank(spec);
  }
  std::map<std::string, std::string> token_at;
  for (const Record& record : std::vector<Record>(made.model.all())) {
    if (is_set_up(record.spec())) continue;
    for (const FieldSpec& field : record.spec().fields) {
      if (!is_text(field) && field.type != FieldType::words) continue;
      const std::string place = std::string(record.spec().name) + "." + std::string(field.name);
      std::string& token = token_at[place];
      if (token.empty()) token = token_of(made.places.size());
      made.places[token] = place;
      const Result<void> done = made.model.set(record.id(), field.name, is_text(field) ? Value(token) : Value(std::vector<std::string>{token}));
      EVENHAND_ASSERT(done.ok(), "a token is one word");
    }
  }
  return made;
}

std::vector<std::string> tokens_in(const Canaries& canaries, std::string_view bytes) {
  const std::size_t length = token_of(0).size();
  std::set<std::string> found;
  for (std::size_t at = bytes.find(kTokenStart); at != std::string_view::npos; at = bytes.find(kTokenStart, at + 1)) {
    const std::string token(bytes.substr(at, length));
    if (canaries.places.contains(token)) found.insert(token);
  }
  return {found.begin(), found.end()};
}

namespace {

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed, the same oddities on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) % bound;
  }

 private:
  std::uint64_t state_;
};

std::string odd_text(Dice& dice) {
  switch (dice.below(12)) {
    case 0: return "";
    case 1: return std::string(200'000, 'x');  // three times the longest text of a record; several of them still fit a document
    case 2: return "\xF0\x9F\x8F\xB4\xE2\x80\x8D\xE2\x98\xA0\xEF\xB8\x8F \xE2\x80\xA8 next";  // joined pictures, a line end of Unicode
    case 3: return "\x1B[31m red \x07";  // orders for a terminal
    case 4: return std::string(300, '[');
    case 5: return "2025-13-45";
    case 6: return "-0";
    default: return hostile_texts()[dice.below(hostile_texts().size())];
  }
}

InputField odd_field(const std::string& name, Dice& dice) {
  InputField field{name};
  const std::uint64_t kind = dice.below(6);
  if (kind == 0) field.state = EVENHAND_INPUT_MASKED;
  if (kind == 1) {
    field.state = EVENHAND_INPUT_CONFLICTED;
    field.alternatives = {odd_text(dice), odd_text(dice)};
  }
  if (kind >= 2) field.texts.assign(1 + dice.below(3), odd_text(dice));
  if (kind == 5 || kind == 2) {
    constexpr std::int64_t kOdd[] = {0, -1, 1, INT64_MIN, INT64_MAX, 1000000000000};
    field.number = kOdd[dice.below(std::size(kOdd))];
    field.decimals = static_cast<unsigned>(dice.below(8));
  }
  return field;
}

}  // namespace

std::string odd_input(const Manifest& manifest, std::string_view asked, std::uint64_t seed) {
  Dice dice(seed);
  InputWriter input(manifest, asked);
  input.option("cycle", dice.below(2) == 0 ? odd_text(dice) : std::string(32, 'a'));
  input.option("organisation", dice.below(2) == 0 ? "" : std::string(32, 'b'));
  for (const auto& [type, fields] : manifest.reads) {
    const std::uint64_t rows = dice.below(4) == 0 ? 0 : 1 + dice.below(6);
    for (std::uint64_t i = 0; i < rows; ++i) {
      InputRow row{type, dice.below(3) == 0 ? std::string("not an id") : std::string(32, static_cast<char>('a' + i)), {}};
      for (const std::string& field : fields) {
        if (dice.below(5) != 0) row.fields.push_back(odd_field(field, dice));
      }
      input.row(row);
    }
  }
  return input.bytes();
}

}  // namespace evenhand::plugins
