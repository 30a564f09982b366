#include "tests/simulation/versions.h"

#include <algorithm>
#include <vector>

#include "sync/protocol/message.h"

namespace evenhand::simulation {

namespace {

constexpr std::uint16_t kEarlierTypes = 105;  // ids beyond it came later: what plugins declare, adopted grades, documents
constexpr std::uint64_t kUnheardOfFeature = std::uint64_t{1} << 40;
constexpr std::uint8_t kUnheardOfMessage = 200;

constexpr FieldSpec added(std::uint16_t id, std::string_view name, FieldType type, MergeRule merge) {
  return {id, name, type, DataClass::none, merge, "", "", "Added later", "x", false, 2};
}
constexpr FieldSpec kVisit[] = {added(kLaterTitle, "title", FieldType::word, MergeRule::single), added(kLaterPlaces, "places", FieldType::words, MergeRule::items)};

std::vector<RecordSpec> earlier_records() {
  std::vector<RecordSpec> records;
  for (RecordSpec record : vocabulary()) {
    if (record.id > kEarlierTypes) continue;
    if (record.name == "evidence") record.fields = record.fields.first(kEarlierFields);
    records.push_back(record);
  }
  return records;
}

std::vector<RecordSpec> later_records() {
  static const std::vector<FieldSpec> evidence = [] {
    const std::span<const FieldSpec> shipping = find_record_type("evidence")->fields;
    EVENHAND_ASSERT(shipping.back().id + 1 == kLaterLanguages, "the later program's fields of evidence take the next numbers");
    std::vector<FieldSpec> fields(shipping.begin(), shipping.end());
    fields.push_back(added(kLaterLanguages, "languages", FieldType::words, MergeRule::items));
    fields.push_back(added(kLaterReader, "reader", FieldType::word, MergeRule::single));
    return fields;
  }();
  std::vector<RecordSpec> records(vocabulary().begin(), vocabulary().end());
  for (RecordSpec& record : records) {
    if (record.name != "evidence") continue;
    record.fields = evidence;
    ++record.version;
  }
  records.push_back({900, kLaterType, "visits", HomeSpace::organisation, "A type of a later version", "title", kVisit});
  return records;
}

}  // namespace

bool Program::knows(std::string_view type, std::uint16_t field) const {
  const RecordSpec* record = basis.find(type);
  return record != nullptr && record->find_field(field) != nullptr;
}

const Program& program_of(Age age) {
  static const std::vector<RecordSpec> earlier = earlier_records(), later = later_records();
  static const Program programs[] = {
      {"the earlier version", {kFoldVersion - 1, earlier}}, {"the version that ships", {}}, {"the later version", {kFoldVersion + 1, later}}};
  return programs[static_cast<std::size_t>(age)];
}

Bytes Dialect::change_first(std::uint8_t type, ByteView body, ByteView whole) const {
  const auto change = [this](wire::Introduction& who) {
    if (age_ == Age::earlier) who.features = 0;  // it neither has them nor knows what they mean
    if (age_ == Age::later) {
      who.version_most = wire::kProtocolVersion + 1;
      who.features |= kUnheardOfFeature;
    }
  };
  Bytes changed(whole.begin(), whole.end());
  if (type == static_cast<std::uint8_t>(wire::MessageType::hello)) {
    auto hello = wire::read_message<wire::Hello>(body);
    if (!hello) return changed;
    change(hello->who);
    changed = wire::to_message(*hello);
  } else if (type == static_cast<std::uint8_t>(wire::MessageType::answer)) {
    auto answer = wire::read_message<wire::Answer>(body);
    if (!answer) return changed;
    change(answer->who);
    changed = wire::to_message(*answer);
  }
  return changed;
}

Bytes Dialect::carry(Bytes piece) {
  if (is_through_) return piece;
  held_.insert(held_.end(), piece.begin(), piece.end());
  wire::MessageReader reader;
  reader.give(held_);
  const auto first = reader.next();
  if (first && !*first) return {};
  is_through_ = true;
  if (!first) return std::move(held_);
  const ByteView whole = ByteView(held_).first((*first)->bytes_on_wire), rest = ByteView(held_).subspan(whole.size());
  Bytes out = change_first((*first)->type, (*first)->body, whole);
  if (age_ == Age::later) out.insert(out.end(), {kUnheardOfMessage, 3, 1, 2, 3});
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

}  // namespace evenhand::simulation
