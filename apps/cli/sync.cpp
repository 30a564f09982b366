// sync now, serve, watch, log: exchanges over the network. By file: sync_file.cpp; with whom: sync_partners.cpp.
#include "apps/cli/sync.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <ostream>
#include <thread>
#include <utility>

#include "apps/cli/alarm.h"
#include "apps/cli/commands.h"
#include "apps/cli/membership.h"
#include "apps/cli/sync_partners.h"
#include "apps/cli/text.h"
#include "apps/shared/qr_code.h"
#include "core/engine/attachments.h"
#include "core/engine/membership.h"
#include "core/engine/problems.h"
#include "core/os/files.h"
#include "core/os/workspace_lock.h"
#include "core/store/reopening.h"

namespace evenhand::cli {

namespace {

constexpr std::chrono::milliseconds kTurn{200};
constexpr int kTurnsToReopen = 25;                    // at the least, so that a disk that stays full is not tried all the time
constexpr int kTurnsToTryAgain = 5;
constexpr std::size_t kAttachmentsCounted = 100'000;  // of one space

struct Words {
  std::string partner;
  std::string listen = "0.0.0.0:7410";
  std::string address;
  int every = 60;
  std::size_t most = 20;
};

std::string not_empty(const std::string& words) { return words.empty() ? "it is empty" : ""; }

std::string is_address(const std::string& words) {
  const auto address = Address::parse(words);
  return address ? "" : "this is no address, such as 192.0.2.7:7410 or laptop.example:7410";
}

// A cut or refused exchange outweighs a partner that was not there, which outweighs nothing.
void note_exit(Console& console, const Exchanged& exchanged) {
  if (exchanged.is_in_step()) return;
  if (!exchanged.departures.empty()) {
    console.exit = Exit::not_allowed;
    return;
  }
  const bool was_reached = exchanged.outcome.end != SessionEnd::running;
  if (console.exit == Exit::done || was_reached) console.exit = was_reached && exchanged.outcome.end == SessionEnd::refused ? Exit::failed : Exit::unreachable;
}

struct Line {
  std::unique_ptr<SyncService> service;
  std::string alarm;  // as it was told last
  Json told = Json::array();
};

// Whoever watches for days is told once, and again when another laptop joins in.
void tell_alarm(Line& line, const Workspace& workspace, Console& console) {
  const auto two_pasts = find_two_pasts(workspace);
  const std::string words = two_pasts ? alarm_words(workspace, *two_pasts) : "";
  if (!words.empty() && words != line.alarm) console.say("ALARM: " + words);
  line.alarm = words;
}

Result<void> open_line(Line& line, Workspace& workspace, PartnerBook& book, Console& console, bool as_it_happens) {
  SyncService::Hooks hooks;
  hooks.exchanged = [&line, &workspace, &console, as_it_happens](const Exchanged& exchanged) {
    note_exit(console, exchanged);
    line.told.push(to_json(exchanged));
    if (!console.json || as_it_happens) tell(console, exchanged);
    if (as_it_happens && exchanged.received > 0) tell_alarm(line, workspace, console);
  };
  hooks.progress = exchange_progress(console);
  EVENHAND_TRY(line.service, SyncService::open(workspace, book, machine_clock(), machine_random(), std::move(hooks)));
  return {};
}

// Whom nobody can call: what waits for them goes by a file. What came in this exchange counts.
Result<void> tell_file_partners(const Workspace& workspace, PartnerBook& book, Console& console, Json& told) {
  EVENHAND_TRY(const std::vector<FilePartner> partners, file_partners(workspace, book));
  for (const FilePartner& partner : partners) {
    told.push(to_json(partner));
    if (console.json || partner.apart.not_there == 0) continue;
    console.print(cut_to(partner.title, 40) + "  " + partner.last_files(machine_clock().now()) + "; " + counted(partner.apart.not_there, "change") + " waiting  " + partner.command());
  }
  return {};
}

Result<void> sync_now(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  std::vector<Partner> wanted;
  EVENHAND_TRY(const std::vector<FilePartner> by_file, file_partners(workspace, book));
  if (words.partner.empty() && !words.address.empty()) return refused("an address is given and no partner", words.address, "Say whose it is: evenhand sync now PARTNER --address " + words.address);
  if (words.partner.empty()) {
    for (const Partner& partner : book.partners()) {
      if (!partner.addresses.empty()) wanted.push_back(partner);
    }
    if (wanted.empty()) return nobody_to_call(book, by_file);
  } else {
    EVENHAND_TRY(Partner one, partner_meant(workspace, book, words.partner));
    if (!words.address.empty()) std::erase(one.addresses, words.address);
    if (!words.address.empty()) one.addresses.insert(one.addresses.begin(), words.address);
    wanted.push_back(std::move(one));
  }
  EVENHAND_CHECK(workspace.hold());
  if (console.dry_run) return console.say("Would call " + counted(wanted.size(), "partner") + ". Nothing was exchanged (--dry-run)."), Result<void>();
  Line line;
  EVENHAND_CHECK(open_line(line, workspace, book, console, false));
  for (const Partner& partner : wanted) line.service->call(partner);
  EVENHAND_CHECK(line.service->run(was_stopped));
  const bool are_all_done = line.told.size() >= wanted.size();
  if (words.partner.empty()) EVENHAND_CHECK(tell_file_partners(workspace, book, console, line.told));
  if (console.json) console.out << write_json(line.told, JsonStyle::pretty);
  if (!are_all_done && was_stopped()) {
    console.say("Stopped before every partner was done; what came is kept. Go on with: evenhand sync now");
    console.exit = Exit::stopped;
  }
  return tell_what_waits(workspace, console);
}

Result<void> serve(Workspace& workspace, Console& console, const Words& words, bool calls) {
  EVENHAND_TRY(const Address at, listening_address(words.listen));
  EVENHAND_CHECK(workspace.hold());
  if (console.dry_run) return console.say("Would take calls at " + at.text() + ". Nothing was exchanged (--dry-run)."), Result<void>();
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  Line line;
  EVENHAND_CHECK(open_line(line, workspace, book, console, true));
  EVENHAND_TRY(const std::uint16_t port, line.service->listen(at.host, at.port));
  console.say("Taking calls at " + Address{at.host, port}.text() + ". Ctrl-C ends it; what came is saved.");
  if (calls) line.service->call_all_every(words.every);
  EVENHAND_CHECK(line.service->run([] { return was_stopped() || a_store_waits_to_be_reopened(); }));
  console.exit = Exit::done;  // a partner that was away for a while is no failure of a watch
  return {};
}

// After so many turns at the least. False when it was stopped meanwhile.
bool wait_until(int turns_least, const std::function<bool()>& is_so) {
  for (int turns = 0; !was_stopped(); ++turns) {
    if (turns >= turns_least && is_so()) return true;
    std::this_thread::sleep_for(kTurn);
  }
  return false;
}

bool wait_for_room(Console& console) {
  console.say("Writing failed. The workspace is opened again as soon as there is room on the disk; Ctrl-C ends it.");
  return wait_until(kTurnsToReopen, [folder = workspace_folder(console)] {
    const auto room = free_bytes(folder);
    return room && *room >= kFreeBytesToReopen;
  });
}

// Goes on for weeks: a disk that was full for a moment must not end it, nor leave it running and taking nothing in, whoever took the workspace meanwhile.
void keep_serving(Console& console, const Words& words, bool calls) {
  std::string said;
  for (bool has_served = false, goes_on = true; goes_on;) {
    goes_on = false;
    std::optional<Error> failure;
    const auto keep = [&](const Error& error) { failure = error; };
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) {
      const auto done = serve(workspace, console, words, calls);
      goes_on = !was_stopped() && a_store_waits_to_be_reopened();
      return goes_on ? Result<void>() : done;
    }, keep);
    if (failure && (!has_served || failure->code != ErrorCode::unavailable)) {
      console.fail(*failure);
    } else if (failure) {
      if (std::exchange(said, failure->what) != failure->what) console.say("The workspace cannot be opened again now: " + failure->what + ". It is tried until it can; Ctrl-C ends it.");
      goes_on = wait_until(kTurnsToTryAgain, [lock = workspace_folder(console) / "lock"] {
        const auto holder = WorkspaceLock::holder(lock);
        return !holder || !*holder;
      });
    } else if (goes_on) {
      has_served = true;
      said.clear();
      goes_on = wait_for_room(console);
    }
  }
}

Result<void> list_exchanges(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(const std::vector<ExchangeEntry> entries, ExchangeLog(workspace.folder()).read(words.most));
  TextTable table({"When", "Partner", "How", "What came of it"}, true);
  Json list = Json::array();
  for (const ExchangeEntry& entry : entries) {
    table.add({clock_text(entry.when), entry.partner, entry.how, entry.outcome});
    list.push(Json::object().set("when_ms", entry.when.ms).set("partner", entry.partner).set("how", entry.how).set("sent", entry.sent).set("received", entry.received)
                  .set("outcome", entry.outcome));
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else if (table.is_empty()) {
    console.say("Nothing was exchanged yet.");
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  return {};
}

}  // namespace

Json to_json(const Exchanged& exchanged) {
  return Json::object()
      .set("partner", exchanged.partner)
      .set("by", "network")
      .set("device", exchanged.device.hex())
      .set("in_step", exchanged.is_in_step())
      .set("sent", exchanged.sent)
      .set("received", exchanged.received)
      .set("forks", std::accumulate(exchanged.outcome.spaces.begin(), exchanged.outcome.spaces.end(), std::int64_t{0},
                                    [](std::int64_t sum, const SpaceOutcome& space) { return sum + static_cast<std::int64_t>(space.forks.size()); }))
      .set("outcome", exchanged.sentence());
}

void tell(Console& console, const Exchanged& exchanged) {
  if (console.json) {
    console.out << write_json(to_json(exchanged), JsonStyle::compact) << std::endl;  // a line per exchange, as they happen
    return;
  }
  console.print(cut_to(harmless_line(exchanged.partner), 40) + "  " + harmless_line(exchanged.sentence()) + "  " + (exchanged.is_in_step() ? "done" : "NOT DONE"));
  console.out.flush();
  if (std::abs(exchanged.outcome.skew_minutes) >= 2) {
    console.say("Its clock is " + std::to_string(std::abs(exchanged.outcome.skew_minutes)) + " minutes " + (exchanged.outcome.skew_minutes > 0 ? "ahead of" : "behind") + " ours. Times shown may mislead; nothing else depends on them.");
  }
  if (!exchanged.departures.empty()) console.say("What is written there counts for nobody else any more. Choose another space: evenhand space use NAME");
}

std::string attachments_wait(std::size_t count) {
  return counted(count, "attachment") + (count == 1 ? " is" : " are") + " not here yet: they come from a laptop or a hub that has them, or in a file";
}

Result<std::size_t> count_lacking_attachments(const Workspace& workspace) {
  std::size_t lacking = 0;
  for (const Space& space : workspace.spaces()) {
    EVENHAND_TRY(const auto some, lacking_attachments(space, kAttachmentsCounted));
    lacking += some.size();
  }
  return lacking;
}

Result<void> tell_what_waits(const Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::size_t lacking, count_lacking_attachments(workspace));
  if (lacking > 0) console.say(attachments_wait(lacking));
  EVENHAND_TRY(const std::vector<TwoPasts> two_pasts, find_two_pasts(workspace));
  if (!two_pasts.empty()) console.say("ALARM: " + alarm_words(workspace, two_pasts));
  EVENHAND_TRY(const std::vector<Conflict> conflicts, workspace.conflicts());
  EVENHAND_TRY(const std::vector<Twins> twins, find_twins(workspace));
  if (const std::size_t all = conflicts.size() + twins.size(); all > 0) {
    const std::string_view where = twins.empty() ? "conflict list" : conflicts.empty() ? "conflict twins" : "conflict list, and evenhand conflict twins for what may be entered twice";
    console.say(with_commas(all) + (all == 1 ? " thing needs" : " things need") + " you: evenhand " + std::string(where));
  }
  if (const std::string advice = advice_on_space_in_use(workspace); !advice.empty()) console.say(advice);
  return {};
}

