#include "core/engine/import.h"

#include <algorithm>
#include <map>

#include "core/codec/archive.h"
#include "core/codec/json.h"
#include "core/engine/entry_guard.h"
#include "core/engine/examiner.h"

namespace evenhand {

namespace {

constexpr std::string_view kFormat = "evenhand-data/1";
constexpr std::size_t kRecordsMax = 100'000;
constexpr std::size_t kTitleBytesMax = 300;
constexpr std::size_t kChangesPerCommand = 200;   // keeps a commit well within 512 events
constexpr std::size_t kBytesPerCommand = 96 * 1024;
constexpr std::size_t kExaminedAtOnce = 20;  // between them Ctrl-C is heard and others are served
constexpr std::size_t kErrorsTold = 10;
constexpr SpaceKind kSpaces[] = {SpaceKind::cycle, SpaceKind::organisation, SpaceKind::people};

struct FileRecord {
  std::string label;
  const RecordSpec* spec = nullptr;
  const Json* fields = nullptr;
  std::string where;
  std::int64_t place = 0;  ///< among the records of its type in the file, from 1
};

struct DataFile {
  Json json;
  ImportPreview preview;
  std::vector<FileRecord> records;
  std::map<std::string, EntityId, std::less<>> labels;
};

Result<FileRecord> read_record(const Json& json, std::string where) {
  const Json* type = json.find("type");
  const Json* label = json.find("id");
  const Json* fields = json.find("fields");
  if (type == nullptr || label == nullptr || fields == nullptr || !type->is_string() || !label->is_string() || !fields->is_object()) {
    return refused("a record needs \"type\", \"id\" and \"fields\"", where);
  }
  FileRecord record{label->text(), find_record_type(type->text()), fields, where + " (" + type->text() + " \"" + label->text() + "\")"};
  if (record.spec == nullptr) return refused("there is no record type \"" + type->text() + "\"", where);
  for (std::size_t i = 0; i < fields->size(); ++i) {
    if (record.spec->find_field(fields->keys()[i]) == nullptr) {
      return refused("a record of type " + type->text() + " has no field \"" + fields->keys()[i] + "\"", record.where);
    }
  }
  return record;
}

Result<Command> command_for(const DataFile& file, const FileRecord& record) {
  RecordChange change{std::string(record.spec->name), file.labels.at(record.label), Verb::changed, {}};
  for (std::size_t i = 0; i < record.fields->size(); ++i) {
    const FieldSpec& field = *record.spec->find_field(record.fields->keys()[i]);
    auto value = value_from_json(field, record.fields->items()[i], file.labels);
    if (value) {
      auto bytes = encode_value(field, *value);
      if (!bytes) return refused(bytes.error().what, record.where);
    }
    if (!value) return refused(value.error().what, record.where);
    change.set.push_back({std::string(field.name), std::move(*value)});
  }
  // Ids have no order, so the file's order is kept as the position, where a type has one.
  if (record.spec->find_field("position") != nullptr && record.fields->find("position") == nullptr) {
    change.set.push_back({"position", record.place});
  }
  for (const FieldSpec& field : record.spec->fields) {
    if (field.required && record.fields->find(field.name) == nullptr) return refused(std::string(field.name) + " is missing", record.where);
  }
  Command command;
  command.changes.push_back(std::move(change));
  return command;
}

// Ids follow from the file's title and the label: the same file again meets the same records, and two trusts that bring
// in the same published report have the same records when they merge.
EntityId id_for(std::string_view title, std::string_view label) {
  const Bytes message = encode(std::string("evenhand/import/1"), std::string(title), std::string(label));
  return *EntityId::from(sha256(message).view().first(EntityId::kSize));
}

Result<DataFile> read_file_text(std::string_view text, std::string_view name) {
  DataFile file;
  auto json = parse_json(text);
  if (!json) return corrupt(json.error().what, std::string(name) + ", " + json.error().where);
  file.json = std::move(*json);
  const Json* format = file.json.find("format");
  if (format == nullptr || format->text() != kFormat) return refused("this is not an evenhand data file", std::string(name), "Its first key must be \"format\": \"evenhand-data/1\".");
  const Json* title = file.json.find("title");
  if (title == nullptr || title->text().empty()) return refused("the file has no title", std::string(name));
  if (title->text().find_first_of("\r\n") != std::string::npos) return refused("the title of the file must be one line", std::string(name));
  file.preview.title = title->text();
  const Json* published = file.json.find("published_figures");
  file.preview.is_published = published != nullptr && published->boolean().value_or(false);
  const Json* records = file.json.find("records");
  if (records == nullptr || !records->is_array()) return refused("the file has no list of records", std::string(name));
  if (records->size() > kRecordsMax) return refused("the file holds more than 100,000 records", std::string(name), "Split it.");
  std::map<std::string, std::size_t> counts;
  for (std::size_t i = 0; i < records->size(); ++i) {
    EVENHAND_TRY(FileRecord record, read_record(records->items()[i], std::string(name) + ", " + json_path("records", i)));
    if (!file.labels.emplace(record.label, id_for(file.preview.title, record.label)).second) {
      return refused("the label \"" + record.label + "\" stands twice", record.where);
    }
    record.place = static_cast<std::int64_t>(++counts[std::string(record.spec->name)]);
    if (record.place == 1) file.preview.counts.emplace_back(record.spec->name, 0);
    file.records.push_back(std::move(record));
  }
  for (auto& [type, count] : file.preview.counts) count = counts[type];
  file.preview.records = file.records.size();
  for (const FileRecord& record : file.records) {
    EVENHAND_TRY(const Command checked, command_for(file, record));
    (void)checked;
  }
  return file;
}

// As much of a title as one line of a record holds, never ending inside a character.
std::string short_title(const std::string& title) {
  if (title.size() <= kTitleBytesMax) return title;
  std::size_t end = kTitleBytesMax;
  while (end > 0 && (static_cast<unsigned char>(title[end]) & 0xC0) == 0x80) --end;
  return title.substr(0, end);
}

class Import {
 public:
  Import(Workspace& workspace, const DataFile& file, const std::function<bool()>& keep_going, const Progress& progress, PublishedFigures published)
      : workspace_(workspace), file_(file), keep_going_(keep_going), progress_(progress), published_(published) {}

