// SPDX-License-Identifier: MIT

// Nodes that ask each other over signed HTTP, on sockets.

#include "yuma/subnet/http_exchange.hpp"

#include <gtest/gtest.h>

#include "tests/subnet/node_room.hpp"
// After Asio.
#include "yuma/net/http_server.hpp"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"

namespace yuma {
namespace {

using namespace std::chrono_literals;

/// A node with a server, on a port that was free.
struct Host {
  Host(asio::io_context& io, Signer& signer)
      : client(io.get_executor()),
        signed_client(client, signer),
        transport(subnet::http_exchange(signed_client)) {}

  HttpClient client;
  SignedClient signed_client;
  std::unique_ptr<subnet::ExchangeTransport> transport;
  std::shared_ptr<SignedService> service;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<subnet::Node> node;
};

class HttpExchange : public ::testing::Test {
 protected:
  static test::SubnetShape shape() {
    test::SubnetShape out = test::NodeRoom::small_shape();
    out.validators = 3;
    return out;
  }

  Host& host(std::uint16_t uid, std::optional<std::uint16_t> first_peer) {
    Signer& signer = room.subnet.keys.at(uid);
    auto& host = *hosts.emplace_back(std::make_unique<Host>(room.io, signer));
    const auto schemes = std::make_shared<std::function<std::optional<Scheme>(const AccountId&)>>();
    SignedServiceOptions how;
    how.signer = &signer;
    how.started_ns = 0;
    how.scheme_of = [schemes](const AccountId& hotkey) { return (*schemes)(hotkey); };
    host.service = SignedService::make(room.io.get_executor(), std::move(how)).value();
    host.server = HttpServer::listen(room.io.get_executor(), {}, host.service).value();
    subnet::NodeOptions options = room.options(uid);
    options.announce = {host.server->local_endpoint()};
    options.peers.clear();
    if (first_peer) {
      options.peers.push_back(
          {room.subnet.keys.key(*first_peer), {hosts[*first_peer]->server->local_endpoint()}});
    }
    host.node = subnet::Node::open(room.io, std::move(options), signer, *host.transport).value();
    *schemes = host.node->schemes();
    EXPECT_TRUE(subnet::add_exchange_routes(*host.service, *host.node).ok());
    host.node->start();
    return host;
  }

  std::uint64_t sealed(std::uint16_t uid) { return hosts[uid]->node->view()->sealed->state.epoch; }

  test::NodeRoom room{shape()};
  std::vector<std::unique_ptr<Host>> hosts;
};

TEST_F(HttpExchange, EpochsAreSealedOverSockets) {
  host(0, std::nullopt);
  host(1, 0);
  host(2, 0);  // knows the owner alone: learns of the other
  ASSERT_TRUE(room.run_until([&] { return sealed(0) >= 3 && sealed(1) >= 3 && sealed(2) >= 3; }));
  for (const auto& host : hosts) {
    const auto view = host->node->view();
    EXPECT_EQ(view->addresses->size(), 3U);
    EXPECT_TRUE(view->health.ready) << ::testing::PrintToString(view->health.problems);
  }
  // A miner follows; a stranger is told why not.
  host(3, 1);
  ASSERT_TRUE(room.run_until([&] { return sealed(3) >= 3; }));
  LocalSigner stranger(KeyPair::random(Scheme::kSr25519));
  SignedClient calls(hosts[0]->client, stranger);
  const auto other = subnet::http_exchange(calls);
  std::optional<subnet::ExchangeAnswer> answer;
  const auto ask = [](subnet::ExchangeTransport& by, subnet::ExchangeTarget whom,
                      std::optional<subnet::ExchangeAnswer>& out) -> asio::awaitable<void> {
    subnet::ExchangeRequest request{"GET", "/v1/status", {}};
    auto got = co_await by.call(std::move(whom), std::move(request), subnet::ExchangeLimits{});
    out = got.value_or(subnet::ExchangeAnswer{0, {}, 0});
  };
  subnet::ExchangeTarget owner{room.subnet.keys.key(0), {hosts[0]->server->local_endpoint()}};
  asio::co_spawn(room.io, ask(*other, std::move(owner), answer), asio::detached);
  ASSERT_TRUE(room.run_until([&] { return answer.has_value(); }));
  EXPECT_EQ(answer->status, 403);
  EXPECT_NE(text_of(answer->body).find("no member"), std::string_view::npos);
}

}  // namespace
}  // namespace yuma
