#include "sync/partners/partner_book.h"

#include <fstream>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "core/os/files.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {
Partner some_partner(SeededRandom& random, std::string title) {
  return {random.make_id<PublicKey>(), random.make_id<EntityId>(), std::move(title), {"192.0.2.7:7410"}, false, {1'700'000'000'000}, "in step"};
}
}  // namespace

TEST_CASE("partners are there again after a restart, and found by part of their name or key") {
  Scratch scratch;
  SeededRandom random(1);
  const Partner fen = some_partner(random, "Fenmarsh Community (EDI laptop)");
  const Partner hill = some_partner(random, "Hillside Partnership (office)");
  {
    PartnerBook book = *PartnerBook::open(scratch.folder());
    REQUIRE(book.save(hill).ok());
    REQUIRE(book.save(fen).ok());
  }
  PartnerBook book = *PartnerBook::open(scratch.folder());
  REQUIRE(book.partners().size() == 2);
  CHECK(book.partners().front().title == fen.title);
  CHECK(book.find_by_words("fenmarsh")->device == fen.device);
  CHECK(book.find_by_words(hill.device.hex().substr(0, 10))->title == hill.title);
  CHECK(book.find(fen.device)->addresses == fen.addresses);
  CHECK(book.find(fen.device)->last_contact == fen.last_contact);
  CHECK(book.find_by_words("nobody").error().code == ErrorCode::not_found);
  CHECK(book.find_by_words("(").error().code == ErrorCode::refused);
  REQUIRE(book.forget(fen.device).ok());
  CHECK(PartnerBook::open(scratch.folder())->find(fen.device) == nullptr);
}

TEST_CASE("a partner is found in capitals or not, whatever its letters, and blanks alone find nobody") {
  Scratch scratch;
  SeededRandom random(1);
  PartnerBook book = *PartnerBook::open(scratch.folder());
  REQUIRE(book.save(some_partner(random, "Gŵyr a Phŷr (gliniadur ŷ)")).ok());
  for (const char* words : {"GŴYR", "gŵyr", " phŷr ", "GLINIADUR Ŷ"}) CHECK(book.find_by_words(words).ok());
  CHECK(book.find_by_words("Gwyr").error().code == ErrorCode::not_found);
  CHECK(book.find_by_words(" ").error().code == ErrorCode::not_found);
}

TEST_CASE("a book that is held for long takes back neither what another process saved nor what it forgot") {
  Scratch scratch;
  SeededRandom random(3);
  Partner fen = some_partner(random, "Fenmarsh");
  const Partner hill = some_partner(random, "Hillside");
  const Partner hub = some_partner(random, "Hub");
  PartnerBook held = *PartnerBook::open(scratch.folder());
  REQUIRE(held.save(fen).ok());
  REQUIRE(held.save(hill).ok());
  {
    PartnerBook other = *PartnerBook::open(scratch.folder());
    REQUIRE(other.save(hub).ok());
    REQUIRE(other.forget(hill.device).ok());
  }
  fen.last_outcome = "sent 3, received 1 change";
  REQUIRE(held.save(fen).ok());
  const PartnerBook after = *PartnerBook::open(scratch.folder());
  CHECK(after.find(hub.device) != nullptr);
  CHECK(after.find(hill.device) == nullptr);
  CHECK(after.find(fen.device)->last_outcome == fen.last_outcome);
  CHECK(held.find(hub.device) != nullptr);
  REQUIRE(PartnerBook::open(scratch.folder())->forget(fen.device).ok());
  REQUIRE(held.forget(hub.device).ok());
  CHECK(PartnerBook::open(scratch.folder())->partners().empty());
  CHECK(held.partners().empty());
}

