// SPDX-License-Identifier: MIT

#include "yuma/net/signer_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <set>

#include "absl/strings/str_cat.h"
#include "net/unix_socket.hpp"
#include "yuma/net/asio.hpp"

namespace yuma {

namespace {

using Protocol = asio::local::stream_protocol;
using Clock = TokenBucket::Clock;
using asio::awaitable;
using boost::system::error_code;

// Refusals in the log.
constexpr RateLimit kLogLimit{2, 20};

/// One caller's connection. Everything that waits on it ends when its socket is closed.
struct Connection {
  Connection(Protocol::socket from, const RateLimit& limit)
      : socket(std::move(from)), deadline(socket.get_executor()), bucket(limit, Clock::now()) {}

  void close() {
    error_code ignored;
    socket.close(ignored);
    deadline.cancel(ignored);
  }

  Protocol::socket socket;
  asio::steady_timer deadline;
  TokenBucket bucket;
  bool answering = false;  ///< an answer is on its way out: stop() lets it go
};

/// Closes the connection after `limit`, unless it is set again before.
void set_deadline(const std::shared_ptr<Connection>& c, std::chrono::milliseconds limit) {
  c->deadline.expires_after(limit);
  c->deadline.async_wait([weak = std::weak_ptr<Connection>(c)](error_code) {
    const auto connection = weak.lock();
    // Also called when the deadline is moved; what counts is whether it has passed.
    if (connection && connection->deadline.expiry() <= Clock::now()) connection->close();
  });
}

std::optional<uid_t> peer_uid(Protocol::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return {};
  return peer.uid;
}

}  // namespace

struct SignerServer::Impl {
  Impl(SignerServerOptions given, SigningService& used, ListeningSocket bound)
      : options(std::move(given)),
        service(used),
        file(std::move(bound)),
        acceptor(io, Protocol(), file.fd.release()),
        signals(io),
        overall(options.overall, Clock::now()),
        log_limit(kLogLimit, Clock::now()) {}

  awaitable<void> accept_all();
  awaitable<void> serve(std::shared_ptr<Connection> c);
  /// Reads one frame; nothing where the connection ended or the frame was wrong.
  awaitable<std::optional<Bytes>> read_frame(const std::shared_ptr<Connection>& c);
  awaitable<bool> write_answer(const std::shared_ptr<Connection>& c, const SignerAnswer& answer);
  /// Why a new connection is not taken; nothing where it is.
  std::optional<SignerAnswer> turned_away(Protocol::socket& socket);
  SignerAnswer answer(Connection& c, ByteView frame, bool& keep);
  void log_refusal(const std::string& line);
  void stop();

