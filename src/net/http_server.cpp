// SPDX-License-Identifier: MIT

#include "yuma/net/http_server.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "net/address_key.hpp"
#include "net/http_connection.hpp"
#include "net/http_writer.hpp"

namespace yuma {

namespace {

using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using http::Clock;

constexpr RateLimit kLogLimit{1, 10};
/// Connections that wait are taken together, up to this many; then others have their turn.
constexpr int kAcceptedAtOnce = 16;
constexpr int kBacklog = 1024;

/// Deadlines are looked at this often: an eighth of the shortest, within bounds.
std::chrono::milliseconds tick_of(const HttpServerOptions& o) {
  const auto shortest =
      std::min({o.idle_limit, o.header_limit, o.body_limit, o.handler_limit, o.write_limit});
  constexpr std::chrono::milliseconds kLeast{2}, kMost{200};
  constexpr int kPart = 8;
  return std::clamp(shortest / kPart, kLeast, kMost);
}

/// Programs that this one starts do not inherit it.
void keep_from_children(int fd) { fcntl(fd, F_SETFD, FD_CLOEXEC); }

/// Closes without waiting for the other side, and without keeping anything of it.
void reset(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(asio::socket_base::linger(true, 0), ignored);
  socket.close(ignored);
}

absl::StatusOr<tcp::endpoint> resolve_own(const Endpoint& endpoint) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (!error) return tcp::endpoint(address, endpoint.port);
  asio::io_context io;
  const auto found = tcp::resolver(io).resolve(endpoint.host, std::to_string(endpoint.port), error);
  if (error || found.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("HttpServer: the host \"", endpoint.host, "\" is unknown"));
  }
  return found.begin()->endpoint();
}

absl::Status listen_error(const Endpoint& endpoint, const error_code& error) {
  const std::string where = endpoint_text(endpoint);
  if (error == asio::error::address_in_use) {
    return absl::AlreadyExistsError(
        absl::StrCat("HttpServer: ", where, " is taken: another program listens there"));
  }
  if (error == boost::system::errc::address_not_available) {
    return absl::InvalidArgumentError(
        absl::StrCat("HttpServer: ", endpoint.host, " is no address of this machine"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("HttpServer: cannot listen on ", where, ": ", error.message()));
}

absl::Status bind_to(tcp::acceptor& acceptor, const Endpoint& endpoint) {
  const auto at = resolve_own(endpoint);
  if (!at.ok()) return at.status();
  error_code error;
  acceptor.open(at->protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error && at->address().is_v6()) {
    acceptor.set_option(asio::ip::v6_only(!at->address().is_unspecified()), error);
  }
  if (!error) acceptor.bind(*at, error);
  if (!error) acceptor.listen(kBacklog, error);
  if (!error) acceptor.non_blocking(true, error);
  if (error) return listen_error(endpoint, error);
  keep_from_children(acceptor.native_handle());
  return absl::OkStatus();
}

asio::ip::address plain(const asio::ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  return address;
}

}  // namespace

struct HttpServer::Impl final : http::Shared, std::enable_shared_from_this<Impl> {
  Impl(asio::any_io_executor runs, HttpServerOptions given, std::shared_ptr<HttpService> used)
      : Shared(std::move(given), std::move(used)),
        executor(runs),
        acceptor(runs),
        sweep(runs),
        drained(runs),
        tick(tick_of(options)),
        log_limit(kLogLimit, Clock::now()) {}

  static awaitable<void> accept_all(std::shared_ptr<Impl> self);
  void take(tcp::socket socket, const tcp::endpoint& from);
  bool may_connect(tcp::socket& socket, const asio::ip::address& address);
  void serve(http::Connection::Socket socket, const HttpPeer& peer);
  void start_sweep();
  void stop_accepting();
  void close_all();
  void closed(http::Connection& connection) override;
  void log(const std::string& line) override;

  asio::any_io_executor executor;
  tcp::acceptor acceptor;
  asio::steady_timer sweep, drained;
  std::chrono::milliseconds tick;
  TokenBucket log_limit;
  std::uint64_t not_logged = 0;
  absl::flat_hash_map<AddressKey, std::size_t> per_address;
  bool sweeping = false;
};

void HttpServer::Impl::log(const std::string& line) {
  if (!options.log) return;
  if (!log_limit.take(Clock::now())) {
    ++not_logged;
    return;
  }
  if (not_logged > 0) options.log(absl::StrCat("http: ", not_logged, " lines not shown"));
  not_logged = 0;
  options.log(line);
}

awaitable<void> HttpServer::Impl::accept_all(std::shared_ptr<Impl> self) {
  tcp::acceptor& acceptor = self->acceptor;
  while (acceptor.is_open()) {
    error_code error;
    tcp::endpoint from;
    tcp::socket socket = co_await acceptor.async_accept(from, error_in(error));
    if (!acceptor.is_open()) break;
    for (int i = 1; !error; ++i) {
      self->take(std::move(socket), from);
      if (i == kAcceptedAtOnce) break;
      socket = tcp::socket(self->executor);
      acceptor.accept(socket, from, error);
    }
    if (!error || error == asio::error::would_block || error == asio::error::connection_aborted) {
      continue;
    }
    // Out of descriptors, or of memory: it may get better.
    self->log(absl::StrCat("http: cannot accept connections: ", error.message()));
    asio::steady_timer pause(self->executor, std::chrono::milliseconds(20));
    co_await pause.async_wait(error_in(error));
  }
}

/// Whether a new connection is served; answers it where not.
bool HttpServer::Impl::may_connect(tcp::socket& socket, const asio::ip::address& address) {
  if (options.admission && !options.admission->take(address, Clock::now())) {
    ++counters.refused_address;
    reset(socket);
    return false;
  }
  const auto found = per_address.find(address_key(address));
  const bool many = found != per_address.end() && found->second >= options.max_per_address;
  if (!many && connections.size() < options.max_connections) return true;
  ++counters.refused_full;
  constexpr int kUnavailable = 503;
  const HttpResponse response = refusal(
      kUnavailable, many ? "too many connections from this address" : "too many connections", 1);
  std::string out;
  http::append_answer_head(out, {.status = kUnavailable,
                                 .headers = response.headers,
                                 .length = response.body.size(),
                                 .keep_alive = false});
  out.append(response.body);
  // It fits into the buffer of a new socket; where it does not the caller learns less.
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.send(asio::buffer(out), 0, ignored);
  return false;
}

void HttpServer::Impl::take(tcp::socket socket, const tcp::endpoint& from) {
  ++counters.connections;
  const HttpPeer peer = {plain(from.address()), from.port()};
  if (!may_connect(socket, peer.address)) return;
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  keep_from_children(socket.native_handle());
  serve(std::move(socket), peer);
}

void HttpServer::Impl::serve(http::Connection::Socket socket, const HttpPeer& peer) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  ++counters.open;
  ++per_address[address_key(peer.address)];
  auto connection = std::make_shared<http::Connection>(shared_from_this(), std::move(socket), peer);
  connection->place = connections.insert(connections.end(), connection.get());
  asio::co_spawn(executor, http::Connection::serve(std::move(connection)), asio::detached);
  start_sweep();
}

