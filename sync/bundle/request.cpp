#include "sync/bundle/request.h"

#include <algorithm>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/event/limits.h"

namespace evenhand {

namespace {

constexpr std::string_view kMagic = "EHR1";
constexpr std::string_view kMagicHeld = "EHR2";  // names attachments
constexpr std::size_t kRoomBytes = kQrLettersMax * 5 / 8;
constexpr std::size_t kHeadBytes = 12;
constexpr std::string_view kSignDomain{"evenhand/request/1\0", 19};
constexpr std::string_view kSpaceDomain{"evenhand/request-space/1\0", 25};
constexpr std::string_view kChainDomain{"evenhand/request-chain/1\0", 25};

constexpr std::string_view kAttachmentDomain{"evenhand/request-attachment/1\0", 30};

Hash mark_of(std::string_view domain, ByteView nonce, ByteView id) { return sha256({view_of(domain), nonce, id}); }

template <class Mark>
Mark cut(const Hash& hash) {
  Mark mark;
  std::copy_n(hash.bytes.begin(), mark.size(), mark.begin());
  return mark;
}

// With the space's id, which no stranger knows: an address alone could be tried by whoever has such a file.
std::array<std::uint8_t, 4> mark_of_attachment(ByteView nonce, const SpaceId& space, const BlobAddress& address) {
  return cut<std::array<std::uint8_t, 4>>(sha256({view_of(kAttachmentDomain), nonce, space.view(), address.view()}));
}

Error bad(const char* why) { return corrupt(std::string("request: ") + why); }

}  // namespace

// Writes and reads what is between head and signature.
struct RequestCodec {
  BundleRequest request;

  void serialize(CanonicalOutput& archive) {
    archive(request.device_);
    archive.varint(request.spaces_.size());
    for (const auto& space : request.spaces_) {
      archive(space.mark);
      archive.varint(space.chains.size());
      for (const auto& chain : space.chains) {
        archive.raw(chain.mark);
        for (std::size_t i = 0; i < chain.ends.size(); ++i) {
          archive.varint(chain.ends[i].seq << 1 | (i + 1 < chain.ends.size() ? 1 : 0));
          archive.raw(chain.ends[i].head);
        }
      }
    }
  }

  void serialize(BoundedInput& archive) {
    archive(request.device_);
    const std::size_t spaces = archive.count();
    if (spaces > kRequestSpacesMax) archive.fail("more than 256 spaces");
    for (std::size_t i = 0; i < spaces; ++i) read_space(archive, request.spaces_.emplace_back());
  }

  static void read_space(BoundedInput& archive, BundleRequest::Space& space) {
    archive(space.mark);
    const std::size_t chains = archive.count();
    if (chains > kChainsPerSpaceMax) archive.fail("more than 4,096 chains");
    for (std::size_t i = 0; i < chains; ++i) {
      BundleRequest::Chain chain;
      const ByteView mark = archive.raw(chain.mark.size());
      std::copy(mark.begin(), mark.end(), chain.mark.begin());
      if (!space.chains.empty() && chain.mark < space.chains.back().mark) archive.fail("chains out of order");
      for (bool goes_on = true; goes_on;) {
        const std::uint64_t word = archive.varint();
        goes_on = (word & 1) != 0;
        BundleRequest::End& end = chain.ends.emplace_back();
        end.seq = word >> 1;
        if (end.seq == 0 || end.seq > VersionVector::kSeqMax || (chain.ends.size() > 1 && end.seq < chain.ends[chain.ends.size() - 2].seq)) archive.fail("ends of a chain out of order");
        const ByteView head = archive.raw(end.head.size());
        std::copy(head.begin(), head.end(), end.head.begin());
      }
      space.chains.push_back(std::move(chain));
    }
  }

  static BundleRequest::Space space_of(const RequestedSpace& from, ByteView nonce) {
    BundleRequest::Space space;
    space.mark = *BundleRequest::SpaceMark::from(mark_of(kSpaceDomain, nonce, from.space.view()).view().first(8));
    for (const auto& entry : from.held.entries) {
      BundleRequest::Chain chain;
      chain.mark = cut<BundleRequest::ChainMark>(mark_of(kChainDomain, nonce, entry.chain.view()));
      for (const auto& end : entry.ends) {
        auto& one = chain.ends.emplace_back();
        one.seq = end.seq;
        std::copy_n(end.head.bytes.begin(), one.head.size(), one.head.begin());
      }
      if (!chain.ends.empty()) space.chains.push_back(std::move(chain));
    }
    std::sort(space.chains.begin(), space.chains.end(), [](const auto& a, const auto& b) { return a.mark < b.mark; });
    return space;
  }

