// plugin key new, sign, trust: who made a plugin, and whose plugins are let in.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/membership.h"
#include "apps/cli/passphrase.h"
#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "core/crypto/minisign.h"
#include "core/os/files.h"
#include "plugins/catalogue/archive.h"
#include "plugins/manifest/manifest.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

struct KeyWords {
  std::string to = "plugin.key";
  std::string file;
  std::string key;
  std::string passphrase_file;
  bool in_clear = false;
};

Result<std::string> passphrase_for(Console& console, const std::string& file, const std::string& question) {
  if (!file.empty()) return passphrase_from_file(console, file);
  if (console.no_input) return refused("a passphrase is needed", "", "Put it into a file that only you can read: --passphrase-file FILE");
  return hidden_line(console, question);
}

Result<void> new_key(Console& console, const KeyWords& words) {
  if (words.to.empty()) return refused("no file to write is named", "", "Name one, e.g. --to mine.key");
  std::error_code ignored;
  const fs::path public_file = words.to + ".pub";
  if (fs::exists(words.to, ignored) || fs::exists(public_file, ignored)) return refused("there is a key of that name already", words.to, "Choose another name: --to FILE");
  std::string passphrase;
  if (!words.in_clear) {
    EVENHAND_TRY(passphrase, passphrase_for(console, words.passphrase_file, "New passphrase:"));
    if (passphrase.size() < 8) return refused("a passphrase has at least 8 letters", "", "Take several words, or say --in-clear for a key without one.");
  }
  if (console.dry_run) return console.say("Would write " + words.to + " and " + public_file.string() + ". Nothing was saved (--dry-run)."), Result<void>();
  const MinisignKeyPair key = MinisignKeyPair::make(machine_random());
  EVENHAND_TRY(const std::string secret, key.file(passphrase, machine_random()));
  EVENHAND_CHECK(write_file_durably(words.to, view_of(secret), Secrecy::secret));
  EVENHAND_CHECK(write_file_durably(public_file, view_of(key.public_key().file())));
  if (console.json) console.out << write_json(Json::object().set("secret", words.to).set("public", public_file.string()).set("key", key.public_key().line()), JsonStyle::pretty);
  else console.print("Made " + words.to + ", which stays with you, and " + public_file.string() + ", which you pass on:\n  " + key.public_key().line());
  return {};
}

Result<void> sign_file(Console& console, const KeyWords& words) {
  EVENHAND_TRY(const Bytes archive, read_file(words.file, plugins::kArchiveBytesMax));
  EVENHAND_TRY(const plugins::PluginFiles files, plugins::read_archive_untrusted(text_of(archive)));
  const auto manifest = files.find("plugin.json");
  if (manifest == files.end()) return refused("there is no plugin.json in it", words.file);
  EVENHAND_TRY(const plugins::Manifest read, plugins::read_manifest(manifest->second));
  EVENHAND_TRY(const Bytes key_file, read_file(words.key, kMinisignFileBytesMax));
  EVENHAND_TRY(const bool is_locked, is_minisign_key_locked(text_of(key_file)));
  std::string passphrase;
  if (is_locked) {
    EVENHAND_TRY(passphrase, passphrase_for(console, words.passphrase_file, "Passphrase of " + words.key + ":"));
  }
  EVENHAND_TRY(const MinisignKeyPair key, MinisignKeyPair::open_untrusted(text_of(key_file), passphrase));
  EVENHAND_TRY(const std::string signature, minisign_sign(key, archive, read.id + " " + read.version));
  const std::string to = words.file + ".minisig";
  if (console.dry_run) return console.say("Would write " + to + ". Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(write_file_durably(to, view_of(signature)));
  if (console.json) console.out << write_json(Json::object().set("signature", to).set("key", key.public_key().line()), JsonStyle::pretty);
  else console.print("Signed " + read.id + " " + read.version + ": " + to + "\nPass both files on, and your public key once:\n  " + key.public_key().line());
  return {};
}

struct TrustWords {
  std::string key;
  std::string title;
  bool withdraw = false;
};

Result<void> list_keys(const Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<plugins::TrustedKey> keys, plugins::trusted_keys(workspace));
  TextTable table({"Key", "Whose"});
  Json list = Json::array();
  for (const plugins::TrustedKey& one : keys) {
    table.add({one.key, one.title});
    list.push(Json::object().set("key", one.key).set("title", one.title));
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  else if (keys.empty()) console.say("No key is trusted yet. Trust one with: evenhand plugin trust KEY");
  else console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  return {};
}

// A name given earlier stays when no other is given.
std::string title_of(const TrustWords& words, const plugins::TrustedKey* known) {
  if (!words.title.empty()) return words.title;
  return known != nullptr ? known->title : "A plugin author";
}

Result<void> check_stands(const Workspace& workspace, const std::string& key, bool is_wanted) {
  EVENHAND_TRY(const std::vector<plugins::TrustedKey> keys, plugins::trusted_keys(workspace));
  const bool is_trusted = std::any_of(keys.begin(), keys.end(), [&](const auto& one) { return one.key == key; });
  return is_trusted == is_wanted ? Result<void>() : unavailable("the decision was written, and does not stand", key, "Look with: evenhand plugin trust list");
}

Result<void> trust_key(Workspace& workspace, Console& console, const TrustWords& words) {
  EVENHAND_TRY(const std::string key, public_key_line(words.key));
  EVENHAND_TRY(const std::vector<plugins::TrustedKey> keys, plugins::trusted_keys(workspace));
  const auto known = std::find_if(keys.begin(), keys.end(), [&](const auto& one) { return one.key == key; });
  if (words.withdraw && known == keys.end()) return not_found("this key is not trusted", key, "See: evenhand plugin trust list");
  EVENHAND_CHECK(workspace.check_rights("plugin"));
  const std::string question = words.withdraw ? "Trust " + key + " no longer? Plugins that it signed stay installed."
                                              : "Let in plugins that are signed with " + key + ", for everybody in your organisation? Each is still asked about.";
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, question));
  Command command;
  EVENHAND_TRY(RecordChange change, as_decision(workspace, words.withdraw ? plugins::distrust(*known) : plugins::trust(key, title_of(words, known == keys.end() ? nullptr : &*known))));
  command.changes.push_back(std::move(change));
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  if (!console.dry_run) EVENHAND_CHECK(check_stands(workspace, key, !words.withdraw));
  if (console.json) console.out << write_json(Json::object().set("key", key).set("trusted", !words.withdraw), JsonStyle::pretty);
  else if (!console.dry_run) console.print((words.withdraw ? "No longer trusted: " : "Trusted: ") + key);
  return {};
}

}  // namespace

