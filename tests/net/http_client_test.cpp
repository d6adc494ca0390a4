// SPDX-License-Identifier: MIT

// The client: what it makes of good answers and bad ones.

#include <atomic>

#include "tests/net/http_support.hpp"

namespace yuma::test {
namespace {

/// A client on the loop of a server.
class Client {
 public:
  explicit Client(Loop& loop, const HttpClientOptions& options = {}) : loop_(loop) {
    loop_.run([&] { client_ = std::make_unique<HttpClient>(loop_.executor(), options); });
  }
  ~Client() {
    loop_.run([&] { client_.reset(); });
  }

  absl::StatusOr<HttpAnswer> call(const Endpoint& to, HttpRequest request,
                                  HttpCallOptions options = {}) {
    return loop_.wait(client_->call(to, std::move(request), options, &sent));
  }
  absl::StatusOr<std::string> next(HttpStream& stream) { return loop_.wait(stream.next()); }
  HttpClient::Counters counters() {
    return loop_.run([&] { return client_->counters(); });
  }
  void close() {
    loop_.run([&] { client_.reset(); });
  }
  HttpClient& get() { return *client_; }

  HttpSent sent = HttpSent::kNothing;

 private:
  Loop& loop_;
  std::unique_ptr<HttpClient> client_;
};

HttpRequest request(std::string method, std::string target, std::string body = "") {
  return {.method = std::move(method), .target = std::move(target), .body = std::move(body)};
}

/// Takes one connection after the other and does with each what it is told.
class FakeServer {
 public:
  using Act = std::function<void(int fd)>;
  explicit FakeServer(std::vector<Act> acts) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd_, reinterpret_cast<sockaddr*>(&at), sizeof at);
    listen(fd_, 16);
    socklen_t size = sizeof at;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    endpoint = {"127.0.0.1", ntohs(at.sin_port)};
    thread_ = std::thread([this, todo = std::move(acts)] {
      for (const Act& act : todo) {
        const int caller = accept(fd_, nullptr, nullptr);
        if (caller < 0) return;
        act(caller);
        close(caller);
      }
    });
  }
  ~FakeServer() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }

  Endpoint endpoint;

 private:
  int fd_;
  std::thread thread_;
};

/// Reads a request, up to the end of its head.
std::string read_request(int fd) {
  std::string out;
  char byte = 0;
  while (!out.ends_with("\r\n\r\n") && recv(fd, &byte, 1, 0) == 1) out.push_back(byte);
  return out;
}

FakeServer::Act answers(std::string bytes) {
  return [bytes](int fd) {
    read_request(fd);
    send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  };
}

TEST(HttpClient, CallsAndKeepsTheConnection) {
  EchoServer server;
  Client client(server.loop);
  for (int i = 0; i < 10; ++i) {
    const auto answer = client.call(server.endpoint, request("POST", "/echo", "hello"));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, "POST hello");
    EXPECT_EQ(find_header(answer->headers, "content-type"), "text/plain; charset=utf-8");
    EXPECT_EQ(client.sent, HttpSent::kMaybe);
    const HttpTiming& t = answer->timing;
    EXPECT_LE(t.begun, t.connected);
    EXPECT_LE(t.connected, t.written);
    EXPECT_LE(t.written, t.first_byte);
    EXPECT_LE(t.first_byte, t.done);
  }
  const auto counters = client.counters();
  EXPECT_EQ(counters.calls, 10u);
  EXPECT_EQ(counters.connects, 1u);
  EXPECT_EQ(counters.reused, 9u);
  EXPECT_EQ(counters.idle, 1u);
  EXPECT_EQ(server.counters().connections, 1u);
}

TEST(HttpClient, KnowsHeadAndNoContentAndErrors) {
  EchoServer server;
  Client client(server.loop);
  EXPECT_EQ(client.call(server.endpoint, request("HEAD", "/echo"))->status, 200);
  EXPECT_EQ(client.call(server.endpoint, request("GET", "/none"))->status, 204);
  const auto refused = client.call(server.endpoint, request("GET", "/refuse"));
  EXPECT_EQ(refused->status, 403);
  EXPECT_EQ(refused->body, R"({"detail":"not you"})");
  EXPECT_EQ(client.call(server.endpoint, request("GET", "/echo"))->body, "GET ");
  EXPECT_EQ(client.counters().connects, 1u);
}

TEST(HttpClient, SendsLargeBodiesAndBoundsAnswers) {
  EchoServer server;
  server.loop.run([&] { server.service->max_body = EchoService::kBig; });
  Client client(server.loop);
  const std::string body(EchoService::kBig / 2, 'y');
  const auto answer =
      client.call(server.endpoint, request("POST", "/echo", body), {.max_body = EchoService::kBig});
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->body, "POST " + body);
  const auto big = client.call(server.endpoint, request("GET", "/big"));
  EXPECT_EQ(big.status().code(), absl::StatusCode::kResourceExhausted) << big.status();
  // Refused while the body is on its way: the answer counts, not the error of the socket.
  server.loop.run([&] { server.service->max_body = 10; });
  const auto refused = client.call(server.endpoint, request("POST", "/echo", body));
  if (refused.ok()) {
    EXPECT_EQ(refused->status, 413);
  } else {
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable) << refused.status();
  }
}

