// Letting a partner in by files, as two people at two desks do it.
#include <catch2/catch.hpp>
#include <unistd.h>

#include <csignal>
#include <map>

#include "apps/cli/session.h"
#include "tests/unit/apps/cli/neighbours.h"

using namespace evenhand;
using test::Desk;
using test::Neighbours;
using Catch::Contains;

namespace {

std::string fingerprint_in(const std::string& said) {
  const std::size_t at = said.find("fingerprint ");
  REQUIRE(at != std::string::npos);
  return said.substr(at + 12, 9);
}

}  // namespace

TEST_CASE("what a partner wrote on a shared copy is told to its owner, stays when it is shared again, and is disputed when both changed it") {
  Neighbours both;
  const std::string copy = both.shared();
  CHECK_THAT(both.host.good({"share", "list"}), Contains("Interpreters") && !Contains("changed"));
  both.guest.good({"evidence", "edit", copy, "--text", "In person."});
  both.carry(both.guest, both.host);
  CHECK_THAT(both.host.good({"share", "list"}), Contains("A partner changed text on the copy of Interpreters") && Contains("evidence history " + copy));
  CHECK_THAT(both.host.good({"status"}), Contains("1 copy of yours changed by partners"));
  both.host.good({"evidence", "edit", "Interpreters", "--department", "Maternity"});
  both.share();
  const std::string shown = both.guest.good({"evidence", "show", copy});
  CHECK_THAT(shown, Contains("In person.") && Contains("Maternity"));

  both.host.good({"evidence", "edit", "Interpreters", "--text", "By video."});
  CHECK_THAT(both.host.run({"share", "copy", "Interpreters", "--dry-run"}).err, Contains("wait for a decision: text"));
  const auto disputed = both.host.run({"share", "copy", "Interpreters"});
  CHECK(disputed.exit == 4);
  CHECK_THAT(disputed.err, Contains("conflict show " + copy));
  const auto dispute = both.host.run({"conflict", "show", copy});
  CHECK_THAT(dispute.out, Contains("In person.") && Contains("By video.") && Contains("NCT, EDI laptop") && Contains("Westfen"));
}

TEST_CASE("a copy that a partner removed is not brought back by sharing again; a change at home makes it a dispute") {
  Neighbours both;
  const std::string copy = both.shared();
  both.guest.good({"evidence", "remove", copy});
  both.carry(both.guest, both.host);
  CHECK_THAT(both.host.good({"share", "list"}), Contains("A partner removed the copy of Interpreters"));
  CHECK_THAT(both.host.good({"share", "copy", "Interpreters"}), Contains("A partner removed the copy"));
  CHECK(both.host.run({"conflict", "list"}).exit == 0);
  both.host.good({"evidence", "edit", "Interpreters", "--text", "By video."});
  both.host.good({"share", "copy", "Interpreters"});
  CHECK_THAT(both.host.run({"conflict", "show", copy}).out, Contains("removed"));
}

TEST_CASE("shares are listed by what was shared and from whose side, with no hexadecimal name") {
  Neighbours both;
  const std::string copy = both.shared();
  CHECK_THAT(both.host.good({"share", "list"}), Contains("Interpreters") && Contains("our organisation"));
  CHECK_THAT(both.guest.good({"share", "list"}), Contains("Interpreters") && Contains(copy) && Contains("a partner's"));
  CHECK_THAT(both.guest.good({"share", "history", both.guest.json({"share", "list"}).items()[0].find("short_id")->text()}), Contains("entity: Interpreters"));
}

TEST_CASE("status counts what lists show, and of the cycle in hand") {
  Neighbours both;
  const std::string copy = both.shared();
  CHECK_THAT(both.host.good({"status", "--cycle", "EDS joint"}), Contains("0 services, 1 evidence item, 0 grades"));
  CHECK(both.host.json({"status", "--cycle", "EDS joint"}).find("records")->find("evidence")->number_text() == "1");
  CHECK_THAT(both.host.good({"status", "--cycle", "EDS 2025/26"}), Contains("0 services, 0 evidence items, 0 grades"));
  CHECK_THAT(both.guest.good({"status"}), Contains("1 evidence item,"));
  both.host.good({"evidence", "remove", "Interpreters"});
  CHECK_THAT(both.host.good({"status", "--cycle", "EDS joint"}), Contains("1 evidence item,"));  // the copy stands, and is listed
}

