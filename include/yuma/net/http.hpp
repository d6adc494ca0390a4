// SPDX-License-Identifier: MIT
#pragma once

// HTTP/1.1 messages, as server, client and handlers see them. A body is a string, or a stream whose
// pieces are made, or arrive, while it is read.
//
// Everything in net/ that takes an executor runs on one thread: that of the io_context. What
// blocks or computes for long belongs elsewhere.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "yuma/net/asio.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/wire/btauth.hpp"

namespace yuma {

/// A request as a handler gets it and a client sends it. Names of headers keep their spelling;
/// compare them with same_header() or find_header().
struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  ///< path and query, as on the request line
  std::vector<Header> headers = {};
  std::string body = {};
};

/// A body that comes in pieces. Destroying one ends it early.
class HttpStream {
 public:
  virtual ~HttpStream() = default;

  /// The next piece; an empty one is the end. An error means that the body is not complete: a
  /// server then breaks the connection off, so that the client can tell. Not called again after
  /// either.
  virtual asio::awaitable<absl::StatusOr<std::string>> next() = 0;

  /// After the end: header fields that follow the body (only chunked bodies carry them).
  virtual std::vector<Header> trailer() { return {}; }
};

/// An answer: `stream` is the body where it is set, `body` otherwise. Connection, Content-Length,
/// Transfer-Encoding, Trailer and Date are the server's business: do not set them.
struct HttpResponse {
  int status = 200;
  std::vector<Header> headers = {};
  std::string body = {};
  std::unique_ptr<HttpStream> stream = nullptr;
};

/// A JSON document.
HttpResponse json_response(int status, std::string text);
/// A text or document of the given Content-Type.
HttpResponse text_response(int status, std::string text,
                           std::string_view type = "text/plain; charset=utf-8");
/// {"detail": "..."}, and Retry-After where seconds are given.
HttpResponse refusal(int status, std::string_view detail, int retry_after_seconds = 0);

/// The value of the first header of this name, in any case; nothing where there is none.
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name);
std::optional<std::string_view> find_header(HeaderList headers, std::string_view name);

/// Whether a header is about one connection, or how a body is framed, and must not be passed on by
/// whoever forwards messages: Connection, Keep-Alive, Transfer-Encoding, Content-Length, Trailer,
/// TE, Upgrade, Proxy-*, Expect, Date.
bool is_hop_header(std::string_view name);

/// The standard phrase of a status: "Not Found"; "" for unknown ones.
std::string_view status_phrase(int status);

/// A stream of pieces that are there already.
std::unique_ptr<HttpStream> stream_of(std::vector<std::string> pieces,
                                      std::vector<Header> trailer = {});

/// The whole of a stream as a string: ResourceExhausted where it is longer than `max_body`, else
/// the stream's error.
asio::awaitable<absl::StatusOr<std::string>> read_all(HttpStream& stream, std::size_t max_body);

/// Who is at the other end of a server's connection.
struct HttpPeer {
  asio::ip::address address;  ///< IPv4 addresses as such, never mapped into IPv6
  std::uint16_t port = 0;
};

}  // namespace yuma
