// SPDX-License-Identifier: MIT
#pragma once

// A caller of a signer's socket that may do anything: send parts of frames, wrong frames, nothing.

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <variant>

#include "yuma/net/signer_protocol.hpp"

namespace yuma::test {

class RawClient {
 public:
  /// Connected, or not: see connected().
  explicit RawClient(const std::string& path)
      : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy_n(path.begin(), std::min(path.size(), sizeof(address.sun_path) - 1),
                address.sun_path);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { hang_up(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  /// Whether all went out; the server may have closed.
  bool send(ByteView bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
  }
  bool send(const SignerRequest& request) const { return send(encode_signer_request(request)); }

  /// Nothing where the server closed the connection or sent no frame of the protocol.
  std::optional<SignerAnswer> receive() const {
    std::array<std::uint8_t, kSignerLengthBytes> length{};
    if (!read_exactly(length)) return std::nullopt;
    const auto size = signer_frame_size(length, kMaxSignerAnswer);
    if (!std::holds_alternative<std::size_t>(size)) return std::nullopt;
    Bytes frame(std::get<std::size_t>(size));
    if (!read_exactly(frame)) return std::nullopt;
    auto answer = parse_signer_answer(frame);
    if (!std::holds_alternative<SignerAnswer>(answer)) return std::nullopt;
    return std::get<SignerAnswer>(std::move(answer));
  }

  std::optional<SignerAnswer> ask(const SignerRequest& request) const {
    return send(request) ? receive() : std::nullopt;
  }
  std::optional<SignerAnswer> sign(ByteView message) const {
    return ask({SignerRequestKind::kSign, message});
  }

  /// Waits until the server closes; false where it sends something or keeps the connection.
  bool closed_by_server() const {
    constexpr int kPatience = 30'000;
    pollfd item{fd_, POLLIN, 0};
    std::uint8_t byte = 0;
    return poll(&item, 1, kPatience) == 1 && recv(fd_, &byte, 1, 0) <= 0;
  }

 private:
  bool read_exactly(std::span<std::uint8_t> out) const {
    while (!out.empty()) {
      const ssize_t got = recv(fd_, out.data(), out.size(), 0);
      if (got <= 0) return false;
      out = out.subspan(static_cast<std::size_t>(got));
    }
    return true;
  }

  int fd_;
  bool connected_ = false;
};

}  // namespace yuma::test
