#include "sync/transport/endpoint.h"

#include <array>
#include <atomic>
#include <list>
#include <thread>

#include <catch2/catch.hpp>

#include "sync/transport/asio.h"
#include "tests/support/seeded_random.h"

using namespace evenhand;
namespace asio = boost::asio;

namespace {

// Sends what it was given; is finished when as many bytes came as it wanted, and then says so to nobody.
struct Said {
  Bytes heard;
  std::optional<Result<void>> how;
  std::optional<Peer> peer;
};

class Speech : public Exchange {
 public:
  Speech(Said& said, Bytes words, std::size_t wanted) : said_(said), words_(std::move(words)), wanted_(wanted) {}
  Result<void> receive(ByteView bytes) override {
    said_.heard.insert(said_.heard.end(), bytes.begin(), bytes.end());
    if (said_.heard.size() > wanted_) return refused("too many words");
    return {};
  }
  Bytes take_output(std::size_t most) override {
    const std::size_t size = std::min(most, words_.size() - sent_);
    const Bytes part(words_.begin() + static_cast<std::ptrdiff_t>(sent_), words_.begin() + static_cast<std::ptrdiff_t>(sent_ + size));
    sent_ += size;
    return part;
  }
  bool is_finished() const override { return sent_ == words_.size() && said_.heard.size() == wanted_; }
  void ended(const Result<void>& how) override { said_.how = how; }

 private:
  Said& said_;
  Bytes words_;
  std::size_t wanted_;
  std::size_t sent_ = 0;
};

Endpoint::Greet speak(Said& said, Bytes words, std::size_t wanted) {
  return [&said, words = std::move(words), wanted](const Peer& peer) -> Result<std::unique_ptr<Exchange>> {
    said.peer = peer;
    return std::unique_ptr<Exchange>(std::make_unique<Speech>(said, words, wanted));
  };
}

Endpoint::Failed keep(std::optional<Error>& error) {
  return [&error](const Error& given, const std::string&) { error = given; };
}

constexpr TimeLimits kShort{3'000, 400, 3'000, 1'000};
constexpr TimeLimits kLong{600'000, 600'000, 600'000, 600'000};  // what ends, ends for another reason

// An endpoint that listens in a thread of its own until it goes out of scope and its connections have ended.
class Server {
 public:
  explicit Server(Endpoint::Greet greet, const TimeLimits& limits = kShort) : key_(make_key(1)), endpoint_(*Endpoint::make(key_, limits)) {
    port_ = *endpoint_.listen("127.0.0.1", 0, std::move(greet), keep(failed_));
    thread_ = std::thread([this] { (void)endpoint_.run([this] { return stop_.load() && endpoint_.open() == 0; }); });
  }
  ~Server() { end(); }
  void end() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }
  static KeyPair make_key(std::uint64_t seed) {
    SeededRandom random(seed);
    return KeyPair::make(random);
  }
  const PublicKey& device() const { return key_.public_key(); }
  std::uint16_t port() const { return port_; }
  const std::optional<Error>& failed() const { return failed_; }

 private:
  KeyPair key_;
  Endpoint endpoint_;
  std::uint16_t port_ = 0;
  std::optional<Error> failed_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

Endpoint::Pin exactly(const PublicKey& wanted) {
  return [wanted](const PublicKey& device) { return device == wanted; };
}

// Lets `bytes` bytes of each direction through, then cuts both connections without a word.
class CuttingProxy {
 public:
  CuttingProxy(std::uint16_t to, std::size_t bytes) : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}), bytes_(bytes) {
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread([this, to] {
      asio::ip::tcp::socket guest(io_), host(io_);
      acceptor_.accept(guest);
      host.connect({asio::ip::make_address("127.0.0.1"), to});
      std::thread back([&] { pass(host, guest); });
      pass(guest, host);
      back.join();
    });
  }
  ~CuttingProxy() { thread_.join(); }
  std::uint16_t port() const { return port_; }

 private:
  void pass(asio::ip::tcp::socket& from, asio::ip::tcp::socket& to) {
    std::array<std::uint8_t, 4096> buffer;
    boost::system::error_code error;
    for (std::size_t left = bytes_; left > 0 && !error;) {
      const std::size_t got = from.read_some(asio::buffer(buffer.data(), std::min(left, buffer.size())), error);
      if (!error) asio::write(to, asio::buffer(buffer.data(), got), error);
      left -= got;
    }
    from.shutdown(asio::socket_base::shutdown_both, error);
    to.shutdown(asio::socket_base::shutdown_both, error);
  }

