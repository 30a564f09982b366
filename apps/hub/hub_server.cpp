#include "apps/hub/hub_server.h"

#include "core/os/files.h"
#include "core/store/reopening.h"

namespace evenhand {

namespace {

constexpr int kGoodbyeTurns = 15, kPauseTurns = 25, kLookTurns = 5;  // of 200 ms
/// Below this a hub says that it is not well: an exchange may bring as much.
constexpr std::uint64_t kFreeBytesLeast = std::uint64_t{256} << 20;

// The hub's one replica, lent to each session.
class LentReplica : public Replica {
 public:
  explicit LentReplica(RelayReplica& relay) : relay_(relay) {}
  const PublicKey& device() const override { return relay_.device(); }
  std::string title() const override { return relay_.title(); }
  std::vector<ReplicaSpace*> spaces_for(const PublicKey& partner) override { return relay_.spaces_for(partner); }
  Result<bool> welcome_space(const PublicKey& partner, const SpaceId& space) override { return relay_.welcome_space(partner, space); }
  std::optional<Bytes> farewell(const PublicKey& partner, const SpaceId& space) override { return relay_.farewell(partner, space); }
  ParcelRole parcel_role(const PublicKey& partner) const override { return relay_.parcel_role(partner); }
  Result<void> settle() override { return relay_.settle(); }

