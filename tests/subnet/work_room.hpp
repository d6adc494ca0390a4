// SPDX-License-Identifier: MIT
#pragma once

// Miners and validators at work on real sockets of the loopback, in one process and on one event
// loop. Their nodes talk in memory (node_room.hpp).

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/subnet/node_room.hpp"
#include "yuma/net/http_client.hpp"
#include "yuma/net/http_server.hpp"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"
#include "yuma/subnet/miner.hpp"
#include "yuma/subnet/validator.hpp"

namespace yuma::test {

/// An HTTP server without signatures: a function answers.
class FunctionService final : public HttpService {
 public:
  using Function = std::function<asio::awaitable<HttpResponse>(HttpRequest)>;
  explicit FunctionService(Function function) : function_(std::move(function)) {}

  HttpBegin begin(const HttpHead& head, const HttpPeer&) override {
    HttpRequest request;
    request.method = head.method;
    request.target = head.target;
    for (const HeaderView& header : head.headers) {
      request.headers.push_back({std::string(header.name), std::string(header.value)});
    }
    return std::make_unique<Transaction>(function_, std::move(request));
  }

 private:
  struct Transaction final : HttpTransaction {
    Transaction(Function& f, HttpRequest r) : function(f), request(std::move(r)) {}
    std::size_t body_limit() const override { return std::size_t{1} << 20; }
    asio::awaitable<HttpResponse> answer(std::string body) override {
      request.body = std::move(body);
      auto work = function(std::move(request));
      co_return co_await std::move(work);
    }
    Function& function;
    HttpRequest request;
  };
  Function function_;
};

/// A miner's handler as a function.
class FunctionHandler final : public subnet::MinerHandler {
 public:
  using Function = std::function<asio::awaitable<HttpResponse>(subnet::MinerCall)>;
  explicit FunctionHandler(Function f) : function(std::move(f)) {}
  asio::awaitable<HttpResponse> handle(subnet::MinerCall call) override {
    return function(std::move(call));
  }
  Function function;
};

/// A scorer as two functions.
class FunctionScorer final : public subnet::Scorer {
 public:
  using Function = std::function<asio::awaitable<void>(subnet::Round&)>;
  explicit FunctionScorer(Function f) : function(std::move(f)) {}
  asio::awaitable<void> round(subnet::Round& round) override { return function(round); }
  std::vector<subnet::UidScore> weights(const State& state,
                                        std::vector<subnet::UidScore> averages) override {
    return change ? change(state, std::move(averages)) : averages;
  }
  Function function;
  std::function<std::vector<subnet::UidScore>(const State&, std::vector<subnet::UidScore>)> change;
};

// Handlers and the like. Free functions: what they get is theirs.
inline asio::awaitable<HttpResponse> echo(subnet::MinerCall call) {
  co_return text_response(
      200, call.request.method + " " + call.request.target + " " + call.request.body);
}
inline asio::awaitable<HttpResponse> never(asio::any_io_executor executor) {
  asio::steady_timer timer(executor, std::chrono::hours(1));
  co_await timer.async_wait(asio::use_awaitable);
  co_return HttpResponse{};
}

class WorkRoom {
 public:
  explicit WorkRoom(const SubnetShape& shape = NodeRoom::small_shape()) : room(shape) {
    room.chooses_weights = false;
    asio::post(room.io, [] {});
  }
  ~WorkRoom() {
    validators.clear();
    miners.clear();
    servers.clear();
  }

  asio::any_io_executor executor() { return room.io.get_executor(); }
  PublicKey key(std::size_t uid) { return room.subnet.keys.key(uid); }

  Endpoint serve(std::shared_ptr<HttpService> service) {
    auto server = HttpServer::listen(executor(), {}, std::move(service));
    EXPECT_TRUE(server.ok()) << server.status();
    servers.push_back(*std::move(server));
    return servers.back()->local_endpoint();
  }

