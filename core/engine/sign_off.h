/// Signing off: what was put forward, who approved it, whether it is in force, and what came after it.
///
/// A request is the first event of a `sign_off` record. It names its subject, a cut of each space, and the digest of a
/// snapshot of the subject, kept as a blob. Later edits of the record change nothing but its status. An approval is an
/// event under a sign_off grant that also carries a signature over the hash of the request, made with a key that a person
/// holds; so whoever changes one word of what was asked has no approval for it. Everything here but reading the snapshot
/// is a function of the set of events: every replica finds the same sign-off in force.
/// Formats: docs/formats/sign-off.md. Threads: one at a time.
#pragma once

#include "core/engine/membership.h"
#include "core/engine/workspace.h"

namespace evenhand {

/// Up to where each chain of a space belongs to what is signed: full heads, closed under parents.
struct SpaceCut {
  SpaceId space;
  struct Chain {
    ChainId chain;
    std::vector<BranchHead> ends;  ///< ascending
    bool operator==(const Chain&) const = default;
  };
  std::vector<Chain> chains;  ///< ascending by chain
  bool operator==(const SpaceCut&) const = default;
};

/// Everything that the space holds, less what does not have all its parents here. Errors: those of the log.
Result<SpaceCut> cut_of(const Space& space);
/// What a request says of its cut: the whole of it, or, when that is too long for one event, the hash of each of its parts.
struct CutWords {
  std::string cut;
  std::vector<std::string> parts;  ///< in order; empty: `cut` holds everything
};
inline constexpr std::size_t kCutPartsMax = 8;
inline constexpr std::size_t kCutBytesMax = 48 * 1024;  ///< in one event; leaves room for the rest of the request
/// At most `bytes_max` in `cut` and in each part. Errors: refused (more than kCutPartsMax parts).
Result<CutWords> cut_to_words(const std::vector<SpaceCut>& cuts, std::size_t bytes_max = kCutBytesMax);
/// `parts` in any order and with others among them: those that `cut` names are taken. Errors: not_found (a part is not
/// among them), corrupt.
Result<std::vector<SpaceCut>> cut_from_words_untrusted(const CutWords& words);

/// What a sign-off is about.
struct SignSubject {
  std::string scope;                 ///< "report", "cycle", "grade 1A"
  EntityId organisation;
  EntityId cycle;
  std::vector<EntityId> entities;    ///< empty: by the scope
  std::vector<std::string> groups;   ///< "type" or "type.field": a change of these touches it

  bool operator==(const SignSubject&) const = default;
  bool signs(std::string_view type, std::string_view field) const;
};
/// Errors: refused (an unknown scope), not_found (no grade of that outcome).
Result<SignSubject> subject_of(const Workspace& workspace, std::string_view scope, const EntityId& organisation, const EntityId& cycle);
/// Does the record belong to the subject? What hangs on a record of it (a tally on its workshop) does too.
Result<bool> covers(const SignSubject& subject, const Workspace& workspace, const Record& record);
/// The same at another time: `find` gives the records as they stood then. Nothing when there was none.
using FindRecord = std::function<Result<std::optional<Record>>(const EntityId&)>;
Result<bool> covers(const SignSubject& subject, const FindRecord& find, const Record& record);

/// Something that keeps the subject from being signed.
struct Blocker {
  std::string name;     ///< "in_conflict 7Q4K-29TM rag": what to waive it by
  std::string message;
};
Result<std::vector<Blocker>> find_blockers(const Workspace& workspace, const SignSubject& subject);

struct SignRequest {
  SignSubject subject;
  std::string title;
  std::size_t seats_needed = 1;
  std::vector<std::string> seats;   ///< empty: any
  std::vector<std::string> waived;  ///< names of blockers
  std::optional<EntityId> replaces;
};
/// Errors: refused when another version of the subject is in force, contested or waits, and the request does not say that it
/// takes the place of one.
Result<void> check_none_stands(const Workspace& workspace, const SignRequest& request);
/// Errors: as request_sign_off() would refuse it; nothing is written.
Result<void> check_sign_request(const Workspace& workspace, const SignRequest& request);
/// Makes the snapshot, stores it and writes the request. Errors: refused (a blocker is not waived: the first is named; a
/// waiver that fits nothing; more seats needed than named; one seat twice), unavailable (a holder beside us writes without a pause), those
/// of submit().
Result<EntityId> request_sign_off(Workspace& workspace, const SignRequest& request);

struct Approval {
  EntityId id;
  std::string seat;
  std::string verdict;        ///< approved, declined
  PublicKey key;
  bool is_good = false;       ///< signed by the key, for this request, by a seat that may
};

enum class SignState : std::uint8_t { asked, declined, in_force, contested, amended, set_aside };
std::string_view to_word(SignState state);

struct SignOff {
  EntityId id;
  std::string title;
  SignSubject subject;
  std::size_t seats_needed = 0;
  std::vector<std::string> seats;
  std::vector<std::string> waived;
  std::vector<SpaceCut> cuts;
  bool has_cut = false;              ///< false: it cannot be read here, so nobody can tell what came after it
  std::string digest;                ///< "sha256:…" of the snapshot
  AttachedBlob content;
  std::optional<EntityId> replaces;
  Hash request;                      ///< of the request's event: what approvals sign
  std::vector<Approval> approvals;   ///< by id
  bool is_complete = false;
  SignState state = SignState::asked;
};

/// Every sign-off of the workspace, by id. Rival complete ones of one subject are contested: none is in force. Those that say the
/// same (one snapshot, in place of the same version) are no rivals: the first by id stands, the others are set aside.
Result<std::vector<SignOff>> sign_offs(const Workspace& workspace);
/// Errors: not_found.
Result<SignOff> sign_off_of(const Workspace& workspace, const EntityId& id);

/// Adds a seat's verdict, signed with the person's key. Errors: refused (that seat may not, or has a verdict already).
Result<EntityId> give_verdict(Workspace& workspace, const SignOff& sign_off, const std::string& seat, bool approves, const std::string& reason, const KeyPair& seal);

/// The snapshot's bytes, checked against the digest that was signed. Errors: not_found (not on this laptop), corrupt.
Result<std::string> read_snapshot(const Workspace& workspace, const SignOff& sign_off);

/// A change that touches what was signed and is not in its cut: of a record that belonged to the subject when it was put
/// forward, wherever it went since, or that belongs to it now.
struct LateEvent {
  Reference event;
  EntityId entity;
  std::string type;      ///< record type
  std::string what;      ///< the fields changed, or "removed"
  ClaimedTime claimed;
  Conflict::Author author;
  std::string verdict;   ///< "" (it waits), carried, dismissed
  std::vector<std::string> disputed;  ///< what people said of it, when that contradicts itself: it waits, for one to settle it
};
/// How a `late` record names an event: its 32 bytes in hexadecimal.
std::string long_text(const Reference& event);
/// What was signed and counts no more, because its author was removed since with an earlier cut. The signed copy stands; people are told.
/// Errors: corrupt (the cut cannot be read), those of reading.
Result<std::vector<QuarantinedWork>> quarantined_since(const Workspace& workspace, const SignOff& sign_off);

/// Ascending by event. Errors: corrupt (the cut cannot be read), those of reading.
Result<std::vector<LateEvent>> late_events(const Workspace& workspace, const SignOff& sign_off);

}  // namespace evenhand
