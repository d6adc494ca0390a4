// SPDX-License-Identifier: MIT
#pragma once

// An HTTP/1.1 server that gives nobody more than a bounded amount of memory, time and connections.
// What a request means is a HttpService's business, which sees the headers before the body is read;
// signed_service.hpp is the one for signed requests.
//
// Every read and write has a deadline; who misses it is cut off. Addresses that ask too often, or
// wrongly, are refused before their requests are looked at (admission.hpp). Requests that come
// pipelined are answered one after the other. docs/http.md has the limits and status codes.
//
// All of it runs on the executor's one thread; call everything from there.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "yuma/net/http.hpp"
// After Asio.
#include "absl/status/status.h"
#include "yuma/net/admission.hpp"
#include "yuma/net/endpoint.hpp"

namespace yuma {

/// A request's head, whose texts belong to the connection: copy what is needed after begin().
struct HttpHead {
  std::string_view method, target;
  HeaderList headers;
  std::optional<std::uint64_t> content_length;  ///< nothing where the body is chunked
  bool has_body = false;
};

/// A request whose head was accepted.
class HttpTransaction {
 public:
  virtual ~HttpTransaction() = default;

  /// Longest body that is taken, in bytes; more is answered with 413.
  virtual std::size_t body_limit() const = 0;

  /// Called once, with the whole body. Exceptions become a 500. Where it takes longer than the
  /// server's handler limit the caller gets a 503 and the answer is dropped, but it goes on.
  virtual asio::awaitable<HttpResponse> answer(std::string body) = 0;
};

/// The refusal of a request whose body is then not read, or what takes the body.
using HttpBegin = std::variant<HttpResponse, std::unique_ptr<HttpTransaction>>;

class HttpService {
 public:
  virtual ~HttpService() = default;
  /// Judges a request by its head. Must be quick: it runs for strangers too.
  virtual HttpBegin begin(const HttpHead& head, const HttpPeer& peer) = 0;
};

/// One request and its answer, for logs and measurements.
struct HttpServed {
  HttpPeer peer;
  int status = 0;
  std::chrono::steady_clock::time_point last_byte_read, first_byte_written;
};

struct HttpServerOptions {
  /// Where to listen: an IP address, or a name of this machine; port 0 is any free one. "0.0.0.0"
  /// is all of IPv4, "::" all of both.
  Endpoint endpoint{"127.0.0.1", 0};

  std::size_t max_header = std::size_t{32} << 10;  ///< bytes of request line and headers; else 431
  std::size_t max_headers = 100;                   ///< header fields; else 431
  std::size_t max_connections = 1024;              ///< more get a 503
  std::size_t max_per_address = 256;               ///< connections of one address, or /64 of IPv6
  /// Bytes of bodies that are being read, of all connections together; else 503.
  std::size_t max_bodies = std::size_t{64} << 20;
  /// Refusals in a row on one connection (400, 401, 403, 413, 429, 431) after which it is closed.
  std::size_t max_refusals = 8;

  std::chrono::milliseconds idle_limit{75'000};     ///< between two requests
  std::chrono::milliseconds header_limit{10'000};   ///< for the rest of a head once it has begun
  std::chrono::milliseconds body_limit{30'000};     ///< for a body
  std::chrono::milliseconds handler_limit{60'000};  ///< for an answer, and each piece of a stream
  std::chrono::milliseconds write_limit{30'000};    ///< for a caller to take an answer, or a piece

  /// Limits by address; none where it is empty. May be shared between servers.
  std::shared_ptr<Admission> admission = nullptr;

  /// Called after each answer whose first byte went out, where it is set.
  std::function<void(const HttpServed&)> served = nullptr;
  /// Gets a line for what an operator should know, without line end: a handler that threw, that
  /// connections cannot be accepted. Thinned out where there are many.
  std::function<void(const std::string&)> log = nullptr;
};

/// What a server did since it started.
struct HttpCounters {
  std::uint64_t connections = 0;      ///< accepted
  std::uint64_t open = 0;             ///< at present
  std::uint64_t refused_full = 0;     ///< connections over max_connections or max_per_address
  std::uint64_t refused_address = 0;  ///< connections of addresses that had no tokens
  std::uint64_t requests = 0;         ///< whose head was read
  std::uint64_t limited = 0;          ///< of them refused by address, unseen by the service
  std::uint64_t malformed = 0;        ///< that were no HTTP: 400, 413, 417, 431, 501, 505
  std::uint64_t answered[6] = {};     ///< by first digit of the status; [0] is unused
  std::uint64_t slow_header = 0, slow_body = 0, slow_reader = 0, slow_handler = 0;  ///< cut off
  std::uint64_t cut_off = 0;  ///< connections closed after max_refusals
  std::uint64_t threw = 0;    ///< handlers that threw
  std::uint64_t bytes_in = 0, bytes_out = 0;
};

class HttpServer {
 public:
  /// Listens, and accepts as soon as the executor runs. InvalidArgument for an endpoint that is
  /// none of this machine's; AlreadyExists for a port that is taken; else FailedPrecondition.
  static absl::StatusOr<std::unique_ptr<HttpServer>> listen(asio::any_io_executor executor,
                                                            HttpServerOptions options,
                                                            std::shared_ptr<HttpService> service);
  /// Without a listener: connections come by adopt() alone.
  static std::unique_ptr<HttpServer> without_listener(asio::any_io_executor executor,
                                                      HttpServerOptions options,
                                                      std::shared_ptr<HttpService> service);
  /// Closes everything at once. Handlers that are under way go on until they return.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Where it listens, with the port that was free.
  Endpoint local_endpoint() const;

  /// Serves a connection that was made elsewhere.
  void adopt(asio::generic::stream_protocol::socket socket, const HttpPeer& peer);

  /// Stops to accept, closes idle connections, lets requests that have begun be answered (with
  /// "Connection: close"), and returns when all are, or after `limit`, when the rest is cut off.
  /// True where nothing had to be cut off.
  asio::awaitable<bool> drain(std::chrono::milliseconds limit);

  const HttpCounters& counters() const;

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma
