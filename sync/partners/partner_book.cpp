#include "sync/partners/partner_book.h"

#include <algorithm>

#include "core/codec/json.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "core/policy/name_key.h"
#include "sync/partners/held_vector.h"

namespace evenhand {

namespace {

constexpr std::size_t kBookBytesMax = 4 << 20;
constexpr std::size_t kVectorBytesMax = 16 << 20;
constexpr std::size_t kLeftOutBytesMax = 256 * 1024;
constexpr std::size_t kExchangesBytesMax = 1 << 20;
constexpr int kLockWaitMs = 5000;  // a list is read and written in milliseconds
constexpr std::string_view kFormat = "evenhand-partners/1";

Json to_json(const Partner& partner) {
  Json addresses = Json::array();
  for (const std::string& address : partner.addresses) addresses.push(address);
  return Json::object()
      .set("device", partner.device.hex())
      .set("organisation", partner.organisation.hex())
      .set("title", partner.title)
      .set("addresses", std::move(addresses))
      .set("hub", partner.is_hub)
      .set("last_contact", partner.last_contact.ms)
      .set("last_outcome", partner.last_outcome);
}

std::string text_at(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  return value != nullptr ? value->text() : std::string();
}

std::uint64_t natural_at(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  return value != nullptr ? value->natural().value_or(0) : 0;
}

ClaimedTime time_at(const Json& json, std::string_view key) {
  const Json* value = json.find(key);
  return {value != nullptr ? value->integer().value_or(0) : 0};
}

std::optional<Partner> partner_from(const Json& json) {
  const auto device = PublicKey::from_hex(text_at(json, "device"));
  if (!device) return std::nullopt;
  Partner partner;
  partner.device = *device;
  partner.organisation = EntityId::from_hex(text_at(json, "organisation")).value_or(EntityId{});
  partner.title = text_at(json, "title");
  const Json* addresses = json.find("addresses");
  for (const Json& address : addresses != nullptr ? addresses->items() : std::vector<Json>{}) partner.addresses.push_back(address.text());
  const Json* hub = json.find("hub");
  partner.is_hub = hub != nullptr && hub->boolean().value_or(false);
  partner.last_contact = time_at(json, "last_contact");
  partner.last_outcome = text_at(json, "last_outcome");
  return partner;
}

Result<WorkspaceLock> lock_book(const std::filesystem::path& workspace) {
  return WorkspaceLock::take(workspace / "partners.lock", "evenhand", "writing the list of partners", kLockWaitMs);
}

bool comes_before(const Partner& a, const Partner& b) { return std::tie(a.title, a.device) < std::tie(b.title, b.device); }

std::optional<ExchangeEntry> entry_from(std::string_view line) {
  const auto json = parse_json(line);
  if (!json || !json->is_object()) return std::nullopt;
  return ExchangeEntry{time_at(*json, "when"),        text_at(*json, "partner"),     text_at(*json, "how"),
                       natural_at(*json, "sent"), natural_at(*json, "received"), text_at(*json, "outcome")};
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

Result<PartnerBook> PartnerBook::open(const std::filesystem::path& workspace) {
  PartnerBook book(workspace);
  const auto file = workspace / "partners.json";
  auto text = read_file(file, kBookBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return book;
  if (!text) return text.error();
  const auto json = parse_json(text_of(*text));
  const Json* list = json ? json->find("partners") : nullptr;
  if (list == nullptr || text_at(*json, "format") != kFormat) {
    return corrupt("the list of partners cannot be read", file, "Move this file away and pair again; nothing else depends on it.");
  }
  for (const Json& one : list->items()) {
    if (auto partner = partner_from(one)) book.partners_.push_back(std::move(*partner));
  }
  std::sort(book.partners_.begin(), book.partners_.end(), comes_before);
  const Json* forgotten = json->find("forgotten");
  for (const Json& one : forgotten != nullptr ? forgotten->items() : std::vector<Json>{}) {
    if (const auto device = PublicKey::from_hex(one.text())) book.forgotten_.push_back(*device);
  }
  const Json* by_file = json->find("by_file");
  for (const Json& one : by_file != nullptr ? by_file->items() : std::vector<Json>{}) {
    if (const auto device = PublicKey::from_hex(text_at(one, "device"))) book.by_file_.push_back({*device, time_at(one, "sent"), time_at(one, "received")});
  }
  return book;
}

Result<void> PartnerBook::refresh() {
  EVENHAND_TRY(PartnerBook now, open(workspace_));
  partners_ = std::move(now.partners_);
  forgotten_ = std::move(now.forgotten_);
  by_file_ = std::move(now.by_file_);
  return {};
}

const Partner* PartnerBook::find(const PublicKey& device) const {
  const auto at = std::find_if(partners_.begin(), partners_.end(), [&](const Partner& partner) { return partner.device == device; });
  return at != partners_.end() ? &*at : nullptr;
}

Result<Partner> PartnerBook::find_by_words(std::string_view words) const {
  std::vector<const Partner*> found;
  const std::string wanted = name_key(words);
  for (const Partner& partner : partners_) {
    const bool is_named = !wanted.empty() && name_key(partner.title).find(wanted) != std::string::npos;
    const bool is_keyed = wanted.size() >= 8 && partner.device.hex().starts_with(wanted);
    if (is_named || is_keyed) found.push_back(&partner);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty()) return not_found("no partner is called that", std::string(words), "See them with: evenhand sync partners");
  std::string names;
  for (const Partner* partner : found) names += (names.empty() ? "" : "; ") + partner->title;
  return refused("several partners match: " + names, std::string(words), "Write more of the name.");
}

Result<void> PartnerBook::save(const Partner& given) {
  const Partner partner = given;  // it may be one of ours
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(workspace_));
  EVENHAND_CHECK(refresh());
  std::erase(forgotten_, partner.device);
  return write_with(partner);
}

Result<void> PartnerBook::note(const Partner& given) {
  const Partner partner = given;
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(workspace_));
  EVENHAND_CHECK(refresh());
  return is_forgotten(partner.device) ? Result<void>() : write_with(partner);
}

bool PartnerBook::is_forgotten(const PublicKey& device) const { return std::find(forgotten_.begin(), forgotten_.end(), device) != forgotten_.end(); }

Result<void> PartnerBook::write_with(const Partner& partner) {
  const auto at = std::find_if(partners_.begin(), partners_.end(), [&](const Partner& known) { return known.device == partner.device; });
  if (at != partners_.end()) {
    *at = partner;
  } else {
    if (partners_.size() == kPartnersMax) return refused("this workspace knows 1,024 partners already", {}, "Forget one with: evenhand sync partners --forget NAME");
    partners_.push_back(partner);
  }
  std::sort(partners_.begin(), partners_.end(), comes_before);
  return write();
}

Result<void> PartnerBook::forget(const PublicKey& given) {
  const PublicKey device = given;  // it may be of one of ours
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(workspace_));
  EVENHAND_CHECK(refresh());
  std::erase_if(partners_, [&](const Partner& partner) { return partner.device == device; });
  std::erase_if(by_file_, [&](const FileContact& one) { return one.device == device; });
  std::erase(forgotten_, device);
  if (forgotten_.size() == kPartnersMax) forgotten_.erase(forgotten_.begin());
  forgotten_.push_back(device);
  EVENHAND_CHECK(remove_tree(vector_file(device, {}).parent_path()));
  return write();
}

FileContact& PartnerBook::contact(const PublicKey& device) {
  FileContact one{device, {}, {}};
  if (const auto at = std::find_if(by_file_.begin(), by_file_.end(), [&](const FileContact& known) { return known.device == device; }); at != by_file_.end()) {
    one = *at;
    by_file_.erase(at);
  }
  if (by_file_.size() == kPartnersMax) by_file_.erase(by_file_.begin());
  return by_file_.emplace_back(one);
}

Result<void> PartnerBook::note_sent(std::span<const PublicKey> devices, ClaimedTime when) {
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(workspace_));
  EVENHAND_CHECK(refresh());
  for (const PublicKey& device : devices) {
    std::erase(forgotten_, device);
    contact(device).sent = when;
  }
  return write();
}

