/// Private to sync/relay.
#pragma once

#include "sync/relay/relay_space.h"

namespace evenhand {

/// A segment that came, as far as a hub may look into it. Lifetime of the view: the segment's.
struct RelaySpace::Opened {
  FrameHeader header;
  ByteView frame;
  Bytes commits;  ///< authority lane only
};

}  // namespace evenhand
