#include "sync/relay/frame_store.h"

#include "sync/protocol/limits.h"

namespace evenhand {

Result<bool> FrameStore::is_kept(const SeenFrames& chain, const Frame& frame, bool is_here) {
  const KeptFrame name = frame.name();
  if (!frame.is_asked_for && (is_here || chain.adds_nothing(name))) return false;
  const std::string where = "chain " + frame.header.range.chain.hex();
  if (!chain.has_room_for(name)) return refused("a frame begins where nothing that is kept here ends", where + ", event " + std::to_string(name.first));
  const bool is_one_more = !chain.is_end(name.base()) && chain.ends().size() >= kEndsAtHubMax;
  if (is_one_more && chain.ends_by(name.packer) >= kEndsAtHubMax) return refused("a chain has more than " + std::to_string(kEndsAtHubMax) + " ends", where);
  return true;
}

}  // namespace evenhand
