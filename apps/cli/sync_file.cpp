// sync send, receive, request: exchanges by a sealed file, for a stick, a chat or an e-mail.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <istream>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/exchanged_file.h"
#include "apps/cli/file_partners.h"
#include "apps/cli/membership.h"
#include "apps/cli/new_file.h"
#include "apps/cli/passphrase.h"
#include "apps/cli/recipients.h"
#include "apps/cli/sync.h"
#include "apps/cli/text.h"
#include "core/engine/attachments.h"
#include "core/engine/membership.h"
#include "core/os/files.h"
#include "sync/bundle/bundle.h"
#include "sync/bundle/record.h"
#include "sync/bundle/request.h"
#include "sync/replica/workspace_replica.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kAbsentNamed = 20;

struct Words {
  std::string to;
  std::vector<std::string> partners;
  std::string request;
  std::string passphrase_file;
  bool passphrase = false;
  bool no_attachments = false;
  std::uint64_t part_mib = 0;
  std::vector<std::string> files;
};

Result<std::optional<std::string>> passphrase_of(Console& console, const Words& words) {
  if (!words.passphrase_file.empty()) {
    EVENHAND_TRY(std::string text, passphrase_from_file(console, words.passphrase_file));
    return std::optional(std::move(text));
  }
  if (!words.passphrase) return std::optional<std::string>();
  if (console.no_input) return refused("a passphrase is needed", "", "Put it into a file that only you can read: --passphrase-file FILE");
  return std::optional(hidden_line(console, "Passphrase of the file:"));
}

// The spaces that every recipient may read, and what they are known to hold.
struct Load {
  std::vector<BundleSpace> spaces;
  std::vector<std::unique_ptr<FarewellSpace>> farewells;  // to one device: of spaces that it is in no more
  std::vector<SpaceLeftOut> without_key;
  std::uint64_t attachments = 0;
};

constexpr std::string_view kKeyComes = "It comes with a file of an admin of the space, or from one over the network: evenhand sync now";

Result<Load> load_for(Workspace& workspace, WorkspaceReplica& replica, PartnerBook& book, const std::vector<PublicKey>& devices,
                      const std::optional<BundleRequest>& request, const Words& words) {
  Load load;
  for (ReplicaSpace* space : replica.spaces_for(devices.front())) {
    const bool all_may = std::all_of(devices.begin(), devices.end(), [&](const PublicKey& device) {
      const auto seen = replica.spaces_for(device);
      return std::find(seen.begin(), seen.end(), space) != seen.end();
    });
    if (!all_may) continue;
    BundleSpace one{space, {}, workspace.current_epoch(space->id()), {}};
    EVENHAND_TRY(const VersionVector ours, space->vector());
    if (request) {
      one.base = request->base_for(space->id(), ours).value_or(VersionVector());
    } else if (devices.size() == 1) {
      if (const auto agreed = book.agreed(devices.front(), space->id())) one.base = agreed->vector;
    }
    if (one.epoch == nullptr) {
      load.without_key.push_back({space->id(), "Left out: " + harmless_line(space_title(*std::as_const(workspace).find_space(space->id()))) + ". Its newest key has not come to this laptop yet. " + std::string(kKeyComes)});
      continue;
    }
    if (!words.no_attachments && space->blobs() != nullptr) {
      EVENHAND_TRY(const auto named, named_attachments(*std::as_const(workspace).find_space(space->id())));
      for (const auto& [attachment, is_here] : named) {
        if (is_here) one.attachments.push_back(attachment);
      }
      if (request) std::erase_if(one.attachments, [&](const BlobAddress& attachment) { return request->is_held(space->id(), attachment); });
    }
    load.attachments += one.attachments.size();
    load.spaces.push_back(std::move(one));
  }
  if (devices.size() == 1) {
    EVENHAND_TRY(load.farewells, replica.farewells(devices.front()));
  }
  for (const auto& farewell : load.farewells) load.spaces.push_back({farewell.get(), {}, nullptr, {}});
  if (load.spaces.empty() && !load.without_key.empty()) return refused("the newest key of the space has not come to this laptop yet, so nothing can be sealed for others", "", std::string(kKeyComes));
  if (load.spaces.empty()) return refused("there is no space that all of them may read", "", "See: evenhand partner list");
  return load;
}

