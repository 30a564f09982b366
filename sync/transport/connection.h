/// One connection from its first packet to its end. Private to sync/transport.
///
/// Threads: that of its io_context only. Lifetime: kept alive by its own pending work; `gone` is the last that it does.
#pragma once

#include <memory>

#include "sync/transport/asio.h"
#include "sync/transport/endpoint.h"

namespace evenhand {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  struct Plan {
    Endpoint::Greet greet;
    Endpoint::Failed failed;
    Endpoint::Pin pin;  ///< set for those we opened
    std::string address;
    Purpose purpose = Purpose::exchange;  ///< of those we opened
  };
  /// `gone`: called once, last.
  Connection(boost::asio::io_context& io, boost::asio::ssl::context& tls, const TimeLimits& limits, Plan plan, std::function<void(Connection&)> gone);

  boost::asio::ip::tcp::socket::lowest_layer_type& socket() { return stream_.lowest_layer(); }
  void open(const Address& to);   ///< resolves, connects, then as accepted()
  void accepted();                ///< shakes hands and goes on by itself
  void cut();                     ///< ends it at once
  void nudge() { if (exchange_) pump(); }  ///< the exchange may have something to say
  /// It called, and has not shown yet that it is anybody's partner.
  bool is_with_stranger() const { return !plan_.pin && (!exchange_ || exchange_->is_with_stranger()); }
  /// Whose exchange it is; none before the greeting.
  const std::optional<PublicKey>& partner() const { return partner_; }

 private:
  using Stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

  void shake_hands();
  Result<void> greet();
  void read();
  void took(const boost::system::error_code& error, std::size_t bytes);
  void pump();
  void say_goodbye();
  void close();
  void tick_on();
  bool has_more_at_hand();
  void wait_at_most(int milliseconds, std::string_view what);
  void finish(const Result<void>& how);

  Stream stream_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer ticker_;
  const TimeLimits limits_;
  Plan plan_;
  std::function<void(Connection&)> gone_;
  std::unique_ptr<Exchange> exchange_;
  std::optional<PublicKey> partner_;
  std::array<std::uint8_t, 64 * 1024> incoming_;
  Bytes outgoing_;
  std::size_t taken_since_pump_ = 0;
  std::uint64_t ticks_ = 0;
  std::optional<Error> failure_;  ///< of the exchange: told once what is waiting was sent
  bool is_reading_ = false;
  bool is_writing_ = false;
  bool is_leaving_ = false;
  bool has_partner_closed_ = false;
  bool is_over_ = false;
};

}  // namespace evenhand