  asio::io_context io_;
  asio::ip::tcp::acceptor acceptor_;
  std::size_t bytes_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace

TEST_CASE("two devices exchange bytes both ways, know each other's key, and end in good order") {
  const Bytes long_words(3'000'000, 7);
  Said here, there;
  std::optional<Error> failed;
  const KeyPair guest = Server::make_key(2);
  Server server(speak(there, long_words, 5));
  Endpoint endpoint = *Endpoint::make(guest, kShort);
  endpoint.connect({"127.0.0.1", server.port()}, exactly(server.device()), speak(here, {1, 2, 3, 4, 5}, long_words.size()), keep(failed));
  REQUIRE(endpoint.run({}).ok());
  server.end();
  CHECK_FALSE(failed);
  REQUIRE(here.how);
  CHECK(here.how->ok());
  CHECK(here.heard == long_words);
  CHECK(here.peer->device == server.device());
  REQUIRE(there.how);
  if (!there.how->ok()) UNSCOPED_INFO(there.how->error().sentence());
  CHECK(there.how->ok());
  CHECK(there.heard == Bytes{1, 2, 3, 4, 5});
  CHECK(there.peer->device == guest.public_key());
  CHECK(there.peer->channel == here.peer->channel);
}

TEST_CASE("a partner that shows another key is left before a byte is sent") {
  Said here, there;
  std::optional<Error> failed;
  Server server(speak(there, {}, 5));
  Endpoint endpoint = *Endpoint::make(Server::make_key(2), kShort);
  endpoint.connect({"127.0.0.1", server.port()}, exactly(Server::make_key(9).public_key()), speak(here, {1, 2, 3, 4, 5}, 0), keep(failed));
  REQUIRE(endpoint.run({}).ok());
  server.end();
  REQUIRE(failed);
  CHECK(failed->code == ErrorCode::refused);
  CHECK_FALSE(here.peer);
  CHECK(there.heard.empty());
}

TEST_CASE("a connection that is cut anywhere is never a normal end") {
  const Bytes words(20'000, 7);
  // The handshake takes about 1,200 bytes each way; the last one lets everything through but the partner's goodbye.
  for (const std::size_t bytes : {0u, 100u, 900u, 1'500u, 5'000u, 15'000u, 20'600u}) {
    Said here, there;
    std::optional<Error> failed;
    Server server(speak(there, words, words.size()));
    {
      CuttingProxy proxy(server.port(), bytes);
      Endpoint endpoint = *Endpoint::make(Server::make_key(2), kShort);
      endpoint.connect({"127.0.0.1", proxy.port()}, exactly(server.device()), speak(here, words, words.size()), keep(failed));
      REQUIRE(endpoint.run({}).ok());
    }
    server.end();
    INFO("cut after " << bytes << " bytes");
    CHECK((failed || (here.how && !here.how->ok())));
    CHECK_FALSE((there.how && there.how->ok()));
  }
}

TEST_CASE("who connects and keeps quiet, or talks nonsense, is let go") {
  Said there;
  Server server(speak(there, {}, 0));
  asio::io_context io;
  for (const std::string& words : {std::string(), std::string("GET / HTTP/1.1\r\n\r\n"), std::string(4000, '\xFF')}) {
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::make_address("127.0.0.1"), server.port()});
    boost::system::error_code error;
    asio::write(socket, asio::buffer(words), error);
    std::array<std::uint8_t, 1000> answer;
    while (!error) socket.read_some(asio::buffer(answer), error);  // ends only because the server lets go
    CHECK(error);
  }
  server.end();
  CHECK(server.failed());
  CHECK_FALSE(there.peer);
}

