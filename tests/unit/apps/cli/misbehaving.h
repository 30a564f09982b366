/// The plugin that misbehaves, installed as people install one.
#pragma once

#include "tests/unit/apps/cli/plugin_desk.h"

namespace evenhand::test {

/// With what of it a test needs.
inline void install_misbehaving(const Desk& desk, const std::string& data_class, const std::string& reads, const std::string& contributes) {
  const fs::path folder = desk.scratch / "bad";
  fs::create_directories(folder);
  fs::copy_file(fs::path(program_path()).parent_path().parent_path() / "bad_plugins/misbehaves.so", folder / "plugin.so", fs::copy_options::overwrite_existing);
  std::ofstream(folder / "plugin.json") << R"({"id": "org.example.bad", "version": "1.0.0", "title": "Bad", "kind": "native", "sdk": {"from": 1, "to": 1}, "data_class": ")" + data_class +
                                               R"(", "reads": {)" + reads + R"(}, "limits": {"memory_mib": 64, "seconds": 1, "output_mib": 2}, "contributes": {)" + contributes + "}}";
  desk.good({"plugin", "install", folder.string(), "--yes", "--unsigned", "--consent", data_class});
}

}  // namespace evenhand::test
