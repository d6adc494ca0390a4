// SPDX-License-Identifier: MIT
#pragma once

// What answers signed requests (btauth/1) on an HttpServer: routes with a handler each, and before
// the handler, cheapest first:
//
//   the address's tokens (HttpServerOptions::admission), the route, the shape of the headers,
//   receiver, freshness, the route's word on the claimed hotkey, whether that hotkey has tokens
//   left; then the body; then signature, replay, the hotkey's token, a place among those that run
//
// Signatures of requests that arrive together are checked together, which halves their cost; alone
// a request waits for no other. Callers that ask for it (X-Yuma-Sign: 1) get every answer after the
// signature check signed, also refusals; streams in a trailer, or of server-sent events
// (text/event-stream) in a last event.

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "yuma/net/http_server.hpp"
// After Asio.
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/wire/signed_response.hpp"

namespace yuma {

/// A request whose caller signed it for this server, now, for the first time.
struct SignedCall {
  AuthenticRequest caller;  ///< of an open route: empty
  HttpRequest request;
  HttpPeer peer;
  std::chrono::steady_clock::time_point received;  ///< its last byte
};

using SignedHandler = std::function<asio::awaitable<HttpResponse>(SignedCall)>;

struct SignedRoute {
  std::string method = "POST";  ///< empty: any. GET takes HEAD too
  std::string path = "/";       ///< of the target without its query, byte for byte
  bool prefix = false;          ///< takes all paths that begin so; the longest such route wins
  /// Nobody signs, nobody is asked for a signature. Not for the public port.
  bool open = false;

  std::size_t max_body = std::size_t{1} << 20;
  /// Of one hotkey; 0 a second: no limit. More get a 429.
  RateLimit per_hotkey = {};
  /// Who may: asked about the claimed hotkey before the body is read, and again about the proven
  /// one. Everybody where it is empty.
  HotkeyPolicy policy = nullptr;

  std::size_t max_running = 64;    ///< calls in the handler at a time
  std::size_t max_waiting = 256;   ///< that wait for one of these; more get a 503 with Retry-After
  std::size_t max_per_hotkey = 0;  ///< of one hotkey, running and waiting; more get a 429. 0: any

  SignedHandler handler = nullptr;
};

struct SignedServiceOptions {
  /// Who the server is: the receiver of requests, the signer of answers. Not owned, has to outlive
  /// the service. May be null where all routes are open.
  Signer* signer = nullptr;
  /// Where the signer is asked: a remote one blocks, so give it a thread. Empty: at once, on the
  /// network thread.
  std::optional<asio::any_io_executor> sign_on = std::nullopt;

  std::chrono::nanoseconds max_age = std::chrono::seconds(10);
  std::chrono::nanoseconds allowed_skew = std::chrono::seconds(2);
  bool require_receiver = true;
  /// The scheme of a hotkey, where it is known; others are taken to be sr25519.
  std::function<std::optional<Scheme>(const AccountId&)> scheme_of = nullptr;
  /// See VerifierOptions::started_ns.
  std::optional<std::uint64_t> started_ns = std::nullopt;
  ReplayOptions replay = {};
  std::function<std::uint64_t()> unix_ns = unix_time_ns;

  /// The one of the HttpServer: bad signatures and the like are charged to the caller's address.
  std::shared_ptr<Admission> admission = nullptr;
};

/// Requests that were not taken, by reason.
struct SignedCounters {
  std::uint64_t taken = 0;                 ///< signature, replay, policy: all good
  std::uint64_t refused[7] = {};           ///< by AuthReason
  std::uint64_t no_route = 0;              ///< 404, 405
  std::uint64_t over_rate = 0;             ///< 429 by hotkey
  std::uint64_t over_capacity = 0;         ///< 503, and 429 by max_per_hotkey
  std::uint64_t batches = 0, batched = 0;  ///< checks of several signatures, and their signatures
  std::uint64_t signed_answers = 0;
};

class SignedService final : public HttpService {
 public:
  /// InvalidArgument where a time is negative or the replay window is too short for them.
  static absl::StatusOr<std::shared_ptr<SignedService>> make(asio::any_io_executor executor,
                                                             SignedServiceOptions options);
  ~SignedService() override;

  /// Before the server listens, or later. InvalidArgument for a route without a handler or path,
  /// one that exists already, and one that is not open where there is no signer.
  absl::Status add(SignedRoute route);

  HttpBegin begin(const HttpHead& head, const HttpPeer& peer) override;

  const SignedCounters& counters() const;

 private:
  struct Impl;
  explicit SignedService(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma
