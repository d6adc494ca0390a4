// SPDX-License-Identifier: MIT
#pragma once

// For tests of HTTP: an event loop in a thread of its own, a service of a few paths, and a caller
// on a plain socket that may send anything, or nothing.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "yuma/net/http_client.hpp"
#include "yuma/net/http_server.hpp"

namespace yuma::test {

using namespace std::chrono_literals;

/// An event loop that runs until it goes; what is on it must be gone by then.
class Loop {
 public:
  Loop() : work_(asio::make_work_guard(io_)), thread_([this] { io_.run(); }) {}
  ~Loop() {
    io_.stop();
    thread_.join();
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::any_io_executor executor() { return io_.get_executor(); }

  /// function() on the loop's thread.
  template <class Function>
  auto run(Function function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto result = task.get_future();
    asio::post(io_, [&task] { task(); });
    return result.get();
  }

  /// The result of a coroutine that runs there.
  template <class T>
  T wait(asio::awaitable<T> coroutine) {
    std::promise<T> promise;
    asio::co_spawn(io_, fulfil(std::move(coroutine), &promise), asio::detached);
    return promise.get_future().get();
  }

 private:
  template <class T>
  static asio::awaitable<void> fulfil(asio::awaitable<T> coroutine, std::promise<T>* promise) {
    T value = co_await std::move(coroutine);
    promise->set_value(std::move(value));
  }

  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  std::thread thread_;
};

/// An answer as a plain socket received it.
struct RawAnswer {
  int status = 0;
  std::string head, body;

  /// The value of a header; "" where there is none.
  std::string header(std::string_view name) const {
    std::size_t at = 0;
    while ((at = head.find("\r\n", at)) != std::string::npos) {
      at += 2;
      const std::size_t colon = head.find(": ", at);
      const std::size_t end = head.find("\r\n", at);
      if (colon == std::string::npos || colon > end) continue;
      if (same_header(std::string_view(head).substr(at, colon - at), name)) {
        return head.substr(colon + 2, end - colon - 2);
      }
    }
    return "";
  }
};

class RawCaller {
 public:
  explicit RawCaller(const Endpoint& to, const std::string& from = "127.0.0.1")
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in here{}, there{};
    here.sin_family = there.sin_family = AF_INET;
    inet_pton(AF_INET, from.c_str(), &here.sin_addr);
    inet_pton(AF_INET, to.host.c_str(), &there.sin_addr);
    there.sin_port = htons(to.port);
    bind(fd_, reinterpret_cast<sockaddr*>(&here), sizeof here);
    connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0;
  }
  ~RawCaller() { hang_up(); }
  RawCaller(const RawCaller&) = delete;
  RawCaller& operator=(const RawCaller&) = delete;

  bool connected() const { return connected_; }
  int fd() const { return fd_; }
  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  /// Says that no more will be sent.
  void finish() const { shutdown(fd_, SHUT_WR); }

