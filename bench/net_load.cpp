// SPDX-License-Identifier: MIT

#include "bench/net_load.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <stdexcept>

#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"

namespace yuma::bench {

namespace {

constexpr std::size_t kMostHeld = std::size_t{64} << 10;  // bytes that wait for a slow server

struct Epoll {
  Epoll() : fd(epoll_create1(EPOLL_CLOEXEC)) {}
  ~Epoll() { ::close(fd); }
  /// Calls for each event; the caller is what it was added with.
  template <class Answered>
  void wait(int milliseconds, const Answered& answered) {
    std::array<epoll_event, 256> events;
    const int count = epoll_wait(fd, events.data(), static_cast<int>(events.size()), milliseconds);
    for (int i = 0; i < count; ++i) {
      auto* const caller = static_cast<Caller*>(events[static_cast<std::size_t>(i)].data.ptr);
      caller->on_event(events[static_cast<std::size_t>(i)].events,
                       [&](int status) { answered(*caller, status); });
    }
  }
  int fd;
};

constexpr double kPatience = 60;  // seconds

double seconds_since(Clock::time_point begun) {
  return std::chrono::duration<double>(Clock::now() - begun).count();
}

}  // namespace

std::string signed_request(Signer& from, const AccountId& to, const std::string& body, bool good) {
  OutgoingRequest what;
  what.target = "/echo";
  what.body_sha256 = BodyHash::of(body);
  what.receiver = to;
  if (!good) what.body_sha256[0] ^= 1;
  const auto made = RequestSigner(from).sign(what);
  if (!made.ok()) throw std::runtime_error(made.status().ToString());
  std::string out =
      "POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nUser-Agent: bench\r\n";
  for (const Header& h : made->headers) out += h.name + ": " + h.value + "\r\n";
  out += "Content-Type: application/octet-stream\r\nContent-Length: ";
  return out + std::to_string(body.size()) + "\r\n\r\n" + body;
}

Caller::Caller(int epoll, std::uint16_t port, std::uint32_t from_address) : epoll_(epoll) {
  from_.sin_family = to_.sin_family = AF_INET;
  from_.sin_addr.s_addr = htonl(from_address);
  to_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  to_.sin_port = htons(port);
}

Caller::~Caller() {
  if (fd_ >= 0) ::close(fd_);
}

bool Caller::open() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  const linger reset{1, 0};  // no port stays behind for a minute
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (bind(fd_, reinterpret_cast<sockaddr*>(&from_), sizeof from_) != 0 ||
      (connect(fd_, reinterpret_cast<sockaddr*>(&to_), sizeof to_) != 0 && errno != EINPROGRESS)) {
    close();
    return false;
  }
  ++connects;
  ready_ = false;
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLET | EPOLLRDHUP;
  event.data.ptr = this;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event);
  return true;
}

void Caller::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  ++closed;
  out_.clear();
  in_.clear();
}

bool Caller::send(std::string_view bytes) {
  if (fd_ < 0 && !open()) return false;
  if (out_.size() > kMostHeld) return false;
  out_.append(bytes);
  if (ready_) flush();
  return fd_ >= 0;
}

void Caller::flush() {
  std::size_t done = 0;
  while (done < out_.size()) {
    const ssize_t sent = ::send(fd_, out_.data() + done, out_.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent <= 0) {
      close();
      return;
    }
    done += static_cast<std::size_t>(sent);
  }
  out_.erase(0, done);
}

void Caller::read_answers(const std::function<void(int)>& answered) {
  constexpr std::string_view kLength = "Content-Length: ";
  for (;;) {
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    const std::size_t length_at = in_.find(kLength);
    const std::size_t length =
        length_at < end ? std::strtoul(in_.data() + length_at + kLength.size(), nullptr, 10) : 0;
    const std::size_t size = end + 4 + length;
    if (in_.size() < size) return;
    constexpr std::size_t kStatusAt = 9;
    const int status = std::atoi(in_.data() + kStatusAt);
    in_.erase(0, size);
    answered(status);
  }
}

