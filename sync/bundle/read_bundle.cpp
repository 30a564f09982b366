// Reads parts record by record. Frames are gathered until one durable transaction is worth it, and a frame that fails takes 
// no other with it. What arrived is judged at the end by the version vectors, so parts may come in any order.
// A little over 400 lines: one reader, whose steps share what stands open.
#include <algorithm>
#include <map>
#include <set>

#include "sync/bundle/bundle.h"
#include "sync/bundle/record_scanner.h"

namespace evenhand {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kBatchBytes = std::size_t{4} << 20;

struct SpaceWork {
  SpaceReport report;
  ReplicaSpace* space = nullptr;
  std::optional<SpaceRecord> record;
  std::vector<Segment> pending;
  std::set<ChainId> without_room;  ///< of which this device takes no more
};

std::uint64_t highest(const VersionVector& vector, const ChainId& chain) {
  const auto* entry = vector.find(chain);
  return entry == nullptr || entry->ends.empty() ? 0 : entry->ends.back().seq;
}

std::vector<ChainRange> lacking(const VersionVector& held, const VersionVector& wanted) {
  std::vector<ChainRange> ranges;
  for (const auto& entry : wanted.entries) {
    const std::uint64_t have = highest(held, entry.chain), need = entry.ends.back().seq;
    if (have < need) ranges.push_back({entry.chain, have + 1, need});
  }
  return ranges;
}

// One part's own count, to tell what is lost from what is not here yet.
struct PartCount {
  std::optional<std::uint32_t> first, last;  ///< numbers of records that opened
  std::uint64_t opened = 0;
  std::optional<PartSeal> seal;
  Sha256 digest;
  bool is_digest_right = false;
};

class Reader {
 public:
  Reader(const BundleOpener& opener, const BundleSink& sink, const BundleWatch& watch) : opener_(opener), sink_(sink), watch_(watch) {}

  Result<BundleReport> read(std::span<const fs::path> parts);

 private:
  Result<void> read_part(const fs::path& path);
  Result<void> open(const PartHeaders& headers, const fs::path& path);
  Result<std::optional<RecordScanner::Found>> next_record();
  Result<void> take(const RecordScanner::Found& found);
  void take_manifest(ByteView content);
  void take_seal(ByteView content);
  void take_space(ByteView content);
  Result<void> take_frame(ByteView content);
  Result<void> take_outline(ByteView content);
  Result<void> take_chunk(ByteView content);
  Result<void> take_sealed(ByteView content);
  Result<void> finish_attachment();
  void end_attachment();
  Result<const SealKey*> key_of(const SpaceId& space, const KeyId& epoch);
  Result<void> flush(SpaceWork& work);
  Result<void> flush_all();
  void note_refused(SpaceWork& work, const Error& error);
  void finish_part();
  Result<void> finish();
  SpaceWork& work_of(const SpaceId& id);
  bool goes_on();

