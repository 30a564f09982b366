/// Replicas over bare logs and a pipe between two sessions, for tests and benchmarks. Everything is seeded.
#pragma once

#include <deque>
#include <memory>

#include "sync/session/log_space.h"
#include "sync/session/session.h"
#include "tests/support/scratch.h"
#include "tests/support/seeded_random.h"

namespace evenhand {

inline SpaceId space_number(std::uint8_t number) {
  SpaceId id;
  id.bytes.fill(number);
  return id;
}

/// A device with a log per space. Shares with everybody whatever it was told to share.
class LogReplica : public Replica {
 public:
  LogReplica(std::filesystem::path folder, std::uint64_t seed) : random_(seed), folder_(std::move(folder)) {
    std::filesystem::create_directories(folder_);
    key_ = random_.make_id<PublicKey>();
  }

  Log& add_space(const SpaceId& id) { return add_space(id, {}); }
  Log& add_space(const SpaceId& id, LogSpace::Known known, bool with_blobs = false) {
    Held& held = held_.emplace_back();
    const std::filesystem::path folder = folder_ / id.hex().substr(0, 8);
    const bool exists = std::filesystem::exists(folder);
    held.log.emplace(exists ? Log::open(folder, OpenMode::read_write).value() : Log::create(folder, id).value());
    if (with_blobs) held.blobs.emplace(BlobStore::open(folder.string() + ".blobs", OpenMode::read_write).value());
    held.space = std::make_unique<LogSpace>(*held.log, held.blobs ? &*held.blobs : nullptr, std::move(known));
    return *held.log;
  }
  Log& log(std::size_t i = 0) { return *held_[i].log; }
  BlobStore& blob_store(std::size_t i = 0) { return *held_[i].blobs; }
  LogSpace& space(std::size_t i = 0) { return *held_[i].space; }
  Hash digest(std::size_t i = 0) { return held_[i].space->log_digest().value(); }
  SeededRandom& random() { return random_; }
  ShortMemory& memory() { return memory_; }
  std::size_t settled() const { return settled_; }

  void append(const Bytes& commit, std::size_t i = 0) {
    const ByteView view = commit;
    const auto appended = log(i).append({&view, 1});
    EVENHAND_ASSERT(appended.ok(), "a test's commit is appended");
  }

  std::string name = "Fenmarsh (EDI laptop)";
  std::vector<SpaceId> hidden;   ///< here, and not for this partner
  std::vector<SpaceId> invited;  ///< made when they are offered

  const PublicKey& device() const override { return key_; }
  std::string title() const override { return name; }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey&) override {
    std::vector<ReplicaSpace*> found;
    for (Held& held : held_) {
      if (std::find(hidden.begin(), hidden.end(), held.log->space()) == hidden.end()) found.push_back(held.space.get());
    }
    std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) { return a->id() < b->id(); });
    return found;
  }
  Result<bool> welcome_space(const PublicKey&, const SpaceId& space) override {
    if (std::find(invited.begin(), invited.end(), space) == invited.end()) return false;
    add_space(space);
    return true;
  }
  Result<void> settle() override {
    ++settled_;
    return {};
  }

 private:
  struct Held {
    std::optional<Log> log;
    std::optional<BlobStore> blobs;
    std::unique_ptr<LogSpace> space;
  };
  SeededRandom random_;
  std::filesystem::path folder_;
  PublicKey key_;
  ShortMemory memory_;
  std::deque<Held> held_;
  std::size_t settled_ = 0;
};

/// Two sessions and the bytes between them.
class SessionPair {
 public:
  SessionPair(Replica& left_replica, SessionMemory& left_memory, Replica& right_replica, SessionMemory& right_memory, std::uint64_t seed, SessionOptions options = {})
      : left_random_(seed), right_random_(seed + 1),
        left(left_replica, right_replica.device(), left_memory, left_random_, SessionRole::initiator, options),
        right(right_replica, left_replica.device(), right_memory, right_random_, SessionRole::responder, options) {}
  SessionPair(LogReplica& l, LogReplica& r, std::uint64_t seed = 1, SessionOptions options = {}) : SessionPair(l, l.memory(), r, r.memory(), seed, options) {}

  std::size_t piece = std::size_t{1} << 20;      ///< bytes that move at once
  std::size_t bytes_max = SIZE_MAX;  ///< both ways together; then the connection breaks
  std::size_t from_left_max = SIZE_MAX, from_right_max = SIZE_MAX;  ///< the same for one way
  bool record = false;

  /// Runs until neither has anything to say, or the connection breaks. False: it broke.
  bool run() {
    for (int quiet = 0; quiet < 2;) {
      const Bytes out = left.take(piece);
      if (!carry(out, right, from_left, from_left_max, left_said)) return false;
      const Bytes back = right.take(piece);
      if (!carry(back, left, from_right, from_right_max, right_said)) return false;
      held_max = std::max({held_max, left.held_bytes(), right.held_bytes()});
      quiet = out.empty() && back.empty() ? quiet + 1 : 0;
      flights += (out.empty() ? 0 : 1) + (back.empty() ? 0 : 1);
    }
    return true;
  }

 private:
  bool carry(const Bytes& bytes, Session& to, std::size_t& count, std::size_t max, Bytes& said) {
    const std::size_t moved = std::min({bytes.size(), bytes_max - from_left - from_right, max - count});
    count += moved;
    if (record) said.insert(said.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(moved));
    to.receive(ByteView(bytes).first(moved));
    if (moved == bytes.size()) return true;
    left.close(unavailable("the connection broke"));
    right.close(unavailable("the connection broke"));
    return false;
  }

  SeededRandom left_random_, right_random_;

 public:
  Session left, right;
  std::size_t from_left = 0, from_right = 0, held_max = 0, flights = 0;
  Bytes left_said, right_said;
};

}  // namespace evenhand
