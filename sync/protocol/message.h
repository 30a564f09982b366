/// What two sessions say to each other, as bytes: type (1), length of the rest (varint), the rest.
///
/// A type of 128 and above that we do not know is skipped by its length; any other unknown type ends the session. Every
/// decoder bounds what it reads before it allocates, and refuses bytes left over.
/// Threads: values and pure functions. Format: docs/formats/session.md.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/event/version_vector.h"
#include "sync/protocol/limits.h"
#include "sync/protocol/segment.h"

namespace evenhand {
struct BlobTag;  // core/store/blob_store.h
/// What a hub knows a sealed attachment by (sync/protocol/parcel.h).
using ParcelName = Id<struct ParcelNameTag, 32>;
}  // namespace evenhand

namespace evenhand::wire {

inline constexpr std::uint8_t kProtocolVersion = 1;
namespace session_feature {
inline constexpr std::uint64_t kCompression = 1;  ///< segments may come compressed (sync/protocol/compress.h)
inline constexpr std::uint64_t kLean = 2;         ///< commits may come without their body hashes (sync/protocol/lean.h)
inline constexpr std::uint64_t kTakesNoMore = 64;  ///< a chain that finds no room is compared no more, and everything else goes on
inline constexpr std::uint64_t kUsual = 67;       ///< what every device tells
inline constexpr std::uint64_t kKeepsParcels = 4;  ///< keeps attachments sealed (sync/protocol/parcel.h): told by a hub only
inline constexpr std::uint64_t kMakesParcels = 8;  ///< seals and opens them: told to a hub only
inline constexpr std::uint64_t kPassesOver = 16;   ///< shows a partner a space without what certain devices packed: told between hub and member
inline constexpr std::uint64_t kLeavesOut = 32;    ///< compares a space without certain chains: told between hub and member
inline constexpr std::uint64_t kAll = 127;         ///< all that this version knows
}  // namespace session_feature

enum class MessageType : std::uint8_t {
  hello = 1, answer, ask, name, decline, vector, heads, plan, coming, segment, sent, end, receipt, want_blobs, blob_head, blob_chunk,
  blob_lack, err, bye,
  parcel_ready, parcel_stock, parcel_offer, parcel_head, no_room, pass_over, leave_out, left_out, no_more,
  ping = 128, farewell,
};

using Nonce = Id<struct NonceTag, 8>;
using SpaceTagId = Id<struct SpaceTagTag, 8>;      ///< a space under this session's nonce
using SessionDigest = Id<struct SessionDigestTag, 12>;  ///< a log digest under this session's nonce and its sender's role
using VectorPrint = Id<struct VectorPrintTag, 4>;  ///< names a remembered vector
using BlobId = Id<struct evenhand::BlobTag, 32>;

/// What a session's tags are bound to, so that they mean nothing in another.
struct SessionBinding {
  Nonce nonce;
  PublicKey initiator;
  PublicKey responder;
  SpaceTagId tag(const SpaceId& space) const;
  SessionDigest digest(const SpaceId& space, const Hash& log_digest, bool by_initiator) const;
};
VectorPrint print_of(const VersionVector& vector);

struct Introduction {
  std::uint8_t version_least = kProtocolVersion;
  std::uint8_t version_most = kProtocolVersion;
  std::uint64_t features = session_feature::kUsual;
  std::uint64_t features_needed = 0;  ///< the partner must know these, or refuses
  std::array<std::uint8_t, 8> device{};  ///< the first bytes of the sender's key: a mix-up of carriers is noticed
  std::int64_t claimed_minutes = 0;   ///< since 1970; shown as skew, decides nothing
  std::string title;
};

struct SpaceOffer {
  SpaceTagId tag;
  SegmentForm form = SegmentForm::commits;
  bool vector_follows = false;  ///< in a hello: a vector on the remembered base comes right behind
  SessionDigest digest;
};

struct Hello {
  Introduction who;
  Nonce nonce;
  std::vector<SpaceOffer> spaces;  ///< numbered from 0
};

enum class Verdict : std::uint8_t { same = 0, differs = 1, not_here = 2, other_form = 3, too_many_chains = 4 };

struct Answer {
  Introduction who;
  std::vector<Verdict> verdicts;  ///< one for each space of the hello
  std::vector<SpaceOffer> further;  ///< spaces that the hello did not name; numbered on
};

struct Name {
  std::size_t space = 0;
  SpaceId id;
};

/// A chain's ends as told: of a chain with many branches the last kEndsOnWireMax only.
struct WireEnds {
  std::uint64_t total = 0;  ///< 0: the sender does not have the chain
  std::vector<VersionVector::End> ends;
  bool operator==(const WireEnds&) const = default;
};
WireEnds wire_ends(const std::vector<VersionVector::End>& ends);

enum class VectorBase : std::uint8_t {
  none = 0,        ///< the vector is whole
  remembered = 1,  ///< changes to the vector on which both agreed last
  yours = 2,       ///< changes to the vector that the partner told in this round
};

struct VectorMessage {
  struct Entry {
    std::optional<std::uint32_t> index;  ///< into the base; empty: a chain that the base does not have
    ChainId chain;                       ///< when there is no index; only its first `chain_bytes` bytes are told
    WireEnds ends;
  };
  std::size_t space = 0;
  VectorBase base = VectorBase::none;
  VectorPrint print;              ///< of the remembered base
  std::size_t chain_bytes = ChainId::kSize;  ///< 6..16; shorter only in a whole vector
  std::vector<Entry> entries;     ///< by index, then new chains, each ascending
};

struct Heads {
  std::size_t space = 0;
  std::vector<Hash> heads;  ///< one per chain of the sender's vector, in its order; none: it changed meanwhile
};

struct Plan {
  std::size_t space = 0;
  std::uint64_t events = 0;         ///< that the sender will send, for a bar on a screen
  std::vector<ChainId> whole;       ///< chains that the sender wants whole: they forked
};

struct Coming {
  std::size_t space = 0;
  std::uint64_t events = 0;  ///< more than the plan said
};

/// One segment or, of small ones in the form of commits, several of different chains, end to end.
/// Lifetime: `payload` dies with the bytes decoded.
struct SegmentMessage {
  std::size_t space = 0;
  SegmentForm form = SegmentForm::commits;
  std::optional<std::size_t> plain_bytes;  ///< when compressed
  SegmentRange range;                      ///< of a frame only
  ByteView payload;
  bool is_lean = false;                    ///< commits without their body hashes
};

struct EndOfRound {
  std::size_t space = 0;
  SessionDigest digest;
  std::vector<Reference> missing;  ///< bodies that the sender lacks
};

struct Receipt {
  std::uint64_t segments = 0;  ///< further segments that are durable, in the order sent
  std::uint64_t blobs = 0;     ///< further attachments dealt with: durable, or given up and said so
  std::uint64_t credit = 0;    ///< further bytes that the partner may send
};

struct BlobWant {
  BlobId address;
  std::uint32_t first_chunk = 0;  ///< those before it are here
};
struct WantBlobs {
  std::size_t space = 0;
  std::vector<BlobWant> blobs;
};
struct BlobHead {
  std::size_t space = 0;
  BlobId address;
  std::uint64_t length = 0;
  std::vector<Hash> chunks;
};
/// Lifetime: `bytes` dies with the bytes decoded. Of the blob whose head came last.
struct BlobChunk {
  std::uint32_t index = 0;
  ByteView bytes;
};
struct BlobLack {
  std::size_t space = 0;
  BlobId address;
};

using ParcelMark = Id<struct ParcelMarkTag, 8>;  ///< the first bytes of a parcel's name
ParcelMark mark_of(const ParcelName& name);

/// What a hub has whole of a space, by the epoch key that it is sealed under.
struct ParcelStock {
  struct Group {
    KeyId epoch;
    std::vector<ParcelMark> marks;  ///< ascending
  };
  std::size_t space = 0;
  std::vector<Group> groups;
};
/// What a member has of a space and the hub has not. The answer to a stock, in one message or several.
struct ParcelOffer {
  struct Item {
    ParcelName name;
    std::uint32_t chunks = 0;
    std::uint64_t bytes = 0;  ///< of all its pieces
  };
  std::size_t space = 0;
  bool has_more = false;  ///< another message of this offer follows
  std::vector<Item> items;
};
/// Stands for a BlobHead; chunks follow as pieces. Lifetime: `piece` dies with the bytes decoded.
struct ParcelHead {
  std::size_t space = 0;
  ParcelName name;
  std::uint32_t chunks = 0;
  ByteView piece;
};
/// So many of the parcels offered are not taken.
struct NoRoom {
  std::size_t space = 0;
  std::uint64_t parcels = 0;
  std::string what;
  std::string next;
};

/// To a device that names a space which it was removed from, or which its organisation left: whole commits of the authority lane, end to
/// end, by which it learns just that. Several messages stand for one another's continuation; without any commit it is the bare word.
/// Lifetime: `commits` dies with the bytes decoded.
struct Farewell {
  std::size_t space = 0;
  ByteView commits;
};

/// What that device packed is false: the member wants to see this space without it.
struct PassOver {
  std::size_t space = 0;
  PublicKey packer;
};

/// Data chains of which nothing more can be had or given: the member compares the space without them, and so does the hub, for the rest of this session.
struct LeaveOut {
  struct Item {
    ChainId chain;
    ChainPrint held;  ///< only while the hub holds of it what it held then; zero: whatever it holds
    bool operator==(const Item&) const = default;
  };
  std::size_t space = 0;
  std::vector<Item> chains;  ///< ascending, at least one
};
/// The hub's answer: what it holds of each, in the order asked; zero: it does not leave that one out, because it holds something else by now.
struct LeftOutNow {
  std::size_t space = 0;
  std::vector<ChainPrint> held;
};

/// Of these chains the sender has no room for what the partner holds: both compare the space without them for the rest of this session.
struct NoMore {
  std::size_t space = 0;
  bool is_lasting = false;  ///< while both stand on the same ends; else the next session may find room
  std::vector<ChainId> chains;  ///< ascending, at least one
};

enum class ErrorWord : std::uint8_t { refused = 1, corrupt = 2, unavailable = 3 };
struct ErrMessage {
  ErrorWord word = ErrorWord::refused;
  std::string what;
  std::string next;
};

Bytes to_message(const Hello&);
Bytes to_message(const Answer&);
Bytes to_message(const Name&);
Bytes to_message(const VectorMessage&);
Bytes to_message(const Heads&);
Bytes to_message(const Plan&);
Bytes to_message(const Coming&);
Bytes to_message(const SegmentMessage&);
Bytes to_message(const EndOfRound&);
Bytes to_message(const Receipt&);
Bytes to_message(const WantBlobs&);
Bytes to_message(const BlobHead&);
Bytes to_message(const BlobChunk&);
Bytes to_message(const BlobLack&);
Bytes to_message(const ParcelStock&);
Bytes to_message(const ParcelOffer&);
Bytes to_message(const ParcelHead&);
Bytes to_message(const NoRoom&);
Bytes to_message(const Farewell&);
Bytes to_message(const PassOver&);
Bytes to_message(const LeaveOut&);
Bytes to_message(const LeftOutNow&);
Bytes to_message(const NoMore&);
Bytes to_message(const ErrMessage&);
/// ask, decline and sent carry the number of a space; bye, ping and parcel_ready nothing (`space` is not written).
Bytes to_message(MessageType type, std::size_t space = 0);

/// The body of a message of that type. Errors: corrupt (with the byte).
template <class T>
Result<T> read_message(ByteView body);
/// The number that ask, decline and sent carry.
Result<std::size_t> read_space_number(ByteView body);

/// Cuts a stream into messages. Holds at most one message and what was given last.
class MessageReader {
 public:
  struct Message {
    std::uint8_t type = 0;
    ByteView body;  ///< until the next call
    std::size_t bytes_on_wire = 0;
  };
  void give(ByteView bytes) { buffer_.insert(buffer_.end(), bytes.begin(), bytes.end()); }
  /// Nothing: more bytes are needed. Errors: corrupt (a length that is not in its shortest form or beyond kMessageBytesMax).
  Result<std::optional<Message>> next();
  std::size_t held_bytes() const { return buffer_.capacity(); }

 private:
  Bytes buffer_;
  std::size_t done_ = 0;
};

}  // namespace evenhand::wire
