// One record with very many events: a line of edits and one that comes late, two lines made apart, and a wide fan
// of edits that nobody had seen of each other. Time to fold, and how much more memory it takes.
//
// Usage: record_bench [events = 100000]. One JSON line per measurement.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "core/access/authority.h"
#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;

namespace {

double peak_mb() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

class OneRecord {
 public:
  explicit OneRecord(const std::filesystem::path& folder) {
    for (int i = 0; i < 2; ++i) keys_.push_back(KeyPair::make(random_));
    const KeyPair root = KeyPair::make(random_);
    Charter charter{0, {}, random_.make_id<EntityId>(), root.public_key(), keys_[0].public_key(), "Bench"};
    space_ = charter.space_id();
    log_.emplace(Log::create(folder, space_).value());
    CommitBuilder builder({keys_[0].public_key(), space_, Lane::authority, {}}, keys_[0], 0, {});
    EventDraft draft;
    draft.entity = authority_entity(space_);
    const auto add = [&](std::string_view type, Bytes body) {
      draft.type = std::string(type);
      draft.body = std::move(body);
      const Reference made = builder.add(draft, random_).value();
      draft.parents = {made};
      return made;
    };
    const Reference founding = add(authority_type::kChartered, encode(charter));
    draft.grant = founding;
    for (const KeyPair& key : keys_) {
      add(authority_type::kCertified, encode(Certificate::make(root, space_, charter.organisation, key.public_key(), "device")));
      grants_.push_back(add(authority_type::kGranted, encode(Grant{key.public_key(), 15})));
    }
    append(builder.finish());
    for (const KeyPair& key : keys_) builders_.emplace_back(ChainDescriptor{key.public_key(), space_, Lane::data, {}}, key, 0, Hash{});
    entity_ = random_.make_id<EntityId>();
  }

  /// Events of one device, each on the one before (from `head` on), or all of them on `head` alone.
  Reference write(std::size_t who, std::size_t count, Reference head, bool in_line) {
    Reference last = head;
    for (std::size_t i = 0; i < count; ++i) {
      EventDraft draft;
      draft.type = "evidence.changed";
      draft.entity = entity_;
      draft.grant = grants_[who];
      const Reference& parent = in_line ? last : head;
      if (!parent.is_none()) draft.parents = {parent};
      draft.body = encode_body({{5, encode(std::string("text ") + std::to_string(i))}, {6, encode(std::string("more"))}});
      last = builders_[who].add(draft, random_).value();
      if (builders_[who].event_count() == 300 || i + 1 == count) append(builders_[who].finish());
    }
    return last;
  }

  void fold(const std::string& name) {
    const double before = peak_mb();
    SpaceFold fold(space_);
    const auto begin = std::chrono::steady_clock::now();
    EVENHAND_ASSERT(fold.catch_up(*log_).ok(), "the log folds");
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("{\"name\": \"%s\", \"events\": %llu, \"ms\": %.0f, \"peak_growth_mb\": %.1f}\n", name.c_str(),
                static_cast<unsigned long long>(fold.counts().events), took * 1e3, peak_mb() - before);
    std::fflush(stdout);
  }

 private:
  void append(const Bytes& commit) {
    const ByteView views[] = {commit};
    EVENHAND_ASSERT(log_->append(views).ok(), "the log takes commits");
  }

  SeededRandom random_{1};
  std::vector<KeyPair> keys_;
  SpaceId space_;
  std::optional<Log> log_;
  std::vector<Reference> grants_;
  std::vector<CommitBuilder> builders_;
  EntityId entity_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::size_t events = argc > 1 ? std::stoul(argv[1]) : 100'000;
  Scratch scratch;
  {
    OneRecord record(scratch / "late");
    const Reference first = record.write(0, 1, {}, true);
    record.write(0, events - 2, first, true);
    record.write(1, 1, first, true);
    record.fold("a line and one late event");
  }
  {
    OneRecord record(scratch / "two");
    const Reference first = record.write(0, 1, {}, true);
    record.write(0, events / 2, first, true);
    record.write(1, events / 2, first, true);
    record.fold("two lines made apart");
  }
  {
    OneRecord record(scratch / "fan");
    const Reference first = record.write(0, 1, {}, true);
    record.write(0, events - 1, first, false);
    record.fold("a fan");
  }
  return 0;
}
