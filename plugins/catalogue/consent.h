/// What a person agrees to when a plugin is installed, in plain words.
///
/// Threads: pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// What was agreed to before, or what a new version asks for.
struct Demand {
  DataClass data_class = DataClass::none;
  /// One line for each record type, fields ascending: "evidence: text, title".
  std::vector<std::string> reads;
};
Demand demand_of(const Manifest& manifest);

/// "Reads: title and text of evidence items.", "Shows on the dashboard, of all organisations: Actions by owner.", "Cannot use the network or
/// files.", a line each; the first line is its title, version and id. What other plugins keep counts as of the class that this one declares.
/// Words of the author (titles, summaries) stand at the end of a line, and its own record types go by their name, so that no version can be
/// worded as one that asks for less.
std::string consent_text(const Manifest& manifest);

/// The lines of consent_text() that `agreed`, an earlier one, does not have; the first line is not compared. Empty: nothing new.
std::vector<std::string> other_lines(std::string_view agreed, const Manifest& asked);

/// Is `version` below `than`, both MAJOR.MINOR.PATCH? Of anything else: no.
bool is_lower_version(std::string_view version, std::string_view than);

/// The record types with the fields in `asked` that `agreed` does not have; lines as in Demand::reads. Empty: nothing new.
std::vector<std::string> widening(const Demand& agreed, const Demand& asked);

/// Must the person type it out: does it read personal or special data?
constexpr bool is_about_people(DataClass data_class) { return data_class >= DataClass::personal; }

/// The class of that name; none of them: special, so that a word from elsewhere never lowers a guard.
DataClass data_class_from(std::string_view word);

}  // namespace evenhand::plugins