TEST_CASE("twins that two people decided in different ways show who said what, and one word settles them at both") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards", "--cycle", "EDS joint"});
  const std::string first = both.host.json({"service", "list"}).items()[0].find("short_id")->text();
  both.guest.good({"service", "add", "Virtual Wards"});
  const std::string second = both.guest.json({"service", "list"}).items()[0].find("short_id")->text();
  both.carry(both.host, both.guest);
  both.carry(both.guest, both.host);
  both.host.good({"conflict", "same", first, second, "--reason", "One ward"});
  both.guest.good({"conflict", "different", first, second});
  both.carry(both.host, both.guest);
  both.carry(both.guest, both.host);
  for (const Desk* desk : {&both.host, &both.guest}) {
    for (const char* verb : {"twins", "list"}) {
      const auto ran = desk->run({"conflict", verb});
      INFO(ran.out);
      CHECK(ran.exit == 4);
      CHECK_THAT(ran.out, Contains("in different ways") && Contains("the same, and " + first + " leads") && Contains("NCT, EDI laptop") && Contains("because: One ward"));
      CHECK_THAT(ran.out, Contains("different: 20") && Contains("Westfen laptop") && (Contains("evenhand conflict same " + first + " " + second) || Contains("evenhand conflict same " + second + " " + first)));
    }
    CHECK(parse_json(desk->run({"conflict", "twins", "--json"}).out)->items()[0].find("said")->size() == 2);
  }
  both.guest.good({"conflict", "same", first, second});
  both.carry(both.guest, both.host);
  for (const Desk* desk : {&both.host, &both.guest}) {
    CHECK(desk->good({"conflict", "twins"}) == "Nothing stands twice.\n");
    CHECK(desk->json({"service", "list"}).size() == 1);
  }
}

TEST_CASE("a courier's passphrase in a file that others can read is taken with a warning, in one's own without") {
  Neighbours both;
  const std::string file = (both.host.scratch / "words.txt").string();
  std::ofstream(file) << "correct horse battery\n";
  const auto sent = [&](std::filesystem::perms mode, const char* name) {
    std::filesystem::permissions(file, mode);
    const auto ran = both.host.run({"sync", "send", "--to", (both.host.scratch / name).string(), "--passphrase-file", file});
    CHECK(ran.exit == 0);
    return ran.err;
  };
  using std::filesystem::perms;
  CHECK_THAT(sent(perms::owner_read | perms::others_read, "a"), Contains("chmod 600 " + file));
  CHECK_THAT(sent(perms::owner_read | perms::owner_write, "b"), !Contains("chmod"));
}

TEST_CASE("the founder of a further space is called by its name there, and found by it, not by the space's title") {
  Neighbours both;
  CHECK_THAT(both.guest.good({"partner", "list"}), Contains("NCT"));
  for (const Json& line : both.guest.json({"partner", "list"}).items()) CHECK(line.find("organisation")->text() != "Second space");
  const std::string file = (both.host.scratch / "for-the-founder").string();
  both.guest.good({"sync", "send", "--to", file, "--for", "NCT"});
  both.guest.good({"sync", "send", "--to", file + "-2", "--for", "Northmere"});
  both.host.good({"partner", "remove", "Westfen", "--space", "Second space", "--yes"});
}

TEST_CASE("an original that is removed says that its copy stays, and the copy is listed then") {
  Neighbours both;
  const std::string copy = both.shared();
  CHECK_THAT(both.host.run({"evidence", "remove", "Interpreters"}).err, Contains("Second space stays") && Contains("evidence remove " + copy));
  CHECK_THAT(both.host.good({"evidence", "list"}), Contains(copy));
}

