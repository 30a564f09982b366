#include "tests/simulation/desk.h"

#include <fstream>

namespace evenhand::simulation {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kCanary = "canary-";

}  // namespace

std::string canary(std::uint64_t number) { return std::string(kCanary) + std::to_string(number) + "."; }

std::set<std::uint64_t> canaries_in(std::string_view bytes) {
  std::set<std::uint64_t> found;
  for (std::size_t at = bytes.find(kCanary); at != std::string_view::npos; at = bytes.find(kCanary, at + 1)) {
    std::uint64_t number = 0;
    std::size_t digit = at + kCanary.size();
    while (digit < bytes.size() && bytes[digit] >= '0' && bytes[digit] <= '9') number = number * 10 + static_cast<std::uint64_t>(bytes[digit++] - '0');
    if (digit < bytes.size() && bytes[digit] == '.') found.insert(number);
  }
  return found;
}

std::set<std::uint64_t> canaries_below(const fs::path& folder) {
  std::set<std::uint64_t> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    found.merge(canaries_in(bytes));
  }
  return found;
}

void Desk::open() {
  workspace.reset();
  workspace.emplace(must(Workspace::open(folder, OpenMode::read_write, clock, random), name() + " starts"));
}

std::set<Reference> Desk::held(const SpaceId& space) const {
  std::set<Reference> all;
  const LogReadView view = must(workspace->find_space(space)->log.read(), "read");
  must(view.scan_hashed(1, [&](Arrival, const CommitView& commit, std::span<const Hash> hashes) {
    for (std::size_t i = 0; i < hashes.size(); ++i) all.insert({commit.chain(), commit.first_seq() + i, shorten(hashes[i])});
    return true;
  }), name() + " reads everything");
  return all;
}

void Desk::confirm_all() {
  for (const Space& space : workspace->spaces()) confirmed[space.id] = held(space.id);
}

std::string Desk::find_lost() const {
  for (const auto& [space, events] : confirmed) {
    const std::set<Reference> here = held(space);
    for (const Reference& event : events) {
      if (!here.contains(event)) return event.text();
    }
  }
  return {};
}

}  // namespace evenhand::simulation
