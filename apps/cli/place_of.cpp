#include "apps/cli/place_of.h"

#include <algorithm>

#include "apps/cli/text.h"
#include "core/policy/framework.h"

namespace evenhand::cli {

namespace {

constexpr int kParentsMost = 3;
constexpr std::size_t kNameLetters = 40;

bool has(const Record& record, std::string_view field) { return record.spec().find_field(field) != nullptr; }

// What it cannot be without, and is none of the things that everything has.
std::optional<EntityId> parent_of(const Record& record) {
  if (record.spec().name == "late") return EntityId::from_hex(record.text("entity"));
  for (const FieldSpec& field : record.spec().fields) {
    const bool is_common = field.name == "organisation" || field.name == "cycle" || field.name == "service" || field.name == "sign_off";
    if (field.type == FieldType::reference && field.required && !is_common) return record.reference(field.name);
  }
  return std::nullopt;
}

class Place {
 public:
  Place(const Workspace& workspace, NameBook& names) : workspace_(workspace), names_(names) {}

  std::vector<std::string> of(const Record& record, int parents) {
    if (const auto id = has(record, "cycle") ? record.reference("cycle") : std::nullopt) look_at_cycle(*id);
    std::vector<std::string> place;
    if (const auto id = parents > 0 ? parent_of(record) : std::nullopt) {
      if (const auto parent = workspace_.find(*id); parent && *parent) {
        place = of(**parent, parents - 1);
        place.push_back(plain_type((*parent)->spec().name) + " " + cut_to(harmless_line(names_.name_of(*id)), kNameLetters));
      }
    }
    std::vector<std::string> own = topic_of(record);
    for (const char* name : {"service", "organisation", "cycle"}) {
      if (const auto id = has(record, name) ? record.reference(name) : std::nullopt) own.push_back(cut_to(harmless_line(names_.name_of(*id)), kNameLetters));
    }
    if (has(record, "due") && !record.text("due").empty()) own.push_back("due " + harmless_line(record.text("due")));
    for (std::string& one : own) {
      if (std::find(place.begin(), place.end(), one) == place.end()) place.push_back(std::move(one));
    }
    return place;
  }

 private:
  void look_at_cycle(const EntityId& id) {
    const auto cycle = workspace_.find(id);
    if (!cycle || !*cycle) return;
    if (auto framework = built_in_framework((*cycle)->text("framework"))) framework_ = std::move(*framework);
  }

  // The domain, be it by the outcomes, then these.
  std::vector<std::string> topic_of(const Record& record) const {
    std::vector<std::string> outcomes;
    if (has(record, "outcome") && !record.text("outcome").empty()) outcomes = {record.text("outcome")};
    if (has(record, "outcomes")) outcomes = record.words("outcomes");
    const Domain* domain = nullptr;
    if (framework_ && has(record, "domain") && !record.text("domain").empty()) domain = framework_->find_domain(record.text("domain"));
    if (framework_ && domain == nullptr && !outcomes.empty()) {
      const Outcome* const outcome = framework_->find_outcome(outcomes.front());
      domain = outcome == nullptr ? nullptr : framework_->domain_of(outcome->code);
    }
    std::vector<std::string> topic;
    if (domain != nullptr) topic.push_back("Domain " + domain->code + ": " + domain->title);
    for (const std::string& outcome : outcomes) topic.push_back(harmless_line(outcome));
    return topic;
  }

  const Workspace& workspace_;
  NameBook& names_;
  std::optional<Framework> framework_;
};

}  // namespace

std::vector<std::string> place_of(const Workspace& workspace, NameBook& names, const EntityId& record) {
  const auto found = workspace.find(record);
  if (!found || !*found) return {};
  return Place(workspace, names).of(**found, kParentsMost);
}

}  // namespace evenhand::cli
