// SPDX-License-Identifier: MIT
#pragma once

// A miner that is any local HTTP server, written in whatever language: what passed the signature
// and the limits is forwarded to it, and its answer is passed on, streams piece by piece as they
// come. `yuma-miner run --upstream http://127.0.0.1:9000` is this handler.
//
// The upstream gets the request's method, target, body and headers, but none that are about the
// connection and none of X-Bittensor-* and X-Yuma-*. Instead it gets
//
//   X-Yuma-Hotkey  the caller's address, which it may rely on: it was proven
//   X-Yuma-Uid     the caller's uid, where it has one
//   X-Yuma-Power   its votes; 0 for all but validators
//
// so it must not be reachable from outside past the miner. Where it is down the caller gets a 502
// with the reason, where it is too slow a 504; the miner goes on.

#include <string_view>

#include "yuma/subnet/miner.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/net/endpoint.hpp"

namespace yuma {
class HttpClient;
}

namespace yuma::subnet {

struct UpstreamOptions {
  Endpoint endpoint;
  std::string prefix;                       ///< put before every target: "/api"; empty for none
  std::chrono::milliseconds limit{60'000};  ///< until the answer's headers are there, or all of it
  std::chrono::milliseconds idle{30'000};   ///< between the pieces of a stream
  std::size_t max_body = std::size_t{16} << 20;  ///< of an answer that is no stream
};

/// What --upstream takes: "http://host:port" with an optional path. InvalidArgument says what is
/// wrong; https is refused, for the upstream is on this machine or in its own network.
absl::StatusOr<UpstreamOptions> parse_upstream(std::string_view url);

/// `client` has to live longer.
std::unique_ptr<MinerHandler> make_upstream(HttpClient& client, UpstreamOptions options,
                                            LogSink log);

/// The headers of a caller's request that the upstream sees, with ours added.
std::vector<Header> upstream_headers(const MinerCall& call);

}  // namespace yuma::subnet
