/// Runs a native plugin in a process of its own: no network, no files, bounded memory, processor time and output.
///
/// The process is started when it is first asked and kept for further calls. When it dies, takes too long or writes too
/// much it is killed, the call fails with a sentence, and the next call starts a new one.
#pragma once

#include <filesystem>
#include <memory>

#include "plugins/host/runner.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

/// `library`: the plugin's shared library; `program`: our worker program. Nothing is started yet.
Result<std::shared_ptr<Runner>> run_in_worker(const Manifest& manifest, const std::filesystem::path& library,
                                              const std::filesystem::path& program);

/// The worker program that belongs to this one: beside it, or in ../libexec/evenhand. Errors: not_found.
Result<std::filesystem::path> find_worker_program();

}  // namespace evenhand::plugins
