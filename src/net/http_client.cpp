// SPDX-License-Identifier: MIT

#include "yuma/net/http_client.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "net/http_reader.hpp"
#include "net/http_writer.hpp"

namespace yuma {

namespace {

using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = HttpTiming::Clock;
using http::Progress;

constexpr std::size_t kMaxHeaders = 200;
/// Bodies up to this are copied behind the head, for one write.
constexpr std::size_t kSmallBody = std::size_t{64} << 10;
constexpr std::uint64_t kReserved = std::uint64_t{1} << 20;

absl::Status too_long() {
  return absl::ResourceExhaustedError("HttpClient: the answer is longer than allowed");
}

}  // namespace

struct HttpClient::Impl : std::enable_shared_from_this<Impl> {
  class Connection;
  class Stream;
  using ConnectionPtr = std::shared_ptr<Connection>;

  Impl(asio::any_io_executor runs, HttpClientOptions given)
      : executor(std::move(runs)), options(given) {}

  awaitable<absl::StatusOr<HttpAnswer>> call(Endpoint endpoint, HttpRequest request,
                                             HttpCallOptions how, HttpSent* sent);
  awaitable<absl::StatusOr<ConnectionPtr>> connect(Endpoint endpoint, Clock::time_point deadline);
  awaitable<absl::StatusOr<std::vector<tcp::endpoint>>> resolve(Endpoint endpoint,
                                                                Clock::time_point deadline);
  ConnectionPtr take_idle(const std::string& key);
  void keep(ConnectionPtr connection);
  void forget_idle(Connection& connection);
  void close_all();

  asio::any_io_executor executor;
  HttpClientOptions options;
  Counters counters;
  bool closed = false;
  std::list<Connection*> connections;
  std::map<std::string, std::vector<ConnectionPtr>> idle;
};

/// A connection to a server. One deadline is in force at any time; when it passes, the connection
/// is closed and whatever waits on it ends.
class HttpClient::Impl::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(const std::shared_ptr<Impl>& client, std::string where)
      : socket(client->executor),
        reader({client->options.max_header, kMaxHeaders}),
        key(std::move(where)),
        client_(client),
        timer_(client->executor) {
    place_ = client->connections.insert(client->connections.end(), this);
    ++client->counters.open;
  }
  ~Connection() {
    if (const auto client = client_.lock()) {
      client->connections.erase(place_);
      --client->counters.open;
    }
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void set_deadline(Clock::time_point at) {
    deadline_ = at;
    // A wait that is under way ends earlier, finds the deadline moved, and goes on to it.
    if (!armed_ || at < armed_for_) arm();
  }

  void close() {
    error_code ignored;
    socket.close(ignored);
  }

  /// What an error of the socket means.
  absl::Status failure(absl::string_view what, const error_code& error) const {
    if (timed_out) {
      return absl::DeadlineExceededError(
          absl::StrCat("HttpClient: ", key, ": ", what, " too long"));
    }
    return absl::UnavailableError(
        absl::StrCat("HttpClient: ", key, ": ", what, " failed: ", error.message()));
  }

  awaitable<absl::Status> write(std::string_view head, std::string_view body, HttpSent& sent);
  /// Some more bytes of the answer; NotFound where the server has closed.
  awaitable<absl::Status> read_more();
  awaitable<absl::Status> read_head(HttpTiming* timing);
  /// Appends to `out` until the body's end.
  awaitable<absl::Status> read_body(std::string* out);
  /// Appends what comes, at least one byte, unless the body has ended: then `ended`.
  awaitable<absl::Status> read_piece(std::string* out, bool* ended);

  /// The body has been read: for the next call where that is possible.
  void finished(const ConnectionPtr& self) {
    const bool reusable = reader.head().keep_alive && !ended_by_close;
    reader.next();
    const auto client = client_.lock();
    if (client && !client->closed && reusable && reader.empty()) {
      client->keep(self);
    } else {
      close();
    }
  }

  bool is_stale() {
    if (!reader.empty()) return true;
    std::uint8_t byte = 0;
    const ssize_t got = recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
  }

  tcp::socket socket;
  http::ResponseReader reader;
  std::string key;
  bool timed_out = false, is_idle = false, ended_by_close = false;

 private:
  absl::Status fault() const {
    constexpr int kTooLarge = 413;
    if (reader.fault().status == kTooLarge) return too_long();
    const std::string_view why = reader.fault().detail;
    return absl::DataLossError(absl::StrCat("HttpClient: ", key, ": the answer is no HTTP: ",
                                            absl::string_view(why.data(), why.size())));
  }

  void arm() {
    armed_ = true;
    armed_for_ = deadline_;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](error_code error) {
      const auto self = weak.lock();
      if (error || !self) return;  // moved, or gone
      self->armed_ = false;
      if (Clock::now() < self->deadline_) {
        self->arm();
        return;
      }
      self->timed_out = true;
      self->close();
      const auto client = self->client_.lock();
      if (self->is_idle && client) client->forget_idle(*self);
    });
  }

  std::weak_ptr<Impl> client_;
  asio::steady_timer timer_;
  Clock::time_point deadline_, armed_for_;
  bool armed_ = false;
  std::list<Connection*>::iterator place_;
};