  Result<ImportOutcome> run(std::string_view text) {
    EVENHAND_TRY(const std::string status, begin(text));
    if (status == "closed") return std::move(outcome_);
    EVENHAND_CHECK(check_published());
    EVENHAND_CHECK(check_undisputed());
    EVENHAND_CHECK(check_examined());
    if (status != "undone") EVENHAND_CHECK(write_batch("open", text));
    // Also after an undo: what was undone may have been cut short before it was whole.
    for (const SpaceKind space : kSpaces) EVENHAND_CHECK(import_space(space));
    EVENHAND_CHECK(write_batch("closed", text));
    return std::move(outcome_);
  }

  Result<ImportOutcome> rehearse(std::string_view text) {
    EVENHAND_TRY(const std::string status, begin(text));
    if (status == "closed") return std::move(outcome_);
    if (workspace_.mode() == OpenMode::read_write) EVENHAND_CHECK(check_published());
    if (workspace_.mode() == OpenMode::read_write) EVENHAND_CHECK(check_undisputed());
    EVENHAND_CHECK(check_examined());
    return std::move(outcome_);
  }

 private:
  // Gives the batch's status; "closed": the same bytes are in already.
  Result<std::string> begin(std::string_view text) {
    EVENHAND_CHECK(check_rights());
    outcome_.file = file_.preview;
    outcome_.labels = file_.labels;
    EVENHAND_TRY(std::string status, find_batch(text));
    if (status == "closed") outcome_.unchanged = file_.records.size();
    return status;
  }

  // Asked of the whole file first: half an import that nobody may finish would lie there hidden.
  Result<void> check_rights() const {
    EVENHAND_CHECK(workspace_.check_rights("batch"));
    for (const auto& [type, count] : file_.preview.counts) EVENHAND_CHECK(workspace_.check_rights(type));
    return {};
  }

  bool touches(SpaceKind space) const {
    return std::any_of(file_.records.begin(), file_.records.end(), [&](const FileRecord& r) { return home_of(*r.spec) == space; });
  }

  // The innermost space that the file touches: the one that may be told of the file as a whole.
  SpaceKind innermost() const {
    if (touches(SpaceKind::people)) return SpaceKind::people;
    return touches(SpaceKind::organisation) ? SpaceKind::organisation : SpaceKind::cycle;
  }
  bool touches_both() const { return touches(SpaceKind::cycle) && innermost() != SpaceKind::cycle; }

  // The batch has one id in all spaces. In a shared one nobody may find out by it what else stood in the file, by trying what it
  // could have been: so the id of a space that partners are never told is mixed in. Imports of before 2026-11 go on without.
  Result<std::string> find_batch(std::string_view text) {
    const SpaceId& shared = workspace_.space_of(SpaceKind::cycle).id;
    outcome_.batch = *EntityId::from(sha256(encode(shared, std::string(text))).view().first(EntityId::kSize));
    EVENHAND_TRY(const std::vector<Reference> of_before, workspace_.space_of(SpaceKind::cycle).fold.heads(outcome_.batch));
    if (!touches_both() || !of_before.empty()) return status_of_batch();
    const SpaceId& own = workspace_.space_of(SpaceKind::organisation).id;
    outcome_.batch = *EntityId::from(sha256(encode(std::string("evenhand/batch/1"), own, shared, std::string(text))).view().first(EntityId::kSize));
    return status_of_batch();
  }