  const BundleOpener& opener_;
  const BundleSink& sink_;
  const BundleWatch& watch_;
  BundleReport report_;
  std::optional<RecordCodec> codec_;
  std::map<SpaceId, SpaceWork> spaces_;
  std::set<std::uint32_t> parts_read_;
  std::set<std::uint32_t> parts_whole_;
  std::optional<std::uint32_t> last_part_;
  std::size_t pending_bytes_ = 0;  ///< of all spaces
  BundleProgress progress_;
  std::unique_ptr<RecordScanner> scanner_;
  std::unique_ptr<PartCount> count_;
  struct Attachment {
    BlobWriter writer;
    SpaceReport& space;
  };
  std::optional<Attachment> attachment_;  ///< whose chunks are coming
  std::set<std::pair<SpaceId, BlobAddress>> unfinished_;  ///< another part may go on with them
  std::uint64_t stored_since_fold_ = 0;
};

SpaceWork& Reader::work_of(const SpaceId& id) {
  const auto [at, is_new] = spaces_.try_emplace(id);
  if (is_new) {
    at->second.report.id = id;
    at->second.space = sink_.find_space(id);
    at->second.report.is_here = at->second.space != nullptr;
  }
  return at->second;
}

bool Reader::goes_on() {
  if (!watch_ || watch_(progress_)) return true;
  report_.was_stopped = true;
  return false;
}

// The first copy of the header with a slot that opens. Sound copies come first, so that damage is not taken for a wrong address.
Result<void> Reader::open(const PartHeaders& headers, const fs::path& path) {
  std::optional<Error> why;
  for (const BundleHeader& header : headers.copies) {
    auto key = open_slots(header, opener_);
    if (!key) {
      if (!why) why = key.error();
      continue;
    }
    if (codec_ && codec_->id() != key->id) {
      return refused("these parts are not of one bundle", path.string(), "Read the parts of each bundle by themselves.");
    }
    if (!codec_) codec_.emplace(std::move(*key));
    report_.id = codec_->id();
    if (header.is_sound) report_.parts = header.parts;
    return {};
  }
  const bool is_damaged = !headers.copies.front().is_sound;
  Error error = is_damaged ? corrupt("the start of this bundle is damaged, or it is sealed for others", "", "Ask whoever made it for it again.") : *why;
  error.where = path.string();
  return error;
}

Result<std::optional<RecordScanner::Found>> Reader::next_record() {
  EVENHAND_TRY(auto found, scanner_->next());
  if (!found) return found;
  const std::uint32_t number = found->head.number;
  if (count_->last && number <= *count_->last) return found;  // once more, by somebody's copying: harmless, not counted
  if (!count_->first) count_->first = number;
  count_->last = number;
  ++count_->opened;
  ++report_.records;
  if (found->opened.type != RecordType::seal) {
    count_->digest.add(found->record.first(RecordHead::kBytes));
    count_->digest.add(found->record.last(kNumberedSealOverheadBytes));
  }
  return found;
}

Result<void> Reader::read_part(const fs::path& path) {
  EVENHAND_TRY(const FileHandle file, FileHandle::open_to_read(path));
  EVENHAND_TRY(const PartHeaders headers, read_part_headers(file, path));
  EVENHAND_CHECK(open(headers, path));
  const std::uint64_t before = progress_.bytes;
  count_ = std::make_unique<PartCount>();
  scanner_ = std::make_unique<RecordScanner>(file, headers.records_end, *codec_);
  while (goes_on()) {
    EVENHAND_TRY(const auto found, next_record());
    if (!found) break;
    EVENHAND_CHECK(take(*found));
    progress_.bytes = before + scanner_->at();
  }
  EVENHAND_CHECK(flush_all());
  end_attachment();
  finish_part();
  scanner_.reset();
  return {};
}

Result<void> Reader::take(const RecordScanner::Found& found) {
  switch (found.opened.type) {
    case RecordType::manifest: take_manifest(found.opened.content()); return {};
    case RecordType::space: take_space(found.opened.content()); return {};
    case RecordType::frame: return take_frame(found.opened.content());
    case RecordType::outline: return take_outline(found.opened.content());
    case RecordType::chunk: return take_chunk(found.opened.content());
    case RecordType::seal: take_seal(found.opened.content()); return {};
    case RecordType::sealed: return take_sealed(found.opened.content());
  }
  ++report_.records_unknown;
  return {};
}

void Reader::take_manifest(ByteView content) {
  const auto manifest = read_manifest(content, codec_->id());
  if (!manifest || manifest->part == 0 || manifest->part > kBundlePartsMax) return;
  parts_read_.insert(manifest->part);
  if (!count_->first || manifest->first_number < *count_->first) count_->first = manifest->first_number;
  if (report_.maker) return;
  report_.maker = manifest->maker;
  report_.title = manifest->title;
  report_.created = {manifest->created_ms};
  if (manifest->expires_ms) report_.expires = ClaimedTime{*manifest->expires_ms};
}

void Reader::take_space(ByteView content) {
  auto record = SpaceRecord::decode_untrusted(content);
  if (!record || spaces_.size() > kBundleSpacesMax) return;
  SpaceWork& work = work_of(record->id);
  if (!work.record) work.record = std::move(*record);
}

void Reader::take_seal(ByteView content) {
  if (content.size() < Signature::kSize) return;
  // The manifest may be lost; then nobody's name stands for the seal, but its counts still help.
  auto seal = report_.maker ? read_part_seal(content, codec_->id(), *report_.maker)
                            : decode_untrusted<PartSeal>(content.first(content.size() - Signature::kSize), "a bundle's seal");
  if (!seal || seal->part == 0 || seal->part > kBundlePartsMax) return;
  parts_read_.insert(seal->part);
  if (seal->is_last) last_part_ = seal->part;
  count_->is_digest_right = report_.maker && count_->digest.finish() == seal->digest;
  count_->seal = *seal;
}

// The key of a space may have come with this very bundle, in the authority lane: then what is here is folded first. Null: not here.
Result<const SealKey*> Reader::key_of(const SpaceId& space, const KeyId& epoch) {
  const SealKey* key = sink_.find_key(space, epoch);
  if (key != nullptr || !sink_.fold) return key;
  EVENHAND_CHECK(flush_all());
  if (stored_since_fold_ == 0) return key;
  stored_since_fold_ = 0;
  EVENHAND_CHECK(sink_.fold());
  return sink_.find_key(space, epoch);
}

Result<void> Reader::take_frame(ByteView content) {
  const auto header = read_frame_header(content);
  if (!header) return {};  // not a frame, though sealed by the maker: what it should have brought stands under missing
  if (spaces_.size() > kBundleSpacesMax) return {};
  SpaceWork& work = work_of(header->space);
  ++work.report.frames;
  progress_.events += header->range.last_seq - header->range.first_seq + 1;
  if (work.space == nullptr) return {};
  if (work.without_room.contains(header->range.chain)) return {};
  Segment segment{header->range, work.space->form(), {}};
  if (segment.form == SegmentForm::frame) {
    segment.payload.assign(content.begin(), content.end());
  } else {
    const SealKey* key = nullptr;
    if (!header->epoch.is_zero()) {
      EVENHAND_TRY(key, key_of(header->space, header->epoch));
      if (key == nullptr) {
        ++work.report.frames_without_key;
        work.report.missing_key = header->epoch;
        return {};
      }
    }
    auto commits = open_frame(content, *header, [&](const KeyId&) { return key; });
    if (!commits) return note_refused(work, commits.error()), Result<void>{};
    segment.payload = std::move(*commits);
  }
  pending_bytes_ += segment.payload.size();
  work.pending.push_back(std::move(segment));
  return pending_bytes_ >= kBatchBytes ? flush_all() : Result<void>{};
}

void Reader::note_refused(SpaceWork& work, const Error& error) {
  ++work.report.frames_refused;
  if (!work.report.refusal) work.report.refusal = error;
}

Result<void> Reader::flush(SpaceWork& work) {
  const std::vector<Segment> segments = std::exchange(work.pending, {});
  if (segments.empty()) return {};
  const auto add = [&](const Stored& stored) {
    work.report.events_new += stored.events_new;
    stored_since_fold_ += stored.events_new;
    work.report.events_known += stored.events_known;
    work.report.commits_parked += stored.commits_parked;
    for (const auto& [chain, why] : stored.without_room) {
      work.without_room.insert(chain);
      if (!work.report.refusal) work.report.refusal = work.space->why_left_out(chain, LeftOut::no_room);
    }
  };
  const auto all = work.space->store(segments);
  if (all) return add(*all), Result<void>{};
  if (all.error().code == ErrorCode::unavailable) return all.error();
  for (const Segment& segment : segments) {  // one by one, so that the bad one stands alone
    const auto one = work.space->store({&segment, 1});
    if (one) add(*one);
    else if (one.error().code == ErrorCode::unavailable) return one.error();
    else note_refused(work, one.error());
  }
  return {};
}

Result<void> Reader::flush_all() {
  pending_bytes_ = 0;
  for (auto& [id, work] : spaces_) EVENHAND_CHECK(flush(work));
  return {};
}

void Reader::end_attachment() {
  if (attachment_) unfinished_.emplace(attachment_->space.id, attachment_->writer.address());
  attachment_.reset();
}

Result<void> Reader::take_outline(ByteView content) {
  end_attachment();
  auto record = decode_untrusted<OutlineRecord>(content, "an attachment");
  if (!record || spaces_.size() > kBundleSpacesMax) return {};
  SpaceWork& work = work_of(record->space);
  BlobStore* blobs = work.space != nullptr ? work.space->blobs() : nullptr;
  if (blobs == nullptr) return {};
  if (blobs->has(record->address)) return ++work.report.attachments_known, Result<void>{};
  auto writer = blobs->write(record->address, std::move(record->outline));
  if (!writer) {
    unfinished_.emplace(record->space, record->address);
    return writer.error().code == ErrorCode::unavailable ? Result<void>(writer.error()) : Result<void>{};
  }
  attachment_.emplace(Attachment{std::move(*writer), work.report});
  return finish_attachment();
}

// A chunk that is here already is passed over; one that is damaged or lost leaves a beginning that the next copy goes on from.
Result<void> Reader::take_chunk(ByteView content) {
  const auto record = decode_untrusted<ChunkRecord>(content, "a chunk");
  if (!record || !attachment_ || record->address != attachment_->writer.address() || record->index != attachment_->writer.next_chunk()) return {};
  const auto added = attachment_->writer.add(record->bytes);
  if (!added) return added.error().code == ErrorCode::unavailable ? added : Result<void>{};
  return finish_attachment();
}

// An attachment of an unknown space is nobody's here; one whose key has not come is told like a frame.
Result<void> Reader::take_sealed(ByteView content) {
  const auto head = SealedRecord::decode_untrusted(content);
  if (!head || spaces_.size() > kBundleSpacesMax) return {};
  SpaceWork& work = work_of(head->space);
  if (work.space == nullptr || work.space->blobs() == nullptr) return {};
  EVENHAND_TRY(const SealKey* const key, key_of(head->space, head->epoch));
  if (key == nullptr) {
    end_attachment();
    ++work.report.attachment_records_without_key;
    work.report.missing_key = head->epoch;
    return {};
  }
  const auto plain = SealedRecord::open(content, *key, codec_->id());
  if (!plain) return note_refused(work, plain.error()), Result<void>{};
  const auto type = static_cast<RecordType>(plain->front());
  if (type == RecordType::outline) return take_outline(ByteView(*plain).subspan(1));
  return type == RecordType::chunk ? take_chunk(ByteView(*plain).subspan(1)) : Result<void>{};
}

Result<void> Reader::finish_attachment() {
  if (!attachment_->writer.is_complete()) return {};
  EVENHAND_CHECK(attachment_->writer.finish());
  ++attachment_->space.attachments_new;
  unfinished_.erase({attachment_->space.id, attachment_->writer.address()});
  attachment_.reset();
  return {};
}

void Reader::finish_part() {
  const PartCount& count = *count_;
  std::uint64_t expected = count.first ? std::uint64_t{*count.last} - *count.first + 1 : 0;
  if (count.seal) expected = std::uint64_t{count.seal->records} + 1;
  else ++report_.parts_cut;
  if (expected > count.opened) report_.records_lost += expected - count.opened;
  if (count.seal && count.is_digest_right && expected == count.opened) parts_whole_.insert(count.seal->part);
}

Result<void> Reader::finish() {
  report_.parts_read.assign(parts_read_.begin(), parts_read_.end());
  report_.is_whole = last_part_ && !parts_whole_.empty() && parts_whole_.size() == *last_part_ && *parts_whole_.rbegin() == *last_part_ && !report_.was_stopped;
  for (const auto& [space, address] : unfinished_) ++work_of(space).report.attachments_lost;
  for (auto& [id, work] : spaces_) {
    if (work.space != nullptr && work.record) {
      EVENHAND_TRY(const VersionVector held, work.space->vector());
      work.report.needed = lacking(held, work.record->base);
      work.report.missing = lacking(held, work.record->target);
      if (report_.is_whole && report_.maker) work.report.held_by_maker = work.record->target;
      for (auto* const ranges : {&work.report.needed, &work.report.missing}) {
        std::erase_if(*ranges, [&](const ChainRange& range) { return work.without_room.contains(range.chain); });  // another file would not find room either
      }
    }
    report_.spaces.push_back(std::move(work.report));
  }
  return {};
}

Result<BundleReport> Reader::read(std::span<const fs::path> parts) {
  for (const fs::path& part : parts) {
    if (!report_.was_stopped) EVENHAND_CHECK(read_part(part));
  }
  EVENHAND_CHECK(finish());
  return std::move(report_);
}

}  // namespace

bool BundleReport::needs_request() const {
  return std::any_of(spaces.begin(), spaces.end(), [](const SpaceReport& space) { return !space.needed.empty() || !space.missing.empty(); });
}

Result<BundleGlance> look_at_bundle(const fs::path& part) {
  EVENHAND_TRY(const FileHandle file, FileHandle::open_to_read(part));
  EVENHAND_TRY(const PartHeaders headers, read_part_headers(file, part));
  const BundleHeader& header = headers.copies.front();
  return BundleGlance{header.id, header.part, header.parts, header.device_slots.size(), !header.passphrase_slot.empty()};
}

Result<BundleReport> read_bundle(std::span<const fs::path> parts, const BundleOpener& opener, const BundleSink& sink, const BundleWatch& watch) {
  std::multimap<std::uint32_t, fs::path> by_number;  // an attachment goes on from part to part
  for (const fs::path& part : parts) {
    const auto glance = look_at_bundle(part);
    by_number.emplace(glance ? glance->part : UINT32_MAX, part);
  }
  std::vector<fs::path> ordered;
  for (const auto& [number, part] : by_number) ordered.push_back(part);
  return Reader(opener, sink, watch).read(ordered);
}

}  // namespace evenhand
