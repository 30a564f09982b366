#include "core/policy/scorecard_input.h"

#include <algorithm>

#include "core/policy/field_reader.h"
#include "core/policy/name_key.h"

namespace evenhand {

namespace {

constexpr std::size_t kNameBytesMax = 300;
constexpr std::size_t kShownNameBytesMax = 80;

// Digit, point, digits: the shape of EDS2's codes, so that 5.1 is refused as a slip in EDS2 and not as one in EDS 2022.
bool has_eds2_shape(const std::string& written) {
  const std::string code = outcome_code(written);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return code.size() > 2 && is_digit(code[0]) && code[1] == '.' && std::all_of(code.begin() + 2, code.end(), is_digit);
}

class InputReader {
 public:
  InputReader(const Framework& framework, const ScoringPolicy& policy) : framework_(framework), policy_(policy) {}

  Result<ScorecardInput> read(const Json& json);

 private:
  Result<void> read_services(const std::vector<Json>& services, const FieldReader& root);
  Result<ServiceFigures> read_service(const Json& json, const std::string& path, const Domain& domain);
  Result<void> read_domains(const Json& domains);
  Result<void> read_organisation_grades(const Json& grades);
  Result<std::string> code_in(const std::string& written, const std::string& path, const Domain* service_domain) const;
  Result<HalfPoints> grade_in(const Json& value, const std::string& path) const;
  Result<HalfPoints> points_in(const Json& value, const std::string& path, int max, const std::string& what) const;
  Result<std::optional<HalfPoints>> points_if_any(FieldReader& reader, std::string_view key, int max, const std::string& what) const;
  template <class Take>
  Result<void> each_grade(const Json& grades, const std::string& path, const Domain* service_domain, const Take& take) const;
  Result<void> check_name(const std::string& name, const std::string& path);
  const Domain* service_domain() const;