void show_qr(Console& console, const std::string& text, std::string_view otherwise) {
  const std::optional<std::size_t> columns = error_columns();
  if (!columns || console.plain || console.quiet) return;
  const std::vector<std::string> lines = qr_lines(text);
  const std::size_t needed = lines.empty() ? 0 : letters_in(lines.front());
  if (needed > *columns) {
    return console.say("The QR code needs " + std::to_string(needed) + " columns, and this window has " + std::to_string(*columns) + ": make it wider, or " + std::string(otherwise));
  }
  for (const std::string& line : lines) console.err << line << '\n';
}

std::function<void(const std::string&, const SessionProgress&)> exchange_progress(const Console& console) {
  if (console.quiet) return {};
  const auto bars = std::make_shared<std::map<std::string, Progress>>();  // one a partner, so that each counts its own second
  return [bars, &console](const std::string& partner, const SessionProgress& progress) {
    const std::uint64_t all = progress.events_to_receive + progress.events_to_send;
    if (all == 0) return;
    Progress& bar = bars->try_emplace(partner, progress_for(console)).first->second;
    bar("Exchanging with " + partner, progress.events_received + progress.events_sent, all);
  };
}

Result<Address> listening_address(const std::string& words) {
  if (!words.ends_with(":0")) return Address::parse(words);
  EVENHAND_TRY(Address any_port, Address::parse(std::string_view(words).substr(0, words.size() - 2)));
  any_port.port = 0;
  return any_port;
}