TEST_CASE("callers that say nothing keep no partner out, however many they are") {
  Said here, there;
  std::optional<Error> failed;
  Server server(speak(there, {1, 2, 3}, 2), kLong);
  {
    asio::io_context io;
    std::list<asio::ip::tcp::socket> quiet;
    for (std::size_t i = 0; i < kPartnerConnectionsMax + kStrangerConnectionsMax; ++i) {
      quiet.emplace_back(io).connect({asio::ip::make_address("127.0.0.1"), server.port()});
    }
    Endpoint endpoint = *Endpoint::make(Server::make_key(2), kShort);
    endpoint.connect({"127.0.0.1", server.port()}, exactly(server.device()), speak(here, {4, 5}, 3), keep(failed));
    REQUIRE(endpoint.run({}).ok());
  }
  server.end();
  CHECK_FALSE(failed);
  REQUIRE(here.how);
  CHECK(here.how->ok());
  CHECK(here.heard == Bytes{1, 2, 3});
}

TEST_CASE("of a device that calls again and again the oldest connection is cut, so that it does not hold all places") {
  Said there;
  std::optional<Error> failed;
  std::array<Said, kDeviceConnectionsMax + 1> calls;
  Server server(speak(there, {}, 1), kLong);
  {
    Endpoint endpoint = *Endpoint::make(Server::make_key(2), kLong);
    std::size_t begun = 0;
    const auto call = [&] { endpoint.connect({"127.0.0.1", server.port()}, exactly(server.device()), speak(calls[begun++], {}, 1), keep(failed)); };
    call();
    int turns = 0;
    const auto ran = endpoint.run([&] {
      if (begun < calls.size() && calls[begun - 1].peer) call();
      return calls.front().how || ++turns > 100;
    });
    CHECK(ran.ok());
    REQUIRE(calls.front().how);
    CHECK(turns <= 100);
    CHECK(begun == calls.size());
  }
  server.end();
}

TEST_CASE("nothing older than TLS 1.3 is spoken, and nobody comes in without a certificate") {
  Said there;
  Server server(speak(there, {}, 0));
  const auto shake = [&](auto prepare) {
    asio::io_context io;
    asio::ssl::context tls(asio::ssl::context::tls);
    SSL_CTX_set_alpn_protos(tls.native_handle(), reinterpret_cast<const unsigned char*>("\x0f" "evenhand-sync/1"), 16);
    prepare(tls.native_handle());
    asio::ssl::stream<asio::ip::tcp::socket> stream(io, tls);
    stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), server.port()});
    boost::system::error_code error;
    stream.handshake(asio::ssl::stream_base::client, error);
    std::array<std::uint8_t, 10> answer;
    while (!error) stream.read_some(asio::buffer(answer), error);  // a client learns of its refusal with the first read
  };
  shake([](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
  shake([](SSL_CTX*) {});
  server.end();
  CHECK_FALSE(there.peer);
}

TEST_CASE("a port in use, an address that is none: a sentence") {
  Said there;
  Server server(speak(there, {}, 0));
  Endpoint endpoint = *Endpoint::make(Server::make_key(2), kShort);
  std::optional<Error> failed;
  CHECK(endpoint.listen("127.0.0.1", server.port(), speak(there, {}, 0), keep(failed)).error().code == ErrorCode::unavailable);
  CHECK(endpoint.listen("here", 0, speak(there, {}, 0), keep(failed)).error().code == ErrorCode::refused);
}

TEST_CASE("a partner that nobody answers for is reported, not waited for") {
  Said here;
  std::optional<Error> failed;
  Endpoint endpoint = *Endpoint::make(Server::make_key(2), kShort);
  std::uint16_t free_port = 0;
  {
    Server gone(speak(here, {}, 0));
    free_port = gone.port();
  }
  endpoint.connect({"127.0.0.1", free_port}, exactly(PublicKey{}), speak(here, {}, 0), keep(failed));
  REQUIRE(endpoint.run({}).ok());
  REQUIRE(failed);
  CHECK(failed->code == ErrorCode::unavailable);
}

TEST_CASE("an address is a host and a port") {
  CHECK(Address::parse("192.0.2.7")->port == kSyncPort);
  CHECK(Address::parse("laptop.example:99")->port == 99);
  CHECK(Address::parse("[2001:db8::7]:99")->host == "2001:db8::7");
  CHECK(Address::parse("[2001:db8::7]:99")->text() == "[2001:db8::7]:99");
  for (const char* bad : {"", ":99", "host:", "host:0", "host:65536", "host:x", "[::1", "[::1]99", "host:99999999999999999999"}) {
    INFO(bad);
    CHECK_FALSE(Address::parse(bad).ok());
  }
}
