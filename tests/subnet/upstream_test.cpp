// SPDX-License-Identifier: MIT

#include "yuma/subnet/upstream.hpp"

#include <gmock/gmock.h>

#include "tests/subnet/work_room.hpp"

namespace yuma::test {
namespace {

using subnet::parse_upstream;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ParseUpstream, ReadsHostPortAndPath) {
  EXPECT_EQ(parse_upstream("http://127.0.0.1:9000")->endpoint, (Endpoint{"127.0.0.1", 9000}));
  EXPECT_EQ(parse_upstream("http://127.0.0.1:9000/")->prefix, "");
  EXPECT_EQ(parse_upstream("http://localhost:1/api/v2/")->prefix, "/api/v2");
  EXPECT_EQ(parse_upstream("http://[::1]:80")->endpoint.host, "::1");
  EXPECT_EQ(parse_upstream("http://model")->endpoint.port, 80);
  for (const char* wrong : {"", "127.0.0.1:9000", "https://127.0.0.1:9000", "http://", "http://:1",
                            "http://a:0", "http://a:1/?q", "http://a:1/#f", "http://a:1/a b",
                            "ftp://a:1", "http://a:b", "http://user@a:1"}) {
    EXPECT_FALSE(parse_upstream(wrong).ok()) << wrong;
  }
}

class UpstreamTest : public ::testing::Test {
 protected:
  /// A miner whose upstream answers so.
  void start(FunctionService::Function function, const std::string& path = "") {
    endpoint = room.serve(std::make_shared<FunctionService>(std::move(function)));
    start_at(endpoint, path);
  }
  void start_at(const Endpoint& where, const std::string& path = "") {
    auto options = parse_upstream("http://" + endpoint_text(where) + path).value();
    options.limit = 500ms;
    options.idle = 500ms;
    handler = subnet::make_upstream(room.http, options, room.log());
  }
  HttpResponse ask(HttpRequest request) {
    subnet::MinerCall call{room.key(1), 1, 3, std::move(request)};
    return room.wait(handler->handle(std::move(call)));
  }

