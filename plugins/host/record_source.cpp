#include "plugins/host/record_source.h"

#include <algorithm>

#include "core/crypto/hash.h"
#include "plugins/host/mask.h"
#include "plugins/host/masked_rows.h"
#include "plugins/host/read_types.h"
#include "plugins/host/record_rows.h"

namespace evenhand::plugins {

namespace {

std::uint64_t losses_of(const EntityState& state) {
  std::uint64_t losses = state.erased.size() + state.missing.size();
  for (const FieldState& field : state.fields) {
    losses += static_cast<std::uint64_t>(std::count_if(field.values.begin(), field.values.end(), [](const Written& one) { return one.is_sealed; }));
  }
  return losses;
}

void hide_texts(std::vector<std::string>& texts) {
  for (std::string& text : texts) text.assign(text.size(), 'x');
}

}  // namespace

std::string input_head(const Manifest& manifest, const ProjectionEntry& projection) { return InputWriter(manifest, projection.id).bytes(); }

Result<void> for_each_source_record(const Manifest& manifest, const ProjectionEntry& projection, const Model& model,
                                    const std::function<void(SourceRecord)>& visit) {
  EVENHAND_TRY(const DisclosureRule rule, strictest_rule(model));
  const std::size_t head = input_head(manifest, projection).size();
  for (const std::string& type : projection.on) {
    if (!manifest.may_read(type)) continue;
    for (const RecordSpec* spec : types_read_as(manifest, type)) {
      EVENHAND_CHECK(for_each_masked_row(model, spec->name, rule, [&](const Record& record, const InputRow& row) {
        InputWriter writer(manifest, projection.id);
        writer.row(row);
        SourceRecord source{record.id(), writer.bytes().substr(head), {}, losses_of(record.state())};
        source.print = sha256(view_of(source.row));
        visit(std::move(source));
      }));
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
