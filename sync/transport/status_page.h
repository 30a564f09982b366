/// Short pages over plain HTTP for this computer alone. Private to sync/transport. Threads: that of the endpoint.
#pragma once

#include "core/base/result.h"
#include "sync/transport/asio.h"
#include "sync/transport/endpoint.h"

namespace evenhand {

class StatusPage {
 public:
  StatusPage(boost::asio::io_context& io, Endpoint::Page page) : acceptor_(io), page_(std::move(page)) {}
  /// Errors: refused (not a loopback address), unavailable.
  Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

 private:
  void accept();

  boost::asio::ip::tcp::acceptor acceptor_;
  Endpoint::Page page_;
  std::size_t open_ = 0;
};

}  // namespace evenhand
