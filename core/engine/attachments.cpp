#include "core/engine/attachments.h"

#include <map>

#include "core/os/files.h"
#include "core/store/blob_store.h"

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

}  // namespace

Result<Attachment> attach(Workspace& workspace, const EntityId& evidence, const std::filesystem::path& from, const std::string& title,
                          const Progress& progress) {
  EVENHAND_TRY(const std::optional<Record> record, workspace.find(evidence));
  if (!record || record->spec().name != "evidence") return not_found("there is no such evidence", short_id_of(evidence), "See: evenhand evidence list");
  EVENHAND_CHECK(workspace.check_rights("file"));
  EVENHAND_CHECK(workspace.hold());  // a second writer of attachments would clear away what the first has half copied
  std::error_code ignored;
  if (!std::filesystem::exists(from, ignored)) return not_found("there is no such file", from.string());
  if (!std::filesystem::is_regular_file(from, ignored)) return refused("only plain files can be attached", from.string());
  EVENHAND_TRY(const FileIdentity identity, file_identity(from));
  EVENHAND_TRY(const FileHandle handle, FileHandle::open_to_read(from));
  EVENHAND_TRY(BlobStore blobs, BlobStore::open(blobs_of(workspace, SpaceKind::organisation), OpenMode::read_write));
  std::uint64_t done = 0;
  EVENHAND_TRY(const BlobAddress address, blobs.put([&](std::span<std::uint8_t> out) -> Result<std::size_t> {
    EVENHAND_TRY(const std::size_t count, handle.read_at(done, out));
    done += count;
    if (progress) progress("Attaching bytes", done, identity.bytes);
    return count;
  }));
  Attachment attachment{{}, {*Hash::from(address.view()), done, media_type_of(from)}};
  RecordChange file{"file", {}, Verb::changed, {}};
  file.set.push_back({"organisation", record->value("organisation").value_or(Value(workspace.organisation()))});
  file.set.push_back({"title", title});
  file.set.push_back({"content", attachment.content});
  file.set.push_back({"original_name", from.filename().string()});
  Command command;
  command.changes.push_back(std::move(file));
  EVENHAND_TRY(const Receipt added, workspace.submit(command));
  attachment.file = added.entities.front();
  RecordChange link{"evidence", evidence, Verb::changed, {}};
  link.add.push_back({"files", std::vector<EntityId>{attachment.file}});
  Command linking;
  linking.changes.push_back(std::move(link));
  EVENHAND_TRY(const Receipt linked, workspace.submit(linking));
  (void)linked;
  return attachment;
}

Result<void> detach(const Workspace& workspace, const Record& file, const std::filesystem::path& to) {
  const auto content = file.value("content");
  if (!content || !std::holds_alternative<AttachedBlob>(*content)) return not_found("this record holds no attachment", file.short_id());
  const AttachedBlob& blob = std::get<AttachedBlob>(*content);
  EVENHAND_TRY(const BlobStore blobs, BlobStore::open(blobs_of(workspace, SpaceKind::organisation), OpenMode::read_only));
  EVENHAND_TRY(FileHandle out, FileHandle::create(to, Secrecy::secret));
  auto copied = blobs.get(*BlobAddress::from(blob.root.view()), [&](ByteView chunk) { return out.write_all(chunk); });
  if (copied) copied = out.sync();
  if (!copied) {
    const auto removed = remove_tree(to);
    (void)removed;
  }
  return copied;
}

}  // namespace evenhand
