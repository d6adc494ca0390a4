// SPDX-License-Identifier: MIT

// A validator that lies: a whole node on real sockets, with a LyingExchange in front. Prints a line
// of JSON with the counts of its lies each second, and at the end. With --honest one that does not,
// and prints what it seals and notices.

#include <sys/prctl.h>

#include <csignal>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/faults/lying_exchange.hpp"
// After Asio.
#include "CLI/CLI.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/net/endpoint.hpp"
#include "yuma/net/http_server.hpp"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/subnet/http_exchange.hpp"

namespace {

using namespace yuma;
using faults::LyingExchange;

struct Flags {
  std::string genesis, ledger, key, listen, announce;
  std::vector<std::string> peers, lies;
  std::uint64_t seed = 1;
  unsigned exchange_ms = 1000;
  std::size_t at_a_time = 4;
  bool honest = false;
};

int fail(const absl::Status& status) {
  std::cerr << status << "\n";
  return 1;
}

absl::StatusOr<KeyPair> read_key(const std::string& path) {
  const auto stored = read_key_file(path);
  if (!stored.ok()) return stored.status();
  auto file = open_key_file(stored->contents.bytes());
  if (!file.ok()) return file.status();
  if (!file->key) return absl::NotFoundError("no secret key in " + path);
  return *std::move(file->key);
}

absl::StatusOr<subnet::ExchangeTarget> read_peer(const std::string& text) {
  const auto at = text.find('@');
  const auto account = ss58_decode(text.substr(0, at));
  if (!account.ok()) return account.status();
  const auto endpoint = parse_endpoint(text.substr(at + 1));
  if (!endpoint.ok()) return endpoint.status();
  return subnet::ExchangeTarget{{Scheme::kSr25519, account->account}, {*endpoint}};
}

absl::StatusOr<subnet::NodeOptions> node_options(const Flags& flags) {
  std::ifstream file(flags.genesis, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(file), {});
  auto genesis = decode_genesis(bytes_of(bytes));
  if (!genesis.ok()) return genesis.status();
  subnet::NodeOptions out;
  out.genesis = *std::move(genesis);
  out.ledger = flags.ledger;
  out.exchange_every = std::chrono::milliseconds(flags.exchange_ms);
  const auto announced = parse_endpoint(flags.announce);
  if (!announced.ok()) return announced.status();
  out.announce = {*announced};
  for (const std::string& text : flags.peers) {
    auto peer = read_peer(text);
    if (!peer.ok()) return peer.status();
    out.peers.push_back(*std::move(peer));
  }
  return out;
}

void print(const nlohmann::json& line) { std::cout << line.dump() << std::endl; }

/// What an honest one has to say.
void print_sealed(const subnet::SealedEpoch& epoch) {
  print({{"event", "epoch_sealed"},
         {"epoch", epoch.epoch},
         {"votes", epoch.voters.size()},
         {"state_root", to_hex(epoch.state_root)}});
}

asio::awaitable<void> drain(asio::io_context& io, HttpServer& server, subnet::Node& node) {
  co_await server.drain(std::chrono::seconds(2));
  co_await node.drain();
  io.stop();
}

asio::awaitable<void> print_counts(asio::io_context& io, const LyingExchange& liar) {
  asio::steady_timer timer(io);
  for (;;) {
    timer.expires_after(std::chrono::seconds(1));
    boost::system::error_code ignored;
    co_await timer.async_wait(error_in(ignored));
    print({{"event", "lies"}, {"lies", liar.counts()}});
  }
}

void choose(subnet::Node& node) {
  const auto view = node.view();
  const State& state = view->sealed->state;
  if (!view->uid || power_of(state, *view->uid) == 0) return;
  const VectorBody vector = test::honest_vector(state, *view->uid, state.epoch + 1, state.epoch);
  node.choose_weights({vector.uids, vector.values, 0}).IgnoreError();
}

int run(const Flags& flags) {
  auto key = read_key(flags.key);
  if (!key.ok()) return fail(key.status());
  const auto listen = parse_endpoint(flags.listen);
  if (!listen.ok()) return fail(listen.status());
  auto options = node_options(flags);
  if (!options.ok()) return fail(options.status());
  LyingExchange::Options lies{flags.seed, flags.ledger, {}, flags.at_a_time};
  for (const std::string& name : flags.lies) {
    const auto lie = simulator::lie_of_name(name);
    if (!lie) return fail(absl::InvalidArgumentError("no lie " + name));
    lies.always.push_back(*lie);
  }

  asio::io_context io;
  auto copy = KeyPair::from_private_key(key->scheme(), key->private_key());
  LocalSigner signer(*std::move(copy));
  HttpClient client(io.get_executor());
  SignedClient signed_client(client, signer);
  const auto exchange = subnet::http_exchange(signed_client);
  LyingExchange liar(io, *exchange, *key, std::move(lies));
  subnet::ExchangeTransport& transport = flags.honest ? *exchange : liar;
  auto node = subnet::Node::open(io, *std::move(options), signer, transport);
  if (!node.ok()) return fail(node.status());

  SignedServiceOptions how;
  how.signer = &signer;
  how.scheme_of = (*node)->schemes();
  auto service = SignedService::make(io.get_executor(), std::move(how));
  if (!service.ok()) return fail(service.status());
  subnet::Node& own = **node;
  const absl::Status added = subnet::add_exchange_routes(
      **service, own.members(), [&](PublicKey caller, subnet::ExchangeRequest request) {
        return flags.honest ? own.answer(caller, std::move(request))
                            : liar.answer(caller, std::move(request));
      });
  if (!added.ok()) return fail(added);
  HttpServerOptions where;
  where.endpoint = *listen;
  auto server = HttpServer::listen(io.get_executor(), std::move(where), *service);
  if (!server.ok()) return fail(server.status());

  const auto sealed = own.on_sealed([&](const auto& epoch) {
    if (flags.honest) print_sealed(*epoch);
    choose(own);
  });
  const auto noticed = own.on_notice([&](const subnet::NodeNotice& notice) {
    if (flags.honest) print({{"event", subnet::notice_name(notice.kind)}, {"text", notice.text}});
  });
  own.start();
  if (!flags.honest) {
    liar.start(own);
    asio::co_spawn(io, print_counts(io, liar), asio::detached);
  }
  choose(own);
  asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait(
      [&](auto, int) { asio::co_spawn(io, drain(io, **server, own), asio::detached); });
  io.run();
  if (!flags.honest) print({{"event", "lies"}, {"lies", liar.counts()}});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  Flags flags;
  CLI::App app{"A validator that lies, for tests."};
  app.add_option("--genesis", flags.genesis)->required();
  app.add_option("--ledger", flags.ledger)->required();
  app.add_option("--key", flags.key, "file of its hotkey")->required();
  app.add_option("--listen", flags.listen)->required();
  app.add_option("--announce", flags.announce)->required();
  app.add_option("--peer", flags.peers, "HOTKEY@HOST:PORT");
  app.add_option("--lie", flags.lies, "told always");
  app.add_option("--lies-at-a-time", flags.at_a_time);
  app.add_option("--exchange-ms", flags.exchange_ms);
  app.add_option("--seed", flags.seed);
  app.add_flag("--honest", flags.honest, "no lie at all");
  CLI11_PARSE(app, argc, argv);
  return run(flags);
}
