/// Two copies of one workspace that edit unseen by each other, and meet when a test says so.
#pragma once

#include <catch2/catch.hpp>
#include <filesystem>

#include "core/engine/workspace.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

namespace evenhand {

struct SteppingClock : Clock {
  std::int64_t ms = 1'700'000'000'000;
  ClaimedTime now() override { return {ms += 1000}; }
};

/// Every commit of a space's log, in the order in which they came.
inline std::vector<Bytes> commits_of(const Space& space) {
  std::vector<Bytes> commits;
  const auto view = space.log.read();
  REQUIRE(view.ok());
  REQUIRE(view->scan(1, [&](Arrival, const CommitView& commit) {
    commits.emplace_back(commit.bytes().begin(), commit.bytes().end());
    return true;
  }).ok());
  return commits;
}

class TwoWorkspaces {
 public:
  TwoWorkspaces() {
    auto made = Workspace::create(folder_of("one"), {"Northmere Community NHS Trust", "NCT", "EDI laptop"}, clock_, random_);
    REQUIRE(made.ok());
    one_.emplace(std::move(*made));
  }

  Workspace& one() { return *one_; }
  Workspace& two() { return *two_; }

  /// The second copy comes into being, with all that the first holds now.
  void part() {
    one_.reset();
    std::filesystem::copy(folder_of("one"), folder_of("two"), std::filesystem::copy_options::recursive);
    one_.emplace(opened("one"));
    two_.emplace(opened("two"));
  }

  /// Each gets what the other has; both end with the same state.
  void meet() {
    send(*one_, *two_);
    send(*two_, *one_);
    for (std::size_t i = 0; i < one_->spaces().size(); ++i) CHECK(*one_->spaces()[i].fold.state_digest() == *two_->spaces()[i].fold.state_digest());
  }

  static Receipt entered(Workspace& workspace, RecordChange change) {
    Command command;
    command.changes.push_back(std::move(change));
    auto receipt = workspace.submit(command);
    INFO((receipt.ok() ? "" : receipt.error().sentence()));
    REQUIRE(receipt.ok());
    return *receipt;
  }
  EntityId added(std::string type, std::vector<FieldValue> set) { return entered(*one_, {std::move(type), {}, Verb::changed, std::move(set)}).entities.front(); }

  static void send(Workspace& from, Workspace& to) {
    for (std::size_t i = 0; i < from.spaces().size(); ++i) {
      const std::vector<Bytes> commits = commits_of(from.spaces()[i]);
      const std::vector<ByteView> views(commits.begin(), commits.end());
      REQUIRE(to.spaces()[i].log.append_untrusted(views).ok());
      REQUIRE(to.spaces()[i].fold.catch_up(to.spaces()[i].log).ok());
    }
  }

 private:
  std::filesystem::path folder_of(const char* name) const { return scratch_.folder() / name; }
  Workspace opened(const char* name) {
    auto workspace = Workspace::open(folder_of(name), OpenMode::read_write, clock_, random_);
    INFO((workspace.ok() ? "" : workspace.error().sentence()));
    REQUIRE(workspace.ok());
    return std::move(*workspace);
  }

  Scratch scratch_;
  SteppingClock clock_;
  SeededRandom random_{11};
  std::optional<Workspace> one_;
  std::optional<Workspace> two_;
};

}  // namespace evenhand
