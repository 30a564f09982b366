// partner: who is in the shared spaces, letting in and removing; join: coming in.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <istream>
#include <memory>
#include <ostream>
#include <set>

#include "apps/cli/commands.h"
#include "apps/cli/exchanged_file.h"
#include "apps/cli/laptops.h"
#include "apps/cli/membership.h"
#include "apps/cli/new_file.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"
#include "core/os/files.h"
#include "core/policy/name_key.h"

namespace evenhand::cli {

Result<void> confirmed(Console& console, const std::string& question) {
  if (console.yes) return {};
  if (console.no_input || isatty(STDIN_FILENO) != 1) return refused(question, "", "If you are sure, say it again with --yes.");
  console.err << question << " Type yes: " << std::flush;
  std::string answer;
  std::getline(console.in, answer);
  return answer == "yes" ? Result<void>() : refused("nothing was changed");
}

Result<std::vector<PublicKey>> devices_named(const Space& space, const std::string& words) {
  if (words.empty()) return refused("no partner is named", "", "See: evenhand partner list");
  const Access& access = space.fold.access();
  const std::string wanted = name_key(words);
  std::vector<const Device*> exact, in_part;
  for (const Device& device : access.devices()) {
    const std::vector<std::string> names = names_of(space, device.organisation);
    const bool by_key = words.size() >= 8 && device.key.hex().starts_with(words);
    const bool by_name = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name_key(name) == wanted; });
    const bool by_part = std::any_of(names.begin(), names.end(), [&](const std::string& name) { return name_key(name).find(wanted) != std::string::npos; });
    if (by_key || name_key(device.label) == wanted || by_name) exact.push_back(&device);
    else if (by_part) in_part.push_back(&device);
  }
  const std::vector<const Device*>& found = exact.empty() ? in_part : exact;
  if (found.empty()) return not_found("there is no partner or device \"" + words + "\" in " + space_title(space), "", "See: evenhand partner list");
  std::set<EntityId> organisations;
  std::string keys;
  std::vector<PublicKey> devices;
  for (const Device* device : found) {
    organisations.insert(device->organisation);
    keys += (keys.empty() ? "" : "; ") + device->label + " " + device->key.hex().substr(0, 16);
    devices.push_back(device->key);
  }
  if (organisations.size() > 1) return refused("\"" + words + "\" fits " + std::to_string(organisations.size()) + " organisations: " + keys, "", "Write the start of the key of the one that you mean.");
  return devices;
}