TEST(HttpClient, HoldsTheDeadline) {
  EchoServer server;
  Client client(server.loop);
  const auto late = client.call(server.endpoint, request("GET", "/wait"), {.deadline = 50ms});
  EXPECT_EQ(late.status().code(), absl::StatusCode::kDeadlineExceeded) << late.status();
  EXPECT_EQ(client.sent, HttpSent::kMaybe);
  server.release();
  // A listener whose backlog is never emptied, and an answer that never ends.
  FakeServer dripping({[](int fd) {
    read_request(fd);
    const std::string_view head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
    send(fd, head.data(), head.size(), MSG_NOSIGNAL);
    while (send(fd, "x", 1, MSG_NOSIGNAL) == 1) std::this_thread::sleep_for(20ms);
  }});
  const auto drip = client.call(dripping.endpoint, request("GET", "/"), {.deadline = 100ms});
  EXPECT_EQ(drip.status().code(), absl::StatusCode::kDeadlineExceeded) << drip.status();
  EXPECT_EQ(client.call(server.endpoint, request("GET", "/echo"))->status, 200);
}

TEST(HttpClient, SaysWhatWasSentWhereNobodyAnswers) {
  EchoServer server;
  Client client(server.loop, {.connect_limit = 200ms});
  Endpoint nobody;
  {
    FakeServer gone({});
    nobody = gone.endpoint;
  }
  const auto refused = client.call(nobody, request("GET", "/"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kUnavailable) << refused.status();
  EXPECT_EQ(client.sent, HttpSent::kNothing);
  const auto unknown = client.call({"no-such-host.invalid", 80}, request("GET", "/"));
  EXPECT_FALSE(unknown.ok());
  EXPECT_EQ(client.sent, HttpSent::kNothing);
  const auto local = client.call({"localhost", server.endpoint.port}, request("GET", "/echo"));
  EXPECT_TRUE(local.ok()) << local.status();
}

TEST(HttpClient, NeverSendsARequestTwice) {
  // A server that takes a first request, and closes upon the second of a connection.
  std::atomic<int> requests = 0;
  const auto once = [&](int fd) {
    read_request(fd);
    ++requests;
    const std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    send(fd, ok.data(), ok.size(), MSG_NOSIGNAL);
    if (!read_request(fd).empty()) ++requests;
  };
  FakeServer server({once, once});
  EchoServer other;
  Client client(other.loop);
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/")).ok());
  const auto broken = client.call(server.endpoint, request("GET", "/"));
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kUnavailable) << broken.status();
  EXPECT_EQ(client.sent, HttpSent::kMaybe);
  EXPECT_EQ(requests, 2);
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/")).ok());
  EXPECT_EQ(requests, 3);
}

TEST(HttpClient, NoticesThatAKeptConnectionWasClosed) {
  std::promise<void> closed;
  const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  FakeServer server({[&](int fd) {
                       answers(ok)(fd);
                       shutdown(fd, SHUT_RDWR);
                       closed.set_value();
                     },
                     answers(ok)});
  EchoServer other;
  Client client(other.loop);
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/")).ok());
  closed.get_future().wait();
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/")).ok());
  EXPECT_EQ(client.counters().connects, 2u);
}

TEST(HttpClient, ForgetsIdleConnections) {
  EchoServer server;
  Client client(server.loop, {.idle_limit = 30ms});
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/echo")).ok());
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.open == 0; }));
  EXPECT_EQ(client.counters().idle, 0u);
  EXPECT_EQ(client.counters().open, 0u);
  EXPECT_TRUE(client.call(server.endpoint, request("GET", "/echo")).ok());
}

