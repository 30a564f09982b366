/// Reads tag-length-value fields, one after the other, out of bytes that nobody vouches for.
///
/// Lifetime: fields look into the bytes; they die with them.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "plugins/abi/document_tags.h"

namespace evenhand::document {

struct Field {
  unsigned tag = 0;
  ByteView value = {};
  std::size_t offset = 0;  ///< of the value, from the start of the document
};

/// The fields of one group. Errors are `corrupt` and name the byte.
class Fields {
 public:
  /// Within a group tags never descend and only those that may repeat do; blocks come in any order.
  enum class Order { group, blocks };
  Fields(ByteView bytes, std::size_t offset, Order order = Order::group)
      : bytes_(bytes), offset_(offset), order_(order) {}
  explicit Fields(const Field& group) : Fields(group.value, group.offset) {}

  bool more() const { return at_ < bytes_.size(); }
  Result<Field> next();

 private:
  Result<std::uint64_t> varint();
  Result<void> check_order(std::uint64_t tag, std::size_t at);

  ByteView bytes_;
  std::size_t offset_;
  Order order_;
  std::size_t at_ = 0;
  std::uint64_t last_ = 0;
};

/// What a field's value says. Errors: corrupt.
Result<std::string> text_in(const Field& field, std::size_t bytes_max);
Result<std::uint64_t> number_in(const Field& field, std::uint64_t most);
Result<std::int64_t> signed_in(const Field& field);
Result<void> nothing_in(const Field& field);
Error unknown_field(const Field& field, const char* group);
Error wrong_at(std::size_t offset, std::string what);

}  // namespace evenhand::document