  /// Whether all of it went out.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// The next answer; status 0 where the connection ended before. Bodies by Content-Length, as they
  /// are in chunks, or until the end.
  RawAnswer receive(bool has_body = true) {
    RawAnswer out;
    std::size_t end = 0;
    while ((end = held_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return out;
    }
    out.head = held_.substr(0, end + 2);
    held_.erase(0, end + 4);
    absl::SimpleAtoi(out.head.substr(out.head.find(' ') + 1, 3), &out.status);
    if (!has_body || out.status < 200 || out.status == 204 || out.status == 304) return out;
    std::size_t length = 0;
    if (absl::SimpleAtoi(out.header("Content-Length"), &length)) {
      while (held_.size() < length && more()) {
      }
      length = std::min(length, held_.size());
    } else if (out.header("Transfer-Encoding") == "chunked") {
      while ((end = held_.find("\r\n0\r\n")) == std::string::npos ||
             held_.find("\r\n\r\n", end) == std::string::npos) {
        if (!more()) break;
      }
      length = end == std::string::npos ? held_.size() : held_.find("\r\n\r\n", end) + 4;
    } else {
      while (more()) {
      }
      length = held_.size();
    }
    out.body = held_.substr(0, length);
    held_.erase(0, length);
    return out;
  }

  RawAnswer ask(std::string_view request) {
    if (!send(request)) return {};
    return receive();
  }

  /// The next so many bytes; fewer where the connection ended.
  std::string receive_bytes(std::size_t size) {
    while (held_.size() < size && more()) {
    }
    std::string out = held_.substr(0, size);
    held_.erase(0, out.size());
    return out;
  }

  /// Waits until the server closes; false where it sends something instead.
  bool closed_by_server() {
    if (!held_.empty()) return false;
    pollfd item{fd_, POLLIN, 0};
    char byte = 0;
    return poll(&item, 1, 30'000) == 1 && recv(fd_, &byte, 1, 0) <= 0;
  }

  /// Everything until the server closes.
  std::string rest() {
    while (more()) {
    }
    return std::move(held_);
  }

 private:
  bool more() {
    std::array<char, 65536> bytes;
    const ssize_t got = recv(fd_, bytes.data(), bytes.size(), 0);
    if (got <= 0) return false;
    held_.append(bytes.data(), static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  bool connected_ = false;
  std::string held_;
};

/// A stream whose pieces a test gives it, one by one.
class FedStream final : public HttpStream {
 public:
  explicit FedStream(const asio::any_io_executor& executor)
      : fed_(executor, asio::steady_timer::time_point::max()) {}
  void feed(absl::StatusOr<std::string> piece) {
    pieces_.push_back(std::move(piece));
    fed_.cancel();
  }
  asio::awaitable<absl::StatusOr<std::string>> next() override {
    boost::system::error_code ignored;
    while (pieces_.empty()) co_await fed_.async_wait(error_in(ignored));
    absl::StatusOr<std::string> piece = std::move(pieces_.front());
    pieces_.erase(pieces_.begin());
    co_return piece;
  }

 private:
  asio::steady_timer fed_;
  std::vector<absl::StatusOr<std::string>> pieces_;
};

/// Answers by path:
///   /echo          the body; /refuse: 403 before the body is read; /throw; /wait until `release`
///   /stream        the pieces of `stream`; /big: kBig bytes; /bad-header; /none: 204; others: 404
class EchoService final : public HttpService {
 public:
  explicit EchoService(const asio::any_io_executor& executor)
      : released(executor, asio::steady_timer::time_point::max()) {}

  /// More than the system's buffers take.
  static constexpr std::size_t kBig = std::size_t{24} << 20;

  HttpBegin begin(const HttpHead& head, const HttpPeer&) override {
    if (head.target == "/refuse") return refusal(403, "not you");
    if (head.target == "/begin-throws") throw std::runtime_error("begin");
    return std::make_unique<Transaction>(*this, std::string(head.target), std::string(head.method));
  }

  struct Transaction final : HttpTransaction {
    Transaction(EchoService& of, std::string where, std::string how)
        : service(of), target(std::move(where)), method(std::move(how)) {}
    std::size_t body_limit() const override { return service.max_body; }
    asio::awaitable<HttpResponse> answer(std::string body) override {
      boost::system::error_code ignored;
      ++service.begun;
      if (target == "/throw") throw std::runtime_error("on purpose");
      if (target == "/throw-odd") throw 7;
      if (target == "/wait") co_await service.released.async_wait(error_in(ignored));
      HttpResponse out;
      if (target == "/stream") {
        out.stream = std::move(service.stream);
      } else if (target == "/big") {
        out.body.assign(kBig, 'x');
      } else if (target == "/bad-header") {
        out.headers.push_back({"X-Evil", "a\r\nSet-Cookie: b"});
      } else if (target == "/none") {
        out.status = 204;
      } else if (target == "/echo" || target == "/wait") {
        out = text_response(200, method + " " + body);
      } else {
        out = refusal(404, "nothing is here");
      }
      co_return out;
    }
    EchoService& service;
    std::string target, method;
  };

  asio::steady_timer released;
  std::unique_ptr<HttpStream> stream;
  std::size_t max_body = 4096;
  int begun = 0;  // requests whose body was read
};

/// An EchoService on a server of its own.
class EchoServer {
 public:
  explicit EchoServer(HttpServerOptions options = {}) {
    options.log = [this](const std::string& line) { log.push_back(line); };
    loop.run([&] {
      service = std::make_shared<EchoService>(loop.executor());
      auto made = HttpServer::listen(loop.executor(), std::move(options), service);
      status = made.status();
      if (made.ok()) server = *std::move(made);
    });
    if (server) endpoint = server->local_endpoint();
  }
  ~EchoServer() {
    loop.run([&] { server.reset(); });
  }

  HttpCounters counters() {
    return loop.run([&] { return server->counters(); });
  }
  /// Waits until a condition on the counters holds.
  template <class Condition>
  bool reaches(Condition condition) {
    for (int i = 0; i < 3000; ++i) {
      if (condition(counters())) return true;
      std::this_thread::sleep_for(10ms);  // nothing tells of a counter
    }
    return false;
  }
  /// The next answer of /stream.
  FedStream* feed() {
    return loop.run([&] {
      auto stream = std::make_unique<FedStream>(loop.executor());
      FedStream* const fed = stream.get();
      service->stream = std::move(stream);
      return fed;
    });
  }
  void release() {
    loop.run([&] { service->released.cancel(); });
  }

  Loop loop;
  absl::Status status;
  std::shared_ptr<EchoService> service;
  std::unique_ptr<HttpServer> server;
  Endpoint endpoint;
  std::vector<std::string> log;  // of the loop's thread
};

inline std::string get(std::string_view target, std::string_view more = "") {
  return absl::StrCat("GET ", std::string(target), " HTTP/1.1\r\nHost: h\r\n", std::string(more),
                      "\r\n");
}
inline std::string post(std::string_view target, std::string_view body,
                        std::string_view more = "") {
  return absl::StrCat("POST ", std::string(target),
                      " HTTP/1.1\r\nHost: h\r\nContent-Length: ", body.size(), "\r\n",
                      std::string(more), "\r\n", std::string(body));
}

}  // namespace yuma::test
