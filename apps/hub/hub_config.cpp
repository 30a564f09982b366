#include "apps/hub/hub_config.h"

#include <algorithm>

#include "core/codec/json.h"
#include "core/os/files.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kHubConfigBytesMax = 64 * 1024;
constexpr std::size_t kHubTitleBytesMax = 120;

Result<Json> read_json_file(const fs::path& file) {
  EVENHAND_TRY(const Bytes bytes, read_file(file, kHubConfigBytesMax));
  auto json = parse_json(text_of(bytes));
  if (!json) return corrupt(json.error().what, file.string() + ": " + json.error().where);
  if (!json->is_object()) return refused("this is no JSON object", file.string());
  return json;
}

Error wrong(const std::string& member, const std::string& wanted) { return refused("the hub's configuration needs " + wanted, member, "See docs/hub.md."); }

Result<void> read_quota(const Json& json, RelayQuota& quota) {
  if (!json.is_object()) return wrong("quota", "an object");
  std::optional<std::uint64_t> frames, pieces;  // of an organisation: half of the space's, unless it is said
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string& key = json.keys()[i];
    const auto number = json.items()[i].natural();
    if (!number) return wrong("quota." + key, "a whole number");
    if (key == "bytes_per_space") quota.bytes_per_space = *number;
    else if (key == "frames_per_space") quota.frames_per_space = *number;
    else if (key == "pieces_per_space") quota.pieces_per_space = *number;
    else if (key == "bytes_per_organisation") quota.bytes_per_organisation = *number;
    else if (key == "frames_per_organisation") frames = *number;
    else if (key == "pieces_per_organisation") pieces = *number;
    else return wrong("quota." + key, "no such member");
  }
  quota.frames_per_organisation = frames.value_or(quota.frames_per_space / 2);
  quota.pieces_per_organisation = pieces.value_or(quota.pieces_per_space / 2);
  return {};
}

bool is_line(const std::string& text) {
  return !text.empty() && text.size() <= kHubTitleBytesMax && std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_own_loop(const std::string& host) { return host.starts_with("127.") || host == "::1"; }

/// Two listeners at one place: the second is refused by the system, when the hub has begun.
bool is_same_place(const Address& a, const Address& b) {
  const bool takes_all = a.host == "0.0.0.0" || a.host == "::";
  return a.port == b.port && a.port != 0 && (takes_all || a.host == b.host);
}

Result<HubConfig> read_config(const Json& json) {
  HubConfig config;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string& key = json.keys()[i];
    const Json& value = json.items()[i];
    if (key == "quota") {
      EVENHAND_CHECK(read_quota(value, config.quota));
      continue;
    }
    if (key != "title" && key != "data" && key != "listen" && key != "metrics") return refused("the hub's configuration has a member that it does not know", key, "See docs/hub.md.");
    if (!value.is_string()) return wrong(key, "text");
    if (key == "title") config.title = value.text();
    else if (key == "data") config.data = value.text();
    else if (key == "listen") { EVENHAND_TRY(config.listen, Address::parse(value.text())); }
    else { EVENHAND_TRY(config.metrics, Address::parse(value.text())); }
  }
  if (!is_line(config.title)) return wrong("title", "one line of text, at most 120 letters");
  if (!config.data.is_absolute()) return wrong("data", "the full path of a folder");
  if (!is_own_loop(config.metrics.host)) return wrong("metrics", "an address of this computer's own loop, such as 127.0.0.1:7411");
  if (is_same_place(config.listen, config.metrics)) return wrong("metrics", "another port than listen");
  return config;
}

}  // namespace

Result<HubConfig> HubConfig::read(const fs::path& file) {
  EVENHAND_TRY(const Json json, read_json_file(file));
  auto config = read_config(json);
  if (!config) {
    Error error = config.error();
    error.where = file.string() + (error.where.empty() ? "" : ": " + error.where);
    return error;
  }
  return config;
}

Result<HubIdentity> HubIdentity::open(const fs::path& data, Random& random) {
  HubIdentity identity;
  EVENHAND_CHECK(make_private_folder(data / "identity"));
  auto keys = Keystore::open(data / "identity" / "keys");
  if (!keys && keys.error().code == ErrorCode::not_found) keys = Keystore::create(data / "identity" / "keys", random, Keystore::Makes::device_only);
  if (!keys) return keys.error();
  identity.keys = std::make_unique<Keystore>(std::move(*keys));
  EVENHAND_TRY(identity.spaces, read_spaces(data));
  return identity;
}

Result<std::vector<SpaceId>> HubIdentity::read_spaces(const fs::path& data) {
  const fs::path file = spaces_file(data);
  std::vector<SpaceId> spaces;
  std::error_code failed;
  if (!fs::exists(file, failed)) return spaces;
  EVENHAND_TRY(const Json json, read_json_file(file));
  const Json* list = json.find("spaces");
  if (list == nullptr || !list->is_array()) return corrupt("the list of the hub's spaces makes no sense", file.string());
  for (const Json& one : list->items()) {
    const auto id = SpaceId::from_hex(one.text());
    if (!id) return corrupt("the list of the hub's spaces names one that is none", file.string());
    spaces.push_back(*id);
  }
  return spaces;
}

Result<void> HubIdentity::add(const fs::path& data, const std::vector<SpaceId>& more) {
  for (const SpaceId& id : more) {
    if (std::find(spaces.begin(), spaces.end(), id) == spaces.end()) spaces.push_back(id);
  }
  Json list = Json::array();
  for (const SpaceId& id : spaces) list.push(id.hex());
  return write_file_durably(spaces_file(data), view_of(write_json(Json::object().set("spaces", std::move(list)), JsonStyle::pretty)));
}

}  // namespace evenhand
