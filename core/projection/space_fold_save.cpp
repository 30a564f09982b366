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

Result<SpaceFold> SpaceFold::open(const SpaceId& space, const std::filesystem::path& folder, OpenMode mode, const FoldBasis& basis) {
  const auto open_tables = [&] { return TableStore::open(folder, mode, {kRecords, kPlaces, kTypes, kBatches, kMeta}); };
  auto tables = open_tables();
  if (!tables && tables.error().code == ErrorCode::corrupt && mode == OpenMode::read_write) {
    EVENHAND_CHECK(TableStore::discard(folder));
    tables = open_tables();
  }
  SpaceFold fold(space, basis);
  // A reader mends nothing: without tables that it can use it folds the log in memory.
  const bool without = !tables && mode == OpenMode::read_only && (tables.error().code == ErrorCode::corrupt || tables.error().code == ErrorCode::not_found);
  if (without) return fold;
  if (!tables) return tables.error();
  fold.tables_ = std::move(*tables);
  fold.mode_ = mode;
  EVENHAND_CHECK(fold.load_checkpoint());
  return fold;
}

// What the tables hold, for one question: pinned for a reader, the newest for a writer.
Result<std::shared_ptr<const TableReadView>> SpaceFold::base() const {
  if (pinned_) return pinned_;
  EVENHAND_TRY(TableReadView view, tables_->read());
  return std::make_shared<const TableReadView>(std::move(view));
}

// Another process may have saved since: then a reader starts anew from what stands there now.
Result<void> SpaceFold::follow_writer() {
  if (!tables_ || mode_ == OpenMode::read_write) return {};
  EVENHAND_TRY(const TableReadView view, tables_->read());
  const auto bytes = view.find(kMeta, view_of("checkpoint"));
  const auto checkpoint = bytes ? decode_untrusted<Checkpoint>(*bytes, "checkpoint") : Result<Checkpoint>(Checkpoint{});
  if (checkpoint && checkpoint->fold_version == basis_.version && checkpoint->arrival != base_arrival_) return load_checkpoint();
  return {};
}

Result<void> SpaceFold::load_checkpoint() {
  clear();
  access_fits_ = false;
  access_print_ = {};
  pinned_.reset();
  if (!tables_) return {};
  EVENHAND_TRY(const std::shared_ptr<const TableReadView> newest, base());
  const TableReadView& view = *newest;
  const auto bytes = view.find(kMeta, view_of("checkpoint"));
  if (!bytes) return {};
  const auto checkpoint = decode_untrusted<Checkpoint>(*bytes, "checkpoint");
  if (!checkpoint || checkpoint->fold_version != basis_.version) return {};  // rebuilt by the next catch_up
  if (mode_ == OpenMode::read_only) pinned_ = newest;
  base_arrival_ = checkpoint->arrival;
  base_counts_ = true;
  checkpoint_ = checkpoint->arrival;
  counts_ = checkpoint->counts;
  access_print_ = checkpoint->access_print;
  closed_batches_.insert(checkpoint->closed_batches.begin(), checkpoint->closed_batches.end());
  view.scan(kBatches, {}, [&](ByteView key, ByteView) {
    if (key.size() == 32) batch_records_[*BatchId::from(key.first(16))].push_back(*EntityId::from(key.last(16)));
    return true;
  });
  if (view.is_damaged()) return corrupt("the read model is damaged", "", "Run evenhand rebuild.");
  return {};
}

Result<Folding*> SpaceFold::touch(const EntityId& id) {
  if (const auto at = records_.find(id); at != records_.end()) return &at->second;
  Folding folding;
  folding.state.id = id;
  if (base_counts_) {
    EVENHAND_TRY(const auto view, base());
    if (const auto bytes = view->find(kRecords, id.view())) {
      EVENHAND_TRY(folding.state, decode_state(*bytes));
    }
    if (const auto bytes = view->find(kPlaces, id.view())) {
      EVENHAND_TRY(StoredPlaces stored, decode_untrusted<StoredPlaces>(*bytes, "places"));
      folding.places = std::move(stored.places);
      folding.waiting = stored.waiting;
      folding.is_settled = stored.is_settled;
    }
    if (view->is_damaged()) return corrupt("the read model is damaged", id.hex(), "Run evenhand rebuild.");
  }
  return &records_.emplace(id, std::move(folding)).first->second;
}

Result<void> SpaceFold::save(Arrival checkpoint) {
  checkpoint_ = checkpoint;
  if (!tables_) return {};
  if (mode_ == OpenMode::read_only) return {};  // a reader folds the tail in memory and leaves it there
  EVENHAND_TRY(WriteBatch batch, tables_->write());
  if (!base_counts_) {
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
  Checkpoint written{basis_.version, checkpoint, counts_, access_print_, {closed_batches_.begin(), closed_batches_.end()}};
  std::sort(written.closed_batches.begin(), written.closed_batches.end());
  EVENHAND_CHECK(batch.put(kMeta, view_of("checkpoint"), encode(written)));
  EVENHAND_CHECK(batch.commit());
  for (const EntityId& id : dirty_) records_.at(id).is_dirty = false;
  dirty_.clear();
  base_counts_ = true;
  return {};
}

}  // namespace evenhand
