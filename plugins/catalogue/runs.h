/// What the organisation knows of the runs of its installed plugins: one record of the type "plugin_run" for each plugin, computer and day.
///
/// Its counts are told at the 1st, 2nd, 4th, 8th … run and failure, so a log grows with the days of use and hardly with the looks at a page.
/// Which runs are told at all: docs/decisions/0055-installing-and-trusting-plugins.md.
/// Threads: pure; those of the model.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/engine/command.h"
#include "core/engine/model.h"
#include "plugins/host/registry.h"

namespace evenhand::plugins {

/// One plugin on one computer in one day.
struct RunCounts {
  std::int64_t runs = 0;
  std::int64_t failed = 0;   ///< killed ones too
  std::int64_t killed = 0;   ///< died, or were stopped by the host
  std::string outcome = {};  ///< how the last one that failed ended, without personal data; one line
};

struct RunDay {
  std::string plugin;
  std::string day;     ///< "2026-03-02"
  std::string device;  ///< public key, hexadecimal
};

/// As on record.
struct RunsOnRecord : RunDay, RunCounts {};

/// Those of installed plugins are; what comes with the program was agreed to with the program.
bool are_runs_on_record(const Plugin& plugin);
/// Is `now` worth another event, `told` being on record?
bool is_due(const RunCounts& told, const RunCounts& now);
/// All zero when there is no such record. Errors: those of the model.
Result<RunCounts> runs_told(const Model& model, const RunDay& of);
/// Of one plugin, the last day first. Errors: those of the model.
Result<std::vector<RunsOnRecord>> runs_on_record(const Model& model, std::string_view plugin);
/// The change that puts the counts on record, in the place of what stood there.
RecordChange runs_made(const Plugin& plugin, const RunDay& of, const RunCounts& counts);

}  // namespace evenhand::plugins
