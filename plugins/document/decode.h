/// From a plugin's bytes to a Document that every writer may trust. Format: docs/formats/document.md.
#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "plugins/document/model.h"

namespace evenhand::document {

struct DecodeLimits {
  std::size_t bytes_max = 64u << 20;
  std::size_t text_bytes_max = 1u << 20;
  std::size_t markdown_bytes_max = 256u << 10;  ///< one free text
  std::size_t title_bytes_max = 2000;  ///< titles, headings, captions, column titles, labels, status lines
  std::size_t blocks_max = 100'000;
  std::size_t rows_max = 100'000;      ///< one table
  std::size_t columns_max = 64;        ///< one table; also series + 1 of a chart
  std::size_t cells_max = 2'000'000;   ///< the whole document
  std::size_t runs_max = 1'000'000;    ///< the whole document, list items included
  std::size_t labels_max = 500;        ///< one chart
  std::size_t statuses_max = 8;
  std::size_t sections_max = 8;        ///< depth
};

/// Reads, expands Markdown, then checked(). Memory stays within a small multiple of `limits`.
/// Errors: corrupt (names the byte), refused (names the block and the rule).
Result<Document> decode_untrusted(ByteView bytes, const DecodeLimits& limits = {});

}  // namespace evenhand::document
