// SPDX-License-Identifier: MIT

// Signed requests and answers over real connections: who is let in, and what is signed.

#include <atomic>

#include "tests/net/http_support.hpp"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"

namespace yuma::test {
namespace {

LocalSigner signer_of(std::string_view uri, Scheme scheme = Scheme::kSr25519) {
  return LocalSigner(*KeyPair::from_uri(scheme, uri));
}

/// A server of Bob's, and Alice who calls it.
class SignedTest : public testing::Test {
 protected:
  ~SignedTest() override {
    loop.run([&] {
      client.reset();
      http.reset();
      server.reset();
      service.reset();
    });
  }

  void start(SignedServiceOptions options = {}, HttpServerOptions serving = {}) {
    loop.run([&] {
      options.signer = &bob;
      options.started_ns = 0;
      options.admission = serving.admission;
      service = *SignedService::make(loop.executor(), std::move(options));
      server = *HttpServer::listen(loop.executor(), std::move(serving), service);
      http = std::make_unique<HttpClient>(loop.executor());
      client = std::make_unique<SignedClient>(*http, alice);
    });
    target = {.key = bob.public_key(), .endpoints = {server->local_endpoint()}};
  }

  /// Adds a route that answers the caller's address and the body.
  void add_echo(SignedRoute route = {.path = "/echo"}) {
    route.handler = [](SignedCall call) -> asio::awaitable<HttpResponse> {
      co_return text_response(200, call.caller.caller.address() + " " + call.request.body);
    };
    ASSERT_TRUE(add(std::move(route)).ok());
  }
  absl::Status add(SignedRoute route) {
    return loop.run([&] { return service->add(std::move(route)); });
  }

  absl::StatusOr<SignedAnswer> call(std::string path, std::string body = "x",
                                    SignedCallOptions options = {}) {
    return loop.wait(client->call(target, "POST", std::move(path), std::move(body), options));
  }
  int status_of(std::string path, std::string body = "x") {
    const auto answer = call(std::move(path), std::move(body));
    return answer.ok() ? answer->status : -1;
  }
  SignedCounters counters() {
    return loop.run([&] { return service->counters(); });
  }
  /// The bytes of a signed request.
  std::string bytes_of_request(Signer& from, std::string_view body,
                               std::string_view path = "/echo") {
    const auto made = RequestSigner(from).sign(
        {.target = path, .body_sha256 = BodyHash::of(body), .receiver = bob.public_key().bytes});
    std::string headers;
    for (const Header& h : made->headers) absl::StrAppend(&headers, h.name, ": ", h.value, "\r\n");
    return post(path, body, headers);
  }

