// SPDX-License-Identifier: MIT

// The server: what it answers, and whom it cuts off.

#include <cstring>

#include "tests/net/http_support.hpp"

namespace yuma::test {
namespace {

TEST(HttpServer, AnswersOnOneConnectionAgainAndAgain) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  for (int i = 0; i < 20; ++i) {
    const RawAnswer answer = caller.ask(post("/echo", "hello"));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "POST hello");
    EXPECT_EQ(answer.header("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_FALSE(answer.header("Date").empty());
    EXPECT_EQ(answer.header("Connection"), "");
  }
  const HttpCounters counters = server.counters();
  EXPECT_EQ(counters.connections, 1u);
  EXPECT_EQ(counters.open, 1u);
  EXPECT_EQ(counters.requests, 20u);
  EXPECT_EQ(counters.answered[2], 20u);
}

TEST(HttpServer, ClosesWhereTheCallerWantsItOrIsOld) {
  EchoServer server;
  RawCaller closing(server.endpoint);
  EXPECT_EQ(closing.ask(get("/echo", "Connection: close\r\n")).header("Connection"), "close");
  EXPECT_TRUE(closing.closed_by_server());
  RawCaller old(server.endpoint);
  EXPECT_EQ(old.ask("GET /echo HTTP/1.0\r\n\r\n").status, 200);
  EXPECT_TRUE(old.closed_by_server());
  RawCaller kept(server.endpoint);
  for (int i = 0; i < 2; ++i) {
    const RawAnswer answer = kept.ask("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(answer.header("Connection"), "keep-alive");
  }
}

TEST(HttpServer, AnswersPipelinedRequestsInOrder) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  std::string all;
  for (int i = 0; i < 50; ++i) all += post("/echo", std::to_string(i));
  ASSERT_TRUE(caller.send(all));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(caller.receive().body, absl::StrCat("POST ", i));
}

TEST(HttpServer, AnswersWhoSendsNoMore) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  ASSERT_TRUE(caller.send(post("/echo", "a") + post("/echo", "b")));
  caller.finish();
  EXPECT_EQ(caller.receive().body, "POST a");
  EXPECT_EQ(caller.receive().body, "POST b");
  EXPECT_TRUE(caller.closed_by_server());
}

TEST(HttpServer, TakesBodiesInChunksAndByteByByte) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  const std::string chunked =
      "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4\r\ndefg\r\n0\r\nX-Trailer: 1\r\n\r\n";
  EXPECT_EQ(caller.ask(chunked).body, "POST abcdefg");
  for (const char c : chunked) ASSERT_TRUE(caller.send(std::string(1, c)));
  EXPECT_EQ(caller.receive().body, "POST abcdefg");
}

TEST(HttpServer, SendsNoBodyToHead) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  ASSERT_TRUE(caller.send("HEAD /echo HTTP/1.1\r\nHost: h\r\n\r\n" + get("/echo")));
  const RawAnswer head = caller.receive(/*has_body=*/false);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.header("Content-Length"), "5");
  EXPECT_EQ(caller.receive().body, "GET ");
  const RawAnswer none = caller.ask(get("/none"));
  EXPECT_EQ(none.status, 204);
  EXPECT_EQ(none.header("Content-Length"), "");
}

TEST(HttpServer, MeetsExpectations) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
  EXPECT_EQ(caller.ask(head).status, 100);
  EXPECT_EQ(caller.ask("ok").body, "POST ok");
  // Who does not wait gets no word in between.
  EXPECT_EQ(caller.ask(head + "ok").body, "POST ok");
  // A refusal takes its place; then nobody knows what comes.
  EXPECT_EQ(caller
                .ask("POST /refuse HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n"
                     "Expect: 100-continue\r\n\r\n")
                .status,
            403);
  EXPECT_TRUE(caller.closed_by_server());
}

TEST(HttpServer, RefusesBeforeTheBodyAndGoesOn) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  ASSERT_TRUE(caller.send(post("/refuse", std::string(3000, 'x')) + post("/echo", "next")));
  const RawAnswer refused = caller.receive();
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(refused.body, R"({"detail":"not you"})");
  EXPECT_EQ(caller.receive().body, "POST next");
  EXPECT_EQ(server.loop.run([&] { return server.service->begun; }), 1);
}

