/// Frames over a Unix-domain stream socket, between processes of one user on one computer.
///
/// Bytes: length u32 little-endian ‖ that many bytes, 1..frame_bytes_max. A connection carries one frame to the server
/// and any number back; then the server closes it. The socket is named through its folder's descriptor
/// (/proc/self/fd/N/NAME), so that a long path fits the 108 bytes that the system allows. Mode 0600, and each side hears
/// only processes of its own user (SO_PEERCRED).
///
/// Threads: one per object; there is none inside. Time: the server never waits and asks no clock: whoever sends half a
/// frame holds one of kConnectionsMax places until somebody newer needs it.
/// Format: docs/formats/workspace-socket.md.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/os/files.h"

namespace evenhand {

inline constexpr std::size_t kConnectionsMax = 16;

/// Whether a process of user `peer` is heard by one of user `own`. Root is not an exception: it would leave files that
/// the owner cannot write.
bool is_same_user(std::uint32_t peer, std::uint32_t own);

class LocalServer {
 public:
  /// Puts a frame into the asker's queue, whole or not at all. False: the asker has gone, or does not read; a frame for
  /// which this said true can be read by the asker even when this process is killed right after.
  using Reply = std::function<bool(ByteView frame)>;

  /// Replaces a socket that a dead process left behind, so only the holder of a lock may call it.
  /// Errors: unavailable (the file system takes no sockets, no /proc), refused (something else bears the name).
  static Result<LocalServer> open(const std::filesystem::path& folder, const std::string& name, std::size_t frame_bytes_max);
  LocalServer(LocalServer&&) noexcept = default;
  LocalServer& operator=(LocalServer&&) = delete;
  /// Closes everything and removes the socket from its folder.
  ~LocalServer();

  /// Readable (poll, epoll) when serve() may have something to do.
  int descriptor() const { return poll_.descriptor(); }
  /// Hands each frame that has arrived whole to `answer`, one per connection, and closes that connection after. Never
  /// waits; takes at most 2 · kConnectionsMax at once. Returns how many frames there were. `answer` must not call serve().
  std::size_t serve(const std::function<void(ByteView frame, const Reply& reply)>& answer);

 private:
  struct Connection {
    FileHandle socket;
    Bytes in;
  };
  enum class Arrived { part, whole, never };
  LocalServer(FileHandle folder, std::string name, std::size_t frame_bytes_max)
      : folder_(std::move(folder)), name_(std::move(name)), frame_bytes_max_(frame_bytes_max) {}
  void accept_waiting();
  std::size_t hear(const std::function<void(ByteView frame, const Reply& reply)>& answer);
  Arrived receive(Connection& connection) const;

  FileHandle folder_;
  std::string name_;
  std::size_t frame_bytes_max_;
  FileHandle listener_;
  FileHandle poll_;
  std::vector<Connection> connections_;  ///< oldest first
};

class LocalClient {
 public:
  /// Errors: not_found (nobody listens), refused (another user's), unavailable (too many ask already).
  static Result<LocalClient> connect(const std::filesystem::path& folder, const std::string& name, std::size_t frame_bytes_max);

  /// Queues the one frame to be sent; step() sends it.
  void put(ByteView frame);
  /// Sends and receives what it can, waiting up to `wait_ms` for something to happen. Gives a frame when one is whole.
  /// Errors: unavailable (the other side has closed, and every frame that it sent was given out), corrupt.
  Result<std::optional<Bytes>> step(int wait_ms);
  /// From here on nothing that the other side sends arrives: its Reply says false. What lay in our queue before is still
  /// given out by step(0).
  void leave();

 private:
  LocalClient(FileHandle socket, std::size_t frame_bytes_max) : socket_(std::move(socket)), frame_bytes_max_(frame_bytes_max) {}
  Result<std::optional<Bytes>> take_frame();

  FileHandle socket_;
  std::size_t frame_bytes_max_;
  Bytes out_;
  std::size_t sent_ = 0;
  Bytes in_;
};

/// Waits that long; for those who try again.
void pause_ms(int ms);

}  // namespace evenhand
