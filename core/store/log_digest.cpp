#include "core/store/log_digest.h"

#include <algorithm>

namespace evenhand {

void LogDigest::add_number(std::uint64_t number) {
  std::array<std::uint8_t, 8> bytes;
  put_u64_be(bytes.data(), number);
  hash_.add(bytes);
}

LogDigest::LogDigest(std::size_t chains) {
  static constexpr std::string_view kDomain{"evenhand/log-digest/1\0", 22};
  hash_.add(view_of(kDomain));
  add_number(chains);
}

void LogDigest::add(const ChainId& chain, std::span<const BranchHead> branches) {
  hash_.add(chain.view());
  add_number(branches.size());
  for (const BranchHead& branch : branches) {
    add_number(branch.seq);
    hash_.add(branch.head.view());
  }
}

Hash LogDigest::finish(std::span<const Reference> missing) {
  std::vector<Reference> sorted(missing.begin(), missing.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  add_number(sorted.size());
  for (const Reference& reference : sorted) {
    std::array<std::uint8_t, Reference::kBytes> bytes;
    reference.write(bytes.data());
    hash_.add(bytes);
  }
  return hash_.finish();
}

Hash head_over(std::span<const BranchHead> branches) {
  if (branches.size() == 1) return branches.front().head;
  static constexpr std::string_view kDomain{"evenhand/fork-heads/1\0", 22};
  Sha256 hash;
  hash.add(view_of(kDomain));
  for (const BranchHead& branch : branches) {
    std::array<std::uint8_t, 8> seq;
    put_u64_be(seq.data(), branch.seq);
    hash.add(seq);
    hash.add(branch.head.view());
  }
  return hash.finish();
}

}  // namespace evenhand
