#include "plugins/kit/samples.h"

#include <algorithm>

#include "core/base/embedded.h"

namespace evenhand::plugins {

namespace {

constexpr std::string_view kTokenStart = "Canary";
constexpr std::size_t kExamples = 3;  // of each type that the plugin declares

Result<SampleModel> embedded_model(const char* path) {
  const auto text = embedded_file(path);
  EVENHAND_ASSERT(text.has_value(), "a sample was not linked in");
  SampleModel model;
  EVENHAND_CHECK(model.add_text(path, *text));
  return model;
}

bool is_text(const FieldSpec& field) { return field.type == FieldType::word || field.type == FieldType::prose; }
bool is_set_up(const RecordSpec& spec) { return spec.name == "cycle" || spec.name == "framework" || spec.name == "policy"; }

void make_hostile(SampleModel& model) {
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

Result<SampleModel> sample_called(std::string_view name, const OwnTypes& own) {
  static const std::map<std::string, const char*, std::less<>> kFiles = {{"small", "data/samples/small.json"},
                                                                         {"three-trusts", "data/demonstration/fenmarsh-2025-26.json"},
                                                                         {"empty", "data/samples/empty.json"},
                                                                         {"hostile", "data/samples/small.json"}};
  const auto file = kFiles.find(name);
  if (file == kFiles.end()) return not_found("there is no sample called \"" + std::string(name) + "\"", "", "Choose small, three-trusts, empty or hostile.");
  EVENHAND_TRY(SampleModel model, embedded_model(file->second));
  for (const RecordSpec* type : own) {
    for (std::size_t i = 0; i < kExamples && name != "empty"; ++i) model.add_example(*type, i);
  }
  if (name == "hostile") make_hostile(model);
  return model;
}

Canaries canaries(const OwnTypes& own) {
  auto small = sample_called("small", own);
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

std::set<std::string> tokens_in(const Canaries& canaries, std::string_view bytes) {
  const std::size_t length = token_of(0).size();
  std::set<std::string> found;
  for (std::size_t at = bytes.find(kTokenStart); at != std::string_view::npos; at = bytes.find(kTokenStart, at + 1)) {
    const std::string token(bytes.substr(at, length));
    if (canaries.places.contains(token)) found.insert(token);
  }
  return found;
}

}  // namespace evenhand::plugins