TEST(HttpClient, RefusesWhatIsNoAnswer) {
  EchoServer other;
  Client client(other.loop);
  for (const auto& [bytes, code] : std::vector<std::pair<std::string, absl::StatusCode>>{
           {"", absl::StatusCode::kUnavailable},
           {"hello\r\n\r\n", absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nContent-Le", absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\nA: " + std::string(70'000, 'x') + "\r\n\r\n",
            absl::StatusCode::kDataLoss},
           {"HTTP/1.1 200 OK\r\n\r\n" + std::string(200, 'x'),
            absl::StatusCode::kResourceExhausted},
           {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            absl::StatusCode::kResourceExhausted}}) {
    FakeServer server({answers(bytes)});
    const auto answer = client.call(server.endpoint, request("GET", "/"), {.max_body = 100});
    EXPECT_EQ(answer.status().code(), code) << answer.status() << bytes.substr(0, 60);
  }
  FakeServer plain({answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 OK\r\n\r\nuntil the end")});
  EXPECT_EQ(client.call(plain.endpoint, request("GET", "/"))->body, "until the end");
}

TEST(HttpClient, SendsNothingThatCouldBeTwoRequests) {
  EchoServer server;
  Client client(server.loop);
  for (const HttpRequest& bad : std::vector<HttpRequest>{{.method = "GET /x HTTP/1.1\r\n"},
                                                         {.target = "/a b"},
                                                         {.target = "/a\r\nX: y"},
                                                         {.headers = {{"X", "a\r\nY: b"}}},
                                                         {.headers = {{"X Y", "a"}}}}) {
    EXPECT_EQ(client.call(server.endpoint, bad).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(client.sent, HttpSent::kNothing);
  }
  EXPECT_EQ(server.counters().connections, 0u);
}

TEST(HttpClient, HandsStreamsOnAsTheyCome) {
  EchoServer server;
  Client client(server.loop);
  FedStream* fed = server.feed();
  auto answer = client.call(server.endpoint, request("GET", "/stream"), {.stream = true});
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_NE(answer->stream, nullptr);
  for (const char* piece : {"one", "two"}) {
    server.loop.run([&] { fed->feed(std::string(piece)); });
    EXPECT_EQ(*client.next(*answer->stream), piece);
  }
  server.loop.run([&] { fed->feed(std::string()); });
  EXPECT_EQ(*client.next(*answer->stream), "");
  EXPECT_EQ(client.counters().idle, 1u) << "the connection is kept";

  server.loop.run([&] { server.service->stream = stream_of({"a", "b"}, {{"X-Sum", "2"}}); });
  answer = client.call(server.endpoint, request("GET", "/stream"), {.stream = true});
  const auto all = server.loop.wait(read_all(*answer->stream, 100));
  EXPECT_EQ(*all, "ab");
  ASSERT_EQ(answer->stream->trailer().size(), 1u);
  // Read as a whole, it has a trailer as well.
  server.loop.run([&] { server.service->stream = stream_of({"a", "b"}, {{"X-Sum", "2"}}); });
  answer = client.call(server.endpoint, request("GET", "/stream"));
  EXPECT_EQ(answer->body, "ab");
  EXPECT_EQ(answer->trailer, (std::vector<Header>{{"X-Sum", "2"}}));
  // What is no success is no stream.
  answer = client.call(server.endpoint, request("GET", "/refuse"), {.stream = true});
  EXPECT_EQ(answer->stream, nullptr);
  EXPECT_EQ(answer->body, R"({"detail":"not you"})");
}

TEST(HttpClient, TellsAStreamThatBrokeFromOneThatEnded) {
  EchoServer server;
  Client client(server.loop);
  const auto begin = [&](HttpCallOptions options) {
    options.stream = true;
    auto answer = client.call(server.endpoint, request("GET", "/stream"), options);
    return std::move(answer->stream);
  };
  FedStream* fed = server.feed();
  auto stream = begin({});
  server.loop.run([&] {
    fed->feed(std::string("abc"));
    fed->feed(absl::InternalError("dry"));
  });
  EXPECT_EQ(*client.next(*stream), "abc");
  EXPECT_EQ(client.next(*stream).status().code(), absl::StatusCode::kDataLoss);

  server.feed();
  stream = begin({.stream_idle = 50ms});
  EXPECT_EQ(client.next(*stream).status().code(), absl::StatusCode::kDeadlineExceeded);

  server.loop.run([&] { server.service->stream = stream_of({"0123456789"}); });
  stream = begin({.max_body = 5});
  EXPECT_EQ(client.next(*stream).status().code(), absl::StatusCode::kResourceExhausted);

  // Who has enough closes; the server's next piece finds nobody.
  fed = server.feed();
  stream = begin({});
  server.loop.run([&] { stream.reset(); });
  EXPECT_EQ(client.counters().idle, 0u);
}

TEST(HttpClient, EndsCallsWhenItGoes) {
  EchoServer server;
  Client client(server.loop);
  std::promise<absl::Status> done;
  server.loop.run([&] {
    asio::co_spawn(server.loop.executor(),
                   client.get().call(server.endpoint, request("GET", "/wait")),
                   [&](const std::exception_ptr&, absl::StatusOr<HttpAnswer> answer) {
                     done.set_value(answer.status());
                   });
  });
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.requests == 1; }));
  client.close();
  EXPECT_EQ(done.get_future().get().code(), absl::StatusCode::kUnavailable);
  server.release();
}

TEST(HttpClient, BoundsItsConnections) {
  EchoServer server;
  Client client(server.loop, {.max_connections = 1});
  std::promise<absl::Status> done;
  server.loop.run([&] {
    asio::co_spawn(server.loop.executor(),
                   client.get().call(server.endpoint, request("GET", "/wait")),
                   [&](const std::exception_ptr&, absl::StatusOr<HttpAnswer> answer) {
                     done.set_value(answer.status());
                   });
  });
  EXPECT_TRUE(server.reaches([](const HttpCounters& c) { return c.requests == 1; }));
  EXPECT_EQ(client.call(server.endpoint, request("GET", "/echo")).status().code(),
            absl::StatusCode::kResourceExhausted);
  server.release();
  EXPECT_TRUE(done.get_future().get().ok());
}

}  // namespace
}  // namespace yuma::test
