// hub: an always-on partner that keeps what it cannot read. invite, admit and use on a laptop; accept, serve and wipe on the hub.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/membership.h"
#include "apps/cli/new_file.h"
#include "apps/cli/text.h"
#include "apps/hub/hub_server.h"
#include "core/engine/membership.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "core/os/signals.h"
#include "sync/partners/partner_book.h"

namespace evenhand::cli {

namespace {

constexpr const char* kConfigFile = "/etc/evenhand/hub.json";

struct Words {
  std::string file;
  std::string to;
  std::string space;
  std::string address;
  std::string key;
  std::string config = kConfigFile;
};

Result<void> done(Console& console, const Json& json, const std::string& sentence) {
  if (console.json) console.out << write_json(json, JsonStyle::pretty);
  else console.print(sentence);
  return {};
}

Result<void> invite_hub(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const SpaceId space, find_cycle_space(workspace, words.space));
  EVENHAND_TRY(const Bytes invitation, invite(workspace, {space}, true));
  EVENHAND_CHECK(check_new_file(words.to));
  if (console.dry_run) return console.say("Would write an invitation for a hub to " + words.to + ". Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(write_new_file(words.to, invitation));
  const std::string print = fingerprint_of(invitation);
  return done(console, Json::object().set("file", words.to).set("fingerprint", print), "Invitation for a hub: " + words.to + "  fingerprint " + print);
}

Result<void> save_hub(Workspace& workspace, const PublicKey& device, const std::string& title, const std::string& address) {
  EVENHAND_TRY(const Address at, Address::parse(address));
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  Partner partner{device, {}, title, {at.text()}, true, {}, "not exchanged yet"};
  return book.save(partner);
}

Result<void> admit_hub(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const Bytes reply, read_file(words.file, kJoiningBytesMax));
  EVENHAND_TRY(const Acceptance read, read_acceptance_untrusted(reply));
  EVENHAND_TRY(const Address at, Address::parse(words.address));
  const std::string who = read.label + ", fingerprint " + fingerprint_of(reply);
  if (!console.dry_run) EVENHAND_CHECK(confirmed(console, "Let in the hub " + who + ", to keep what it cannot read?"));
  EVENHAND_TRY(const Admitted admitted, admit(workspace, reply, Capability::relay));
  if (console.dry_run) return console.say("Would let in the hub " + who + ". Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(save_hub(workspace, admitted.device, read.label, at.text()));
  return done(console, Json::object().set("hub", read.label).set("key", admitted.device.hex()).set("address", at.text()),
              "Let in the hub " + read.label + ". Now: evenhand sync now\nOther laptops use it with: evenhand hub use " + admitted.device.hex() + " --address " + at.text());
}

Result<void> use_hub(Workspace& workspace, Console& console, const Words& words) {
  const auto key = PublicKey::from_hex(words.key);
  if (!key) return refused("a hub's key has 64 letters and digits, 0 to 9 and a to f", words.key);
  EVENHAND_TRY(const Address at, Address::parse(words.address));
  if (console.dry_run) return console.say("Would use the hub at " + at.text() + ". Nothing was saved (--dry-run)."), Result<void>();
  EVENHAND_CHECK(save_hub(workspace, *key, "Hub " + at.text(), at.text()));
  return done(console, Json::object().set("key", key->hex()).set("address", at.text()), "Uses the hub at " + at.text() + ". Now: evenhand sync now");
}

Result<void> accept_invitation(Console& console, const Words& words) {
  EVENHAND_TRY(const HubConfig config, HubConfig::read(words.config));
  EVENHAND_TRY(const Bytes bytes, read_file(words.file, kJoiningBytesMax));
  EVENHAND_TRY(const Invitation invitation, read_invitation_untrusted(bytes));
  const std::string what = counted(invitation.spaces.size(), "space") + " of " + invitation.title + ", fingerprint " + fingerprint_of(bytes);
  EVENHAND_CHECK(check_new_file(words.to));
  if (console.dry_run) {
    EVENHAND_TRY(const Bytes tried, accept_as_hub(KeyPair::make(machine_random()), bytes, config.title));
    (void)tried;
    return console.say("Would accept " + what + ". Nothing was saved (--dry-run)."), Result<void>();
  }
  EVENHAND_TRY(HubIdentity identity, HubIdentity::open(config.data, machine_random()));
  EVENHAND_TRY(const Bytes reply, accept_as_hub(identity.keys->device(), bytes, config.title));
  std::vector<SpaceId> spaces;
  for (const Charter& charter : invitation.spaces) spaces.push_back(charter.space_id());
  EVENHAND_CHECK(identity.add(config.data, spaces));
  EVENHAND_CHECK(write_new_file(words.to, reply));
  const std::string print = fingerprint_of(reply), key = identity.keys->device().public_key().hex();
  return done(console, Json::object().set("reply", words.to).set("fingerprint", print).set("key", key),
              "Accepted " + what + ".\nReply: " + words.to + "  fingerprint " + print + "\nKey of this hub: " + key + "\nA hub that runs takes notice by itself.");
}

Result<void> serve(Console& console, const Words& words) {
  EVENHAND_TRY(const HubConfig config, HubConfig::read(words.config));
  if (console.dry_run) return console.say("The configuration is sound. Nothing was started (--dry-run)."), Result<void>();
  EVENHAND_TRY(const HubIdentity identity, HubIdentity::open(config.data, machine_random()));
  EVENHAND_TRY(const WorkspaceLock lock, WorkspaceLock::take(config.data / "lock", "evenhand", "hub serve"));
  const InterruptWatch watch;
  const auto say = [&console](const std::string& line) {
    console.say(line);
    console.err << std::flush;
  };
  EVENHAND_TRY(const auto server, HubServer::open(config, identity, machine_clock(), machine_random(), say));
  say("Serving " + counted(identity.spaces.size(), "space") + " on port " + std::to_string(server->port()) + ", metrics on port " + std::to_string(server->metrics_port()));
  EVENHAND_CHECK(server->run([] { return is_interrupted(); }));
  say("Stopped.");
  return {};
}

Result<void> wipe(Console& console, const Words& words) {
  EVENHAND_TRY(const HubConfig config, HubConfig::read(words.config));
  const std::string what = (config.data / "store").string();
  if (console.dry_run) return console.say("Would throw away " + what + ". Nothing was done (--dry-run)."), Result<void>();
  EVENHAND_CHECK(confirmed(console, "Throw away " + what + "? What only this hub holds is lost; stop the hub first."));
  EVENHAND_TRY(const WorkspaceLock lock, WorkspaceLock::take(config.data / "lock", "evenhand", "hub wipe"));
  EVENHAND_CHECK(remove_tree(config.data / "store"));
  return done(console, Json::object().set("wiped", what), "Threw away " + what + ". The hub is filled again by its partners.");
}

template <class Body>
std::function<void()> here(Console& console, const std::shared_ptr<Words>& words, Body body) {
  return [&console, words, body] {
    const Result<void> ran = body(console, *words);
    if (!ran) console.fail(ran.error());
  };
}

}  // namespace

void add_hub(CLI::App& root, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* parent = add_command(root, "hub", "An always-on partner that keeps what it cannot read", "  evenhand hub serve --config /etc/evenhand/hub.json\n  evenhand hub invite --to hub-invitation.evenhand", {});
  parent->group("Partners")->require_subcommand(1);

  CLI::App* invites = add_command(*parent, "invite", "Write an invitation for a hub to a cycle space",
                                  "  evenhand hub invite --to hub-invitation.evenhand\n  evenhand hub invite --to hub-invitation.evenhand --dry-run", in_workspace(console, OpenMode::read_only, words, invite_hub));
  invites->add_option("--to", words->to, "Where to write the invitation")->required()->type_name("FILE");
  invites->add_option("--space", words->space, "The space offered (default: the one in use)")->type_name("SPACE");

  CLI::App* admits = add_command(*parent, "admit", "Let in the hub that answered", "  evenhand hub admit hub-reply.evenhand --address hub.example:7410 --yes\n  evenhand hub admit hub-reply.evenhand --address hub.example:7410 --dry-run",
                                 in_workspace(console, OpenMode::read_write, words, admit_hub));
  admits->add_option("reply", words->file, "The reply that came back")->required()->type_name("FILE");
  CLI::App* uses = add_command(*parent, "use", "Exchange through a hub that another laptop let in",
                               "  evenhand hub use 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff --address hub.example:7410\n"
                               "  evenhand hub use 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff --address hub.example:7410 --dry-run",
                               in_workspace(console, OpenMode::read_write, words, use_hub));
  uses->add_option("key", words->key, "The hub's key, as hub accept showed it")->required()->type_name("KEY");
  for (CLI::App* verb : {admits, uses}) verb->add_option("--address", words->address, "Where the hub is reached")->required()->type_name("HOST:PORT");

  CLI::App* accepts = add_command(*parent, "accept", "On the hub: take an invitation", "  evenhand hub accept hub-invitation.evenhand --to hub-reply.evenhand\n  evenhand hub accept hub-invitation.evenhand --to hub-reply.evenhand --dry-run",
                                  here(console, words, accept_invitation));
  accepts->add_option("invitation", words->file, "The file that you were given")->required()->type_name("FILE");
  accepts->add_option("--to", words->to, "Where to write the reply")->required()->type_name("FILE");
  CLI::App* serves = add_command(*parent, "serve", "On the hub: take calls until it is stopped", "  evenhand hub serve\n  evenhand hub serve --config /etc/evenhand/hub.json", here(console, words, serve));
  CLI::App* wipes = add_command(*parent, "wipe", "On the hub: throw the store away; partners fill it again", "  evenhand hub wipe --yes\n  evenhand hub wipe --dry-run", here(console, words, wipe));
  for (CLI::App* verb : {accepts, serves, wipes}) verb->add_option("--config", words->config, "The hub's configuration")->type_name("FILE");
}

}  // namespace evenhand::cli
