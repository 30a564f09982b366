#include "plugins/host/report_input.h"

#include <algorithm>

#include "plugins/host/fresh_projections.h"
#include "plugins/host/mask.h"
#include "plugins/host/people_views.h"
#include "plugins/host/read_types.h"

namespace evenhand::plugins {

namespace {

/// Errors: refused, naming them all.
Result<void> only_one(const std::vector<Record>& candidates) {
  if (candidates.size() == 1) return {};
  std::string names;
  for (const Record& one : candidates) names += (names.empty() ? "" : ", ") + one.title();
  return refused("more than one report could be meant", names, "Say which organisation, and which cycle");
}

/// The organisations that have something of their own to report in the cycle.
Result<std::vector<Record>> reporting_organisations(const Model& model, const EntityId& cycle) {
  EVENHAND_TRY(const std::vector<Record> organisations, model.records("organisation"));
  std::vector<Record> reporting;
  for (const Record& organisation : organisations) {
    bool found = false;
    for (const char* type : {"report_header", "grade", "published", "evidence", "action"}) {
      EVENHAND_TRY(const std::vector<Record> records, model.records(type));
      found = found || std::any_of(records.begin(), records.end(), [&](const Record& one) {
                return !one.is_removed() && one.reference("organisation") == organisation.id() && one.reference("cycle") == cycle;
              });
    }
    if (found && !organisation.is_removed()) reporting.push_back(organisation);
  }
  return reporting;
}

std::int32_t first_day_of(const Record& cycle) {
  const auto starts = parse_date(cycle.text("starts"));
  return starts ? starts->first_day : 0;
}

/// Oldest first, those of one framework only: the newest cycle's, or that of the one asked for.
void keep_comparable(std::vector<Record>& cycles, const ReportOptions& options) {
  std::stable_sort(cycles.begin(), cycles.end(), [](const Record& a, const Record& b) { return first_day_of(a) < first_day_of(b); });
  std::string framework = cycles.empty() ? "" : cycles.back().text("framework");
  for (const Record& one : cycles) {
    if (options.cycle && one.id() == *options.cycle) framework = one.text("framework");
  }
  std::erase_if(cycles, [&](const Record& one) { return one.text("framework") != framework; });
}

/// The cycles that are the one asked for, or all of one framework; for a comparison, all that share its title: trusts of
/// different systems keep their own cycle of the same year.
Result<std::vector<Record>> cycles_of(ReportScope scope, const Model& model, const ReportOptions& options) {
  EVENHAND_TRY(std::vector<Record> all, model.records("cycle"));
  std::erase_if(all, [](const Record& one) { return one.is_removed(); });
  if (scope == ReportScope::all_cycles) {
    keep_comparable(all, options);
    return all;
  }
  if (scope == ReportScope::one_organisation) {
    std::erase_if(all, [&](const Record& one) { return options.cycle && one.id() != *options.cycle; });
    return all;
  }
  std::string title = all.empty() ? "" : all.front().title();
  std::string titles;
  for (const Record& one : all) {
    if (options.cycle && one.id() == *options.cycle) title = one.title();
    if (titles.find(one.title()) == std::string::npos) titles += (titles.empty() ? "" : ", ") + one.title();
  }
  const bool is_clear = options.cycle || std::all_of(all.begin(), all.end(), [&](const Record& one) { return one.title() == title; });
  if (!is_clear) return refused("there is more than one cycle", titles, "Say which one");
  std::erase_if(all, [&](const Record& one) { return one.title() != title; });
  return all;
}

Result<void> write_records(InputWriter& input, const Manifest& manifest, const Model& model, const Subject& subject) {
  const DisclosureRule& rule = subject.rules.policy.disclosure;
  EVENHAND_TRY(const ScopeFilter filter, ScopeFilter::make(model, subject.scope));
  for (const RecordSpec* spec : all_record_types()) {
    if (!manifest.may_read(name_for(manifest, spec->name))) continue;
    EVENHAND_TRY(const std::vector<Record> records, model.records(spec->name));
    for (const Record& record : records) {
      EVENHAND_TRY(const bool is_kept, filter.keeps(record));
      if (!is_kept) continue;
      TallySurroundings tally;
      if (spec->name == "tally") {
        EVENHAND_TRY(tally, surroundings_of(record, records, model, rule));
      }
      InputRow row = row_of(record);
      EVENHAND_TRY(const bool is_published, model.is_published(record.id()));
      mask_row(row, record, rule, tally, is_published ? Origin::published : Origin::own);
      input.row(row);
    }
  }
  return {};
}

bool is_same_rule(const DisclosureRule& a, const DisclosureRule& b) {
  return a.split_votes_min == b.split_votes_min && a.people_masked_from == b.people_masked_from && a.people_masked_to == b.people_masked_to &&
         a.people_rounded_to == b.people_rounded_to && a.participants_rounded_to == b.participants_rounded_to;
}

/// Views were masked by the policies of the cycles, so no other policy can be applied to them.
Result<void> check_policy(const Model& model, const Subject& subject, const ReportOptions& options) {
  if (options.policy.empty()) return {};
  EVENHAND_TRY(const Rules own, rules_of(model, subject.cycle(), ""));
  if (is_same_rule(own.policy.disclosure, subject.rules.policy.disclosure)) return {};
  return refused("the views that this reads hide small numbers by the cycle's own policy, and " + options.policy + " hides others", "", "Leave out --policy.");
}

Result<void> write_views(InputWriter& input, const Registry& registry, const Plugin& plugin, const Model& model, const Subject& subject,
                         const ReportOptions& options, std::vector<std::string>& stale) {
  EVENHAND_TRY(const std::vector<ViewRead> views, views_read_by(registry, plugin.manifest));
  if (views.empty()) return {};
  input.option("people_views", people_views(views));
  const FreshProjections fresh(model);
  const ProjectionReader& reader = options.projections != nullptr ? *options.projections : fresh;
  EVENHAND_CHECK(check_policy(model, subject, options));
  EVENHAND_TRY(const ScopeFilter filter, ScopeFilter::make(model, subject.scope));
  const Keeps keeps = [&](const EntityId& id) -> Result<bool> {
    EVENHAND_TRY(const auto record, model.find(id));
    return record ? filter.keeps(*record) : Result<bool>(false);
  };
  for (const ViewRead& view : views) {
    EVENHAND_TRY(ViewRows rows, view.aggregate ? reader.aggregate(*view.owner, *view.projection, *view.aggregate, keeps, person_of(view, model))
                                                     : reader.rows(*view.owner, *view.projection, keeps));
    mask_view_rows(rows.rows, view, subject.rules.policy.disclosure);
    for (const InputRow& row : rows.rows) input.row(row);
    if (!rows.stale.empty() && std::find(stale.begin(), stale.end(), rows.stale) == stale.end()) stale.push_back(rows.stale);
  }
  return {};
}

/// Nobody has anything of their own to report, but the one asked for may have themes, people or a plugin's own records.
Result<void> take_as_named(Subject& subject, std::vector<Record>& candidates, const std::vector<Record>& cycles, const Model& model, const EntityId& organisation) {
  EVENHAND_TRY(const auto found, model.find(organisation));
  if (!found || found->is_removed() || found->spec().name != "organisation") return {};
  for (const Record& cycle : cycles) {
    subject.reporters.push_back({*found, cycle});
    if (candidates.empty() || subject.reach != ReportScope::all_cycles) candidates.push_back(*found);
  }
  return {};
}

}  // namespace

Result<Subject> subject_of(ReportScope scope, const Model& model, const ReportOptions& options) {
  const bool is_of_one_organisation = scope != ReportScope::all_organisations;
  EVENHAND_TRY(const std::vector<Record> cycles, cycles_of(scope, model, options));
  Subject subject;
  subject.reach = scope;
  std::vector<Record> candidates;
  for (const Record& cycle : cycles) {
    EVENHAND_TRY(const std::vector<Record> organisations, reporting_organisations(model, cycle.id()));
    for (const Record& one : organisations) {
      if (is_of_one_organisation && options.organisation && one.id() != *options.organisation) continue;
      subject.reporters.push_back({one, cycle});
      const Record& candidate = is_of_one_organisation ? one : cycle;
      const bool is_again = scope == ReportScope::all_cycles &&
                            std::any_of(candidates.begin(), candidates.end(), [&](const Record& other) { return other.id() == candidate.id(); });
      if (!is_again) candidates.push_back(candidate);
    }
  }
  if (candidates.empty() && is_of_one_organisation && options.organisation) {
    EVENHAND_CHECK(take_as_named(subject, candidates, cycles, model, *options.organisation));
  }
  if (candidates.empty()) return not_found("no organisation reports in that cycle", "", "Choose another organisation or cycle");
  if (is_of_one_organisation) {
    EVENHAND_CHECK(only_one(candidates));
    subject.scope.organisation = subject.reporters.front().organisation.id();
    subject.scope.has_people = !options.own_organisation || options.own_organisation == subject.scope.organisation;
  }
  for (const Reporter& one : subject.reporters) {
    if (!subject.scope.has_cycle(one.cycle.id())) subject.scope.cycles.push_back(one.cycle.id());
    if (one.cycle.text("framework") != subject.reporters.front().cycle.text("framework")) {
      return refused("cycles with different frameworks cannot stand side by side", one.cycle.title(), "Compare one framework at a time");
    }
    subject.is_demonstration = subject.is_demonstration || one.cycle.flag("demonstration") || one.organisation.flag("demonstration");
  }
  EVENHAND_TRY(subject.rules, rules_of(model, subject.cycle(), options.policy));
  return subject;
}

Result<std::vector<ViewRead>> views_read_by(const Registry& registry, const Manifest& manifest) {
  std::vector<ViewRead> views;
  for (const auto& [type, fields] : manifest.reads) {
    const std::size_t first = type.find('/');
    if (first == std::string::npos) continue;
    const std::size_t second = type.find('/', first + 1);
    const auto owner = registry.find_plugin(type.substr(0, first));
    if (!owner) return not_found("a view is wanted of a plugin that is not here", type, "Install the plugin \"" + type.substr(0, first) + "\".");
    if (owner->manifest.data_class > manifest.data_class) {
      return refused("the view is made from " + std::string(to_word(owner->manifest.data_class)) + " data, above the class that the manifest declares", type);
    }
    const auto& projections = owner->manifest.projections;
    const std::string id = type.substr(first + 1, second == std::string::npos ? second : second - first - 1);
    const auto projection = std::find_if(projections.begin(), projections.end(), [&](const ProjectionEntry& one) { return one.id == id; });
    if (projection == projections.end()) return not_found("that plugin has no such view", type);
    ViewRead view{owner, &*projection, nullptr};
    if (second != std::string::npos) {
      const auto aggregate = std::find_if(projection->aggregates.begin(), projection->aggregates.end(), [&](const AggregateEntry& one) { return one.id == type.substr(second + 1); });
      if (aggregate == projection->aggregates.end()) return not_found("that view has no such aggregate", type);
      view.aggregate = &*aggregate;
    }
    views.push_back(std::move(view));
  }
  return views;
}

Result<MadeInput> input_of(const Registry& registry, const Plugin& plugin, std::string_view asked, const Model& model, const Subject& subject,
                           const ReportOptions& options) {
  InputWriter input(plugin.manifest, asked);
  input.option("cycle", subject.cycle().id().hex());
  if (subject.scope.organisation) input.option("organisation", subject.scope.organisation->hex());
  if (!options.language.empty()) input.option("language", options.language);
  if (options.assume_uniform) input.option("assume_uniform", "yes");
  write_rule(input, subject.rules.policy.disclosure);
  EVENHAND_TRY(const std::vector<InputRow> framework, framework_rows(subject.rules.framework));
  for (const InputRow& row : framework) input.row(row);
  const Ratings ratings = options.assume_uniform ? Ratings::assume_uniform : Ratings::as_published;
  for (const Reporter& one : subject.reporters) {
    // Each year was scored by its own policy; organisations side by side by one.
    EVENHAND_TRY(const Rules rules, subject.reach == ReportScope::all_cycles ? rules_of(model, one.cycle, options.policy) : Result<Rules>(subject.rules));
    EVENHAND_TRY(const std::vector<InputRow> rows, score_rows(model, one.organisation.id(), one.cycle.id(), rules, ratings));
    for (const InputRow& row : rows) input.row(row);
  }
  EVENHAND_CHECK(write_records(input, plugin.manifest, model, subject));
  MadeInput made;
  EVENHAND_CHECK(write_views(input, registry, plugin, model, subject, options, made.stale));
  made.bytes = input.bytes();
  return made;
}

}  // namespace evenhand::plugins
