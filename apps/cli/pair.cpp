// pair: two laptops meet by a code, one lets the other in, and they exchange at once.
#include <CLI/CLI.hpp>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/laptops.h"
#include "apps/cli/membership.h"
#include "apps/cli/sync.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"
#include "core/os/network.h"

namespace evenhand::cli {

namespace {

struct Words {
  std::string code;
  bool is_taking_up = false;  // a code was given, be it an empty one
  std::string space;
  std::string listen = "0.0.0.0:7410";
  std::vector<std::string> addresses;
  std::vector<std::string> may;
  std::string device;  // empty: as at home
  bool is_same_organisation = false;
};

// Where others reach the port: as said, else every address of this computer.
Result<std::vector<Address>> reachable_at(const Words& words, const Address& listen, std::uint16_t port) {
  std::vector<Address> addresses;
  for (const std::string& one : words.addresses) {
    EVENHAND_TRY(Address address, Address::parse(one));
    if (one.find(':') == std::string::npos) address.port = port;
    addresses.push_back(std::move(address));
  }
  if (addresses.empty() && listen.host != "0.0.0.0" && listen.host != "::") addresses.push_back({listen.host, port});
  if (addresses.empty()) {
    for (const std::string& host : network_addresses()) addresses.push_back({host, port});
  }
  if (addresses.empty()) {
    return unavailable("this computer is in no network", "", "Join one, or name an address with --address, or go by file: evenhand partner invite --to FILE");
  }
  if (addresses.size() > kPairingAddressesMax) addresses.resize(kPairingAddressesMax);
  return addresses;
}

void show_code(Console& console, const std::string& code, const std::vector<Address>& addresses) {
  if (console.json) {
    Json list = Json::array();
    for (const Address& address : addresses) list.push(address.text());
    console.out << write_json(Json::object().set("code", code).set("addresses", std::move(list)), JsonStyle::compact) << std::endl;
    return;
  }
  console.out << code << std::endl;
  show_qr(console, code, "type the code");
  console.say("On the other laptop, within ten minutes: evenhand pair CODE");
}

void tell_paired(Console& console, const Paired& paired, const std::string& how) {
  if (console.json) {
    console.out << write_json(Json::object().set("paired", paired.partner.title).set("device", paired.partner.device.hex()).set("same_organisation", paired.is_same_organisation),
                              JsonStyle::compact) << std::endl;
  } else {
    console.print(how + harmless_line(paired.partner.title));
    console.out.flush();
  }
}

Result<void> stopped(Console& console, std::string_view what) {
  console.say(what);
  console.exit = Exit::stopped;
  return {};
}

// A partner that was not there is told by an exit code of its own; a refusal keeps the one that it has.
Result<void> fail_to_reach(Console& console, const Error& error) {
  if (error.code != ErrorCode::unavailable) return error;
  console.fail(error, Exit::unreachable);
  return {};
}

Result<void> show_and_wait(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_CHECK(workspace.hold());
  EVENHAND_TRY(const Address listen, listening_address(words.listen));
  std::vector<SpaceId> spaces;
  if (words.is_same_organisation) {
    for (const Space& space : workspace.spaces()) {
      if (space.fold.access().find_grant(workspace.keystore().device().public_key(), Capability::admin) && !space.fold.access().is_retired()) spaces.push_back(space.id);
    }
  } else {
    EVENHAND_TRY(const SpaceId id, find_cycle_space(workspace, words.space));
    spaces.push_back(id);
  }
  EVENHAND_TRY(const Bytes invitation, invite(workspace, spaces, words.is_same_organisation));
  if (console.dry_run) return console.say("Would show a code and wait for another laptop. Nothing was saved (--dry-run)."), Result<void>();
  const Capabilities usual = words.is_same_organisation ? Capabilities::all() : Capability::read | Capability::contribute | Capability::facilitate;
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  std::optional<Result<Paired>> paired;
  std::optional<Exchanged> exchanged;  // with the one that was let in
  SyncService::Hooks hooks;
  hooks.paired = [&](const Result<Paired>& how) {
    paired = how;
    if (how) tell_paired(console, *how, "Let in ");
  };
  hooks.exchanged = [&](const Exchanged& ended) {
    tell(console, ended);
    if (paired && paired->ok() && (*paired)->partner.device == ended.device) exchanged = ended;
  };
  EVENHAND_TRY(const auto service, SyncService::open(workspace, book, machine_clock(), machine_random(), std::move(hooks)));
  EVENHAND_TRY(const std::uint16_t port, service->listen(listen.host, listen.port));
  EVENHAND_TRY(const std::vector<Address> addresses, reachable_at(words, listen, port));
  EVENHAND_TRY(const PairingCode code, service->offer_pairing(invitation, words.may.empty() ? usual : capabilities_from(words.may), addresses));
  EVENHAND_TRY(const std::string text, code.text());
  show_code(console, text, addresses);
  EVENHAND_CHECK(service->run([&] { return was_stopped() || (paired && !paired->ok()) || exchanged; }));
  if (!paired || (!paired->ok() && was_stopped())) return stopped(console, "Stopped before anybody took up the code; it is void now.");
  if (!paired->ok()) return fail_to_reach(console, paired->error());
  if (!exchanged && was_stopped()) return stopped(console, "Stopped before the first exchange. They are let in: evenhand sync now goes on.");
  if (!exchanged || !exchanged->is_in_step()) console.exit = Exit::unreachable;
  return tell_what_waits(workspace, console);
}

Result<void> take_up(Workspace& workspace, Console& console, const PairingCode& code, const Words& words) {
  EVENHAND_CHECK(workspace.hold());
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  std::optional<Result<Paired>> paired;
  std::optional<Exchanged> exchanged;
  SyncService::Hooks hooks;
  hooks.paired = [&](const Result<Paired>& how) {
    if (paired && paired->ok()) return;
    paired = how;
    if (how) tell_paired(console, *how, "Paired with ");
  };
  hooks.exchanged = [&](const Exchanged& ended) {
    exchanged = ended;
    tell(console, ended);
  };
  hooks.progress = exchange_progress(console);
  EVENHAND_TRY(const auto service, SyncService::open(workspace, book, machine_clock(), machine_random(), std::move(hooks)));
  service->take_up_pairing(code, words.device.empty() ? own_label(workspace) : words.device);
  EVENHAND_CHECK(service->run([&] { return was_stopped() || (paired && !paired->ok()); }));
  // What is cut off by stopping is told as a failure too.
  if (!paired || (!paired->ok() && was_stopped())) return stopped(console, "Stopped before the pairing was done; the code may still be taken up.");
  if (!paired->ok()) return fail_to_reach(console, paired->error());
  if (!exchanged && was_stopped()) return stopped(console, "Stopped before the first exchange. The pairing holds: evenhand sync now goes on.");
  if (!exchanged || !exchanged->is_in_step()) console.exit = Exit::unreachable;
  return tell_what_waits(workspace, console);
}

Result<void> start_as_laptop(Console& console, const PairingCode& code, const Words& words) {
  const auto folder = workspace_folder(console);
  const Result<Paired> made = pair_new_laptop(code, folder, words.device.empty() ? kAnotherLaptop : words.device, machine_clock(), machine_random(), was_stopped);
  if (!made && was_stopped()) return stopped(console, "Stopped before the pairing was done; the code may still be taken up.");
  if (!made) return fail_to_reach(console, made.error());
  const Paired& paired = *made;
  tell_paired(console, paired, "Started a further laptop in " + folder.string() + ", paired with ");
  EVENHAND_TRY(Workspace workspace, Workspace::open(folder, OpenMode::read_write, machine_clock(), machine_random()));
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(folder));
  EVENHAND_CHECK(book.save(paired.partner));
  std::optional<Exchanged> exchanged;
  SyncService::Hooks hooks;
  hooks.exchanged = [&](const Exchanged& ended) {
    exchanged = ended;
    tell(console, ended);
  };
  hooks.progress = exchange_progress(console);
  EVENHAND_TRY(const auto service, SyncService::open(workspace, book, machine_clock(), machine_random(), std::move(hooks)));
  service->call(paired.partner);
  EVENHAND_CHECK(service->run(was_stopped));
  if (!exchanged || !exchanged->is_in_step()) console.exit = Exit::unreachable;
  return {};
}

void run_pair(Console& console, const Words& words) {
  if (words.is_taking_up && words.code.empty()) return (void)console.fail(refused("the code is empty", "", "Type what the other laptop shows, or leave it out to show one."));
  if (words.code.empty()) {
    return with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return show_and_wait(workspace, console, words); });
  }
  const auto code = PairingCode::parse(words.code);
  if (!code) return (void)console.fail(code.error());
  std::error_code ignored;
  const bool has_workspace = std::filesystem::exists(workspace_folder(console) / "workspace.json", ignored);
  const std::string would = "Would call " + code->addresses.front().text() + " and pair. Nothing was saved (--dry-run).";
  if (console.dry_run && !has_workspace) return console.say(would);
  if (console.dry_run) {
    return with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) -> Result<void> {
      EVENHAND_CHECK(workspace.hold());
      console.say(would);
      return {};
    });
  }
  if (has_workspace) {
    return with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return take_up(workspace, console, *code, words); });
  }
  if (const auto started = start_as_laptop(console, *code, words); !started) console.fail(started.error());
}

}  // namespace

