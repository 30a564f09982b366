// A workspace saved by the doctor into a new folder, with the real program.
#include <catch2/catch.hpp>

#include "tests/unit/apps/cli/desk.h"

using namespace evenhand;
using test::Desk;
using Catch::Contains;

TEST_CASE("what the doctor saves has its attachments, its signed versions and its partners, and can be gone on with") {
  Desk desk;
  desk.found();
  desk.good({"evidence", "add", "Texts before appointments", "--outcome", "1A", "--text", "It helps."});
  const std::string letter = (desk.scratch / "letter.txt").string();
  std::ofstream(letter) << std::string(300'000, 'x');
  desk.good({"evidence", "attach", "Texts", letter, "--title", "Letter"});
  desk.good({"signoff", "request", "--title", "EDS report", "--seat", "Board sponsor"});
  desk.good({"signoff", "key"});
  desk.good({"signoff", "approve", "EDS report", "--seat", "Board sponsor"});
  desk.good({"hub", "use", std::string(64, 'a'), "--address", "127.0.0.1:9"});

  Desk saved;
  CHECK(desk.run({"doctor", "--salvage", desk.workspace + "/saved"}).exit == 2);  // it would be copied into itself
  const std::string said = desk.good({"doctor", "--salvage", saved.workspace});
  CHECK_THAT(said, Contains("with 2 attachments and signed versions"));
  const std::string back = (saved.scratch / "back.txt").string();
  saved.good({"file", "save", "Letter", back});
  CHECK(test::file_text(back) == test::file_text(letter));
  CHECK(saved.json({"signoff", "verify", "EDS report"}).find("chains_missing")->integer() == 0);
  CHECK_THAT(saved.good({"sync", "partners"}), Contains("127.0.0.1:9"));
  saved.good({"service", "add", "Virtual wards"});
  CHECK_THAT(saved.good({"service", "list"}), Contains("Virtual wards"));
}

TEST_CASE("a log of which nothing is left costs neither the other spaces nor the keys") {
  namespace fs = std::filesystem;
  Desk desk;
  desk.found();
  for (const auto& entry : fs::directory_iterator(desk.workspace + "/spaces")) {
    Desk saved;
    const std::string log = entry.path() / "log/data.mdb";
    const std::string before = test::file_text(log);
    std::ofstream(log, std::ios::binary) << std::string(before.size(), '\0');
    const auto ran = desk.run({"doctor", "--salvage", saved.workspace});
    std::ofstream(log, std::ios::binary) << before;
    CHECK(ran.exit == 9);
    CHECK_THAT(ran.out, Contains("nothing could be saved of its log") && Contains("events in"));
    CHECK(fs::exists(saved.workspace + "/keys"));
    saved.good({"space", "list"});  // it opens
  }
}
