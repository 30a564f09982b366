// evidence attach, file save: bytes in and out.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "core/engine/attachments.h"

namespace evenhand::cli {

namespace {

struct Words {
  std::string record;
  std::string path;
  std::string title;
};

Result<void> attach_file(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const Record evidence, find_record(workspace, "evidence", words.record));
  const std::string title = words.title.empty() ? evidence.title() : words.title;
  if (console.dry_run) {
    console.say("Would attach " + words.path + " to " + evidence.short_id() + " as \"" + title + "\". Nothing was saved (--dry-run).");
    return {};
  }
  (void)was_stopped();  // from here on Ctrl-C is heard between chunks
  const auto attached = attach(workspace, evidence.id(), words.path, title, progress_for(console), [] { return !was_stopped(); });
  if (!attached && was_stopped()) return console.fail(attached.error(), Exit::stopped), Result<void>();
  EVENHAND_TRY(const Attachment made, attached);
  if (console.json) {
    console.out << write_json(Json::object().set("file", made.file.hex()).set("short_id", short_id_of(made.file)).set("bytes", made.content.bytes), JsonStyle::pretty);
  } else {
    console.print("Attached file " + short_id_of(made.file) + "  " + title + "  (" + with_commas(made.content.bytes) + " bytes) to " + evidence.title());
  }
  return {};
}

Result<void> save_file(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const Record file, find_record(workspace, "file", words.record));
  if (console.dry_run) {
    console.say("Would write " + words.path + ". Nothing was saved (--dry-run).");
    return {};
  }
  (void)was_stopped();
  const auto saved = detach(workspace, file, words.path, [] { return !was_stopped(); });
  if (!saved && was_stopped()) return console.fail(saved.error(), Exit::stopped), Result<void>();
  EVENHAND_CHECK(saved);
  console.say("Wrote \"" + file.title() + "\" to " + words.path);
  return {};
}

}  // namespace

void add_attachment_verbs(CLI::App& root, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* in = add_command(family_of(root, "evidence"), "attach", "Attach a file to an evidence item",
                             "  evenhand evidence attach \"Interpreters at every appointment\" report.json --title \"Survey results 2025\"\n"
                             "  evenhand evidence attach \"Interpreters at every appointment\" report.json --dry-run",
                             [words, &console] {
                               with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return attach_file(workspace, console, *words); });
                             });
  in->add_option("record", words->record, "Short id, or part of its title")->required()->type_name("RECORD");
  in->add_option("path", words->path, "The file on disk")->required()->type_name("FILE");
  in->add_option("--title", words->title, "What documents may call it (default: the evidence's title)")->type_name("TEXT");
  CLI::App* out = add_command(family_of(root, "file"), "save", "Write an attachment to disk; every piece is checked on the way",
                              "  evenhand file save \"Attached sample\" ./copy.json\n  evenhand file save \"Attached sample\" ./copy.json --dry-run", [words, &console] {
                                with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return save_file(workspace, console, *words); });
                              });
  out->add_option("record", words->record, "Short id, or part of its title")->required()->type_name("RECORD");
  out->add_option("path", words->path, "File to write; it must not exist")->required()->type_name("FILE");
}

}  // namespace evenhand::cli
