// Two and three laptops as real processes on this computer: pairing, exchange over the network, exchange by file.
#include <catch2/catch.hpp>

#include <fstream>
#include <thread>

#include "core/codec/json.h"
#include "core/os/workspace_lock.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"
#include "tests/unit/apps/cli/background.h"
#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Background;

namespace {

struct Laptop {
  std::string folder;
  test::Ran run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--workspace", folder});
    return test::run_program(arguments);
  }
  std::string must(std::vector<std::string> arguments) const {
    const test::Ran ran = run(std::move(arguments));
    INFO(ran.out << ran.err);
    REQUIRE(ran.exit == 0);
    return ran.out;
  }
  // The digests of its space in use, as `log verify` says them.
  std::string digest_of(const std::string& kind) const {
    const std::string said = must({"log", "verify"});
    const std::size_t at = said.rfind(kind);
    return at == std::string::npos ? "none" : said.substr(at, kind.size() + 2 + 64);
  }
};

struct Two {
  Scratch scratch;
  Laptop first{(scratch / "first").string()};
  Laptop second{(scratch / "second").string()};

  Two() {
    first.must({"init", "--name", "Northfen Trust", "--short-name", "NFT", "--device", "EDI laptop"});
    second.must({"init", "--name", "Westfen Trust", "--short-name", "WFT", "--device", "board room laptop"});
    first.must({"cycle", "add", "EDS 2026/27"});
    first.must({"service", "add", "Virtual wards"});
  }
  test::Ran pair(std::vector<std::string> host_flags, const Laptop& guest) const {
    host_flags.insert(host_flags.begin(), {"--workspace", first.folder, "pair", "--listen", "127.0.0.1:0"});
    Background host(scratch, host_flags);
    const std::string code = host.first_line();
    REQUIRE_FALSE(code.empty());
    const test::Ran paired = guest.run({"pair", code, "--device", "board room laptop"});
    CHECK(host.wait() == 0);
    return paired;
  }
};

}  // namespace

TEST_CASE("two trusts pair by a code, the second receives the shared space at once, and each sees the other's name") {
  Two two;
  const test::Ran paired = two.pair({}, two.second);
  INFO(paired.out << paired.err);
  REQUIRE(paired.exit == 0);
  CHECK(paired.out.find("Paired with Northfen Trust (EDI laptop)") != std::string::npos);
  CHECK(two.second.must({"service", "list"}).find("Virtual wards") != std::string::npos);
  CHECK(two.first.must({"partner", "list"}).find("Westfen Trust") != std::string::npos);
  CHECK(two.first.must({"sync", "partners"}).find("Westfen") != std::string::npos);
  CHECK(two.second.must({"sync", "log"}).find("Northfen Trust") != std::string::npos);

  const test::Ran nobody = two.first.run({"sync", "now"});  // it was called, and has no address of its partner's
  CHECK(nobody.exit == 5);
  CHECK(nobody.err.find("calls this laptop") != std::string::npos);
  CHECK(nobody.err.find("Westfen Trust (board room laptop)") != std::string::npos);
  CHECK(nobody.err.find("evenhand sync serve") != std::string::npos);
  CHECK(two.second.run({"sync", "now", "nft"}).exit == 8);  // found by the short name, and away
  CHECK(two.second.run({"sync", "now", "XFT"}).exit == 5);
}

TEST_CASE("the list of partners and a file to send need no right to write the workspace") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  const std::string stick = (two.scratch / "stick.evenhand").string();
  {
    const auto held = WorkspaceLock::take(std::filesystem::path(two.first.folder) / "lock", "somebody", "writing");
    REQUIRE(held.ok());
    CHECK(two.first.must({"sync", "partners"}).find("Westfen") != std::string::npos);
    two.first.must({"sync", "send", "--to", stick});
    CHECK(two.first.must({"sync", "request"}).size() > 20);
  }
  if (geteuid() != 0 || std::system("command -v setpriv >/dev/null") != 0) return;  // needs somebody else to be
  std::filesystem::copy_file(test::program_path(), two.scratch / "evenhand");
  std::filesystem::create_directory(two.scratch / "out");
  std::string said;
  const int code = test::run_line(two.scratch.folder(),
                                  "chmod 755 . && chmod -R u-w first && chown -R 65534 first out && "
                                  "for words in 'sync partners' 'sync send --to out/stick.evenhand' 'sync log'; do "
                                  "setpriv --reuid=65534 --regid=65534 --clear-groups ./evenhand --workspace first $words || exit 1; done",
                                  said);
  INFO(said);
  CHECK(code == 0);
  CHECK(said.find("Westfen") != std::string::npos);
  CHECK(said.find("sync log does not tell of it") != std::string::npos);
  CHECK(std::filesystem::exists(two.scratch / "out/stick.evenhand"));
}

TEST_CASE("a wrong code is refused by the guest before anything is founded, a mistyped one names the mistake") {
  Two two;
  const Laptop stranger{(two.scratch / "stranger").string()};
  Background host(two.scratch, {"--workspace", two.first.folder, "pair", "--listen", "127.0.0.1:0"});
  std::string code = host.first_line();
  REQUIRE(code.size() > 20);
  code[3] = code[3] == 'A' ? 'B' : 'A';
  const test::Ran mistyped = stranger.run({"pair", code});
  CHECK(mistyped.exit == 2);
  CHECK(mistyped.err.find("mistyped") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(stranger.folder));
  CHECK(host.end() == 130);
}

