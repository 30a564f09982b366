/// What stands in the authority lane: who founded a space, which organisations and devices belong to it,
/// what each may do. Signed, never sealed, no personal data; all that a relay may read.
///
/// All authority events of a space name one entity (the first half of the space id) and, as parents, the
/// authority heads that their author had seen; so their causal order is whole.
/// Source: DESIGN section 6. Format: docs/formats/event.md, "Authority".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/crypto/box.h"
#include "core/crypto/sign.h"
#include "core/event/event.h"

namespace evenhand {

/// What a device may do. A grant is a set of these.
enum class Capability : std::uint8_t {
  relay = 1,        ///< carry ciphertext
  read = 2,         ///< read what the space holds
  contribute = 4,   ///< enter and change records
  facilitate = 8,   ///< run workshops, record tallies and grades
  sign_off = 16,    ///< hold a seat in a sign-off
  admin = 32,       ///< admit organisations and devices, grant, remove; implies no seat
};

class Capabilities {
 public:
  constexpr Capabilities() = default;
  constexpr Capabilities(Capability one) : bits_(static_cast<std::uint8_t>(one)) {}  // NOLINT: implicit on purpose
  static constexpr std::uint8_t kAllBits = 63;
  static constexpr Capabilities all() { return from_bits(kAllBits); }
  static constexpr Capabilities from_bits(std::uint8_t bits) {
    Capabilities set;
    set.bits_ = bits;
    return set;
  }
  constexpr bool has(Capability one) const { return (bits_ & static_cast<std::uint8_t>(one)) != 0; }
  constexpr bool within(Capabilities other) const { return (bits_ & ~other.bits_) == 0; }
  constexpr Capabilities operator|(Capabilities other) const { return from_bits(bits_ | other.bits_); }
  constexpr std::uint8_t bits() const { return bits_; }
  bool operator==(const Capabilities&) const = default;
  std::string words() const;  ///< "read, contribute"

 private:
  std::uint8_t bits_ = 0;
};
constexpr Capabilities operator|(Capability a, Capability b) { return Capabilities(a) | Capabilities(b); }

/// Which records a space is home to; the numbers equal HomeSpace of core/record.
enum class SpaceKind : std::uint8_t { organisation = 0, people = 1, cycle = 2 };

namespace authority_type {
inline constexpr std::string_view kChartered = "space.chartered";
inline constexpr std::string_view kAdmitted = "organisation.admitted";
inline constexpr std::string_view kLeft = "organisation.left";
inline constexpr std::string_view kCertified = "device.certified";
inline constexpr std::string_view kGranted = "grant.given";
inline constexpr std::string_view kRemoved = "device.removed";
inline constexpr std::string_view kAdopted = "work.adopted";
inline constexpr std::string_view kErasure = "erasure.ordered";
inline constexpr std::string_view kRedaction = "redaction.ordered";
inline constexpr std::string_view kRetired = "space.retired";
inline constexpr std::string_view kEpoch = "key.epoch";
inline constexpr std::string_view kShared = "key.shared";
inline constexpr std::string_view kRestored = "grant.restored";
}  // namespace authority_type

/// The founding words of a space. Its id is their hash, so nobody can out-rank the founder later.
struct Charter {
  std::uint8_t kind = 0;  ///< SpaceKind
  Id<struct NonceTag, 16> nonce;
  EntityId organisation;  ///< founder
  PublicKey root;         ///< founder's root key
  PublicKey device;       ///< founder's first device; the charter is its grant, of everything
  std::string title;

  SpaceId space_id() const;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, nonce, organisation, root, device, title);
  }
};

struct Admission {
  EntityId organisation;
  PublicKey root;
  std::string title;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(organisation, root, title);
  }
};

/// An organisation's root key vouches for a device.
struct Certificate {
  EntityId organisation;
  PublicKey device;
  std::string label;  ///< "EDI laptop"; a role or a thing, never a person
  Signature by_root;

  static Certificate make(const KeyPair& root, const SpaceId& space, const EntityId& organisation, const PublicKey& device,
                          std::string label);
  bool is_signed_by(const PublicKey& root, const SpaceId& space) const;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(organisation, device, label, by_root);
  }
};

