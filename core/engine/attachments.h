/// Attachments of a workspace: bytes by address, a `file` record that names them.
///
/// The bytes are streamed, never held whole, up to 2 GiB, and kept once per space. What the file was called on
/// somebody's disk is personal: it is sealed in the record and never stands in a document.
/// Durability: when attach() returns, bytes and records survive power loss; a crash before leaves bytes that nothing
/// names, which do no harm.
#pragma once

#include <filesystem>
#include <map>

#include "core/engine/workspace.h"
#include "core/store/blob_store.h"

namespace evenhand {

struct Attachment {
  EntityId file;         ///< the `file` record
  AttachedBlob content;
};

/// Attaches a file from disk to an evidence item (its `files` set). `title`: what documents may call it.
/// The record and its mention in the evidence are one commit. `keep_going` is asked between chunks; when it says no, nothing
/// stays behind. Errors: not_found (no such file or record), refused (longer than 2 GiB, not a plain file, rights: before a
/// byte is copied), unavailable (also: stopped).
Result<Attachment> attach(Workspace& workspace, const EntityId& evidence, const std::filesystem::path& from, const std::string& title,
                          const Progress& progress = {}, const std::function<bool()>& keep_going = {});

/// Are the bytes of a `file` record on this laptop, in whichever space? Errors: corrupt, unavailable.
Result<bool> is_here(const Workspace& workspace, const Record& file);

/// Writes the bytes of a `file` record, our own or one that a partner shared, to `to`, which must not exist. Every chunk is
/// checked on the way. Errors: not_found (also: not here yet), corrupt, unavailable (also: stopped); what was written so far is removed.
Result<void> detach(const Workspace& workspace, const Record& file, const std::filesystem::path& to, const std::function<bool()>& keep_going = {});

/// Attachments that live records of a space name, ascending, and whether each is here. Errors: corrupt, unavailable.
Result<std::map<BlobAddress, bool>> named_attachments(const Space& space);

/// Those of them that are not here, at most `most`. They come from a partner that may read, from a hub that was given them, or in a file.
/// Errors: corrupt, unavailable.
Result<std::vector<BlobAddress>> lacking_attachments(const Space& space, std::size_t most);

}  // namespace evenhand
