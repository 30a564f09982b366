#include "core/os/local_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/support/scratch.h"

using namespace evenhand;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMax = 200'000;

struct Pair {
  Scratch scratch;
  LocalServer server = LocalServer::open(scratch.folder(), "socket", kMax).value();
  std::vector<Bytes> heard;
  bool was_taken = false;  ///< what the last reply said

  LocalClient client() const { return LocalClient::connect(scratch.folder(), "socket", kMax).value(); }
  std::size_t serve(const Bytes& answer = {7}) {
    return server.serve([&](ByteView frame, const LocalServer::Reply& reply) {
      heard.emplace_back(frame.begin(), frame.end());
      was_taken = reply(answer);
    });
  }
  bool has_work() const {
    pollfd watched{server.descriptor(), POLLIN, 0};
    return ::poll(&watched, 1, 0) == 1;
  }
};

// A client that says what it likes, byte by byte.
class Rude {
 public:
  explicit Rude(const fs::path& socket) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = socket.string();
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::connect(socket_.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  void say(const Bytes& bytes) { REQUIRE(::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())); }
  bool was_cut() {
    char byte;
    const ssize_t count = ::recv(socket_.descriptor(), &byte, 1, 0);
    return count == 0 || (count < 0 && errno != EAGAIN);
  }

 private:
  FileHandle socket_;
};

std::optional<Bytes> answer_to(LocalClient& client) {
  const auto frame = client.step(0);
  return frame ? *frame : std::nullopt;
}

}  // namespace

TEST_CASE("a frame reaches the server whole, its answer comes back, and then the connection ends") {
  Pair pair;
  CHECK_FALSE(pair.has_work());
  LocalClient client = pair.client();
  client.put(Bytes(100, 1));
  REQUIRE(client.step(0).ok());
  CHECK(pair.has_work());
  CHECK(pair.serve() == 1);
  CHECK(pair.heard == std::vector<Bytes>{Bytes(100, 1)});
  CHECK(answer_to(client) == Bytes{7});
  CHECK(client.step(0).error().code == ErrorCode::unavailable);
  CHECK_FALSE(pair.has_work());
}

TEST_CASE("a frame larger than any buffer of the system arrives in pieces, as long as it is within the bound") {
  Pair pair;
  LocalClient client = pair.client();
  client.put(Bytes(kMax, 3));
  std::size_t frames = 0;
  for (int i = 0; i < 100 && frames == 0; ++i) {
    REQUIRE(client.step(0).ok());
    frames = pair.serve();
  }
  REQUIRE(frames == 1);
  CHECK(pair.heard.front() == Bytes(kMax, 3));
}

TEST_CASE("an empty frame, one that is too large and half of one are never handed on, and hold nobody up") {
  Pair pair;
  Rude empty(pair.scratch / "socket"), large(pair.scratch / "socket"), half(pair.scratch / "socket"), quiet(pair.scratch / "socket");
  empty.say({0, 0, 0, 0});
  large.say({0xff, 0xff, 0xff, 0x7f, 1, 2, 3});
  half.say({10, 0, 0, 0, 1, 2});
  LocalClient honest = pair.client();
  honest.put(Bytes{9});
  REQUIRE(honest.step(0).ok());
  CHECK(pair.serve() == 1);
  CHECK(pair.heard == std::vector<Bytes>{{9}});
  CHECK(answer_to(honest) == Bytes{7});
  CHECK(empty.was_cut());
  CHECK(large.was_cut());
  CHECK_FALSE(half.was_cut());
  CHECK_FALSE(pair.has_work());  // whoever waits inside a frame costs no turn of the loop
}

TEST_CASE("more silent clients than there are places never keep an honest one out") {
  Pair pair;
  std::vector<Rude> silent;
  for (std::size_t i = 0; i < kConnectionsMax; ++i) {
    silent.emplace_back(pair.scratch / "socket").say({5, 0, 0, 0, 1});
    pair.serve();
  }
  LocalClient honest = pair.client();
  honest.put(Bytes{9});
  REQUIRE(honest.step(0).ok());
  CHECK(pair.serve() == 1);
  CHECK(silent.front().was_cut());
  CHECK_FALSE(silent.back().was_cut());
}

TEST_CASE("a reply to a client that has left is not taken, and one that lies in its queue is still read") {
  Pair pair;
  LocalClient gone = pair.client();
  gone.put(Bytes{1});
  REQUIRE(gone.step(0).ok());
  gone.leave();
  CHECK(pair.serve() == 1);
  CHECK_FALSE(pair.was_taken);
  CHECK_FALSE(answer_to(gone));

  LocalClient late = pair.client();
  late.put(Bytes{2});
  REQUIRE(late.step(0).ok());
  CHECK(pair.serve() == 1);
  CHECK(pair.was_taken);
  late.leave();
  CHECK(answer_to(late) == Bytes{7});
}

TEST_CASE("a reply that does not fit the queue of a client that reads nothing is not taken as delivered") {
  Pair pair;
  LocalClient client = pair.client();
  client.put(Bytes{1});
  REQUIRE(client.step(0).ok());
  pair.serve(Bytes(4 << 20, 1));
  CHECK_FALSE(pair.was_taken);
}

TEST_CASE("the socket is its owner's alone, goes with its server, and a dead one is replaced") {
  Scratch scratch;
  struct stat found {};
  {
    const auto server = LocalServer::open(scratch.folder(), "socket", kMax);
    REQUIRE(server.ok());
    REQUIRE(::stat((scratch / "socket").c_str(), &found) == 0);
    CHECK((found.st_mode & 0777) == 0600);
  }
  CHECK_FALSE(fs::exists(scratch / "socket"));
  CHECK(LocalClient::connect(scratch.folder(), "socket", kMax).error().code == ErrorCode::not_found);
  {
    const FileHandle dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (scratch / "socket").string();
    std::copy(path.begin(), path.end(), address.sun_path);
    REQUIRE(::bind(dead.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  REQUIRE(fs::exists(scratch / "socket"));
  CHECK(LocalClient::connect(scratch.folder(), "socket", kMax).error().code == ErrorCode::not_found);
  CHECK(LocalServer::open(scratch.folder(), "socket", kMax).ok());
  REQUIRE(write_file_durably(scratch / "socket", view_of("a file")));
  CHECK(LocalServer::open(scratch.folder(), "socket", kMax).error().code == ErrorCode::refused);
}

TEST_CASE("a folder whose path is longer than a socket's address can hold a socket") {
  Scratch scratch;
  const fs::path deep = scratch.folder() / std::string(100, 'a') / std::string(100, 'b');
  REQUIRE(make_private_folder(deep));
  auto server = LocalServer::open(deep, "socket", kMax);
  REQUIRE(server.ok());
  CHECK(LocalClient::connect(deep, "socket", kMax).ok());
}

TEST_CASE("only the same user is heard, and root is no exception") {
  CHECK(is_same_user(1000, 1000));
  CHECK_FALSE(is_same_user(1001, 1000));
  CHECK_FALSE(is_same_user(0, 1000));
  CHECK_FALSE(is_same_user(1000, 0));
}