struct Grant {
  PublicKey device;
  std::uint8_t capabilities = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, capabilities);
  }
};

/// Up to where a removed device's work still counts, per chain; a chain not named counts for nothing.
struct Cut {
  ChainId chain;
  std::uint64_t last_seq = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(chain, last_seq);
  }
};

struct Removal {
  PublicKey device;
  std::vector<Cut> cuts;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, cuts);
  }
};

/// Work beyond a cut that an admin lets count after all.
struct Adoption {
  std::vector<Bytes> events;  ///< references, 32 bytes each
  template <class Archive>
  void serialize(Archive& archive) {
    archive(events);
  }
};

/// Every value sealed under this key is erased, here and wherever it turns up later.
struct ErasureOrder {
  KeyId key;
  std::string ground;  ///< code of the legal ground
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, ground);
  }
};

struct RedactionOrder {
  Bytes event;  ///< reference, 32 bytes
  std::string ground;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(event, ground);
  }
};

/// An organisation takes itself out: none of the devices named may do anything from here on, as with a removal.
/// Written by an admin, or by any device of the organisation with its root's signature.
/// The short form, the organisation alone, takes no rights: it is what was written before 2026-11.
struct Leaving {
  EntityId organisation;
  std::vector<PublicKey> devices;
  std::vector<Cut> cuts;
  Signature by_root;  ///< zero when an admin writes it; stands for these parents only, so it cannot be used twice

  void sign(const KeyPair& root, const SpaceId& space, const std::vector<Reference>& parents);
  bool is_signed_by(const PublicKey& root, const SpaceId& space, const std::vector<Reference>& parents) const;
  /// Reads both forms. Errors: corrupt.
  static Result<Leaving> decode_untrusted(ByteView body);
  bool is_short() const { return devices.empty(); }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(organisation, devices, cuts, by_root);
  }
};

/// The founder's root gives a device of the space everything, whatever became of the grants: the way back when the last
/// admin's laptop is gone, or an admin turned against the founder. A removal beside it or after it still beats it.
struct RootGrant {
  PublicKey device;
  Signature by_root;  ///< stands for these parents only, so a removed device cannot say it again

  static RootGrant make(const KeyPair& root, const SpaceId& space, const PublicKey& device, const std::vector<Reference>& parents);
  bool is_signed_by(const PublicKey& root, const SpaceId& space, const std::vector<Reference>& parents) const;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, by_root);
  }
};

/// The first 8 bytes of a device's key: enough to find the box that is meant for it.
using DeviceHint = Id<struct DeviceHintTag, 8>;
DeviceHint hint_of(const PublicKey& device);
inline constexpr std::size_t kEpochKeyBytes = 32;
/// An epoch key sealed to one device (core/crypto/box.h).
using KeyBox = Id<struct KeyBoxTag, kEpochKeyBytes + kBoxOverheadBytes>;

/// A new epoch of the space's key, sealed to everybody who may read: body of `key.epoch`. More devices than fit one body
/// get further events of the same epoch.
struct Epoch {
  struct Box {
    DeviceHint device;
    KeyBox box;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(device, box);
    }
  };
  KeyId key;  ///< epoch_key_id(): nobody can put another key under a name that is in use
  std::vector<Box> boxes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(key, boxes);
  }
};
/// Devices in one `key.epoch` event: what a body of 64 KiB takes.
inline constexpr std::size_t kEpochBoxesMax = 700;

/// Epochs sealed to a device that came later, or was left out by somebody who did not know of it: body of `key.shared`.
struct KeyShare {
  struct Box {
    KeyId key;
    KeyBox box;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(key, box);
    }
  };
  PublicKey device;
  std::vector<Box> boxes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, boxes);
  }
};

/// First 16 bytes of H("evenhand/epoch/1\0" ‖ space ‖ key).
KeyId epoch_key_id(const SpaceId& space, ByteView key);

/// The one entity that all authority events of a space name.
EntityId authority_entity(const SpaceId& space);

}  // namespace evenhand
