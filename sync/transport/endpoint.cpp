#include "sync/transport/endpoint.h"

#include <algorithm>
#include <cctype>
#include <functional>
#include <list>

#include "sync/transport/connection.h"
#include "sync/transport/status_page.h"
#include "sync/transport/tls_identity.h"

namespace evenhand {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds kAcceptPause{200};

}  // namespace

struct Endpoint::State {
  State(asio::ssl::context context, const TimeLimits& wanted) : tls(std::move(context)), limits(wanted) {}

  std::shared_ptr<Connection> connection(Connection::Plan plan) {
    auto made = std::make_shared<Connection>(io, tls, limits, std::move(plan), [this](Connection& gone) {
      connections.remove_if([&](const auto& one) { return one.get() == &gone; });
    });
    connections.push_back(made);
    return made;
  }
  /// Cuts the oldest of those until one more is within the bound.
  template <class Is>
  void make_room(std::size_t most, const Is& is) {
    while (count(is) >= most) std::shared_ptr<Connection>(*std::find_if(connections.begin(), connections.end(), is))->cut();
  }
  template <class Is>
  std::size_t count(const Is& is) const {
    return static_cast<std::size_t>(std::count_if(connections.begin(), connections.end(), is));
  }
  void cut() {
    while (!connections.empty()) std::shared_ptr<Connection>(connections.front())->cut();  // takes itself off the list
  }

  struct Listener {
    tcp::acceptor acceptor;
    Greet greet;
    Failed failed;
    asio::steady_timer pause;
  };
  void accept(Listener& listener);
  void rest(Listener& listener);
  void take(Listener& listener, tcp::socket socket);
  void wait(asio::posix::stream_descriptor& watched, std::function<void()> readable);
  bool has_work() const { return !connections.empty() || !listeners.empty() || timers > 0; }

  asio::io_context io;
  asio::ssl::context tls;
  TimeLimits limits;
  std::list<Listener> listeners;
  std::list<StatusPage> pages;
  std::list<asio::posix::stream_descriptor> watched;
  std::list<std::shared_ptr<Connection>> connections;  ///< the oldest first
  std::size_t timers = 0;
};

void Endpoint::State::accept(Listener& listener) {
  listener.acceptor.async_accept([this, &listener](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (error) return rest(listener);
    take(listener, std::move(socket));
    accept(listener);
  });
}

// Out of descriptors, say: the caller waits on, and asking again at once would keep the processor busy until there are some.
void Endpoint::State::rest(Listener& listener) {
  listener.pause.expires_after(kAcceptPause);
  listener.pause.async_wait([this, &listener](const error_code& error) {
    if (!error) accept(listener);
  });
}

void Endpoint::State::take(Listener& listener, tcp::socket socket) {
  const auto is_stranger = [](const auto& one) { return one->is_with_stranger(); };
  error_code unknown;
  const auto from = socket.remote_endpoint(unknown);
  if (unknown || count(std::not_fn(is_stranger)) >= kPartnerConnectionsMax) return;
  make_room(kStrangerConnectionsMax, is_stranger);
  const auto greet = [this, &listener](const Peer& peer) {
    make_room(kDeviceConnectionsMax, [&](const auto& one) { return one->partner() == peer.device; });
    return listener.greet(peer);
  };
  const Address address{from.address().to_string(), from.port()};
  auto made = connection({greet, listener.failed, {}, address.text(), {}});
  made->socket() = std::move(socket);
  made->accepted();
}

void Endpoint::State::wait(asio::posix::stream_descriptor& descriptor, std::function<void()> readable) {
  descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [this, &descriptor, readable](const error_code& error) {
    if (error) return;
    readable();
    wait(descriptor, readable);
  });
}

Endpoint::Endpoint(std::unique_ptr<State> state) : state_(std::move(state)) {}
Endpoint::Endpoint(Endpoint&&) noexcept = default;

