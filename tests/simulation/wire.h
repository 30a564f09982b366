/// What carries events between simulated laptops, and what goes wrong on the way. Nothing here asks a clock or a socket.
#pragma once

#include "sync/bundle/bundle.h"
#include "sync/session/session.h"
#include "tests/simulation/device.h"

namespace evenhand::simulation {

/// What may befall a connection. Each fault strikes one byte or one piece of the way there or back.
enum class Fault { none, breaks, falls_silent, changes_a_byte, says_a_piece_twice, loses_a_piece, swaps_pieces };
const char* to_word(Fault fault);

struct Meeting {
  SessionOutcome left, right;
  bool agreed = false;  ///< both say that they hold the same
  bool waited = false;  ///< nobody said anything for a while, and time had to pass
};

/// One end of a wire.
struct Party {
  Replica& replica;
  SessionMemory& memory;
  Random& random;
  std::optional<std::uint64_t> room_bytes;  ///< how long a file of this one's may become meanwhile; nothing: its disk has room
  std::string* hears = nullptr;             ///< takes down every byte that reaches it
  Age age = Age::shipping;                  ///< the version of the program that speaks here
};
/// One session over a wire that has this fault.
Meeting converse(const Party& left, const Party& right, Fault fault, SeededRandom& random, bool compression);

/// The same between two devices. Promises what both said to have stored.
Meeting meet(Device& left, Device& right, Fault fault, SeededRandom& random, bool compression = true);

/// Bundles that somebody wrote and nobody has read yet: on a stick, in an inbox.
class Post {
 public:
  Post(std::filesystem::path folder, SeededRandom& random) : folder_(std::move(folder)), random_(random), epoch_(SealKey::make(random)) {
    std::filesystem::create_directories(folder_);
  }
  bool is_empty() const { return bundles_.empty(); }
  /// `base`: what the reader is thought to hold; empty: everything.
  void write(Device& from, const VersionVector& base, const std::vector<PublicKey>& readers, ClaimedTime claimed);
  /// Cuts or damages one that lies here.
  void damage();
  /// Reads one of those that lie here; some of them stay, to be read again. Says what came of it.
  std::string read(Device& to);

 private:
  struct Bundle {
    std::filesystem::path file;
    bool is_damaged = false;
    bool is_everything = false;
    std::set<EventName> holds;
  };
  std::filesystem::path folder_;
  SeededRandom& random_;
  SealKey epoch_;
  std::vector<Bundle> bundles_;
  std::size_t written_ = 0;
};

}  // namespace evenhand::simulation