  SignerServerOptions options;
  SigningService& service;
  ListeningSocket file;
  asio::io_context io{1};
  Protocol::acceptor acceptor;
  asio::signal_set signals;
  TokenBucket overall, log_limit;
  std::set<std::shared_ptr<Connection>> connections;
  std::uint64_t not_logged = 0;
  bool stopping = false;
};

void SignerServer::Impl::log_refusal(const std::string& line) {
  if (!log_limit.take(Clock::now())) {
    ++not_logged;
    return;
  }
  if (not_logged > 0) options.log(absl::StrCat("signer: ", not_logged, " refusals not shown"));
  not_logged = 0;
  options.log(line);
}

std::optional<SignerAnswer> SignerServer::Impl::turned_away(Protocol::socket& socket) {
  const auto uid = peer_uid(socket);
  const auto& allowed = options.allowed_uids;
  const bool known =
      uid && (allowed.empty() ? *uid == geteuid()
                              : std::find(allowed.begin(), allowed.end(), *uid) != allowed.end());
  if (!known) {
    const std::string who = uid ? absl::StrCat("user ", *uid) : "an unknown user";
    log_refusal(absl::StrCat("signer: refused a connection of ", who));
    return SignerRefusal{absl::StrCat(who, " may not ask this signer")};
  }
  if (connections.size() >= options.max_connections) {
    log_refusal("signer: refused a connection: too many are open");
    return SignerBusy{absl::StrCat("already ", connections.size(), " connections")};
  }
  return std::nullopt;
}

awaitable<void> SignerServer::Impl::accept_all() {
  while (!stopping) {
    error_code error;
    Protocol::socket socket = co_await acceptor.async_accept(error_in(error));
    if (error == asio::error::operation_aborted) break;
    if (error) {
      // Out of descriptors, or the caller is gone already: neither ends the server.
      asio::steady_timer pause(io, std::chrono::milliseconds(10));
      co_await pause.async_wait(error_in(error));
      continue;
    }
    if (const auto answer = turned_away(socket)) {
      // It fits into the buffer of a new socket; where it does not the caller learns less.
      const Bytes frame = encode_signer_answer(*answer);
      socket.non_blocking(true, error);
      socket.send(asio::buffer(frame), 0, error);
      continue;
    }
    auto c = std::make_shared<Connection>(std::move(socket), options.per_connection);
    connections.insert(c);
    asio::co_spawn(io, serve(std::move(c)), asio::detached);
  }
}

awaitable<std::optional<Bytes>> SignerServer::Impl::read_frame(
    const std::shared_ptr<Connection>& c) {
  error_code error;
  set_deadline(c, options.idle_limit);
  co_await c->socket.async_wait(Protocol::socket::wait_read, error_in(error));
  if (error) co_return std::nullopt;
  set_deadline(c, options.frame_limit);
  std::array<std::uint8_t, kSignerLengthBytes> length{};
  co_await asio::async_read(c->socket, asio::buffer(length), error_in(error));
  if (error) co_return std::nullopt;
  const auto size = signer_frame_size(length, kMaxSignerFrame);
  if (const auto* fault = std::get_if<SignerFault>(&size)) {
    const SignerAnswer failure = SignerFailure{std::string(signer_fault_name(*fault))};
    log_refusal(absl::StrCat("signer: refused ", std::string(signer_fault_name(*fault))));
    co_await write_answer(c, failure);
    co_return std::nullopt;
  }
  Bytes frame(std::get<std::size_t>(size));
  co_await asio::async_read(c->socket, asio::buffer(frame), error_in(error));
  if (error) co_return std::nullopt;
  co_return frame;
}

SignerAnswer SignerServer::Impl::answer(Connection& c, ByteView frame, bool& keep) {
  const auto request = parse_signer_request(frame);
  if (const auto* fault = std::get_if<SignerFault>(&request)) {
    keep = false;
    log_refusal(absl::StrCat("signer: refused ", std::string(signer_fault_name(*fault))));
    return SignerFailure{std::string(signer_fault_name(*fault))};
  }
  const auto now = Clock::now();
  if (!c.bucket.take(now) || !overall.take(now)) {
    log_refusal("signer: refused a request: rate limit");
    return SignerBusy{"rate limit: more requests a second than this signer takes"};
  }
  SignerAnswer answer = service.answer(std::get<SignerRequest>(request));
  if (auto* status = std::get_if<SignerStatus>(&answer)) status->connections = connections.size();
  if (const auto* refusal = std::get_if<SignerRefusal>(&answer)) {
    log_refusal(absl::StrCat("signer: refused: ", refusal->reason));
  }
  if (const auto* failure = std::get_if<SignerFailure>(&answer)) {
    log_refusal(absl::StrCat("signer: failed: ", failure->reason));
  }
  return answer;
}

awaitable<bool> SignerServer::Impl::write_answer(const std::shared_ptr<Connection>& c,
                                                 const SignerAnswer& answer) {
  const Bytes frame = encode_signer_answer(answer);
  error_code error;
  c->answering = true;
  set_deadline(c, options.answer_limit);
  co_await asio::async_write(c->socket, asio::buffer(frame), error_in(error));
  c->answering = false;
  co_return !error;
}

awaitable<void> SignerServer::Impl::serve(std::shared_ptr<Connection> c) {
  bool keep = true;
  while (keep && !stopping) {
    const std::optional<Bytes> frame = co_await read_frame(c);
    if (!frame || stopping) break;
    const SignerAnswer out = answer(*c, *frame, keep);
    if (!co_await write_answer(c, out)) break;
  }
  c->close();
  connections.erase(c);
}

void SignerServer::Impl::stop() {
  if (stopping) return;
  stopping = true;
  file.remove_file();
  error_code ignored;
  acceptor.close(ignored);
  signals.cancel(ignored);
  for (const auto& c : connections) {
    if (!c->answering) c->close();
  }
}

SignerServer::SignerServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

SignerServer::~SignerServer() {
  if (!impl_->stopping) impl_->file.remove_file();
}

absl::StatusOr<std::unique_ptr<SignerServer>> SignerServer::listen(SignerServerOptions options,
                                                                   SigningService& service) {
  absl::StatusOr<ListeningSocket> file = listen_on(options.path, options.group);
  if (!file.ok()) return file.status();
  return std::unique_ptr<SignerServer>(
      new SignerServer(std::make_unique<Impl>(std::move(options), service, *std::move(file))));
}

void SignerServer::run(bool until_signal) {
  Impl& impl = *impl_;
  if (until_signal) {
    impl.signals.add(SIGTERM);
    impl.signals.add(SIGINT);
    impl.signals.async_wait([&impl](error_code error, int) {
      if (!error) impl.stop();
    });
  }
  asio::co_spawn(impl.io, impl.accept_all(), asio::detached);
  impl.options.log(absl::StrCat("signer: listens on ", impl.options.path));
  impl.io.run();
  impl.options.log("signer: stopped");
}

void SignerServer::stop() {
  asio::post(impl_->io, [impl = impl_.get()] { impl->stop(); });
}

}  // namespace yuma
