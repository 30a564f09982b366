// plugin install, remove: what a person is asked before a plugin may read the workspace, and what is kept of the answer.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <istream>
#include <memory>
#include <ostream>

#include "apps/cli/membership.h"
#include "apps/cli/plugin.h"
#include "apps/cli/text.h"
#include "core/crypto/minisign.h"
#include "core/os/files.h"
#include "core/record/declared_types.h"
#include "plugins/catalogue/archive.h"
#include "plugins/kit/workbench.h"
#include "plugins/projection/projections.h"

namespace evenhand::cli {

namespace fs = std::filesystem;

namespace {

struct Words {
  std::string source;
  std::string trust;
  std::string consent;
  bool is_unsigned = false;
};

// A plugin as somebody handed it over.
struct Offered {
  plugins::PluginFiles files;
  plugins::Manifest manifest;
  std::string archive;    ///< the bytes that a signature covers
  std::string signature;  ///< empty: none
  std::string digest;
};

Result<Offered> read_offer(const std::string& source) {
  Offered offer;
  std::error_code ignored;
  if (fs::is_directory(source, ignored)) {
    EVENHAND_TRY(offer.files, plugins::read_author_folder(source));
  } else {
    EVENHAND_TRY(const Bytes bytes, read_file(source, plugins::kArchiveBytesMax));
    EVENHAND_TRY(offer.files, plugins::read_archive_untrusted(text_of(bytes)));
    if (const auto signature = read_file(source + ".minisig", kMinisignFileBytesMax); signature) offer.signature = text_of(*signature);
    else if (signature.error().code != ErrorCode::not_found) return signature.error();
  }
  const std::vector<plugins::Refusal> refusals = examine_whole(offer.files);
  if (const plugins::Refusal* wrong = plugins::first_error(refusals)) return refused(wrong->sentence(), source);
  offer.manifest = plugins::examine_manifest(offer.files.at("plugin.json")).manifest;
  EVENHAND_TRY(offer.archive, plugins::write_archive(offer.files));
  offer.files.erase(std::string(plugins::kSignatureFile));
  offer.digest = plugins::digest_of(offer.files);
  if (!offer.signature.empty()) offer.files.emplace(plugins::kSignatureFile, offer.signature);
  return offer;
}

// The trusted key that signed it; empty: nobody signed. Errors: refused (a stranger's), corrupt (does not fit).
Result<std::string> signer_of(const Offered& offer, const std::vector<plugins::TrustedKey>& trusted) {
  if (offer.signature.empty()) return std::string();
  EVENHAND_TRY(const KeyNumber number, minisign_signer_untrusted(offer.signature));
  for (const plugins::TrustedKey& one : trusted) {
    EVENHAND_TRY(const MinisignPublicKey key, MinisignPublicKey::parse_untrusted(one.key));
    if (key.number != number) continue;
    const auto verified = minisign_verify(key, view_of(offer.archive), offer.signature);
    if (!verified) return corrupt(verified.error().what, offer.manifest.id, "Fetch the plugin and its signature again.");
    return one.key;
  }
  return refused("it is signed with a key that nobody here trusts", offer.manifest.id, "Ask its author for the public key, then: evenhand plugin trust KEY");
}

bool is_agreed(const std::optional<plugins::Agreement>& before) { return before && before->is_installed && !before->is_disputed; }

// Who signed it. Of the very files that were agreed to, a copy without its signature is as good as one with it.
Result<std::string> check_signature(const Workspace& workspace, const Words& words, const Offered& offer, const std::optional<plugins::Agreement>& before) {
  const bool is_same = is_agreed(before) && before->digest == offer.digest;
  if (is_same && offer.signature.empty() && words.trust.empty()) return before->signer;
  EVENHAND_TRY(std::vector<plugins::TrustedKey> trusted, plugins::trusted_keys(workspace));
  if (is_same && !before->signer.empty()) trusted.push_back({{}, "", before->signer});
  if (!words.trust.empty()) trusted.push_back({{}, "", words.trust});
  EVENHAND_TRY(const std::string signer, signer_of(offer, trusted));
  if (!words.trust.empty() && signer != words.trust) {
    return refused("the key after --trust did not sign this plugin", offer.manifest.id, "Leave it out, or trust it by itself: evenhand plugin trust KEY");
  }
  if (!signer.empty() || words.is_unsigned) return signer;
  if (offer.manifest.kind == plugins::Kind::native) {
    return refused("nobody signed this plugin, and it holds code", offer.manifest.id, "Ask its author for a signed one, or, if you made it yourself, say --unsigned.");
  }
  if (plugins::is_about_people(offer.manifest.data_class)) {
    return refused("nobody signed this plugin, and it reads about people", offer.manifest.id, "Ask its author for a signed one, or, if you made it yourself, say --unsigned.");
  }
  return signer;
}

// What somebody agrees to is shown even with --quiet: the record says that they were shown it.
void say_consent(Console& console, const Offered& offer, const std::string& signer, const std::vector<std::string>& more, bool is_update) {
  if (console.quiet && (more.empty() || console.dry_run)) return;
  std::string text = plugins::consent_text(offer.manifest) + (signer.empty() ? "\nNobody signed it: you answer for where it came from." : "");
  for (const std::string& line : more) text += is_update ? "\n" + line : "";
  console.err << harmless_lines(text) << std::endl;
}

// A word typed on the terminal, or the flags that stand for it.
Result<void> agreed_to(Console& console, const Words& words, const Offered& offer, bool is_typed) {
  const std::string data_class(to_word(offer.manifest.data_class));
  if (!is_typed) return confirmed(console, "Agree to this, for everybody in your organisation?");
  const bool about_people = plugins::is_about_people(offer.manifest.data_class);
  const std::string how = "Say it again with --yes --consent \"" + data_class + "\".";
  if (console.yes) return words.consent == data_class ? Result<void>() : refused(about_people ? "this plugin reads " + data_class + " data; --yes alone does not agree to that" : "this is code that nobody signed; --yes alone does not agree to that", "", how);
  if (console.no_input || isatty(STDIN_FILENO) != 1) return refused("a person has to agree to what this plugin reads", "", how);
  console.err << "Agree to this, for everybody in your organisation? Type yes: " << std::flush;
  std::string answer;
  std::getline(console.in, answer);
  return answer == "yes" ? Result<void>() : refused("nothing was installed");
}

// No id of a report may be taken, and a newer version of itself is no stranger.
Result<void> check_fits(const Workspace& workspace, const Offered& offer) {
  plugins::Registry registry = shipped();
  EVENHAND_TRY(const std::vector<plugins::Agreement> agreed, plugins::agreements(workspace));
  plugins::Registry installed;
  plugins::load_installed(workspace, workspace.folder(), runners(), installed);
  for (const auto& one : installed.plugins()) {
    if (one->manifest.id != offer.manifest.id) (void)registry.add(plugins::Plugin{one->manifest, one->digest, one->make_runner}).ok();
  }
  return registry.add(plugins::Plugin{offer.manifest, offer.digest, {}});
}

Result<void> say_installed(Console& console, const Offered& offer, const std::string& signer, const std::string& how) {
  Json reports = Json::array();
  for (const auto& report : offer.manifest.reports) reports.push(report.id);
  if (console.json) {
    console.out << write_json(Json::object().set("plugin", offer.manifest.id).set("version", offer.manifest.version).set("digest", offer.digest).set("signer", signer).set("reports", reports), JsonStyle::pretty);
    return {};
  }
  console.print(how + " " + offer.manifest.id + " " + offer.manifest.version + (signer.empty() ? ", unsigned" : ""));
  if (!offer.manifest.reports.empty()) console.say("Try it: evenhand report run " + offer.manifest.reports.front().id + " --to report.html");
  return {};
}

// What is new against what was agreed to before; the person is asked again when there is anything.
std::vector<std::string> news(const std::optional<plugins::Agreement>& before, const Offered& offer, const std::string& signer) {
  if (!is_agreed(before)) return {"new here"};
  std::vector<std::string> all;
  for (const std::string& line : plugins::widening(before->demand, plugins::demand_of(offer.manifest))) all.push_back("More than before: " + line);
  for (const std::string& line : plugins::other_lines(before->consent, offer.manifest)) all.push_back("Not agreed to before: " + line);
  if (before->signer != signer) all.push_back(signer.empty() ? "Nobody signed this version." : before->signer.empty() ? "Signed now, with " + signer : "Signed with another key than before: " + signer);
  if (before->kind != to_word(offer.manifest.kind)) all.push_back("More than before: kind: " + std::string(to_word(offer.manifest.kind)) + ", before: " + before->kind);
  if (plugins::is_lower_version(offer.manifest.version, before->version)) all.push_back("An older version than before: " + offer.manifest.version + ", before: " + before->version);
  return all;
}

// Record types that it declares are known to the workspace from now on, whether or not anybody writes one.
Result<void> add_definitions(Workspace& workspace, const Offered& offer) {
  for (const Json& type : offer.manifest.types) {
    EVENHAND_TRY(const TypeDefinition definition, TypeDefinition::from_json(offer.manifest.id, type, "contributes.types"));
    EVENHAND_TRY(const std::string declared, workspace.declare(definition.canonical()));
    (void)declared;
  }
  return {};
}

// The files stand beside until the agreement is on record, and an agreement that cannot be read back is none.
Result<void> carry_out(Workspace& workspace, Console& console, const Words& words, const Offered& offer, const std::string& signer) {
  Command command;
  EVENHAND_TRY(RecordChange agreement, as_decision(workspace, plugins::agree_to(offer.manifest, offer.digest, signer)));
  command.changes.push_back(std::move(agreement));
  EVENHAND_TRY(const std::vector<plugins::TrustedKey> trusted, plugins::trusted_keys(workspace));
  const bool is_trusted = std::any_of(trusted.begin(), trusted.end(), [&](const auto& one) { return one.key == words.trust; });
  if (!words.trust.empty() && !is_trusted) {
    EVENHAND_TRY(RecordChange trust, as_decision(workspace, plugins::trust(words.trust, "Key given when " + offer.manifest.id + " was installed")));
    command.changes.push_back(std::move(trust));
  }
  EVENHAND_TRY(const Receipt rehearsed, workspace.rehearse(command));
  (void)rehearsed;
  EVENHAND_CHECK(add_definitions(workspace, offer));  // first: undo then takes back the agreement, not them
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  (void)receipt;
  EVENHAND_TRY(const std::optional<plugins::Agreement> now, plugins::find_agreement(workspace, offer.manifest.id));
  if (!is_agreed(now) || now->digest != offer.digest) {
    return unavailable("the agreement was written, and does not stand", offer.manifest.id, "Look with: evenhand plugin list");
  }
  return {};
}

std::string how_of(const std::optional<plugins::Agreement>& before, const Offered& offer) {
  if (!is_agreed(before)) return "Installed";
  return plugins::is_lower_version(offer.manifest.version, before->version) ? "Set back to" : "Updated";
}

Result<void> install(Workspace& workspace, Console& console, Words words) {
  EVENHAND_TRY(words.trust, words.trust.empty() ? Result<std::string>(std::string()) : public_key_line(words.trust));
  EVENHAND_TRY(const Offered offer, read_offer(words.source));
  if (offer.manifest.kind == plugins::Kind::built_in) return refused("a built-in plugin is linked into the program, not installed", offer.manifest.id, "Make it a pack or a native plugin.");
  EVENHAND_TRY(const std::optional<plugins::Agreement> before, plugins::find_agreement(workspace, offer.manifest.id));
  EVENHAND_TRY(const std::string signer, check_signature(workspace, words, offer, before));
  if (is_agreed(before) && before->digest == offer.digest && before->signer == signer && words.trust.empty()) {
    if (console.dry_run) return console.say("Agreed to before; its files would be put here. Nothing was installed (--dry-run)."), Result<void>();
    EVENHAND_CHECK(plugins::put_files(workspace.folder(), offer.manifest, offer.files));
    return say_installed(console, offer, before->signer, "Agreed to before; its files are here now:");
  }
  EVENHAND_CHECK(workspace.check_rights("plugin"));
  EVENHAND_CHECK(check_fits(workspace, offer));
  const std::vector<std::string> more = news(before, offer, signer);
  say_consent(console, offer, signer, more, is_agreed(before));
  if (console.dry_run) return console.say("Nothing was installed (--dry-run)."), Result<void>();
  const bool is_typed = plugins::is_about_people(offer.manifest.data_class) || (words.is_unsigned && offer.manifest.kind == plugins::Kind::native);
  if (!more.empty()) EVENHAND_CHECK(agreed_to(console, words, offer, is_typed));
  Result<void> done = plugins::stage_files(workspace.folder(), offer.manifest, offer.files);
  if (done) done = carry_out(workspace, console, words, offer, signer);
  if (!done) {
    plugins::drop_staged(workspace.folder(), offer.manifest);
    return done;
  }
  EVENHAND_CHECK(plugins::use_staged(workspace.folder(), offer.manifest));
  return say_installed(console, offer, signer, how_of(before, offer));
}

Result<void> remove(Workspace& workspace, Console& console, const std::string& id) {
  if (!plugins::is_folder_name(id)) return not_found("there is no installed plugin \"" + id + "\"", "", "See: evenhand plugin list");
  EVENHAND_TRY(const std::optional<plugins::Agreement> agreed, plugins::find_agreement(workspace, id));
  std::error_code ignored;
  // Other things lie there, too: what is kept of runs (plugin.h).
  const bool has_files = fs::is_directory(fs::symlink_status(workspace.folder() / "plugins" / id, ignored));
  const bool is_agreed = agreed && (agreed->is_installed || agreed->is_disputed);
  if (!is_agreed && !has_files) return not_found("there is no installed plugin \"" + id + "\"", "", "See: evenhand plugin list");
  if (console.dry_run) return console.say("Would remove " + id + ". Nothing was removed (--dry-run)."), Result<void>();
  EVENHAND_CHECK(confirmed(console, "Remove " + id + " for everybody in your organisation?"));
  if (is_agreed) {
    Command command;
    EVENHAND_TRY(RecordChange withdrawal, as_decision(workspace, plugins::withdraw(*agreed)));
    command.changes.push_back(std::move(withdrawal));
    EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
    (void)receipt;
  }
  EVENHAND_CHECK(plugins::remove_files(workspace.folder(), id));
  EVENHAND_CHECK(plugins::Projections::forget(workspace.folder(), id));
  if (console.json) console.out << write_json(Json::object().set("plugin", id).set("removed", true), JsonStyle::pretty);
  else console.print("Removed " + id + ". Documents that it made stay, and so does the history of who agreed to it.");
  return {};
}

}  // namespace

void add_plugin_install(CLI::App& family, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* put = add_command(family, "install", "Install one, after you agreed to what it reads",
                              "  evenhand plugin install walks --yes\n  evenhand plugin install walks --dry-run", [words, &console] {
                                with_workspace(console, console.dry_run ? OpenMode::read_only : OpenMode::read_write, [&](Workspace& workspace) { return install(workspace, console, *words); });
                              });
  put->add_option("source", words->source, "The .evhp file, its signature beside it, or a plugin's folder")->required()->type_name("FILE");
  put->add_option("--trust", words->trust, "Trust this public key from now on: the line that begins with RW, or the file that holds it")->type_name("KEY");
  put->add_option("--consent", words->consent, "With --yes: the class of data that you agree to: personal or special, and of code that nobody signed any")->type_name("CLASS");
  put->add_flag("--unsigned", words->is_unsigned, "You answer for where it came from");
  const auto id = std::make_shared<std::string>();
  CLI::App* take = add_command(family, "remove", "Remove one, broken or not", "  evenhand plugin remove org.example.walks --yes\n  evenhand plugin remove org.example.walks --dry-run", [id, &console] {
    with_workspace(console, console.dry_run ? OpenMode::read_only : OpenMode::read_write, [&](Workspace& workspace) { return remove(workspace, console, *id); });
  });
  take->add_option("plugin", *id, "Its id, as plugin list shows it")->required()->type_name("ID");
}

}  // namespace evenhand::cli
