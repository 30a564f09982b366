// Letting a partner in by files, as two people at two desks do it.
#include <catch2/catch.hpp>
#include <unistd.h>

#include <csignal>

#include "apps/cli/session.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;

namespace {

std::string fingerprint_in(const std::string& said) {
  const std::size_t at = said.find("fingerprint ");
  REQUIRE(at != std::string::npos);
  return said.substr(at + 12, 9);
}

}  // namespace

TEST_CASE("both desks show the same eight letters for invitation and reply, and the partner is listed once it is let in") {
  Desk host;
  Desk guest;
  host.found();
  guest.good({"init", "--name", "Westfen", "--device", "Westfen laptop"});
  const std::string invitation = (host.scratch / "invitation").string();
  const std::string reply = (host.scratch / "reply").string();
  const std::string written = fingerprint_in(host.good({"partner", "invite", "--to", invitation}));
  const auto joined = guest.run({"join", invitation, "--to", reply, "--device", "Westfen laptop"});
  REQUIRE(joined.exit == 0);
  CHECK(fingerprint_in(joined.err) == written);
  const auto asked = host.run({"partner", "admit", reply});
  CHECK(asked.exit == 2);  // nobody confirmed
  CHECK(fingerprint_in(asked.err) == fingerprint_in(joined.out));
  CHECK(host.json({"partner", "list"}).size() == 1);
  host.good({"partner", "admit", reply, "--yes"});
  const Json list = host.json({"partner", "list"});
  REQUIRE(list.size() == 2);
  CHECK(guest.json({"space", "list"}).size() == 4);
  host.good({"partner", "remove", "Westfen", "--yes"});
  CHECK(host.good({"partner", "list"}).find("removed") != std::string::npos);
}

TEST_CASE("sync send that was stopped by Ctrl-C ends with 130 and leaves no file") {
  Desk host;
  Desk guest;
  host.found();
  guest.good({"init", "--name", "Westfen"});
  const std::string invitation = (host.scratch / "invitation").string();
  const std::string reply = (host.scratch / "reply").string();
  const std::string stick = (host.scratch / "stick").string();
  host.good({"partner", "invite", "--to", invitation});
  guest.good({"join", invitation, "--to", reply, "--device", "Westfen laptop"});
  host.good({"partner", "admit", reply, "--yes"});
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // Ctrl-C once heard stays heard in a process
    (void)cli::was_stopped();
    ::raise(SIGINT);
    std::istringstream in;
    std::ostringstream out, err;
    cli::Console console{in, out, err};
    const char* const words[] = {"evenhand", "--workspace", host.workspace.c_str(), "sync", "send", "--to", stick.c_str()};
    ::_exit(cli::run(std::size(words), words, console));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WEXITSTATUS(status) == 130);
  CHECK_FALSE(std::filesystem::exists(stick));
  host.good({"sync", "send", "--to", stick});
}

TEST_CASE("a further laptop starts from an invitation of its organisation and from no other") {
  Desk host;
  Desk second;
  host.found();
  const std::string invitation = (host.scratch / "invitation").string();
  const std::string reply = (host.scratch / "reply").string();
  host.good({"partner", "invite", "--to", invitation});
  CHECK(second.run({"init", "--join", invitation, "--to", reply}).exit == 2);
  const auto again = host.run({"partner", "invite", "--to", invitation, "--same-organisation"});
  CHECK(again.exit == 2);
  CHECK(again.err.find("something under this name already") != std::string::npos);
  std::filesystem::remove(invitation);
  host.good({"partner", "invite", "--to", invitation, "--same-organisation"});
  CHECK(second.run({"init", "--join", invitation}).exit == 2);
  second.good({"init", "--join", invitation, "--to", reply, "--device", "Board laptop"});
  CHECK(host.json({"partner", "admit", reply, "--yes"}).find("spaces")->number_text() == "3");
  CHECK(second.run({"cycle", "add", "EDS 2025/26"}).exit == 7);  // nothing has come yet
  const auto status = second.run({"status"});
  CHECK(status.exit == 5);
  CHECK(status.err.find("nothing has come yet") != std::string::npos);
}

TEST_CASE("damaged files are refused with exit 9, and files of something else too") {
  Desk host;
  host.found();
  const std::string file = (host.scratch / "damaged").string();
  std::ofstream(file) << "EHREPLY1 and then nothing that fits";
  CHECK(host.run({"partner", "admit", file, "--yes"}).exit == 9);
  CHECK(host.run({"join", file, "--to", file + ".reply"}).exit == 9);
  CHECK(host.run({"partner", "admit", file + ".missing", "--yes"}).exit == 5);
}