TEST(HttpServer, RefusesLongBodies) {
  EchoServer server;
  RawCaller small(server.endpoint);
  const RawAnswer answer = small.ask(post("/echo", std::string(5000, 'x')));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, R"({"detail":"the body is longer than 4096 bytes"})");
  EXPECT_EQ(small.ask(post("/echo", "fine")).status, 200) << "so little is read and dropped";
  // The refusal arrives although most of the body is still on its way.
  RawCaller large(server.endpoint);
  EXPECT_EQ(large.ask(post("/echo", std::string(800'000, 'x'))).status, 413);
  RawCaller endless(server.endpoint);
  ASSERT_TRUE(endless.send("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"));
  const std::string chunk = "400\r\n" + std::string(0x400, 'x') + "\r\n";
  for (int i = 0; i < 5; ++i) endless.send(chunk);
  EXPECT_EQ(endless.receive().status, 413);
  EXPECT_EQ(server.loop.run([&] { return server.service->begun; }), 1);
}

TEST(HttpServer, RefusesGarbage) {
  EchoServer server;
  for (const auto& [bytes, status] : std::vector<std::pair<std::string, int>>{
           {"\x16\x03\x01\x02", 400},
           {"hello\r\n\r\n", 400},
           {"GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505},
           {"GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
           {get("/", "Transfer-Encoding: br\r\n"), 501},
           {get("/", "A: " + std::string(33'000, 'x') + "\r\n"), 431}}) {
    RawCaller caller(server.endpoint);
    const RawAnswer answer = caller.ask(bytes);
    EXPECT_EQ(answer.status, status) << bytes.substr(0, 60);
    EXPECT_TRUE(answer.body.starts_with(R"({"detail":")")) << answer.body;
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(caller.closed_by_server());
  }
  EXPECT_EQ(server.counters().malformed, 6u);
}

TEST(HttpServer, CutsOffWhoIsSlow) {
  EchoServer server({.idle_limit = 100ms,
                     .header_limit = 100ms,
                     .body_limit = 100ms,
                     .handler_limit = 100ms,
                     .write_limit = 100ms});
  RawCaller idle(server.endpoint), head(server.endpoint), body(server.endpoint),
      handler(server.endpoint), reader(server.endpoint);
  ASSERT_TRUE(head.send("GET / HTTP/1.1\r\nHo"));
  ASSERT_TRUE(body.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nabc"));
  ASSERT_TRUE(handler.send(get("/wait")));
  ASSERT_TRUE(reader.send(get("/big")));

  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_EQ(head.receive().status, 408);
  EXPECT_TRUE(head.closed_by_server());
  EXPECT_EQ(body.receive().status, 408);
  EXPECT_TRUE(body.closed_by_server());
  const RawAnswer late = handler.receive();
  EXPECT_EQ(late.status, 503);
  EXPECT_EQ(late.header("Connection"), "close");
  EXPECT_TRUE(handler.closed_by_server());
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.slow_reader == 1; }));
  EXPECT_LT(reader.rest().size(), EchoService::kBig);

  const HttpCounters counters = server.counters();
  EXPECT_EQ(counters.slow_header, 1u);
  EXPECT_EQ(counters.slow_body, 1u);
  EXPECT_EQ(counters.slow_handler, 1u);
  // The handler that took too long goes on, and its answer is dropped.
  server.release();
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.open == 0; }));
}

TEST(HttpServer, WaitsForWhoReads) {
  EchoServer server;
  RawCaller reader(server.endpoint);
  EXPECT_EQ(reader.ask(get("/big")).body, std::string(EchoService::kBig, 'x'));
}

TEST(HttpServer, SurvivesHandlersThatThrow) {
  EchoServer server;
  RawCaller caller(server.endpoint);
  for (const char* path : {"/throw", "/throw-odd", "/bad-header", "/begin-throws"}) {
    const RawAnswer answer = caller.ask(get(path));
    EXPECT_EQ(answer.status, 500) << path;
    EXPECT_EQ(answer.body, R"({"detail":"this server failed"})");
  }
  EXPECT_EQ(caller.ask(get("/echo")).status, 200);
  EXPECT_EQ(server.counters().threw, 3u);
  const auto log = server.loop.run([&] { return server.log; });
  ASSERT_EQ(log.size(), 4u);
  EXPECT_EQ(log[0], "http: a handler threw: on purpose");
}

TEST(HttpServer, TakesEachOfManyThatConnectAtOnce) {
  EchoServer server;
  std::vector<std::unique_ptr<RawCaller>> callers;
  server.loop.run([&] {  // which does not accept meanwhile
    for (int i = 0; i < 100; ++i) callers.push_back(std::make_unique<RawCaller>(server.endpoint));
  });
  for (const auto& caller : callers) EXPECT_EQ(caller->ask(get("/echo")).status, 200);
  EXPECT_EQ(server.counters().connections, 100u);
}

TEST(HttpServer, BoundsConnections) {
  EchoServer server({.max_connections = 3, .max_per_address = 2});
  RawCaller first(server.endpoint), second(server.endpoint);
  EXPECT_EQ(first.ask(get("/echo")).status, 200);
  EXPECT_EQ(second.ask(get("/echo")).status, 200);
  RawCaller same(server.endpoint), other(server.endpoint, "127.0.0.2");
  const RawAnswer refused = same.receive();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.body, R"({"detail":"too many connections from this address"})");
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(other.ask(get("/echo")).status, 200);
  RawCaller third(server.endpoint, "127.0.0.3");
  EXPECT_EQ(third.receive().body, R"({"detail":"too many connections"})");
  EXPECT_EQ(server.counters().refused_full, 2u);
  first.hang_up();
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.open == 2; }));
  RawCaller again(server.endpoint);
  EXPECT_EQ(again.ask(get("/echo")).status, 200);
}

TEST(HttpServer, BoundsTheBodiesThatItHolds) {
  EchoServer server({.max_bodies = 3000});
  RawCaller one(server.endpoint), two(server.endpoint);
  ASSERT_TRUE(one.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 2001\r\n\r\n" +
                       std::string(2000, 'x')));
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.bytes_in > 2000; }));
  EXPECT_EQ(two.ask(post("/echo", std::string(2000, 'y'))).status, 503);
  EXPECT_EQ(one.ask("x").status, 200);
  RawCaller three(server.endpoint);
  EXPECT_EQ(three.ask(post("/echo", std::string(2000, 'y'))).status, 200);
}

