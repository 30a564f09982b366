/// What the tests of the worker share: the bad plugins, and questions to them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "plugins/abi/plugin.h"
#include "plugins/host/input_writer.h"
#include "plugins/worker/worker.h"
#include "tests/support/program.h"

namespace evenhand::test {

inline std::filesystem::path build_folder() { return std::filesystem::path(program_path()).parent_path().parent_path(); }
inline std::filesystem::path bad_plugin(const std::string& name) { return build_folder() / "bad_plugins" / (name + ".so"); }

/// Bounds that keep the tests quick.
inline plugins::Manifest tight() {
  plugins::Manifest manifest;
  manifest.id = "org.example.bad";
  manifest.version = "1";
  manifest.kind = plugins::Kind::native;
  manifest.limits = {.memory_mib = 64, .seconds = 1, .output_mib = 2};
  manifest.reads["evidence"] = {"title"};
  return manifest;
}

inline std::shared_ptr<plugins::Runner> worker_of(const std::string& name, const plugins::Manifest& manifest = tight()) {
  const auto program = plugins::find_worker_program();
  EVENHAND_ASSERT(program.ok(), "the worker program was not built");
  auto runner = plugins::run_in_worker(manifest, bad_plugin(name), *program);
  EVENHAND_ASSERT(runner.ok(), runner ? "" : runner.error().sentence().c_str());
  return std::move(runner).value();
}

inline std::string question(const std::string& asked) {
  const plugins::Manifest manifest = tight();
  return plugins::InputWriter(manifest, asked).bytes();
}

inline Result<std::string> ask(plugins::Runner& runner, const std::string& asked) { return runner.run(EVENHAND_ABILITY_EXPORT, question(asked)); }

/// The answer, or after "refused: " the sentence why there is none.
inline std::string said(plugins::Runner& runner, const std::string& asked) {
  const auto answer = ask(runner, asked);
  if (answer) return *answer;
  return std::string(to_word(answer.error().code)) + ": " + answer.error().what;
}

inline bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace evenhand::test
