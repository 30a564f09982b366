#include "core/store/page_file.h"

#include <algorithm>
#include <cstring>

namespace evenhand {

namespace {

constexpr std::uint32_t kMagic = 0xBEEFC0DE;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 16;
constexpr std::size_t kNodeBytes = 8;
constexpr std::size_t kTableBytes = 48;
constexpr std::uint16_t kBranch = 1, kLeaf = 2, kOverflow = 4, kMeta = 8;
constexpr std::uint16_t kBigData = 1, kSubTable = 2;
constexpr std::uint16_t kIntegerKey = 8;
constexpr int kDepthMax = 24;

template <class T>
T get(const std::uint8_t* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

Error bad(std::uint64_t page, const std::string& why) {
  return corrupt("page " + std::to_string(page) + " of the store is damaged: " + why, "byte " + std::to_string(page * PageFile::kPageBytes),
                 "Run evenhand doctor.");
}

PageFile::Table read_table(const std::uint8_t* from) {
  return {get<std::uint16_t>(from + 4), get<std::uint16_t>(from + 6),  get<std::uint64_t>(from + 8), get<std::uint64_t>(from + 16),
          get<std::uint64_t>(from + 24), get<std::uint64_t>(from + 32), get<std::uint64_t>(from + 40)};
}

bool is_less(const PageFile::Table& table, ByteView a, ByteView b) {
  if ((table.flags & kIntegerKey) != 0 && a.size() == 8 && b.size() == 8) return get<std::uint64_t>(a.data()) < get<std::uint64_t>(b.data());
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end());
}

struct Node {
  std::uint64_t low_high = 0;
  std::uint16_t flags = 0;
  ByteView key;
  std::size_t at = 0;  // of what follows the key
};

// The nodes of a page, each within its bounds; together they fill the page from `upper` to its end.
Result<std::vector<Node>> nodes_of(std::uint64_t page, ByteView bytes, bool is_leaf) {
  const std::size_t lower = get<std::uint16_t>(&bytes[12]), upper = get<std::uint16_t>(&bytes[14]);
  if (lower < kHeaderBytes || (lower & 1) != 0 || lower > upper || upper > bytes.size()) return bad(page, "its frame");
  std::vector<Node> nodes;
  std::size_t filled = 0;
  for (std::size_t slot = kHeaderBytes; slot < lower; slot += 2) {
    const std::size_t at = get<std::uint16_t>(&bytes[slot]);
    if (at < upper || at + kNodeBytes > bytes.size()) return bad(page, "a node lies outside");
    Node node;
    node.low_high = get<std::uint32_t>(&bytes[at]);
    node.flags = get<std::uint16_t>(&bytes[at + 4]);
    const std::size_t key_bytes = get<std::uint16_t>(&bytes[at + 6]);
    node.at = at + kNodeBytes + key_bytes;
    if (node.at > bytes.size()) return bad(page, "a key runs past the end");
    node.key = bytes.subspan(at + kNodeBytes, key_bytes);
    const std::size_t value_bytes = !is_leaf ? 0 : (node.flags & kBigData) != 0 ? 8 : node.low_high;
    if (value_bytes > bytes.size() - node.at) return bad(page, "a value runs past the end");
    filled += (kNodeBytes + key_bytes + value_bytes + 1) & ~std::size_t{1};
    nodes.push_back(node);
  }
  if (filled != bytes.size() - upper) return bad(page, "its nodes do not fill it");
  return nodes;
}

struct Meta {
  PageFile::Table free, main;
  std::uint64_t last_page = 0, transaction = 0;
};

Result<Meta> decode_meta(std::uint64_t page, ByteView bytes) {
  const std::uint8_t* at = bytes.data() + kHeaderBytes;
  if (get<std::uint64_t>(bytes.data()) != page || get<std::uint16_t>(&bytes[10]) != kMeta) return bad(page, "not a meta page");
  if (get<std::uint32_t>(at) != kMagic) return bad(page, "not a file of LMDB");
  if (get<std::uint32_t>(at + 4) != kVersion) return bad(page, "another version of LMDB's files");
  if (get<std::uint32_t>(at + 24) != PageFile::kPageBytes) return bad(page, "another page size");
  Meta meta{read_table(at + 24), read_table(at + 24 + kTableBytes), get<std::uint64_t>(at + 120), get<std::uint64_t>(at + 128)};
  if (meta.free.flags != kIntegerKey || meta.main.flags != 0) return bad(page, "flags");
  if (meta.transaction != 0 && (meta.transaction & 1) != page) return bad(page, "its transaction belongs on the other meta page");
  if (meta.last_page < 1) return bad(page, "its last page");
  return meta;
}

}  // namespace

Result<PageFile> PageFile::open(const std::filesystem::path& file) {
  EVENHAND_TRY(FileHandle handle, FileHandle::open_to_read(file));
  PageFile pages(std::move(handle));
  EVENHAND_CHECK(pages.read_meta());
  EVENHAND_TRY(const FileIdentity identity, file_identity(file));
  if (pages.last_page_ >= identity.bytes / kPageBytes) {
    return corrupt("the store's file is cut short: it should hold " + std::to_string(pages.page_count()) + " pages and holds " +
                       std::to_string(identity.bytes / kPageBytes),
                   file.string(), "Run evenhand doctor.");
  }
  pages.met_.assign(pages.page_count(), false);
  pages.met_[0] = pages.met_[1] = true;
  return pages;
}

Result<void> PageFile::read_meta() {
  std::array<std::optional<Meta>, 2> metas;
  for (std::uint64_t page = 0; page < 2; ++page) {
    Bytes bytes(kPageBytes);
    EVENHAND_TRY(const std::size_t got, file_.read_at(page * kPageBytes, bytes));
    if (got != kPageBytes) return bad(page, "the file ends before it");
    EVENHAND_TRY(metas[page], decode_meta(page, bytes));
  }
  // Transactions alternate between the pages: a gap between the two means that one of them is not what was written.
  const std::uint64_t a = metas[0]->transaction, b = metas[1]->transaction;
  if (std::max(a, b) - std::min(a, b) > 1) return bad(a < b ? 0 : 1, "its transaction number");
  const Meta& newest = a < b ? *metas[1] : *metas[0];
  free_ = newest.free;
  main_ = newest.main;
  last_page_ = newest.last_page;
  transaction_ = newest.transaction;
  return {};
}

Result<void> PageFile::claim(std::uint64_t page, std::uint64_t count) {
  if (page < 2 || page > last_page_ || count > last_page_ - page + 1) return bad(page, "it is named but does not exist");
  for (std::uint64_t i = page; i < page + count; ++i) {
    if (met_[i]) return bad(i, "two places name it");
    met_[i] = true;
  }
  return {};
}

Result<void> PageFile::read_page(std::uint64_t page, std::span<std::uint8_t> out) {
  EVENHAND_TRY(const std::size_t got, file_.read_at(page * kPageBytes, out));
  if (got != out.size()) return bad(page, "the file ends within it");
  if (get<std::uint64_t>(out.data()) != page) return bad(page, "it bears another number");
  return {};
}

Result<ByteView> PageFile::read_overflow(std::uint64_t page, std::size_t bytes, Tally& tally) {
  const std::uint64_t count = (kHeaderBytes - 1 + bytes) / kPageBytes + 1;
  EVENHAND_CHECK(claim(page, count));
  overflow_.resize(count * kPageBytes);
  EVENHAND_CHECK(read_page(page, overflow_));
  if (get<std::uint16_t>(&overflow_[10]) != kOverflow || get<std::uint32_t>(&overflow_[12]) != count) return bad(page, "not the overflow page that it should be");
  tally.overflow_pages += count;
  return ByteView(overflow_).subspan(kHeaderBytes, bytes);
}

Result<void> PageFile::walk_leaf(const Table& table, std::uint64_t page, ByteView bytes, const Bounds& bounds, Tally& tally, const Visit& visit) {
  EVENHAND_TRY(const std::vector<Node> nodes, nodes_of(page, bytes, true));
  ByteView before;
  for (const Node& node : nodes) {
    if ((node.flags & ~(kBigData | kSubTable)) != 0 || node.key.empty()) return bad(page, "a node's flags");
    if ((table.flags & kIntegerKey) != 0 && node.key.size() != 8) return bad(page, "a key's length");
    if (!before.empty() && !is_less(table, before, node.key)) return bad(page, "keys out of order");
    if ((!bounds.low.empty() && is_less(table, node.key, bounds.low)) || (!bounds.high.empty() && !is_less(table, node.key, bounds.high))) {
      return bad(page, "keys that belong elsewhere");
    }
    before = node.key;
    ByteView value = bytes.subspan(node.at, (node.flags & kBigData) != 0 ? 8 : node.low_high);
    if ((node.flags & kBigData) != 0) {
      EVENHAND_TRY(value, read_overflow(get<std::uint64_t>(value.data()), node.low_high, tally));
    }
    ++tally.entries;
    EVENHAND_CHECK(visit(node.flags, node.key, value));
  }
  return {};
}

Result<void> PageFile::walk_branch(const Table& table, ByteView bytes, int depth, const Bounds& bounds, Tally& tally, const Visit& visit) {
  const auto page = get<std::uint64_t>(bytes.data());
  EVENHAND_TRY(const std::vector<Node> nodes, nodes_of(page, bytes, false));
  if (nodes.size() < 2) return bad(page, "a branch with fewer than two ways");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto key_of = [&](std::size_t n) { return Bytes(nodes[n].key.begin(), nodes[n].key.end()); };
    const Bounds inner{i == 0 ? bounds.low : key_of(i), i + 1 == nodes.size() ? bounds.high : key_of(i + 1)};
    if (i > 0 && (nodes[i].key.empty() || ((table.flags & kIntegerKey) != 0 && nodes[i].key.size() != 8))) return bad(page, "a key's length");
    const std::uint64_t child = nodes[i].low_high | (static_cast<std::uint64_t>(nodes[i].flags) << 32);
    EVENHAND_CHECK(walk_page(table, child, depth + 1, inner, tally, visit));
  }
  return {};
}

