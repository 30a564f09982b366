/// Which devices this workspace exchanges with, where they are, and how the last exchange went.
///
/// Kept beside the spaces, not in them: it is about this laptop alone, and may be lost without losing a word.
/// Titles are those of organisations and devices, never of persons.
/// Several processes write it, one of which may hold its book for days: save(), note(), forget(), note_sent(), note_received() and remember() change one entry of the list as it stands
/// on the disk by then, under a lock of its own (`partners.lock`), so nobody takes back what another wrote.
/// Durability: save(), note(), forget(), note_sent() and note_received() are durable; remember() is not. Threads: one at a time per object.
/// Format: docs/formats/store.md, "Partners".
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/sign.h"
#include "sync/session/memory.h"

namespace evenhand {

inline constexpr std::size_t kPartnersMax = 1024;

struct Partner {
  PublicKey device;
  EntityId organisation;
  std::string title;                   ///< "Fenmarsh Community (EDI laptop)"
  std::vector<std::string> addresses;  ///< "192.0.2.7:7410", the last that worked first
  bool is_hub = false;
  ClaimedTime last_contact;            ///< zero: never
  std::string last_outcome;            ///< a sentence
};

/// When a sealed file last went to a device, and when one of it was last taken in; zero: never.
struct FileContact {
  PublicKey device;
  ClaimedTime sent;
  ClaimedTime received;
};

class PartnerBook : public SessionMemory {
 public:
  /// Absent is an empty book. Errors: corrupt, unavailable.
  static Result<PartnerBook> open(const std::filesystem::path& workspace);

  /// What other processes wrote since. Pointers from find() are void after this, save(), note(), forget() and remember(). Errors: those of open(); the book is then as before.
  Result<void> refresh();

  const std::vector<Partner>& partners() const { return partners_; }
  const Partner* find(const PublicKey& device) const;
  /// By what a person typed: a part of its title, in capitals or not, or the start of its key. Errors: not_found, refused (several match).
  Result<Partner> find_by_words(std::string_view words) const;
  /// Adds or replaces, on a person's word: one that was forgotten is so no more. Errors: refused (too many), corrupt, unavailable.
  Result<void> save(const Partner& partner);
  /// The same by itself, after an exchange: not while the partner is forgotten. Errors: as save().
  Result<void> note(const Partner& partner);
  /// Takes it off the list, and keeps in mind that it was, for the last kPartnersMax: a member of a space that calls later is not put
  /// back. Absent is fine. Errors: corrupt, unavailable.
  Result<void> forget(const PublicKey& device);
  bool is_forgotten(const PublicKey& device) const;

  /// Devices with which files were exchanged, on the list or not, the one that was met last at the end; kPartnersMax at most. Not those that are forgotten.
  const std::vector<FileContact>& by_file() const { return by_file_; }
  /// A person named them as those a file is for, so whoever was forgotten is so no more. Errors: corrupt, unavailable.
  Result<void> note_sent(std::span<const PublicKey> devices, ClaimedTime when);
  /// Not while it is forgotten. Errors: corrupt, unavailable.
  Result<void> note_received(const PublicKey& device, ClaimedTime when);

  /// What both sides held of a space when they last agreed; a hint that saves bytes. Absent or damaged: nothing. Not kept of who is forgotten.
  std::optional<Agreed> agreed(const PublicKey& device, const SpaceId& space) override;
  void remember(const PublicKey& device, const SpaceId& space, const Agreed& agreed) override;

  /// What a device said in a file that it holds of a space, on the list, forgotten or not. A hint like agreed(), but nobody agreed: neither a session nor a file begins on it,
  /// because the device may stand on an older backup by now. Files overtake each other: held_vector.h says what becomes of two accounts.
  std::optional<VersionVector> held(const PublicKey& device, const SpaceId& space) const;
  void note_held(const PublicKey& device, const SpaceId& space, const VersionVector& vector);

 private:
  explicit PartnerBook(std::filesystem::path workspace) : workspace_(std::move(workspace)) {}
  Result<void> write() const;
  Result<void> write_with(const Partner& partner);
  FileContact& contact(const PublicKey& device);
  std::filesystem::path vector_file(const PublicKey& device, const SpaceId& space) const;
  std::filesystem::path held_file(const PublicKey& device, const SpaceId& space) const;
  std::filesystem::path left_out_file(const PublicKey& device, const SpaceId& space) const;
  std::map<ChainId, LeftOutChain> left_out(const PublicKey& device, const SpaceId& space) const;

  std::filesystem::path workspace_;
  std::vector<Partner> partners_;  ///< ascending by title, then device
  std::vector<PublicKey> forgotten_;  ///< the last one last
  std::vector<FileContact> by_file_;
};

/// One line per exchange, newest last, kept across restarts: `evenhand sync log`. Several processes add to it, under the
/// lock of the book, so no line is lost.
struct ExchangeEntry {
  ClaimedTime when;
  std::string partner;
  std::string how;  ///< "network", "file sent", "file received"
  std::uint64_t sent = 0;      ///< events
  std::uint64_t received = 0;  ///< events that were new
  std::string outcome;         ///< a sentence
};

class ExchangeLog {
 public:
  explicit ExchangeLog(const std::filesystem::path& workspace) : file_(workspace / "exchanges.jsonl") {}
  /// The newest `most`, oldest first; lines that cannot be read are left out. Errors: unavailable.
  Result<std::vector<ExchangeEntry>> read(std::size_t most) const;
  /// Errors: unavailable.
  Result<void> add(const ExchangeEntry& entry);

 private:
  std::filesystem::path file_;
};

}  // namespace evenhand
