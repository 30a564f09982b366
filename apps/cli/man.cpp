// Manual pages out of the tree of commands: man(7) macros, one page a family, or one for all.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/help.h"
#include "apps/cli/session.h"
#include "core/os/files.h"

namespace evenhand::cli {

namespace {

// A line that begins with . or ' is a request to troff, a backslash an escape, and "-" a hyphen unless escaped.
std::string troff(std::string_view text) {
  std::string escaped;
  bool at_start = true;
  for (const char c : text) {
    if (at_start && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    at_start = c == '\n';
  }
  return escaped;
}

std::string entry(const std::string& term, const std::string& text) { return ".TP\n.B " + troff(term) + "\n" + troff(text) + "\n"; }

std::string flags_text(const CLI::App& app) {
  std::string text;
  for (const CLI::Option* word : shown_words(app)) {
    if (word->get_lnames().empty()) text += entry(word->get_name(true), word->get_description());
  }
  for (const CLI::Option* flag : shown_flags(app)) {
    const bool takes_value = flag->get_items_expected_max() > 0;
    text += entry("--" + flag->get_lnames().front() + (takes_value ? " " + flag->get_type_name() : ""), flag->get_description());
  }
  return text;
}

std::string examples_text(const CLI::App& app) {
  std::string examples = app.get_footer();
  const std::size_t first = examples.find('\n');
  return first == std::string::npos ? "" : ".PP\n.nf\n" + troff(examples.substr(first + 1)) + "\n.fi\n";
}

std::string section(const CLI::App& app) {
  std::string text = ".SS " + troff(full_name(app)) + "\n" + troff(app.get_description()) + "\n" + examples_text(app) + flags_text(app);
  for (const CLI::App* command : shown_commands(app)) text += section(*command);
  return text;
}

std::string header(const std::string& name, const std::string& what) {
  std::string upper;
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return ".TH \"" + upper + "\" 1 \"\" \"evenhand " EVENHAND_VERSION "\"\n.SH NAME\n" + troff(name) + " \\- " + troff(what) + "\n";
}

std::string exit_codes_text() {
  std::string text = ".SH EXIT STATUS\n";
  for (const ExitMeaning& row : exit_meanings()) text += entry(std::to_string(static_cast<int>(row.code)), std::string(row.meaning));
  return text;
}

std::string see_also(const std::vector<std::string>& pages) {
  std::string text;
  for (const std::string& page : pages) text += (text.empty() ? ".SH SEE ALSO\n" : ",\n") + std::string(".BR ") + troff(page) + " (1)";
  return text + "\n";
}

// The main page tells of global flags and lists the families; each family has a page of its own.
std::string main_page(const CLI::App& root) {
  std::string text = header("evenhand", "run an Equality Delivery System cycle together") + ".SH DESCRIPTION\n" + troff(root.get_description()) + "\n" + examples_text(root) + ".SH COMMANDS\n";
  for (const CLI::App* command : shown_commands(root)) text += entry("evenhand " + command->get_name(), command->get_description());
  std::vector<std::string> pages;
  for (const CLI::App* command : shown_commands(root)) pages.push_back("evenhand-" + command->get_name());
  return text + ".SH FLAGS OF EVERY COMMAND\n" + flags_text(root) + exit_codes_text() + see_also(pages);
}

std::string family_page(const CLI::App& family) {
  std::string text = header("evenhand-" + family.get_name(), family.get_description()) + ".SH DESCRIPTION\n" + troff(family.get_description()) + "\n" + examples_text(family) + flags_text(family);
  if (!shown_commands(family).empty()) text += ".SH COMMANDS\n";
  for (const CLI::App* command : shown_commands(family)) text += section(*command);
  return text + see_also({"evenhand"});
}

Result<void> write_all(const CLI::App& root, Console& console, const std::filesystem::path& folder) {
  EVENHAND_CHECK(make_private_folder(folder));
  EVENHAND_CHECK(write_file_whole(folder / "evenhand.1", view_of(main_page(root))));
  for (const CLI::App* family : shown_commands(root)) {
    EVENHAND_CHECK(write_file_whole(folder / ("evenhand-" + family->get_name() + ".1"), view_of(family_page(*family))));
  }
  console.say("Wrote the manual pages to " + folder.string());
  return {};
}

}  // namespace

void add_man(CLI::App& root, Console& console) {
  const auto folder = std::make_shared<std::string>();
  const auto name = std::make_shared<std::string>();
  CLI::App* command = add_command(root, "man", "The manual page, or all of them", "  evenhand man\n  evenhand man evidence\n  evenhand man --all ./man", [folder, name, &root, &console] {
    if (!folder->empty()) {
      if (const auto done = write_all(root, console, *folder); !done) console.fail(done.error());
      return;
    }
    if (name->empty()) {
      console.out << main_page(root);
      return;
    }
    for (const CLI::App* family : shown_commands(root)) {
      if (family->get_name() == *name) {
        console.out << family_page(*family);
        return;
      }
    }
    console.fail(not_found("there is no command \"" + *name + "\"", "", "See: evenhand --help"));
  });
  command->group("Help");
  command->add_option("command", *name, "Command whose page is wanted")->type_name("COMMAND");
  command->add_option("--all", *folder, "Folder to write all pages to")->type_name("FOLDER");
}

}  // namespace evenhand::cli