Result<void> PageFile::walk_page(const Table& table, std::uint64_t page, int depth, const Bounds& bounds, Tally& tally, const Visit& visit) {
  EVENHAND_CHECK(claim(page));
  std::array<std::uint8_t, kPageBytes> bytes;
  EVENHAND_CHECK(read_page(page, bytes));
  const auto flags = get<std::uint16_t>(&bytes[10]);
  const bool is_last = depth == table.depth;
  if (flags != (is_last ? kLeaf : kBranch)) return bad(page, "its kind");
  if (is_last) {
    ++tally.leaf_pages;
    return walk_leaf(table, page, bytes, bounds, tally, visit);
  }
  ++tally.branch_pages;
  return walk_branch(table, bytes, depth, bounds, tally, visit);
}

Result<void> PageFile::walk_table(const Table& table, const Visit& visit) {
  Tally tally;
  if (table.root == kNoPage) {
    if (table.entries != 0 || table.depth != 0) return corrupt("a table of the store has entries and no root", "", "Run evenhand doctor.");
    return {};
  }
  if (table.depth == 0 || table.depth > kDepthMax) return bad(table.root, "the depth of its table");
  EVENHAND_CHECK(walk_page(table, table.root, 1, {}, tally, visit));
  if (tally.entries != table.entries || tally.leaf_pages != table.leaf_pages || tally.branch_pages != table.branch_pages ||
      tally.overflow_pages != table.overflow_pages) {
    return bad(table.root, "its table's counts do not fit what is there");
  }
  return {};
}