  /// A miner with its node; it announces where it listens.
  subnet::Miner& start_miner(std::uint16_t uid, FunctionHandler::Function function,
                             subnet::MinerOptions options = {}) {
    auto& miner = miners[uid];
    miner.handler = std::make_unique<FunctionHandler>(std::move(function));
    SignedServiceOptions how;
    how.signer = &room.subnet.keys.at(uid);
    how.started_ns = 0;
    miner.service = SignedService::make(executor(), std::move(how)).value();
    const Endpoint endpoint = serve(miner.service);
    subnet::NodeOptions node = room.options(uid);
    node.votes = false;
    node.announce = {endpoint};
    subnet::Node& started = room.start(uid, std::move(node));
    miner.miner =
        std::make_unique<subnet::Miner>(started, *miner.handler, std::move(options), log());
    EXPECT_TRUE(miner.miner->serve(*miner.service).ok());
    miner.endpoint = endpoint;
    return *miner.miner;
  }

  SignedClient& client(std::size_t number) {
    auto& signed_client = clients[number];
    if (!signed_client) {
      signed_client = std::make_unique<SignedClient>(http, room.subnet.keys.at(number));
    }
    return *signed_client;
  }

  subnet::Validator& start_validator(std::uint16_t uid, subnet::Scorer& scorer,
                                     subnet::ValidatorOptions options = {}) {
    if (options.scores_path.empty()) {
      options.scores_path = room.folder.file("scores" + std::to_string(uid));
    }
    auto made = subnet::Validator::make(executor(), room.node(uid), client(uid), scorer,
                                        std::move(options), log());
    EXPECT_TRUE(made.ok()) << made.status();
    validators[uid] = *std::move(made);
    validators[uid]->start();
    return *validators[uid];
  }

  /// The result of a coroutine.
  template <class T>
  T wait(asio::awaitable<T> coroutine) {
    std::optional<T> out;
    std::exception_ptr failed;
    bool done = false;
    asio::co_spawn(room.io, std::move(coroutine), [&](std::exception_ptr error, T value) {
      failed = error;
      out = std::move(value);
      done = true;
    });
    EXPECT_TRUE(room.run_until([&] { return done; }));
    if (failed) std::rethrow_exception(failed);
    return *std::move(out);
  }
  void drain(subnet::Validator& validator) { wait(drained(validator)); }

  /// A signed call of one member to another.
  SignedAnswer call(std::size_t from, std::uint16_t to, std::string method, std::string path,
                    std::string body = "", bool wants_signature = true) {
    SignedCallOptions how;
    how.wants_signature = wants_signature;
    const SignedTarget target{key(to), {miners[to].endpoint}};
    auto answer =
        wait(client(from).call(target, std::move(method), std::move(path), std::move(body), how));
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *std::move(answer) : SignedAnswer{};
  }

  subnet::LogSink log() {
    return [this](const subnet::LogEntry& entry) { said.push_back(entry.text); };
  }
  bool was_said(const std::string& text) const {
    for (const std::string& line : said) {
      if (line.find(text) != std::string::npos) return true;
    }
    return false;
  }

  NodeRoom room;
  std::vector<std::string> said;
  HttpClient http{room.io.get_executor()};
  std::vector<std::unique_ptr<HttpServer>> servers;
  struct RunningMiner {
    std::unique_ptr<FunctionHandler> handler;
    std::shared_ptr<SignedService> service;
    std::unique_ptr<subnet::Miner> miner;
    Endpoint endpoint;
  };
  std::map<std::uint16_t, RunningMiner> miners;
  std::map<std::size_t, std::unique_ptr<SignedClient>> clients;
  std::map<std::uint16_t, std::unique_ptr<subnet::Validator>> validators;

 private:
  static asio::awaitable<bool> drained(subnet::Validator& validator) {
    co_await validator.drain(2s);
    co_return true;
  }
};

}  // namespace yuma::test