 private:
  RelayReplica& relay_;
};

void add_metric(std::string& text, const char* name, const char* kind, const char* help, std::uint64_t value) {
  text += std::string("# HELP evenhand_hub_") + name + " " + help + "\n# TYPE evenhand_hub_" + name + " " + kind + "\nevenhand_hub_" + name + " " + std::to_string(value) + "\n";
}

}  // namespace

HubServer::HubServer(const HubConfig& config, const HubIdentity& identity, Clock& clock, Random& random, Say say, Endpoint endpoint)
    : config_(config), identity_(identity), clock_(clock), random_(random), say_(std::move(say)), endpoint_(std::move(endpoint)), spaces_(identity.spaces) {}

Result<std::unique_ptr<HubServer>> HubServer::open(const HubConfig& config, const HubIdentity& identity, Clock& clock, Random& random, Say say) {
  if (identity.spaces.empty()) return refused("this hub has accepted no space yet", config.data.string(), "Take an invitation: evenhand hub accept FILE --to REPLY");
  EVENHAND_TRY(Endpoint endpoint, Endpoint::make(identity.keys->device()));
  std::unique_ptr<HubServer> made(new HubServer(config, identity, clock, random, std::move(say), std::move(endpoint)));
  EVENHAND_CHECK(made->open_store());
  HubServer* const server = made.get();
  EVENHAND_TRY(server->port_, server->endpoint_.listen(config.listen.host, config.listen.port, [server](const Peer& peer) { return server->greet(peer); },
                                                       [](const Error&, const std::string&) {}));
  EVENHAND_TRY(server->metrics_port_, server->endpoint_.serve_pages(config.metrics.host, config.metrics.port, [server](const std::string& path) { return server->page(path); }));
  return made;
}

Result<std::unique_ptr<Exchange>> HubServer::greet(const Peer& peer) {
  if (is_stopping_) return unavailable("the hub is being stopped");
  if (is_reopening_) return unavailable("the hub opens its store again");
  if (peer.is_pairing) {
    ++strangers_;
    return refused("a hub pairs with nobody");
  }
  if (!replica_->is_known(peer.device) && !replica_->has_departed(peer.device)) return turn_away(peer);
  const std::uint64_t number = ++sessions_;
  SessionExchange::Hooks hooks;
  hooks.ended = [this, number, device = peer.device](const SessionOutcome& outcome, const Result<void>& how) {
    live_.erase(number);
    note(device, outcome, how);
  };
  SessionOptions options;
  options.claimed = clock_.now();
  auto exchange = std::make_unique<SessionExchange>(std::make_unique<LentReplica>(*replica_), peer, memory_, random_, SessionRole::responder, options, Bytes(), std::move(hooks));
  live_[number] = exchange.get();
  return std::unique_ptr<Exchange>(std::move(exchange));
}

std::unique_ptr<Exchange> HubServer::turn_away(const Peer& peer) {
  ++strangers_;
  SessionExchange::Hooks hooks;
  hooks.ended = [](const SessionOutcome&, const Result<void>&) {};
  auto exchange = std::make_unique<SessionExchange>(std::make_unique<LentReplica>(*replica_), peer, memory_, random_, SessionRole::responder, SessionOptions(), Bytes(), std::move(hooks));
  exchange->refuse_caller(refused("this device is no member of any space of this hub", {}, "Exchange with an admin of the space first; the hub learns of members from them."));
  return exchange;
}

void HubServer::note(const PublicKey& partner, const SessionOutcome& outcome, const Result<void>& how) {
  std::uint64_t received = 0, sent = 0;
  for (const SpaceOutcome& space : outcome.spaces) {
    received += space.events_new;
    sent += space.events_sent;
  }
  const bool is_agreed = outcome.end == SessionEnd::in_sync && how.ok();
  if (is_agreed) ++sessions_agreed_;
  std::string line = "session with " + partner.hex().substr(0, 8) + ": " + (is_agreed ? "in step" : outcome.end == SessionEnd::refused ? "refused" : "not finished") + ", " +
                     std::to_string(outcome.spaces.size()) + " spaces, " + std::to_string(received) + " events taken, " + std::to_string(sent) + " given";
  if (outcome.attachments_received + outcome.attachments_sent > 0) {
    line += ", " + std::to_string(outcome.attachments_received) + " attachments taken, " + std::to_string(outcome.attachments_sent) + " given";
  }
  // A partner's own words stand in no log: they may be anything, whole lines and names too.
  constexpr std::string_view kTheirWords = "the partner ended the session: ";
  if (outcome.end == SessionEnd::refused) line += outcome.why.what.starts_with(kTheirWords) ? "; the partner ended it" : "; " + outcome.why.what;
  say_(line);
}

std::pair<int, std::string> HubServer::page(const std::string& path) const {
  if (replica_ == nullptr) return {503, "the store could not be opened again: it is tried every few seconds, and the log says why\n"};
  if (path == "/metrics") return {200, metrics()};
  if (path != "/health") return {404, "there is /metrics and /health\n"};
  const auto room = free_bytes(config_.data);
  if (is_stopping_) return {503, "stopping\n"};
  if (is_reopening_ || a_store_waits_to_be_reopened()) return {503, "a write failed: the store is opened again when there is room on the disk\n"};
  if (!replica_->usage() || !replica_->parcel_usage()) return {503, "the store cannot be read\n"};
  if (!room || *room < kFreeBytesLeast) return {503, "the disk is nearly full\n"};
  return {200, "well\n"};
}

std::string HubServer::metrics() const {
  const RelayCounters& counters = replica_->counters();
  std::string text;
  add_metric(text, "sessions_total", "counter", "Sessions begun.", sessions_);
  add_metric(text, "sessions_in_step_total", "counter", "Sessions that ended with equal logs.", sessions_agreed_);
  add_metric(text, "sessions_open", "gauge", "Sessions under way.", live_.size());
  add_metric(text, "strangers_total", "counter", "Connections of devices that are no members.", strangers_);
  add_metric(text, "frames_kept_total", "counter", "Frames of data taken.", counters.frames_kept);
  add_metric(text, "frames_known_total", "counter", "Frames of data that were here already.", counters.frames_known);
  add_metric(text, "frames_given_total", "counter", "Frames handed to partners.", counters.frames_given);
  add_metric(text, "attachment_pieces_kept_total", "counter", "Pieces of sealed attachments taken.", counters.pieces_kept);
  add_metric(text, "attachment_pieces_given_total", "counter", "Pieces of sealed attachments handed to partners.", counters.pieces_given);
  add_metric(text, "bytes_kept_total", "counter", "Bytes of frames of data and of attachments taken.", counters.bytes_kept);
  add_metric(text, "bytes_given_total", "counter", "Bytes of frames and of attachments handed to partners.", counters.bytes_given);
  add_metric(text, "refusals_total", "counter", "Batches of frames, pieces and offers of attachments refused.", counters.refusals);
  add_metric(text, "spaces", "gauge", "Spaces served.", replica_->spaces().size());
  if (const auto usage = replica_->usage()) {
    add_metric(text, "stored_frames", "gauge", "Frames of data in the store.", usage->count);
    add_metric(text, "stored_bytes", "gauge", "Bytes of frames of data in the store.", usage->bytes);
  }
  if (const auto usage = replica_->parcel_usage()) {
    add_metric(text, "stored_attachment_pieces", "gauge", "Pieces of sealed attachments in the store.", usage->count);
    add_metric(text, "stored_attachment_bytes", "gauge", "Bytes of sealed attachments in the store.", usage->bytes);
  }
  if (const auto room = free_bytes(config_.data)) add_metric(text, "disk_free_bytes", "gauge", "Bytes free for the store.", *room);
  return text;
}

void HubServer::say_once(const Error& error) {
  if (said_ != error.sentence()) say_(said_ = error.sentence());
}

Result<void> HubServer::open_store() {
  EVENHAND_TRY(RelayStores stores, RelayStores::open_tables(config_.data / "store"));
  EVENHAND_TRY(replica_, RelayReplica::open(std::move(stores), spaces_, config_.title, identity_.keys->device(), random_, config_.quota));
  replica_->count_on_from(counted_);
  return {};
}

// Sessions and what they look at hold parts of it: they hear why they end, and what is still there after that is cut.
void HubServer::look_after_store() {
  if (!is_reopening_) {
    const auto room = free_bytes(config_.data);
    if (!a_store_waits_to_be_reopened() || !room || *room < kFreeBytesToReopen) return;
    is_reopening_ = true;
    turns_to_reopen_ = kGoodbyeTurns;
    say_("a write to the store failed; opening it again");
    for (const auto& [number, exchange] : live_) exchange->dismiss(unavailable("the hub opens its store again", {}, "Try again in a minute."));
    endpoint_.nudge();
  }
  const bool is_in_use = replica_ != nullptr && endpoint_.open() > 0;
  if ((is_in_use || replica_ == nullptr) && --turns_to_reopen_ > 0) return;
  endpoint_.cut();
  if (replica_ != nullptr) counted_ = replica_->counters();
  replica_.reset();
  const auto opened = open_store();
  if (!opened) {
    say_once(opened.error());
    turns_to_reopen_ = kPauseTurns;
    return;
  }
  is_reopening_ = false;
  said_.clear();
  say_("the store is open again");
}

void HubServer::look_at_spaces() {
  if (turns_++ % kLookTurns != 0 || is_reopening_) return;
  const auto now = file_identity(HubIdentity::spaces_file(config_.data));
  if (!now || spaces_seen_ == *now) return;
  const auto take_in = [&]() -> Result<std::size_t> {
    EVENHAND_TRY(const std::vector<SpaceId> listed, HubIdentity::read_spaces(config_.data));
    EVENHAND_TRY(const std::size_t more, replica_->add(listed));
    spaces_ = listed;
    return more;
  };
  const auto more = take_in();
  if (!more) return say_once(more.error());
  spaces_seen_ = *now;
  if (*more > 0) say_("serves " + std::to_string(spaces_.size()) + " spaces now");
}

Result<void> HubServer::run(const std::function<bool()>& stop) {
  int turns_left = kGoodbyeTurns;
  return endpoint_.run([&] {
    if (!is_stopping_ && !stop()) {
      look_after_store();
      look_at_spaces();
      return false;
    }
    if (!is_stopping_) {
      is_stopping_ = true;
      for (const auto& [number, exchange] : live_) exchange->dismiss(unavailable("the hub is being stopped", {}, "Try again later."));
      endpoint_.nudge();
    }
    return endpoint_.open() == 0 || --turns_left <= 0;
  });
}

}  // namespace evenhand
