// Two and three laptops as real processes on this computer: pairing, exchange over the network, exchange by file.
#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

#include <fstream>
#include <thread>

#include "apps/cli/session.h"
#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/crypto/box.h"
#include "core/os/workspace_lock.h"
#include "tests/support/program.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"
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

TEST_CASE("a laptop that was let in again is not told that it is out by a partner that has not heard of it, but whom to wait for") {
  Two two;
  const Laptop third{(two.scratch / "third").string()};
  third.must({"init", "--name", "Eastfen Trust", "--short-name", "EFT"});
  REQUIRE(two.pair({}, third).exit == 0);
  REQUIRE(two.pair({}, two.second).exit == 0);
  two.first.must({"partner", "remove", "Westfen", "--yes"});
  {
    Background serving(two.scratch, {"--workspace", two.first.folder, "sync", "serve", "--listen", "127.0.0.1:0"});
    REQUIRE(third.run({"sync", "now", "Northfen", "--address", serving.address()}).exit == 0);
  }
  REQUIRE(two.pair({}, two.second).exit == 0);
  Background serving(two.scratch, {"--workspace", third.folder, "sync", "serve", "--listen", "127.0.0.1:0"});
  const test::Ran now = two.second.run({"sync", "now", "Eastfen", "--address", serving.address()});
  INFO(now.out << now.err);
  CHECK(now.exit == 1);
  CHECK(now.out.find("the partner has not heard yet that this laptop was let in again to ") != std::string::npos);
  CHECK(now.out.find("no more in") == std::string::npos);
  CHECK(now.err.find("counts for nobody") == std::string::npos);
  CHECK(two.second.must({"status", "--json"}).find("removed from") == std::string::npos);
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

TEST_CASE("whoever was removed is told so when it calls, in status and in space list, and what it writes there is refused with the way on") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  two.second.must({"space", "use", "NFT"});
  two.first.must({"partner", "remove", "Westfen", "--yes"});
  std::filesystem::remove(std::filesystem::path(two.first.folder) / "partners.json");
  {
    Background serving(two.scratch, {"--workspace", two.first.folder, "sync", "serve", "--listen", "127.0.0.1:0"});
    const test::Ran now = two.second.run({"sync", "now", "Northfen", "--address", serving.address()});
    INFO(now.out << now.err);
    CHECK(now.exit == 7);
    CHECK(now.out.find("this laptop was removed from") != std::string::npos);
    CHECK(now.err.find("evenhand space use NAME") != std::string::npos);
  }
  CHECK(two.first.must({"sync", "partners"}).find("Westfen") == std::string::npos);  // a call to hear that puts nobody on the list
  CHECK(two.first.must({"sync", "log"}).find("Westfen") != std::string::npos);
  CHECK(two.second.must({"space", "list"}).find("removed, in use") != std::string::npos);
  CHECK(two.second.must({"status", "--json"}).find("removed from") != std::string::npos);
  const test::Ran late = two.second.run({"service", "add", "Too late"});
  CHECK(late.exit == 7);
  CHECK(late.err.find("this laptop was removed from") != std::string::npos);
  CHECK(late.err.find("Choose another: evenhand space use NAME") != std::string::npos);
  CHECK(two.second.run({"space", "use", "NFT"}).exit == 7);
}

TEST_CASE("whoever has left a space writes a file that tells it and nothing new, and a device that nobody knows is told that in a sentence") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  two.second.must({"space", "use", "NFT"});
  two.second.must({"partner", "leave", "--yes"});
  const test::Ran ran = two.second.run({"service", "add", "Too late"});
  INFO(ran.out << ran.err);
  CHECK(ran.exit == 7);
  CHECK(ran.err.find("your organisation has left") != std::string::npos);
  const test::Ran sent = two.second.run({"sync", "send", "--to", (two.scratch / "late.evenhand").string(), "--for", "Northfen"});
  CHECK(sent.exit == 0);
  CHECK(sent.err.find("your organisation has left") != std::string::npos);
  CHECK(two.second.must({"status"}).find("your organisation has left") != std::string::npos);

  const Laptop stranger{(two.scratch / "stranger").string()};
  stranger.must({"init", "--name", "Eastfen Trust"});
  Background serving(two.scratch, {"--workspace", two.first.folder, "sync", "serve", "--listen", "127.0.0.1:0"});
  std::string key;  // of the one that serves, as its partner lists it
  const auto listed = parse_json(two.second.must({"sync", "partners", "--json"}));
  REQUIRE(listed);
  key = listed->items().front().find("device")->text();
  stranger.must({"hub", "use", key, "--address", serving.address()});
  const test::Ran refused = stranger.run({"sync", "now"});
  INFO(refused.out << refused.err);
  CHECK(refused.exit == 1);
  CHECK(refused.out.find("this device is not known here") != std::string::npos);
}

