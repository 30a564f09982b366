#include <algorithm>
#include <utility>
#include <array>

#include "plugins/query/parse_steps.h"

namespace evenhand::query {

std::optional<Rule> rule_from(std::string_view word) {
  struct Word {
    std::string_view word;
    Rule rule;
  };
  constexpr std::array<Word, 9> kRules = {Word{"count", Rule::count}, Word{"distinct", Rule::distinct}, Word{"sum", Rule::sum},
                                          Word{"min", Rule::min},     Word{"max", Rule::max},           Word{"oldest", Rule::min},
                                          Word{"newest", Rule::max},  Word{"first", Rule::first},       Word{"list", Rule::list}};
  for (const Word& one : kRules) {
    if (one.word == word) return one.rule;
  }
  return std::nullopt;
}

std::optional<Path> resolve(const Layout& layout, const Catalogue& catalogue, std::string_view words) {
  Path path;
  path.words = words;
  path.column = layout.find(words);
  if (path.column != SIZE_MAX) return path;
  // The longest beginning that is a column; what follows is found in the rows that it refers to.
  for (std::size_t dot = words.rfind('.'); dot != std::string_view::npos && dot > 0; dot = words.rfind('.', dot - 1)) {
    path.column = layout.find(words.substr(0, dot));
    if (path.column == SIZE_MAX) continue;
    std::string type = layout.columns[path.column].refers_to;
    std::string_view rest = words.substr(dot + 1);
    while (path.hops.size() < kHopsMax) {
      const auto at = catalogue.find(type);
      if (at == catalogue.end()) return std::nullopt;
      const std::size_t end = rest.find('.');
      const std::size_t column = at->second.find(rest.substr(0, end));
      if (column == SIZE_MAX) return std::nullopt;
      path.hops.push_back({type, column});
      if (end == std::string_view::npos) return path;
      type = at->second.columns[column].refers_to;
      rest.remove_prefix(end + 1);
    }
    return std::nullopt;
  }
  return std::nullopt;
}

std::string refers_to(const Path& path, const Layout& layout, const Catalogue& catalogue) {
  if (path.hops.empty()) return path.column < layout.columns.size() ? layout.columns[path.column].refers_to : std::string();
  const auto at = catalogue.find(path.hops.back().type);
  return at == catalogue.end() ? std::string() : at->second.columns[path.hops.back().column].refers_to;
}

void StepParser::complain(const Json& json, std::string code, const std::string& place, std::string found, std::string wanted) {
  problems_.push_back({std::move(code), json.line(), place, std::move(found), std::move(wanted)});
}

Path StepParser::path(const Json& json, const Layout& layout, const std::string& place) {
  if (json.is_string()) return path(json.text(), layout, place, json);
  complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "the name of a field");
  return {};
}

Path StepParser::path(std::string_view words, const Layout& layout, const std::string& place, const Json& json) {
  if (const auto found = resolve(layout, catalogue_, words)) return *found;
  std::string known;
  for (const Column& column : layout.columns) known += (known.empty() ? "" : ", ") + column.name;
  complain(json, "pack.unknown-field", place, "\"" + std::string(words) + "\"", "one of: " + known + " (words of your own: {\"text\": \"…\"})");
  return {};
}

std::string StepParser::text_of(const Json& json, const std::string& place) {
  if (!json.is_string()) complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "a text");
  return json.text();
}

bool StepParser::only(const Json& json, std::initializer_list<std::string_view> keys, const std::string& place) {
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (std::find(keys.begin(), keys.end(), json.keys()[i]) != keys.end()) continue;
    std::string wanted;
    for (const std::string_view key : keys) wanted += (wanted.empty() ? "" : ", ") + std::string(key);
    complain(json.items()[i], "pack.unknown-word", json_path(place, json.keys()[i]), "\"" + json.keys()[i] + "\"", "one of: " + wanted);
    return false;
  }
  return true;
}

Term StepParser::format(const Json& json, const std::string& text, const Layout& layout, const std::string& place) {
  Term term;
  term.kind = Term::Kind::text;
  std::string literal;
  std::size_t from = 0, parts = 0;
  for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', from)) {
    const std::size_t close = text.find('}', open);
    if (close == std::string::npos || parts++ == kFormatPartsMax) {
      complain(json, "pack.bad-text", place, "\"" + text + "\"", "a text in which every { has its }, with at most " + std::to_string(kFormatPartsMax) + " fields");
      return term;
    }
    literal += text.substr(from, open - from);
    const std::string part = text.substr(open + 1, close - open - 1);
    if (const auto words = word(part, json, place)) {
      literal += *words;
    } else {
      term.texts.push_back(std::exchange(literal, std::string()));
      term.fields.push_back(path(part, layout, place, json));
    }
    from = close + 1;
  }
  term.texts.push_back(literal + text.substr(from));
  return term;
}