// A laptop of ours among others gets what all of them may read, and none of what is our own alone.
std::string advice_on_own_laptops(const Workspace& workspace, WorkspaceReplica& replica, const std::vector<PublicKey>& devices, std::size_t packed) {
  const Access& own = workspace.space_of(SpaceKind::organisation).fold.access();
  for (const PublicKey& key : devices) {
    const Device* const device = own.find_device(key);
    if (device == nullptr || device->is_removed || replica.spaces_for(key).size() <= packed) continue;
    return "Spaces of your organisation alone are not in it, as others may open it. For your other laptop write one of its own: evenhand sync send --to FILE --for \"" + device->label + "\"";
  }
  return "";
}

BundleWatch bundle_watch(const Console& console, const std::string& what) {
  const Progress bar = progress_for(console);
  return [bar, what](const BundleProgress& progress) {
    if (bar && progress.events_all > 0) bar(what, progress.events, progress.events_all);
    return !was_stopped();
  };
}

Result<std::optional<BundleRequest>> request_in(const Words& words) {
  if (words.request.empty()) return std::optional<BundleRequest>();
  EVENHAND_TRY(const Bytes file, read_file(words.request, kRequestBytesMax * 2));
  const bool is_text = file.empty() || text_of(file).substr(0, 3) != "EHR";
  EVENHAND_TRY(const Bytes bytes, is_text ? request_from_text(text_of(file)) : Result<Bytes>(file));
  EVENHAND_TRY(BundleRequest request, BundleRequest::decode_untrusted(bytes));
  return std::optional(std::move(request));
}

std::string within_bytes(std::string title, std::size_t most) {
  if (title.size() > most) title.resize(most);
  if (const auto torn = first_bad_utf8(title)) title.resize(*torn);  // cut between letters
  return title;
}

Result<void> send(Workspace& workspace, Console& console, const Words& words) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  EVENHAND_TRY(const std::optional<BundleRequest> request, request_in(words));
  Recipients meant;
  if (request && words.partners.empty()) {
    meant.devices = {request->device()};
  } else {
    EVENHAND_TRY(meant, recipients_named(workspace, book, words.partners));
  }
  std::vector<PublicKey>& devices = meant.devices;
  if (request && (devices.size() != 1 || devices.front() != request->device())) {
    return refused("the request was written by another device than the one named with --for", words.request, "Leave --for out: the answer goes to whoever asked.");
  }
  std::sort(devices.begin(), devices.end());
  devices.erase(std::unique(devices.begin(), devices.end()), devices.end());
  WorkspaceReplica replica(workspace);
  EVENHAND_TRY(const Load load, load_for(workspace, replica, book, devices, request, words));
  meant.left_out.insert(meant.left_out.end(), load.without_key.begin(), load.without_key.end());
  EVENHAND_CHECK(check_new_file(words.to));
  std::erase_if(meant.left_out, [&](const SpaceLeftOut& one) { return std::any_of(load.spaces.begin(), load.spaces.end(), [&](const BundleSpace& packed) { return packed.space->id() == one.space; }); });
  if (console.dry_run) {
    for (const SpaceLeftOut& one : meant.left_out) console.say(one.sentence);
    console.say("Would write " + counted(load.spaces.size(), "space") + " for " + counted(devices.size(), "device") + " to " + words.to + ". Nothing was saved (--dry-run).");
    return {};
  }
  EVENHAND_TRY(const std::optional<std::string> passphrase, passphrase_of(console, words));
  BundleOrder order{words.to, devices, passphrase, {}, load.spaces, within_bytes(replica.title(), kBundleTitleBytesMax), machine_clock().now(), std::nullopt};
  if (words.part_mib > 0) order.part_bytes = std::min(words.part_mib << 20, kPartBytesMax);
  const auto bundle = write_bundle(order, workspace.keystore().device(), machine_random(), bundle_watch(console, "Writing"));
  if (!bundle && was_stopped()) return console.fail(bundle.error(), Exit::stopped), Result<void>();
  if (!bundle) return bundle.error();
  const BundleWritten& written = *bundle;
  const std::string outcome = counted(written.events, "change") + " and " + counted(written.attachments, "attachment") + ", sealed for " + counted(devices.size(), "device");
  const Partner* single = devices.size() == 1 ? book.find(devices.front()) : nullptr;
  const auto logged = ExchangeLog(workspace.folder()).add({machine_clock().now(), single != nullptr ? single->title : std::to_string(devices.size()) + " devices", "file sent", written.events, 0, outcome});
  if (!logged) console.say("evenhand sync log does not tell of it: " + logged.error().sentence());  // a folder that may only be read; the file is whole
  if (const auto noted = note_sent_file(book, devices, !words.partners.empty() || request, machine_clock().now()); !noted) console.say("evenhand sync partners does not tell of it: " + noted.error().sentence());
  Json parts = Json::array();
  for (const auto& part : written.parts) parts.push(part.string());
  if (console.json) {
    console.out << write_json(Json::object().set("parts", parts).set("bytes", written.bytes).set("changes", written.events).set("attachments", written.attachments)
                                  .set("left_out", written.left_out.size()).set("devices", devices.size()), JsonStyle::pretty);
    return {};
  }
  for (const auto& part : written.parts) console.print("Wrote " + part.string());
  console.print("  " + outcome);
  if (!written.left_out.empty()) console.say(std::to_string(written.left_out.size()) + " attachments are not on this laptop, so they are not in the file.");
  console.say("Whoever gets it: evenhand sync receive FILE");
  for (const SpaceLeftOut& one : meant.left_out) console.say(one.sentence);
  if (const std::string advice = advice_on_own_laptops(workspace, replica, devices, load.spaces.size()); !advice.empty()) console.say(advice);
  for (const auto& farewell : load.farewells) {
    console.say("It tells that " + departure_words_of_other(*std::as_const(workspace).find_space(farewell->id()), devices.front()) + ", and nothing that was written after.");
  }
  for (const BundleSpace& space : load.spaces) {
    const std::string departed = departure_words(*std::as_const(workspace).find_space(space.space->id()), workspace.keystore().device().public_key());
    if (!departed.empty()) console.say("Now " + departed + ": what was written here after that counts only once an admin lets it: evenhand partner adopt");
  }
  return {};
}

