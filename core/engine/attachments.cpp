#include "core/engine/attachments.h"

#include <algorithm>
#include <map>

#include "core/codec/archive.h"
#include "core/crypto/hash.h"
#include "core/os/files.h"

namespace evenhand {

namespace {

std::filesystem::path blobs_of(const Workspace& workspace, SpaceKind kind) {
  for (const Space& space : workspace.spaces()) {
    if (space.kind == kind) return space.folder / "blobs";
  }
  return {};
}

// By the name's ending only: nothing of a foreign file is ever interpreted.
std::string media_type_of(const std::filesystem::path& path) {
  static const std::map<std::string, std::string> kTypes = {
      {".pdf", "application/pdf"}, {".png", "image/png"},   {".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".txt", "text/plain"},
      {".csv", "text/csv"},        {".html", "text/html"},  {".md", "text/markdown"},
      {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
      {".odt", "application/vnd.oasis.opendocument.text"},
  };
  std::string ending = path.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto at = kTypes.find(ending);
  return at == kTypes.end() ? "application/octet-stream" : at->second;
}

// The store that holds these bytes: that of a space in which the record stands, else any.
Result<std::optional<BlobStore>> store_with(const Workspace& workspace, const EntityId& file, const BlobAddress& address) {
  std::vector<const Space*> last;
  std::vector<const Space*> spaces;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const std::optional<EntityState> stands, space.fold.find(file));
    (stands ? spaces : last).push_back(&space);
  }
  spaces.insert(spaces.end(), last.begin(), last.end());
  for (const Space* space : spaces) {
    auto blobs = BlobStore::open(space->folder / "blobs", OpenMode::read_only);
    if (!blobs && blobs.error().code != ErrorCode::not_found) return blobs.error();
    if (blobs && blobs->has(address)) return std::optional(std::move(*blobs));
  }
  return std::optional<BlobStore>();
}

}  // namespace

Result<bool> is_here(const Workspace& workspace, const Record& file) {
  const auto content = file.value("content");
  const auto* blob = content ? std::get_if<AttachedBlob>(&*content) : nullptr;
  if (blob == nullptr) return false;
  EVENHAND_TRY(const std::optional<BlobStore> blobs, store_with(workspace, file.id(), *BlobAddress::from(blob->root.view())));
  return blobs.has_value();
}

Result<Attachment> attach(Workspace& workspace, const EntityId& evidence, const std::filesystem::path& from, const std::string& title,
                          const Progress& progress, const std::function<bool()>& keep_going) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(evidence));
  if (!record || record->spec().name != "evidence") return not_found("there is no such evidence", short_id_of(evidence), "See: evenhand evidence list");
  EVENHAND_CHECK(workspace.check_rights("file"));
  EVENHAND_CHECK(workspace.hold());  // a second writer of attachments would clear away what the first has half copied
  std::error_code ignored;
  if (!std::filesystem::exists(from, ignored)) return not_found("there is no such file", from.string());
  if (!std::filesystem::is_regular_file(from, ignored)) return refused("only plain files can be attached", from.string());
  EVENHAND_TRY(const FileIdentity identity, file_identity(from));
  if (identity.bytes > kBlobBytesMax) {
    return refused("an attachment holds at most 2 GiB, and this file is longer", from.string(), "Attach it in parts, or say in the evidence where it is kept.");
  }
  EVENHAND_TRY(const FileHandle handle, FileHandle::open_to_read(from));
  EVENHAND_TRY(BlobStore blobs, BlobStore::open(blobs_of(workspace, SpaceKind::organisation), OpenMode::read_write));
  std::uint64_t done = 0;
  EVENHAND_TRY(const BlobAddress address, blobs.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    if (keep_going && !keep_going()) return unavailable("attaching was stopped; nothing was kept", from.string());
    EVENHAND_TRY(const std::size_t count, handle.read_at(done, out));
    done += count;
    if (progress) progress("Attaching bytes", done, identity.bytes);
    return count;
  }));
  // Named here, because two changes of one command tell of it; the evidence as it stands is in the name, so the same
  // file attached again is another record.
  Bytes seen;
  for (const Reference& head : record->state().heads) {
    seen.resize(seen.size() + Reference::kBytes);
    head.write(seen.data() + seen.size() - Reference::kBytes);
  }
  const auto id = EntityId::from(sha256(encode(evidence, seen, address, title)).view().first(EntityId::kSize));
  Attachment attachment{*id, {*Hash::from(address.view()), done, media_type_of(from)}};
  RecordChange file{"file", attachment.file, Verb::changed, {}};
  file.set.push_back({"organisation", record->value("organisation").value_or(Value(workspace.organisation()))});
  file.set.push_back({"title", title});
  file.set.push_back({"content", attachment.content});
  file.set.push_back({"original_name", from.filename().string()});
  RecordChange link{"evidence", evidence, Verb::changed, {}};
  link.add.push_back({"files", std::vector<EntityId>{attachment.file}});
  Command command;
  command.changes = {std::move(file), std::move(link)};
  EVENHAND_TRY(const Receipt written, workspace.submit(command));
  (void)written;
  return attachment;
}