  // "", "open" (cut short earlier), "closed" or "undone". It is closed when every space that it touches says so.
  Result<std::string> status_of_batch() const {
    std::string whole;
    for (const SpaceKind space : kSpaces) {
      if (!touches(space)) continue;
      EVENHAND_TRY(std::optional<EntityState> state, workspace_.space_of(space).fold.find(outcome_.batch));
      const std::string status = state ? Record(*find_record_type("batch"), std::move(*state)).text("status") : "";
      if (whole.empty() || status != "closed") whole = status.empty() ? "open" : status;
    }
    return whole;
  }

  Result<void> check_published() const {
    if (published_ == PublishedFigures::are_corrected) return {};
    for (const FileRecord& record : file_.records) {
      const EntityId id = file_.labels.at(record.label);
      EVENHAND_TRY(const std::optional<Record> before, workspace_.find(id));
      if (!before) continue;
      EVENHAND_TRY(const bool is_published, came_read_only(workspace_, workspace_.space_of(home_of(*record.spec)), id));
      if (!is_published) continue;
      EVENHAND_TRY(Command command, command_for(file_, record));
      command.is_import = true;
      EVENHAND_TRY(const Receipt receipt, workspace_.rehearse(command));
      if (receipt.records_written == 0) continue;
      return refused("this file would change published figures that are in already; nothing was imported", record.where,
                     "If it is a corrected version of the same report, import it with --correct; else give it another title.");
    }
    return {};
  }

  // Before the first record is written: half an import would wait, hidden, for somebody's decision.
  Result<void> check_undisputed() const {
    for (const FileRecord& record : file_.records) {
      EVENHAND_TRY(const std::optional<Record> before, workspace_.find(file_.labels.at(record.label)));
      if (!before || !needs_decision(*before)) continue;
      EVENHAND_TRY(Command command, command_for(file_, record));
      command.is_import = true;
      const auto rehearsed = workspace_.rehearse(command);
      if (rehearsed) continue;
      Error error = rehearsed.error();
      error.what += "; nothing was imported";
      error.where = record.where + ", " + error.where;
      return error;
    }
    return {};
  }

  // Everything that is wrong with the file is told at once, as far as a sentence reaches.
  struct Examined {
    std::map<EntityId, const FileRecord*> asked;
    std::string errors;
    std::size_t refused = 0;
  };
  Result<void> check_examined() {
    if (!workspace_.is_examined()) return {};
    Examined examined;
    Command pending;
    std::size_t done = 0;
    for (const FileRecord& record : file_.records) {
      EVENHAND_TRY(Command one, command_for(file_, record));
      pending.changes.push_back(std::move(one.changes.front()));
      examined.asked[pending.changes.back().entity] = &record;
      if (++done % kExaminedAtOnce == 0 || done == file_.records.size()) EVENHAND_CHECK(examine(pending, examined, done));
    }
    if (examined.refused == 0) return {};
    const std::string more = examined.refused > kErrorsTold ? "; and " + std::to_string(examined.refused - kErrorsTold) + " more" : "";
    return refused("plugins refuse what this file says" + examined.errors + more, "", "Correct the file; nothing was imported.");
  }

  Result<void> examine(Command& pending, Examined& examined, std::size_t done) {
    if (keep_going_ && !keep_going_()) return unavailable("the import was stopped; nothing of it was written", file_.preview.title, "Import the same file again.");
    pending.is_import = true;
    EVENHAND_CHECK(workspace_.examine(pending, [&](const RecordChange& change, const std::vector<Finding>& findings) {
      for (const Finding& finding : findings) take(finding, *examined.asked.at(change.entity), examined);
    }));
    if (progress_) progress_("Asking plugins", done, file_.records.size());
    pending = Command{};
    examined.asked.clear();
    return {};
  }

  void take(const Finding& finding, const FileRecord& record, Examined& examined) {
    const std::string words = record.where + (finding.field.empty() ? "" : ", " + finding.field) + ": " + finding.text + " (" + finding.from + ")";
    if (finding.weight == FindingWeight::error && !file_.preview.is_published) {
      if (++examined.refused <= kErrorsTold) examined.errors += (examined.refused == 1 ? ": " : "; ") + words;
      return;
    }
    ++outcome_.findings_all;
    if (outcome_.findings.size() < kImportFindingsMax) outcome_.findings.push_back((finding.weight == FindingWeight::not_checked ? "Not checked: " : "") + words);
  }