std::optional<std::string> StepParser::word(std::string_view part, const Json& json, const std::string& place) {
  constexpr std::string_view kMark = "word ";
  if (!part.starts_with(kMark)) return std::nullopt;
  const std::string_view name = part.substr(kMark.size());
  if (const auto at = words_.find(name); at != words_.end()) return at->second;
  std::string known;
  for (const auto& [one, text] : words_) known += (known.empty() ? "" : ", ") + one;
  complain(json, "pack.unknown-word", place, "\"" + std::string(name) + "\"", known.empty() ? "a name among the report's \"words\"" : "one of the report's words: " + known);
  return std::string();
}

Term StepParser::choose(const Json& json, const Layout& layout, const std::string& place, std::size_t depth) {
  Term term;
  term.kind = Term::Kind::choose;
  const Json* yes = json.find("then");
  if (!only(json, {"if", "then", "else", "none"}, place)) return term;
  term.condition = condition(*json.find("if"), layout, json_path(place, "if"));
  if (!yes) complain(json, "pack.missing", place, "if without then", "then, and else where there is one");
  if (yes) term.yes = std::make_unique<Term>(this->term(*yes, layout, json_path(place, "then"), depth + 1));
  if (const Json* no = json.find("else")) term.otherwise = std::make_unique<Term>(this->term(*no, layout, json_path(place, "else"), depth + 1));
  return term;
}

Term StepParser::words(const Json& json, const Layout& layout, const std::string& place, std::size_t depth) {
  Term term;
  term.kind = Term::Kind::words;
  if (!only(json, {"words", "are", "else", "none"}, place)) return term;
  term.fields.push_back(path(*json.find("words"), layout, json_path(place, "words")));
  const Json* are = json.find("are");
  if (!are || !are->is_object()) complain(json, "pack.missing", place, "words without are", "\"are\": {\"no_owner\": \"Nobody is named\"}");
  for (std::size_t i = 0; are && i < are->size() && are->is_object(); ++i) {
    term.texts.push_back(are->keys()[i]);
    const std::string here = json_path(place, are->keys()[i]);
    std::string text = text_of(are->items()[i], here);
    if (text.starts_with('{') && text.ends_with('}')) text = word(std::string_view(text).substr(1, text.size() - 2), are->items()[i], here).value_or(text);
    term.texts.push_back(std::move(text));
  }
  if (const Json* other = json.find("else")) term.otherwise = std::make_unique<Term>(this->term(*other, layout, json_path(place, "else"), depth + 1));
  return term;
}

Measure StepParser::measure(const Json& json, const Layout& layout, const std::string& place) {
  Measure measure;
  if (json.is_string() && json.text() == "count") return measure;
  const auto rule = json.is_object() && json.size() == 1 ? rule_from(json.keys()[0]) : std::nullopt;
  if (!rule || *rule == Rule::count) {
    complain(json, "pack.unknown-word", place, json.is_object() && json.size() > 0 ? "\"" + json.keys()[0] + "\"" : std::string(json.kind_words()),
             "\"count\", or one of distinct, sum, min, max, oldest, newest, first, list with a field: {\"sum\": \"value\"}");
    return measure;
  }
  measure.rule = *rule;
  measure.of = path(json.items()[0], layout, json_path(place, json.keys()[0]));
  return measure;
}

Term StepParser::look_up(const Json& json, const std::string& rule, const Layout& layout, const std::string& place) {
  Term term;
  term.kind = Term::Kind::lookup;
  term.lookup = std::make_unique<Lookup>();
  Lookup& lookup = *term.lookup;
  const std::string words = text_of(*json.find(rule), json_path(place, rule));
  lookup.measure.rule = *rule_from(rule);
  const std::string also = json.find("none") ? "none" : "on";
  if (!only(json, {rule, "on", "where", also}, place)) return term;
  // A projection's name holds dots: the longest beginning that is a source counts.
  std::size_t end = words.size();
  auto source = catalogue_.find(words);
  while (source == catalogue_.end() && end != std::string::npos && end > 0) {
    end = words.rfind('.', end - 1);
    if (end != std::string::npos) source = catalogue_.find(std::string_view(words).substr(0, end));
  }
  if (source == catalogue_.end() || source->second.is_pivot) {
    complain(json, "pack.unknown-source", json_path(place, rule), "\"" + words + "\"", "a record type that the manifest reads, or a query that stands above, then a point and its field");
    return term;
  }
  lookup.source = source->first;
  const Layout& theirs = source->second;
  const bool has_field = end < words.size();
  if (lookup.measure.rule == Rule::count ? has_field : !has_field) {
    complain(json, "pack.unknown-field", json_path(place, rule), "\"" + words + "\"",
             lookup.measure.rule == Rule::count ? "the rows alone: \"" + lookup.source + "\"" : "a field of it: \"" + lookup.source + ".title\"");
    return term;
  }
  if (has_field) lookup.measure.of = path(std::string_view(words).substr(end + 1), theirs, json_path(place, rule), json);
  const Json* on = json.find("on");
  if (!on || !on->is_object()) complain(json, "pack.missing", place, "no \"on\"", "\"on\": {\"their field\": \"our field\"}");
  for (std::size_t i = 0; on && i < on->size() && on->is_object(); ++i) {
    const std::string here = json_path(json_path(place, "on"), on->keys()[i]);
    lookup.on.push_back({path(on->keys()[i], theirs, here, on->items()[i]), path(on->items()[i], layout, here)});
  }
  if (const Json* where = json.find("where")) lookup.where = condition(*where, theirs, json_path(place, "where"));
  return term;
}