std::string sentence_of(const BundleReport& report) {
  std::uint64_t fresh = 0, known = 0;
  for (const SpaceReport& space : report.spaces) {
    fresh += space.events_new;
    known += space.events_known;
  }
  return std::to_string(fresh) + (fresh == 1 ? " change was" : " changes were") + " new, " + std::to_string(known) + " known";
}

// "1, 3, 4"; a bundle has at most a few thousand parts, of which the first few are named.
std::string absent_parts(const BundleReport& report) {
  std::string text;
  std::size_t absent = 0;
  for (std::uint32_t part = 1; part <= report.parts; ++part) {
    if (std::binary_search(report.parts_read.begin(), report.parts_read.end(), part)) continue;
    if (++absent <= kAbsentNamed) text += (text.empty() ? "" : ", ") + std::to_string(part);
  }
  return absent > kAbsentNamed ? text + " and " + std::to_string(absent - kAbsentNamed) + " more" : text;
}

std::string whom_to_ask(const BundleReport& report) { return report.title.empty() ? "whoever gave you this file" : harmless_line(report.title); }

void tell_report(Console& console, const BundleReport& report) {
  console.print("From " + harmless_line(report.title.empty() ? "somebody whose name was lost" : report.title) + ": " + sentence_of(report));
  std::uint64_t parked = 0, keyless = 0, refusals = 0, elsewhere = 0, unfinished = 0;
  for (const SpaceReport& space : report.spaces) {
    parked += space.commits_parked;
    keyless += space.frames_without_key + space.attachment_records_without_key;
    refusals += space.frames_refused;
    unfinished += space.attachments_lost;
    elsewhere += space.is_here ? 0 : 1;
    if (space.refusal) console.say("Refused: " + harmless_line(space.refusal->sentence()));
  }
  if (elsewhere > 0) console.say(counted(elsewhere, "space") + (elsewhere == 1 ? " in it is not on this laptop and was left alone." : " in it are not on this laptop and were left alone."));
  if (keyless > 0) console.say("Some of it is sealed under a key that has not come yet. Ask " + whom_to_ask(report) + " for a newer file, then receive this one again.");
  const std::string absent = absent_parts(report);
  if (!absent.empty()) console.say("Of its " + std::to_string(report.parts) + " parts these were not given: " + absent + ". Receive them too, in any order: evenhand sync receive PART...");
  if (!report.is_whole && (absent.empty() || report.parts_cut > 0)) {
    console.say("The file is not whole: " + counted(report.records_lost, "record") + " lost, " + counted(report.parts_cut, "part") + " cut. What was intact is saved.");
  }
  if (unfinished > 0) console.say(counted(unfinished, "attachment") + (unfinished == 1 ? " did" : " do") + " not stand whole in what was given. Receive it again with all its parts, or exchange over a network.");
  if (refusals > 0) console.say(counted(refusals, "piece") + " did not verify and " + (refusals == 1 ? "was" : "were") + " not taken.");
  if (report.needs_request() && absent.empty()) {
    console.say("It stands on changes that are not here" + std::string(parked > 0 ? "; they are kept aside until those come" : "") + ". Ask " + whom_to_ask(report) +
                " with: evenhand sync request --to request.txt");
  }
}

