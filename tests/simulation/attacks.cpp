#include "tests/simulation/attacks.h"

#include <algorithm>

#include "core/crypto/seal.h"
#include "sync/protocol/compress.h"
#include "sync/protocol/message.h"
#include "tests/support/garbled.h"

namespace evenhand::simulation {

namespace {

constexpr std::size_t kBodyLengthAt = CommitView::kFixedBytes + ChainDescriptor::kBytes;  // where the first event of a first commit begins

EventDraft evidence(const Assault& a, const std::string& text = "attack") {
  return a.hostile.draft(a.hostile.random().make_id<EntityId>(), "evidence.changed", {{5, encode(text)}}, a.history.now_ms);
}

ChainDescriptor chain_of(const Assault& a, const PublicKey& device, const SpaceId& space) {
  return {device, space, Lane::data, a.hostile.random().make_id<Incarnation>()};
}

/// A commit of any chain, sealed with the hostile device's key whoever's chain it is.
Bytes forge_after(const Assault& a, const ChainDescriptor& chain, const Device::End& end, std::size_t events = 1) {
  ChainDescriptor own = chain;
  own.device = a.hostile.device();
  CommitBuilder builder(own, a.hostile.key(), end.seq, end.head);
  for (std::size_t i = 0; i < events; ++i) must(builder.add(evidence(a), a.hostile.random()), "forge");
  Bytes commit = builder.finish();
  const ChainId id = chain.id();
  std::copy(id.bytes.begin(), id.bytes.end(), commit.begin() + 16);
  if (end.seq == 0) chain.write(commit.data() + CommitView::kFixedBytes);
  return with_sum(std::move(commit));
}
Bytes forge(const Assault& a, const ChainDescriptor& chain, std::size_t events = 1) { return forge_after(a, chain, {0, chain.root()}, events); }
Bytes forge_own(const Assault& a, std::size_t events = 1) { return forge(a, chain_of(a, a.hostile.device(), a.history.space()), events); }

/// A bit of a commit is turned and its checksum made to fit.
Bytes altered(Bytes commit, std::size_t at) {
  commit[at] ^= 1;
  return with_sum(std::move(commit));
}

Result<Stored> offer(const Assault& a, const Bytes& commits) {
  Segment segment;
  segment.payload = commits;
  auto stored = a.victim.space().store(std::span(&segment, 1));
  a.victim.catch_up();
  return stored;
}

void is_refused(const Assault& a, const Bytes& commits) {
  const Hash before = a.victim.log_digest();
  const auto stored = offer(a, commits);
  if (stored && stored->events_new > 0) wrong("was taken in");
  if (a.victim.log_digest() != before) wrong("left something in the log");
}

/// Whatever became of this record, it shows nothing.
void has_no_effect(const Assault& a, const EntityId& entity, const char* what) {
  a.history.at_the_end.emplace_back(what, [entity](Device& device) {
    const auto state = must(device.fold().find(entity), "look a record up");
    return !state || std::all_of(state->fields.begin(), state->fields.end(), [](const FieldState& field) { return field.values.empty(); });
  });
}

void spread(const Assault& a) { a.history.meet_for_certain(a.hostile, a.victim); }

void claims(const Assault& a, std::string_view type, Bytes body, std::optional<Reference> under = {}) {
  if (!under) under = a.hostile.access().find_grant(a.hostile.device(), Capability::contribute);
  a.hostile.write_authority(type, std::move(body), under);
  spread(a);
}

void never_admin(const Assault& a) {
  const PublicKey hostile = a.hostile.device();
  a.history.at_the_end.emplace_back("the hostile device gave itself rights", [hostile](Device& device) {
    const evenhand::Device* found = device.access().find_device(hostile);
    return found == nullptr || !found->capabilities.has(Capability::admin);
  });
}

std::optional<Reference> charter_of(const Assault& a) { return a.hostile.access().find_grant(a.history.charter().device, Capability::admin); }

void founder_stays(const Assault& a) {
  if (!a.history.has_one_admin) return;
  const PublicKey founder = a.history.charter().device;
  a.history.at_the_end.emplace_back("the founder lost its rights", [founder](Device& device) {
    const evenhand::Device* found = device.access().find_device(founder);
    return found == nullptr || found->capabilities == Capabilities::all();
  });
}

Bytes bytes_of(const Reference& reference) {
  Bytes bytes(Reference::kBytes);
  reference.write(bytes.data());
  return bytes;
}

void waits_for_ever(const Assault& a, std::vector<Reference> parents) {
  EventDraft draft = evidence(a);
  draft.parents = std::move(parents);
  a.hostile.write(Lane::data, {draft});
  has_no_effect(a, draft.entity, "an event whose parents nobody has took effect");
  spread(a);
}

/// A hostile device that speaks by hand after greeting like anybody.
struct Talk {
  SeededRandom random;
  wire::SessionBinding binding;
  Session session;

