/// Joining and leaving: how a laptop or a partner organisation comes into a space, and how it goes.
///
///     inviter                       invitee
///     invite()   ── Invitation ──►  accept(): empty logs of the spaces offered, keys
///     admit()    ◄── Acceptance ──
///     data follows by sync
///
/// Both are small byte strings for a file, a chat or a paired connection: magic (8) ‖ canonical body ‖ Ed25519 signature of the
/// sender's device over "evenhand/joining/1\0" ‖ what stands before. An acceptance holds its invitation whole, so the inviter
/// keeps no list. Neither holds a secret: who reads them learns names and keys, not content. What came over a way that others
/// can change is compared by voice: fingerprint_of().
///
/// Threads: one thread at a time. Format: docs/formats/joining.md.
#pragma once

#include <string>
#include <vector>

#include "core/engine/workspace.h"

namespace evenhand {

inline constexpr std::size_t kJoiningBytesMax = 64 * 1024;
inline constexpr std::size_t kSpacesOfferedMax = 32;
inline constexpr std::size_t kJoiningTitleBytesMax = 300;
/// What organisations, spaces and devices may be called: one line of UTF-8, not blank, of at most kJoiningTitleBytesMax bytes.
/// Errors: refused, naming `what`.
Result<void> check_title(const std::string& text, const std::string& what);

/// Names a file of keys so that two people can compare it by voice: eight letters, "7Q4K-29TM". Made slow (50,000 rounds of
/// SHA-256), so that nobody finds a second file with the same letters in reasonable time.
std::string fingerprint_of(ByteView joining);

struct Invitation {
  PublicKey device;          ///< of the inviter; signs
  EntityId organisation;     ///< of the inviter
  PublicKey root;
  std::string title;
  bool is_same_organisation = false;  ///< a further laptop of the inviter's own organisation
  Id<struct InvitationNonceTag, 16> nonce;
  std::vector<Charter> spaces;        ///< a charter's hash is the space's id, so nobody can swap one
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, organisation, root, title, is_same_organisation, nonce, spaces);
  }
};

struct Acceptance {
  Bytes invitation;          ///< as it came
  PublicKey device;          ///< signs
  std::string label;         ///< "EDI laptop"; a role or a thing, never a person
  /// Another organisation speaks for itself; for a further laptop these are the inviter's, and there are no certificates.
  EntityId organisation;
  std::string title;
  PublicKey root;
  std::vector<Certificate> certificates;  ///< by that root, one per space offered, in their order
  template <class Archive>
  void serialize(Archive& archive) {
    archive(invitation, device, label, organisation, title, root, certificates);
  }
};

/// Check bounds, layout and signature. Errors: corrupt, refused (a newer version, too long).
Result<Invitation> read_invitation_untrusted(ByteView bytes);
Result<Acceptance> read_acceptance_untrusted(ByteView bytes);

/// Offers spaces. A further laptop of the own organisation is offered whatever is named, also the people space; a partner only
/// cycle spaces. Errors: not_found, refused (no admin there; not the root's laptop, for a further laptop).
Result<Bytes> invite(const Workspace& workspace, const std::vector<SpaceId>& spaces, bool is_same_organisation);

/// Takes an invitation in an existing workspace: makes the empty logs of the spaces offered and lists them. The first
/// joined cycle space does not become current by itself. Doing it again is harmless. Gives the acceptance.
/// Errors: corrupt, refused (one's own invitation, another organisation's own spaces, no root here), unavailable.
Result<Bytes> accept(Workspace& workspace, ByteView invitation, const std::string& label);

/// Makes the workspace of a further laptop in `folder` (empty or absent): a device key, and the empty logs of the spaces
/// offered; no root key. Gives the acceptance. Errors: corrupt, refused, unavailable.
Result<Bytes> join_organisation(const std::filesystem::path& folder, ByteView invitation, const std::string& label, Clock& clock, Random& random);

/// A hub answers an invitation made with is_same_organisation: it becomes a device of the inviter's organisation that an admin
/// gives {relay}, with a key of its own and no workspace. Errors: corrupt, refused (an invitation to another organisation, or to
/// spaces that no hub carries: cycle spaces only).
Result<Bytes> accept_as_hub(const KeyPair& device, ByteView invitation, const std::string& label);

struct Admitted {
  std::string title;                ///< organisation, or for a further laptop its label
  PublicKey device;
  std::vector<SpaceId> spaces;      ///< where something was written; empty: it was admitted already
};
/// Lets in whoever accepted: organisation, certificate, grant of `may` (within the admin's own rights), keys of all epochs.
/// Doing it again is harmless. Errors: corrupt, refused (no admin, beyond one's own rights, an invitation by a stranger, an
/// organisation known under another root), unavailable.
Result<Admitted> admit(Workspace& workspace, ByteView acceptance, Capabilities may);

/// What people call a member of the space: by its own record there (short name, else name), else as it was admitted. Of the
/// founder no name is admitted: the space's title stands in until its record has come.
std::string name_of(const Space& space, const EntityId& organisation);
/// Everything that it may be called by when somebody is looked for: names of its record, and the one that it was admitted under.
std::vector<std::string> names_of(const Space& space, const EntityId& organisation);

/// From now on nothing is written: what this header and Workspace::submit() would do is checked as ever, and left undone.
void rehearse_only(Workspace& workspace);

/// Of this laptop's own device: this laptop was removed from "EDS 2025/26", or: your organisation has left it. Empty while it is in.
std::string departure_words(const Space& space, const PublicKey& device);
/// The same of another's.
std::string departure_words_of_other(const Space& space, const PublicKey& device);

/// Removes devices from a space; their work counts up to what this replica holds. Errors: refused (no admin; would leave
/// nobody with admin), not_found, unavailable.
Result<void> remove_devices(Workspace& workspace, const SpaceId& space, const std::vector<PublicKey>& devices);
/// The own organisation goes, with all its devices. Errors: refused (the last admin; neither admin nor root here), unavailable.
Result<void> leave(Workspace& workspace, const SpaceId& space);
/// Nobody writes there from now on. Cannot be undone. Errors: refused, unavailable.
Result<void> retire(Workspace& workspace, const SpaceId& space);
/// The founder's root gives this device everything again. Errors: refused (not the founder's root), unavailable.
Result<void> restore_admin(Workspace& workspace, const SpaceId& space);

/// Work that does not count because of its author's rights.
struct QuarantinedWork {
  Reference event;
  PublicKey device;
  std::string device_label;
  std::string type;
  EntityId entity;
  Reference grant;             ///< that it was written under
  ClaimedTime claimed;
  bool can_be_adopted = false;  ///< only a removal's cut stands in its way
};
Result<std::vector<QuarantinedWork>> quarantined(const Space& space);
/// Lets all adoptable work of that device count after all. Returns how many events. Errors: not_found, refused, unavailable.
Result<std::size_t> adopt(Workspace& workspace, const SpaceId& space, const PublicKey& device);

/// The person keys held here, sealed to another laptop of the organisation, and which keys are destroyed; signed by this
/// device. Errors: refused (not a device of the own people space that may read).
Result<Bytes> export_person_keys_for(const Workspace& workspace, const PublicKey& device);
/// Takes them. A key destroyed on either side is destroyed on both. Returns how many were new.
/// Errors: corrupt, refused (sealed to another device; by somebody who is no device of this organisation), unavailable.
Result<std::size_t> import_person_keys(Workspace& workspace, ByteView bytes);

}  // namespace evenhand