Result<void> detach(const Workspace& workspace, const Record& file, const std::filesystem::path& to, const std::function<bool()>& keep_going) {
  const auto content = file.value("content");
  if (!content || !std::holds_alternative<AttachedBlob>(*content)) return not_found("this record holds no attachment", file.short_id());
  const BlobAddress address = *BlobAddress::from(std::get<AttachedBlob>(*content).root.view());
  EVENHAND_TRY(const std::optional<BlobStore> blobs, store_with(workspace, file.id(), address));
  if (!blobs) {
    return not_found("this attachment is not here yet", file.short_id(), "It comes with an exchange from whoever attached it, or from a hub: evenhand sync now   or in a file: evenhand sync receive FILE");
  }
  EVENHAND_TRY(FileHandle out, FileHandle::create(to, Secrecy::secret));
  auto copied = blobs->get(address, [&](ByteView chunk) -> Result<void> {
    if (keep_going && !keep_going()) return unavailable("writing was stopped; nothing was kept", to.string());
    return out.write_all(chunk);
  });
  if (copied) copied = out.sync();
  if (!copied) {
    const auto removed = remove_tree(to);
    (void)removed;
  }
  return copied;
}

Result<std::map<BlobAddress, bool>> named_attachments(const Space& space) {
  std::map<BlobAddress, bool> named;
  const auto opened = BlobStore::open(space.folder / "blobs", OpenMode::read_only);
  if (!opened && opened.error().code != ErrorCode::not_found) return opened.error();
  for (const RecordSpec& spec : vocabulary()) {
    const bool has_blob = std::any_of(spec.fields.begin(), spec.fields.end(), [](const FieldSpec& f) { return f.type == FieldType::blob; });
    if (!has_blob || !shows_in(spec, space.kind)) continue;
    EVENHAND_CHECK(space.fold.for_each(spec.name, [&](const EntityState& state) {
      const Record record(spec, state);
      for (const FieldSpec& field : spec.fields) {
        if (field.type != FieldType::blob || record.is_removed()) continue;
        for (const Value& value : record.values(field.name)) {
          const auto* blob = std::get_if<AttachedBlob>(&value);
          if (blob != nullptr) named.emplace(*BlobAddress::from(blob->root.view()), false);
        }
      }
      return true;
    }));
  }
  for (auto& [address, is_here] : named) is_here = opened && opened->has(address);
  return named;
}

Result<std::vector<BlobAddress>> lacking_attachments(const Space& space, std::size_t most) {
  EVENHAND_TRY(const auto named, named_attachments(space));
  std::vector<BlobAddress> wanted;
  for (const auto& [address, is_here] : named) {
    if (!is_here && wanted.size() < most) wanted.push_back(address);
  }
  return wanted;
}

}  // namespace evenhand