  explicit Talk(const Assault& a)
      : random(a.hostile.random().next()), session(a.victim, a.hostile.device(), a.victim.memory(), random, SessionRole::responder) {
    binding = {wire::Nonce{}, a.hostile.device(), a.victim.device()};
    wire::Hello hello;
    std::copy_n(a.hostile.device().bytes.begin(), 8, hello.who.device.begin());
    hello.who.title = "Hostile";
    hello.spaces = {{binding.tag(a.history.space()), SegmentForm::commits, false, {}}};
    session.receive(wire::to_message(hello));
  }
  void claim(const ChainId& chain, std::uint64_t seq) {
    wire::VectorMessage vector;
    vector.base = wire::VectorBase::yours;
    vector.entries.push_back({std::nullopt, chain, {1, {{seq, {}}}}});
    session.receive(wire::to_message(vector));
    session.receive(wire::to_message(wire::Plan{0, seq, {}}));
  }
  void say(const Bytes& message) { session.receive(message); }
  void end(const Assault& a, const Hash& before) {
    while (!session.take(std::size_t{1} << 20).empty()) {}
    session.tick(1);
    session.tick(100'000);
    if (!session.is_over()) wrong("the session goes on");
    if (session.outcome().end == SessionEnd::in_sync) wrong("the session agreed");
    if (session.held_bytes() > std::size_t{8} << 20) wrong("the session holds too much");
    a.victim.catch_up();
    if (a.victim.log_digest() != before) wrong("something of it was stored");
  }
};

/// Says of its log what it likes.
class LyingReplica : public Replica {
 public:
  class LyingSpace : public LogSpace {
   public:
    explicit LyingSpace(Log& log) : LogSpace(log) {}
    Result<Hash> log_digest() const override { return sha256(ByteView()); }
  };
  explicit LyingReplica(Device& device) : device_(device), space_(device.log()) {}
  const PublicKey& device() const override { return device_.device(); }
  std::string title() const override { return "Liar"; }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey&) override { return {&space_}; }
  Result<bool> welcome_space(const PublicKey&, const SpaceId&) override { return false; }
  Result<void> settle() override { return {}; }