  // A record that an import cut short has written already, and that is therefore still hidden.
  Result<bool> is_written(const FileRecord& record) const {
    const EntityId id = file_.labels.at(record.label);
    EVENHAND_TRY(const std::vector<Reference> heads, workspace_.space_of(home_of(*record.spec)).fold.heads(id));
    EVENHAND_TRY(const std::optional<Record> shown, workspace_.find(id));
    return !heads.empty() && !shown;
  }

  // The record of the batch itself is written in every space that the file touches: each space shows its own part, and tells of
  // no other. What stands in a private space is not so much as counted or named in a shared one.
  RecordChange batch_record(SpaceKind space, const char* status, std::string_view text) const {
    const bool is_told = space != SpaceKind::cycle || !touches_both();
    const auto here = std::count_if(file_.records.begin(), file_.records.end(), [&](const FileRecord& record) { return home_of(*record.spec) == space; });
    RecordChange batch{"batch", outcome_.batch, Verb::changed, {}};
    batch.set.push_back({"title", is_told ? short_title(file_.preview.title) : std::string("Import")});
    batch.set.push_back({"status", std::string(status)});
    if (space == innermost()) batch.set.push_back({"source", "sha256:" + sha256(view_of(text)).hex()});
    batch.set.push_back({"records", static_cast<std::int64_t>(here)});
    batch.set.push_back({"read_only", file_.preview.is_published});
    return batch;
  }

  Result<void> write_batch(const char* status, std::string_view text) {
    for (const SpaceKind space : kSpaces) {
      if (!touches(space)) continue;
      Command command;
      command.is_import = true;
      command.changes.push_back(batch_record(space, status, text));
      command.batch = BatchId{outcome_.batch.bytes};
      command.space = space;
      EVENHAND_TRY(const Receipt receipt, workspace_.submit(command));
      (void)receipt;
    }
    return {};
  }

  Result<void> import_space(SpaceKind space) {
    Command pending;
    std::size_t bytes = 0;
    for (const FileRecord& record : file_.records) {
      if (home_of(*record.spec) != space) continue;
      EVENHAND_TRY(Command one, command_for(file_, record));
      EVENHAND_TRY(const bool written, is_written(record));
      EVENHAND_TRY(const std::optional<Record> before, workspace_.find(one.changes.front().entity));
      if (!before) ++outcome_.created;
      if (written) {
        ++done_;
        ++written_;
        continue;
      }
      pending.changes.push_back(std::move(one.changes.front()));
      bytes += write_json(*record.fields).size() + 512;
      if (pending.changes.size() >= kChangesPerCommand || bytes >= kBytesPerCommand) {
        EVENHAND_CHECK(flush(pending));
        bytes = 0;
      }
    }
    return flush(pending);
  }

  Result<void> flush(Command& pending) {
    if (pending.changes.empty()) return {};
    if (keep_going_ && !keep_going_()) {
      return unavailable("the import was stopped; nothing of it shows yet", file_.preview.title, "Import the same file again to go on.");
    }
    pending.is_import = true;
    pending.batch = BatchId{outcome_.batch.bytes};
    EVENHAND_TRY(const Receipt receipt, workspace_.submit(pending));
    done_ += pending.changes.size();
    written_ += receipt.records_written;
    outcome_.warnings.insert(outcome_.warnings.end(), receipt.warnings.begin(), receipt.warnings.end());
    if (progress_) progress_("Importing records", done_, file_.records.size());
    outcome_.changed = written_ > outcome_.created ? written_ - outcome_.created : 0;
    outcome_.unchanged = done_ > written_ ? done_ - written_ : 0;
    pending = Command{};
    return {};
  }

  Workspace& workspace_;
  const DataFile& file_;
  const std::function<bool()>& keep_going_;
  const Progress& progress_;
  PublishedFigures published_;
  ImportOutcome outcome_;
  std::size_t done_ = 0;
  std::size_t written_ = 0;
};

}  // namespace

Result<ImportPreview> preview_import(std::string_view text, std::string_view name) {
  EVENHAND_TRY(const DataFile file, read_file_text(text, name));
  return file.preview;
}

Result<ImportOutcome> import_data(Workspace& workspace, std::string_view text, std::string_view name, const Progress& progress,
                                  const std::function<bool()>& keep_going, PublishedFigures published) {
  EVENHAND_TRY(const DataFile file, read_file_text(text, name));
  return Import(workspace, file, keep_going, progress, published).run(text);
}

Result<ImportOutcome> rehearse_import(Workspace& workspace, std::string_view text, std::string_view name, const Progress& progress,
                                      const std::function<bool()>& keep_going, PublishedFigures published) {
  EVENHAND_TRY(const DataFile file, read_file_text(text, name));
  return Import(workspace, file, keep_going, progress, published).rehearse(text);
}

}  // namespace evenhand
