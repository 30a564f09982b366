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

TEST_CASE("a partner that was forgotten and is still a member exchanges when it calls, and is not on the list again before a person says so") {
  Laptop here{1}, there{2};
  here.found("Here");
  there.found("There");
  let_in(here, there, kPartner);
  PartnerBook book = good(PartnerBook::open(here.folder)), others = good(PartnerBook::open(there.folder));
  good(book.save({there.device(), {}, "There", {}, false, {}, {}}));
  good(book.forget(there.device()));
  for (int i = 0; i < 2; ++i) {
    int ended = 0, in_step = 0;
    std::atomic<bool> is_over = false, was_in_step = false;
    const auto noted = [&](const Exchanged& one) { was_in_step = one.is_in_step(); };
    auto ours = good(SyncService::open(*here, book, here.clock, here.random, {noted, {}, {}}));
    auto theirs = good(SyncService::open(*there, others, there.clock, there.random, {[&](const Exchanged& one) { ++ended, in_step += one.is_in_step() ? 1 : 0; }, {}, {}}));
    const std::string at = "127.0.0.1:" + std::to_string(good(ours->listen("127.0.0.1", 0)));
    good(others.save({here.device(), {}, "Here", {at}, false, {}, {}}));
    std::thread serving([&] { (void)ours->run([&] { return is_over.load(); }); });
    theirs->call_all_every(0);
    const auto ran = theirs->run([&] { return ended == 1; });
    for (int k = 0; k < 1000 && !was_in_step; ++k) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    is_over = true;
    serving.join();
    CHECK(ran.ok());
    CHECK(in_step == 1);
    CHECK(was_in_step);
    CHECK((good(PartnerBook::open(here.folder)).find(there.device()) != nullptr) == (i == 1));
    good(book.save({there.device(), {}, "There", {}, false, {}, "paired"}));
  }
}
