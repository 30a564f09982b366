/// Brings a data file ("evenhand-data/1", docs/formats/data-file.md) into a workspace as one batch: invisible until it
/// is complete, undone as one. The same file again brings differences only.
///
/// Through the same submit() as a person's entries; there is no back door into the log.
#pragma once

#include "core/engine/workspace.h"

namespace evenhand {

struct ImportPreview {
  std::string title;
  bool is_published = false;                             ///< published figures: read-only once in
  std::vector<std::pair<std::string, std::size_t>> counts;  ///< per record type, in the file's order
  std::size_t records = 0;
};

struct ImportOutcome {
  ImportPreview file;
  EntityId batch;
  std::size_t created = 0;
  std::size_t changed = 0;
  std::size_t unchanged = 0;
  std::map<std::string, EntityId, std::less<>> labels;  ///< the file's labels and the records they became
  std::vector<std::string> warnings;     ///< arithmetic that does not add up, reported and kept
  std::vector<std::string> findings;     ///< what the examiner said, with record and field; the first kImportFindingsMax
  std::size_t findings_all = 0;          ///< how many there were
};
inline constexpr std::size_t kImportFindingsMax = 1000;

/// Checks the whole file before anything is written. `name` stands in messages.
/// Errors: corrupt (JSON, with the place), refused (record and field).
Result<ImportPreview> preview_import(std::string_view text, std::string_view name);

/// What a file may do to published figures that another file brought: they are read-only, so a corrected version of the
/// same report must be asked for.
enum class PublishedFigures { stay, are_corrected };

/// `keep_going` is asked between commits; when it says no, what was written stays invisible and the next import of
/// the same file goes on from there. Rights are asked for all records before the first is written, and so is the examiner, about
/// each record that the file would change: one error of its refuses the file, naming record and field, unless these are published
/// figures, which stand as they were printed. Errors: as preview_import(), those of submit(), refused (it would change published
/// figures that are in already; the examiner; nothing of it was written).
Result<ImportOutcome> import_data(Workspace& workspace, std::string_view text, std::string_view name, const Progress& progress = {},
                                  const std::function<bool()>& keep_going = {}, PublishedFigures published = PublishedFigures::stay);

/// What import_data() would refuse, and what the examiner says of it; nothing is written, so nothing is counted but what stands unchanged as a whole.
/// In a workspace that is open for reading only, published figures that are in already are not looked at. Errors: the same.
Result<ImportOutcome> rehearse_import(Workspace& workspace, std::string_view text, std::string_view name, const Progress& progress = {},
                                      const std::function<bool()>& keep_going = {}, PublishedFigures published = PublishedFigures::stay);

}  // namespace evenhand
