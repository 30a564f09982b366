// Exchanges over the network and the book of partners that somebody else writes meanwhile.
#include <atomic>
#include <thread>

#include "apps/shared/sync_service.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

TEST_CASE("a partner that is forgotten while it exchanges stays forgotten, whoever called") {
  Laptop here{1}, there{2};
  here.found("Here");
  there.found("There");
  let_in(here, there, kPartner);
  for (const bool is_caller : {false, true}) {
    INFO((is_caller ? "here called" : "here was called"));
    PartnerBook book = good(PartnerBook::open(here.folder)), others = good(PartnerBook::open(there.folder));
    std::atomic<int> forgotten = 0;
    const auto forget = [&forgotten, folder = here.folder, device = there.device()](const std::string&, const SessionProgress&) {
      auto another = PartnerBook::open(folder);  // another process
      forgotten += another && another->forget(device) ? 1 : 0;
    };
    std::atomic<bool> is_over = false;
    std::atomic<int> ended = 0;
    const auto end = [&](const Exchanged&) { ++ended; };
    auto ours = good(SyncService::open(*here, book, here.clock, here.random, {end, forget, {}}));
    auto theirs = good(SyncService::open(*there, others, there.clock, there.random, {end, {}, {}}));
    SyncService& listener = is_caller ? *theirs : *ours;
    SyncService& caller = is_caller ? *ours : *theirs;
    const std::string at = "127.0.0.1:" + std::to_string(good(listener.listen("127.0.0.1", 0)));
    good(book.save({there.device(), {}, "There", {at}, false, {}, {}}));
    good(others.save({here.device(), {}, "Here", {at}, false, {}, {}}));
    std::thread serving([&] { (void)listener.run([&] { return is_over.load(); }); });
    caller.call_all_every(0);
    const auto ran = caller.run([&] { return ended == 2; });
    for (int i = 0; i < 1000 && ended < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    is_over = true;
    serving.join();
    CHECK(ran.ok());
    CHECK(ended == 2);
    CHECK(forgotten > 0);
    CHECK(good(PartnerBook::open(here.folder)).find(there.device()) == nullptr);
    CHECK(good(PartnerBook::open(there.folder)).find(here.device()) != nullptr);
  }
}
