/// Connections to other replicas: TLS 1.3, both sides pinned to device keys, own time limits. The only code that opens
/// a connection.
///
/// One endpoint runs all its connections in the thread that calls run(); exchanges are driven from there, so they may use a
/// workspace without locks.
/// Threads: one. Lifetime: must outlive run().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/crypto/sign.h"
#include "sync/transport/exchange.h"

namespace evenhand {

/// In milliseconds. A partner that keeps quiet for longer is let go; what came so far is kept.
struct TimeLimits {
  int connect_ms = 10'000;
  int handshake_ms = 10'000;
  int idle_ms = 60'000;
  int goodbye_ms = 3'000;
};

inline constexpr std::size_t kPartnerConnectionsMax = 64;
/// Of callers that have not shown yet that they are anybody's partner: one more, and the oldest of them is cut. So whoever keeps many open, or
/// talks slowly, keeps no partner out.
inline constexpr std::size_t kStrangerConnectionsMax = 32;
/// One more call of a device, and its oldest connection is cut: that of a laptop that lost its network, mostly.
inline constexpr std::size_t kDeviceConnectionsMax = 4;
inline constexpr std::uint16_t kSyncPort = 7410;

/// "host:port", "192.0.2.7:7410" or "[2001:db8::7]:7410".
struct Address {
  std::string host;
  std::uint16_t port = kSyncPort;
  std::string text() const;
  /// Errors: refused (no host, a port that is none).
  static Result<Address> parse(std::string_view text);
};

/// What a connection is for; the caller says so in its first packet.
enum class Purpose { exchange, pairing };

class Endpoint {
 public:
  /// Decides on a partner whose key is proved: its exchange, or an error (told to nobody but the log here; the connection
  /// closes). For outgoing connections the pinned key was checked before.
  using Greet = std::function<Result<std::unique_ptr<Exchange>>(const Peer&)>;
  /// A connection that never became an exchange.
  using Failed = std::function<void(const Error&, const std::string& address)>;

  /// Is this the device that is wanted?
  using Pin = std::function<bool(const PublicKey&)>;

  static Result<Endpoint> make(const KeyPair& device, const TimeLimits& limits = {});
  Endpoint(Endpoint&&) noexcept;
  ~Endpoint();

  /// Takes connections at a local address ("0.0.0.0", "::", "127.0.0.1"); port 0: any. Returns the port.
  /// Errors: unavailable (in use, no permission, no such address).
  Result<std::uint16_t> listen(const std::string& host, std::uint16_t port, Greet greet, Failed failed);
  /// Connects; run() does the work. `pin`: which device is welcome there; any other is left before a byte is sent. `failed`: could not be reached, showed
  /// another key, cut off before the greeting.
  void connect(const Address& to, Pin pin, Greet greet, Failed failed, Purpose purpose = Purpose::exchange);
  /// Calls back whenever the descriptor is readable, while run() runs. Not owned.
  void watch(int descriptor, std::function<void()> readable);
  /// Calls back once, after that time.
  void after(int milliseconds, std::function<void()> then);

  /// Exchanges may have something to say that nothing from their partners brought about: asks them all.
  void nudge();
  /// Answers plain HTTP GET at a local address with short pages for whoever runs this program: metrics, health. `page` gets the
  /// path and gives status 200, 404 or 503 and the text. Reads at most 8 KiB of a request, gives it 5 s. Returns the port.
  /// Errors: refused (an address that is not of this computer's own loop), unavailable (in use).
  using Page = std::function<std::pair<int, std::string>(const std::string& path)>;
  Result<std::uint16_t> serve_pages(const std::string& host, std::uint16_t port, Page page);

  /// Ends all connections at once; their exchanges end as cut and are gone when it returns. Not to be called by an exchange.
  void cut();
  /// Connections that are open or being opened.
  std::size_t open() const;
  /// Runs until nothing is left to do (no listener, no connection, no timer) or until `stop` says so, asked every 200 ms;
  /// open exchanges then end as cut. Errors: unavailable (the system's own).
  Result<void> run(const std::function<bool()>& stop);

 private:
  struct State;
  explicit Endpoint(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace evenhand
