// signoff key, request, approve, decline, status, resolve, verify: from putting forward to being in force.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/signoff_late.h"
#include "apps/cli/text.h"
#include "core/engine/seal_key.h"
#include "core/engine/sign_off.h"

namespace evenhand::cli {

namespace {

struct Asked {
  std::string scope = "report";
  std::string title;
  std::vector<std::string> seats;
  std::size_t needed = 0;
  std::vector<std::string> waived;
  std::string amends;
};

struct Verdict {
  std::string sign_off;
  std::string seat;
  std::string reason;
  std::string key;
};

std::filesystem::path key_file(const Console& console, const std::string& given) {
  return given.empty() ? workspace_folder(console) / "keys" / "seal.key" : std::filesystem::path(given);
}

// What came after signing, or counts no more since.
struct Since {
  std::size_t late = 0;
  std::size_t quarantined = 0;
};

Json sign_off_json(const SignOff& one, const Since& since) {
  Json approvals = Json::array();
  for (const Approval& approval : one.approvals) {
    approvals.push(Json::object().set("seat", approval.seat).set("verdict", approval.verdict).set("key", approval.key.hex()).set("good", approval.is_good));
  }
  Json waived = Json::array();
  for (const std::string& name : one.waived) waived.push(name);
  return Json::object().set("id", one.id.hex()).set("short_id", short_id_of(one.id)).set("title", one.title).set("scope", one.subject.scope)
      .set("state", to_word(one.state)).set("complete", one.is_complete).set("seats_needed", one.seats_needed).set("approvals", std::move(approvals))
      .set("waived", std::move(waived)).set("snapshot", one.digest).set("cut_is_here", one.has_cut).set("late", since.late).set("quarantined_since", since.quarantined);
}

std::size_t good_approvals(const SignOff& one) {
  return static_cast<std::size_t>(std::count_if(one.approvals.begin(), one.approvals.end(), [](const Approval& a) { return a.is_good && a.verdict == "approved"; }));
}

void print_sign_off(Console& console, const SignOff& one, const Since& since) {
  console.print(short_id_of(one.id) + "  " + std::string(to_word(one.state)) + "  " + one.title + "  (" + one.subject.scope + ")");
  console.print("  " + std::to_string(good_approvals(one)) + " of " + std::to_string(one.seats_needed) + " approvals   snapshot " + one.digest.substr(0, 19));
  for (const Approval& approval : one.approvals) {
    console.print("  " + approval.seat + ": " + approval.verdict + (approval.is_good ? "" : "  (does not count: not signed for this request, or no seat)"));
  }
  for (const std::string& name : one.waived) console.print("  waived: " + name);
  if (!one.has_cut) console.print("  its cut is not whole on this laptop: nobody can tell what came after it");
  if (since.late > 0) console.print("  " + counted(since.late, "change") + " came after signing: evenhand signoff late list " + short_id_of(one.id));
  if (since.quarantined > 0) {
    console.print("  " + counted(since.quarantined, "change") + " that it shows " + (since.quarantined == 1 ? "counts" : "count") +
                  " no more, because the laptop was removed since. What was signed stands. See: evenhand log list --quarantined");
  }
}

Result<void> show_blockers(Console& console, const std::vector<Blocker>& blockers) {
  console.exit = Exit::blockers;
  if (console.json) {
    Json list = Json::array();
    for (const Blocker& blocker : blockers) list.push(Json::object().set("name", blocker.name).set("message", blocker.message));
    console.out << write_json(Json::object().set("blockers", std::move(list)), JsonStyle::pretty);
    return {};
  }
  console.print("In the way, so nothing was put forward: " + with_commas(blockers.size()));
  for (const Blocker& blocker : blockers) console.print("  BLOCK  " + blocker.name + "\n         " + wrapped(blocker.message, 80, 9));
  console.say("Mend them, or waive one by name: --waive \"" + blockers.front().name + "\"");
  return {};
}

Result<void> request(Workspace& workspace, Console& console, const Asked& asked) {
  EVENHAND_TRY(const Record organisation, organisation_of(workspace, console));
  EVENHAND_TRY(const Record cycle, cycle_of(workspace, console, CycleUse::write));
  SignRequest wanted;
  EVENHAND_TRY(wanted.subject, subject_of(workspace, asked.scope, organisation.id(), cycle.id()));
  wanted.title = asked.title.empty() ? asked.scope + ", " + cycle.title() : asked.title;
  wanted.seats = asked.seats;
  wanted.seats_needed = asked.needed > 0 ? asked.needed : std::max<std::size_t>(1, asked.seats.size());
  wanted.waived = asked.waived;
  if (!asked.amends.empty()) {
    EVENHAND_TRY(const Record amended, find_record(workspace, "sign_off", asked.amends));
    wanted.replaces = amended.id();
  }
  EVENHAND_CHECK(check_none_stands(workspace, wanted));
  EVENHAND_TRY(std::vector<Blocker> blockers, find_blockers(workspace, wanted.subject));
  std::erase_if(blockers, [&](const Blocker& b) { return std::find(asked.waived.begin(), asked.waived.end(), b.name) != asked.waived.end(); });
  if (!blockers.empty()) return show_blockers(console, blockers);
  EVENHAND_CHECK(check_sign_request(workspace, wanted));
  if (console.dry_run) return console.print("Would put forward: " + wanted.title), Result<void>();
  EVENHAND_TRY(const EntityId id, request_sign_off(workspace, wanted));
  EVENHAND_TRY(const SignOff made, sign_off_of(workspace, id));
  if (console.json) {
    console.out << write_json(sign_off_json(made, {}), JsonStyle::pretty);
  } else {
    print_sign_off(console, made, {});
    console.say("Approve with: evenhand signoff approve " + short_id_of(id) + " --seat \"" + (made.seats.empty() ? "Board sponsor" : made.seats.front()) + "\"");
  }
  return {};
}

Result<void> give(Workspace& workspace, Console& console, const Verdict& verdict, bool approves) {
  EVENHAND_TRY(const Record record, find_record(workspace, "sign_off", verdict.sign_off));
  EVENHAND_TRY(const SignOff before, sign_off_of(workspace, record.id()));
  if (approves) {
    EVENHAND_TRY(const std::string snapshot, read_snapshot(workspace, before));  // nobody approves what is not here
    (void)snapshot;
  }
  EVENHAND_TRY(const KeyPair seal, open_seal_key(key_file(console, verdict.key)));
  if (console.dry_run) return console.print("Would give the verdict of " + verdict.seat), Result<void>();
  EVENHAND_TRY(const EntityId given, give_verdict(workspace, before, verdict.seat, approves, verdict.reason, seal));
  (void)given;
  EVENHAND_TRY(const SignOff after, sign_off_of(workspace, record.id()));
  if (after.state == SignState::contested) console.exit = Exit::person_needed;
  if (console.json) {
    console.out << write_json(sign_off_json(after, {}), JsonStyle::pretty);
  } else {
    print_sign_off(console, after, {});
  }
  return {};
}

Result<void> show_status(Workspace& workspace, Console& console) {
  EVENHAND_TRY(const std::vector<SignOff> all, sign_offs(workspace));
  Json list = Json::array();
  for (const SignOff& one : all) {
    Since since;
    if (one.state == SignState::in_force) {
      EVENHAND_TRY(since.late, open_late_events(workspace, one));
    }
    if (one.state == SignState::in_force && one.has_cut) {
      EVENHAND_TRY(const auto quarantined, quarantined_since(workspace, one));
      since.quarantined = quarantined.size();
    }
    if (one.state == SignState::contested || since.late > 0 || since.quarantined > 0 || (one.state == SignState::in_force && !one.has_cut)) console.exit = Exit::person_needed;
    if (console.json) list.push(sign_off_json(one, since));
    else print_sign_off(console, one, since);
  }
  if (console.json) console.out << write_json(list, JsonStyle::pretty);
  else if (all.empty()) console.print("Nothing was put forward for signing.");
  const bool contested = std::any_of(all.begin(), all.end(), [](const SignOff& one) { return one.state == SignState::contested; });
  if (contested) console.say("Two signed versions contradict each other and neither is in force. Keep one with: evenhand signoff resolve");
  return {};
}

// The rivals of the one that is kept are set aside; each can come back by undo.
Result<void> resolve(Workspace& workspace, Console& console, const std::string& kept, const std::string& reason) {
  EVENHAND_TRY(const Record record, find_record(workspace, "sign_off", kept));
  EVENHAND_TRY(const SignOff keep, sign_off_of(workspace, record.id()));
  if (keep.state != SignState::contested) return not_found("this sign-off is not contested: " + std::string(to_word(keep.state)), record.short_id(), "See: evenhand signoff status");
  EVENHAND_TRY(const std::vector<SignOff> all, sign_offs(workspace));
  Command command;
  for (const SignOff& one : all) {
    const bool is_rival = one.id != keep.id && one.state == SignState::contested && one.subject.scope == keep.subject.scope &&
                          one.subject.organisation == keep.subject.organisation && one.subject.cycle == keep.subject.cycle;
    if (!is_rival) continue;
    RecordChange change{"sign_off", one.id, Verb::decided, {{"status", std::string("superseded")}}};
    change.reason = reason;
    command.changes.push_back(std::move(change));
  }
  EVENHAND_TRY(const Receipt receipt, submit(workspace, console, command));
  console.print((console.dry_run ? "Would keep " : "Kept ") + record.short_id() + "; set aside: " + std::to_string(receipt.entities.size()));
  return {};
}

Result<void> verify(Workspace& workspace, Console& console, const std::string& words, const std::string& to) {
  EVENHAND_TRY(const Record record, find_record(workspace, "sign_off", words));
  EVENHAND_TRY(const SignOff one, sign_off_of(workspace, record.id()));
  EVENHAND_TRY(const std::string snapshot, read_snapshot(workspace, one));
  EVENHAND_TRY(const std::size_t missing, missing_of_cut(workspace, one));
  if (!to.empty() && !console.dry_run) EVENHAND_CHECK(write_snapshot(to, snapshot));
  if (missing > 0) console.exit = Exit::integrity;
  if (console.json) {
    console.out << write_json(sign_off_json(one, {}).set("snapshot_bytes", snapshot.size()).set("chains_missing", missing), JsonStyle::pretty);
    return {};
  }
  console.print(short_id_of(one.id) + "  " + std::string(to_word(one.state)) + "; the snapshot is whole (" + with_commas(snapshot.size()) + " bytes, " + one.digest.substr(0, 19) + ")");
  console.print(missing == 0 ? "  everything that was signed is on this laptop" : "  of " + std::to_string(missing) + " chains not everything that was signed is on this laptop");
  return {};
}

void add_verdict(CLI::App& parent, Console& console, const char* name, const char* summary, bool approves) {
  const auto verdict = std::make_shared<Verdict>();
  const std::string line = std::string("  evenhand signoff ") + name + " \"EDS report 2023/24\" --seat \"Board sponsor\"";
  CLI::App* command = add_command(parent, name, summary, line + "\n" + line + " --key /media/stick/seal.key --reason \"Numbers verified.\"", [verdict, approves, &console] {
    with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return give(workspace, console, *verdict, approves); });
  });
  command->add_option("sign-off", verdict->sign_off, "Short id, or part of its title")->required()->type_name("RECORD");
  command->add_option("--seat", verdict->seat, "The seat that speaks")->required()->type_name("TEXT");
  command->add_option("--reason", verdict->reason, "Why")->type_name("TEXT");
  command->add_option("--key", verdict->key, "File of the person's seal key (default: keys/seal.key of the workspace)")->type_name("FILE");
}