awaitable<absl::Status> HttpClient::Impl::Connection::write(std::string_view head,
                                                            std::string_view body, HttpSent& sent) {
  const std::size_t size = head.size() + body.size();
  for (std::size_t done = 0; done < size;) {
    const std::size_t of_head = std::min(done, head.size());
    const std::array<asio::const_buffer, 2> left = {
        asio::buffer(head.data() + of_head, head.size() - of_head),
        asio::buffer(body.data() + (done - of_head), body.size() - (done - of_head))};
    error_code error;
    const std::size_t count = socket.write_some(left, error);
    if (error == asio::error::would_block) {
      co_await socket.async_wait(tcp::socket::wait_write, error_in(error));
    }
    if (error || !socket.is_open()) co_return failure("sending the request", error);
    if (count > 0) sent = HttpSent::kMaybe;
    done += count;
  }
  co_return absl::OkStatus();
}

awaitable<absl::Status> HttpClient::Impl::Connection::read_more() {
  const std::span<char> space = reader.space();
  error_code error;
  const std::size_t count =
      co_await socket.async_read_some(asio::buffer(space.data(), space.size()), error_in(error));
  if (error == asio::error::eof && !timed_out) co_return absl::NotFoundError("closed");
  if (error) co_return failure("waiting for the answer", error);
  reader.commit(count);
  co_return absl::OkStatus();
}

awaitable<absl::Status> HttpClient::Impl::Connection::read_head(HttpTiming* timing) {
  Progress progress = reader.read_head();
  while (progress == Progress::kMore) {
    const absl::Status more = co_await read_more();
    if (absl::IsNotFound(more)) {
      if (reader.empty()) {
        co_return absl::UnavailableError(
            absl::StrCat("HttpClient: ", key, " closed the connection without an answer"));
      }
      co_return absl::DataLossError(
          absl::StrCat("HttpClient: ", key, ": the answer ended in its headers"));
    }
    if (!more.ok()) co_return more;
    if (timing->first_byte == Clock::time_point()) timing->first_byte = Clock::now();
    progress = reader.read_head();
  }
  co_return progress == Progress::kFault ? fault() : absl::OkStatus();
}

awaitable<absl::Status> HttpClient::Impl::Connection::read_piece(std::string* out, bool* ended) {
  const std::size_t before = out->size();
  Progress progress = reader.read_body(out);
  while (progress == Progress::kMore && out->size() == before) {
    const absl::Status more = co_await read_more();
    if (absl::IsNotFound(more)) {
      ended_by_close = true;
      progress = reader.end_of_input();
      break;
    }
    if (!more.ok()) co_return more;
    progress = reader.read_body(out);
  }
  *ended = progress == Progress::kDone;
  co_return progress == Progress::kFault ? fault() : absl::OkStatus();
}

awaitable<absl::Status> HttpClient::Impl::Connection::read_body(std::string* out) {
  bool ended = false;
  while (!ended) {
    const absl::Status status = co_await read_piece(out, &ended);
    if (!status.ok()) co_return status;
  }
  co_return absl::OkStatus();
}

/// The body of an answer, as it arrives.
class HttpClient::Impl::Stream final : public HttpStream {
 public:
  Stream(ConnectionPtr connection, std::chrono::milliseconds idle)
      : connection_(std::move(connection)), idle_(idle) {}
  ~Stream() override {
    if (connection_) connection_->close();
  }

  awaitable<absl::StatusOr<std::string>> next() override {
    std::string piece;
    if (ended_) {
      finish();
      co_return piece;
    }
    if (!connection_) co_return absl::FailedPreconditionError("HttpClient: the stream has failed");
    const ConnectionPtr connection = connection_;
    connection->set_deadline(Clock::now() + idle_);
    const absl::Status status = co_await connection->read_piece(&piece, &ended_);
    if (!status.ok()) {
      connection->close();
      connection_.reset();
      co_return status;
    }
    if (piece.empty()) finish();
    co_return piece;
  }

