#include "plugins/manifest/findings.h"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/base/near_miss.h"

namespace evenhand::plugins {

namespace {

constexpr std::size_t kQuotedBytesMax = 60;
constexpr std::size_t kListedMax = 30;

std::string cut(std::string_view text) {
  if (text.size() <= kQuotedBytesMax) return std::string(text);
  std::size_t end = kQuotedBytesMax;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

// What stands there, for a sentence: short values as they are.
std::string shown(const Json& json) {
  switch (json.kind()) {
    case Json::Kind::string: return in_quotes(json.text());
    case Json::Kind::number: return json.number_text();
    default: return std::string(json.kind_words());
  }
}

// "…line 3, column 5" at the end of a parse error's place.
std::size_t line_in(const std::string& where) {
  const std::size_t at = where.rfind("line ");
  std::size_t line = 0;
  if (at != std::string::npos) std::from_chars(where.data() + at + 5, where.data() + where.size(), line);
  return line;
}

}  // namespace

std::string in_quotes(std::string_view text) { return write_json(Json(cut(text))); }

std::string listed(const std::vector<std::string>& names) {
  if (names.empty()) return "nothing";
  std::string text = names.front();
  const std::size_t count = std::min(names.size(), kListedMax);
  for (std::size_t i = 1; i < count; ++i) text += (i + 1 == names.size() ? " or " : ", ") + names[i];
  return count < names.size() ? text + ", …" : text;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t kNamed = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kNamed); ++i) text += (i == 0 ? "" : ", ") + names[i];
  return names.size() > kNamed ? text + " and " + std::to_string(names.size() - kNamed) + " more" : text;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& known, std::string otherwise) {
  const std::string near = nearest(written, known);
  return near.empty() ? otherwise : "Did you mean \"" + near + "\"?";
}

// Letters that nobody sees, and those that turn the direction of what follows: with them a title reads as another. Joiners (U+200C,
// U+200D) stay, which Bengali and Persian write with.
bool has_hidden_letters(std::string_view text) {
  static constexpr std::string_view kHidden[] = {"\u00AD", "\u034F", "\u061C", "\u115F", "\u1160", "\u17B4", "\u17B5", "\u180B", "\u180C", "\u180D", "\u180E", "\u180F", "\u200B", "\u200E", "\u200F", "\u2028", "\u2029", "\u202A", "\u202B", "\u202C", "\u202D", "\u202E",
                                                 "\u2060", "\u2061", "\u2062", "\u2063", "\u2064", "\u2066", "\u2067", "\u2068", "\u2069", "\u206A", "\u206B", "\u206C", "\u206D", "\u206E", "\u206F", "\u3164", "\xEF\xB8\x80", "\xEF\xB8\x81", "\xEF\xB8\x82", "\xEF\xB8\x83",
                                                 "\xEF\xB8\x84", "\xEF\xB8\x85", "\xEF\xB8\x86", "\xEF\xB8\x87", "\xEF\xB8\x88", "\xEF\xB8\x89", "\xEF\xB8\x8A", "\xEF\xB8\x8B",
                                                 "\xEF\xB8\x8C", "\xEF\xB8\x8D", "\xEF\xB8\x8E", "\xEF\xB8\x8F", "\uFEFF", "\uFFA0", "\xF3\xA0"};
  return std::any_of(std::begin(kHidden), std::end(kHidden), [&](std::string_view one) { return text.find(one) != std::string_view::npos; });
}

bool is_line(std::string_view text, std::size_t bytes_max) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  for (std::size_t at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return false;  // U+0080 to U+009F
  }
  const bool is_blank = text.find_first_not_of(' ') == std::string_view::npos;
  return !is_blank && text.size() <= bytes_max && std::none_of(text.begin(), text.end(), is_control);
}

void Findings::add(Refusal refusal) {
  if (!is_full()) refusals_.push_back(std::move(refusal));
}

void Findings::refuse(std::string_view code, std::size_t line, std::string path, std::string found, std::string wanted, std::string next) {
  add({std::string(code), file_, line, std::move(path), std::move(found), std::move(wanted), std::move(next), Severity::error});
}

void Findings::warn(std::string_view code, std::size_t line, std::string path, std::string found, std::string wanted, std::string next) {
  add({std::string(code), file_, line, std::move(path), std::move(found), std::move(wanted), std::move(next), Severity::warning});
}

std::vector<Refusal> Findings::take() {
  std::stable_sort(refusals_.begin(), refusals_.end(), [](const Refusal& a, const Refusal& b) { return a.line < b.line; });
  return std::move(refusals_);
}

void refuse_text(Findings& findings, const Error& error) {
  const std::string where = error.where.empty() ? "the place" : error.where;
  findings.refuse("plugin.not-json", line_in(error.where), "", "text that cannot be read (" + error.what + ")", "one JSON object", "Mend it at " + where + ".");
}

ObjectReader::ObjectReader(Findings& findings, const Json& json, std::string path) : findings_(findings), json_(json), path_(std::move(path)) {
  if (!json_.is_object()) findings_.refuse("plugin.wrong-type", json_.line(), path_, shown(json_), "an object", "Write { } with its keys here.");
}

std::size_t ObjectReader::line_of(std::string_view key) const {
  const Json* found = json_.find(key);
  return found != nullptr ? found->line() : json_.line();
}