  // Turn by turn, so that no space takes the room of all. False: there is room for none.
  bool name_attachments(std::span<const RequestedSpace> spaces, std::size_t room) {
    constexpr std::size_t kCountBytes = 2;  // of each space
    room -= std::min(room, spaces.size() * kCountBytes);
    bool has_any = false;
    for (std::size_t i = 0, named = 1; named > 0; ++i) {
      named = 0;
      for (std::size_t s = 0; s < spaces.size(); ++s) {
        BundleRequest::Space& space = request.spaces_[s];
        if (i >= spaces[s].attachments.size() || room < sizeof(BundleRequest::AttachmentMark)) continue;
        space.attachments.push_back(mark_of_attachment(request.nonce_, spaces[s].space, spaces[s].attachments[i]));
        room -= sizeof(BundleRequest::AttachmentMark);
        ++named;
      }
      has_any = has_any || named > 0;
    }
    for (BundleRequest::Space& space : request.spaces_) {
      std::sort(space.attachments.begin(), space.attachments.end());
      space.attachments.erase(std::unique(space.attachments.begin(), space.attachments.end()), space.attachments.end());
    }
    return has_any;
  }

  static Result<Bytes> make(std::span<const RequestedSpace> spaces, const KeyPair& device, Random& random);
};

// The same, and which attachments are held.
struct HeldCodec {
  RequestCodec codec;

  void serialize(CanonicalOutput& archive) {
    codec.serialize(archive);
    for (const auto& space : codec.request.spaces_) {
      archive.varint(space.attachments.size());
      for (const auto& mark : space.attachments) archive.raw(mark);
    }
  }

