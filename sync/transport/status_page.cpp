#include "sync/transport/status_page.h"

#include <memory>

namespace evenhand {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t kPageRequestBytesMax = 8 * 1024;
constexpr std::size_t kPageVisitorsMax = 16;
constexpr int kVisitSeconds = 5;

std::string answer_to(const std::string& request, const Endpoint::Page& page) {
  const std::size_t space = request.find(' ', 4);
  int status = 400;
  std::string text = "only GET is answered here\n";
  if (request.starts_with("GET /") && space != std::string::npos && space < request.find('\r')) std::tie(status, text) = page(request.substr(4, space - 4));
  const char* words = status == 200 ? " OK" : status == 404 ? " Not Found" : status == 503 ? " Service Unavailable" : " Bad Request";
  return "HTTP/1.1 " + std::to_string(status) + words + "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " + std::to_string(text.size()) +
         "\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n" + text;
}

// One request and its answer.
class Visit : public std::enable_shared_from_this<Visit> {
 public:
  Visit(tcp::socket socket, const Endpoint::Page& page, std::size_t& open) : socket_(std::move(socket)), timer_(socket_.get_executor()), page_(page), open_(open) { ++open_; }
  ~Visit() { --open_; }
  void begin() {
    timer_.expires_after(std::chrono::seconds(kVisitSeconds));
    timer_.async_wait([self = shared_from_this()](const error_code& error) {
      error_code ignored;
      if (!error) self->socket_.close(ignored);
    });
    read();
  }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(piece_), [self = shared_from_this()](const error_code& error, std::size_t bytes) {
      if (error) return self->end();
      self->text_.append(self->piece_.data(), bytes);
      const bool is_whole = self->text_.find("\r\n\r\n") != std::string::npos;
      if (!is_whole && self->text_.size() < kPageRequestBytesMax) return self->read();
      self->text_ = is_whole ? answer_to(self->text_, self->page_) : "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n";
      asio::async_write(self->socket_, asio::buffer(self->text_), [self](const error_code&, std::size_t) { self->end(); });
    });
  }
  void end() {
    error_code ignored;
    timer_.cancel();
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

  tcp::socket socket_;
  asio::steady_timer timer_;
  const Endpoint::Page& page_;
  std::size_t& open_;
  std::array<char, 1024> piece_;
  std::string text_;
};

}  // namespace

Result<std::uint16_t> StatusPage::listen(const std::string& host, std::uint16_t port) {
  error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (error || !address.is_loopback()) return refused("metrics are served on this computer's own loop only", host, "Use 127.0.0.1 or ::1.");
  const tcp::endpoint at(address, port);
  acceptor_.open(at.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(at, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return unavailable("cannot serve metrics there: " + error.message(), host + ":" + std::to_string(port), "Choose another port.");
  accept();
  return acceptor_.local_endpoint().port();
}

void StatusPage::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error && open_ < kPageVisitorsMax) std::make_shared<Visit>(std::move(socket), page_, open_)->begin();
    accept();
  });
}

}  // namespace evenhand