TEST_CASE("laptops that worked apart exchange over the network while others write to both, and end with equal digests") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  two.second.must({"space", "use", "NFT"});
  two.second.must({"service", "add", "Stroke unit"});
  two.first.must({"service", "add", "Maternity"});
  {
    Background serving(two.scratch, {"--workspace", two.first.folder, "sync", "serve", "--listen", "127.0.0.1:0", "--json"});
    const std::string address = serving.address();
    REQUIRE(address.starts_with("127.0.0.1:"));
    const test::Ran now = two.second.run({"sync", "now", "Northfen", "--address", address});
    INFO(now.out << now.err);
    REQUIRE(now.exit == 0);
    CHECK(now.out.find("sent 1, received 1 change") != std::string::npos);
    two.first.must({"service", "add", "Written beside the serving one"});
    two.first.must({"hub", "use", std::string(64, 'a'), "--address", "127.0.0.1:9"});
    CHECK(two.second.must({"sync", "now"}).find("received 1 change") != std::string::npos);
    CHECK(serving.end() == 0);
  }
  CHECK(two.first.digest_of("log digest    ") == two.second.digest_of("log digest    "));
  CHECK(two.first.digest_of("state digest  ") == two.second.digest_of("state digest  "));
  CHECK(two.first.must({"sync", "partners"}).find("127.0.0.1:9") != std::string::npos);  // though the serving one noted an exchange since
  const test::Ran away = two.second.run({"sync", "now"});
  CHECK(away.exit == 8);
}

TEST_CASE("a file carries what a partner lacks, again is harmless, a cut one says so and a request brings the rest") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  two.first.must({"service", "add", "By stick"});
  const std::string stick = (two.scratch / "stick.evenhand").string();
  two.first.must({"sync", "send", "--to", stick});
  CHECK(two.first.run({"sync", "send", "--to", stick}).exit == 2);  // never over a file that is there
  CHECK(two.second.must({"sync", "receive", stick}).find("1 change was new") != std::string::npos);
  CHECK(two.second.must({"sync", "receive", stick}).find("0 changes were new") != std::string::npos);
  CHECK(two.second.must({"service", "list"}).find("By stick") != std::string::npos);
  const Laptop stranger{(two.scratch / "stranger").string()};
  stranger.must({"init", "--name", "Eastfen Trust"});
  const test::Ran refused = stranger.run({"sync", "receive", stick});
  CHECK(refused.exit == 2);
  CHECK(refused.err.find("sealed") != std::string::npos);

  two.first.must({"service", "add", "Cut short"});
  const std::string request = (two.scratch / "request.txt").string();
  two.second.must({"sync", "request", "--to", request});
  const std::string answer = (two.scratch / "answer.evenhand").string();
  two.first.must({"sync", "send", "--to", answer, "--request", request});
  const std::string cut = (two.scratch / "cut.evenhand").string();
  std::filesystem::copy_file(answer, cut);
  std::filesystem::resize_file(cut, std::filesystem::file_size(cut) * 6 / 10);
  CHECK(two.second.run({"sync", "receive", cut}).exit == 9);
  two.second.must({"sync", "receive", answer});
  CHECK(two.second.must({"service", "list"}).find("Cut short") != std::string::npos);
}

TEST_CASE("a further laptop of the trust starts from a code and receives everything, people's records and their keys too") {
  Two two;
  two.first.must({"person", "add", "--help"});
  const test::Ran paired = two.pair({"--same-organisation"}, Laptop{(two.scratch / "third").string()});
  INFO(paired.out << paired.err);
  REQUIRE(paired.exit == 0);
  const Laptop third{(two.scratch / "third").string()};
  CHECK(third.must({"status"}).find("Northfen Trust") != std::string::npos);
  CHECK(third.must({"space", "list", "--plain"}).find("people") != std::string::npos);
  third.must({"service", "add", "From the third"});
  const std::string known = two.first.must({"sync", "partners"});
  CHECK(known.find("A new laptop") == std::string::npos);
  CHECK(known.find("Northfen Trust (board room laptop)") != std::string::npos);
}

TEST_CASE("a further laptop that joined by files says how it gets the keys of people, and gets them that way") {
  Two two;
  const Laptop third{(two.scratch / "third").string()};
  const auto at = [&](const char* name) { return (two.scratch / name).string(); };
  two.first.must({"person", "add", "Somebody", "--consent", "contact"});
  two.first.must({"partner", "invite", "--same-organisation", "--to", at("invitation")});
  third.must({"init", "--join", at("invitation"), "--to", at("reply"), "--device", "Board laptop"});
  two.first.must({"partner", "admit", at("reply"), "--yes"});
  two.first.must({"sync", "send", "--to", at("stick"), "--for", "Board laptop"});
  third.must({"sync", "receive", at("stick")});
  const std::string letters = parse_json(two.first.must({"person", "list", "--json"}))->items()[0].find("short_id")->text();
  const std::string advice = "evenhand sync now \"EDI laptop\" --address HOST:PORT";
  for (const std::vector<std::string>& words : {std::vector<std::string>{"person", "show", letters}, {"person", "list"}, {"person", "history", letters}}) {
    const test::Ran ran = third.run(words);
    INFO(words[1] << "\n" << ran.out << ran.err);
    CHECK(ran.exit == 0);
    CHECK(ran.out.find("(sealed") != std::string::npos);
    CHECK(ran.err.find(advice) != std::string::npos);
  }
  {
    Background serving(two.scratch, {"--workspace", two.first.folder, "sync", "serve", "--listen", "127.0.0.1:0"});
    const std::string address = serving.address();
    REQUIRE(address.starts_with("127.0.0.1:"));
    third.must({"sync", "now", "EDI laptop", "--address", address});
  }
  const test::Ran shown = third.run({"person", "show", letters});
  CHECK(shown.out.find("Somebody") != std::string::npos);
  CHECK(shown.err.find(advice) == std::string::npos);
}