Result<std::string> public_key_line(const std::string& words) {
  std::string text = words;
  std::error_code ignored;
  if (fs::is_regular_file(words, ignored)) {
    EVENHAND_TRY(const Bytes bytes, read_file(words, kMinisignFileBytesMax));
    text = text_of(bytes);
  }
  EVENHAND_TRY(const MinisignPublicKey key, MinisignPublicKey::parse_untrusted(text));
  return key.line();
}

void add_plugin_trust(CLI::App& family, Console& console) {
  const auto words = std::make_shared<KeyWords>();
  const auto alone = [words, &console](Result<void> (*verb)(Console&, const KeyWords&)) {
    return [words, &console, verb] {
      if (const auto done = verb(console, *words); !done) console.fail(done.error());
    };
  };
  CLI::App* key = add_command(family, "key", "Keys to sign plugins with", "  evenhand plugin key new --in-clear\n  evenhand plugin key new --to mine.key --in-clear", {});
  key->require_subcommand(1);
  CLI::App* make = add_command(*key, "new", "Make a pair: one half stays with you, the other is passed on", "  evenhand plugin key new --in-clear\n  evenhand plugin key new --to mine.key --in-clear", alone(new_key));
  make->add_option("--to", words->to, "File of the secret half; the public one gets .pub (default: plugin.key)")->type_name("FILE");
  make->add_option("--passphrase-file", words->passphrase_file, "File whose first line is the passphrase (default: ask)")->type_name("FILE");
  make->add_flag("--in-clear", words->in_clear, "No passphrase: whoever reads the file can sign in your name");
  CLI::App* sign = add_command(family, "sign", "Sign a packed plugin, as minisign does", "  evenhand plugin sign org.example.walks-1.0.0.evhp --key author.key\n  evenhand plugin sign org.example.walks-1.0.0.evhp --key author.key --dry-run", alone(sign_file));
  sign->add_option("file", words->file, "The .evhp file")->required()->type_name("FILE");
  sign->add_option("--key", words->key, "File of the secret key, of minisign or of plugin key new")->required()->type_name("FILE");
  sign->add_option("--passphrase-file", words->passphrase_file, "File whose first line is the passphrase (default: ask)")->type_name("FILE");
  const auto trusted = std::make_shared<TrustWords>();
  CLI::App* trust = add_command(family, "trust", "Let in plugins that are signed with a key, or list those keys", "  evenhand plugin trust list\n  evenhand plugin trust author.key.pub --title \"Analytics team\" --yes", [trusted, &console] {
    const bool is_list = trusted->key == "list";
    with_workspace(console, is_list ? OpenMode::read_only : mode_to_change(console), [&](Workspace& workspace) { return is_list ? list_keys(workspace, console) : trust_key(workspace, console, *trusted); });
  });
  trust->add_option("key", trusted->key, "The line that begins with RW, the file that holds it, or the word list")->required()->type_name("KEY");
  trust->add_option("--title", trusted->title, "Whose key it is, by role or team (default: as before, else A plugin author)")->type_name("TEXT");
  trust->add_flag("--withdraw", trusted->withdraw, "Trust it no longer");
}

}  // namespace evenhand::cli