TEST_CASE("a damaged list of partners is refused with what to do, a damaged hint is no hint") {
  Scratch scratch;
  SeededRandom random(2);
  const Partner partner = some_partner(random, "Fenmarsh");
  const SpaceId space = random.make_id<SpaceId>();
  PartnerBook book = *PartnerBook::open(scratch.folder());
  REQUIRE(book.save(partner).ok());
  VersionVector vector;
  vector.entries.push_back({random.make_id<ChainId>(), {{7, random.make_id<ShortHash>()}}});
  const Hash digest = random.make_id<Hash>();
  book.remember(partner.device, space, {vector, digest});
  REQUIRE(book.agreed(partner.device, space));
  CHECK(book.agreed(partner.device, space)->vector == vector);
  CHECK(book.agreed(partner.device, space)->log_digest == digest);
  CHECK_FALSE(book.agreed(partner.device, random.make_id<SpaceId>()));
  CHECK(book.agreed(partner.device, space)->left_out.empty());
  const auto any = [&] { return LeftOutChain{random.make_id<BothEndsPrint>(), random.make_id<ChainPrint>()}; };
  const std::map<ChainId, LeftOutChain> left_out = {{random.make_id<ChainId>(), any()}, {random.make_id<ChainId>(), any()}};
  book.remember(partner.device, space, {vector, digest, left_out});
  CHECK(book.agreed(partner.device, space)->left_out == left_out);
  book.remember(partner.device, space, {vector, digest});
  CHECK(book.agreed(partner.device, space)->left_out.empty());
  book.remember(partner.device, space, {vector, digest, left_out});
  const PublicKey by_file = random.make_id<PublicKey>();
  book.note_held(by_file, space, vector);
  CHECK(book.held(by_file, space) == vector);
  CHECK_FALSE(book.held(partner.device, space));
  for (const auto& file : std::filesystem::recursive_directory_iterator(scratch.folder() / "partners")) {
    if (file.is_regular_file()) std::ofstream(file.path()) << "not a vector";
  }
  CHECK_FALSE(book.agreed(partner.device, space));
  CHECK_FALSE(book.held(by_file, space));
  std::ofstream(scratch.folder() / "partners.json") << "{\"format\":";
  const auto reopened = PartnerBook::open(scratch.folder());
  REQUIRE_FALSE(reopened.ok());
  CHECK(reopened.error().code == ErrorCode::corrupt);
  CHECK_FALSE(reopened.error().next.empty());
}

TEST_CASE("what a device is known to hold grows with what it says, in whatever order its files come, and falls when it was restored and wrote since") {
  Scratch scratch;
  SeededRandom random(8);
  const PublicKey device = random.make_id<PublicKey>();
  const SpaceId space = random.make_id<SpaceId>();
  std::vector<ChainId> chains = {random.make_id<ChainId>(), random.make_id<ChainId>(), random.make_id<ChainId>()};
  std::sort(chains.begin(), chains.end());
  const auto held = [&](std::vector<std::uint64_t> ends) {
    VersionVector vector;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      if (ends[i] > 0) vector.entries.push_back({chains[i], {{ends[i], ShortHash{}}}});
    }
    return vector;
  };
  PartnerBook book = *PartnerBook::open(scratch.folder());
  book.note_held(device, space, held({7, 2}));
  book.note_held(device, space, held({3}));  // an older file, overtaken
  CHECK(book.held(device, space) == held({7, 2}));
  book.note_held(device, space, held({9, 2}));
  CHECK(book.held(device, space) == held({9, 2}));
  book.note_held(device, space, held({4, 2, 1}));  // restored from a backup: a new incarnation, and less of what was there
  CHECK(book.held(device, space) == held({4, 2}));
  book.note_held(device, space, held({5, 2, 3}));
  CHECK(book.held(device, space) == held({5, 2, 3}));
}

TEST_CASE("with whom files were exchanged is kept across restarts and without those that are forgotten, until a file is written for them by name") {
  Scratch scratch;
  SeededRandom random(9);
  const std::vector<PublicKey> devices = {random.make_id<PublicKey>(), random.make_id<PublicKey>()};
  PartnerBook book = *PartnerBook::open(scratch.folder());
  REQUIRE(book.note_sent(devices, {5}).ok());
  REQUIRE(book.note_received(devices[1], {7}).ok());
  const PartnerBook again = *PartnerBook::open(scratch.folder());
  REQUIRE(again.by_file().size() == 2);
  CHECK(again.by_file()[0].device == devices[0]);
  CHECK(again.by_file()[0].received.ms == 0);
  CHECK((again.by_file()[1].sent.ms == 5 && again.by_file()[1].received.ms == 7));
  REQUIRE(book.forget(devices[1]).ok());
  REQUIRE(book.note_received(devices[1], {9}).ok());
  CHECK(book.by_file().size() == 1);
  VersionVector vector;
  vector.entries.push_back({random.make_id<ChainId>(), {{7, random.make_id<ShortHash>()}}});
  book.note_held(devices[1], random.make_id<SpaceId>(), vector);  // what it holds is true all the same
  CHECK(std::filesystem::exists(scratch.folder() / "partners" / devices[1].hex().substr(0, 32)));
  REQUIRE(book.note_sent({{devices[1]}}, {11}).ok());
  CHECK(book.by_file().size() == 2);
  CHECK_FALSE(book.is_forgotten(devices[1]));
}

