// SPDX-License-Identifier: MIT
#pragma once

// One connection of an HttpServer, and what it needs of the server.

#include <list>
#include <memory>
#include <string>

#include "net/http_reader.hpp"
#include "yuma/net/http_server.hpp"

namespace yuma::http {

using Clock = std::chrono::steady_clock;

class Connection;

/// What connections of a server share. Lives as long as the last of them.
struct Shared {
  Shared(HttpServerOptions given, std::shared_ptr<HttpService> used)
      : options(std::move(given)), service(std::move(used)) {}
  virtual ~Shared() = default;

  /// A connection that ended.
  virtual void closed(Connection& connection) = 0;
  /// Writes a line to the log, unless there are too many.
  virtual void log(const std::string& line) = 0;

  HttpServerOptions options;
  std::shared_ptr<HttpService> service;
  HttpCounters counters;
  std::list<Connection*> connections;
  std::size_t bodies = 0;  // bytes of bodies that are held
  bool draining = false;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Socket = asio::generic::stream_protocol::socket;

  Connection(std::shared_ptr<Shared> shared, Socket socket, const HttpPeer& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Serves requests until either side ends it.
  static asio::awaitable<void> serve(std::shared_ptr<Connection> self);

  /// Cuts off a caller that is too slow; called now and then.
  void check_deadline(Clock::time_point now);
  /// Ends the connection at once.
  void close();
  /// Whether no request has begun: it may be closed without anybody losing anything.
  bool is_idle() const { return phase_ == Phase::kIdle; }

  const HttpPeer& peer() const { return peer_; }
  std::list<Connection*>::iterator place;  // in Shared::connections

 private:
  enum class Phase : std::uint8_t { kIdle, kHeader, kBody, kHandler, kWrite, kLinger, kClosed };
  enum class Next : std::uint8_t { kAgain, kClose, kLinger };

  /// What is left of a request's head once the buffer moves on.
  struct Asked {
    bool is_head = false, http11 = false, keep_alive = false;
  };

  asio::awaitable<Next> exchange();
  asio::awaitable<bool> read_more();
  asio::awaitable<Next> refuse(HttpResponse response, Asked asked);
  asio::awaitable<Next> refuse_fault(Asked asked);
  asio::awaitable<Next> take_body(std::unique_ptr<HttpTransaction> transaction, Asked asked);
  asio::awaitable<Next> answer(std::unique_ptr<HttpTransaction> transaction, std::string body,
                               Asked asked);
  asio::awaitable<Next> respond(HttpResponse response, Asked asked);
  asio::awaitable<bool> write_stream(HttpStream& stream, bool chunked);
  asio::awaitable<bool> send(std::string_view head, std::string_view body, bool answers);
  asio::awaitable<void> linger();

  HttpBegin begin(const Head& head);
  void count_answer(int status);
  bool hold(std::size_t bytes);
  void release();
  void enter(Phase phase, std::chrono::milliseconds limit);
  void send_now(int status, std::string_view detail);

  std::shared_ptr<Shared> shared_;
  Socket socket_;
  HttpPeer peer_;
  RequestReader reader_;
  Phase phase_ = Phase::kIdle;
  Clock::time_point deadline_;
  Clock::time_point last_byte_read_, first_byte_written_;
  std::string out_;
  std::size_t held_ = 0;       // of Shared::bodies
  std::size_t refusals_ = 0;   // in a row
  bool answer_begun_ = false;  // its first byte may be out
};

}  // namespace yuma::http
