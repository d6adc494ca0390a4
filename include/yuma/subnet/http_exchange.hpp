// SPDX-License-Identifier: MIT
#pragma once

// The exchange over signed HTTP: a transport that calls, and the routes that answer.

#include <functional>
#include <memory>

#include "yuma/subnet/node.hpp"

namespace yuma {
class SignedClient;
class SignedService;
}  // namespace yuma

namespace yuma::subnet {

/// Calls through `client`, which has to live longer.
std::unique_ptr<ExchangeTransport> http_exchange(SignedClient& client);

/// Adds the routes of docs/protocol.md, "Over HTTP", for members alone; the errors are those of
/// SignedService::add(). `node` has to live longer than the service. Give the service
/// Node::schemes() too.
absl::Status add_exchange_routes(SignedService& service, Node& node);

/// The same for what answers instead of a node.
using ExchangeHandler =
    std::function<asio::awaitable<ExchangeAnswer>(PublicKey caller, ExchangeRequest request)>;
absl::Status add_exchange_routes(SignedService& service, const HotkeyPolicy& members,
                                 const ExchangeHandler& handler);

}  // namespace yuma::subnet
