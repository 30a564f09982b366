/// What a workspace holds, for reading: typed records over the folded states of all its spaces.
///
/// Threads: one thread at a time. Lifetime: records are copies and outlive the model.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/projection/entity_state.h"
#include "core/record/value.h"

namespace evenhand {

/// One record as it stands. A field in conflict has several values; until a person decides, what rolls up from it
/// follows its merge rule.
class Record {
 public:
  Record(const RecordSpec& spec, EntityState state) : spec_(&spec), state_(std::move(state)) {}

  const EntityId& id() const { return state_.id; }
  const RecordSpec& spec() const { return *spec_; }
  const EntityState& state() const { return state_; }
  bool is_removed() const { return state_.lifecycle == Lifecycle::removed; }

  /// All surviving, distinct values; one when nobody disagrees, none when unset or sealed. Of consents the most
  /// restrictive alone (merge rule withdrawal).
  std::vector<Value> values(std::string_view field) const;
  /// True when a person has to decide; never for consents, nor for the reasons that several people gave for one verdict on a late change, which values() joins.
  bool is_conflicted(std::string_view field) const;
  /// The value that roll-ups use: the only one, or what the merge rule says (worse colour, earlier date,
  /// not graded = none, most restrictive consent); none when unset, sealed, or several without a rule.
  std::optional<Value> value(std::string_view field) const;

  /// Comfort over value(): empty, none or false when there is none.
  std::string text(std::string_view field) const;          ///< any type, as people read it
  std::optional<std::int64_t> integer(std::string_view field) const;
  std::optional<Decimal> decimal(std::string_view field) const;
  std::optional<GradeValue> grade(std::string_view field) const;
  bool flag(std::string_view field) const;
  std::optional<EntityId> reference(std::string_view field) const;
  std::vector<EntityId> references(std::string_view field) const;
  std::vector<std::string> words(std::string_view field) const;

  /// The line that names it in lists: its title field, else its short id.
  std::string title() const;
  /// Eight letters that a person can read out: "7Q4K-29TM".
  std::string short_id() const;

 private:
  const RecordSpec* spec_;
  EntityState state_;
};

std::string short_id_of(const EntityId& id);

/// Stage 2: something that the whole does not allow, as a value. It blocks sign-off and never drops an event.
struct RecordProblem {
  std::string code;      ///< closed list in docs/formats/problems.md
  EntityId entity;       ///< the record it is about; zero for the whole
  std::string record_type;
  std::string field;
  std::string message;   ///< one sentence for people
};

class Model {
 public:
  virtual ~Model() = default;
  /// Live records of a type, by `position` where the type has one, then by id.
  virtual Result<std::vector<Record>> records(std::string_view type) const = 0;
  /// Nothing when there is no such record. Removed ones are found too.
  virtual Result<std::optional<Record>> find(const EntityId& id) const = 0;
  /// Did it come with an import of published figures? Those were printed already and are read-only.
  virtual Result<bool> is_published(const EntityId& /*id*/) const { return false; }
};

}  // namespace evenhand
