// sync partners: whom this laptop exchanges with, over the network or by file, and how far they are behind.
#include "apps/cli/sync_partners.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <ostream>

#include "apps/cli/commands.h"
#include "apps/cli/membership.h"
#include "apps/cli/text.h"
#include "core/engine/membership.h"
#include "core/policy/name_key.h"

namespace evenhand::cli {

namespace {

std::string some_of(const std::vector<std::string>& all) {
  constexpr std::size_t kNamed = 3;
  std::string names;
  for (std::size_t i = 0; i < std::min(kNamed, all.size()); ++i) names += (names.empty() ? "" : "; ") + all[i];
  return all.size() > kNamed ? names + "; and " + std::to_string(all.size() - kNamed) + " more" : names;
}

std::string not_empty(const std::string& words) { return words.empty() ? "it is empty" : ""; }

std::string when_text(ClaimedTime when) { return when.ms == 0 ? "never" : clock_text(when); }


// Devices and title of a partner by file that is called so; nothing when it is none, or several.
std::optional<FilePartner> file_partner_meant(const Workspace& workspace, PartnerBook& book, const std::string& words) {
  const auto all = file_partners(workspace, book);
  if (!all) return std::nullopt;
  std::optional<FilePartner> found;
  for (const FilePartner& partner : *all) {
    if (name_key(words).empty() || name_key(partner.title).find(name_key(words)) == std::string::npos) continue;
    if (found) return std::nullopt;
    found = partner;
  }
  return found;
}

Result<void> forget_partner(Workspace& workspace, Console& console, const std::string& words) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  const std::optional<FilePartner> by_file = book.find_by_words(words) ? std::nullopt : file_partner_meant(workspace, book, words);
  FilePartner meant;
  if (by_file) {
    meant = *by_file;
  } else {
    EVENHAND_TRY(const Partner partner, partner_meant(workspace, book, words));
    const bool was_by_file = std::any_of(book.by_file().begin(), book.by_file().end(), [&](const FileContact& one) { return one.device == partner.device; });
    if (book.find(partner.device) == nullptr && !was_by_file) return not_found("this laptop was never exchanged with, so it is not on the list", partner.title, "See the list with: evenhand sync partners");
    meant.title = partner.title;
    meant.devices = {partner.device};
  }
  if (console.dry_run) return console.say("Would forget " + meant.title + ". Nothing was saved (--dry-run)."), Result<void>();
  for (const PublicKey& device : meant.devices) EVENHAND_CHECK(book.forget(device));
  console.say("Forgot " + meant.title + ". It stays off the list until you pair again, or write it a file by its name. Its rights in shared spaces are another matter: evenhand partner remove");
  return {};
}

Result<void> list_partners(Workspace& workspace, Console& console) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(workspace.folder()));
  TextTable table({"Partner", "Last contact", "Waiting", "How it went"}, true);
  Json list = Json::array();
  for (const Partner& partner : book.partners()) {
    const std::string address = partner.addresses.empty() ? "" : partner.addresses.front();
    EVENHAND_TRY(const Apart apart, apart_from(workspace, book, {partner.device}));
    table.add({partner.title, when_text(partner.last_contact), apart_text(apart), partner.last_outcome + (address.empty() ? "" : " (" + address + ")")});
    list.push(Json::object().set("partner", partner.title).set("by", "network").set("device", partner.device.hex()).set("hub", partner.is_hub).set("address", address)
                  .set("last_contact_ms", partner.last_contact.ms).set("last_outcome", partner.last_outcome).set("waiting", apart.not_there).set("not_here", apart.not_here));
  }
  EVENHAND_TRY(const std::vector<FilePartner> by_file, file_partners(workspace, book));
  for (const FilePartner& partner : by_file) {
    table.add({partner.title + " (by file)", when_text(partner.received), apart_text(partner.apart), partner.last_files(machine_clock().now())});
    list.push(to_json(partner));
  }
  if (console.json) {
    console.out << write_json(list, JsonStyle::pretty);
  } else if (table.is_empty()) {
    console.say("No partner is known yet. Meet one: evenhand pair   or exchange by file: evenhand sync send --to FILE");
  } else {
    console.plain ? table.print_plain(console.out) : table.print(console.out, terminal_columns());
  }
  const auto behind = std::find_if(by_file.begin(), by_file.end(), [](const FilePartner& partner) { return partner.apart.not_there > 0; });
  if (behind != by_file.end()) console.say("What waits for " + behind->title + " goes by a file: " + behind->command());
  return {};
}

}  // namespace

