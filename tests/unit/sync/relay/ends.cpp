// What a hub takes for the ends of a chain, when that is not what its partners hold.
#include "tests/support/chain_writer.h"
#include "tests/support/hub_community.h"

using namespace evenhand;
using namespace evenhand::test;

namespace {

void take(Laptop& laptop, const SpaceId& space, const Bytes& commit) {
  const ByteView view = commit;
  good(laptop->receive(space, {&view, 1}));
  good(laptop->settle());
}

}  // namespace

TEST_CASE("a branch that begins within a commit goes out after what it stands on, so the hub takes both and gives both on") {
  Community all;
  Laptop second{2};
  join(all, second, "Second");
  for (Laptop* laptop : {&all.host, &second, &all.host}) (void)all.meet(*laptop);
  ChainWriter writer(all.shared, 50);
  const Bytes whole = writer.commit(4);
  const Hash within = good(good(CommitView::decode_stored(whole)).event_hashes())[1];
  writer.go_back_to({2, within});
  const Bytes branch = writer.commit();
  take(all.host, all.shared, whole);
  take(all.host, all.shared, branch);
  (void)all.meet(all.host);
  (void)all.meet(second);
  for (Laptop* laptop : {&all.host, &second}) {
    all.agree(*laptop);
    CHECK(good(good((*laptop)->find_space(all.shared)->log.read()).chain(writer.id())).branches.size() == 2);
  }
}