TEST_CASE("a partner saves a shared attachment byte by byte, and one that has not come stops no export") {
  Neighbours both;
  both.host.good({"evidence", "add", "Interpreters", "--outcome", "1A", "--cycle", "EDS joint"});
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "line " + std::to_string(i) + "\n";
  const std::string file = (both.host.scratch / "survey.txt").string();
  std::ofstream(file, std::ios::binary) << text;
  both.host.good({"evidence", "attach", "Interpreters", file, "--title", "Survey"});
  CHECK_THAT(both.host.run({"share", "copy", "Interpreters"}).err, Contains("1 file of it stays here until it is shared too") && Contains("evenhand share copy "));
  both.host.good({"share", "copy", "Survey"});
  CHECK_THAT(both.host.run({"share", "copy", "Interpreters"}).err, !Contains("stays here"));
  both.carry(both.host, both.guest, "--no-attachments");
  const std::string saved = (both.guest.scratch / "saved.txt").string();
  const auto lacking = both.guest.run({"file", "save", "Survey", saved});
  CHECK(lacking.exit == 5);
  CHECK_THAT(lacking.err, Contains("not here yet") && Contains("sync now"));
  CHECK_FALSE(std::filesystem::exists(saved));
  const std::filesystem::path all = both.guest.scratch / "all";
  const auto exported = both.guest.run({"export", "all", "--to", all.string()});
  CHECK(exported.exit == 8);
  CHECK_THAT(exported.err, Contains("one attachment") && Contains("Survey"));
  CHECK_THAT(test::file_text(all / "README.txt"), Contains("had not come") && Contains("Survey"));

  both.carry(both.host, both.guest);
  both.guest.good({"file", "save", "Survey", saved});
  CHECK(test::file_text(saved) == text);
  both.guest.good({"export", "all", "--to", (both.guest.scratch / "again").string()});
  const std::string own = (both.host.scratch / "own.txt").string();
  both.host.good({"file", "save", "Survey", own});
  CHECK(test::file_text(own) == text);

  const std::string request = (both.guest.scratch / "request.txt").string();
  both.guest.good({"sync", "request", "--to", request});
  const std::string answer = (both.host.scratch / "answer").string();
  CHECK(both.host.json({"sync", "send", "--request", request, "--to", answer}).find("attachments")->number_text() == "0");  // the guest said that it has it
  CHECK(both.host.json({"sync", "send", "--to", answer + "-2"}).find("attachments")->number_text() == "1");
}

TEST_CASE("receiving a file with --dry-run says from whom it is and refuses one for somebody else, as receiving would") {
  Neighbours both;
  const std::string file = (both.host.scratch / "for-westfen").string();
  both.host.good({"sync", "send", "--to", file, "--for", "Westfen"});
  const auto looked = both.guest.run({"sync", "receive", file, "--dry-run"});
  CHECK(looked.exit == 0);
  CHECK_THAT(looked.err, Contains("From Northmere Community NHS Trust") && Contains("sealed for this laptop; whole; 1 of its 1 space here"));
  CHECK(both.host.run({"sync", "receive", file, "--dry-run"}).exit == 2);
}

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

TEST_CASE("a dry run is refused where the command itself would be, with the same exit code, and promises nothing") {
  Neighbours both;
  const std::string taken = (both.host.scratch / "taken").string();
  std::ofstream(taken) << "something";
  const std::vector<std::string> of_host[] = {{"partner", "leave"}, {"partner", "adopt", "Westfen"}, {"partner", "remove", "EDI laptop"}, {"partner", "invite", "--to", taken},
                                              {"hub", "invite", "--to", taken}, {"sync", "send", "--to", taken}, {"sync", "request", "--to", taken}, {"space", "add", " "}};
  const std::vector<std::string> of_guest[] = {{"partner", "remove", "Northmere"}, {"partner", "restore"}, {"space", "retire", "Second space"}, {"pair"}, {"partner", "invite", "--to", taken + "-not"}};
  const auto compare = [](const Desk& desk, std::vector<std::string> words) {
    words.push_back("--yes");
    std::vector<std::string> dry = words;
    dry.push_back("--dry-run");
    const auto looked = desk.run(dry), done = desk.run(words);
    INFO(words[0] << " " << words[1] << "\n" << looked.out << looked.err << done.err);
    CHECK(done.exit != 0);
    CHECK(looked.exit == done.exit);
    CHECK_THAT(looked.err, !Contains("Would"));
  };
  for (const auto& words : of_host) compare(both.host, words);
  for (const auto& words : of_guest) compare(both.guest, words);
}

TEST_CASE("a dry run changes no file of the workspace, whatever it rehearses") {
  Neighbours both;
  both.host.good({"evidence", "add", "Interpreters", "--outcome", "1A", "--cycle", "EDS joint"});
  const auto contents = [&] {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(both.host.workspace)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && name != "lock.mdb" && name != "lock") files[entry.path().string()] = test::file_text(entry.path());
    }
    return files;
  };
  const auto before = contents();
  const std::string page = (both.host.scratch / "page.html").string();
  const std::vector<std::string> all[] = {{"rebuild"}, {"undo"}, {"report", "run", "eds-report", "--cycle", "EDS joint", "--to", page}, {"dashboard", "--cycle", "EDS joint", "--to", page},
                                          {"partner", "remove", "Westfen"}, {"space", "retire", "Second space"}, {"space", "add", "A third space"}, {"space", "use", "NCT"},
                                          {"share", "copy", "Interpreters"}, {"pair"}, {"sync", "send", "--to", page}, {"evidence", "remove", "Interpreters"}};
  for (std::vector<std::string> words : all) {
    words.push_back("--dry-run");
    INFO(words[0] << " " << words[1]);
    both.host.good(words);
    const auto after = contents();
    for (const auto& [file, text] : after) {
      INFO(file);
      CHECK((before.contains(file) && before.at(file) == text));
    }
    CHECK(after.size() == before.size());
  }
  CHECK_FALSE(std::filesystem::exists(page));
}