 private:
  Device& device_;
  LyingSpace space_;
};

void lie_about_digest(const Assault& a) {
  LyingReplica liar(a.hostile);
  ShortMemory none;
  SeededRandom random(a.hostile.random().next());
  Session left(liar, a.victim.device(), none, random, SessionRole::initiator);
  Session right(a.victim, a.hostile.device(), a.victim.memory(), a.victim.random(), SessionRole::responder);
  for (int quiet = 0; quiet < 2;) {
    const Bytes out = left.take(1 << 20), back = right.take(1 << 20);
    if (!out.empty()) right.receive(out);
    if (!back.empty()) left.receive(back);
    quiet = out.empty() && back.empty() ? quiet + 1 : 0;
  }
  a.victim.catch_up();
  a.hostile.catch_up();
  if (right.outcome().end == SessionEnd::in_sync) wrong("the victim agreed");
}

void equivocate(const Assault& a) {
  const Device::End before = a.hostile.end(Lane::data);
  a.hostile.write(Lane::data, {a.hostile.draft(a.history.entities[0], "evidence.changed", {{5, encode(std::string("to one"))}}, 0)});
  spread(a);
  a.hostile.go_back_to(Lane::data, before);
  a.hostile.write(Lane::data, {a.hostile.draft(a.history.entities[0], "evidence.changed", {{5, encode(std::string("to another"))}}, 0)});
  if (Device* other = a.history.find_victim()) a.history.meet_for_certain(a.hostile, *other);
}

// The same events with the commits cut elsewhere: to one as a pair, to another one by one.
void cut_anew(const Assault& a) {
  const ChainDescriptor chain = chain_of(a, a.hostile.device(), a.history.space());
  const std::uint64_t seed = a.hostile.random().next();
  const auto make = [&](bool together) {
    SeededRandom same(seed);
    EventDraft draft;
    draft.type = "evidence.changed";
    draft.entity = a.history.entities[1];
    draft.body = encode_body({{9, encode(std::string("cut anew"))}});
    if (const auto grant = a.hostile.access().find_grant(a.hostile.device(), Capability::contribute)) draft.grant = *grant;
    CommitBuilder builder(chain, a.hostile.key(), 0, chain.root());
    Bytes commits;
    for (int i = 0; i < 3; ++i) {
      must(builder.add(draft, same), "forge");
      if (!together || i == 2) {
        const Bytes commit = builder.finish();
        commits.insert(commits.end(), commit.begin(), commit.end());
      }
    }
    return commits;
  };
  must(offer(a, make(true)), "the first cut");
  if (Device* other = a.history.find_victim()) (void)offer({a.history, a.hostile, *other}, make(false));
}

// Runs of commits of which only the last seal is good, in sizes that do not make whole segments: what the victim stored it must be
// able to give on.
void garbled_seals(const Assault& a) {
  const ChainDescriptor chain = chain_of(a, a.hostile.device(), a.history.space());
  Device::End end{0, chain.root()};
  Bytes commits;
  for (int i = 1; i <= 6; ++i) {
    CommitBuilder builder(chain, a.hostile.key(), end.seq, end.head);
    must(builder.add(evidence(a, std::string(60'000, 'x')), a.hostile.random()), "forge");
    const Bytes commit = i % 3 == 0 ? builder.finish() : without_seal(builder.finish());
    end = {builder.last_seq(), builder.head()};
    commits.insert(commits.end(), commit.begin(), commit.end());
    if (i % 3 == 0) must(offer(a, std::exchange(commits, {})), "a run whose last seal is good");
  }
  if (Device* other = a.history.find_victim()) a.history.meet_for_certain(a.victim, *other);
}

const Attack kAttacks[] = {
    {"a chain begun in another's name", [](const Assault& a) { is_refused(a, forge(a, chain_of(a, a.history.charter().device, a.history.space()))); }},
    {"going on with the victim's own chain", [](const Assault& a) { is_refused(a, forge_after(a, a.victim.chain(Lane::data), a.victim.end(Lane::data))); }},
    {"another branch of the victim's own chain", [](const Assault& a) { is_refused(a, forge(a, a.victim.chain(Lane::data))); }},
    {"a forged seal", [](const Assault& a) { is_refused(a, altered(forge_own(a), 80)); }},
    {"a body that does not fit its hash", [](const Assault& a) { Bytes c = forge_own(a); is_refused(a, altered(c, c.size() - CommitView::kTrailerBytes - 1)); }},
    {"a header changed after sealing", [](const Assault& a) { is_refused(a, altered(forge_own(a), kBodyLengthAt + 4 + 30)); }},
    {"a salt changed after sealing", [](const Assault& a) { Bytes c = forge_own(a, 2); is_refused(a, altered(c, c.size() - CommitView::kTrailerBytes - 12)); }},
    {"damage without a fitting checksum", [](const Assault& a) { Bytes c = forge_own(a); c[c.size() / 2] ^= 8; is_refused(a, c); }},
    {"a commit cut short", [](const Assault& a) { Bytes c = forge_own(a); c.resize(c.size() - 20); is_refused(a, c); }},
    {"more events said than there are", [](const Assault& a) { is_refused(a, altered(forge_own(a, 2), 6)); }},
    {"a commit of another space", [](const Assault& a) { is_refused(a, forge(a, chain_of(a, a.hostile.device(), a.hostile.random().make_id<SpaceId>()))); }},
    {"a commit of another space under a chain of this one", [](const Assault& a) {
       Bytes commit = forge(a, chain_of(a, a.hostile.device(), a.hostile.random().make_id<SpaceId>()));
       const ChainDescriptor own = chain_of(a, a.hostile.device(), a.history.space());
       std::copy_n(own.id().bytes.begin(), 16, commit.begin() + 16);
       own.write(commit.data() + CommitView::kFixedBytes);
       is_refused(a, with_sum(commit));
     }},
    {"200 parents", [](const Assault& a) { Bytes c = forge_own(a); c[kBodyLengthAt + 4 + 3] = 200; is_refused(a, with_sum(c)); }},
    {"a gap", [](const Assault& a) {
       const ChainDescriptor chain = chain_of(a, a.hostile.device(), a.history.space());
       CommitBuilder builder(chain, a.hostile.key(), 7, a.hostile.random().make_id<Hash>());
       must(builder.add(evidence(a), a.hostile.random()), "forge");
       is_refused(a, builder.finish());
     }},
    {"sixteen parents that nobody has", [](const Assault& a) {
       std::vector<Reference> parents;
       for (int i = 0; i < 16; ++i) parents.push_back({a.hostile.random().make_id<ChainId>(), 1, a.hostile.random().make_id<ShortHash>()});
       waits_for_ever(a, parents);
     }},
    {"a parent of its own future", [](const Assault& a) { waits_for_ever(a, {{a.hostile.chain(Lane::data).id(), a.hostile.end(Lane::data).seq + 2, a.hostile.random().make_id<ShortHash>()}}); }},
    {"equivocation", equivocate},
    {"the same commits cut anew", cut_anew},
    {"garbage for seals within a run", garbled_seals},
    {"a grant wider than held", [](const Assault& a) { never_admin(a); claims(a, authority_type::kGranted, encode(Grant{a.hostile.device(), 63})); }},
    {"a grant to itself under the founder's", [](const Assault& a) { never_admin(a); claims(a, authority_type::kGranted, encode(Grant{a.hostile.device(), 63}), charter_of(a)); }},
    {"a restored grant without the root", [](const Assault& a) {
       never_admin(a);
       const KeyPair root = KeyPair::make(a.hostile.random());
       claims(a, authority_type::kRestored, encode(RootGrant::make(root, a.history.space(), a.hostile.device(), a.hostile.access().heads())));
     }},
    {"work under the founder's grant", [](const Assault& a) {
       const auto grant = charter_of(a);
       if (!grant) return;  // the founder was removed, so what is left is its own grant: honest work (seed 794)
       EventDraft draft = evidence(a);
       draft.grant = *grant;
       a.hostile.write(Lane::data, {draft});
       has_no_effect(a, draft.entity, "work under another's grant took effect");
       spread(a);
     }},
    {"work that asks for more than was given", [](const Assault& a) {
       for (const char* type : {"grade.changed", "cycle.changed", "approval.changed"}) {
         EventDraft draft = evidence(a);
         draft.type = type;
         a.hostile.write(Lane::data, {draft});
         has_no_effect(a, draft.entity, "work beyond its author's rights took effect");
       }
       spread(a);
     }},
    {"removing the founder", [](const Assault& a) { founder_stays(a); claims(a, authority_type::kRemoved, encode(Removal{a.history.charter().device, {}})); }},
    {"making the founder's organisation leave", [](const Assault& a) {
       founder_stays(a);
       claims(a, authority_type::kLeft, encode(Leaving{a.history.charter().organisation, {a.history.charter().device}, {}, {}}));
     }},
    {"admitting an organisation", [](const Assault& a) {
       const EntityId id = a.hostile.random().make_id<EntityId>();
       a.history.at_the_end.emplace_back("an organisation was let in by somebody who may not", [id](Device& device) {
         const auto& members = device.access().members();
         return std::none_of(members.begin(), members.end(), [&](const Member& member) { return member.organisation == id; });
       });
       claims(a, authority_type::kAdmitted, encode(Admission{id, a.hostile.device(), "Uninvited"}));
     }},
    {"a certificate by a root of its own", [](const Assault& a) {
       const KeyPair root = KeyPair::make(a.hostile.random()), key = KeyPair::make(a.hostile.random());
       const PublicKey device_key = key.public_key();
       a.history.at_the_end.emplace_back("a device was certified by a foreign root", [device_key](Device& device) { return device.access().find_device(device_key) == nullptr; });
       claims(a, authority_type::kCertified, encode(Certificate::make(root, a.history.space(), a.history.charter().organisation, device_key, "uninvited")));
     }},
    {"a foreign charter", [](const Assault& a) {
       Charter charter = a.history.charter();
       charter.device = a.hostile.device();
       charter.root = a.hostile.device();
       const PublicKey root = a.history.charter().root;
       a.history.at_the_end.emplace_back("the charter was replaced", [root](Device& device) { return !device.access().charter() || device.access().charter()->root == root; });
       claims(a, authority_type::kChartered, encode(charter), Reference{});
     }},
    {"an erasure that nobody may order", [](const Assault& a) {
       const KeyId key = a.history.seal_keys.back().id;
       a.history.at_the_end.emplace_back("a key was destroyed by somebody who may not", [key](Device& device) { return !device.access().is_erased(key); });
       claims(a, authority_type::kErasure, encode(ErasureOrder{key, "request"}));
     }},
    {"a redaction of the charter", [](const Assault& a) {
       const auto charter = charter_of(a);
       if (!charter) return;
       a.history.at_the_end.emplace_back("the charter was redacted", [of = *charter](Device& device) { return !device.access().is_redacted(of); });
       claims(a, authority_type::kRedaction, encode(RedactionOrder{bytes_of(*charter), "request"}));
     }},
    {"adopting its own work", [](const Assault& a) {
       const auto grant = charter_of(a);
       if (!grant) return;  // the founder was removed, so what is left is its own grant: honest work (seed 794)
       EventDraft draft = evidence(a);
       draft.grant = *grant;
       const Reference made = a.hostile.write(Lane::data, {draft}).front();
       has_no_effect(a, draft.entity, "work was adopted by its own author");
       claims(a, authority_type::kAdopted, encode(Adoption{{bytes_of(made)}}));
     }},
    {"a key that was destroyed, used again", [](const Assault& a) {
       if (a.history.erased_keys.empty() || !a.history.has_one_admin) return;
       const KeyId id = *a.history.erased_keys.begin();
       EventDraft draft = evidence(a);
       draft.key = id;
       a.hostile.write(Lane::data, {draft});
       a.history.at_the_end.emplace_back("a value under a destroyed key came back", [id, entity = draft.entity](Device& device) {
         const auto state = must(device.fold().find(entity), "look a record up");
         return !device.access().is_erased(id) || !state || state->fields.empty();
       });
       spread(a);
     }},
    {"a grant in the lane of data", [](const Assault& a) {
       never_admin(a);
       EventDraft draft = a.hostile.draft(authority_entity(a.history.space()), std::string(authority_type::kGranted), {}, 0);
       draft.body = encode(Grant{a.hostile.device(), 63});
       if (const auto grant = charter_of(a)) draft.grant = *grant;
       a.hostile.write(Lane::data, {draft});
       spread(a);
     }},
    {"a record in the lane of authority", [](const Assault& a) {
       const EventDraft draft = evidence(a);
       a.hostile.write(Lane::authority, {draft});
       has_no_effect(a, draft.entity, "a record in the wrong lane took effect");
       spread(a);
     }},
    {"an epoch of the key by somebody who may not", [](const Assault& a) {
       const KeyId id = a.hostile.random().make_id<KeyId>();
       a.history.at_the_end.emplace_back("an epoch was begun by somebody who may not", [id](Device& device) {
         const auto& epochs = device.access().epochs();
         return std::none_of(epochs.begin(), epochs.end(), [&](const KeyEpoch& epoch) { return epoch.key == id; });
       });
       claims(a, authority_type::kEpoch, encode(Epoch{id, {}}));
     }},
    {"a false digest", lie_about_digest},
    {"a false vector", [](const Assault& a) { const Hash before = a.victim.log_digest(); Talk talk(a); talk.claim(a.hostile.random().make_id<ChainId>(), 40); talk.end(a, before); }},
    {"a compression bomb", [](const Assault& a) {
       const Hash before = a.victim.log_digest();
       Talk talk(a);
       talk.claim(a.hostile.random().make_id<ChainId>(), 40);
       talk.say(wire::to_message(wire::SegmentMessage{0, SegmentForm::commits, kSegmentBytesMax, {}, compress(Bytes(std::size_t{4} << 20))}));
       talk.end(a, before);
     }},
    {"events that nobody asked for", [](const Assault& a) {
       const Hash before = a.victim.log_digest();
       Talk talk(a);
       talk.say(wire::to_message(wire::SegmentMessage{0, SegmentForm::commits, std::nullopt, {}, forge_own(a)}));
       talk.end(a, before);
     }},
};

}  // namespace

std::span<const Attack> attacks() { return kAttacks; }

}  // namespace evenhand::simulation
