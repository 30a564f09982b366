#include "apps/cli/exchanged_file.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

struct Kind {
  ExchangedFile kind;
  std::string_view beginning;  // docs/formats; the version behind it is left to the reader
  std::string_view name;
  std::string_view command;    // up to the file's name
};

constexpr std::array<Kind, 4> kKinds = {{{ExchangedFile::bundle, "EHBUNDLE", "a sealed file of changes", "evenhand sync receive "},
                                         {ExchangedFile::invitation, "EHINVIT", "an invitation", "evenhand join --to REPLY "},
                                         {ExchangedFile::reply, "EHREPLY", "a reply to an invitation", "evenhand partner admit "},
                                         {ExchangedFile::request, "EHR", "a request", "evenhand sync send --to FILE --request "}}};
constexpr std::size_t kNamed = 3;

const Kind* kind_of(const fs::path& file) {
  std::array<char, 8> bytes{};
  std::ifstream in(file, std::ios::binary);
  in.read(bytes.data(), bytes.size());
  const std::string_view beginning(bytes.data(), static_cast<std::size_t>(in.gcount()));
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& one) { return beginning.starts_with(one.beginning); });
  return found == kKinds.end() ? nullptr : &*found;
}

Error a_folder(const fs::path& folder, const Kind& wanted) {
  std::vector<std::string> there;
  std::error_code failed;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const Kind* const kind = at->is_regular_file(failed) ? kind_of(at->path()) : nullptr;
    if (kind != nullptr && kind->kind == wanted.kind) there.push_back(at->path().string());
  }
  std::sort(there.begin(), there.end());
  const std::string looked_for = "what is looked for is " + std::string(wanted.name);
  if (there.empty()) return refused("this is a folder, and " + looked_for + ", of which none is in it", folder.string(), "Name the file itself.");
  std::string names;
  for (std::size_t i = 0; i < std::min(kNamed, there.size()); ++i) names += " \"" + there[i] + "\"";
  return refused("this is a folder, and " + looked_for + "; in it " + (there.size() == 1 ? "is 1" : "are " + std::to_string(there.size())), folder.string(),
                 "Name " + std::string(there.size() == 1 ? "it" : "them") + ": " + std::string(wanted.command).substr(0, wanted.command.size() - 1) + names + (there.size() > kNamed ? " ..." : ""));
}

}  // namespace

Result<void> check_kind_of(const fs::path& file, ExchangedFile wanted) {
  const Kind& meant = *std::find_if(kKinds.begin(), kKinds.end(), [&](const Kind& one) { return one.kind == wanted; });
  std::error_code failed;
  if (fs::is_directory(file, failed)) return a_folder(file, meant);
  const Kind* const kind = fs::is_regular_file(file, failed) ? kind_of(file) : nullptr;
  if (kind == nullptr || kind->kind == wanted) return {};
  return corrupt("this is " + std::string(kind->name) + ", not " + std::string(meant.name), file.string(), "Take it with: " + std::string(kind->command) + "\"" + file.string() + "\"");
}

}  // namespace evenhand::cli
