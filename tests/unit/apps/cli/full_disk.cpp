// What runs for weeks outlives a disk that was full for a moment, and takes notice of what is new. The disk: a bound on how large a file of the process may become.
#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "core/os/files.h"
#include "core/os/workspace_lock.h"
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

/// A hub that serves what the first desk let it in to.
struct HubOfDesk {
  const Desk& desk;
  std::string at = free_address(), config = (desk.scratch / "hub.json").string();
  std::filesystem::path data = desk.scratch / "hub";

  explicit HubOfDesk(const Desk& first) : desk(first) {
    REQUIRE(write_file_durably(config, view_of(R"({"title": "Community hub", "data": ")" + data.string() + R"(", "listen": ")" + at + R"(", "metrics": ")" + free_address() + "\"}")));
    let_in(desk);
  }
  void let_in(const Desk& by) const {
    const std::string invitation = (by.scratch / "i").string(), reply = (by.scratch / "r").string();
    by.good({"hub", "invite", "--to", invitation});
    by.good({"hub", "accept", invitation, "--to", reply, "--config", config});
    by.good({"hub", "admit", reply, "--address", at, "--yes"});
  }
  Background serve() const { return Background(desk.scratch, {"hub", "serve", "--config", config}); }
  std::string said() const { return test::file_text(desk.scratch / "background.err"); }
};

/// Until the process in the background has said so, half a minute long.
bool has_said(const Desk& desk, const std::string& words) {
  for (int tries = 0; tries < 600; ++tries) {
    if (test::file_text(desk.scratch / "background.err").find(words) != std::string::npos) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

/// Somebody who always has a connection open there, and says nothing.
class QuietCaller {
 public:
  explicit QuietCaller(const std::string& at) : port_(static_cast<std::uint16_t>(std::stoi(at.substr(at.find(':') + 1)))) {
    thread_ = std::thread([this] {
      for (int before = call(); !is_over_;) {
        const int now = call();
        char answer = 0;
        while (!is_over_ && ::recv(before, &answer, 1, 0) < 0) continue;  // a byte, or the end; asked again now and then
        ::close(before);
        before = now;
      }
    });
  }
  ~QuietCaller() {
    is_over_ = true;
    thread_.join();
  }

 private:
  int call() const {
    const int asks = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval most{0, 100'000};
    ::setsockopt(asks, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    to.sin_port = htons(port_);
    (void)!::connect(asks, reinterpret_cast<sockaddr*>(&to), sizeof to);
    return asks;
  }

  std::uint16_t port_;
  std::atomic<bool> is_over_ = false;
  std::thread thread_;
};

}  // namespace

TEST_CASE("a hub whose disk was full for a moment calls nothing damaged, and takes in again by itself what it is given") {
  const Disk disk;
  Desk desk;
  desk.found();
  const HubOfDesk hub_of(desk);
  Background hub = hub_of.serve();
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
  INFO(again.out << again.err << hub_of.said());
  CHECK(again.exit == 0);
  CHECK(hub.end() == 0);
}

TEST_CASE("a hub opens its store again whoever keeps a connection open meanwhile, and goes on trying while it cannot be opened") {
  const Disk disk;
  Desk desk;
  desk.found();
  const HubOfDesk hub_of(desk);
  Background hub = hub_of.serve();
  REQUIRE(in_step(desk).exit == 0);
  for (const bool can_be_opened : {true, false}) {
    INFO("it can" << (can_be_opened ? "" : "not") << " be opened\n" << hub_of.said());
    desk.good({"service", "add", can_be_opened ? "Virtual wards" : "Maternity"});
    const QuietCaller quiet(hub_of.at);
    const std::filesystem::path store = hub_of.data / "store", away = hub_of.data / "away";
    if (!can_be_opened) {
      std::filesystem::rename(store, away);
      std::ofstream(store) << "no folder";
    }
    Disk::fill(hub.process());
    CHECK(desk.run({"sync", "now"}).exit != 0);
    Disk::make_room(hub.process());
    if (!can_be_opened) {
      CHECK(has_said(desk, store.string()));
      CHECK(desk.run({"sync", "now"}).exit != 0);
      std::filesystem::remove(store);
      std::filesystem::rename(away, store);
    }
    CHECK(in_step(desk).exit == 0);
  }
  CHECK(hub.end() == 0);
}

TEST_CASE("a hub that runs serves a further space once it has accepted it") {
  Desk desk, other;
  desk.found();
  other.found();
  const HubOfDesk hub_of(desk);
  Background hub = hub_of.serve();
  REQUIRE(in_step(desk).exit == 0);
  hub_of.let_in(other);
  const test::Ran now = in_step(other);
  INFO(now.out << now.err << hub_of.said());
  CHECK(now.exit == 0);
  CHECK(in_step(desk).exit == 0);
  CHECK(hub.end() == 0);
}

TEST_CASE("a laptop that takes calls opens its workspace again after its disk was full for a moment, once whoever took it meanwhile is done with it") {
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
  {
    const auto held = WorkspaceLock::take(std::filesystem::path(serving.workspace) / "lock", "evenhand", "another command", 30'000);
    REQUIRE(held.ok());
    Disk::make_room(server.process());
    CHECK(has_said(serving, "cannot be opened again now: the workspace is in use by evenhand another command"));
  }
  const test::Ran again = in_step(calling);
  INFO(again.out << again.err << test::file_text(serving.scratch / "background.err"));
  CHECK(again.exit == 0);

  calling.good({"service", "add", "Maternity"});
  Disk::fill(server.process());
  CHECK(calling.run({"sync", "now"}).exit != 0);
  Disk::make_room(server.process());
  {
    const auto held = WorkspaceLock::take(std::filesystem::path(serving.workspace) / "lock", "evenhand", "a long command", 30'000);
    REQUIRE(held.ok());
    CHECK(has_said(serving, "evenhand a long command"));
    CHECK(server.end() == 0);  // Ctrl-C
  }
  CHECK_THAT(serving.good({"service", "list"}), Contains("Virtual wards"));
}