namespace {

struct Words {
  std::string file;
  std::string to;
  std::string space;
  std::string who;
  std::string device;  // empty: as at home
  std::vector<std::string> may;
  bool is_same_organisation = false;
};

Result<void> done(Console& console, const Json& json, const std::string& sentence) {
  if (console.json) console.out << write_json(json, JsonStyle::pretty);
  else console.print(sentence);
  return {};
}

Result<void> list_partners(Workspace& workspace, Console& console) {
  TextTable table({"Space", "Organisation", "Device", "May", ""});
  Json list = Json::array();
  const PublicKey own = workspace.keystore().device().public_key();
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;
    const Access& access = space.fold.access();
    EVENHAND_TRY(const std::vector<QuarantinedWork> work, quarantined(space));
    for (const Device& device : access.devices()) {
      const auto member = std::find_if(access.members().begin(), access.members().end(), [&](const Member& m) { return m.organisation == device.organisation; });
      const auto waiting = std::count_if(work.begin(), work.end(), [&](const QuarantinedWork& w) { return w.device == device.key && w.can_be_adopted; });
      std::string note = device.key == own ? "this one" : member->has_left ? "left" : device.is_removed ? "removed" : "";
      if (waiting > 0) note += (note.empty() ? "" : ", ") + counted(static_cast<std::uint64_t>(waiting), "change") + (waiting == 1 ? " does not count" : " do not count");
      const std::string name = name_of(space, device.organisation);
      table.add({space_title(space), name, device.label, device.capabilities.words(), note});
      list.push(Json::object().set("space", space_code(space)).set("organisation", name).set("device", device.label).set("key", device.key.hex())
                    .set("may", device.capabilities.words()).set("removed", device.is_removed).set("left", member->has_left).set("this_one", device.key == own)
                    .set("quarantined", static_cast<std::int64_t>(waiting)));
    }
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

Result<void> write_joining(Console& console, const std::string& to, const Bytes& bytes, const std::string& what, const std::string& next) {
  EVENHAND_CHECK(write_new_file(to, bytes));
  EVENHAND_CHECK(done(console, Json::object().set("file", to).set("fingerprint", fingerprint_of(bytes)), "Wrote the " + what + " to " + to + "  fingerprint " + fingerprint_of(bytes)));
  console.say(next);
  return {};
}

Result<void> invite_partner(Workspace& workspace, Console& console, const Words& words) {
  std::vector<SpaceId> spaces;
  if (!words.space.empty() || !words.is_same_organisation) {
    EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
    spaces.push_back(id);
  } else {  // a laptop of our own gets everything that this one may give
    for (const Space& space : workspace.spaces()) {
      if (space.fold.access().find_grant(workspace.keystore().device().public_key(), Capability::admin) && !space.fold.access().is_retired()) spaces.push_back(space.id);
    }
  }
  EVENHAND_TRY(const Bytes bytes, invite(workspace, spaces, words.is_same_organisation));
  EVENHAND_CHECK(check_new_file(words.to));
  if (console.dry_run) return console.say("Would write an invitation to " + words.to + ". Nothing was saved (--dry-run)."), Result<void>();
  return write_joining(console, words.to, bytes, "invitation",
                       "Hand the file over. When it goes by mail or chat, let the other side read the fingerprint to you. Their reply goes into: evenhand partner admit REPLY");
}

Result<void> join_spaces(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_CHECK(check_kind_of(words.file, ExchangedFile::invitation));
  EVENHAND_TRY(const Bytes invitation, read_file(words.file, kJoiningBytesMax));
  EVENHAND_TRY(const Invitation read, read_invitation_untrusted(invitation));
  console.say("Invitation from " + read.title + "  fingerprint " + fingerprint_of(invitation) + ". Is it the one that they see?");
  EVENHAND_CHECK(check_new_file(words.to));
  EVENHAND_TRY(const Bytes reply, accept(workspace, invitation, words.device.empty() ? own_label(workspace) : words.device));
  if (console.dry_run) return console.say("Would join " + counted(read.spaces.size(), "space") + ". Nothing was saved (--dry-run)."), Result<void>();
  return write_joining(console, words.to, reply, "reply", "Send it back to " + read.title + ". What the space holds comes with the first exchange.");
}

Result<void> admit_partner(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_CHECK(check_kind_of(words.file, ExchangedFile::reply));
  EVENHAND_TRY(const Bytes reply, read_file(words.file, kJoiningBytesMax));
  EVENHAND_TRY(const Acceptance read, read_acceptance_untrusted(reply));
  const Capabilities may = words.may.empty() ? Capability::read | Capability::contribute | Capability::facilitate : capabilities_from(words.may);
  const std::string who = read.title + " (" + read.label + ")";
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, "Let in " + who + ", fingerprint " + fingerprint_of(reply) + ", to " + may.words() + "?"));
  EVENHAND_TRY(const Admitted admitted, admit(workspace, reply, may));
  if (console.dry_run) {
    console.say(admitted.spaces.empty() ? who + " was let in already." : "Would let in " + who + "  fingerprint " + fingerprint_of(reply) + ", to " + may.words() + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_CHECK(done(console, Json::object().set("admitted", admitted.title).set("key", admitted.device.hex()).set("spaces", static_cast<std::int64_t>(admitted.spaces.size())).set("may", may.words()),
                      admitted.spaces.empty() ? who + " was let in already." : "Let in " + who + ", to " + may.words() + "."));
  return {};
}

Result<void> remove_partner(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
  const Space& space = *workspace.find_space(id);
  EVENHAND_TRY(const std::vector<PublicKey> devices, devices_named(space, words.who));
  const std::string what = words.who + " (" + counted(devices.size(), "device") + ") from " + space_title(space);
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, "Remove " + what + "? What came from there until now still counts."));
  EVENHAND_CHECK(remove_devices(workspace, id, devices));
  if (console.dry_run) return console.say("Would remove " + what + ". Nothing was saved (--dry-run)."), Result<void>();
  return done(console, Json::object().set("removed", words.who).set("devices", static_cast<std::int64_t>(devices.size())),
              "Removed " + what + ". They keep what they have; what is written from now on is sealed under a new key. Who exchanges by files is told by one: evenhand sync send --to FILE --for NAME");
}

Result<void> adopt_work(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
  EVENHAND_TRY(const std::vector<PublicKey> devices, devices_named(*workspace.find_space(id), words.who));
  std::size_t events = 0;
  Result<std::size_t> last = std::size_t{0};
  for (const PublicKey& device : devices) {
    last = adopt(workspace, id, device);
    if (last) events += *last;
    else if (last.error().code != ErrorCode::not_found) return last.error();
  }
  if (events == 0) return last.error();
  if (console.dry_run) return console.say("Would let " + counted(events, "change") + " of " + words.who + " count. Nothing was saved (--dry-run)."), Result<void>();
  return done(console, Json::object().set("adopted", static_cast<std::int64_t>(events)), "Now count after all: " + counted(events, "change") + " of " + words.who);
}

Result<void> leave_space(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
  const std::string title = space_title(*workspace.find_space(id));
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, "Leave " + title + " with all devices of your organisation? What you entered stays with the others."));
  EVENHAND_CHECK(leave(workspace, id));
  if (console.dry_run) return console.say("Would leave " + title + ". Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(done(console, Json::object().set("left", title), "Left " + title + ". The others learn of it when you call them: evenhand sync now. By file: evenhand sync send --to FILE --for PARTNER"));
  if (workspace.space_of(SpaceKind::cycle).id == id) console.say("It is the space in use still. Choose another: evenhand space use NAME");
  return {};
}

