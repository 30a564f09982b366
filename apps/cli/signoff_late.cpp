#include "apps/cli/signoff_late.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <ostream>

#include "apps/cli/conflict_print.h"
#include "apps/cli/record_flags.h"
#include "apps/cli/record_print.h"
#include "apps/cli/signoff_carried.h"
#include "apps/cli/text.h"
#include "core/engine/late_verdict.h"
#include "core/os/files.h"

namespace evenhand::cli {

namespace {

constexpr std::size_t kVerdictsPerCommit = 200;

struct Chosen {
  std::string sign_off;
  std::vector<std::string> events;
  std::string reason;
  std::string cycle;
  std::vector<std::string> waived;
};

Json late_json(const LateEvent& late) {
  Json disputed = Json::array();
  for (const std::string& verdict : late.disputed) disputed.push(verdict);
  return Json::object().set("event", late.event.text()).set("entity", late.entity.hex()).set("short_id", short_id_of(late.entity)).set("type", late.type)
      .set("what", late.what).set("claimed_ms", late.claimed.ms).set("author", author_text(late.author)).set("verdict", late.verdict).set("disputed", disputed);
}

std::string verdict_text(const LateEvent& late) {
  std::string rivals;
  for (const std::string& verdict : late.disputed) rivals += (rivals.empty() ? "" : " or ") + verdict;
  if (!rivals.empty()) return "  (in dispute: " + rivals + ")";
  return late.verdict.empty() ? "" : "  (" + late.verdict + ")";
}

Result<SignOff> named(const Workspace& workspace, const std::string& words) {
  EVENHAND_TRY(const Record record, find_record(workspace, "sign_off", words));
  return sign_off_of(workspace, record.id());
}

Result<void> list(Workspace& workspace, Console& console, const Chosen& chosen) {
  if (chosen.sign_off.empty()) return list_carried(workspace, console);
  EVENHAND_TRY(const SignOff sign_off, named(workspace, chosen.sign_off));
  EVENHAND_TRY(const std::vector<LateEvent> late, late_events(workspace, sign_off));
  if (std::any_of(late.begin(), late.end(), [](const LateEvent& one) { return one.verdict.empty(); })) console.exit = Exit::person_needed;
  if (console.json) {
    Json all = Json::array();
    for (const LateEvent& one : late) all.push(late_json(one));
    console.out << write_json(all, JsonStyle::pretty);
    return {};
  }
  if (late.empty()) return console.print("Nothing that was signed was changed since."), Result<void>();
  NameBook names(workspace);
  for (const LateEvent& one : late) {
    console.print(one.event.text() + "  " + hyphened(one.type) + " " + short_id_of(one.entity) + "  " + one.what + verdict_text(one));
    console.print("    " + cut_to(names.name_of(one.entity), 60) + "   " + when_and_who(one.claimed, author_text(one.author)));
  }
  const auto disputed = std::find_if(late.begin(), late.end(), [](const LateEvent& one) { return !one.disputed.empty(); });
  console.say("Carry over, amend or dismiss: evenhand signoff late --help");
  if (disputed != late.end()) {
    console.say("What is in dispute waits until one verdict is given with a reason: evenhand signoff late dismiss " + short_id_of(sign_off.id) + " --change " + disputed->event.text() + " --reason \"...\"   or carry it over");
  }
  return {};
}

// The late changes meant: those named, else all that nobody said anything about.
Result<std::vector<LateEvent>> meant(const Workspace& workspace, const SignOff& sign_off, const Chosen& chosen) {
  EVENHAND_TRY(std::vector<LateEvent> late, late_events(workspace, sign_off));
  std::erase_if(late, [](const LateEvent& one) { return !one.verdict.empty(); });
  for (const std::string& wanted : chosen.events) {
    if (std::none_of(late.begin(), late.end(), [&](const LateEvent& one) { return one.event.text() == wanted; })) return not_found("there is no such late change that waits", wanted, "See: evenhand signoff late list " + chosen.sign_off);
  }
  if (!chosen.events.empty()) {
    std::erase_if(late, [&](const LateEvent& one) { return std::find(chosen.events.begin(), chosen.events.end(), one.event.text()) == chosen.events.end(); });
  }
  if (late.empty()) return not_found("no late change waits", short_id_of(sign_off.id));
  return late;
}

Result<void> say(Workspace& workspace, Console& console, const Chosen& chosen, const std::string& verdict) {
  EVENHAND_TRY(const SignOff sign_off, named(workspace, chosen.sign_off));
  EVENHAND_TRY(const std::vector<LateEvent> late, meant(workspace, sign_off, chosen));
  LateWords words{verdict, chosen.reason, {}};
  if (verdict == "carried") {
    EVENHAND_TRY(const Record to, find_record(workspace, "cycle", chosen.cycle));
    if (to.id() == sign_off.subject.cycle) return refused("that is the cycle that was signed", to.title(), "Name the next one with --to.");
    words.cycle = to.id();
  }
  EVENHAND_TRY(const LateVerdicts said, LateVerdicts::read(workspace));
  std::vector<Command> commands;  // an import after signing may be more than one commit holds
  for (const LateEvent& one : late) {
    EVENHAND_TRY(const std::vector<RecordChange> changes, late_changes(said, sign_off.id, one.event, one.entity, words));
    if (commands.empty() || commands.back().changes.size() + changes.size() > kVerdictsPerCommit) commands.emplace_back();
    commands.back().changes.insert(commands.back().changes.end(), changes.begin(), changes.end());
  }
  for (const Command& command : commands) EVENHAND_CHECK(submit(workspace, console, command));
  console.print((console.dry_run ? "Would be " : "") + verdict + ": " + with_commas(late.size()) + (late.size() == 1 ? " late change" : " late changes"));
  return {};
}

Result<void> amend(Workspace& workspace, Console& console, const Chosen& chosen) {
  EVENHAND_TRY(const SignOff signed_one, named(workspace, chosen.sign_off));
  if (signed_one.state != SignState::in_force) return refused("only a version in force is amended; this one is " + std::string(to_word(signed_one.state)), short_id_of(signed_one.id), "See: evenhand signoff status");
  EVENHAND_TRY(const std::vector<SignOff> all, sign_offs(workspace));
  for (const SignOff& one : all) {
    if (one.replaces == signed_one.id && one.state == SignState::asked) return refused("an amended version waits for approval already", short_id_of(one.id), "Approve it with: evenhand signoff approve " + short_id_of(one.id) + " --seat SEAT");
  }
  SignRequest request;
  EVENHAND_TRY(request.subject, subject_of(workspace, signed_one.subject.scope, signed_one.subject.organisation, signed_one.subject.cycle));
  request.title = signed_one.title;
  request.seats = signed_one.seats;
  request.seats_needed = signed_one.seats_needed;
  request.replaces = signed_one.id;
  request.waived = chosen.waived;
  EVENHAND_TRY(std::vector<Blocker> blockers, find_blockers(workspace, request.subject));
  std::erase_if(blockers, [&](const Blocker& b) { return std::find(chosen.waived.begin(), chosen.waived.end(), b.name) != chosen.waived.end(); });
  for (const Blocker& blocker : blockers) console.print("  BLOCK  " + blocker.name + "\n         " + wrapped(blocker.message, 80, 9));
  if (!blockers.empty()) {
    console.exit = Exit::blockers;
    console.say("Mend them, or waive one by name: --waive \"" + blockers.front().name + "\"");
    return {};
  }
  if (console.dry_run) return console.print("Would put " + request.title + " forward anew"), Result<void>();
  EVENHAND_TRY(const EntityId id, request_sign_off(workspace, request));
  console.print("Put forward anew: " + short_id_of(id) + "; the signed version stands until this one is approved");
  return {};
}

CLI::App* add_choice(CLI::App& parent, Console& console, const char* name, const char* summary, const std::string& example, const std::shared_ptr<Chosen>& chosen, OpenMode mode,
                     Result<void> (*run)(Workspace&, Console&, const Chosen&)) {
  CLI::App* command = add_command(parent, name, summary, example, [=, &console] {
    with_workspace(console, mode, [&](Workspace& workspace) { return run(workspace, console, *chosen); });
  });
  command->add_option("sign-off", chosen->sign_off, "Short id of the sign-off, or part of its title")->required()->type_name("RECORD");
  return command;
}

}  // namespace

Result<std::size_t> open_late_events(const Workspace& workspace, const SignOff& sign_off) {
  if (!sign_off.has_cut) return std::size_t{0};  // said beside it: nobody can tell
  EVENHAND_TRY(const std::vector<LateEvent> late, late_events(workspace, sign_off));
  return static_cast<std::size_t>(std::count_if(late.begin(), late.end(), [](const LateEvent& one) { return one.verdict.empty(); }));
}

Result<std::size_t> missing_of_cut(const Workspace& workspace, const SignOff& sign_off) {
  if (!sign_off.has_cut) return corrupt("its cut is not whole here, so nobody can tell what was signed", "sign-off " + short_id_of(sign_off.id));
  std::size_t missing = 0;
  for (const SpaceCut& cut : sign_off.cuts) {
    for (const Space& space : workspace.spaces()) {
      if (space.id != cut.space) continue;
      EVENHAND_TRY(const LogReadView view, space.log.read());
      for (const SpaceCut::Chain& chain : cut.chains) {
        const bool all_here = std::all_of(chain.ends.begin(), chain.ends.end(), [&](const BranchHead& end) {
          const auto place = view.find({chain.chain, end.seq, shorten(end.head)});
          const auto commit = place ? view.commit_at(place->arrival) : Result<CommitView>(place.error());
          const auto hashes = commit ? commit->event_hashes() : Result<std::vector<Hash>>(commit.error());
          return hashes && place->index < hashes->size() && (*hashes)[place->index] == end.head;
        });
        if (!all_here) ++missing;
      }
    }
  }
  return missing;
}

Result<void> write_snapshot(const std::filesystem::path& file, const std::string& bytes) {
  EVENHAND_TRY(FileHandle out, FileHandle::create(file, Secrecy::secret));
  EVENHAND_CHECK(out.write_all(view_of(bytes)));
  return out.sync();
}

void add_signoff_late(CLI::App& parent, Console& console) {
  CLI::App* late = add_command(parent, "late", "What came after signing: carry over, amend or dismiss; what was carried here: close", "  evenhand signoff late list 7Q4K-29TM\n  evenhand signoff late dismiss 7Q4K-29TM --reason \"A spelling mistake\"", {});
  late->require_subcommand(1);
  const auto looked = std::make_shared<Chosen>();
  CLI::App* look = add_choice(*late, console, "list", "What came after one was signed; without one, what was carried over into the cycle in hand",
                              "  evenhand signoff late list 7Q4K-29TM\n  evenhand signoff late list 7Q4K-29TM --json\n  evenhand signoff late list --cycle \"EDS 2024/25\"", looked, OpenMode::read_only, list);
  look->get_option("sign-off")->required(false);
  add_signoff_carried(*late, console);
  const auto carried = std::make_shared<Chosen>();
  CLI::App* carry = add_choice(*late, console, "carry", "Carry them over to the next cycle", "  evenhand signoff late carry 7Q4K-29TM --to \"EDS 2024/25\"\n  evenhand signoff late carry 7Q4K-29TM --change 1A2B-3C4D --to \"EDS 2024/25\"", carried,
                               OpenMode::read_write, [](Workspace& w, Console& c, const Chosen& chosen) { return say(w, c, chosen, "carried"); });
  carry->add_option("--to", carried->cycle, "The cycle that takes them over")->required()->type_name("CYCLE");
  const auto dropped = std::make_shared<Chosen>();
  CLI::App* dismiss = add_choice(*late, console, "dismiss", "Leave them out of what is signed, with a reason", "  evenhand signoff late dismiss 7Q4K-29TM --reason \"A spelling mistake\"\n  evenhand signoff late dismiss 7Q4K-29TM --change 1A2B-3C4D --reason \"Entered twice\"", dropped,
                                 OpenMode::read_write, [](Workspace& w, Console& c, const Chosen& chosen) { return say(w, c, chosen, "dismissed"); });
  dismiss->add_option("--reason", dropped->reason, "Why")->required()->type_name("TEXT");
  carry->add_option("--reason", carried->reason, "Why")->type_name("TEXT");
  for (const auto& [command, chosen] : {std::pair(carry, carried), std::pair(dismiss, dropped)}) {
    command->add_option("--change", chosen->events, "One change, by its id; several by repeating; none: all that wait")->allow_extra_args(false)->type_name("ID");
  }
  const auto renewed = std::make_shared<Chosen>();
  CLI::App* again = add_choice(*late, console, "amend", "Put the whole forward again, with all that was changed", "  evenhand signoff late amend 7Q4K-29TM\n  evenhand signoff late amend 7Q4K-29TM --dry-run", renewed, OpenMode::read_write, amend);
  again->add_option("--waive", renewed->waived, "Name of something that stands in the way; several by repeating")->allow_extra_args(false)->type_name("NAME");
}

}  // namespace evenhand::cli
