#include "core/os/local_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace evenhand {

namespace {

constexpr std::size_t kPrefixBytes = 4;
constexpr std::size_t kReadBytes = 64 * 1024;

Bytes framed(ByteView frame) {
  Bytes bytes(kPrefixBytes + frame.size());
  for (std::size_t i = 0; i < kPrefixBytes; ++i) bytes[i] = static_cast<std::uint8_t>(frame.size() >> 8 * i);
  std::copy(frame.begin(), frame.end(), bytes.begin() + kPrefixBytes);
  return bytes;
}

// The length that the first four bytes tell; nothing while they are not here.
std::optional<std::size_t> told_length(const Bytes& in) {
  if (in.size() < kPrefixBytes) return std::nullopt;
  return in[0] | std::size_t{in[1]} << 8 | std::size_t{in[2]} << 16 | std::size_t{in[3]} << 24;
}

Result<FileHandle> open_folder(const std::filesystem::path& folder) {
  FileHandle handle(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!handle.is_open()) return system_error(errno, "cannot open the folder", folder);
  return handle;
}

Result<FileHandle> make_socket() {
  FileHandle socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return system_error(errno, "cannot make a socket", "");
  return socket;
}

sockaddr_un address_of(const FileHandle& folder, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(folder.descriptor()) + "/" + name;
  EVENHAND_ASSERT(path.size() < sizeof address.sun_path, "the name of a socket is short");
  std::copy(path.begin(), path.end(), address.sun_path);
  return address;
}

bool is_own_user(const FileHandle& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(socket.descriptor(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && is_same_user(peer.uid, ::geteuid());
}

Result<void> remove_dead_socket(const FileHandle& folder, const std::string& name) {
  struct stat found {};
  if (::fstatat(folder.descriptor(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return {};
  if (!S_ISSOCK(found.st_mode)) return refused("there is something where the workspace's socket belongs", name, "Move it away.");
  if (::unlinkat(folder.descriptor(), name.c_str(), 0) != 0) return system_error(errno, "cannot remove an old socket", name);
  return {};
}

// Appends what has come, up to `bytes_max` in all. False: the other side has closed, or the connection broke.
bool receive_into(const FileHandle& socket, Bytes& in, std::size_t bytes_max) {
  std::array<std::uint8_t, kReadBytes> block;
  while (in.size() < bytes_max) {
    const ssize_t count = ::recv(socket.descriptor(), block.data(), std::min(block.size(), bytes_max - in.size()), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    in.insert(in.end(), block.begin(), block.begin() + count);
  }
  return true;
}

}  // namespace

bool is_same_user(std::uint32_t peer, std::uint32_t own) { return peer == own; }

void pause_ms(int ms) { ::poll(nullptr, 0, ms); }

Result<LocalServer> LocalServer::open(const std::filesystem::path& folder, const std::string& name, std::size_t frame_bytes_max) {
  EVENHAND_TRY(FileHandle at, open_folder(folder));
  EVENHAND_CHECK(remove_dead_socket(at, name));
  EVENHAND_TRY(FileHandle listener, make_socket());
  const sockaddr_un address = address_of(at, name);
  // The mode of the unbound socket becomes that of its file: there is no moment at which others could connect.
  if (::fchmod(listener.descriptor(), 0600) != 0 ||
      ::bind(listener.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error(errno, "cannot make the workspace's socket", folder / name);
  }
  LocalServer server(std::move(at), name, frame_bytes_max);  // from here on the file goes with the object
  server.listener_ = std::move(listener);
  server.poll_ = FileHandle(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  if (::listen(server.listener_.descriptor(), kConnectionsMax) != 0 || !server.poll_.is_open() ||
      ::epoll_ctl(server.poll_.descriptor(), EPOLL_CTL_ADD, server.listener_.descriptor(), &event) != 0) {
    return system_error(errno, "cannot make the workspace's socket", folder / name);
  }
  return server;
}

LocalServer::~LocalServer() {
  if (folder_.is_open()) ::unlinkat(folder_.descriptor(), name_.c_str(), 0);
}

// Whoever has been heard out and still sent no whole frame makes room for somebody newer.
void LocalServer::accept_waiting() {
  if (connections_.size() >= kConnectionsMax) connections_.erase(connections_.begin());
  for (std::size_t free = kConnectionsMax - connections_.size(); free > 0; --free) {
    FileHandle socket(::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) return;
    epoll_event event{};
    event.events = EPOLLIN;
    if (!is_own_user(socket) || ::epoll_ctl(poll_.descriptor(), EPOLL_CTL_ADD, socket.descriptor(), &event) != 0) continue;
    connections_.push_back({std::move(socket), {}});
  }
}

LocalServer::Arrived LocalServer::receive(Connection& connection) const {
  bool is_open = receive_into(connection.socket, connection.in, kPrefixBytes);
  const auto length = told_length(connection.in);
  if (!length) return is_open ? Arrived::part : Arrived::never;
  if (*length == 0 || *length > frame_bytes_max_) return Arrived::never;
  if (is_open) is_open = receive_into(connection.socket, connection.in, kPrefixBytes + *length);
  if (connection.in.size() == kPrefixBytes + *length) return Arrived::whole;
  return is_open ? Arrived::part : Arrived::never;
}

std::size_t LocalServer::hear(const std::function<void(ByteView, const Reply&)>& answer) {
  std::size_t frames = 0;
  std::vector<Connection> waiting;
  for (Connection& connection : connections_) {
    const Arrived arrived = receive(connection);
    if (arrived == Arrived::part) waiting.push_back(std::move(connection));
    if (arrived != Arrived::whole) continue;
    ++frames;
    const FileHandle socket = std::move(connection.socket);  // closed once it is answered
    answer(ByteView(connection.in).subspan(kPrefixBytes), [&](ByteView frame) {
      const Bytes bytes = framed(frame);
      return ::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
    });
  }
  connections_ = std::move(waiting);
  return frames;
}

std::size_t LocalServer::serve(const std::function<void(ByteView, const Reply&)>& answer) {
  const std::size_t frames = hear(answer);
  accept_waiting();
  return frames + hear(answer);
}

Result<LocalClient> LocalClient::connect(const std::filesystem::path& folder, const std::string& name, std::size_t frame_bytes_max) {
  EVENHAND_TRY(const FileHandle at, open_folder(folder));
  EVENHAND_TRY(FileHandle socket, make_socket());
  const sockaddr_un address = address_of(at, name);
  if (::connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno == ENOENT || errno == ECONNREFUSED) return not_found("nobody listens at the workspace's socket", folder.string());
    return system_error(errno, "cannot reach the workspace's socket", folder / name);
  }
  if (!is_own_user(socket)) return refused("the workspace's socket belongs to another user", folder.string());
  return LocalClient(std::move(socket), frame_bytes_max);
}

void LocalClient::put(ByteView frame) {
  EVENHAND_ASSERT(out_.empty() && !frame.empty() && frame.size() <= frame_bytes_max_, "one frame within its bound");
  out_ = framed(frame);
}

Result<std::optional<Bytes>> LocalClient::take_frame() {
  const auto length = told_length(in_);
  if (!length) return std::optional<Bytes>();
  if (*length == 0 || *length > frame_bytes_max_) return corrupt("an answer with an impossible length came through the workspace's socket");
  if (in_.size() < kPrefixBytes + *length) return std::optional<Bytes>();
  const auto end = in_.begin() + static_cast<std::ptrdiff_t>(kPrefixBytes + *length);
  Bytes frame(in_.begin() + kPrefixBytes, end);
  in_.erase(in_.begin(), end);
  return std::optional(std::move(frame));
}

Result<std::optional<Bytes>> LocalClient::step(int wait_ms) {
  EVENHAND_TRY(std::optional<Bytes> ready, take_frame());
  if (ready) return ready;
  const bool is_sending = sent_ < out_.size();
  pollfd watched{socket_.descriptor(), static_cast<short>(POLLIN | (is_sending ? POLLOUT : 0)), 0};
  ::poll(&watched, 1, wait_ms);
  if (is_sending) {
    const ssize_t count = ::send(socket_.descriptor(), out_.data() + sent_, out_.size() - sent_, MSG_NOSIGNAL);
    if (count > 0) sent_ += static_cast<std::size_t>(count);
  }
  const bool is_open = receive_into(socket_, in_, kPrefixBytes + frame_bytes_max_);
  EVENHAND_TRY(std::optional<Bytes> frame, take_frame());
  if (frame || is_open) return frame;
  return unavailable("the other side of the workspace's socket has closed");
}

void LocalClient::leave() {
  ::shutdown(socket_.descriptor(), SHUT_RDWR);
  sent_ = out_.size();
}

}  // namespace evenhand
