/// A workspace with an action, and a pack beside it, for tests of plugins as people meet them.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/codec/json.h"
#include "tests/unit/apps/cli/desk.h"

namespace evenhand::test {

namespace fs = std::filesystem;

struct PluginDesk : Desk {
  PluginDesk() {
    found();
    good({"evidence", "add", "Interpreters", "--outcome", "1A"});
    good({"action", "add", "Send text messages"});
    good({"plugin", "new", "report", "Walks", "--to", folder.string()});
  }
  fs::path folder = scratch / "walks";
  std::string archive = (scratch / "walks.evhp").string();

  void change(const std::string& file, const std::string& from, const std::string& to) const {
    std::string text = file_text(folder / file);
    REQUIRE(text.find(from) != std::string::npos);
    text.replace(text.find(from), from.size(), to);
    std::ofstream(folder / file, std::ios::binary) << text;
  }
  void pack() const { good({"plugin", "pack", folder.string(), "--to", archive}); }
  void install() const { good({"plugin", "install", folder.string(), "--yes"}); }
  /// The report's file a second time, under another id: what a version may contribute more.
  void add_report() const {
    change("plugin.json", "\"reports\": [", "\"reports\": [{\"id\": \"more-walks\", \"title\": \"More walks\", \"summary\": \"More.\", \"scope\": \"one organisation\", \"source\": \"reports/walks.json\"}, ");
  }
  std::string state() const {
    const Json list = json({"plugin", "list"});
    for (const Json& one : list.items()) {
      if (one.find("plugin")->text() == "org.example.walks") return one.find("state")->text();
    }
    return "";
  }
  std::string key(const std::string& name) const {
    const std::string file = (scratch / name).string();
    good({"plugin", "key", "new", "--to", file, "--in-clear"});
    return file;
  }
};

inline bool says(const Ran& ran, const std::string& words) { return (ran.out + ran.err).find(words) != std::string::npos; }

}  // namespace evenhand::test