void add_sync(CLI::App& root, Console& console) {
  const auto words = std::make_shared<Words>();
  const auto running = [words, &console](OpenMode mode, Result<void> (*verb)(Workspace&, Console&, const Words&)) {
    return [words, &console, mode, verb] { with_workspace(console, mode, [&](Workspace& workspace) { return verb(workspace, console, *words); }); };
  };
  CLI::App* parent = add_command(root, "sync", "Exchange with partners and with your other laptops", "  evenhand sync now --dry-run\n  evenhand sync partners", {});
  parent->group("Partners")->require_subcommand(1);
  CLI::App* now = add_command(*parent, "now", "Call every partner that has an address, or one", "  evenhand sync now\n  evenhand sync now Westfen --address 192.0.2.7:7410 --dry-run", running(OpenMode::read_write, sync_now));
  now->add_option("partner", words->partner, "Whom, by part of its name (default: all)")->check(not_empty)->type_name("PARTNER");
  now->add_option("--address", words->address, "Where it is today")->check(is_address)->type_name("HOST:PORT");
  CLI::App* serve_verb = add_command(*parent, "serve", "Take partners' calls until Ctrl-C", "  evenhand sync serve --dry-run\n  evenhand sync serve --listen 127.0.0.1:7410 --dry-run",
                                     [words, &console] { keep_serving(console, *words, false); });
  CLI::App* watch = add_command(*parent, "watch", "Take calls, and call every partner now and then", "  evenhand sync watch --dry-run\n  evenhand sync watch --every 300 --dry-run",
                                [words, &console] { keep_serving(console, *words, true); });
  watch->add_option("--every", words->every, "Seconds between calls (default: 60)")->check(CLI::Range(5, 86'400))->type_name("SECONDS");
  for (CLI::App* verb : {serve_verb, watch}) verb->add_option("--listen", words->listen, "Where to listen (default: 0.0.0.0:7410, every network of this computer)")->type_name("HOST:PORT");
  add_sync_partners(*parent, console);
  CLI::App* log = add_command(*parent, "log", "What was exchanged, newest last", "  evenhand sync log\n  evenhand sync log --most 5", running(OpenMode::read_only, list_exchanges));
  log->add_option("--most", words->most, "How many (default: 20)")->check(CLI::Range(1, 10'000))->type_name("NUMBER");
  add_sync_files(*parent, console);
}

}  // namespace evenhand::cli