void add_pair(CLI::App& root, Console& console) {
  const auto words = std::make_shared<Words>();
  CLI::App* pair = add_command(root, "pair", "Meet another laptop: show a code, or take one up", "  evenhand pair --dry-run\n  evenhand pair --same-organisation --dry-run",
                               {});
  pair->callback([words, &console, pair] {
    words->is_taking_up = pair->count("code") > 0;
    run_pair(console, *words);
  });
  pair->group("Partners");
  pair->add_option("code", words->code, "The code that the other laptop shows; without one, this laptop shows one")->type_name("CODE");
  pair->add_option("--space", words->space, "The space to let them into (default: the one in use)")->type_name("SPACE");
  pair->add_flag("--same-organisation", words->is_same_organisation, "For a further laptop of your own organisation, people's records included");
  pair->add_option("--may", words->may, "What they may do: read, contribute, facilitate, sign-off, admin, relay or all (default: the first three; all for a laptop of yours)")
      ->delimiter(',')->check(CLI::IsMember({"read", "contribute", "facilitate", "sign-off", "admin", "relay", "all"}))->type_name("WORDS");
  pair->add_option("--listen", words->listen, "Where to listen (default: 0.0.0.0:7410)")->type_name("HOST:PORT");
  pair->add_option("--address", words->addresses, "Where the other laptop reaches this one (default: its addresses)")->type_name("HOST:PORT");
  pair->add_option("--device", words->device, std::string(kDeviceHelp) + " (default: as at home; a new one: " + kAnotherLaptop + ")")->type_name("TEXT");
}

}  // namespace evenhand::cli