Result<std::map<std::string, PageFile::Table>> PageFile::tables() {
  std::map<std::string, Table> found;
  EVENHAND_CHECK(walk_table(main_, [&](std::uint16_t flags, ByteView key, ByteView value) -> Result<void> {
    if (flags != kSubTable || value.size() != kTableBytes) return corrupt("the store's list of tables is damaged", std::string(text_of(key)), "Run evenhand doctor.");
    found[std::string(text_of(key))] = read_table(value.data());
    return {};
  }));
  return found;
}

Result<void> PageFile::walk(const Table& table, const std::function<Result<void>(ByteView, ByteView)>& visit) {
  return walk_table(table, [&](std::uint16_t flags, ByteView key, ByteView value) -> Result<void> {
    if ((flags & kSubTable) != 0) return corrupt("a table stands where an entry should", "", "Run evenhand doctor.");
    return visit(key, value);
  });
}

Result<void> PageFile::check_free_pages() {
  std::vector<std::uint64_t> free_pages;
  EVENHAND_CHECK(walk(free_, [&](ByteView key, ByteView value) -> Result<void> {
    const std::uint64_t count = value.size() < 8 ? 0 : get<std::uint64_t>(value.data());
    if (get<std::uint64_t>(key.data()) > transaction_ || value.size() < 8 || count > value.size() / 8 - 1) {
      return corrupt("the store's list of free pages is damaged", "", "Run evenhand doctor.");
    }
    for (std::uint64_t i = 1; i <= count; ++i) free_pages.push_back(get<std::uint64_t>(value.data() + 8 * i));
    return {};
  }));
  for (const std::uint64_t page : free_pages) EVENHAND_CHECK(claim(page));
  return {};
}

}  // namespace evenhand