TEST(HttpServer, LimitsAddressesBeforeTheServiceSeesThem) {
  HttpServerOptions options;
  options.admission =
      std::make_shared<Admission>(AdmissionOptions{.per_address = {0.001, 6}, .failure_cost = 100});
  EchoServer server(std::move(options));
  RawCaller caller(server.endpoint);  // the connection costs one
  for (int i = 0; i < 5; ++i) EXPECT_EQ(caller.ask(get("/echo")).status, 200);
  const RawAnswer refused = caller.ask(post("/echo", "abc"));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1000");
  EXPECT_EQ(server.loop.run([&] { return server.service->begun; }), 5);
  RawCaller again(server.endpoint);
  EXPECT_TRUE(again.closed_by_server());
  RawCaller other(server.endpoint, "127.0.0.2");
  EXPECT_EQ(other.ask(get("/echo")).status, 200);
  // Garbage costs more than a request.
  EXPECT_EQ(other.ask("\x01").status, 400);
  RawCaller gone(server.endpoint, "127.0.0.2");
  EXPECT_TRUE(gone.closed_by_server());
  EXPECT_EQ(server.counters().limited, 1u);
  EXPECT_EQ(server.counters().refused_address, 2u);
}

TEST(HttpServer, CutsOffWhoIsRefusedAgainAndAgain) {
  EchoServer server({.max_refusals = 3});
  RawCaller caller(server.endpoint);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(caller.ask(get("/refuse")).header("Connection"), "");
  EXPECT_EQ(caller.ask(get("/echo")).status, 200);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(caller.ask(get("/refuse")).header("Connection"), "");
  EXPECT_EQ(caller.ask(get("/refuse")).header("Connection"), "close");
  EXPECT_TRUE(caller.closed_by_server());
  EXPECT_EQ(server.counters().cut_off, 1u);
}

TEST(HttpServer, SendsStreamsPieceByPiece) {
  EchoServer server;
  FedStream* fed = server.feed();
  RawCaller caller(server.endpoint);
  ASSERT_TRUE(caller.send(get("/stream")));
  EXPECT_EQ(caller.receive(/*has_body=*/false).header("Transfer-Encoding"), "chunked");
  for (const char* piece : {"one", "three"}) {  // each arrives before the next is made
    server.loop.run([&] { fed->feed(std::string(piece)); });
    const std::string chunk = absl::StrCat(std::strlen(piece), "\r\n", piece, "\r\n");
    EXPECT_EQ(caller.receive_bytes(chunk.size()), chunk);
  }
  server.loop.run([&] { fed->feed(std::string()); });
  EXPECT_EQ(caller.receive_bytes(5), "0\r\n\r\n");
  EXPECT_EQ(caller.ask(get("/echo")).status, 200);
}

