/// A native plugin played by a function of the test, in a folder such as an author has.
#pragma once

#include <catch2/catch.hpp>
#include <algorithm>
#include <fstream>
#include <functional>

#include "plugins/kit/checks.h"
#include "plugins/kit/samples.h"
#include "plugins/pack/pack.h"
#include "plugins/sdk/input.h"
#include "plugins/sdk/rows.h"
#include "tests/support/scratch.h"

namespace evenhand::test {

/// What it throws is its sentence, as in the SDK; what throws Died is a process that is gone.
struct Died {};

class Played : public plugins::Runner {
 public:
  using Make = std::function<Result<std::string>(const sdk::Input&)>;
  explicit Played(Make make) : make_(std::move(make)) {}
  Result<std::string> run(std::string_view, std::string_view input) override {
    try {
      return make_(sdk::Input(input));
    } catch (const std::exception& error) {
      return refused(error.what());
    } catch (const Died&) {
      ++deaths_;
      return refused("it crashed");
    }
  }
  std::size_t deaths() const override { return deaths_; }

 private:
  Make make_;
  std::size_t deaths_ = 0;
};

inline plugins::Runners played(Played::Make make) {
  return {plugins::open_pack, [make](const plugins::Manifest&, const plugins::PluginFiles&) -> Result<std::shared_ptr<plugins::Runner>> {
            return std::shared_ptr<plugins::Runner>(std::make_shared<Played>(make));
          }};
}

inline void write(const std::filesystem::path& folder, const plugins::PluginFiles& files) {
  for (const auto& [name, bytes] : files) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
}

using Results = std::vector<plugins::CheckResult>;

inline const plugins::CheckResult* find_failed(const Results& results, const std::string& check) {
  const auto at = std::find_if(results.begin(), results.end(), [&](const auto& one) { return one.check == check && one.verdict == plugins::Verdict::failed; });
  return at == results.end() ? nullptr : &*at;
}
inline bool has_failed(const Results& results, const std::string& check) { return find_failed(results, check) != nullptr; }

/// All of what failed, for tests in which nothing may, or one thing alone.
inline std::string failures_of(const Results& results) {
  std::string all;
  for (const auto& one : results) {
    if (one.verdict == plugins::Verdict::failed) all += one.check + " (" + one.about + "): " + one.text + "\n";
  }
  return all;
}

/// A folder whose plugin.json reads actions and contributes this.
struct AuthorsDesk {
  Scratch scratch;
  std::string data_class = "free text";
  std::string reads = R"("action": ["text", "leads", "due", "status", "organisation"])";
  std::string contributes;

  explicit AuthorsDesk(std::string what) : contributes(std::move(what)) {}

  Results run(const Played::Make& make, plugins::CheckOptions options = {}) const {
    write(scratch.folder(), {{"plugin.json", R"({"id": "org.example.walks", "version": "1.0.0", "title": "Walks", "summary": "What a test plays.", "kind": "native",
      "sdk": {"from": 1, "to": 1}, "data_class": ")" + data_class + R"(", "reads": {)" + reads + R"(}, "contributes": {)" + contributes + "}}"}});
    const auto bench = plugins::Workbench::open(scratch.folder(), played(make));
    INFO((bench ? "" : bench.error().sentence()));
    REQUIRE(bench.ok());
    const auto results = plugins::run_checks(*bench, options);
    INFO((results ? "" : results.error().sentence()));
    REQUIRE(results.ok());
    return *results;
  }
  /// The golden files are taken as they come: all else is what the test is about.
  Results accepted(const Played::Make& make) const {
    plugins::CheckOptions options;
    options.accept = true;
    options.odd_inputs = 24;
    return run(make, options);
  }
};

}  // namespace evenhand::test
