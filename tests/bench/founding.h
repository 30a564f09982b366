/// What the benchmarks write: a space with devices that may all write in it, and plain commits for those that no fold reads.
/// Everything is seeded by the caller. Threads: one at a time.
#pragma once

#include <string>
#include <vector>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/event/commit.h"
#include "core/store/log.h"
#include "tests/support/seeded_random.h"

namespace evenhand::bench {

inline void append_all(Log& log, const std::vector<Bytes>& commits) {
  const std::vector<ByteView> views(commits.begin(), commits.end());
  EVENHAND_ASSERT(log.append(views).ok(), "the log takes commits");
}

/// A space, a key and a grant for each of its devices, and a builder for each one's data chain.
class FoundedSpace {
 public:
  FoundedSpace(std::size_t devices, Random& random) {
    for (std::size_t i = 0; i < devices; ++i) keys.push_back(KeyPair::make(random));
    const KeyPair root = KeyPair::make(random);
    const Charter charter{0, {}, random.make_id<EntityId>(), root.public_key(), keys[0].public_key(), "Bench"};
    id = charter.space_id();
    CommitBuilder builder({keys[0].public_key(), id, Lane::authority, {}}, keys[0], 0, {});
    EventDraft draft;
    draft.entity = authority_entity(id);
    const auto add = [&](std::string_view type, Bytes body) {
      draft.type = std::string(type);
      draft.body = std::move(body);
      const Reference made = builder.add(draft, random).value();
      draft.parents = {made};
      return made;
    };
    draft.grant = add(authority_type::kChartered, encode(charter));
    for (const KeyPair& key : keys) {
      add(authority_type::kCertified, encode(Certificate::make(root, id, charter.organisation, key.public_key(), "device")));
      grants.push_back(add(authority_type::kGranted, encode(Grant{key.public_key(), 15})));
      if (builder.event_count() > 400) founding.push_back(builder.finish());
    }
    if (builder.event_count() > 0) founding.push_back(builder.finish());
    for (const KeyPair& key : keys) pens.push_back(CommitBuilder({key.public_key(), id, Lane::data, {}}, key, 0, {}));
  }
  FoundedSpace(const FoundedSpace&) = delete;  // the pens point to the keys
  FoundedSpace& operator=(const FoundedSpace&) = delete;

  SpaceId id;
  std::vector<KeyPair> keys;
  std::vector<Reference> grants;
  std::vector<CommitBuilder> pens;
  std::vector<Bytes> founding;  ///< commits that every log of the space begins with
};

/// One chain of events of about 400 bytes, of which 64 of the body are random; nothing that a fold could read.
class PlainChain {
 public:
  explicit PlainChain(const SpaceId& space = {}, std::uint64_t seed = 1) : random_(seed), builder_({key_.public_key(), space, Lane::data, {}}, key_, 0, {}) {}

  static constexpr std::size_t kEventBytes = 400;

  Bytes commit(std::size_t events) {
    EventDraft draft;
    draft.type = "evidence.changed";
    draft.body.resize(kEventBytes - EventHeader::kFixedBytes - draft.type.size() - Reference::kBytes);
    for (std::size_t i = 0; i < events; ++i) {
      random_.fill(draft.entity.bytes);
      random_.fill(std::span(draft.body).first(64));
      draft.parents = {parent_};
      parent_ = builder_.add(draft, random_).value();
    }
    return builder_.finish();
  }

 private:
  SeededRandom random_;
  KeyPair key_ = KeyPair::make(random_);
  CommitBuilder builder_;
  Reference parent_;
};

}  // namespace evenhand::bench