Json report_json(const BundleReport& report) {
  Json spaces = Json::array();
  for (const SpaceReport& space : report.spaces) {
    spaces.push(Json::object().set("space", space.id.hex()).set("here", space.is_here).set("new", space.events_new).set("known", space.events_known)
                    .set("kept_aside", space.commits_parked).set("without_key", space.frames_without_key).set("refused", space.frames_refused)
                    .set("attachments", space.attachments_new).set("needed", space.needed.size()).set("missing", space.missing.size()));
  }
  return Json::object().set("from", report.title).set("whole", report.is_whole).set("lost", report.records_lost).set("parts", report.parts)
      .set("parts_read", report.parts_read.size()).set("needs_request", report.needs_request()).set("spaces", std::move(spaces));
}

// Opened as receive() would, and nothing of it kept: from whom it is, and whether this laptop can open it.
Result<void> look_into(const Workspace& workspace, Console& console, const Words& words, const std::vector<std::filesystem::path>& parts) {
  EVENHAND_TRY(const std::optional<std::string> passphrase, passphrase_of(console, words));
  BundleSink nowhere;
  nowhere.find_space = [](const SpaceId&) { return nullptr; };
  nowhere.find_key = [&](const SpaceId& id, const KeyId& key) { return workspace.epoch_key(id, key); };
  const BundleOpener opener{&workspace.keystore().device(), passphrase};
  EVENHAND_TRY(const BundleReport report, read_bundle(parts, opener, nowhere, bundle_watch(console, "Looking")));
  const auto here = std::count_if(report.spaces.begin(), report.spaces.end(), [&](const SpaceReport& space) { return workspace.find_space(space.id) != nullptr; });
  console.say("From " + harmless_line(report.title.empty() ? "somebody whose name was lost" : report.title) + ", sealed for this laptop; " +
              (report.is_whole ? "whole" : "not whole") + "; " + std::to_string(here) + " of its " + counted(report.spaces.size(), "space") + " here. Nothing was read in (--dry-run).");
  if (!report.is_whole) console.exit = Exit::integrity;
  return {};
}

Result<void> receive(Workspace& workspace, Console& console, const Words& words) {
  std::vector<std::filesystem::path> parts(words.files.begin(), words.files.end());
  for (const auto& part : parts) EVENHAND_CHECK(check_kind_of(part, ExchangedFile::bundle));
  if (console.dry_run) {
    for (const auto& part : parts) {
      EVENHAND_TRY(const BundleGlance glance, look_at_bundle(part));
      console.say(part.string() + ": part " + std::to_string(glance.part) + " of " + std::to_string(glance.parts) + ", sealed for " + counted(glance.devices, "device") +
                  (glance.has_passphrase ? " and a passphrase" : "") + ".");
    }
    return look_into(workspace, console, words, parts);
  }
  EVENHAND_CHECK(workspace.hold());
  EVENHAND_TRY(const std::optional<std::string> passphrase, passphrase_of(console, words));
  WorkspaceReplica replica(workspace);
  BundleSink sink;
  sink.find_space = [&](const SpaceId& id) { return replica.any_space(id); };
  sink.find_key = [&](const SpaceId& id, const KeyId& key) { return workspace.epoch_key(id, key); };
  sink.fold = [&] { return workspace.settle(); };
  const BundleOpener opener{&workspace.keystore().device(), passphrase};
  const auto report = read_bundle(parts, opener, sink, bundle_watch(console, "Reading"));
  EVENHAND_CHECK(workspace.settle(progress_for(console)));  // what came before an error counts too
  if (!report) return report.error();
  std::uint64_t fresh = 0;
  for (const SpaceReport& space : report->spaces) fresh += space.events_new;
  if (const auto noted = note_received_file(workspace, *report, machine_clock().now()); !noted) console.say("That it came from there was not noted: " + noted.error().sentence());
  EVENHAND_CHECK(ExchangeLog(workspace.folder()).add({machine_clock().now(), report->title, "file received", 0, fresh, sentence_of(*report)}));
  console.json ? (void)(console.out << write_json(report_json(*report), JsonStyle::pretty)) : tell_report(console, *report);
  if (report->was_stopped) console.exit = Exit::stopped;
  else if (!report->is_whole || report->needs_request()) console.exit = Exit::integrity;
  return tell_what_waits(workspace, console);
}