// The book knows titles; short names, and whoever came in by file and was never called, stand in the spaces themselves.
Result<Partner> partner_meant(const Workspace& workspace, const PartnerBook& book, const std::string& words) {
  auto titled = book.find_by_words(words);
  if (titled || titled.error().code != ErrorCode::not_found) return titled;
  std::map<PublicKey, Partner> found;
  for (const Space& space : workspace.spaces()) {
    const auto named = devices_named(space, words);
    if (!named && named.error().code != ErrorCode::not_found) return named.error();
    for (const PublicKey& key : named ? *named : std::vector<PublicKey>{}) {
      const Device& device = *space.fold.access().find_device(key);
      if (device.is_removed || key == workspace.keystore().device().public_key()) continue;
      const Partner* known = book.find(key);
      found.try_emplace(key, known != nullptr ? *known : Partner{key, device.organisation, name_of(space, device.organisation) + " (" + device.label + ")", {}, false, {}, {}});
    }
  }
  if (found.size() > 1 && std::any_of(found.begin(), found.end(), [&](const auto& one) { return book.find(one.first) != nullptr; })) {
    std::erase_if(found, [&](const auto& one) { return book.find(one.first) == nullptr; });
  }
  if (found.empty()) return titled;
  if (found.size() == 1) return found.begin()->second;
  std::string names;
  for (const auto& [key, partner] : found) names += (names.empty() ? "" : "; ") + partner.title;
  return refused("several laptops are called that: " + names, words, "Write the name of the one that you mean.");
}

// Nobody can be called: are there any that call us?
Error nobody_to_call(const PartnerBook& book, const std::vector<FilePartner>& by_file) {
  if (book.partners().empty() && !by_file.empty()) {
    std::vector<std::string> waiting;
    for (const FilePartner& partner : by_file) waiting.push_back(partner.title + ": " + partner.last_files(machine_clock().now()) + ", " + apart_text(partner.apart) + " waiting");
    return not_found("the partners that are known exchange by file, and have no address here: " + some_of(waiting), "", "Write them a file: " + by_file.front().command() + (by_file.size() > 1 ? "   See: evenhand sync partners" : ""));
  }
  if (book.partners().empty()) return not_found("no partner is known yet", "", "Pair first: evenhand pair   or exchange by file: evenhand sync send --to FILE");
  const std::size_t all = book.partners().size();
  std::vector<std::string> titles;
  for (const Partner& partner : book.partners()) titles.push_back(cut_to(harmless_line(partner.title), 40));
  return not_found((all == 1 ? "the partner that is known calls this laptop, and has no address here: " : "the partners that are known call this laptop, and have no address here: ") + some_of(titles), "",
                   "Take calls with: evenhand sync serve   or say where one is: evenhand sync now PARTNER --address HOST:PORT");
}

void add_sync_partners(CLI::App& sync, Console& console) {
  const auto forget = std::make_shared<std::string>();
  CLI::App* partners = add_command(sync, "partners", "Whom this laptop exchanges with, how it last went, and how many changes wait for them", "  evenhand sync partners\n  evenhand sync partners --json", [forget, &console] {
    with_workspace(console, forget->empty() ? OpenMode::read_only : OpenMode::read_write,
                   [&](Workspace& workspace) { return forget->empty() ? list_partners(workspace, console) : forget_partner(workspace, console, *forget); });
  });
  partners->add_option("--forget", *forget, "Take one off the list")->check(not_empty)->type_name("PARTNER");
}

}  // namespace evenhand::cli