  std::vector<Header> trailer() override { return std::move(trailer_); }

 private:
  void finish() {
    if (!connection_) return;
    trailer_ = connection_->reader.trailer();
    const ConnectionPtr connection = std::move(connection_);
    connection->finished(connection);
  }

  ConnectionPtr connection_;
  std::chrono::milliseconds idle_;
  bool ended_ = false;
  std::vector<Header> trailer_;
};

HttpClient::Impl::ConnectionPtr HttpClient::Impl::take_idle(const std::string& key) {
  const auto it = idle.find(key);
  if (it == idle.end()) return nullptr;
  ConnectionPtr out;
  while (!out && !it->second.empty()) {  // the one used last is the likeliest to be open
    ConnectionPtr last = std::move(it->second.back());
    it->second.pop_back();
    --counters.idle;
    last->is_idle = false;
    if (last->socket.is_open() && !last->is_stale()) out = std::move(last);
  }
  if (it->second.empty()) idle.erase(it);
  return out;
}

void HttpClient::Impl::keep(ConnectionPtr connection) {
  std::vector<ConnectionPtr>& same = idle[connection->key];
  if (same.size() >= options.max_idle_per_endpoint || counters.idle >= options.max_idle) {
    connection->close();
    if (same.empty()) idle.erase(connection->key);
    return;
  }
  connection->is_idle = true;
  connection->set_deadline(Clock::now() + options.idle_limit);
  same.push_back(std::move(connection));
  ++counters.idle;
}

void HttpClient::Impl::forget_idle(Connection& connection) {
  const auto it = idle.find(connection.key);
  if (it == idle.end()) return;
  counters.idle -= std::erase_if(
      it->second, [&](const ConnectionPtr& held) { return held.get() == &connection; });
  if (it->second.empty()) idle.erase(it);
}

void HttpClient::Impl::close_all() {
  closed = true;
  for (Connection* connection : connections) connection->close();
  idle.clear();
  counters.idle = 0;
}

namespace {

/// The look-up of a name, which may take longer than anybody waits for it.
struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : resolver(executor), done(executor) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  bool finished = false;
  error_code error;
  std::vector<tcp::endpoint> found;
};

awaitable<void> look_up(std::shared_ptr<Lookup> lookup, std::string host, std::string port) {
  const auto results = co_await lookup->resolver.async_resolve(host, port, error_in(lookup->error));
  for (const auto& entry : results) lookup->found.push_back(entry.endpoint());
  lookup->finished = true;
  lookup->done.cancel();
}

}  // namespace

awaitable<absl::StatusOr<std::vector<tcp::endpoint>>> HttpClient::Impl::resolve(
    Endpoint endpoint, Clock::time_point deadline) {
  error_code error;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (!error) co_return std::vector<tcp::endpoint>{tcp::endpoint(address, endpoint.port)};
  auto lookup = std::make_shared<Lookup>(executor);
  lookup->done.expires_at(deadline);
  asio::co_spawn(executor, look_up(lookup, endpoint.host, std::to_string(endpoint.port)),
                 asio::detached);
  if (!lookup->finished) co_await lookup->done.async_wait(error_in(error));
  if (!lookup->finished) {
    co_return absl::DeadlineExceededError(
        absl::StrCat("HttpClient: looking up \"", endpoint.host, "\" took too long"));
  }
  if (lookup->found.empty()) {
    co_return absl::UnavailableError(absl::StrCat("HttpClient: the host \"", endpoint.host,
                                                  "\" is unknown: ", lookup->error.message()));
  }
  co_return std::move(lookup->found);
}

