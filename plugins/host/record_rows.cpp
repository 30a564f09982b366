#include "plugins/host/record_rows.h"

#include <algorithm>

namespace evenhand::plugins {

namespace {

void put_number(InputField& to, const Value& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) to.number = *whole;
  if (const auto* grade = std::get_if<GradeValue>(&value)) to.number = grade->halves;
  if (const auto* flag = std::get_if<bool>(&value)) to.number = *flag ? 1 : 0;
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    to.number = decimal->mantissa;
    to.decimals = decimal->decimals;
  }
}

void put_value(InputField& to, const FieldSpec& spec, const Value& value) {
  put_number(to, value);
  if (const auto* words = std::get_if<std::vector<std::string>>(&value)) {
    to.texts = *words;
  } else if (const auto* ids = std::get_if<std::vector<EntityId>>(&value)) {
    for (const EntityId& id : *ids) to.texts.push_back(id.hex());
  } else {
    to.texts = {to_text(spec, value)};
    // The last day that the words can mean, so that plugins can sort dates that they cannot read.
    const auto date = spec.type == FieldType::date ? parse_date(to.texts.front()) : Result<PartialDate>(refused("no date"));
    if (date) to.number = date->last_day;
  }
}

bool has_field(const Record& record, std::string_view name) { return record.spec().find_field(name) != nullptr; }

std::optional<EntityId> reference_of(const Record& record, std::string_view name) {
  const FieldSpec* field = record.spec().find_field(name);
  return field && field->type == FieldType::reference ? record.reference(name) : std::nullopt;
}

constexpr int kDepthMax = 8;

}  // namespace

bool Scope::has_cycle(const std::optional<EntityId>& id) const {
  return id && std::find(cycles.begin(), cycles.end(), *id) != cycles.end();
}

InputRow row_of(const Record& record) {
  InputRow row{std::string(record.spec().name), record.id().hex(), {}};
  for (const FieldSpec& spec : record.spec().fields) {
    InputField field{std::string(spec.name)};
    if (record.is_conflicted(spec.name)) {
      field.state = EVENHAND_INPUT_CONFLICTED;
      for (const Value& value : record.values(spec.name)) field.alternatives.push_back(to_text(spec, value));
    }
    if (const auto value = record.value(spec.name)) put_value(field, spec, *value);
    if (field.state != 0 || !field.texts.empty() || field.number) row.fields.push_back(std::move(field));
  }
  return row;
}

Result<ScopeFilter> ScopeFilter::make(const Model& model, const Scope& scope) {
  ScopeFilter filter(model, scope);
  EVENHAND_TRY(const std::vector<Record> services, model.records("service"));
  for (const Record& service : services) {
    if (!scope.has_cycle(service.reference("cycle")) || service.text("status") == "retired") continue;
    const auto providers = service.references("providers");
    const bool is_theirs = !scope.organisation || service.reference("organisation") == *scope.organisation ||
                           std::find(providers.begin(), providers.end(), *scope.organisation) != providers.end();
    if (is_theirs) filter.services_.push_back(service.id());
  }
  return filter;
}

bool ScopeFilter::is_service_in_scope(const EntityId& id) const {
  return std::find(services_.begin(), services_.end(), id) != services_.end();
}

bool is_for_plugins(const Record& record) {
  return record.spec().name != "comment" || (!record.is_conflicted("triage") && record.text("triage") == "publishable");
}

Result<bool> ScopeFilter::keeps(const Record& record) const { return keeps(record, 0); }

Result<bool> ScopeFilter::keeps(const Record& record, int depth) const {
  if (record.is_removed() || depth > kDepthMax) return false;
  const std::string_view type = record.spec().name;
  if (type == "organisation" || type == "group") return true;
  if (type == "cycle") return scope_.has_cycle(record.id());
  if (type == "service") return is_service_in_scope(record.id());
  if (!is_for_plugins(record)) return false;
  const auto cycle = reference_of(record, "cycle");
  if (cycle && !scope_.has_cycle(cycle)) return false;
  const auto service = reference_of(record, "service");
  if (service) return is_service_in_scope(*service);
  if (!has_field(record, "organisation") && record.spec().home == HomeSpace::people) return scope_.has_people;
  if (!has_field(record, "organisation")) return keeps_parent(record, depth);
  return !scope_.organisation || record.reference("organisation") == *scope_.organisation;
}

Result<bool> ScopeFilter::keeps_parent(const Record& record, int depth) const {
  for (const char* name : {"workshop", "theme", "action", "measure", "sign_off", "opportunity"}) {
    const auto parent = reference_of(record, name);
    if (!parent) continue;
    EVENHAND_TRY(const auto found, model_->find(*parent));
    return found ? keeps(*found, depth + 1) : Result<bool>(false);
  }
  return !scope_.organisation.has_value();
}

}  // namespace evenhand::plugins