  Loop loop;
  LocalSigner alice = signer_of("//Alice"), bob = signer_of("//Bob"), carol = signer_of("//Carol");
  std::shared_ptr<SignedService> service;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<HttpClient> http;
  std::unique_ptr<SignedClient> client;
  SignedTarget target;
};

TEST_F(SignedTest, TakesSignedRequestsAndKnowsTheCaller) {
  start();
  add_echo();
  for (int i = 0; i < 3; ++i) {
    const auto answer = call("/echo", "hello");
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, alice.public_key().address() + " hello");
    EXPECT_EQ(answer->verdict, ResponseVerdict::kUnsigned);
    EXPECT_EQ(answer->endpoint, target.endpoints[0]);
  }
  EXPECT_EQ(counters().taken, 3u);
  EXPECT_EQ(counters().signed_answers, 0u);
}

TEST_F(SignedTest, SignsAnswersForThoseWhoAsk) {
  start();
  add_echo();
  const auto answer = call("/echo", "hello", {{}, /*wants_signature=*/true});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_TRUE(answer->is_signed());
  // Of another key it is not.
  target.key = carol.public_key();
  const auto other = call("/echo", "hello", {{}, /*wants_signature=*/true});
  EXPECT_EQ(other->status, 401) << "it is bound to another receiver";
  EXPECT_FALSE(other->is_signed());
}

TEST_F(SignedTest, RefusesWithTheReason) {
  start();
  add_echo();
  RawCaller caller(target.endpoints[0]);
  EXPECT_EQ(caller.ask(post("/echo", "x")).body, R"({"detail":"X-Bittensor-Version must be 1"})");
  EXPECT_EQ(caller.ask(post("/nowhere", "x")).status, 404);
  EXPECT_EQ(caller.ask(get("/echo")).status, 405);

  const std::string good = bytes_of_request(alice, "hello");
  std::string other_body = good;
  other_body.back() = 'p';
  EXPECT_EQ(caller.ask(other_body).status, 401);
  EXPECT_EQ(caller.ask(good).status, 200);
  EXPECT_EQ(caller.ask(good).status, 401) << "a replay";
  const SignedCounters seen = counters();
  EXPECT_EQ(seen.refused[static_cast<int>(AuthReason::kMalformedAuth)], 1u);
  EXPECT_EQ(seen.refused[static_cast<int>(AuthReason::kBadSignature)], 1u);
  EXPECT_EQ(seen.refused[static_cast<int>(AuthReason::kReplayedRequest)], 1u);
  EXPECT_EQ(seen.no_route, 2u);
  EXPECT_EQ(seen.taken, 1u);
}

TEST_F(SignedTest, AsksThePolicyBeforeTheBodyAndAfterTheSignature) {
  std::atomic<int> asked = 0;
  start();
  add_echo(
      {.path = "/echo", .policy = [&](const AccountId& hotkey) -> std::optional<PolicyRefusal> {
         ++asked;
         if (hotkey == alice.public_key().bytes) return std::nullopt;
         return PolicyRefusal{403, "no member"};
       }});
  EXPECT_EQ(status_of("/echo"), 200);
  EXPECT_EQ(asked, 2);
  RawCaller caller(target.endpoints[0]);
  const RawAnswer refused = caller.ask(bytes_of_request(carol, "x"));
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, R"({"detail":"no member"})");
  EXPECT_EQ(asked, 3) << "its signature was not looked at";
}

TEST_F(SignedTest, KnowsTheSchemesThatItIsTold) {
  LocalSigner edward = signer_of("//Edward", Scheme::kEd25519);
  std::atomic<bool> known = false;
  start({.scheme_of = [&](const AccountId& hotkey) -> std::optional<Scheme> {
    if (known && hotkey == edward.public_key().bytes) return Scheme::kEd25519;
    return std::nullopt;
  }});
  add_echo();
  RawCaller caller(target.endpoints[0]);
  EXPECT_EQ(caller.ask(bytes_of_request(edward, "x")).status, 401);
  known = true;
  EXPECT_EQ(caller.ask(bytes_of_request(edward, "x")).status, 200);
}

