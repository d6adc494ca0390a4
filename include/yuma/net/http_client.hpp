// SPDX-License-Identifier: MIT
#pragma once

// An HTTP/1.1 client. It keeps connections for later calls, holds every call to one deadline, and
// never sends a request twice: whether to try again is the caller's decision, who alone knows
// whether that is harmless. signed_client.hpp signs on top of it.
//
// All of it runs on the executor's one thread; call everything from there.

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "yuma/net/http.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/net/endpoint.hpp"

namespace yuma {

struct HttpClientOptions {
  std::chrono::milliseconds connect_limit{5'000};  ///< for one address, within the call's deadline
  std::chrono::milliseconds idle_limit{20'000};    ///< a kept connection is closed after this
  std::size_t max_idle_per_endpoint = 8;
  std::size_t max_idle = 256;
  std::size_t max_connections = 1024;  ///< open at a time; calls beyond get ResourceExhausted
  std::size_t max_header = std::size_t{64} << 10;  ///< bytes of an answer's head
};

/// When things happened; those that did not happen are the epoch of the clock.
struct HttpTiming {
  using Clock = std::chrono::steady_clock;
  Clock::time_point begun;       ///< the call
  Clock::time_point connected;   ///< or a kept connection was found
  Clock::time_point written;     ///< the request's last byte
  Clock::time_point first_byte;  ///< of the answer
  Clock::time_point done;        ///< the answer's last byte; of a stream: its head's

  /// Between the request's last byte and the answer's first: what a server is to be judged by.
  std::chrono::nanoseconds waited() const { return first_byte - written; }
};

struct HttpCallOptions {
  /// For all of the call, of a stream until its head is there.
  std::chrono::milliseconds deadline{10'000};
  std::size_t max_body = std::size_t{4} << 20;
  /// Hand the body on while it arrives. Only of an answer with a status of 2xx; others are read.
  bool stream = false;
  std::chrono::milliseconds stream_idle{30'000};  ///< between two pieces of a stream
};

struct HttpAnswer {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  std::vector<Header> trailer;         ///< of a body that was read
  std::unique_ptr<HttpStream> stream;  ///< where asked for; bounded by max_body as well
  HttpTiming timing;
};

/// How far a call that failed had come.
enum class HttpSent : std::uint8_t {
  kNothing,  ///< no byte of the request went out: trying again is harmless
  kMaybe,    ///< the server may have received and even served it
};

class HttpClient {
 public:
  explicit HttpClient(asio::any_io_executor executor, HttpClientOptions options = {});
  /// Closes what is idle. Calls under way and streams end with an error.
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  /// One request, one answer. Host, Content-Length and Connection are added. `sent` (may be null)
  /// is set before it returns. Errors: DeadlineExceeded; Unavailable where no connection could be
  /// made or it broke; DataLoss where what came is no HTTP, or not all of it; ResourceExhausted
  /// where the answer is longer than allowed, or too many connections are open; InvalidArgument for
  /// a method, target or header that must not be sent.
  asio::awaitable<absl::StatusOr<HttpAnswer>> call(Endpoint endpoint, HttpRequest request,
                                                   HttpCallOptions options = {},
                                                   HttpSent* sent = nullptr);

  struct Counters {
    std::uint64_t calls = 0, connects = 0, reused = 0, failed = 0;
    std::uint64_t open = 0, idle = 0;  ///< at present
  };
  Counters counters() const;

  asio::any_io_executor executor() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma
