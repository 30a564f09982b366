/// The second part of a history: two or three trusts, one of them with two laptops, on whole workspaces. Each has spaces of its
/// own, with records that are nobody else's; they share one cycle space, and a third one may have another beside it. A hub
/// carries the shared one, and a hostile member brings it what nobody can open. They write, attach, share, erase people, sign off, leave and come back, exchange, crash, run out of room, are set back to an old copy;
/// the hub is wiped and runs out of room too. Then, at times, everybody meets the hub alone, at last everybody everybody, and:
/// nothing private left its trust, the hub can read nothing, nothing confirmed is lost, everybody who holds a space holds the same, attachments are
/// whole, what was signed reads as it did, and of people who were erased nothing is left.
///
/// Threads: one. Lifetime: its folder goes with the history.
#pragma once

#include "tests/simulation/desk.h"
#include "tests/simulation/history.h"
#include "tests/simulation/hub.h"

namespace evenhand::simulation {

inline const Capabilities kPartner = Capability::read | Capability::contribute | Capability::facilitate;

/// A refusal is an answer. Throws Wrong for damage and our own mistakes.
void check_is_answer(const Error& error, const std::string& doing);

class Trusts {
 public:
  using Telling = std::function<void(const std::string& step)>;
  Trusts(std::uint64_t seed, const Options& options, std::filesystem::path folder, Telling tell);
  /// Throws Wrong.
  Tally run();

 private:
  /// A word that stands in one record only, and who may come to know it.
  struct Secret {
    std::set<SpaceId> spaces;  ///< whoever holds one of these
    bool is_sealed = false;    ///< under a person's key: it stands on no disk in plain sight
  };
  struct Person {
    std::size_t trust;
    EntityId id;
    std::set<EntityId> records;  ///< itself and all that is kept about it
    bool is_erased = false;
  };

  /// A version that was put forward, and what its laptop held then.
  struct Signed {
    EntityId id;
    std::string snapshot;
    std::set<Reference> held;
  };

  void found();
  void join(Desk& host, Desk& guest, const std::vector<SpaceId>& spaces, bool is_same_organisation, Capabilities may);
  void step();

  // People.
  void write_private(Desk& desk);
  void write_about_person(Desk& desk);
  void write_in_cycle(Desk& desk);
  void attach_file(Desk& desk);
  void share_something(Desk& desk);
  void erase_somebody(Desk& desk);
  void undo(Desk& desk);
  void hand_keys_over(Desk& from, Desk& to);
  void remove_partner();

  // What they decide.
  void decide_something();
  void sign_something(Desk& desk);
  void change_what_was_signed(Desk& desk);  ///< a planted bug
  void leave_or_come_back(Desk& partner);
  void retire_shared();
  void check_decisions();
  bool submit(Desk& desk, const Command& command, const std::string& what);
  std::string new_word(std::set<SpaceId> spaces, bool is_sealed = false);

  // The hub.
  void begin_hub();
  void let_meet_hub();
  void attack_hub(Desk& desk);
  bool lacks_a_key(Desk& desk, const SpaceId& space);
  void check_left_out(Desk& desk, const SpaceId& space, const ChainId& chain);
  bool leaves_honest_work_out(Desk& desk, const SpaceOutcome& outcome);
  /// `room_bytes`: how long a file of the hub's may become meanwhile.
  Meeting meet_hub(Desk& desk, Fault fault, std::optional<std::uint64_t> room_bytes);
  void heal_at_hub();
  void pack_unsealed();  ///< a planted bug
  void check_hub();

  // What happens to them.
  void let_meet();
  Meeting meet(Desk& a, Desk& b, Fault fault);
  void send_stick();
  void crash(Desk& desk, const char* why);
  void fill_disk(Desk& desk);
  void set_back(Desk& desk);

  // The end.
  void heal();
  void check_everything();
  void check_spaces_agree();
  void check_space_agrees(const SpaceId& space);
  void check_secrets();
  void check_attachments();
  void check_erased();
  void bring_back();  ///< a planted bug

  Desk& any() { return *desks_[random_.below(desks_.size())]; }
  bool are_sisters(const Desk& a, const Desk& b) const { return a.number != b.number && a.trust == b.trust; }
  bool is_out(const Desk& desk, const SpaceId& space) const { return removed_.contains({desk.number, space}); }
  std::vector<Desk*> holders(const SpaceId& space);
  std::set<SpaceId> own_spaces(Desk& desk);
  std::vector<SpaceId> cycles(Desk& desk);

  Options options_;
  SeededRandom random_;
  std::filesystem::path folder_;
  Telling tell_;
  Tally tally_;
  std::int64_t now_ms_ = 1'700'000'000'000;
  std::vector<std::unique_ptr<Desk>> desks_;
  std::vector<Secret> secrets_;
  std::vector<Person> people_;
  std::map<Hash, Bytes> attached_;                        ///< what was attached, by its address
  std::map<Hash, std::uint64_t> word_of_file_;
  std::set<std::pair<std::size_t, SpaceId>> removed_;
  SpaceId shared_;
  SeededRandom decisions_;
  KeyPair sponsor_ = KeyPair::make(decisions_);
  EntityId signed_cycle_, signed_grade_;
  std::set<Reference> grade_edits_;
  std::vector<Signed> signed_;
  std::set<std::size_t> left_;  ///< desks whose organisation left the shared space by itself
  bool is_retired_ = false;
  std::optional<Hub> hub_;
  bool are_texts_hidden_ = false;  ///< somebody brought honest events to the hub without them
  KeyPair hostile_ = KeyPair::make(random_);  ///< a device with rights in the shared space and somebody else's program
  std::vector<Bytes> old_copy_;  ///< of the first laptop's people space, before somebody was erased; for a planted bug
};

}  // namespace evenhand::simulation