Result<void> restore_rights(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
  const std::string title = space_title(*workspace.find_space(id));
  EVENHAND_CHECK(restore_admin(workspace, id));
  if (console.dry_run) return console.say("Would make this device admin of " + title + " again. Nothing was saved (--dry-run)."), Result<void>();
  return done(console, Json::object().set("restored", title), "This device is admin of " + title + " again, by your organisation's root key.");
}

using Verb = Result<void> (*)(Workspace&, Console&, const Words&);

std::function<void()> running(Console& console, OpenMode mode, const std::shared_ptr<Words>& words, Verb verb) {
  return [&console, mode, words, verb] { with_workspace(console, mode, [&](Workspace& workspace) { return verb(workspace, console, *words); }); };
}

}  // namespace

void add_partner_verbs(CLI::App& root, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* join = add_command(root, "join", "Join a partner's space with your organisation", "  evenhand join invitation.evenhand --to reply.evenhand\n  evenhand join invitation.evenhand --to reply.evenhand --dry-run",
                               running(console, OpenMode::read_write, words, join_spaces));
  join->group("Partners");
  join->add_option("invitation", words->file, "The file that you were given")->required()->type_name("FILE");
  join->add_option("--to", words->to, "Where to write the reply")->required()->type_name("FILE");
  join->add_option("--device", words->device, std::string(kDeviceHelp) + " (default: as at home)")->type_name("TEXT");

  CLI::App* parent = add_command(root, "partner", "Organisations and laptops that you work with", "  evenhand partner list\n  evenhand partner invite --to to-fenmarsh.evenhand", {});
  parent->group("Partners")->require_subcommand(1);
  add_command(*parent, "list", "Who is in the shared spaces, and what they may do", "  evenhand partner list\n  evenhand partner list --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return list_partners(workspace, console); });
  });
  CLI::App* invite_verb = add_command(*parent, "invite", "Write an invitation for another organisation, or for a further laptop of yours",
                                      "  evenhand partner invite --to to-partner.evenhand\n  evenhand partner invite --to to-our-laptop.evenhand --same-organisation",
                                      running(console, OpenMode::read_only, words, invite_partner));
  invite_verb->add_option("--to", words->to, "Where to write the invitation")->required()->type_name("FILE");
  invite_verb->add_flag("--same-organisation", words->is_same_organisation, "For a further laptop of your own organisation, people's records included");
  invite_verb->add_option("--space", words->space, "The space offered (default: the one in use)")->type_name("SPACE");
  CLI::App* admit_verb = add_command(*parent, "admit", "Let in whoever answered your invitation", "  evenhand partner admit partner-reply.evenhand --yes\n  evenhand partner admit partner-reply.evenhand --may read --dry-run",
                                     running(console, OpenMode::read_write, words, admit_partner));
  admit_verb->add_option("reply", words->file, "The reply that came back")->required()->type_name("FILE");
  admit_verb->add_option("--may", words->may, "What they may do: read, contribute, facilitate, sign-off, admin, relay or all (default: the first three)")
      ->delimiter(',')->check(CLI::IsMember({"read", "contribute", "facilitate", "sign-off", "admin", "relay", "all"}))->type_name("WORDS");
  CLI::App* remove_verb = add_command(*parent, "remove", "Take a partner, or one laptop, out of a shared space", "  evenhand partner remove \"Westfen\" --yes\n  evenhand partner remove \"Westfen\" --dry-run",
                                      running(console, OpenMode::read_write, words, remove_partner));
  CLI::App* adopt_verb = add_command(*parent, "adopt", "Let work of a removed laptop count after all", "  evenhand partner adopt \"Westfen\"\n  evenhand partner adopt \"Westfen\" --dry-run",
                                     running(console, OpenMode::read_write, words, adopt_work));
  for (CLI::App* verb : {remove_verb, adopt_verb}) {
    verb->add_option("partner", words->who, "Organisation or device, as partner list names it, or the start of its key")->required()->type_name("PARTNER");
    verb->add_option("--space", words->space, "The space (default: the one in use)")->type_name("SPACE");
  }
  CLI::App* leave_verb = add_command(*parent, "leave", "Take your organisation out of a shared space", "  evenhand partner leave --space Northfen --yes\n  evenhand partner leave --space Northfen --dry-run",
                                     running(console, OpenMode::read_write, words, leave_space));
  leave_verb->add_option("--space", words->space, "The space (default: the one in use)")->type_name("SPACE");
  CLI::App* restore_verb = add_command(*parent, "restore", "Make this laptop admin again, by the root key of the organisation that founded the space",
                                       "  evenhand partner restore\n  evenhand partner restore --dry-run", running(console, OpenMode::read_write, words, restore_rights));
  restore_verb->add_option("--space", words->space, "The space (default: the one in use)")->type_name("SPACE");
}

}  // namespace evenhand::cli
