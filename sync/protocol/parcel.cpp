#include "sync/protocol/parcel.h"

#include "core/crypto/hash.h"
#include "core/event/layout.h"

namespace evenhand {

using layout::get;
using layout::put;

namespace {

constexpr std::string_view kMagic = "EHP1";
constexpr std::size_t kSignedBytes = 128, kContextFrom = 12, kContextTo = 96;

Error bad(std::string why) { return corrupt("piece of an attachment: " + std::move(why)); }

Hash signed_message(ByteView head, ByteView payload) {
  static constexpr std::string_view kDomain{"evenhand/parcel/1\0", 18};
  return sha256({view_of(kDomain), head, sha256(payload).view()});
}

// What the seal stands on: everything but who packed it, so that two members seal alike.
Bytes seal_context(ByteView piece) {
  static constexpr std::string_view kDomain{"evenhand/parcel-seal/1\0", 23};
  Bytes context(kDomain.size() + kContextTo - kContextFrom);
  std::copy(kDomain.begin(), kDomain.end(), context.begin());
  std::copy_n(piece.begin() + kContextFrom, kContextTo - kContextFrom, context.begin() + kDomain.size());
  return context;
}

template <class T>
void place(Bytes& piece, std::size_t at, const T& id) {
  std::copy(id.bytes.begin(), id.bytes.end(), piece.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

ParcelKeys parcel_keys(const SealKey& epoch, const SpaceId& space, const wire::BlobId& address) {
  static constexpr std::string_view kName{"evenhand/parcel-name/1\0", 23}, kKey{"evenhand/parcel-key/1\0", 22};
  ParcelKeys keys;
  keys.name.bytes = sha256({view_of(kName), epoch.bytes, space.view(), address.view()}).bytes;
  keys.seal.id = epoch.id;
  keys.seal.bytes = sha256({view_of(kKey), epoch.bytes, space.view(), address.view()}).bytes;
  return keys;
}

Bytes pack_piece(const ParcelHeader& header, ByteView content, const SealKey& seal, const KeyPair& packer) {
  EVENHAND_ASSERT(content.size() <= kParcelContentBytesMax && header.number <= header.chunks && header.chunks <= kParcelChunksMax, "a piece of an attachment");
  Bytes piece(kParcelHeaderBytes);
  std::copy(kMagic.begin(), kMagic.end(), piece.begin());
  put(&piece[4], header.number);
  put(&piece[8], static_cast<std::uint32_t>(content.size() + kNumberedSealOverheadBytes));
  put(&piece[12], header.chunks);
  place(piece, 16, header.space);
  place(piece, 48, header.name);
  place(piece, 80, header.epoch);
  place(piece, 96, packer.public_key());
  const Bytes payload = seal_numbered(seal, header.number, content, seal_context(piece));
  place(piece, kSignedBytes, packer.sign(signed_message(ByteView(piece).first(kSignedBytes), payload).view()));
  piece.insert(piece.end(), payload.begin(), payload.end());
  return piece;
}

Result<ParcelHeader> read_piece_header(ByteView piece) {
  if (piece.size() < kParcelHeaderBytes + kNumberedSealOverheadBytes || piece.size() > kParcelPieceBytesMax) return bad("not of a piece's length");
  if (text_of(piece.first(4)) != kMagic) return bad("does not begin with EHP1");
  if (get<std::uint32_t>(&piece[8]) != piece.size() - kParcelHeaderBytes) return bad("length field does not fit");
  ParcelHeader header;
  header.number = get<std::uint32_t>(&piece[4]);
  header.chunks = get<std::uint32_t>(&piece[12]);
  header.space = *SpaceId::from(piece.subspan(16, 32));
  header.name = *ParcelName::from(piece.subspan(48, 32));
  header.epoch = *KeyId::from(piece.subspan(80, 16));
  header.packer = *PublicKey::from(piece.subspan(96, 32));
  if (header.chunks > kParcelChunksMax || header.number > header.chunks) return bad("a number that no attachment has");
  if (header.epoch.is_zero()) return bad("it is not sealed");
  const Hash message = signed_message(piece.first(kSignedBytes), piece.subspan(kParcelHeaderBytes));
  if (!verify(header.packer, message.view(), *Signature::from(piece.subspan(kSignedBytes, 64)))) return bad("the signature is not its packer's");
  return header;
}

Result<Bytes> open_piece(ByteView piece, const SealKey& seal) {
  EVENHAND_ASSERT(piece.size() >= kParcelHeaderBytes, "a piece is opened after its header was read");
  return unseal_numbered(seal, get<std::uint32_t>(&piece[4]), piece.subspan(kParcelHeaderBytes), seal_context(piece));
}

}  // namespace evenhand