TEST_CASE("sync now takes addresses only, says each one that it tried, and an empty name is nobody's") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  for (const char* bad : {"", "a b:1", "127.0.0.1:99999", "127.0.0.1:"}) {
    const test::Ran ran = two.second.run({"sync", "now", "Northfen", "--address", bad});
    INFO(bad << ran.err);
    CHECK(ran.exit == 2);
    CHECK((*bad == '\0' || ran.err.find("no address") != std::string::npos));
  }
  CHECK(two.second.run({"sync", "now", ""}).exit == 2);
  const test::Ran away = two.second.run({"sync", "now", "Northfen", "--address", "127.0.0.1:1"});
  CHECK(away.exit == 8);
  CHECK(away.out.find("127.0.0.1:1: the partner could not be reached") != std::string::npos);
  const std::string remembered = parse_json(two.second.must({"sync", "partners", "--json"}))->items().front().find("address")->text();
  CHECK(away.out.find("; " + remembered + ": ") != std::string::npos);
}

TEST_CASE("Ctrl-C while the other side of a pairing is silent ends with 130 and says where it stopped") {
  Two two;
  const int silent = ::socket(AF_INET, SOCK_STREAM, 0);  // takes the connection, and says nothing
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  REQUIRE(::bind(silent, reinterpret_cast<sockaddr*>(&at), size) == 0);
  REQUIRE(::listen(silent, 4) == 0);
  REQUIRE(::getsockname(silent, reinterpret_cast<sockaddr*>(&at), &size) == 0);
  std::string code;
  {
    Background host(two.scratch, {"--workspace", two.first.folder, "pair", "--listen", "127.0.0.1:0", "--address", "127.0.0.1:" + std::to_string(ntohs(at.sin_port))});
    code = host.first_line();
    REQUIRE(code.size() > 20);
  }
  Background guest(two.scratch, {"--workspace", two.second.folder, "pair", code});
  const int called = ::accept(silent, nullptr, nullptr);
  REQUIRE(called >= 0);
  CHECK(guest.end() == 130);
  CHECK(test::file_text(two.scratch / "background.err").find("Stopped before the pairing was done") != std::string::npos);
  ::close(called);
  ::close(silent);
}

TEST_CASE("a trust whose name fills all the room there is sends files under a shorter one, cut between letters") {
  Scratch scratch;
  const Laptop wordy{(scratch / "wordy").string()};
  std::string name = "T";
  while (name.size() + 2 < 300) name += "ŷ";
  wordy.must({"init", "--name", name, "--device", "EDI laptop"});
  wordy.must({"cycle", "add", "EDS 2026/27"});
  const Laptop other{(scratch / "other").string()};
  other.must({"init", "--name", "Westfen Trust"});
  const auto file = [&](const char* called) { return (scratch / called).string(); };
  wordy.must({"partner", "invite", "--to", file("invitation")});
  other.must({"join", file("invitation"), "--to", file("reply")});
  wordy.must({"partner", "admit", file("reply"), "--yes"});
  wordy.must({"sync", "send", "--to", file("stick")});
  CHECK(other.must({"sync", "receive", file("stick")}).find("From Tŷŷŷ") != std::string::npos);
}

TEST_CASE("without the newest key of a space a file is refused with what brings that key, and a second space goes all the same") {
  Two two;
  REQUIRE(two.pair({}, two.second).exit == 0);
  {
    auto host = Workspace::open(two.first.folder, OpenMode::read_write, cli::machine_clock(), cli::machine_random());
    REQUIRE(host.ok());
    const SpaceId shared = host->space_of(SpaceKind::cycle).id;
    // An epoch that was sealed to somebody else alone.
    SeededRandom random(5);
    const KeyPair stranger = KeyPair::make(random);
    const SealKey unknown = SealKey::make(random);
    const KeyId id = epoch_key_id(shared, unknown.bytes);
    const auto box = seal_to(stranger.public_key(), unknown.bytes, random);
    REQUIRE(box.ok());
    REQUIRE(host->submit_authority(shared, {{std::string(authority_type::kEpoch), encode(Epoch{id, {{hint_of(stranger.public_key()), *KeyBox::from(*box)}}})}}).ok());
  }
  const std::string file = (two.scratch / "stick.evenhand").string();
  const test::Ran refused = two.first.run({"sync", "send", "--to", file, "--for", "Westfen"});
  CHECK(refused.exit == 2);
  CHECK(refused.err.find("newest key of the space has not come") != std::string::npos);
  CHECK(refused.err.find("a file of an admin of the space") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(file));

  two.first.must({"space", "add", "Another group"});
  two.first.must({"space", "use", "Another group"});
  REQUIRE(two.pair({}, two.second).exit == 0);
  const test::Ran sent = two.first.run({"sync", "send", "--to", file, "--for", "Westfen"});
  INFO(sent.out << sent.err);
  CHECK(sent.exit == 0);
  CHECK((sent.out + sent.err).find("Its newest key has not come to this laptop yet") != std::string::npos);
  CHECK(std::filesystem::exists(file));
}