Result<void> PartnerBook::note_received(const PublicKey& device, ClaimedTime when) {
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(workspace_));
  EVENHAND_CHECK(refresh());
  if (is_forgotten(device)) return {};
  contact(device).received = when;
  return write();
}

Result<void> PartnerBook::write() const {
  Json list = Json::array();
  for (const Partner& partner : partners_) list.push(to_json(partner));
  Json forgotten = Json::array();
  for (const PublicKey& device : forgotten_) forgotten.push(device.hex());
  Json by_file = Json::array();
  for (const FileContact& one : by_file_) by_file.push(Json::object().set("device", one.device.hex()).set("sent", one.sent.ms).set("received", one.received.ms));
  const Json book = Json::object().set("format", kFormat).set("partners", std::move(list)).set("forgotten", std::move(forgotten)).set("by_file", std::move(by_file));
  return write_file_durably(workspace_ / "partners.json", view_of(write_json(book, JsonStyle::pretty)), Secrecy::secret);
}

std::filesystem::path PartnerBook::vector_file(const PublicKey& device, const SpaceId& space) const {
  return workspace_ / "partners" / device.hex().substr(0, 32) / space.hex().substr(0, 32);
}

// The digest of the log (32 bytes), then the vector.
std::optional<Agreed> PartnerBook::agreed(const PublicKey& device, const SpaceId& space) {
  const auto bytes = read_file(vector_file(device, space), kVectorBytesMax);
  if (!bytes || bytes->size() < Hash::kSize) return std::nullopt;
  auto vector = VersionVector::decode_untrusted(ByteView(*bytes).subspan(Hash::kSize));
  if (!vector) return std::nullopt;
  return Agreed{std::move(*vector), *Hash::from(ByteView(*bytes).first(Hash::kSize)), left_out(device, space)};
}