void add_request(CLI::App& parent, Console& console) {
  const auto asked = std::make_shared<Asked>();
  CLI::App* command = add_command(parent, "request", "Put a report, a cycle or a grade forward for signing",
                                  "  evenhand signoff request --title \"EDS report 2023/24\" --dry-run\n"
                                  "  evenhand signoff request --scope \"grade 1A\" --seat \"Board sponsor\" --seat \"EDS lead\" --needed 2 --dry-run",
                                  in_workspace(console, OpenMode::read_write, asked, request));
  command->add_option("--scope", asked->scope, "report (default), cycle, or grade and its outcome")->type_name("TEXT");
  command->add_option("--title", asked->title, "What it is called")->type_name("TEXT");
  command->add_option("--seat", asked->seats, "A seat that may approve; several by repeating")->allow_extra_args(false)->type_name("TEXT");
  command->add_option("--needed", asked->needed, "Approvals needed (default: every seat named, else 1)")->check(CLI::Range(1, 100))->type_name("NUMBER");
  command->add_option("--waive", asked->waived, "Name of something that stands in the way; several by repeating")->allow_extra_args(false)->type_name("NAME");
  command->add_option("--amends", asked->amends, "The signed version that this one takes the place of")->type_name("RECORD");
}

}  // namespace

void add_signoff(CLI::App& root, Console& console) {
  CLI::App* parent = add_command(root, "signoff", "Sign-offs: put forward, approve, and see what came after signing", "  evenhand signoff status\n  evenhand signoff status --json", {});
  parent->group("Look and mend")->require_subcommand(1);
  const auto key = std::make_shared<std::string>();
  CLI::App* make = add_command(*parent, "key", "Make the seal key of a person who approves", "  evenhand signoff key\n  evenhand signoff key --key ./my-seal.key", [key, &console] {
    if (console.dry_run) return console.print("Would make a seal key in " + key_file(console, *key).string() + ". Nothing was saved (--dry-run).");
    const auto made = make_seal_key(key_file(console, *key), machine_random());
    if (!made) return void(console.fail(made.error()));
    if (console.json) console.out << write_json(Json::object().set("key", made->public_key().hex()).set("file", key_file(console, *key).string()), JsonStyle::pretty);
    else console.print(made->public_key().hex());
    console.say("Kept in " + key_file(console, *key).string() + ", without a passphrase: whoever reads the file can approve as you. A stick of your own is safer.");
  });
  make->add_option("--key", *key, "File to write (default: keys/seal.key of the workspace)")->type_name("FILE");
  add_request(*parent, console);
  add_verdict(*parent, console, "approve", "Approve, as the seat that you hold", true);
  add_verdict(*parent, console, "decline", "Decline, as the seat that you hold", false);
  add_command(*parent, "status", "What was put forward, approved, contested, changed since", "  evenhand signoff status\n  evenhand signoff status --json", [&console] {
    with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return show_status(workspace, console); });
  });
  const auto kept = std::make_shared<Verdict>();
  CLI::App* settle = add_command(*parent, "resolve", "Keep one of two signed versions that contradict each other",
                                 "  evenhand signoff resolve 7Q4K-29TM\n  evenhand signoff resolve 7Q4K-29TM --reason \"The board minuted this one\"", [kept, &console] {
                                   with_workspace(console, OpenMode::read_write, [&](Workspace& workspace) { return resolve(workspace, console, kept->sign_off, kept->reason); });
                                 });
  settle->add_option("sign-off", kept->sign_off, "The one to keep")->required()->type_name("RECORD");
  settle->add_option("--reason", kept->reason, "Why")->type_name("TEXT");
  const auto checked = std::make_shared<Verdict>();
  CLI::App* check = add_command(*parent, "verify", "Read the snapshot again and hold it against what was signed",
                                "  evenhand signoff verify 7Q4K-29TM\n  evenhand signoff verify 7Q4K-29TM --to snapshot.json", [checked, &console] {
                                  with_workspace(console, OpenMode::read_only, [&](Workspace& workspace) { return verify(workspace, console, checked->sign_off, checked->key); });
                                });
  check->add_option("sign-off", checked->sign_off, "Short id, or part of its title")->required()->type_name("RECORD");
  check->add_option("--to", checked->key, "Write the snapshot to this new file")->type_name("FILE");
  add_signoff_late(*parent, console);
}

}  // namespace evenhand::cli