TEST_CASE("the log of exchanges survives a restart and never grows beyond its bound") {
  Scratch scratch;
  for (int i = 0; i < 3; ++i) {
    REQUIRE(ExchangeLog(scratch.folder()).add({{i}, "Fenmarsh", "network", 17, 231, "in step"}).ok());
  }
  const auto entries = ExchangeLog(scratch.folder()).read(2);
  REQUIRE(entries.ok());
  REQUIRE(entries->size() == 2);
  CHECK(entries->back().when.ms == 2);
  CHECK(entries->back().received == 231);
  const std::string long_words(100'000, 'x');
  for (int i = 3; i < 20; ++i) REQUIRE(ExchangeLog(scratch.folder()).add({{i}, "Fenmarsh", "network", 0, 0, long_words}).ok());
  CHECK(std::filesystem::file_size(scratch.folder() / "exchanges.jsonl") < (1 << 20));
  CHECK(ExchangeLog(scratch.folder()).read(1)->back().when.ms == 19);
}

TEST_CASE("several processes write down exchanges at once and no line is lost") {
  Scratch scratch{Scratch::quick_parent()};
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
      bool all = true;
      for (int i = 0; i < 10; ++i) all = ExchangeLog(scratch.folder()).add({{child * 100 + i}, "Fenmarsh", "network", 1, 1, "in step"}).ok() && all;
      ::_exit(all ? 0 : 1);
    }
    children.push_back(pid);
  }
  for (const pid_t pid : children) {
    int status = 1;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    CHECK(status == 0);
  }
  CHECK(ExchangeLog(scratch.folder()).read(100)->size() == 30);
}

TEST_CASE("who was forgotten comes back by a person's word only, in every process, and the list of those is bounded") {
  Scratch scratch;
  SeededRandom random(4);
  PartnerBook book = *PartnerBook::open(scratch.folder()), another = book;
  Partner partner;
  partner.device = random.make_id<PublicKey>();
  partner.title = "Fen";
  const SpaceId space = random.make_id<SpaceId>();
  REQUIRE(book.note(partner).ok());
  CHECK(book.find(partner.device) != nullptr);
  REQUIRE(another.forget(partner.device).ok());
  book.remember(partner.device, space, {});  // not looked at since
  CHECK_FALSE(book.agreed(partner.device, space));
  REQUIRE(book.note(partner).ok());
  CHECK(book.find(partner.device) == nullptr);
  book.remember(partner.device, space, {});
  CHECK_FALSE(book.agreed(partner.device, space));
  CHECK(PartnerBook::open(scratch.folder())->is_forgotten(partner.device));
  REQUIRE(book.save(partner).ok());
  CHECK_FALSE(book.is_forgotten(partner.device));
  REQUIRE(another.note(partner).ok());
  CHECK(another.find(partner.device) != nullptr);
  std::string list;
  for (std::size_t i = 0; i < kPartnersMax; ++i) list += (i > 0 ? ",\"" : "\"") + (i > 0 ? random.make_id<PublicKey>() : partner.device).hex() + "\"";
  std::ofstream(scratch.folder() / "partners.json") << R"({"format": "evenhand-partners/1", "partners": [], "forgotten": [)" << list << "]}";
  REQUIRE(book.refresh().ok());
  CHECK(book.is_forgotten(partner.device));
  REQUIRE(book.forget(random.make_id<PublicKey>()).ok());
  CHECK_FALSE(book.is_forgotten(partner.device));
}
