// One laptop's key on two machines, as every desk of a shared space learns of it.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

namespace {

/// A host, a guest in its space, and a copy of the guest's folder on another machine; what they write goes by file.
struct Machines {
  Desk host;
  Desk guest;
  Desk copy;
  int files = 0;

  Machines() {
    host.found();
    guest.good({"init", "--name", "Westfen Trust", "--short-name", "WFT", "--device", "Westfen laptop"});
    const std::string invitation = (host.scratch / "invitation").string();
    const std::string reply = (host.scratch / "reply").string();
    host.good({"partner", "invite", "--to", invitation});
    guest.good({"join", invitation, "--to", reply, "--device", "Westfen laptop"});
    host.good({"partner", "admit", reply, "--yes"});
    (void)receive(host, guest);
    const auto spaces = guest.json({"space", "list"});
    for (const Json& space : spaces.items()) {
      if (!space.find("current")->boolean().value_or(true)) guest.good({"space", "use", space.find("space")->text()});
    }
    std::filesystem::copy(guest.workspace, copy.workspace, std::filesystem::copy_options::recursive);
  }
  /// What the receiver says beside its answer.
  std::string receive(const Desk& from, const Desk& to) {
    const std::string file = (host.scratch / ("stick-" + std::to_string(++files))).string();
    from.good({"sync", "send", "--to", file});
    const auto ran = to.run({"sync", "receive", file});
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return ran.err;
  }
};

}  // namespace

TEST_CASE("a partner's laptop that was copied and is used on both machines is named at every desk after the exchange, until it is removed") {
  Machines all;
  all.guest.good({"service", "add", "Virtual wards"});
  all.copy.good({"service", "add", "Dental care"});
  CHECK_THAT(all.receive(all.guest, all.host), !Contains("ALARM"));
  CHECK_THAT(all.receive(all.copy, all.host), Contains("ALARM: Westfen Trust, Westfen laptop wrote two different pasts"));
  for (const Desk* own : {&all.guest, &all.copy}) {
    CHECK_THAT(all.receive(all.host, *own), Contains("ALARM: Westfen Trust, Westfen laptop (this one) wrote two different pasts"));
    CHECK_THAT(own->good({"status"}), Contains("Alarm    Westfen Trust, Westfen laptop (this one)"));
    CHECK_THAT(own->good({"log", "verify"}), Contains("ALARM  Westfen Trust, Westfen laptop (this one)"));
  }
  CHECK_THAT(all.host.good({"status"}), Contains("Alarm    Westfen Trust, Westfen laptop wrote two different pasts"));
  CHECK_THAT(all.host.good({"service", "list"}), Contains("Virtual wards") && Contains("Dental care"));
  all.host.good({"partner", "remove", "Westfen laptop", "--yes"});
  CHECK_THAT(all.host.good({"status"}), !Contains("Alarm"));
}

TEST_CASE("what came by file is not only on this laptop, and what goes out by file is until an answer says that it came") {
  Machines all;
  const std::int64_t before = all.guest.json({"status"}).find("only_here")->integer().value_or(-1);
  all.host.good({"service", "add", "Virtual wards"});
  (void)all.receive(all.host, all.guest);
  CHECK(all.guest.json({"status"}).find("only_here")->integer() == before);
  all.guest.good({"service", "add", "Dental care"});
  CHECK(all.guest.json({"status"}).find("only_here")->integer() == before + 1);
  CHECK(all.guest.json({"status"}).find("only_here_shared")->integer() == 1);
  (void)all.receive(all.guest, all.host);
  CHECK(all.guest.json({"status"}).find("only_here_shared")->integer() == 1);  // sent, and nobody knows whether it came
  (void)all.receive(all.host, all.guest);
  CHECK(all.guest.json({"status"}).find("only_here_shared")->integer() == 0);
}

TEST_CASE("a partner's laptop that moved to another machine raises no alarm anywhere") {
  Machines all;
  all.copy.good({"service", "add", "Dental care"});
  CHECK_THAT(all.receive(all.copy, all.host), !Contains("ALARM"));
  all.copy.good({"service", "add", "Virtual wards"});
  CHECK_THAT(all.receive(all.copy, all.host), !Contains("ALARM"));
  CHECK_THAT(all.host.good({"status"}), !Contains("Alarm"));
  CHECK_THAT(all.copy.good({"status"}), !Contains("Alarm"));
}