// A chain, the print of both ends, the print of what the hub held. Each holds by itself while the ends are those, so it does not matter when it was written.
std::map<ChainId, LeftOutChain> PartnerBook::left_out(const PublicKey& device, const SpaceId& space) const {
  constexpr std::size_t kPrintsAt = ChainId::kSize + BothEndsPrint::kSize, kEach = kPrintsAt + ChainPrint::kSize;
  std::map<ChainId, LeftOutChain> found;
  const auto bytes = read_file(left_out_file(device, space), kLeftOutBytesMax);
  if (!bytes || bytes->size() % kEach != 0) return found;
  for (ByteView left = *bytes; !left.empty(); left = left.subspan(kEach)) {
    found[*ChainId::from(left.first(ChainId::kSize))] = {*BothEndsPrint::from(left.subspan(ChainId::kSize, BothEndsPrint::kSize)), *ChainPrint::from(left.subspan(kPrintsAt, ChainPrint::kSize))};
  }
  return found;
}

std::filesystem::path PartnerBook::left_out_file(const PublicKey& device, const SpaceId& space) const {
  std::filesystem::path file = vector_file(device, space);
  return file += ".left-out";
}

void PartnerBook::remember(const PublicKey& device, const SpaceId& space, const Agreed& agreed) {
  // Another process may have forgotten it since, or write the same two files: they go together.
  const auto lock = lock_book(workspace_);
  if (!lock || !refresh() || is_forgotten(device)) return;
  const auto file = vector_file(device, space);
  Bytes bytes(agreed.log_digest.bytes.begin(), agreed.log_digest.bytes.end());
  const Bytes vector = agreed.vector.encode();
  bytes.insert(bytes.end(), vector.begin(), vector.end());
  if (!make_private_folder(file.parent_path())) return;
  Bytes left_out;
  for (const auto& [chain, at] : agreed.left_out) {
    for (const ByteView part : {chain.view(), at.on.view(), at.held.view()}) left_out.insert(left_out.end(), part.begin(), part.end());
  }
  std::error_code failed;
  std::filesystem::remove(left_out_file(device, space), failed);
  // Lost: the next exchange costs more bytes.
  (void)write_file_whole(file, bytes, Secrecy::secret).ok();
  if (!left_out.empty()) (void)write_file_whole(left_out_file(device, space), left_out, Secrecy::secret).ok();
}

std::filesystem::path PartnerBook::held_file(const PublicKey& device, const SpaceId& space) const {
  std::filesystem::path file = vector_file(device, space);
  return file += ".held";
}

std::optional<VersionVector> PartnerBook::held(const PublicKey& device, const SpaceId& space) const {
  const auto bytes = read_file(held_file(device, space), kVectorBytesMax);
  if (!bytes) return std::nullopt;
  auto vector = VersionVector::decode_untrusted(*bytes);
  return vector ? std::optional(std::move(*vector)) : std::nullopt;
}

void PartnerBook::note_held(const PublicKey& device, const SpaceId& space, const VersionVector& vector) {
  const auto lock = lock_book(workspace_);
  if (!lock) return;
  const auto file = held_file(device, space);
  const auto before = held(device, space);
  // Lost: more is said to be on this laptop alone than is.
  if (make_private_folder(file.parent_path())) (void)write_file_whole(file, (before ? held_by_both_accounts(*before, vector) : vector).encode(), Secrecy::secret).ok();
}

Result<std::vector<ExchangeEntry>> ExchangeLog::read(std::size_t most) const {
  std::vector<ExchangeEntry> entries;
  const auto text = read_file(file_, kExchangesBytesMax);
  if (!text && text.error().code == ErrorCode::not_found) return entries;
  if (!text) return text.error();
  for (const std::string_view line : lines_of(text_of(*text))) {
    if (auto entry = entry_from(line)) entries.push_back(std::move(*entry));
  }
  if (entries.size() > most) entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(most));
  return entries;
}

// Rewritten whole, the oldest half dropped when it grows full: a log of exchanges is a convenience, not a record.
Result<void> ExchangeLog::add(const ExchangeEntry& entry) {
  EVENHAND_TRY(const WorkspaceLock lock, lock_book(file_.parent_path()));
  std::string text;
  if (const auto known = read_file(file_, kExchangesBytesMax)) text = text_of(*known);
  if (text.size() > kExchangesBytesMax / 2) text.erase(0, text.find('\n', text.size() / 2) + 1);
  text += write_json(Json::object()
                         .set("when", entry.when.ms)
                         .set("partner", entry.partner)
                         .set("how", entry.how)
                         .set("sent", entry.sent)
                         .set("received", entry.received)
                         .set("outcome", entry.outcome)) +
          "\n";
  return write_file_durably(file_, view_of(text), Secrecy::secret);
}

}  // namespace evenhand