  const Framework& framework_;
  const ScoringPolicy& policy_;
  ScorecardInput input_;
  std::map<std::string, std::string> names_;  // name_key -> path of the service that has it
};

const Domain* InputReader::service_domain() const {
  for (const Domain& domain : framework_.domains) {
    if (domain.per_service) return &domain;
  }
  return nullptr;
}

std::string limits_words(int max) { return "from 0 to " + std::to_string(max) + " in steps of 0.5"; }

Result<HalfPoints> InputReader::points_in(const Json& value, const std::string& path, int max, const std::string& what) const {
  if (!value.is_number()) {
    return refused("here should be a number " + limits_words(max) + ", not " + std::string(value.kind_words()), path);
  }
  const auto points = half_points_from(value.number_text());
  if (points && *points <= HalfPoints::whole(max)) return *points;
  return refused(value.number_text() + " is no " + what + ": it should be " + limits_words(max), path);
}

// EDS2 was published in colours, so where the scale has colours, a colour stands for its grade.
Result<HalfPoints> InputReader::grade_in(const Json& value, const std::string& path) const {
  const bool has_colours = !framework_.scale.front().colour.empty();
  if (!value.is_string() || !has_colours) return points_in(value, path, framework_.grade_max(), "grade");
  std::string colours;
  for (std::size_t grade = 0; grade < framework_.scale.size(); ++grade) {
    const std::string& colour = framework_.scale[grade].colour;
    if (name_key(value.text()) == name_key(colour)) return HalfPoints::whole(static_cast<int>(grade));
    colours += (colours.empty() ? "" : ", ") + colour;
  }
  return refused("no such colour is known", path, "Known: " + colours + "; or a number " + limits_words(framework_.grade_max()) + ".");
}

// `service_domain`: the domain whose outcomes may stand here; null pointer for all that are not per service.
Result<std::string> InputReader::code_in(const std::string& written, const std::string& path, const Domain* service_domain) const {
  const Outcome* outcome = framework_.find_outcome(written);
  if (outcome == nullptr) {
    const bool has_own_shape = has_eds2_shape(framework_.domains.front().outcomes.front().code);
    if (has_eds2_shape(written) && !has_own_shape) {
      return refused("this is an EDS2 code among codes of " + framework_.code, path, "Put each framework's grades in a file of its own.");
    }
    return refused("the framework " + framework_.code + " has no such outcome", path,
                   "Its outcomes run from " + framework_.domains.front().outcomes.front().code + " to " +
                       framework_.domains.back().outcomes.back().code + ".");
  }
  const Domain* domain = framework_.domain_of(outcome->code);
  if (service_domain == nullptr && domain->per_service) {
    return refused("Domain " + domain->code + " is graded for each service, so " + outcome->code + " cannot stand here", path,
                   "Put it under \"services\".");
  }
  if (service_domain != nullptr && domain != service_domain) {
    return refused(outcome->code + " is graded once for the organisation, not for a service", path, "Put it under \"grades\" of the whole.");
  }
  return outcome->code;
}

template <class Take>
Result<void> InputReader::each_grade(const Json& grades, const std::string& path, const Domain* service_domain, const Take& take) const {
  std::map<std::string, std::string> seen;  // outcome code -> as written
  for (std::size_t i = 0; i < grades.size(); ++i) {
    const std::string& written = grades.keys()[i];
    const std::string place = json_path(path, written);
    EVENHAND_TRY(const std::string code, code_in(written, place, service_domain));
    const auto [first, is_new] = seen.emplace(code, written);
    if (!is_new) return refused("the outcome " + code + " is given twice, as \"" + harmless_name(first->second) + "\" and \"" + harmless_name(written) + "\"", place);
    if (grades.items()[i].is_null()) continue;
    EVENHAND_TRY(const HalfPoints grade, grade_in(grades.items()[i], place));
    take(code, grade);
  }
  return {};
}

Result<std::optional<HalfPoints>> InputReader::points_if_any(FieldReader& reader, std::string_view key, int max,
                                                             const std::string& what) const {
  const Json* value = reader.any(key);
  if (value == nullptr) return std::optional<HalfPoints>{};
  EVENHAND_TRY(const HalfPoints points, points_in(*value, reader.path(key), max, what));
  return std::optional(points);
}

Result<void> InputReader::check_name(const std::string& name, const std::string& path) {
  if (name_key(name).empty()) return refused("a service needs a name", path);
  if (name.size() > kNameBytesMax) return refused("a name has at most " + std::to_string(kNameBytesMax) + " bytes", path);
  const auto [first, is_new] = names_.emplace(name_key(name), path);
  if (is_new) return {};
  return refused("the service \"" + harmless_name(name) + "\" is given twice, first at " + first->second, path, "Join the two, or give them different names.");
}

Result<ServiceFigures> InputReader::read_service(const Json& json, const std::string& path, const Domain& domain) {
  FieldReader reader(json, path);
  ServiceFigures service;
  service.name = reader.text_if_any("name");
  if (const Json* grades = reader.object_if_any("grades")) {
    EVENHAND_CHECK(each_grade(*grades, reader.path("grades"), &domain,
                              [&](const std::string& code, HalfPoints grade) { service.figures.grades[code] = grade; }));
  }
  EVENHAND_TRY(service.figures.total, points_if_any(reader, "total", framework_.total_max(domain), "total of a service"));
  EVENHAND_TRY(service.figures.rating, points_if_any(reader, "rating", framework_.grade_max(), "rating"));
  EVENHAND_CHECK(reader.finish());
  return service;
}

// People know a service by its name, not by its number in the list.
Error in_service(Error error, const Json& json) {
  const Json* name = json.find("name");
  const std::string shown = name != nullptr && name->is_string() ? harmless_name(name->text()) : "";
  if (!shown.empty() && shown.size() <= kShownNameBytesMax) error.what = "service \"" + shown + "\": " + error.what;
  return error;
}

Result<void> InputReader::read_services(const std::vector<Json>& services, const FieldReader& root) {
  if (services.empty()) return {};
  const Domain* domain = service_domain();
  if (domain == nullptr) return refused("the framework " + framework_.code + " grades no services", root.path("services"));
  if (services.size() > static_cast<std::size_t>(policy_.services_most)) {
    return refused("there can be 0 to " + std::to_string(policy_.services_most) + " services, not " + std::to_string(services.size()),
                   root.path("services"));
  }
  for (std::size_t i = 0; i < services.size(); ++i) {
    const std::string path = root.path("services", i);
    auto service = read_service(services[i], path, *domain);
    if (!service) return in_service(service.error(), services[i]);
    EVENHAND_CHECK(check_name(service->name, json_path(path, "name")));
    input_.services.push_back(std::move(*service));
  }
  return {};
}

Result<void> InputReader::read_domains(const Json& domains) {
  std::map<std::string, std::string> seen;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const std::string& written = domains.keys()[i];
    const std::string path = json_path("domains", written);
    const Domain* domain = framework_.find_domain(outcome_code(written));
    if (domain == nullptr) {
      return refused("the framework " + framework_.code + " has no such domain", path,
                     "Its domains run from " + framework_.domains.front().code + " to " + framework_.domains.back().code + ".");
    }
    if (!seen.emplace(domain->code, written).second) return refused("the domain " + domain->code + " is given twice", path);
    if (domains.items()[i].is_null()) continue;
    FieldReader reader(domains.items()[i], path);
    Figures& figures = input_.domains[domain->code];
    EVENHAND_TRY(figures.total, points_if_any(reader, "total", framework_.total_max(*domain), "total of Domain " + domain->code));
    EVENHAND_TRY(figures.rating, points_if_any(reader, "rating", framework_.grade_max(), "rating"));
    EVENHAND_CHECK(reader.finish());
  }
  return {};
}

Result<void> InputReader::read_organisation_grades(const Json& grades) {
  return each_grade(grades, "grades", nullptr, [&](const std::string& code, HalfPoints grade) {
    input_.domains[framework_.domain_of(code)->code].grades[code] = grade;
  });
}

Result<ScorecardInput> InputReader::read(const Json& json) {
  FieldReader reader(json, "");
  input_.organisation = tidy_name(reader.text_if_any("organisation"));
  reader.expect(input_.organisation.size() <= kNameBytesMax, "organisation", "a name has at most 300 bytes");
  const auto& services = reader.list_if_any("services");
  const Json* grades = reader.object_if_any("grades");
  const Json* domains = reader.object_if_any("domains");
  EVENHAND_CHECK(reader.finish());
  EVENHAND_CHECK(read_services(services, reader));
  if (domains != nullptr) EVENHAND_CHECK(read_domains(*domains));
  if (grades != nullptr) EVENHAND_CHECK(read_organisation_grades(*grades));
  return std::move(input_);
}

}  // namespace

Result<ScorecardInput> read_scorecard_input(const Json& json, const Framework& framework, const ScoringPolicy& policy) {
  return InputReader(framework, policy).read(json);
}

std::string policy_when_none_is_named(const Json& json) {
  const Json* grades = json.find("grades");
  const bool has_codes = grades != nullptr && grades->is_object() && !grades->keys().empty();
  const bool is_eds2 = has_codes && std::all_of(grades->keys().begin(), grades->keys().end(), has_eds2_shape);
  return is_eds2 ? "eds2-2013" : "nhs-eds-2022";
}

}  // namespace evenhand
