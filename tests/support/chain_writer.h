/// Writes commits of one chain for tests: seeded, so that every run makes the same bytes.
#pragma once

#include "core/base/result.h"
#include "core/event/commit.h"
#include "tests/support/seeded_random.h"

namespace evenhand {

class ChainWriter {
 public:
  ChainWriter(const SpaceId& space, std::uint64_t seed)
      : random_(seed), key_(KeyPair::make(random_)), chain_{key_.public_key(), space, Lane::data, {}} {
    last_ = {0, chain_.root()};
  }
  /// The chain of a device that is known; its own by `seed`.
  ChainWriter(const SpaceId& space, std::uint64_t seed, const KeyPair& key, Lane lane = Lane::data)
      : random_(seed), key_(KeyPair::from_seed(key.seed())), chain_{key_.public_key(), space, lane, random_.make_id<Incarnation>()} {
    last_ = {0, chain_.root()};
  }

  const ChainDescriptor& descriptor() const { return chain_; }
  ChainId id() const { return chain_.id(); }
  struct End {
    std::uint64_t seq = 0;
    Hash head;
  };
  End end() const { return last_; }
  /// The reference of every event written, in order (also of those on branches left behind).
  const std::vector<Reference>& references() const { return references_; }

  /// The next commit: `events` events with bodies of `body_bytes` bytes each.
  Bytes commit(std::size_t events = 1, std::size_t body_bytes = 100) {
    CommitBuilder builder(chain_, key_, last_.seq, last_.head);
    for (std::size_t i = 0; i < events; ++i) {
      EventDraft draft;
      draft.type = "evidence.changed";
      draft.entity = random_.make_id<EntityId>();
      draft.actor = random_.make_id<EntityId>();
      draft.body.resize(body_bytes);
      random_.fill(draft.body);
      const auto reference = builder.add(draft, random_);
      EVENHAND_ASSERT(reference.ok(), "a test's event fits a commit");
      references_.push_back(*reference);
    }
    last_ = {builder.last_seq(), builder.head()};
    return builder.finish();
  }

  /// Goes back, as a cloned store would: the next commit stands on `end`.
  void go_back_to(const End& end) { last_ = end; }

 private:
  SeededRandom random_;
  KeyPair key_;
  ChainDescriptor chain_;
  End last_;
  std::vector<Reference> references_;
};

}  // namespace evenhand
