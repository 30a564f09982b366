/// For whom a sealed file is written.
///
/// Threads: one.
#pragma once

#include <string>
#include <vector>

#include "apps/cli/session.h"
#include "sync/partners/partner_book.h"

namespace evenhand::cli {

/// A space in which a name says nobody who may read it: several organisations, or a hub alone.
struct SpaceLeftOut {
  SpaceId space;
  std::string sentence;  ///< what is left out, and why
};

struct Recipients {
  std::vector<PublicKey> devices;
  std::vector<SpaceLeftOut> left_out;  ///< whoever tells of them leaves out those that all of `devices` read all the same
};

/// Those named, each in the space in use or else in another, else in the book; without a name every other device that may read the space in use.
/// Who left or was removed is meant only when nobody else is.
/// Errors: refused (a name that fits several organisations, or a hub alone, wherever it stands), not_found.
Result<Recipients> recipients_named(const Workspace& workspace, const PartnerBook& book, const std::vector<std::string>& names);

}  // namespace evenhand::cli