TEST_CASE("a name that fits several trusts in one space, or a hub alone, is looked for in the others, and what is left out is told") {
  Neighbours both;
  both.host.good({"space", "use", "NCT"});
  const auto let_in = [&](const Desk& desk, const std::string& name, const std::string& may) {
    const std::string invitation = (desk.scratch / "invitation").string();
    const std::string reply = (desk.scratch / "reply").string();
    desk.good({"init", "--name", name, "--device", name + " laptop"});
    both.host.good({"partner", "invite", "--to", invitation});
    desk.good({"join", invitation, "--to", reply, "--device", name + " laptop"});
    both.host.good({"partner", "admit", reply, "--yes", "--may", may});
  };
  const auto file = [&](const char* name) { return (both.host.scratch / name).string(); };
  Desk east, west;
  let_in(east, "Westfen East", "read");
  const auto hub_alone = both.host.run({"sync", "send", "--to", file("one"), "--for", "Westfen"});
  CHECK(hub_alone.exit == 0);  // the one trust that fits in the space in use
  let_in(west, "Westfen West", "relay");
  const auto sent = both.host.run({"sync", "send", "--to", file("two"), "--for", "Westfen"});
  CHECK(sent.exit == 0);
  CHECK_THAT(sent.err, Contains("Left out: NCT") && Contains("fits 2 organisations"));
  CHECK(both.guest.run({"sync", "receive", file("two")}).exit == 0);

  const auto nobody = both.host.run({"sync", "send", "--to", file("three"), "--for", "Westfen West"});
  CHECK(nobody.exit == 2);
  CHECK_THAT(nobody.err, Contains("a hub takes no file in"));
  CHECK_FALSE(std::filesystem::exists(file("three")));
}

TEST_CASE("a file of another kind, and a folder, are refused with the command or the files that were meant") {
  Neighbours both;
  const auto path = [&](const char* name) { return (both.host.scratch / name).string(); };
  const auto joined = both.guest.run({"join", path("carried-1"), "--to", path("again")});
  CHECK(joined.exit == 9);
  CHECK_THAT(joined.err, Contains("evenhand sync receive"));
  const auto received = both.guest.run({"sync", "receive", path("invitation")});
  CHECK(received.exit == 9);
  CHECK_THAT(received.err, Contains("evenhand join"));
  CHECK_THAT(both.host.run({"partner", "admit", path("invitation"), "--yes"}).err, Contains("an invitation") && Contains("evenhand join"));
  const auto folder = both.guest.run({"sync", "receive", both.host.scratch.folder().string()});
  CHECK(folder.exit == 2);
  CHECK_THAT(folder.err, Contains("this is a folder") && Contains("carried-1"));
  const Scratch empty;
  CHECK_THAT(both.guest.run({"sync", "receive", empty.folder().string()}).err, Contains("none is in it"));
}

TEST_CASE("a file's name may be as long as the disk takes it") {
  Neighbours both;
  for (const std::size_t length : {std::size_t{245}, std::size_t{255}}) {
    const std::string file = (both.host.scratch / std::string(length, 'n')).string();
    both.host.good({"sync", "send", "--to", file});
    CHECK(std::filesystem::exists(file));
  }
  both.host.good({"sync", "request", "--to", (both.host.scratch / std::string(255, 'r')).string()});
}

TEST_CASE("what needs a person after an exchange counts what may have been entered twice") {
  Neighbours both;
  both.host.good({"service", "add", "Virtual wards", "--cycle", "EDS joint"});
  both.guest.good({"service", "add", "Virtual Wards"});
  const std::string file = (both.host.scratch / "twice").string();
  both.host.good({"sync", "send", "--to", file});
  CHECK_THAT(both.guest.run({"sync", "receive", file}).err, Contains("1 thing needs you: evenhand conflict twins"));
}