TEST_F(SignedTest, FindsTheLongestRouteOfTheMethod) {
  start();
  const auto named = [](std::string name) -> SignedHandler {
    return
        [name](SignedCall) -> asio::awaitable<HttpResponse> { co_return text_response(200, name); };
  };
  ASSERT_TRUE(add({.method = "", .path = "/", .prefix = true, .handler = named("all")}).ok());
  ASSERT_TRUE(add({.path = "/v1/", .prefix = true, .handler = named("v1")}).ok());
  ASSERT_TRUE(add({.path = "/v1/exact", .handler = named("exact")}).ok());
  ASSERT_TRUE(
      add({.method = "GET", .path = "/v1/exact", .open = true, .handler = named("get")}).ok());
  EXPECT_EQ(call("/v1/exact?a=1")->body, "exact");
  EXPECT_EQ(call("/v1/exact/more")->body, "v1");
  EXPECT_EQ(call("/v1")->body, "all");
  RawCaller caller(target.endpoints[0]);
  EXPECT_EQ(caller.ask(get("/v1/exact")).body, "get");
  ASSERT_TRUE(caller.send("HEAD /v1/exact HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_EQ(caller.receive(/*has_body=*/false).header("Content-Length"), "3");

  EXPECT_FALSE(add({.path = "/v1/exact", .handler = named("again")}).ok());
  EXPECT_FALSE(add({.path = "/none"}).ok());
  EXPECT_FALSE(add({.path = "none", .handler = named("no slash")}).ok());
}

TEST_F(SignedTest, WithoutASignerAllRoutesAreOpen) {
  start();
  const auto open = *SignedService::make(loop.executor(), {});
  const SignedHandler handler = [](SignedCall call) -> asio::awaitable<HttpResponse> {
    co_return text_response(200, call.request.target);
  };
  EXPECT_FALSE(open->add({.path = "/", .handler = handler}).ok());
  EXPECT_TRUE(open->add({.path = "/", .open = true, .handler = handler}).ok());
}

TEST_F(SignedTest, LimitsHotkeysBySignedRequestsAlone) {
  start();
  add_echo({.path = "/echo", .per_hotkey = {0.001, 2}});
  // Somebody claims to be Alice, as often as he likes.
  RawCaller caller(target.endpoints[0]);
  for (int i = 0; i < 5; ++i) {
    std::string forged = bytes_of_request(alice, "hello");
    forged.back() = 'p';
    EXPECT_EQ(caller.ask(forged).status, 401);
  }
  EXPECT_EQ(status_of("/echo"), 200);
  const auto second = call("/echo", "x", {{}, /*wants_signature=*/true});
  EXPECT_EQ(second->status, 200);
  const auto third = call("/echo");
  EXPECT_EQ(third->status, 429);
  EXPECT_EQ(find_header(third->headers, "Retry-After"), "1");
  EXPECT_EQ(caller.ask(bytes_of_request(carol, "x")).status, 200);
  EXPECT_EQ(counters().over_rate, 1u);
}

TEST_F(SignedTest, ChargesBadSignaturesToTheAddress) {
  HttpServerOptions serving;
  serving.admission = std::make_shared<Admission>(
      AdmissionOptions{.per_address = {0.001, 100}, .failure_cost = 40});
  start({}, std::move(serving));
  add_echo();
  RawCaller caller(target.endpoints[0], "127.0.0.9");
  for (int i = 0; i < 3; ++i) {
    std::string forged = bytes_of_request(carol, "hello");
    forged.back() = 'p';
    EXPECT_EQ(caller.ask(forged).status, 401);
  }
  EXPECT_EQ(caller.ask(bytes_of_request(carol, "hello")).status, 429);
  EXPECT_EQ(counters().refused[static_cast<int>(AuthReason::kBadSignature)], 3u);
  EXPECT_EQ(status_of("/echo"), 200) << "from another address";
}

TEST_F(SignedTest, ChecksTogetherWhatComesTogether) {
  start();
  add_echo();
  constexpr int kCallers = 16;
  std::vector<std::unique_ptr<RawCaller>> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(std::make_unique<RawCaller>(target.endpoints[0]));
  }
  const auto send_all = [&](int wrong) {
    // The loop stands still meanwhile, so all are there when it looks.
    std::promise<void> held, sent;
    std::thread sender([&] {
      held.get_future().wait();
      for (int i = 0; i < kCallers; ++i) {
        std::string request = bytes_of_request(alice, "hello");
        if (i == wrong) request.back() = 'p';
        callers[static_cast<std::size_t>(i)]->send(request);
      }
      sent.set_value();
    });
    loop.run([&] {
      held.set_value();
      sent.get_future().wait();
    });
    sender.join();
  };
  send_all(-1);
  for (auto& caller : callers) EXPECT_EQ(caller->receive().status, 200);
  EXPECT_GT(counters().batched, 1u);
  send_all(5);
  for (int i = 0; i < kCallers; ++i) {
    EXPECT_EQ(callers[static_cast<std::size_t>(i)]->receive().status, i == 5 ? 401 : 200) << i;
  }
  EXPECT_EQ(counters().taken, 2u * kCallers - 1);
}

TEST_F(SignedTest, BoundsWhatRunsAndWhatWaits) {
  start();
  asio::steady_timer release(loop.executor(), asio::steady_timer::time_point::max());
  std::atomic<int> running = 0, most = 0, begun = 0;
  const auto slow = [&](SignedCall) -> asio::awaitable<HttpResponse> {
    ++begun;
    most = std::max<int>(most, ++running);
    boost::system::error_code ignored;
    co_await release.async_wait(error_in(ignored));
    --running;
    co_return text_response(200, "done");
  };
  ASSERT_TRUE(add({.path = "/slow", .max_running = 2, .max_waiting = 3, .handler = slow}).ok());
  std::vector<std::unique_ptr<RawCaller>> callers;
  for (int i = 0; i < 6; ++i) {
    callers.push_back(std::make_unique<RawCaller>(target.endpoints[0]));
    callers.back()->send(bytes_of_request(alice, "x", "/slow"));
    while (counters().taken + counters().over_capacity < static_cast<std::uint64_t>(i + 1)) {
      std::this_thread::sleep_for(1ms);  // nothing tells of a counter
    }
  }
  const RawAnswer refused = callers[5]->receive();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(begun, 2);
  for (int i = 0; i < 5; ++i) {
    // One after the other finishes; those that wait move up in their order.
    std::vector<pollfd> items;
    while (running < std::min(2, 5 - i)) std::this_thread::sleep_for(1ms);
    loop.run([&] { release.cancel_one(); });
    EXPECT_EQ(callers[static_cast<std::size_t>(i)]->receive().status, 200) << i;
  }
  EXPECT_EQ(most, 2);
}

TEST_F(SignedTest, BoundsWhatOneHotkeyHasUnderWay) {
  start();
  asio::steady_timer release(loop.executor(), asio::steady_timer::time_point::max());
  std::atomic<int> begun = 0;
  const auto slow = [&](SignedCall) -> asio::awaitable<HttpResponse> {
    ++begun;
    boost::system::error_code ignored;
    co_await release.async_wait(error_in(ignored));
    co_return text_response(200, "done");
  };
  ASSERT_TRUE(add({.path = "/slow", .max_per_hotkey = 1, .handler = slow}).ok());
  RawCaller first(target.endpoints[0]), second(target.endpoints[0]), other(target.endpoints[0]);
  ASSERT_TRUE(first.send(bytes_of_request(alice, "x", "/slow")));
  while (begun < 1) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(second.ask(bytes_of_request(alice, "x", "/slow")).status, 429);
  ASSERT_TRUE(other.send(bytes_of_request(carol, "x", "/slow")));
  while (begun < 2) std::this_thread::sleep_for(1ms);
  loop.run([&] { release.cancel(); });
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(other.receive().status, 200);
  ASSERT_TRUE(first.send(bytes_of_request(alice, "x", "/slow")));
  while (begun < 3) std::this_thread::sleep_for(1ms);
  loop.run([&] { release.cancel(); });
  EXPECT_EQ(first.receive().status, 200);
}

/// Routes that stream: in chunks with a trailer, and as events.
class StreamTest : public SignedTest {
 protected:
  void start_streams() {
    start();
    const auto route = [&](std::string path, std::string type, std::vector<std::string> pieces) {
      ASSERT_TRUE(add({.path = std::move(path),
                       .handler = [type, pieces](SignedCall) -> asio::awaitable<HttpResponse> {
                         HttpResponse out;
                         out.headers.push_back({"Content-Type", type});
                         out.stream = stream_of(pieces);
                         co_return out;
                       }})
                      .ok());
    };
    route("/chunks", "application/octet-stream", {"one ", "two ", "three"});
    route("/events", "text/event-stream", {"data: 1\n\n", "data: 2\n\n"});
    route("/cut", "text/event-stream", {"data: 1\n\n", "data: 2"});
  }
  SignedCallOptions streaming(bool wants_signature) {
    SignedCallOptions options;
    options.stream = true;
    options.wants_signature = wants_signature;
    return options;
  }
  absl::StatusOr<std::string> read(SignedAnswer& answer) {
    return loop.wait(read_all(*answer.stream, 1000));
  }
};

TEST_F(StreamTest, SignsStreamsInATrailerAndEventsInALastOne) {
  start_streams();
  for (const auto& [path, body] :
       std::vector<std::pair<std::string, std::string>>{{"/chunks", "one two three"},
                                                        {"/events", "data: 1\n\ndata: 2\n\n"},
                                                        {"/cut", "data: 1\n\ndata: 2\n\n"}}) {
    for (const bool wants : {false, true}) {
      auto answer = call(path, "x", streaming(wants));
      ASSERT_TRUE(answer.ok()) << answer.status();
      ASSERT_NE(answer->stream, nullptr);
      const auto all = read(*answer);
      ASSERT_TRUE(all.ok()) << path << all.status();
      const std::string expected = wants || path != "/cut" ? body : "data: 1\n\ndata: 2";
      EXPECT_EQ(*all, expected);
      // And read as a whole.
      const auto whole = call(path, "x", {{}, wants});
      ASSERT_TRUE(whole.ok()) << whole.status();
      EXPECT_EQ(whole->is_signed(), wants) << path;
      EXPECT_EQ(whole->body, expected);
    }
  }
  EXPECT_EQ(loop.run([&] { return http->counters().connects; }), 1u);
}

TEST_F(StreamTest, AStreamOfSomebodyElseDoesNotEnd) {
  start_streams();
  // The route of another service that is not Bob's: it signs nothing, since it does not know how.
  ASSERT_TRUE(add({.method = "POST",
                   .path = "/open",
                   .open = true,
                   .handler = [](SignedCall) -> asio::awaitable<HttpResponse> {
                     HttpResponse out;
                     out.stream = stream_of({"one ", "two"});
                     co_return out;
                   }})
                  .ok());
  auto answer = call("/open", "x", streaming(true));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(read(*answer).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(SignedTest, TriesEndpointsUntilOneTakesTheConnection) {
  start();
  add_echo();
  RawCaller free_port(target.endpoints[0]);  // keeps no port that listens
  target.endpoints.insert(target.endpoints.begin(), {"127.0.0.77", target.endpoints[0].port});
  const auto answer = call("/echo");
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->endpoint, target.endpoints[1]);
  target.endpoints.clear();
  EXPECT_EQ(call("/echo").status().code(), absl::StatusCode::kInvalidArgument);
}

/// A signer that is asked on a thread of its own, or is away.
class DistantSigner final : public Signer {
 public:
  explicit DistantSigner(KeyPair key) : key_(std::move(key)) {}
  const PublicKey& public_key() const override { return key_.public_key(); }
  absl::StatusOr<Signature> sign(ByteView message) override {
    asked_by = std::this_thread::get_id();
    if (away) return absl::UnavailableError("the signer is away");
    return key_.sign(message);
  }
  std::thread::id asked_by;
  std::atomic<bool> away = false;

 private:
  KeyPair key_;
};

TEST_F(SignedTest, AsksASignerThatBlocksElsewhere) {
  asio::thread_pool pool(1);
  DistantSigner distant(*KeyPair::from_uri(Scheme::kSr25519, "//Alice"));
  start();
  add_echo();
  loop.run([&] { client = std::make_unique<SignedClient>(*http, distant, pool.get_executor()); });
  EXPECT_EQ(status_of("/echo"), 200);
  EXPECT_NE(distant.asked_by, loop.run([] { return std::this_thread::get_id(); }));
  distant.away = true;
  EXPECT_EQ(call("/echo").status().code(), absl::StatusCode::kUnavailable);
  pool.join();
}

TEST_F(SignedTest, AServerWhoseSignerIsAwaySaysSo) {
  asio::thread_pool pool(1);
  DistantSigner distant(*KeyPair::from_uri(Scheme::kSr25519, "//Bob"));
  loop.run([&] {
    SignedServiceOptions options;
    options.signer = &distant;
    options.sign_on = pool.get_executor();
    options.started_ns = 0;
    service = *SignedService::make(loop.executor(), std::move(options));
    server = *HttpServer::listen(loop.executor(), {}, service);
    http = std::make_unique<HttpClient>(loop.executor());
    client = std::make_unique<SignedClient>(*http, alice);
  });
  target = {.key = bob.public_key(), .endpoints = {server->local_endpoint()}};
  add_echo();
  EXPECT_TRUE(call("/echo", "x", {{}, true})->is_signed());
  EXPECT_NE(distant.asked_by, loop.run([] { return std::this_thread::get_id(); }));
  distant.away = true;
  const auto answer = call("/echo", "x", {{}, true});
  EXPECT_EQ(answer->status, 503);
  EXPECT_FALSE(answer->is_signed());
  EXPECT_EQ(call("/echo")->status, 200);
  pool.join();
}

}  // namespace
}  // namespace yuma::test