TEST(HttpServer, SendsTrailersAndOldClientsGetAnEnd) {
  EchoServer server;
  const auto ready = [&] {
    server.loop.run([&] { server.service->stream = stream_of({"ab", "", "c"}, {{"X-Sum", "3"}}); });
  };
  ready();
  RawCaller caller(server.endpoint);
  EXPECT_EQ(caller.ask(get("/stream")).body, "2\r\nab\r\n1\r\nc\r\n0\r\nX-Sum: 3\r\n\r\n");
  ready();
  RawCaller old(server.endpoint);
  EXPECT_EQ(old.ask("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").body, "abc");
}

TEST(HttpServer, BreaksOffAStreamThatFails) {
  EchoServer server({.handler_limit = 200ms});
  FedStream* fed = server.feed();
  RawCaller caller(server.endpoint);
  ASSERT_TRUE(caller.send(get("/stream")));
  server.loop.run([&] {
    fed->feed(std::string("abc"));
    fed->feed(absl::InternalError("the well is dry"));
  });
  std::string all = caller.rest();
  EXPECT_TRUE(all.ends_with("3\r\nabc\r\n")) << all;
  // One that does not go on has the same end.
  fed = server.feed();
  RawCaller other(server.endpoint);
  ASSERT_TRUE(other.send(get("/stream")));
  all = other.rest();
  EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
  EXPECT_EQ(server.counters().slow_handler, 1u);
  server.loop.run([&] { fed->feed(std::string()); });
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.open == 0; }));
}

TEST(HttpServer, DrainsGracefully) {
  EchoServer server;
  RawCaller idle(server.endpoint), busy(server.endpoint);
  EXPECT_EQ(idle.ask(get("/echo")).status, 200);
  ASSERT_TRUE(busy.send(get("/wait")));
  EXPECT_TRUE(server.reaches([&](const HttpCounters& c) { return c.requests == 2; }));
  std::promise<bool> drained;
  server.loop.run([&] {
    asio::co_spawn(server.loop.executor(), server.server->drain(30s),
                   [&](const std::exception_ptr&, bool clean) { drained.set_value(clean); });
  });
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_FALSE(RawCaller(server.endpoint).connected());
  server.release();
  const RawAnswer answer = busy.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(drained.get_future().get());
}

TEST(HttpServer, DrainsForSoLongAndNoLonger) {
  EchoServer server;
  RawCaller busy(server.endpoint);
  ASSERT_TRUE(busy.send(get("/wait")));
  EXPECT_TRUE(server.reaches([&](const HttpCounters& c) { return c.requests == 1; }));
  EXPECT_FALSE(server.loop.wait(server.server->drain(50ms)));
  EXPECT_TRUE(busy.closed_by_server());
  server.release();
  EXPECT_TRUE(server.loop.wait(server.server->drain(30s)));
}

TEST(HttpServer, GoesWhileHandlersRun) {
  auto server = std::make_unique<EchoServer>();
  RawCaller busy(server->endpoint);
  ASSERT_TRUE(busy.send(get("/wait")));
  EXPECT_TRUE(server->reaches([&](const HttpCounters& c) { return c.requests == 1; }));
  server.reset();
  EXPECT_TRUE(busy.closed_by_server());
}

TEST(HttpServer, SaysWhyItCannotListen) {
  EchoServer server;
  EchoServer same({.endpoint = server.endpoint});
  EXPECT_EQ(same.status.code(), absl::StatusCode::kAlreadyExists) << same.status;
  EchoServer foreign({.endpoint = {"192.0.2.1", 0}});
  EXPECT_EQ(foreign.status.code(), absl::StatusCode::kInvalidArgument) << foreign.status;
  EchoServer named({.endpoint = {"localhost", 0}});
  EXPECT_TRUE(named.status.ok()) << named.status;
  EXPECT_NE(named.endpoint.port, 0);
}

}  // namespace
}  // namespace yuma::test