namespace {

/// What a column's object is: its telling key, wherever it stands; else the first.
std::string kind_of(const Json& json) {
  for (const char* key : {"field", "plain", "points", "quarter", "year", "characters", "minus", "text"}) {
    if (json.find(key)) return key;
  }
  const auto rule = std::find_if(json.keys().begin(), json.keys().end(), [](const std::string& key) { return rule_from(key).has_value(); });
  return rule != json.keys().end() ? *rule : json.keys()[0];
}

}  // namespace

Term StepParser::term(const Json& json, const Layout& layout, const std::string& place, std::size_t depth) {
  Term term;
  if (depth > kTermDepthMax) {
    complain(json, "pack.too-deep", place, "columns more than " + std::to_string(kTermDepthMax) + " deep", "fewer within each other");
    return term;
  }
  if (json.is_string()) {
    if (json.text().find('{') != std::string::npos) return format(json, json.text(), layout, place);
    term.fields.push_back(path(json, layout, place));
    return term;
  }
  if (!json.is_object() || json.size() == 0) {
    complain(json, "pack.wrong-type", place, std::string(json.kind_words()), "a field, a text with {fields}, or an object");
    return term;
  }
  const auto one_field = [&](Term::Kind kind, std::string_view key, std::string_view also) {
    term.kind = kind;
    if (only(json, {key, also, "none"}, place)) term.fields.push_back(path(*json.find(key), layout, json_path(place, key)));
  };
  const std::string key = kind_of(json);
  if (json.find("if")) term = choose(json, layout, place, depth);
  else if (json.find("words")) term = words(json, layout, place, depth);
  else if (key == "field") one_field(Term::Kind::field, key, key);
  else if (key == "plain") one_field(Term::Kind::plain, key, key);
  else if (key == "points") one_field(Term::Kind::points, key, key);
  else if (key == "quarter" || key == "year") {
    one_field(key == "quarter" ? Term::Kind::quarter : Term::Kind::year, key, "starts");
    const Json* starts = json.find("starts");
    term.is_calendar = starts && starts->text() == "january";
    if (starts && starts->text() != "january" && starts->text() != "april") complain(*starts, "pack.unknown-word", json_path(place, "starts"), "\"" + starts->text() + "\"", "april (as when it is left out) or january");
  } else if (key == "characters") {
    one_field(Term::Kind::first, key, "first");
    const Json* length = json.find("first");
    if (!length || !length->natural() || *length->natural() == 0 || *length->natural() > 1000) complain(json, "pack.missing", place, "no \"first\"", "how many characters: {\"characters\": \"outcome\", \"first\": 1}");
    else term.length = static_cast<std::size_t>(*length->natural());
  } else if (key == "minus") {
    term.kind = Term::Kind::minus;
    const Json& both = *json.find(key);
    if (only(json, {key, "none"}, place) && both.size() == 2) {
      for (std::size_t i = 0; i < 2; ++i) term.fields.push_back(path(both.items()[i], layout, json_path(place, i)));
    } else {
      complain(json, "pack.missing", place, "minus without two fields", "{\"minus\": [\"this_year\", \"last_year\"]}");
    }
  } else if (key == "text") {
    if (only(json, {key, "none"}, place)) term = format(json, text_of(*json.find("text"), place), layout, place);
  } else if (rule_from(key)) {
    term = look_up(json, key, layout, place);
  } else {
    complain(json, "pack.unknown-word", place, "\"" + key + "\"",
             "field, text, plain, words, quarter, year, characters, points, minus, if, or a look-up: first, count, distinct, sum, min, max, oldest, newest, list");
  }
  if (const Json* none = json.find("none")) term.none = std::make_unique<Term>(none_term(*none, layout, json_path(place, "none"), depth + 1));
  return term;
}

/// A text: what people read where nothing is.
Term StepParser::none_term(const Json& json, const Layout& layout, const std::string& place, std::size_t depth) {
  return json.is_string() ? format(json, json.text(), layout, place) : term(json, layout, place, depth);
}

std::string StepParser::refers_of(const Term& term, const Layout& layout) const {
  if (term.none) return {};
  if (term.kind == Term::Kind::field && !term.fields.empty()) return refers_to(term.fields.front(), layout, catalogue_);
  const bool is_taken = term.kind == Term::Kind::lookup && (term.lookup->measure.rule == Rule::first || term.lookup->measure.rule == Rule::list);
  const auto source = is_taken ? catalogue_.find(term.lookup->source) : catalogue_.end();
  return source == catalogue_.end() ? std::string() : refers_to(term.lookup->measure.of, source->second, catalogue_);
}

}  // namespace evenhand::query
