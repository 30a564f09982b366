/// Two trusts that share a space and exchange by files, for tests of the command line.
///
/// Threads: one.
#pragma once

#include "tests/unit/apps/cli/desk.h"

namespace evenhand::test {

/// They share a space founded beside the first one's own; what they write goes by file.
struct Neighbours {
  Desk host;
  Desk guest;
  int files = 0;

  Neighbours() {
    host.found();
    host.good({"space", "add", "Second space"});
    host.good({"space", "use", "Second space"});
    host.good({"cycle", "add", "EDS joint"});
    guest.good({"init", "--name", "Westfen Trust", "--short-name", "WFT", "--device", "Westfen laptop"});
    const std::string invitation = (host.scratch / "invitation").string();
    const std::string reply = (host.scratch / "reply").string();
    host.good({"partner", "invite", "--to", invitation});
    guest.good({"join", invitation, "--to", reply, "--device", "Westfen laptop"});
    host.good({"partner", "admit", reply, "--yes"});
    carry(host, guest);
    guest.good({"space", "use", "Second space"});
  }
  void carry(const Desk& from, const Desk& to, const std::string& how = "") {
    const std::string file = (host.scratch / ("carried-" + std::to_string(++files))).string();
    std::vector<std::string> send = {"sync", "send", "--to", file};
    if (!how.empty()) send.push_back(how);
    from.good(send);
    const auto ran = to.run({"sync", "receive", file});
    INFO(ran.out << ran.err);
    CHECK((ran.exit == 0 || ran.exit == 4));
  }
  /// An evidence item of the host's own, shared; the letters of its copy.
  std::string shared() {
    host.good({"evidence", "add", "Interpreters", "--outcome", "1A", "--text", "By phone.", "--cycle", "EDS joint"});
    share();
    return guest.json({"evidence", "list"}).items()[0].find("short_id")->text();
  }
  void share() {
    host.good({"share", "copy", "Interpreters"});
    carry(host, guest);
  }
};

}  // namespace evenhand::test
