/// Inputs that no real workspace would give: odd texts, numbers at the ends of their range, disagreements and hidden values.
///
/// The same seed gives the same bytes. Threads: pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/host/record_source.h"
#include "plugins/kit/dice.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// What an odd input is made of.
struct OddShape {
  std::vector<std::string> types = {};    ///< rows of these alone; empty: of all that the manifest reads
  std::vector<std::string> options = {};  ///< names
  std::size_t rows_most = 6;              ///< of each type
  bool is_one_record = false;             ///< all rows have one id, and there is at least one
  /// Ids that records of a type may have; null, or none of that type: made up.
  std::function<std::vector<std::string>(const std::string& type)> ids_of = {};
};

/// True for one seed in four: then the input holds what no record can hold, among it a text of 1 MB. Whoever copies that cannot give an
/// answer that the host takes, so all that is asked is to survive.
bool is_beyond(std::uint64_t seed);

/// Rows of the declared types and fields, as bytes.
std::string odd_input(const Manifest& manifest, std::string_view asked, std::uint64_t seed, const OddShape& shape = {});

/// 1 to 6 records for a projection, each with an id of its own.
std::vector<SourceRecord> odd_records(const Manifest& manifest, const ProjectionEntry& projection, std::uint64_t seed);

}  // namespace evenhand::plugins
