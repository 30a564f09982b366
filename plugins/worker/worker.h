/// Runs a native plugin in a process of its own: no network, no files, bounded memory, processor time and output.
///
/// The process is started when it is first asked and kept for further calls. When it dies, takes too long or writes too
/// much it is killed, the call fails with a sentence, and the next call starts a new one. Nothing is tried twice.
/// Where it took too long because the computer was busy the call is unavailable, which is no fault of the plugin's and counts as no death.
/// A process that was started within run_giving_way() answers only calls from there, and one that was not only others.
/// What the plugin printed meanwhile stands, bounded and made harmless, in the sentence of a call that failed.
/// Frames, limits and what the process may still do: docs/formats/worker.md.
/// Threads: as Runner.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>

#include "plugins/host/runner.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::plugins {

inline constexpr std::size_t kLibraryBytesMax = std::size_t{64} << 20;

/// `library`: the bytes of the plugin's shared library: those that were trusted are those that are loaded, whatever happens to
/// the file. `program`: our worker program. Nothing is started yet.
/// Errors: refused (no shared library for this kind of computer, too large), unavailable.
Result<std::shared_ptr<Runner>> run_bytes_in_worker(const Manifest& manifest, std::string_view library, const std::filesystem::path& program);

/// The same with a library as its file stands now. Errors: also not_found.
Result<std::shared_ptr<Runner>> run_in_worker(const Manifest& manifest, const std::filesystem::path& library,
                                              const std::filesystem::path& program);

/// The worker program that belongs to this one: beside it, or in ../libexec/evenhand. Errors: not_found.
Result<std::filesystem::path> find_worker_program();
/// The same for a program that stands in `folder`.
Result<std::filesystem::path> find_worker_program(const std::filesystem::path& folder);

}  // namespace evenhand::plugins
