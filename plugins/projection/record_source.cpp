#include "plugins/projection/record_source.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "plugins/host/mask.h"
#include "plugins/host/record_rows.h"
#include "plugins/host/score_rows.h"

namespace evenhand::plugins {

namespace {

std::uint64_t losses_of(const EntityState& state) {
  std::uint64_t losses = state.erased.size() + state.missing.size();
  for (const FieldState& field : state.fields) {
    losses += static_cast<std::uint64_t>(std::count_if(field.values.begin(), field.values.end(), [](const Written& one) { return one.is_sealed; }));
  }
  return losses;
}

void make_stricter(DisclosureRule& rule, const DisclosureRule& other) {
  rule.split_votes_min = std::max(rule.split_votes_min, other.split_votes_min);
  rule.people_masked_from = std::min(rule.people_masked_from, other.people_masked_from);
  rule.people_masked_to = std::max(rule.people_masked_to, other.people_masked_to);
  rule.people_rounded_to = std::max(rule.people_rounded_to, other.people_rounded_to);
  rule.participants_rounded_to = std::max(rule.participants_rounded_to, other.participants_rounded_to);
}

void hide_texts(std::vector<std::string>& texts) {
  for (std::string& text : texts) text.assign(text.size(), 'x');
}

std::vector<Record> by_id(std::vector<Record> records) {
  std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.id() < b.id(); });
  return records;
}

}  // namespace

Result<DisclosureRule> strictest_rule(const Model& model) {
  EVENHAND_TRY(const std::vector<Record> cycles, model.records("cycle"));
  DisclosureRule strictest;
  for (const Record& cycle : cycles) {
    // A cycle whose policy is not here cannot be reported on either; the defaults stand for it.
    const auto rules = rules_of(model, cycle, "");
    if (rules) make_stricter(strictest, rules->policy.disclosure);
  }
  return strictest;
}

std::string input_head(const Manifest& manifest, const ProjectionEntry& projection) { return InputWriter(manifest, projection.id).bytes(); }

Result<void> for_each_source_record(const Manifest& manifest, const ProjectionEntry& projection, const Model& model,
                                    const std::function<void(SourceRecord)>& visit) {
  EVENHAND_TRY(const DisclosureRule rule, strictest_rule(model));
  const std::size_t head = input_head(manifest, projection).size();
  for (const std::string& type : projection.on) {
    if (!manifest.may_read(type)) continue;
    EVENHAND_TRY(std::vector<Record> unsorted, model.records(type));
    const std::vector<Record> records = by_id(std::move(unsorted));
    for (const Record& record : records) {
      TallySurroundings tally;
      if (type == "tally") {
        EVENHAND_TRY(tally, surroundings_of(record, records, model, rule));
      }
      EVENHAND_TRY(const bool is_published, model.is_published(record.id()));
      InputRow row = row_of(record);
      mask_row(row, record, rule, tally, is_published ? Origin::published : Origin::own);
      InputWriter writer(manifest, projection.id);
      writer.row(row);
      SourceRecord source{record.id(), writer.bytes().substr(head), {}, losses_of(record.state())};
      source.print = sha256(view_of(source.row));
      visit(std::move(source));
    }
  }
  return {};
}

std::string without_personal_data(const Manifest& manifest, const ProjectionEntry& projection, const Record& record, const DisclosureRule& rule) {
  InputRow row = row_of(record);
  mask_row(row, record, rule, {}, Origin::own);
  for (InputField& field : row.fields) {
    const FieldSpec* spec = record.spec().find_field(field.name);
    if (spec != nullptr && spec->data_class < DataClass::free_text) continue;
    hide_texts(field.texts);
    hide_texts(field.alternatives);
    if (field.number) field.number = 0;
  }
  InputWriter writer(manifest, projection.id);
  writer.row(row);
  return writer.bytes();
}

}  // namespace evenhand::plugins