Endpoint::~Endpoint() {
  if (!state_) return;
  for (auto& descriptor : state_->watched) descriptor.release();
}

Result<Endpoint> Endpoint::make(const KeyPair& device, const TimeLimits& limits) {
  EVENHAND_TRY(asio::ssl::context tls, make_tls_context(device));
  return Endpoint(std::make_unique<State>(std::move(tls), limits));
}

Result<std::uint16_t> Endpoint::listen(const std::string& host, std::uint16_t port, Greet greet, Failed failed) {
  const std::string where = Address{host, port}.text();
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error) return refused("this is no address of this computer", host, "Use 127.0.0.1 for this computer alone, 0.0.0.0 for its network.");
  tcp::acceptor acceptor(state_->io);
  const tcp::endpoint at(address, port);
  acceptor.open(at.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(at, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return unavailable("cannot take connections there: " + error.message(), where, "Choose another port, or end the program that uses it.");
  const std::uint16_t chosen = acceptor.local_endpoint().port();
  state_->listeners.push_back({std::move(acceptor), std::move(greet), std::move(failed), asio::steady_timer(state_->io)});
  state_->accept(state_->listeners.back());
  return chosen;
}

void Endpoint::connect(const Address& to, Pin pin, Greet greet, Failed failed, Purpose purpose) {
  state_->connection({std::move(greet), std::move(failed), std::move(pin), to.text(), purpose})->open(to);
}

void Endpoint::watch(int descriptor, std::function<void()> readable) {
  state_->watched.emplace_back(state_->io, descriptor);
  state_->wait(state_->watched.back(), std::move(readable));
}

void Endpoint::after(int milliseconds, std::function<void()> then) {
  ++state_->timers;
  auto timer = std::make_shared<asio::steady_timer>(state_->io, std::chrono::milliseconds(milliseconds));
  timer->async_wait([timer, then = std::move(then), state = state_.get()](const error_code& error) {
    --state->timers;
    if (!error) then();
  });
}

void Endpoint::nudge() {
  const auto open = state_->connections;  // each may take itself off the list
  for (const auto& connection : open) connection->nudge();
}

Result<std::uint16_t> Endpoint::serve_pages(const std::string& host, std::uint16_t port, Page page) {
  state_->pages.emplace_back(state_->io, std::move(page));
  return state_->pages.back().listen(host, port);
}

void Endpoint::cut() { state_->cut(); }

std::size_t Endpoint::open() const { return state_->connections.size(); }

Result<void> Endpoint::run(const std::function<bool()>& stop) {
  try {
    while (state_->has_work()) {
      if (stop && stop()) break;
      state_->io.restart();
      state_->io.run_for(std::chrono::milliseconds(200));
    }
    state_->cut();
    state_->io.restart();
    state_->io.poll();
    return {};
  } catch (const std::exception& error) {
    return unavailable("the network failed: " + std::string(error.what()));
  }
}

std::string Address::text() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Address> Address::parse(std::string_view text) {
  Address address;
  const auto bad = [&] { return refused("this is no address", std::string(text), "Write it as 192.0.2.7:7410 or laptop.example:7410."); };
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return bad();
    address.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return bad();
  } else {
    const std::size_t colon = text.find(':');
    address.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (address.host.empty() || address.host.size() > 253) return bad();
  const auto is_of_a_host = [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':' || c == '%' || c >= 0x80; };
  if (!std::all_of(address.host.begin(), address.host.end(), is_of_a_host)) return bad();
  if (port.empty()) return address;
  unsigned long number = 0;
  for (const char digit : port.substr(1)) {
    if (digit < '0' || digit > '9' || number > 65535) return bad();
    number = number * 10 + static_cast<unsigned long>(digit - '0');
  }
  if (port.size() < 2 || number == 0 || number > 65535) return bad();
  address.port = static_cast<std::uint16_t>(number);
  return address;
}

}  // namespace evenhand
