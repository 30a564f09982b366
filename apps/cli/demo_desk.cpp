#include "apps/cli/demo_desk.h"

#include <algorithm>
#include <atomic>
#include <set>
#include <system_error>
#include <thread>

#include "apps/cli/file_partners.h"
#include "apps/cli/session.h"
#include "apps/cli/text.h"
#include "apps/shared/sync_service.h"
#include "core/engine/membership.h"
#include "sync/bundle/bundle.h"
#include "sync/replica/workspace_replica.h"

namespace evenhand::cli {

Result<void> Desk::found(const std::filesystem::path& folder, const std::string& organisation, const std::string& short_name, const std::string& device) {
  name = short_name;
  label = device;
  EVENHAND_TRY(Workspace made, Workspace::create(folder, {organisation, short_name, device, true}, machine_clock(), machine_random()));
  workspace.emplace(std::move(made));
  return {};
}

Result<Bytes> Desk::join(const std::filesystem::path& folder, ByteView invitation, const std::string& short_name, const std::string& device) {
  name = short_name;
  label = device;
  EVENHAND_TRY(Bytes reply, join_organisation(folder, invitation, device, machine_clock(), machine_random()));
  EVENHAND_TRY(Workspace opened, Workspace::open(folder, OpenMode::read_write, machine_clock(), machine_random()));
  workspace.emplace(std::move(opened));
  return reply;
}

namespace {

bool goes_on(const BundleProgress&) { return !was_stopped(); }

Result<std::uint64_t> take_in(Desk& desk, const std::filesystem::path& file) {
  WorkspaceReplica replica(*desk);
  BundleSink sink;
  sink.find_space = [&](const SpaceId& id) { return replica.any_space(id); };
  sink.find_key = [&](const SpaceId& id, const KeyId& key) { return desk->epoch_key(id, key); };
  sink.fold = [&] { return desk->settle(); };
  const std::vector<std::filesystem::path> parts = {file};
  EVENHAND_TRY(const BundleReport report, read_bundle(parts, {&desk->keystore().device(), std::nullopt}, sink, goes_on));
  EVENHAND_CHECK(desk->settle());
  if (!report.is_whole || report.needs_request()) return corrupt("not everything in the demo's file was taken", file);
  std::uint64_t fresh = 0;
  for (const SpaceReport& space : report.spaces) fresh += space.events_new;
  const ClaimedTime now = machine_clock().now();
  EVENHAND_CHECK(note_received_file(*desk, report, now));
  EVENHAND_CHECK(ExchangeLog(desk->folder()).add({now, report.title, "file received", 0, fresh, "received " + counted(fresh, "change")}));
  return fresh;
}

}  // namespace

Result<std::uint64_t> carry(Desk& from, const std::vector<Desk*>& to, const std::filesystem::path& file) {
  WorkspaceReplica replica(*from);
  BundleOrder order;
  order.file = file;
  order.title = replica.title();
  order.created = machine_clock().now();
  for (const Desk* desk : to) order.devices.push_back(desk->device());
  std::sort(order.devices.begin(), order.devices.end());
  for (ReplicaSpace* space : replica.spaces_for(order.devices.front())) {
    const bool all_may = std::all_of(order.devices.begin(), order.devices.end(), [&](const PublicKey& device) {
      const auto seen = replica.spaces_for(device);
      return std::find(seen.begin(), seen.end(), space) != seen.end();
    });
    if (!all_may) continue;
    BundleSpace one{space, {}, from->current_epoch(space->id()), {}};
    if (space->blobs() != nullptr) {
      EVENHAND_TRY(one.attachments, space->blobs()->list());
    }
    order.spaces.push_back(std::move(one));
  }
  EVENHAND_TRY(const BundleWritten written, write_bundle(order, from->keystore().device(), machine_random(), goes_on));
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(from->folder()));
  EVENHAND_CHECK(note_sent_file(book, order.devices, true, order.created));
  const std::string whom = to.size() == 1 ? to.front()->name + " (" + to.front()->label + ")" : counted(to.size(), "device");
  EVENHAND_CHECK(ExchangeLog(from->folder()).add({order.created, whom, "file sent", written.events, 0, "sent " + counted(written.events, "change")}));
  std::uint64_t fresh = 0;
  for (Desk* desk : to) {
    EVENHAND_TRY(const std::uint64_t taken, take_in(*desk, file));
    fresh += taken;
  }
  return fresh;
}

namespace {

Result<void> call(Desk& guest, const Partner& host, std::uint64_t& moved) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(guest->folder()));
  Result<void> how = unavailable("the call came to nothing");
  SyncService::Hooks hooks;
  hooks.exchanged = [&](const Exchanged& exchanged) {
    moved += exchanged.sent + exchanged.received;
    how = exchanged.is_in_step() ? Result<void>() : exchanged.how.ok() ? Result<void>(exchanged.outcome.why) : exchanged.how;
  };
  EVENHAND_TRY(const std::unique_ptr<SyncService> service, SyncService::open(*guest, book, machine_clock(), machine_random(), std::move(hooks)));
  service->call(host);
  EVENHAND_CHECK(service->run(was_stopped));
  return how;
}

}  // namespace

Result<void> exchange(Desk& host, const std::vector<Desk*>& guests, std::uint64_t& moved) {
  EVENHAND_TRY(PartnerBook book, PartnerBook::open(host->folder()));
  std::size_t heard = 0;  // of the host's thread
  SyncService::Hooks hooks;
  hooks.exchanged = [&heard](const Exchanged&) { ++heard; };
  EVENHAND_TRY(const std::unique_ptr<SyncService> service, SyncService::open(*host, book, machine_clock(), machine_random(), std::move(hooks)));
  EVENHAND_TRY(const std::uint16_t port, service->listen("127.0.0.1", 0));
  const Partner partner{host.device(), host->organisation(), host.name + " (" + host.label + ")", {"127.0.0.1:" + std::to_string(port)}, false, {}, {}};
  Result<void> ended;
  std::atomic<bool> was_cut = false;
  try {
    // The host stops once it too has ended every session: its last words may be under way when the guest is done.
    const std::jthread line([&](const std::stop_token& stop) {
      ended = service->run([&] { return was_cut || (stop.stop_requested() && (heard >= guests.size() || was_stopped())); });
    });
    for (Desk* guest : guests) {  // the host's workspace belongs to the other thread until `line` is gone
      const Result<void> one = call(*guest, partner, moved);
      was_cut = !one.ok();
      if (!one) return one;
    }
  } catch (const std::system_error& error) {
    return unavailable("no second thread can be started: " + std::string(error.what()));
  }
  return ended;
}

Result<std::string> agreed_digest(const std::vector<Desk*>& desks, const SpaceId& space) {
  std::set<Hash> digests;
  for (Desk* const desk : desks) {
    EVENHAND_TRY(const Hash digest, (*desk)->find_space(space)->fold.state_digest());
    digests.insert(digest);
  }
  if (digests.size() != 1) return corrupt("the laptops do not agree: " + std::to_string(digests.size()) + " different digests of one space", space.hex());
  return short_id_of(*EntityId::from(digests.begin()->view().first(EntityId::kSize)));
}

}  // namespace evenhand::cli
