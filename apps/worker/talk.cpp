#include "apps/worker/talk.h"

#include <errno.h>
#include <unistd.h>

#include <algorithm>

namespace evenhand::worker {

namespace {

void read_exactly(char* to, std::size_t length) {
  while (length > 0) {
    const ssize_t got = ::read(EVENHAND_WORKER_CONTROL, to, length);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) ::_exit(0);  // the host is gone, or wants us gone
    to += got;
    length -= static_cast<std::size_t>(got);
  }
}

void write_exactly(const char* from, std::size_t length) {
  while (length > 0) {
    const ssize_t wrote = ::write(EVENHAND_WORKER_CONTROL, from, length);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) ::_exit(0);
    from += wrote;
    length -= static_cast<std::size_t>(wrote);
  }
}

void put_number(char* to, std::uint32_t number) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(number >> (8 * i));
}

void put_header(char* to, evenhand_worker_frame kind, std::size_t length) {
  to[0] = static_cast<char>(kind);
  to[1] = to[2] = to[3] = 0;
  put_number(to + 4, static_cast<std::uint32_t>(length));
}

}  // namespace

std::uint32_t number_at(std::string_view payload, std::size_t offset) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4 && offset + i < payload.size(); ++i) number |= std::uint32_t{static_cast<std::uint8_t>(payload[offset + i])} << (8 * i);
  return number;
}

Frame next_frame() {
  char header[EVENHAND_WORKER_HEADER_BYTES];
  read_exactly(header, sizeof header);
  Frame frame{static_cast<std::uint8_t>(header[0]), {}};
  frame.payload.resize(number_at({header, sizeof header}, 4));
  read_exactly(frame.payload.data(), frame.payload.size());
  return frame;
}

void send_frame(evenhand_worker_frame kind, std::string_view payload) {
  char header[EVENHAND_WORKER_HEADER_BYTES];
  put_header(header, kind, payload.size());
  write_exactly(header, sizeof header);
  write_exactly(payload.data(), payload.size());
}

void send_number(evenhand_worker_frame kind, std::uint32_t number) {
  char payload[4];
  put_number(payload, number);
  send_frame(kind, {payload, sizeof payload});
}

bool AnswerSink::take(const std::uint8_t* bytes, std::size_t length) {
  if (length > room_) return false;
  room_ -= length;
  while (length > 0) {
    if (piece_.empty()) piece_.assign(EVENHAND_WORKER_HEADER_BYTES, '\0');
    const std::size_t part = std::min(length, EVENHAND_WORKER_HEADER_BYTES + EVENHAND_WORKER_PIECE_BYTES - piece_.size());
    piece_.append(reinterpret_cast<const char*>(bytes), part);
    bytes += part;
    length -= part;
    if (piece_.size() == EVENHAND_WORKER_HEADER_BYTES + EVENHAND_WORKER_PIECE_BYTES) flush();
  }
  return true;
}

void AnswerSink::flush() {
  put_header(piece_.data(), EVENHAND_WORKER_PIECE, piece_.size() - EVENHAND_WORKER_HEADER_BYTES);
  write_exactly(piece_.data(), piece_.size());
  piece_.clear();
}

void AnswerSink::finish() {
  if (!piece_.empty()) put_header(piece_.data(), EVENHAND_WORKER_PIECE, piece_.size() - EVENHAND_WORKER_HEADER_BYTES);
  const std::size_t end = piece_.size();
  piece_.resize(end + EVENHAND_WORKER_HEADER_BYTES);
  put_header(piece_.data() + end, EVENHAND_WORKER_DONE, 0);
  write_exactly(piece_.data(), piece_.size());
  piece_.clear();
}

}  // namespace evenhand::worker
