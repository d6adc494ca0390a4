// SPDX-License-Identifier: MIT
#pragma once

// Callers that put load on an HTTP server, with as little processor time as can be: one thread,
// plain sockets, requests that were signed before.

#include <netinet/in.h>
#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "yuma/identity/signer.hpp"

namespace yuma::bench {

using Clock = std::chrono::steady_clock;

/// A signed request for /echo as bytes. `good`: otherwise it has another request's signature.
std::string signed_request(Signer& from, const AccountId& to, const std::string& body, bool good);

/// One connection that may send more before it has an answer.
class Caller {
 public:
  Caller(int epoll, std::uint16_t port, std::uint32_t from_address);
  ~Caller();
  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// Connects anew where the connection is closed. False where it cannot yet take more.
  bool send(std::string_view bytes);
  /// What epoll said; calls `answered` with the status of each answer.
  void on_event(std::uint32_t events, const std::function<void(int status)>& answered);

  bool is_open() const { return fd_ >= 0; }
  std::uint64_t connects = 0, closed = 0;

 private:
  bool open();
  void close();
  void flush();
  void read_answers(const std::function<void(int)>& answered);

  int epoll_;
  sockaddr_in from_{}, to_{};
  int fd_ = -1;
  bool ready_ = false;
  std::string out_, in_;
};

struct FloodReport {
  std::uint64_t sent = 0;     ///< requests that went out
  std::uint64_t answers = 0;  ///< of any status
  std::uint64_t connects = 0;
  double seconds = 0;
};

struct HonestReport {
  std::uint64_t asked = 0, answered = 0;  ///< answered: with 200
  std::uint64_t closed = 0;               ///< connections that ended before
  double seconds = 0;
};

/// Sends each request once, over so many connections, each with one request at a time.
HonestReport run_closed_loop(std::uint16_t port, int connections,
                             const std::vector<std::string>& requests);

struct MixedLoad {
  std::uint16_t port = 0;
  std::chrono::milliseconds length{5000};
  double honest_per_second = 200;
  int honest_connections = 4;
  std::function<std::string()> honest;  ///< makes a request
  double bad_per_second = 0;            ///< over `bad_connections`, from 127.0.0.2 on
  int bad_connections = 200;
  const std::vector<std::string>* bad = nullptr;
};
/// Honest requests at a steady rate, and bad ones beside them, which do not wait for answers.
std::pair<HonestReport, FloodReport> run_mixed(const MixedLoad& load);

}  // namespace yuma::bench