void HttpServer::Impl::closed(http::Connection& connection) {
  connections.erase(connection.place);
  --counters.open;
  const auto it = per_address.find(address_key(connection.peer().address));
  if (--it->second == 0) per_address.erase(it);
  if (connections.empty() && draining) drained.cancel();
}

/// One timer for the deadlines of all connections.
void HttpServer::Impl::start_sweep() {
  if (sweeping) return;
  sweeping = true;
  sweep.expires_after(tick);
  sweep.async_wait([weak = weak_from_this()](error_code) {
    const auto self = weak.lock();
    if (!self) return;
    self->sweeping = false;
    const auto now = Clock::now();
    for (http::Connection* connection : self->connections) connection->check_deadline(now);
    if (!self->connections.empty()) self->start_sweep();
  });
}

void HttpServer::Impl::stop_accepting() {
  error_code ignored;
  acceptor.close(ignored);
}

void HttpServer::Impl::close_all() {
  for (http::Connection* connection : connections) connection->close();
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->draining = true;
  impl_->stop_accepting();
  impl_->close_all();
  impl_->sweep.cancel();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::listen(
    asio::any_io_executor executor, HttpServerOptions options,
    std::shared_ptr<HttpService> service) {
  auto impl = std::make_shared<Impl>(executor, std::move(options), std::move(service));
  if (const auto status = bind_to(impl->acceptor, impl->options.endpoint); !status.ok()) {
    return status;
  }
  asio::co_spawn(executor, Impl::accept_all(impl), asio::detached);
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::unique_ptr<HttpServer> HttpServer::without_listener(asio::any_io_executor executor,
                                                         HttpServerOptions options,
                                                         std::shared_ptr<HttpService> service) {
  return std::unique_ptr<HttpServer>(new HttpServer(
      std::make_shared<Impl>(std::move(executor), std::move(options), std::move(service))));
}

Endpoint HttpServer::local_endpoint() const {
  error_code error;
  const auto at = impl_->acceptor.local_endpoint(error);
  if (error) return impl_->options.endpoint;
  return {at.address().to_string(), at.port()};
}

void HttpServer::adopt(asio::generic::stream_protocol::socket socket, const HttpPeer& peer) {
  ++impl_->counters.connections;
  impl_->serve(std::move(socket), peer);
}

awaitable<bool> HttpServer::drain(std::chrono::milliseconds limit) {
  const std::shared_ptr<Impl> impl = impl_;
  impl->draining = true;
  impl->stop_accepting();
  for (http::Connection* connection : impl->connections) {
    if (connection->is_idle()) connection->close();
  }
  if (!impl->connections.empty()) {
    error_code ignored;
    impl->drained.expires_after(limit);
    co_await impl->drained.async_wait(error_in(ignored));
  }
  const bool clean = impl->connections.empty();
  impl->close_all();
  co_return clean;
}

const HttpCounters& HttpServer::counters() const { return impl_->counters; }

}  // namespace yuma
