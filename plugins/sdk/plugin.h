/// Makes a plugin out of plain functions over Input.
///
///     sdk::Document walks(const sdk::Input& input) { ... }
///     constexpr sdk::Contribution kAll[] = {sdk::report<walks>("walks")};
///     EVENHAND_NATIVE_PLUGIN(kAll)
///
/// The plugin.json beside it says who the plugin is, what it reads and what else people should know (docs/plugin-guide.md).
/// Nothing runs before main: the host calls the entry function by name. No exception crosses: what a function throws
/// becomes a sentence for the host. Standard library only.
#pragma once

#include <exception>
#include <iterator>
#include <string>
#include <string_view>

#include "plugins/abi/plugin.h"
#include "plugins/sdk/document.h"
#include "plugins/sdk/input.h"
#include "plugins/sdk/rows.h"

namespace evenhand::sdk {

/// One thing that a plugin does, under the id that plugin.json gives it.
struct Contribution {
  std::string_view ability;
  std::string_view id;
  std::string (*run)(const Input&);
};

template <Document (*make)(const Input&)>
constexpr Contribution report(std::string_view id) {
  return {EVENHAND_ABILITY_REPORT, id, [](const Input& input) { return make(input).bytes(); }};
}
/// A map: rows of changed records in; rows out, each under the id of the record that it was made from.
template <Rows (*make)(const Input&)>
constexpr Contribution projection(std::string_view id) {
  return {EVENHAND_ABILITY_PROJECTION, id, [](const Input& input) { return make(input).bytes(); }};
}
/// The proposed change is the first row; the answer is rows of type "finding": field, severity (error, warning), text.
template <Rows (*make)(const Input&)>
constexpr Contribution validator(std::string_view id) {
  return {EVENHAND_ABILITY_VALIDATOR, id, [](const Input& input) { return make(input).bytes(); }};
}
template <Rows (*make)(const Input&)>
constexpr Contribution exporter(std::string_view id) {
  return {EVENHAND_ABILITY_EXPORT, id, [](const Input& input) { return make(input).bytes(); }};
}
/// The answer is rows of record types: with an id a change, without one a new record. The engine decides about each.
template <Rows (*make)(const Input&)>
constexpr Contribution command(std::string_view id) {
  return {EVENHAND_ABILITY_COMMAND, id, [](const Input& input) { return make(input).bytes(); }};
}

namespace border {

inline int32_t fail(const evenhand_sink* out, const char* sentence) {
  out->fail(out->host, sentence);
  return 1;
}

/// Runs the contribution that the input asks for; whatever it throws becomes a sentence.
template <std::size_t count>
int32_t run(const Contribution (&all)[count], std::string_view ability, const std::uint8_t* bytes, std::size_t length,
            const evenhand_sink* out) noexcept {
  try {
    const Input input(std::string_view(reinterpret_cast<const char*>(bytes), length));
    for (const Contribution& one : all) {
      if (one.ability != ability || one.id != input.asked()) continue;
      const std::string answer = one.run(input);
      return out->write(out->host, reinterpret_cast<const std::uint8_t*>(answer.data()), answer.size());
    }
    return fail(out, "this plugin contributes nothing of that name");
  } catch (const std::exception& error) {
    return fail(out, error.what());
  } catch (...) {
    return fail(out, "it stopped without saying why");
  }
}

}  // namespace border
}  // namespace evenhand::sdk

/// Defines the entry function `entry` of a plugin that contributes `all`, an array of Contribution.
#define EVENHAND_PLUGIN_OF(entry, all)                                                                               \
  namespace {                                                                                                        \
  template <int number>                                                                                              \
  const evenhand_ability* entry##_ability(const char* wanted, const char* name) noexcept {                           \
    static const evenhand_ability kAbility = {                                                                       \
        sizeof(evenhand_ability), [](const uint8_t* input, size_t length, const evenhand_sink* out) noexcept -> int32_t { \
          constexpr const char* kNames[] = {EVENHAND_ABILITY_REPORT, EVENHAND_ABILITY_PROJECTION,                    \
                                            EVENHAND_ABILITY_VALIDATOR, EVENHAND_ABILITY_EXPORT,                     \
                                            EVENHAND_ABILITY_COMMAND};                                               \
          return ::evenhand::sdk::border::run(all, kNames[number], input, length, out);                              \
        }};                                                                                                          \
    return std::string_view(wanted) == name ? &kAbility : nullptr;                                                   \
  }                                                                                                                  \
  const evenhand_ability* entry##_find(const char* name) noexcept {                                                  \
    if (const auto* found = entry##_ability<0>(name, EVENHAND_ABILITY_REPORT)) return found;                         \
    if (const auto* found = entry##_ability<1>(name, EVENHAND_ABILITY_PROJECTION)) return found;                     \
    if (const auto* found = entry##_ability<2>(name, EVENHAND_ABILITY_VALIDATOR)) return found;                      \
    if (const auto* found = entry##_ability<3>(name, EVENHAND_ABILITY_EXPORT)) return found;                         \
    return entry##_ability<4>(name, EVENHAND_ABILITY_COMMAND);                                                       \
  }                                                                                                                  \
  }                                                                                                                  \
  extern "C" __attribute__((visibility("default"))) const evenhand_plugin* entry(void) {                             \
    static const evenhand_plugin kPlugin = {sizeof(evenhand_plugin), EVENHAND_PLUGIN_ABI, entry##_find};             \
    return &kPlugin;                                                                                                 \
  }

/// A plugin in a shared library of its own.
#define EVENHAND_NATIVE_PLUGIN(all) EVENHAND_PLUGIN_OF(evenhand_plugin_1, all)