// The longest first: a request has room for few.
Result<std::vector<BlobAddress>> held_attachments(ReplicaSpace& space) {
  std::vector<std::pair<std::uint64_t, BlobAddress>> all;
  if (space.blobs() == nullptr) return std::vector<BlobAddress>();
  EVENHAND_TRY(const std::vector<BlobAddress> list, space.blobs()->list());
  for (const BlobAddress& address : list) {
    if (const auto blob = space.blobs()->read(address)) all.emplace_back(blob->outline().length, address);
  }
  std::sort(all.begin(), all.end(), std::greater<>());
  std::vector<BlobAddress> held;
  for (const auto& [length, address] : all) held.push_back(address);
  return held;
}

Result<void> request(Workspace& workspace, Console& console, const Words& words) {
  std::vector<RequestedSpace> spaces;
  WorkspaceReplica replica(workspace);
  for (const Space& space : workspace.spaces()) {
    if (space.kind != SpaceKind::cycle) continue;  // further laptops of ours call each other
    ReplicaSpace* const shown = replica.any_space(space.id);
    EVENHAND_TRY(VersionVector held, shown->vector());
    EVENHAND_TRY(std::vector<BlobAddress> attachments, held_attachments(*shown));
    spaces.push_back({space.id, std::move(held), std::move(attachments)});
  }
  EVENHAND_TRY(const Bytes bytes, make_request(spaces, workspace.keystore().device(), machine_random()));
  const std::string text = request_text(bytes);
  if (!words.to.empty()) EVENHAND_CHECK(check_new_file(words.to));
  if (!words.to.empty() && console.dry_run) return console.say("Would write the request to " + words.to + ". Nothing was saved (--dry-run)."), Result<void>();
  if (!words.to.empty()) {
    EVENHAND_CHECK(write_new_file(words.to, view_of(text + "\n")));
    console.say("Wrote the request to " + words.to + ". Whoever answers it: evenhand sync send --request " + words.to + " --to FILE");
    return {};
  }
  if (console.json) {
    console.out << write_json(Json::object().set("request", text).set("bytes", bytes.size()), JsonStyle::pretty);
    return {};
  }
  console.out << text << '\n';
  if (text.size() <= kQrLettersMax) show_qr(console, text, "use --to FILE");
  return {};
}

}  // namespace

void add_sync_files(CLI::App& sync, Console& console) {
  const auto words = std::make_shared<Words>();
  const auto running = [words, &console](OpenMode mode, Result<void> (*verb)(Workspace&, Console&, const Words&)) {
    return [words, &console, mode, verb] { with_workspace(console, mode, [&](Workspace& workspace) { return verb(workspace, console, *words); }); };
  };
  CLI::App* send_verb = add_command(sync, "send", "Write what partners lack into a sealed file", "  evenhand sync send --to /media/stick/week-42.evenhand\n  evenhand sync send --to for-westfen.evenhand --for Westfen --dry-run", running(OpenMode::read_only, send));
  send_verb->add_option("--to", words->to, "The file; it must not exist")->required()->type_name("FILE");
  send_verb->add_option("--for", words->partners, "Organisation or laptop that may open it (default: everybody in the space in use)")->type_name("PARTNER");
  send_verb->add_option("--request", words->request, "Answer this request: the changes that it lacks, and attachments that it does not name as held")->type_name("FILE");
  send_verb->add_flag("--no-attachments", words->no_attachments, "Leave attached files out; else all of the space travel, each time");
  send_verb->add_option("--part-size", words->part_mib, "Longest part, in MiB (default: what FAT32 takes)")->check(CLI::Range(1, 4095))->type_name("MIB");
  CLI::App* receive_verb = add_command(sync, "receive", "Take in a sealed file, or all its parts; again is harmless", "  evenhand sync receive week-42.evenhand\n  evenhand sync receive week-42.evenhand --dry-run", running(OpenMode::read_write, receive));
  receive_verb->add_option("files", words->files, "The file, or its parts in any order")->required()->type_name("FILE");
  send_verb->add_flag("--passphrase", words->passphrase, "Let a passphrase open the file too, beside the laptops that it is for: you are asked for it, and tell it by another way than the file");
  receive_verb->add_flag("--passphrase", words->passphrase, "Open the file with the passphrase that you were told for it: you are asked for it");
  for (CLI::App* verb : {send_verb, receive_verb}) {
    verb->add_option("--passphrase-file", words->passphrase_file, "The same, read from a file that only you can read")->type_name("FILE");
  }
  CLI::App* request_verb = add_command(sync, "request", "Say what this laptop has (changes, and the longest attachments), so that a partner sends the rest", "  evenhand sync request\n  evenhand sync request --to request.txt", running(OpenMode::read_only, request));
  request_verb->add_option("--to", words->to, "Write it to a file instead of showing it")->type_name("FILE");
}

}  // namespace evenhand::cli