awaitable<absl::StatusOr<HttpClient::Impl::ConnectionPtr>> HttpClient::Impl::connect(
    Endpoint endpoint, Clock::time_point deadline) {
  const std::string key = endpoint_text(endpoint);
  const auto addresses = co_await resolve(endpoint, deadline);
  if (!addresses.ok()) co_return addresses.status();
  absl::Status last = absl::UnavailableError(absl::StrCat("HttpClient: ", key, ": no address"));
  for (const tcp::endpoint& address : *addresses) {
    if (closed) co_return absl::UnavailableError("HttpClient: it was closed");
    if (connections.size() >= options.max_connections) {
      co_return absl::ResourceExhaustedError(
          absl::StrCat("HttpClient: ", connections.size(), " connections are open"));
    }
    auto connection = std::make_shared<Connection>(shared_from_this(), key);
    connection->set_deadline(std::min(deadline, Clock::now() + options.connect_limit));
    error_code error;
    co_await connection->socket.async_connect(address, error_in(error));
    if (!error && connection->socket.is_open()) {
      connection->socket.set_option(tcp::no_delay(true), error);
      connection->socket.non_blocking(true, error);
      fcntl(connection->socket.native_handle(), F_SETFD, FD_CLOEXEC);
      ++counters.connects;
      co_return connection;
    }
    last = connection->failure("connecting", error);
    if (Clock::now() >= deadline) break;
  }
  co_return last;
}

awaitable<absl::StatusOr<HttpAnswer>> HttpClient::Impl::call(Endpoint endpoint, HttpRequest request,
                                                             HttpCallOptions how, HttpSent* sent) {
  HttpAnswer answer;
  HttpTiming& timing = answer.timing;
  timing.begun = Clock::now();
  const Clock::time_point deadline = timing.begun + how.deadline;

  std::string out;
  const std::string key = endpoint_text(endpoint);
  if (auto status = check_method(request.method); !status.ok()) co_return status;
  if (auto status = check_target(request.target); !status.ok()) co_return status;
  if (!http::append_request_head(out, request, key)) {
    co_return absl::InvalidArgumentError("HttpClient: a header that must not be sent");
  }
  std::string_view body = request.body;
  if (body.size() <= kSmallBody) {
    out.append(body);
    body = {};
  }

  ConnectionPtr connection = take_idle(key);
  if (connection) {
    ++counters.reused;
    connection->set_deadline(deadline);
  } else {
    auto made = co_await connect(endpoint, deadline);
    if (!made.ok()) co_return made.status();
    connection = *std::move(made);
    connection->set_deadline(deadline);
  }
  timing.connected = Clock::now();

  // A server may refuse, and close, while the body is on its way: its word is worth more than the
  // error of the socket.
  const absl::Status written = co_await connection->write(out, body, *sent);
  timing.written = Clock::now();
  if (absl::IsDeadlineExceeded(written)) co_return written;
  connection->reader.expect_no_body(request.method == "HEAD");
  const absl::Status headed = co_await connection->read_head(&timing);
  if (!headed.ok()) {
    connection->close();
    co_return written.ok() ? headed : written;
  }

  const http::Head& head = connection->reader.head();
  answer.status = head.status;
  for (const HeaderView& h : head.headers) {
    answer.headers.push_back({std::string(h.name), std::string(h.value)});
  }
  if (head.has_body && head.content_length.value_or(0) > how.max_body) {
    connection->close();
    co_return too_long();
  }
  connection->reader.body_limit(how.max_body);
  constexpr int kHundred = 100, kSuccess = 2;
  if (how.stream && answer.status / kHundred == kSuccess) {
    timing.done = Clock::now();
    answer.stream = std::make_unique<Stream>(std::move(connection), how.stream_idle);
    co_return answer;
  }
  answer.body.reserve(head.has_body ? std::min(head.content_length.value_or(0), kReserved) : 0);
  const absl::Status read = co_await connection->read_body(&answer.body);
  if (!read.ok()) {
    connection->close();
    co_return read;
  }
  timing.done = Clock::now();
  answer.trailer = connection->reader.trailer();
  if (!written.ok()) connection->ended_by_close = true;
  connection->finished(connection);
  co_return answer;
}

HttpClient::HttpClient(asio::any_io_executor executor, HttpClientOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), options)) {}

HttpClient::~HttpClient() { impl_->close_all(); }

awaitable<absl::StatusOr<HttpAnswer>> HttpClient::call(Endpoint endpoint, HttpRequest request,
                                                       HttpCallOptions options, HttpSent* sent) {
  const std::shared_ptr<Impl> impl = impl_;
  HttpSent unused = HttpSent::kNothing;
  HttpSent& told = sent == nullptr ? unused : *sent;
  told = HttpSent::kNothing;
  ++impl->counters.calls;
  auto answer = co_await impl->call(std::move(endpoint), std::move(request), options, &told);
  if (!answer.ok()) ++impl->counters.failed;
  co_return answer;
}

HttpClient::Counters HttpClient::counters() const { return impl_->counters; }

asio::any_io_executor HttpClient::executor() const { return impl_->executor; }

}  // namespace yuma
