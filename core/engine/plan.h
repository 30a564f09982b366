/// Turns a command into event drafts, space by space; everything that can be refused is refused here, before a
/// byte is written. Private to core/engine.
#pragma once

#include <map>
#include <set>

#include "core/engine/workspace_state.h"
#include "core/record/body.h"

namespace evenhand {

class Plan {
 public:
  /// `told`: told what the examiner says, which then refuses nothing.
  Plan(Workspace& workspace, Workspace::State& state, const Command& command, ToldFindings told = {});

  Result<void> make();
  /// Seals what make() planned, asks `about_to_write`, appends; gives the receipt.
  Result<Receipt> carry_out(const std::function<Result<void>(const Receipt&)>& about_to_write);
  const Receipt& receipt() const { return receipt_; }

 private:
  /// One event to come. The event before it on the same record, in this plan, becomes its parent.
  struct Step {
    SpaceId space;
    EventDraft draft;
    const RecordSpec* spec;
    std::vector<OwnedChange> fields;  ///< plain; sealed when the step is carried out
    bool is_sealed = false;
    EntityId key_owner;
    std::optional<std::size_t> follows;  ///< index of an earlier step on the same record
  };
  struct Target {
    const RecordSpec* spec = nullptr;
    EntityId id;
    Space* space = nullptr;  ///< where it is written: where the record stands already, else the home of its type
    std::optional<Record> before;
    std::vector<Reference> heads;
    bool is_new = false;
    bool is_beside = false;  ///< written on top of RecordChange::seen, whatever came since
    bool is_back = false;    ///< a removed record that the change brings back, were every value the same
  };

  Result<void> plan_change(const RecordChange& change);
  Result<void> plan_definition(const RecordSpec& type, Space& space);
  Result<Target> target_of(const RecordChange& change);
  Result<void> check_not_read_only(const Target& target) const;
  Result<void> check_still_current(const RecordChange& change, const Target& target) const;
  Result<std::vector<OwnedChange>> fields_of(const RecordChange& change, const Target& target);
  Result<void> set_field(const FieldSpec& field, const Value& value, const Target& target, std::vector<OwnedChange>& fields);
  Result<void> change_items(const FieldSpec& field, const RecordChange& change, const Target& target, std::vector<OwnedChange>& fields);
  Result<void> check_not_disputed(const RecordChange& change, const Target& target, const std::vector<OwnedChange>& fields) const;
  Result<void> check_whole(const RecordChange& change, const Target& target);
  Result<void> ask_examiner(const RecordChange& change, const Target& target, const std::vector<OwnedChange>& fields);
  Result<void> check_reference(const FieldSpec& field, const Value& value) const;
  Result<EntityId> key_owner_of(const RecordChange& change, const Target& target) const;
  void add_step(const RecordChange& change, const Target& target, std::vector<OwnedChange> fields, bool is_sealed, const EntityId& owner);
  Result<Bytes> body_of(const Step& step);

  Workspace& workspace_;
  Workspace::State& state_;
  const Command& command_;
  ToldFindings told_;  ///< empty: what the examiner says decides, and imports are not asked about
  Receipt receipt_;
  std::vector<Step> steps_;
  std::map<EntityId, std::size_t> last_step_;
  std::set<std::pair<SpaceId, std::string_view>> definitions_;  ///< looked after in this plan
};

}  // namespace evenhand
