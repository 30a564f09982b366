#include "sync/transport/connection.h"

#include <boost/asio/connect.hpp>

#include "sync/transport/tls_identity.h"

namespace evenhand {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kWriteBytes = 256 * 1024;
constexpr std::size_t kReadBeforeAnswer = 1024 * 1024;  // an exchange makes durable what has come when it is asked to answer

Error cut_off(std::string what, const std::string& address) {
  return unavailable(std::move(what), address, "What came before is kept; try again.");
}

}  // namespace

Connection::Connection(asio::io_context& io, asio::ssl::context& tls, const TimeLimits& limits, Plan plan, std::function<void(Connection&)> gone)
    : stream_(io, tls), resolver_(io), timer_(io), ticker_(io), limits_(limits), plan_(std::move(plan)), gone_(std::move(gone)) {}

void Connection::open(const Address& to) {
  wait_at_most(limits_.connect_ms, "the partner could not be reached in time");
  resolver_.async_resolve(to.host, std::to_string(to.port), [self = shared_from_this()](const error_code& error, const tcp::resolver::results_type& found) {
    if (error) return self->finish(cut_off("no computer was found under this address", self->plan_.address));
    asio::async_connect(self->socket(), found, [self](const error_code& failed, const tcp::endpoint&) {
      if (failed) return self->finish(cut_off("the partner could not be reached: " + failed.message(), self->plan_.address));
      self->shake_hands();
    });
  });
}

void Connection::accepted() { shake_hands(); }

void Connection::shake_hands() {
  error_code ignored;
  socket().set_option(tcp::no_delay(true), ignored);
  wait_at_most(limits_.handshake_ms, "the other side did not prove itself in time");
  if (plan_.purpose == Purpose::pairing) {
    if (const Result<void> named = call_to_pair(stream_.native_handle()); !named) return finish(named);
  }
  const auto role = plan_.pin ? asio::ssl::stream_base::client : asio::ssl::stream_base::server;
  stream_.async_handshake(role, [self = shared_from_this()](const error_code& error) {
    if (error) return self->finish(cut_off("no secure connection could be made: " + error.message(), self->plan_.address));
    if (const Result<void> greeted = self->greet(); !greeted) return self->finish(greeted);
    self->tick_on();
    self->read();
    self->pump();
  });
}

Result<void> Connection::greet() {
  EVENHAND_TRY(const Partnered partner, partner_of(stream_.native_handle()));
  if (plan_.pin && !plan_.pin(partner.device)) {
    return refused("another device answers under this address", plan_.address, "Nothing was sent to it. Pair anew if the partner has a new device.");
  }
  EVENHAND_TRY(const Hash channel, channel_binding(stream_.native_handle()));
  EVENHAND_TRY(exchange_, plan_.greet({partner.device, channel, plan_.address, partner.is_pairing}));
  partner_ = partner.device;
  return {};
}

void Connection::read() {
  wait_at_most(limits_.idle_ms, "the partner has not been heard of for too long");
  is_reading_ = true;
  stream_.async_read_some(asio::buffer(incoming_), [self = shared_from_this()](const error_code& error, std::size_t bytes) { self->took(error, bytes); });
}

void Connection::took(const error_code& error, std::size_t bytes) {
  is_reading_ = false;
  if (is_over_) return;
  if (is_leaving_) return close();
  if (error == asio::error::eof) {  // what came before may still wait to be made durable, and finish the exchange
    has_partner_closed_ = true;
    return pump();
  }
  if (error) return finish(cut_off("the connection was cut before both sides were done", plan_.address));
  const Result<void> taken = exchange_->receive(ByteView(incoming_).first(bytes));
  if (!taken && !failure_) failure_ = taken.error();
  taken_since_pump_ += bytes;
  if (failure_ || taken_since_pump_ >= kReadBeforeAnswer || !has_more_at_hand()) {
    taken_since_pump_ = 0;
    pump();
  }
  if (!is_over_ && !is_leaving_ && !failure_) read();
}

bool Connection::has_more_at_hand() {
  error_code failed;
  return SSL_pending(stream_.native_handle()) > 0 || (socket().available(failed) > 0 && !failed);
}

void Connection::tick_on() {
  ticker_.expires_after(std::chrono::seconds(1));
  ticker_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || self->is_over_ || self->is_leaving_) return;
    self->exchange_->tick(++self->ticks_ * 1000);
    self->tick_on();
    self->pump();
  });
}

void Connection::pump() {
  if (is_writing_ || is_over_ || is_leaving_) return;
  outgoing_ = exchange_->take_output(kWriteBytes);
  if (outgoing_.empty()) {
    if (failure_ || exchange_->is_finished()) return say_goodbye();
    if (has_partner_closed_) finish(cut_off("the connection was cut before both sides were done", plan_.address));
    return;
  }
  is_writing_ = true;
  asio::async_write(stream_, asio::buffer(outgoing_), [self = shared_from_this()](const error_code& error, std::size_t) {
    self->is_writing_ = false;
    if (self->is_over_) return;
    if (error) return self->finish(cut_off("the connection was cut before both sides were done", self->plan_.address));
    self->wait_at_most(self->limits_.idle_ms, "the partner has not been heard of for too long");
    self->pump();
  });
}

// Asio's TLS stream closes well only when nothing else is under way on it.
void Connection::say_goodbye() {
  is_leaving_ = true;
  error_code ignored;
  if (is_reading_) {
    socket().cancel(ignored);  // took() goes on
  } else {
    close();
  }
}

// Both sides say that they close, so a cut cannot pass for an end.
void Connection::close() {
  wait_at_most(limits_.goodbye_ms, "the partner did not close the connection");
  stream_.async_shutdown([self = shared_from_this()](const error_code& error) {
    if (self->failure_) return self->finish(*self->failure_);
    if (error && error != asio::error::eof) return self->finish(cut_off("the connection was cut before the partner closed it", self->plan_.address));
    self->finish({});
  });
}

void Connection::wait_at_most(int milliseconds, std::string_view what) {
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  timer_.async_wait([self = shared_from_this(), what](const error_code& error) {
    if (error) return;
    self->finish(self->failure_ ? *self->failure_ : cut_off(std::string(what), self->plan_.address));
  });
}

void Connection::cut() { finish(cut_off("the exchange was stopped", plan_.address)); }

void Connection::finish(const Result<void>& how) {
  if (is_over_) return;
  is_over_ = true;
  error_code ignored;
  timer_.cancel();
  ticker_.cancel();
  resolver_.cancel();
  socket().close(ignored);
  if (exchange_) {
    exchange_->ended(how);
    exchange_.reset();  // now, and not when the last handler has run: it stands on what its owner may close next
  } else if (!how) {
    plan_.failed(how.error(), plan_.address);
  }
  gone_(*this);
}

}  // namespace evenhand
