// SPDX-License-Identifier: MIT

#include "net/http_connection.hpp"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "net/http_writer.hpp"

namespace yuma::http {

namespace {

using asio::awaitable;
using boost::system::error_code;

/// Bodies up to this are copied behind the head, for one write.
constexpr std::size_t kSmallBody = std::size_t{16} << 10;
/// The body of a refused request is read and dropped up to this, to keep the connection.
constexpr std::uint64_t kSkippedBody = std::uint64_t{64} << 10;
/// Memory that a connection keeps for its answers.
constexpr std::size_t kKeptOut = std::size_t{32} << 10;

constexpr std::chrono::seconds kLingerLimit{1};
constexpr std::size_t kLingerBytes = std::size_t{1} << 20;

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

bool has_no_body(int status) {
  constexpr int kNoContent = 204, kNotModified = 304;
  return status == kNoContent || status == kNotModified;
}

/// Statuses of which a caller who goes on and on is cut off.
bool is_refusal(int status) {
  constexpr std::array kRefusals = {400, 401, 403, 413, 429, 431};
  return std::find(kRefusals.begin(), kRefusals.end(), status) != kRefusals.end();
}

}  // namespace

Connection::Connection(std::shared_ptr<Shared> shared, Socket socket, const HttpPeer& peer)
    : shared_(std::move(shared)),
      socket_(std::move(socket)),
      peer_(peer),
      reader_({shared_->options.max_header, shared_->options.max_headers}) {
  enter(Phase::kIdle, shared_->options.idle_limit);
}

Connection::~Connection() {
  release();
  shared_->closed(*this);
}

void Connection::enter(Phase phase, std::chrono::milliseconds limit) {
  if (phase_ == Phase::kClosed) return;
  phase_ = phase;
  deadline_ = Clock::now() + limit;
}

void Connection::close() {
  phase_ = Phase::kClosed;
  error_code ignored;
  socket_.close(ignored);
}

void Connection::check_deadline(Clock::time_point now) {
  if (phase_ == Phase::kClosed || now < deadline_) return;
  constexpr int kTimeout = 408, kUnavailable = 503;
  HttpCounters& counters = shared_->counters;
  switch (phase_) {
    case Phase::kHeader:
      ++counters.slow_header;
      send_now(kTimeout, "the request's headers took too long");
      break;
    case Phase::kBody:
      ++counters.slow_body;
      if (!answer_begun_) send_now(kTimeout, "the request's body took too long");
      break;
    case Phase::kHandler:
      ++counters.slow_handler;
      if (!answer_begun_) send_now(kUnavailable, "the answer took too long to make");
      break;
    case Phase::kWrite:
      ++counters.slow_reader;
      break;
    default:
      break;
  }
  close();
}

/// What fits into the socket's buffer, without waiting; for connections that end.
void Connection::send_now(int status, std::string_view detail) {
  const HttpResponse response = refusal(status, detail);
  std::string out;
  append_answer_head(out, {.status = status,
                           .headers = response.headers,
                           .length = response.body.size(),
                           .keep_alive = false});
  out.append(response.body);
  error_code ignored;
  shared_->counters.bytes_out += socket_.write_some(asio::buffer(out), ignored);
  count_answer(status);
}

void Connection::count_answer(int status) {
  constexpr std::size_t kHundred = 100;
  const std::size_t digit = static_cast<std::size_t>(status) / kHundred;
  if (digit < std::size(shared_->counters.answered)) ++shared_->counters.answered[digit];
  refusals_ = is_refusal(status) ? refusals_ + 1 : 0;
}

/// Whether there is room for so many more bytes of a body.
bool Connection::hold(std::size_t bytes) {
  held_ += bytes;
  shared_->bodies += bytes;
  return shared_->bodies <= shared_->options.max_bodies;
}

void Connection::release() {
  shared_->bodies -= held_;
  held_ = 0;
}

awaitable<void> Connection::serve(std::shared_ptr<Connection> self) {
  Next next = Next::kAgain;
  while (next == Next::kAgain && self->phase_ != Phase::kClosed) {
    next = co_await self->exchange();
    self->release();
  }
  if (next == Next::kLinger) co_await self->linger();
  self->close();
}

/// Reads some bytes; false where there will be none.
awaitable<bool> Connection::read_more() {
  const std::span<char> space = reader_.space();
  error_code error;
  const std::size_t count =
      co_await socket_.async_read_some(asio::buffer(space.data(), space.size()), error_in(error));
  if (error || phase_ == Phase::kClosed) co_return false;
  reader_.commit(count);
  shared_->counters.bytes_in += count;
  co_return true;
}

/// One request and its answer.
awaitable<Connection::Next> Connection::exchange() {
  const HttpServerOptions& options = shared_->options;
  answer_begun_ = false;
  if (reader_.empty()) {
    enter(Phase::kIdle, options.idle_limit);
  } else {
    // It was sent along with the one before. Others first.
    co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    enter(Phase::kHeader, options.header_limit);
  }
  Progress progress = reader_.read_head();
  while (progress == Progress::kMore) {
    const bool more = co_await read_more();
    if (!more) co_return Next::kClose;
    if (phase_ == Phase::kIdle) enter(Phase::kHeader, options.header_limit);
    progress = reader_.read_head();
  }
  last_byte_read_ = Clock::now();
  const Head& head = reader_.head();
  const Asked asked = {.is_head = head.method == "HEAD",
                       .http11 = head.http11,
                       .keep_alive = progress == Progress::kDone && head.keep_alive};
  if (progress == Progress::kFault) {
    const Next next = co_await refuse_fault(asked);
    co_return next;
  }
  ++shared_->counters.requests;
  HttpBegin begun = begin(head);
  if (auto* response = std::get_if<HttpResponse>(&begun)) {
    const Next next = co_await refuse(std::move(*response), asked);
    co_return next;
  }
  auto transaction = std::get<std::unique_ptr<HttpTransaction>>(std::move(begun));
  const Next next = co_await take_body(std::move(transaction), asked);
  co_return next;
}

/// The service's word on a request, and before it that of the limits by address.
HttpBegin Connection::begin(const Head& head) {
  constexpr int kTooMany = 429, kTooLarge = 413, kFailed = 500;
  const auto& admission = shared_->options.admission;
  if (admission && !admission->take(peer_.address, last_byte_read_)) {
    ++shared_->counters.limited;
    return refusal(kTooMany, "too many requests from this address", admission->retry_after());
  }
  const HttpHead view = {.method = head.method,
                         .target = head.target,
                         .headers = head.headers,
                         .content_length = head.content_length,
                         .has_body = head.has_body};
  try {
    HttpBegin begun = shared_->service->begin(view, peer_);
    const auto* transaction = std::get_if<std::unique_ptr<HttpTransaction>>(&begun);
    if (transaction == nullptr) return begun;
    const std::size_t limit = (*transaction)->body_limit();
    if (head.content_length.value_or(0) <= limit) return begun;
    ++shared_->counters.malformed;
    return refusal(kTooLarge, absl::StrCat("the body is longer than ", limit, " bytes"));
  } catch (const std::exception& error) {
    ++shared_->counters.threw;
    shared_->log(absl::StrCat("http: a service threw: ", error.what()));
    return refusal(kFailed, "this server failed");
  }
}

/// Answers what is no HTTP; nothing more can be read of it.
awaitable<Connection::Next> Connection::refuse_fault(Asked asked) {
  ++shared_->counters.malformed;
  const auto& admission = shared_->options.admission;
  const bool known = admission && admission->suspect(peer_.address, last_byte_read_);
  if (admission) admission->failed(peer_.address, last_byte_read_);
  asked.keep_alive = false;
  const Fault fault = reader_.fault();
  HttpResponse response = refusal(fault.status, fault.detail);
  co_await respond(std::move(response), asked);
  // Whoever does this again is not waited for.
  co_return known ? Next::kClose : Next::kLinger;
}

/// Answers a request whose body nobody wants.
awaitable<Connection::Next> Connection::refuse(HttpResponse response, Asked asked) {
  const Head& head = reader_.head();
  const bool has_body = head.has_body;
  const bool skips = !has_body || (!head.expects_continue && head.content_length &&
                                   *head.content_length <= kSkippedBody);
  asked.keep_alive = asked.keep_alive && skips;
  const Next next = co_await respond(std::move(response), asked);
  if (next != Next::kAgain) co_return skips ? next : Next::kLinger;
  enter(Phase::kBody, shared_->options.body_limit);
  Progress progress = reader_.read_body(nullptr);
  while (progress == Progress::kMore) {
    const bool more = co_await read_more();
    if (!more) co_return Next::kClose;
    progress = reader_.read_body(nullptr);
  }
  reader_.next();
  co_return progress == Progress::kDone ? Next::kAgain : Next::kClose;
}

awaitable<Connection::Next> Connection::take_body(std::unique_ptr<HttpTransaction> transaction,
                                                  Asked asked) {
  constexpr int kUnavailable = 503;
  std::string body;
  if (reader_.head().has_body) {
    enter(Phase::kBody, shared_->options.body_limit);
    if (reader_.head().expects_continue && reader_.empty()) {
      const bool sent = co_await send(kContinue, {}, /*answers=*/false);
      if (!sent) co_return Next::kClose;
      enter(Phase::kBody, shared_->options.body_limit);
    }
    body.reserve(std::min(reader_.head().content_length.value_or(0), kSkippedBody));
  }
  reader_.body_limit(transaction->body_limit());
  for (;;) {
    const std::size_t before = body.size();
    const Progress progress = reader_.read_body(&body);
    if (!hold(body.size() - before)) {
      asked.keep_alive = false;
      HttpResponse full = refusal(kUnavailable, "this server reads too many bodies", 1);
      co_await respond(std::move(full), asked);
      co_return Next::kLinger;
    }
    if (progress == Progress::kDone) break;
    if (progress == Progress::kFault) {
      const Next next = co_await refuse_fault(asked);
      co_return next;
    }
    const bool more = co_await read_more();
    if (!more) co_return Next::kClose;
  }
  reader_.next();
  last_byte_read_ = Clock::now();
  const Next next = co_await answer(std::move(transaction), std::move(body), asked);
  co_return next;
}

awaitable<Connection::Next> Connection::answer(std::unique_ptr<HttpTransaction> transaction,
                                               std::string body, Asked asked) {
  constexpr int kFailed = 500;
  enter(Phase::kHandler, shared_->options.handler_limit);
  HttpResponse response;
  std::string threw;
  try {
    response = co_await transaction->answer(std::move(body));
  } catch (const std::exception& error) {
    threw = absl::StrCat("http: a handler threw: ", error.what());
  } catch (...) {
    threw = "http: a handler threw something";
  }
  if (!threw.empty()) {
    ++shared_->counters.threw;
    shared_->log(threw);
    response = refusal(kFailed, "this server failed");
  }
  if (phase_ == Phase::kClosed) co_return Next::kClose;
  const Next next = co_await respond(std::move(response), asked);
  co_return next;
}

awaitable<Connection::Next> Connection::respond(HttpResponse response, Asked asked) {
  constexpr int kFailed = 500;
  count_answer(response.status);
  const bool cut_off = refusals_ >= shared_->options.max_refusals;
  if (cut_off && asked.keep_alive) ++shared_->counters.cut_off;
  bool keep = asked.keep_alive && !cut_off && !shared_->draining;
  const bool chunked = response.stream != nullptr && asked.http11;
  if (response.stream != nullptr && !chunked) keep = false;  // the end is the end
  const bool bodiless = has_no_body(response.status);

  const auto append_head = [&] {
    std::optional<std::uint64_t> length;
    if (response.stream == nullptr && !bodiless) length = response.body.size();
    return append_answer_head(out_, {.status = response.status,
                                     .headers = response.headers,
                                     .length = length,
                                     .chunked = chunked && !bodiless,
                                     .keep_alive = keep,
                                     .http11 = asked.http11});
  };
  out_.clear();
  if (!append_head()) {
    shared_->log("http: a handler's answer has a header or a status that cannot be sent");
    response = refusal(kFailed, "this server failed");
    out_.clear();
    append_head();
  }
  const bool has_body = !asked.is_head && !bodiless;
  std::string_view body;
  if (has_body && response.stream == nullptr) body = response.body;
  if (body.size() <= kSmallBody) {
    out_.append(body);
    body = {};
  }
  bool sent = co_await send(out_, body, /*answers=*/true);
  if (sent && shared_->options.served) {
    shared_->options.served({peer_, response.status, last_byte_read_, first_byte_written_});
  }
  if (sent && has_body && response.stream != nullptr) {
    sent = co_await write_stream(*response.stream, chunked);
  }
  if (out_.capacity() > kKeptOut) out_ = {};
  co_return sent&& keep ? Next::kAgain : Next::kClose;
}

/// The pieces of a stream, each as soon as it is there; false where its end did not go out.
awaitable<bool> Connection::write_stream(HttpStream& stream, bool chunked) {
  for (;;) {
    enter(Phase::kHandler, shared_->options.handler_limit);
    absl::StatusOr<std::string> piece = absl::UnknownError("it threw");
    try {
      piece = co_await stream.next();
    } catch (const std::exception& error) {
      ++shared_->counters.threw;
      shared_->log(absl::StrCat("http: a stream threw: ", error.what()));
    }
    if (phase_ == Phase::kClosed || !piece.ok()) co_return false;
    if (piece->empty()) break;
    out_.clear();
    if (chunked) append_chunk_size(out_, piece->size());
    if (piece->size() <= kSmallBody) {
      out_.append(*piece);
      if (chunked) out_.append("\r\n");
      const bool sent = co_await send(out_, {}, /*answers=*/true);
      if (!sent) co_return false;
    } else {
      if (chunked) piece->append("\r\n");
      const bool sent = co_await send(out_, *piece, /*answers=*/true);
      if (!sent) co_return false;
    }
  }
  if (!chunked) co_return true;
  out_.clear();
  if (!append_trailer(out_, stream.trailer())) co_return false;
  const bool sent = co_await send(out_, {}, /*answers=*/true);
  co_return sent;
}

/// Writes all of it, at once where the socket takes it; false where the caller is gone.
awaitable<bool> Connection::send(std::string_view head, std::string_view body, bool answers) {
  const std::size_t size = head.size() + body.size();
  for (std::size_t done = 0; done < size;) {
    const std::size_t of_head = std::min(done, head.size());
    const std::string_view head_left = head.substr(of_head);
    const std::string_view body_left = body.substr(done - of_head);
    const std::array<asio::const_buffer, 2> left = {
        asio::buffer(head_left.data(), head_left.size()),
        asio::buffer(body_left.data(), body_left.size())};
    error_code error;
    const std::size_t count = socket_.write_some(left, error);
    if (error == asio::error::would_block) {
      if (done == 0 || phase_ != Phase::kWrite) enter(Phase::kWrite, shared_->options.write_limit);
      co_await socket_.async_wait(Socket::wait_write, error_in(error));
    }
    if (error || phase_ == Phase::kClosed) co_return false;
    if (count > 0 && answers && !answer_begun_) {
      answer_begun_ = true;
      first_byte_written_ = Clock::now();
    }
    done += count;
    shared_->counters.bytes_out += count;
  }
  co_return true;
}

/// Lets a caller read the refusal of what it is still sending: to close at once would destroy it.
awaitable<void> Connection::linger() {
  if (phase_ == Phase::kClosed) co_return;
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  enter(Phase::kLinger, kLingerLimit);
  constexpr std::size_t kScrap = std::size_t{16} << 10;
  const auto scrap = std::make_unique_for_overwrite<char[]>(kScrap);
  for (std::size_t dropped = 0; !error && dropped < kLingerBytes;) {
    dropped += co_await socket_.async_read_some(asio::buffer(scrap.get(), kScrap), error_in(error));
  }
}

}  // namespace yuma::http
