// Keeping a fold in its tables: opening, checkpoint, saving.
#include <algorithm>

#include "core/projection/space_fold_tables.h"

namespace evenhand {

using namespace fold_tables;

namespace {
Bytes join(ByteView a, ByteView b) {
  Bytes joined(a.begin(), a.end());
  joined.insert(joined.end(), b.begin(), b.end());
  return joined;
}

}  // namespace

Result<SpaceFold> SpaceFold::open(const SpaceId& space, const std::filesystem::path& folder, OpenMode mode) {
  const auto open_tables = [&] { return TableStore::open(folder, mode, {kRecords, kPlaces, kTypes, kBatches, kMeta}); };
  auto tables = open_tables();
  if (!tables && tables.error().code == ErrorCode::corrupt && mode == OpenMode::read_write) {
    EVENHAND_CHECK(TableStore::discard(folder));
    tables = open_tables();
  }
  if (!tables) return tables.error();
  SpaceFold fold(space);
  fold.tables_ = std::move(*tables);
  fold.mode_ = mode;
  EVENHAND_CHECK(fold.load_checkpoint());
  return fold;
}

Result<void> SpaceFold::load_checkpoint() {
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kMeta, view_of("checkpoint"));
  if (!bytes) return {};
  const auto checkpoint = decode_untrusted<Checkpoint>(*bytes, "checkpoint");
  if (!checkpoint || checkpoint->fold_version != kFoldVersion) return {};  // rebuilt by the next catch_up
  checkpoint_ = checkpoint->arrival;
  counts_ = checkpoint->counts;
  access_print_ = checkpoint->access_print;
  closed_batches_.insert(checkpoint->closed_batches.begin(), checkpoint->closed_batches.end());
  view.scan(kBatches, {}, [&](ByteView key, ByteView) {
    if (key.size() == 32) batch_records_[*BatchId::from(key.first(16))].push_back(*EntityId::from(key.last(16)));
    return true;
  });
  return {};
}

Result<Folding*> SpaceFold::touch(const EntityId& id) {
  if (const auto at = records_.find(id); at != records_.end()) return &at->second;
  Folding folding;
  folding.state.id = id;
  if (tables_ && checkpoint_ > 0) {
    EVENHAND_TRY(const TableReadView view, tables_->read());
    if (const auto bytes = view.find(kRecords, id.view())) {
      EVENHAND_TRY(folding.state, decode_state(*bytes));
    }
    if (const auto bytes = view.find(kPlaces, id.view())) {
      EVENHAND_TRY(StoredPlaces stored, decode_untrusted<StoredPlaces>(*bytes, "places"));
      folding.places = std::move(stored.places);
      folding.waiting = stored.waiting;
      folding.is_settled = stored.is_settled;
    }
  }
  return &records_.emplace(id, std::move(folding)).first->second;
}

Result<void> SpaceFold::save(Arrival checkpoint) {
  const bool starts_anew = checkpoint_ == 0;
  checkpoint_ = checkpoint;
  if (!tables_) return {};
  if (mode_ == OpenMode::read_only) return {};  // a reader folds the tail in memory and leaves it there
  EVENHAND_TRY(WriteBatch batch, tables_->write());
  if (starts_anew) {
    for (const std::string_view table : {kRecords, kPlaces, kTypes, kBatches}) EVENHAND_CHECK(batch.clear(table));
  }
  std::sort(dirty_.begin(), dirty_.end());  // sorted keys let the store append
  for (const EntityId& id : dirty_) {
    Folding& folding = records_.at(id);
    EVENHAND_CHECK(batch.put(kRecords, id.view(), encode_state(folding.state)));
    StoredPlaces stored{folding.places, folding.waiting, folding.is_settled};
    EVENHAND_CHECK(batch.put(kPlaces, id.view(), encode(stored)));
    if (folding.state.exists()) EVENHAND_CHECK(batch.put(kTypes, type_key(folding.state.type, id), {}));
  }
  for (const auto& [id, members] : batch_records_) {
    for (const EntityId& member : members) {
      if (std::binary_search(dirty_.begin(), dirty_.end(), member)) EVENHAND_CHECK(batch.put(kBatches, join(id.view(), member.view()), {}));
    }
  }
  Checkpoint written{kFoldVersion, checkpoint, counts_, access_print_, {closed_batches_.begin(), closed_batches_.end()}};
  std::sort(written.closed_batches.begin(), written.closed_batches.end());
  EVENHAND_CHECK(batch.put(kMeta, view_of("checkpoint"), encode(written)));
  EVENHAND_CHECK(batch.commit());
  for (const EntityId& id : dirty_) records_.at(id).is_dirty = false;
  dirty_.clear();
  return {};
}

}  // namespace evenhand