void ObjectReader::refuse_type(std::string_view key, const Json& found, std::string_view wanted) {
  findings_.refuse("plugin.wrong-type", found.line(), path(key), shown(found), std::string(wanted), "Write " + std::string(wanted) + " here.");
}

const Json* ObjectReader::member(std::string_view key, Presence presence, std::string_view wanted) {
  known_.emplace_back(key);
  const Json* found = json_.find(key);
  if (found == nullptr && presence == Presence::needed && is_readable()) {
    findings_.refuse("plugin.missing", json_.line(), path(key), "nothing", std::string(wanted), "Add \"" + std::string(key) + "\" here.");
  }
  return found;
}

std::string ObjectReader::line(std::string_view key, std::size_t bytes_max, Presence presence) {
  const Json* found = member(key, presence, "one line of text");
  if (found == nullptr) return "";
  if (!found->is_string()) {
    refuse_type(key, *found, "one line of text");
    return "";
  }
  if (has_hidden_letters(found->text())) {
    findings_.refuse("plugin.bad-text", found->line(), path(key), "a letter that nobody sees, or one that turns the direction", "letters that people see", "Type the text anew.");
    return "";
  }
  if (is_line(found->text(), bytes_max)) return found->text();
  const bool is_long = found->text().size() > bytes_max;
  findings_.refuse("plugin.bad-text", found->line(), path(key), is_long ? std::to_string(found->text().size()) + " bytes" : shown(*found),
                   "one line of 1 to " + std::to_string(bytes_max) + " bytes", is_long ? "Say it in fewer words." : "Write it in one line.");
  return "";
}

std::optional<std::size_t> ObjectReader::word(std::string_view key, const std::vector<std::string>& list, Presence presence) {
  const Json* found = member(key, presence, listed(list));
  if (found == nullptr) return std::nullopt;
  if (!found->is_string()) {
    refuse_type(key, *found, listed(list));
    return std::nullopt;
  }
  const auto at = std::find(list.begin(), list.end(), found->text());
  if (at != list.end()) return static_cast<std::size_t>(at - list.begin());
  findings_.refuse("plugin.unknown-word", found->line(), path(key), shown(*found), listed(list), did_you_mean(found->text(), list, "Choose one of them."));
  return std::nullopt;
}

std::int64_t ObjectReader::integer(std::string_view key, std::int64_t from, std::int64_t to, std::int64_t otherwise, std::string_view code,
                                   Presence presence) {
  const std::string wanted = "a whole number from " + std::to_string(from) + " to " + std::to_string(to);
  const Json* found = member(key, presence, wanted);
  if (found == nullptr) return otherwise;
  const auto value = found->integer();
  if (value && *value >= from && *value <= to) return *value;
  if (!found->is_number()) {
    refuse_type(key, *found, wanted);
  } else {
    findings_.refuse(code, found->line(), path(key), shown(*found), wanted, "Write a number within these bounds.");
  }
  return otherwise;
}

bool ObjectReader::flag(std::string_view key) {
  const Json* found = member(key, Presence::optional, "true or false");
  if (found == nullptr) return false;
  if (!found->is_boolean()) refuse_type(key, *found, "true or false");
  return found->boolean().value_or(false);
}

const Json* ObjectReader::object(std::string_view key, Presence presence) {
  const Json* found = member(key, presence, "an object");
  if (found == nullptr || found->is_object()) return found;
  refuse_type(key, *found, "an object");
  return nullptr;
}

const Json* ObjectReader::list(std::string_view key, std::size_t count_max, Presence presence) {
  const Json* found = member(key, presence, "a list");
  if (found == nullptr) return nullptr;
  if (!found->is_array()) {
    refuse_type(key, *found, "a list");
    return nullptr;
  }
  if (presence == Presence::needed && found->size() == 0) {
    findings_.refuse("plugin.missing", found->line(), path(key), "an empty list", "at least one item", "Name at least one.");
    return nullptr;
  }
  if (found->size() <= count_max) return found;
  findings_.refuse("plugin.too-many", found->line(), path(key), std::to_string(found->size()) + " items", "at most " + std::to_string(count_max),
                   "Take some away, or make two plugins of it.");
  return nullptr;
}

std::vector<std::string> ObjectReader::lines(std::string_view key, std::size_t count_max, std::string_view what, Presence presence) {
  std::vector<std::string> texts;
  const Json* found = list(key, count_max, presence);
  if (found == nullptr) return texts;
  for (std::size_t i = 0; i < found->size(); ++i) {
    const Json& one = found->items()[i];
    const std::string place = json_path(path(key), i);
    if (!one.is_string()) {
      findings_.refuse("plugin.wrong-type", one.line(), place, shown(one), std::string(what), "Write it between quotes.");
    } else if (std::find(texts.begin(), texts.end(), one.text()) != texts.end()) {
      findings_.refuse("plugin.twice", one.line(), place, shown(one) + " a second time", "each of them once", "Take one of the two away.");
    } else {
      texts.push_back(one.text());
    }
  }
  return texts;
}

void ObjectReader::finish() {
  if (!is_readable()) return;
  for (std::size_t i = 0; i < json_.size() && !findings_.is_full(); ++i) {
    const std::string& key = json_.keys()[i];
    if (key.starts_with("x-") || std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    findings_.refuse("plugin.unknown-key", json_.items()[i].line(), path(key), "a key that nobody reads", listed(known_),
                     did_you_mean(key, known_, "Take it away, or begin its name with \"x-\"."));
  }
}

}  // namespace evenhand::plugins