  void serialize(BoundedInput& archive) {
    codec.serialize(archive);
    for (auto& space : codec.request.spaces_) {
      const std::size_t count = archive.count();
      for (std::size_t i = 0; i < count; ++i) {
        BundleRequest::AttachmentMark mark{};
        const ByteView bytes = archive.raw(mark.size());
        std::copy(bytes.begin(), bytes.end(), mark.begin());
        if (!space.attachments.empty() && mark <= space.attachments.back()) archive.fail("attachments out of order");
        space.attachments.push_back(mark);
      }
    }
  }
};

Result<Bytes> RequestCodec::make(std::span<const RequestedSpace> spaces, const KeyPair& device, Random& random) {
  if (spaces.size() > kRequestSpacesMax) return refused("a request names at most 256 spaces");
  HeldCodec held;
  RequestCodec& codec = held.codec;
  BundleRequest& request = codec.request;
  random.fill(request.nonce_);
  request.device_ = device.public_key();
  for (const RequestedSpace& space : spaces) request.spaces_.push_back(space_of(space, request.nonce_));
  Bytes body = encode(codec);
  const std::size_t bare_bytes = kHeadBytes + body.size() + Signature::kSize;
  const bool names_held = bare_bytes < kRoomBytes && codec.name_attachments(spaces, kRoomBytes - bare_bytes);
  if (names_held) body = encode(held);
  Bytes bytes(kHeadBytes);
  const std::string_view magic = names_held ? kMagicHeld : kMagic;
  std::copy(magic.begin(), magic.end(), bytes.begin());
  std::copy(request.nonce_.begin(), request.nonce_.end(), bytes.begin() + 4);
  bytes.insert(bytes.end(), body.begin(), body.end());
  const Signature signature = device.sign(sha256({view_of(kSignDomain), bytes}).view());
  bytes.insert(bytes.end(), signature.bytes.begin(), signature.bytes.end());
  if (bytes.size() > kRequestBytesMax) return refused("a request holds at most 1 MiB");
  return bytes;
}

Result<Bytes> make_request(std::span<const RequestedSpace> spaces, const KeyPair& device, Random& random) {
  return RequestCodec::make(spaces, device, random);
}

Result<BundleRequest> BundleRequest::decode_untrusted(ByteView bytes) {
  if (bytes.size() > kRequestBytesMax) return bad("longer than 1 MiB");
  const std::string_view magic = text_of(bytes.first(std::min<std::size_t>(bytes.size(), 4)));
  if (bytes.size() < kHeadBytes + Signature::kSize || (magic != kMagic && magic != kMagicHeld)) return bad("does not begin with EHR1 or EHR2, or is cut short");
  const ByteView covered = bytes.first(bytes.size() - Signature::kSize);
  constexpr std::string_view kWhere = "request, after its first 12 bytes";
  HeldCodec read;
  if (magic == kMagicHeld) {
    EVENHAND_TRY(read, evenhand::decode_untrusted<HeldCodec>(covered.subspan(kHeadBytes), kWhere));
  } else {
    EVENHAND_TRY(read.codec, evenhand::decode_untrusted<RequestCodec>(covered.subspan(kHeadBytes), kWhere));
  }
  BundleRequest request = std::move(read.codec.request);
  std::copy_n(bytes.begin() + 4, request.nonce_.size(), request.nonce_.begin());
  if (!verify(request.device_, sha256({view_of(kSignDomain), covered}).view(), *Signature::from(bytes.last(Signature::kSize)))) {
    return bad("the signature is not that of the device that asks");
  }
  return request;
}

const BundleRequest::Space* BundleRequest::find(const SpaceId& space) const {
  const auto wanted = *SpaceMark::from(mark_of(kSpaceDomain, nonce_, space.view()).view().first(8));
  const auto at = std::find_if(spaces_.begin(), spaces_.end(), [&](const Space& one) { return one.mark == wanted; });
  return at == spaces_.end() ? nullptr : &*at;
}

bool BundleRequest::is_held(const SpaceId& space, const BlobAddress& attachment) const {
  const Space* const asked = find(space);
  return asked != nullptr && std::binary_search(asked->attachments.begin(), asked->attachments.end(), mark_of_attachment(nonce_, space, attachment));
}

std::optional<VersionVector> BundleRequest::base_for(const SpaceId& space, const VersionVector& ours) const {
  const Space* const at = find(space);
  if (at == nullptr) return std::nullopt;
  std::vector<ChainMark> marks;
  for (const auto& entry : ours.entries) marks.push_back(cut<ChainMark>(mark_of(kChainDomain, nonce_, entry.chain.view())));
  VersionVector base;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const auto [from, to] = std::equal_range(at->chains.begin(), at->chains.end(), Chain{marks[i], {}},
                                             [](const Chain& a, const Chain& b) { return a.mark < b.mark; });
    if (to - from != 1 || std::count(marks.begin(), marks.end(), marks[i]) != 1) continue;
    auto& entry = base.entries.emplace_back();
    entry.chain = ours.entries[i].chain;
    for (const End& end : from->ends) {
      VersionVector::End one{end.seq, {}};
      std::copy(end.head.begin(), end.head.end(), one.head.bytes.begin());
      entry.ends.push_back(one);
    }
    std::sort(entry.ends.begin(), entry.ends.end());
    entry.ends.erase(std::unique(entry.ends.begin(), entry.ends.end()), entry.ends.end());
  }
  return base;
}

std::string request_text(ByteView request) { return to_crockford(request); }

Result<Bytes> request_from_text(std::string_view text) {
  static constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  if (text.size() > kRequestBytesMax * 2) return bad("longer than 1 MiB");
  Bytes bytes;
  unsigned buffer = 0;
  int bits = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char letter = text[at];
    if (letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t' || letter == '-') continue;
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    if (letter == 'O') letter = '0';
    if (letter == 'I' || letter == 'L') letter = '1';
    const auto value = kLetters.find(letter);
    if (value == std::string_view::npos) return corrupt("request: a letter that does not belong into it", "letter " + std::to_string(at + 1));
    buffer = buffer << 5 | static_cast<unsigned>(value);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(buffer >> bits));
    buffer &= (1u << bits) - 1;
  }
  if (bits >= 5 || buffer != 0) return bad("its text is cut short");
  return bytes;
}

}  // namespace evenhand