  WorkRoom room;
  Endpoint endpoint;
  std::unique_ptr<subnet::MinerHandler> handler;
};

std::vector<std::string> names_of(const std::vector<Header>& headers) {
  std::vector<std::string> out;
  for (const Header& header : headers) out.push_back(header.name);
  return out;
}

asio::awaitable<HttpResponse> answered(HttpResponse response) { co_return response; }
asio::awaitable<HttpResponse> plain(std::string text) {
  HttpResponse response = text_response(200, std::move(text));
  co_return response;
}

TEST_F(UpstreamTest, PassesOnWhatIsTheCallersAndAddsWhoItIs) {
  HttpRequest seen;
  start(
      [&](HttpRequest request) {
        seen = request;
        return plain("done");
      },
      "/api");
  HttpRequest request{"PUT", "/a/b?c=d", {}, "the body"};
  request.headers = {{"Content-Type", "text/x"},       {"X-Mine", "kept"},
                     {"X-Bittensor-Hotkey", "secret"}, {"X-Bittensor-Signature", "secret"},
                     {"x_bittensor_nonce", "secret"},  {"X-Yuma-Sign", "1"},
                     {"Connection", "close, X-Hop"},   {"X-Hop", "secret"},
                     {"Host", "miner.example"},        {"Transfer-Encoding", "chunked"}};
  const HttpResponse response = ask(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/api/a/b?c=d");
  EXPECT_EQ(seen.body, "the body");
  EXPECT_EQ(find_header(seen.headers, "Content-Type"), "text/x");
  EXPECT_EQ(find_header(seen.headers, "X-Mine"), "kept");
  EXPECT_EQ(find_header(seen.headers, "X-Yuma-Hotkey"), room.key(1).address());
  EXPECT_EQ(find_header(seen.headers, "X-Yuma-Uid"), "1");
  EXPECT_EQ(find_header(seen.headers, "X-Yuma-Power"), "3");
  EXPECT_EQ(find_header(seen.headers, "Host"), endpoint_text(endpoint));
  for (const Header& header : seen.headers) EXPECT_NE(header.value, "secret") << header.name;
  EXPECT_THAT(names_of(seen.headers), Not(Contains("X-Yuma-Sign")));
}

TEST_F(UpstreamTest, RefusesCallersWhoSayWhoTheyAre) {
  bool reached = false;
  start([&](HttpRequest) {
    reached = true;
    return plain("");
  });
  for (const char* name :
       {"X-Yuma-Hotkey", "x-yuma-hotkey", "X_Yuma_Hotkey", "X-Yuma-Uid", "X-Yuma-Power"}) {
    HttpRequest request{"GET", "/", {{name, "5G"}}, ""};
    EXPECT_EQ(ask(request).status, 400) << name;
  }
  EXPECT_FALSE(reached);
}

TEST_F(UpstreamTest, NobodyClimbsOutOfThePath) {
  start([](HttpRequest) { return plain(""); }, "/api");
  for (const char* target : {"/../admin", "/a/../../admin", "/%2e%2E/admin", "/.%2e", "/a%2f..",
                             "/a/..", "/..\\admin", "*", "http://other/"}) {
    HttpRequest request{"GET", target, {}, ""};
    EXPECT_EQ(ask(request).status, 400) << target;
  }
  HttpRequest request{"GET", "/a..b/.c?../..", {}, ""};
  EXPECT_EQ(ask(request).status, 200);
}

TEST_F(UpstreamTest, PassesOnStatusAndHeaders) {
  start([](HttpRequest) {
    HttpResponse response = json_response(418, R"({"tea":true})");
    response.headers.push_back({"X-Model", "small"});
    response.headers.push_back({"X-Yuma-Signature", "forged"});
    response.headers.push_back({"X-Bittensor-Hotkey", "forged"});
    return answered(std::move(response));
  });
  const HttpResponse response = ask({"GET", "/", {}, ""});
  EXPECT_EQ(response.status, 418);
  EXPECT_EQ(response.body, R"({"tea":true})");
  EXPECT_EQ(find_header(response.headers, "X-Model"), "small");
  for (const Header& header : response.headers) EXPECT_NE(header.value, "forged") << header.name;
}

/// A stream that waits for a word before it goes on.
class SteppedStream final : public HttpStream {
 public:
  SteppedStream(asio::any_io_executor executor, int* steps, int* asked)
      : executor_(std::move(executor)), steps_(steps), asked_(asked) {}
  asio::awaitable<absl::StatusOr<std::string>> next() override {
    const int piece = (*asked_)++;
    while (*steps_ <= piece) {
      asio::steady_timer timer(executor_, 1ms);
      co_await timer.async_wait(asio::use_awaitable);
    }
    if (piece == 3) co_return std::string();
    co_return "piece " + std::to_string(piece) + "\n";
  }

 private:
  asio::any_io_executor executor_;
  int *steps_, *asked_;
};

TEST_F(UpstreamTest, StreamsComePieceByPiece) {
  int steps = 0, asked = 0;
  start([&](HttpRequest) {
    HttpResponse response;
    response.headers = {{"Content-Type", "text/event-stream"}};
    response.stream = std::make_unique<SteppedStream>(room.executor(), &steps, &asked);
    return answered(std::move(response));
  });
  HttpResponse response = ask({"GET", "/", {}, ""});
  ASSERT_NE(response.stream, nullptr);
  for (int i = 0; i < 3; ++i) {
    ++steps;  // the next piece does not exist before
    const auto piece = room.wait(response.stream->next());
    ASSERT_TRUE(piece.ok()) << piece.status();
    EXPECT_EQ(*piece, "piece " + std::to_string(i) + "\n");
  }
  ++steps;
  EXPECT_EQ(*room.wait(response.stream->next()), "");
}

TEST_F(UpstreamTest, AStreamThatStallsIsAnError) {
  int steps = 1, asked = 0;
  start([&](HttpRequest) {
    HttpResponse response;
    response.stream = std::make_unique<SteppedStream>(room.executor(), &steps, &asked);
    return answered(std::move(response));
  });
  HttpResponse response = ask({"GET", "/", {}, ""});
  ASSERT_NE(response.stream, nullptr);
  EXPECT_TRUE(room.wait(response.stream->next()).ok());
  EXPECT_FALSE(room.wait(response.stream->next()).ok());
  steps = 4;
}

TEST_F(UpstreamTest, OneThatIsDownIsA502AndComesBack) {
  endpoint = room.serve(std::make_shared<FunctionService>([](HttpRequest) { return plain("up"); }));
  room.servers.clear();
  start_at(endpoint);
  for (int i = 0; i < 3; ++i) {
    const HttpResponse response = ask({"GET", "/", {}, ""});
    EXPECT_EQ(response.status, 502);
    EXPECT_THAT(response.body, HasSubstr("does not answer"));
    EXPECT_THAT(response.body, Not(HasSubstr(std::to_string(endpoint.port))));
  }
  EXPECT_EQ(room.said.size(), 1U) << "it is said once";
  EXPECT_TRUE(room.was_said("Is it running?"));
  HttpServerOptions same;
  same.endpoint = endpoint;
  auto again = HttpServer::listen(
      room.executor(), same,
      std::make_shared<FunctionService>([](HttpRequest) { return plain("up"); }));
  ASSERT_TRUE(again.ok()) << again.status();
  room.servers.push_back(*std::move(again));
  EXPECT_EQ(ask({"GET", "/", {}, ""}).body, "up");
  EXPECT_TRUE(room.was_said("answers again"));
}

TEST_F(UpstreamTest, OneThatIsTooSlowIsA504) {
  start([this](HttpRequest) { return never(room.executor()); });
  EXPECT_EQ(ask({"GET", "/", {}, ""}).status, 504);
}

TEST_F(UpstreamTest, ThroughAMinerEveryAnswerIsSigned) {
  start([](HttpRequest request) { return plain("to " + request.body); });
  room.start_miner(4, [this](subnet::MinerCall call) { return handler->handle(std::move(call)); });
  const SignedAnswer answer = room.call(1, 4, "POST", "/", "a validator");
  EXPECT_EQ(answer.body, "to a validator");
  EXPECT_TRUE(answer.is_signed());
  room.servers.front().reset();
  const SignedAnswer down = room.call(1, 4, "POST", "/", "a validator");
  EXPECT_EQ(down.status, 502);
  EXPECT_TRUE(down.is_signed());
}

}  // namespace
}  // namespace yuma::test
