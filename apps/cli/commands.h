/// One function per command file: adds its commands to the tree.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace evenhand::cli {

struct Console;

void add_version(CLI::App& root, Console& console);
void add_demo(CLI::App& root, Console& console);
void add_init(CLI::App& root, Console& console);
void add_status(CLI::App& root, Console& console);
void add_record_commands(CLI::App& root, Console& console);
void add_declared_records(CLI::App& root, Console& console);  ///< record: what plugins declared
void add_grading_verbs(CLI::App& root, Console& console);   ///< after the records: workshop count, grade record, grade explain
void add_action_verbs(CLI::App& root, Console& console);    ///< after the records: action update
void add_device_verbs(CLI::App& root, Console& console);    ///< after the records: organisation devices
void add_attachment_verbs(CLI::App& root, Console& console);  ///< after the records: evidence attach, file save
void add_erase_verbs(CLI::App& root, Console& console);     ///< after the records: person erase, story erase
void add_space_verbs(CLI::App& root, Console& console);     ///< after the records: space, share copy
void add_partner_verbs(CLI::App& root, Console& console);   ///< partner, join
void add_sync(CLI::App& root, Console& console);            ///< sync
void add_sync_files(CLI::App& sync, Console& console);      ///< below sync: send, receive, request
void add_hub(CLI::App& root, Console& console);             ///< hub
void add_pair(CLI::App& root, Console& console);            ///< pair
void add_scorecard(CLI::App& root, Console& console);
void add_import(CLI::App& root, Console& console);
void add_export(CLI::App& root, Console& console);
void add_conflict(CLI::App& root, Console& console);
void add_signoff(CLI::App& root, Console& console);
void add_log(CLI::App& root, Console& console);
void add_undo(CLI::App& root, Console& console);
void add_rebuild(CLI::App& root, Console& console);
void add_report(CLI::App& root, Console& console);
void add_plugin(CLI::App& root, Console& console);
void add_doctor(CLI::App& root, Console& console);
void add_completion(CLI::App& root, Console& console);
void add_man(CLI::App& root, Console& console);

/// All of the above, in the order of the help.
void add_every_command(CLI::App& root, Console& console);

/// A command that does something by itself; families such as `evidence` only hold some.
struct RunnableCommand {
  std::string words;                  ///< as typed behind the program's name: "evidence add"
  std::vector<std::string> examples;  ///< those of its help, whole lines
};
/// Every one of them, from the tree itself.
std::vector<RunnableCommand> every_command();

/// The commands of one record type, made by add_record_commands().
CLI::App& family_of(CLI::App& root, std::string_view name);

}  // namespace evenhand::cli
