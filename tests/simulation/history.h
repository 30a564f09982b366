/// One history: a seed decides who there is, what they do, what goes wrong, and in which order. Afterwards everybody meets
/// everybody, and what must hold is held (tests/simulation/oracles.h).
///
/// Threads: one; processes may run side by side. Lifetime: its folder goes with it.
#pragma once

#include "tests/simulation/device.h"
#include "tests/simulation/wire.h"
#include "tests/support/scratch.h"

namespace evenhand::simulation {

struct Options {
  Planted planted = Planted::none;
  bool tells = false;  ///< every step goes to standard output
};

/// What happened, for those who want to know whether anything did.
struct Tally {
  std::uint64_t events = 0, meetings = 0, bundles = 0, crashes = 0, damaged_disks = 0, forks = 0, conflicts = 0, attacks = 0, quarantined = 0;
  std::uint64_t full_disks = 0, private_words = 0, shares = 0, attachments = 0, people_erased = 0, hub_meetings = 0, hub_wipes = 0, hub_attacks = 0, passed_over = 0, left_out = 0, trust_forks = 0;
  std::uint64_t programs_changed = 0, later_writes = 0;
  std::uint64_t sign_offs = 0, late = 0, left = 0, came_back = 0, roots_used = 0, retired = 0;
  std::uint64_t attacks_seen = 0, hub_attacks_seen = 0, hub_knots_seen = 0;  ///< a bit for each, in the order of its list
  void add(const Tally& other);
};

class History {
 public:
  History(std::uint64_t seed, const Options& options);
  /// Throws Wrong.
  Tally run();
  /// Over every step that was told: the same seed, the same print.
  Hash print();

  // What attacks and oracles see.
  SeededRandom random;
  std::vector<std::unique_ptr<Device>> devices;  ///< the founder's first
  Device& founder() { return *devices.front(); }
  Device& hostile() { return *devices[hostile_]; }
  /// Somebody honest who knows the space already; nobody else is fit to be attacked.
  Device* find_victim();
  std::vector<Device*> honest();
  const SpaceId& space() const { return space_; }
  const Charter& charter() const { return charter_; }
  /// True when nobody but the founder was ever an admin, so that who counts can be told without the shipping code.
  bool has_one_admin = true;
  std::set<KeyId> erased_keys;
  std::vector<Reference> redacted;
  std::vector<EntityId> entities;
  std::vector<EntityId> batches;
  std::vector<SealKey> seal_keys;
  std::int64_t now_ms = 1'700'000'000'000;
  Tally tally;
  /// Held on every honest device at the end.
  std::vector<std::pair<std::string, std::function<bool(Device&)>>> at_the_end;
  void tell(const std::string& step);
  /// The same disk under another version of the program: it shows what it would always have shown.
  void install(Device& device, Age age);
  void meet_for_certain(Device& left, Device& right);

 private:
  void found();
  void step();
  void write_something(Device& device);
  void write_batch(Device& device);
  bool write_what_is_later(Device& device);
  void change_program(Device& device);
  void change_membership();
  void erase_something();
  void let_meet();
  void send_post();
  void crash(Device& device);
  void damage_disk(Device& device);
  void spoil_file(Device& device);
  void fill_disk(Device& device);
  void clone(Device& device);
  void attack();
  void shuffle_groups();
  void restart(Device& device, const char* after);
  void check_promises_after(Device& device, const char* after);
  void heal();
  Device& any_honest();
  Device& add_device(ByteView key_seed, Age age, bool keeps_view);

  std::uint64_t seed_;
  Options options_;
  Scratch scratch_{Scratch::quick_parent()};
  Promises promises_;
  SpaceId space_;
  Charter charter_;
  std::vector<KeyPair> roots_;
  std::vector<EntityId> organisations_;
  std::vector<Bytes> key_seeds_;
  std::optional<Post> post_;
  std::size_t hostile_ = 0;
  std::vector<std::size_t> groups_;
  std::map<std::size_t, std::filesystem::path> backups_;
  std::vector<std::pair<EntityId, Reference>> written_;
  Bytes told_;
};

}  // namespace evenhand::simulation
