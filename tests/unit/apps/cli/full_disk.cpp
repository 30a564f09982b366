// What runs for weeks outlives a disk that was full for a moment. The disk: a bound on how large a file of the process may become.
#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "core/os/files.h"
#include "tests/unit/apps/cli/background.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Background;
using test::Desk;
using Catch::Contains;

namespace {

/// A port that nobody listens at.
std::string free_address() {
  const int asked = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  REQUIRE(::bind(asked, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(::getsockname(asked, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  ::close(asked);
  return "127.0.0.1:" + std::to_string(ntohs(at.sin_port));
}

struct Disk {
  Disk() { std::signal(SIGXFSZ, SIG_IGN); }  // inherited: the write fails, and nobody is killed
  static void bound(pid_t process, rlim_t bytes) {
    rlimit now{};
    REQUIRE(::prlimit(process, RLIMIT_FSIZE, nullptr, &now) == 0);
    now.rlim_cur = bytes;
    REQUIRE(::prlimit(process, RLIMIT_FSIZE, &now, nullptr) == 0);
  }
  static void fill(pid_t process) { bound(process, 16 << 10); }
  static void make_room(pid_t process) { bound(process, RLIM_INFINITY); }
};

/// Calls until it goes well, half a minute long; what the last call said.
test::Ran in_step(const Desk& desk) {
  test::Ran ran;
  for (int tries = 0; tries < 60 && ran.exit != 0; ++tries) {
    if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
    ran = desk.run({"sync", "now"});
  }
  return ran;
}

}  // namespace

TEST_CASE("a hub whose disk was full for a moment calls nothing damaged, and takes in again by itself what it is given") {
  const Disk disk;
  Desk desk;
  desk.found();
  const std::string at = free_address(), config = (desk.scratch / "hub.json").string(), invitation = (desk.scratch / "i").string(), reply = (desk.scratch / "r").string();
  REQUIRE(write_file_durably(config, view_of(R"({"title": "Community hub", "data": ")" + (desk.scratch / "hub").string() + R"(", "listen": ")" + at + R"(", "metrics": ")" + free_address() + "\"}")));
  desk.good({"hub", "invite", "--to", invitation});
  desk.good({"hub", "accept", invitation, "--to", reply, "--config", config});
  desk.good({"hub", "admit", reply, "--address", at, "--yes"});
  Background hub(desk.scratch, {"hub", "serve", "--config", config});
  REQUIRE(in_step(desk).exit == 0);

  desk.good({"service", "add", "Virtual wards"});
  Disk::fill(hub.process());
  for (int i = 0; i < 2; ++i) {
    const test::Ran full = desk.run({"sync", "now"});
    INFO(full.out << full.err);
    CHECK(full.exit != 0);
    CHECK_THAT(full.out + full.err, !Contains("damaged") && !Contains("wipe"));
  }
  Disk::make_room(hub.process());
  const test::Ran again = in_step(desk);
  INFO(again.out << again.err << test::file_text(desk.scratch / "background.err"));
  CHECK(again.exit == 0);
  CHECK(hub.end() == 0);
}

TEST_CASE("a laptop that takes calls opens its workspace again after its disk was full for a moment") {
  const Disk disk;
  Desk serving, calling;
  serving.found();
  calling.good({"init", "--name", "Westfen Trust", "--short-name", "WFT"});
  const std::string at = free_address();
  {
    Background host(serving.scratch, {"--workspace", serving.workspace, "pair", "--listen", at});
    calling.good({"pair", host.first_line()});
    CHECK(host.wait() == 0);
  }
  calling.good({"space", "use", "NCT"});
  Background server(serving.scratch, {"--workspace", serving.workspace, "sync", "serve", "--listen", at});
  REQUIRE(server.address() == at);
  REQUIRE(in_step(calling).exit == 0);

  calling.good({"service", "add", "Virtual wards"});
  Disk::fill(server.process());
  CHECK(calling.run({"sync", "now"}).exit != 0);
  Disk::make_room(server.process());
  const test::Ran again = in_step(calling);
  INFO(again.out << again.err << test::file_text(serving.scratch / "background.err"));
  CHECK(again.exit == 0);
  CHECK(server.end() == 0);
  CHECK_THAT(serving.good({"service", "list"}), Contains("Virtual wards"));
}
