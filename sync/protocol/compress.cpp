#include "sync/protocol/compress.h"

#include <zstd.h>

#include <memory>
#include <new>

namespace evenhand {

namespace {

// The fastest of the usual levels: segments are at most 256 KiB, half of it hashes and salts that no level shrinks
// (docs/decisions/0031-compressing-one-segment.md).
constexpr int kLevel = 1;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* compressor() {
  thread_local const std::unique_ptr<ZSTD_CCtx, Free> context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  return context.get();
}

ZSTD_DCtx* decompressor() {
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  return context.get();
}

}  // namespace

Bytes compress(ByteView plain) {
  Bytes out(ZSTD_compressBound(plain.size()));
  const std::size_t got = ZSTD_compressCCtx(compressor(), out.data(), out.size(), plain.data(), plain.size(), kLevel);
  EVENHAND_ASSERT(!ZSTD_isError(got), "zstd has room for whatever it makes");
  out.resize(got);
  return out;
}

Result<Bytes> decompress_untrusted(ByteView compressed, std::size_t plain_bytes) {
  Bytes out(plain_bytes);
  // In one call zstd writes straight into `out` and needs no window of the size that the bytes ask for.
  const std::size_t got = ZSTD_decompressDCtx(decompressor(), out.data(), out.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(got)) return corrupt("compressed bytes are damaged, or longer than they say");
  if (got != plain_bytes) return corrupt("compressed bytes hold fewer bytes than they say");
  return out;
}

}  // namespace evenhand