void Caller::on_event(std::uint32_t events, const std::function<void(int)>& answered) {
  if (fd_ < 0) return;
  if ((events & EPOLLOUT) != 0) {
    ready_ = true;
    flush();
  }
  std::array<char, 16384> bytes;
  while (fd_ >= 0) {
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      close();
      return;
    }
    in_.append(bytes.data(), static_cast<std::size_t>(got));
    read_answers(answered);
    if (static_cast<std::size_t>(got) < bytes.size() && (events & EPOLLRDHUP) == 0) return;
  }
}

HonestReport run_closed_loop(std::uint16_t port, int connections,
                             const std::vector<std::string>& requests) {
  Epoll epoll;
  HonestReport out;
  std::vector<std::unique_ptr<Caller>> callers;
  std::size_t next = 0, ended = 0;
  const auto begun = Clock::now();
  for (int i = 0; i < connections && next < requests.size(); ++i) {
    callers.push_back(std::make_unique<Caller>(epoll.fd, port, INADDR_LOOPBACK));
    callers.back()->send(requests[next++]);
  }
  while (ended < requests.size() && seconds_since(begun) < kPatience) {
    epoll.wait(100, [&](Caller& caller, int status) {
      ++ended;
      constexpr int kOk = 200;
      if (status == kOk) ++out.answered;
      if (next < requests.size()) caller.send(requests[next++]);
    });
  }
  out.asked = next;
  out.seconds = seconds_since(begun);
  for (const auto& caller : callers) out.closed += caller->closed;
  return out;
}

std::pair<HonestReport, FloodReport> run_mixed(const MixedLoad& load) {
  Epoll epoll;
  HonestReport honest;
  FloodReport flood;
  std::vector<std::unique_ptr<Caller>> good, bad;
  for (int i = 0; i < load.honest_connections; ++i) {
    good.push_back(std::make_unique<Caller>(epoll.fd, load.port, INADDR_LOOPBACK));
  }
  if (load.bad_per_second > 0) {
    for (int i = 0; i < load.bad_connections; ++i) {
      bad.push_back(std::make_unique<Caller>(epoll.fd, load.port,
                                             INADDR_LOOPBACK + 1 + static_cast<std::uint32_t>(i)));
    }
  }
  const auto answered = [&](Caller& caller, int status) {
    const bool is_good = std::any_of(good.begin(), good.end(),
                                     [&](const auto& one) { return one.get() == &caller; });
    constexpr int kOk = 200;
    if (!is_good) {
      ++flood.answers;
    } else if (status == kOk) {
      ++honest.answered;
    }
  };
  const auto begun = Clock::now();
  const double length = std::chrono::duration<double>(load.length).count();
  std::size_t next_bad = 0;
  for (double now = 0; now < length; now = seconds_since(begun)) {
    while (static_cast<double>(honest.asked) < now * load.honest_per_second) {
      good[honest.asked % good.size()]->send(load.honest());
      ++honest.asked;
    }
    // What could not be sent in time is left out: `sent` tells.
    const auto due = static_cast<std::uint64_t>(now * load.bad_per_second);
    constexpr std::uint64_t kAtOnce = 64;
    for (std::uint64_t i = 0; !bad.empty() && next_bad < due && i < kAtOnce; ++i, ++next_bad) {
      const std::string& request = (*load.bad)[next_bad % load.bad->size()];
      if (bad[next_bad % bad.size()]->send(request)) ++flood.sent;
    }
    epoll.wait(next_bad < due ? 0 : 1, answered);
  }
  const auto patience = Clock::now() + std::chrono::seconds(2);
  while (honest.answered < honest.asked && Clock::now() < patience) epoll.wait(10, answered);
  honest.seconds = flood.seconds = length;
  for (const auto& caller : bad) flood.connects += caller->connects;
  return {honest, flood};
}

}  // namespace yuma::bench
