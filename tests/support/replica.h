/// A replica for tests: a device, its log and its fold, writing straight through the commit builder.
///
/// It can do what an honest engine never does: fork its own chain, hand over commits out of order.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "core/record/value.h"
#include "tests/support/seeded_random.h"

namespace evenhand {

/// The founder of a test space and what it hands out.
struct TestSpace {
  KeyPair root;
  Charter charter;
  SpaceId id;
  EntityId organisation;
};

class Replica {
 public:
  Replica(const std::filesystem::path& folder, const SpaceId& space, KeyPair key, std::uint64_t seed)
      : random_(seed), space_(space), key_(std::move(key)), log_(*Log::create(folder, space)), fold_(space) {
    for (const Lane lane : {Lane::data, Lane::authority}) {
      chains_[lane] = {key_.public_key(), space, lane, {}};
      ends_[lane] = {0, chains_[lane].root()};
    }
  }

  static TestSpace found_space(Random& random, const PublicKey& founder) {
    TestSpace space{KeyPair::make(random), {}, {}, random.make_id<EntityId>()};
    space.charter.nonce = random.make_id<decltype(space.charter.nonce)>();
    space.charter.organisation = space.organisation;
    space.charter.root = space.root.public_key();
    space.charter.device = founder;
    space.charter.title = "Test";
    space.id = space.charter.space_id();
    return space;
  }

  const PublicKey& device() const { return key_.public_key(); }
  ChainId chain(Lane lane) const { return chains_.at(lane).id(); }
  std::uint64_t last_seq(Lane lane) const { return ends_.at(lane).seq; }
  Log& log() { return log_; }
  SpaceFold& fold() { return fold_; }
  SeededRandom& random() { return random_; }
  /// Every commit this device ever sealed, in order of making.
  const std::vector<Bytes>& written() const { return written_; }

  struct End {
    std::uint64_t seq;
    Hash head;
  };
  End end(Lane lane) const { return ends_.at(lane); }
  /// As a cloned or restored store would: the next commit stands on an earlier end.
  void go_back_to(Lane lane, const End& end) { ends_[lane] = end; }

  /// Seals a commit of the drafts (parents as given), appends and folds it. Returns the references.
  std::vector<Reference> write(Lane lane, std::vector<EventDraft> drafts) {
    CommitBuilder builder(chains_[lane], key_, ends_[lane].seq, ends_[lane].head);
    std::vector<Reference> made;
    for (EventDraft& draft : drafts) {
      auto reference = builder.add(draft, random_);
      EVENHAND_ASSERT(reference.ok(), "a test's event fits a commit");
      made.push_back(*reference);
    }
    const Bytes commit = builder.finish();
    ends_[lane] = {builder.last_seq(), builder.head()};
    written_.push_back(commit);
    receive({commit});
    return made;
  }

  /// One record event with the current heads as parents, under `grant`.
  Reference write_record(const EntityId& entity, std::string type, std::vector<OwnedChange> changes, const Reference& grant) {
    EventDraft draft;
    draft.type = std::move(type);
    draft.entity = entity;
    draft.actor = EntityId{};
    draft.grant = grant;
    draft.parents = *fold_.heads(entity);
    if (draft.parents.size() > kParentsMax) draft.parents.resize(kParentsMax);
    draft.body = encode_body(std::move(changes));
    draft.claimed.ms = static_cast<std::int64_t>(random_.below(4'000'000'000'000));  // clocks are claims
    return write(Lane::data, {draft}).front();
  }

  Reference write_authority(std::string_view type, Bytes body, const Reference& grant) {
    EventDraft draft;
    draft.type = std::string(type);
    draft.must_understand = true;
    draft.entity = authority_entity(space_);
    draft.grant = grant;
    draft.parents = fold_.access().heads();
    draft.body = std::move(body);
    return write(Lane::authority, {draft}).front();
  }

  void receive(const std::vector<Bytes>& commits) {
    std::vector<ByteView> views(commits.begin(), commits.end());
    auto outcome = log_.append_untrusted(views);
    if (!outcome) assertion_failed("append", outcome.error().sentence().c_str(), __FILE__, __LINE__);
    auto folded = fold_.catch_up(log_);
    if (!folded) assertion_failed("fold", folded.error().sentence().c_str(), __FILE__, __LINE__);
  }

  Hash state_digest() { return *fold_.state_digest(); }
  Hash log_digest() { return *(*log_.read()).log_digest({}); }

 private:
  SeededRandom random_;
  SpaceId space_;
  KeyPair key_;
  Log log_;
  SpaceFold fold_;
  std::map<Lane, ChainDescriptor> chains_;
  std::map<Lane, End> ends_;
  std::vector<Bytes> written_;
};

}  // namespace evenhand
