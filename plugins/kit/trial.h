/// One contribution of a plugin as the kit tries it: asked through the host's own functions, so that what holds here holds in a workspace.
///
/// Threads: one. Lifetime: the workbench outlives its trials.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/document/model.h"
#include "plugins/kit/odd_input.h"
#include "plugins/kit/workbench.h"

namespace evenhand::plugins {

/// What a contribution made of one sample.
struct Made {
  std::string text;                                  ///< all of it as JSON: what is compared, and kept in golden files
  std::optional<document::Document> document = {};   ///< report, export: what people see
  std::string findings = {};                         ///< validator: the sentences that it tells people
};

class Trial {
 public:
  Trial(const Workbench& bench, std::string kind, std::string id) : bench_(bench), kind_(std::move(kind)), id_(std::move(id)) {}
  virtual ~Trial() = default;

  const std::string& kind() const { return kind_; }
  const std::string& id() const { return id_; }
  /// "export action-list"
  std::string name() const { return kind_ + " " + id_; }
  /// "golden/exports/action-list.json"; a report's lies in "golden" itself.
  std::string golden_file() const { return kind_ == "report" ? "golden/" + id_ + ".json" : "golden/" + kind_ + "s/" + id_ + ".json"; }
  /// A page for people, which has to be fit for all of them.
  bool is_report() const { return kind_ == "report"; }

  /// Errors: those of the host's function; what the plugin said or did stands in the workbench's crossing.
  virtual Result<Made> make(const SampleModel& model) = 0;

  /// The same over an odd input of that seed. `model` is what the host stands on meanwhile; it has a record of every type.
  /// Errors: corrupt (what it answered is nothing that the host takes, whatever it was given), others as make().
  virtual Result<Made> make_of_odd(const SampleModel& model, std::uint64_t seed) = 0;

  /// What the host keeps of it (projections), while the model arrives bit by bit, batches are cut anywhere and work stops and goes on;
  /// then made anew. Nothing: the host keeps nothing of this kind. Else empty when all is as if made in one go, or what is not.
  virtual std::optional<std::string> arrive(const SampleModel& /*model*/, std::uint64_t /*seed*/) { return std::nullopt; }

 protected:
  /// make(), with those bytes in the place of what the host would give it.
  Result<Made> make_of(const SampleModel& model, std::string_view ability, std::string bytes);

  const Workbench& bench_;

 private:
  std::string kind_;
  std::string id_;
};

/// Every contribution that runs: reports, projections, validators, exports, commands, each as the manifest has them.
std::vector<std::unique_ptr<Trial>> trials_of(const Workbench& bench);

/// Private to the kit: the kinds that have a file of their own.
std::unique_ptr<Trial> projection_trial(const Workbench& bench, const ProjectionEntry& entry);
std::unique_ptr<Trial> validator_trial(const Workbench& bench, const ValidatorEntry& entry);

}  // namespace evenhand::plugins
