// What a person hears about a code that is good no more, and for how long one is good.
#include <atomic>
#include <thread>

#include "apps/shared/sync_service.h"
#include "tests/support/trusts.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

struct Pair {
  Laptop here{1}, there{2};
  std::vector<std::pair<int, std::function<void()>>> timers;  ///< what waits for the host's clock
  std::vector<Result<Paired>> at_host;

  Pair() {
    here.found("Here");
    there.found("There");
  }

  /// Shows a code, lets `meanwhile` happen, and tells what the other side hears when it takes up the code.
  Result<Paired> take_up(const std::function<void()>& meanwhile) {
    PartnerBook book = good(PartnerBook::open(here.folder));
    SyncService::Hooks hooks;
    hooks.paired = [this](const Result<Paired>& how) { at_host.push_back(how); };
    hooks.after = [this](int milliseconds, std::function<void()> then) { timers.emplace_back(milliseconds, std::move(then)); };
    auto host = good(SyncService::open(*here, book, here.clock, here.random, std::move(hooks)));
    const Address at{"127.0.0.1", good(host->listen("127.0.0.1", 0))};
    const PairingCode code = good(host->offer_pairing(good(invite(*here, {here.cycle()}, false)), kPartner, {at}));
    meanwhile();
    std::atomic<bool> is_over = false;
    std::thread serving([&] { (void)host->run([&] { return is_over.load(); }); });
    const Result<Paired> how = type_in(code);
    is_over = true;
    serving.join();
    return how;
  }

  Result<Paired> type_in(const PairingCode& code) {
    PartnerBook book = good(PartnerBook::open(there.folder));
    std::optional<Result<Paired>> heard;
    SyncService::Hooks hooks;
    hooks.paired = [&](const Result<Paired>& how) { heard = how; };
    auto guest = good(SyncService::open(*there, book, there.clock, there.random, std::move(hooks)));
    guest->take_up_pairing(code, "There laptop");
    good(guest->run([&] { return heard.has_value(); }));
    REQUIRE(heard.has_value());
    return *heard;
  }
};

}  // namespace

TEST_CASE("a code is good for ten minutes and not a moment longer, and whoever types it then hears to ask for a new one") {
  Pair in_time;
  CHECK(in_time.take_up([] {}).ok());
  REQUIRE(in_time.timers.size() == 1);
  CHECK(in_time.timers.front().first == 10 * 60 * 1000);

  Pair late;
  const auto heard = late.take_up([&] { late.timers.front().second(); });
  REQUIRE_FALSE(heard.ok());
  CHECK(late.there->find_space(late.here.cycle()) == nullptr);
  CHECK(heard.error().next.find("run evenhand pair again") != std::string::npos);
  REQUIRE(late.at_host.size() == 1);
  REQUIRE_FALSE(late.at_host.front().ok());
  CHECK(late.at_host.front().error().next.find("evenhand pair") != std::string::npos);
}

TEST_CASE("a code whose laptop waits no more is told as one to ask for anew, not as a network that failed") {
  Pair two;
  PairingCode old{print_of(two.here.device()), two.here.random.make_id<PairingSecret>(), {}};
  {
    PartnerBook book = good(PartnerBook::open(two.here.folder));
    auto ended = good(SyncService::open(*two.here, book, two.here.clock, two.here.random, {}));
    old.addresses.push_back({"127.0.0.1", good(ended->listen("127.0.0.1", 0))});
  }
  const auto heard = two.type_in(old);
  REQUIRE_FALSE(heard.ok());
  CHECK(heard.error().code == ErrorCode::unavailable);
  CHECK(heard.error().what.find("nobody is waiting for this code") != std::string::npos);
  CHECK(heard.error().next.find("ten minutes: ask them to run evenhand pair again") != std::string::npos);

  Laptop another{3};
  const auto as_laptop = pair_new_laptop(old, another.folder, "Another", another.clock, another.random, {});
  REQUIRE_FALSE(as_laptop.ok());
  CHECK(as_laptop.error().sentence() == heard.error().sentence());
}
