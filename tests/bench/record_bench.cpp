// One record with very many events: a line of edits and one that comes late, two lines made apart, and a wide fan
// of edits that nobody had seen of each other. Time to fold, and how much more memory it takes.
//
// Usage: record_bench [events = 100000]. One JSON line per measurement.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "core/codec/archive.h"
#include "core/projection/space_fold.h"
#include "core/record/body.h"
#include "tests/bench/founding.h"
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
  explicit OneRecord(const std::filesystem::path& folder) : founded_(2, random_), log_(Log::create(folder, founded_.id).value()) {
    bench::append_all(log_, founded_.founding);
    entity_ = random_.make_id<EntityId>();
  }

  /// Events of one device, each on the one before (from `head` on), or all of them on `head` alone.
  Reference write(std::size_t who, std::size_t count, Reference head, bool in_line) {
    Reference last = head;
    for (std::size_t i = 0; i < count; ++i) {
      EventDraft draft;
      draft.type = "evidence.changed";
      draft.entity = entity_;
      draft.grant = founded_.grants[who];
      const Reference& parent = in_line ? last : head;
      if (!parent.is_none()) draft.parents = {parent};
      draft.body = encode_body({{5, encode(std::string("text ") + std::to_string(i))}, {6, encode(std::string("more"))}});
      last = founded_.pens[who].add(draft, random_).value();
      if (founded_.pens[who].event_count() == 300 || i + 1 == count) bench::append_all(log_, {founded_.pens[who].finish()});
    }
    return last;
  }

  void fold(const std::string& name) {
    const double before = peak_mb();
    SpaceFold fold(founded_.id);
    const auto begin = std::chrono::steady_clock::now();
    EVENHAND_ASSERT(fold.catch_up(log_).ok(), "the log folds");
    const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("{\"name\": \"%s\", \"events\": %llu, \"ms\": %.0f, \"peak_growth_mb\": %.1f}\n", name.c_str(),
                static_cast<unsigned long long>(fold.counts().events), took * 1e3, peak_mb() - before);
    std::fflush(stdout);
  }

 private:
  SeededRandom random_{1};
  bench::FoundedSpace founded_;
  Log log_;
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
