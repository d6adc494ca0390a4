// SPDX-License-Identifier: MIT

#include "yuma/net/signed_client.hpp"

#include <utility>

#include "net/sign_on.hpp"

namespace yuma {

namespace {

using asio::awaitable;
using Clock = HttpTiming::Clock;

bool is_event_stream(const std::vector<Header>& headers) {
  const auto type = find_header(headers, "Content-Type");
  constexpr std::string_view kEvents = "text/event-stream";
  return type && same_header(type->substr(0, kEvents.size()), kEvents);
}

/// A stream whose end counts only with a signature, in the trailer or in a last event.
class CheckedStream final : public HttpStream {
 public:
  CheckedStream(std::unique_ptr<HttpStream> inner, SignedRequest request, const PublicKey& server,
                int status, bool events)
      : inner_(std::move(inner)),
        request_(std::move(request)),
        server_(server),
        status_(static_cast<unsigned>(status)),
        is_events_(events) {}

  awaitable<absl::StatusOr<std::string>> next() override {
    for (;;) {
      absl::StatusOr<std::string> piece = co_await inner_->next();
      if (!piece.ok()) co_return piece;
      if (piece->empty()) {
        trailer_ = inner_->trailer();
        if (verdict() == ResponseVerdict::kSigned) co_return std::string();
        co_return absl::UnauthenticatedError("the stream did not end with the server's signature");
      }
      if (!is_events_) {
        hash_.add(*piece);
        co_return piece;
      }
      std::string sure = events_.add(*piece);
      if (!sure.empty()) co_return sure;
    }
  }

  std::vector<Header> trailer() override { return std::move(trailer_); }

 private:
  ResponseVerdict verdict() {
    if (is_events_) return events_.finish(request_, server_, status_);
    const std::vector<HeaderView> fields = views_of(trailer_);
    return check_response(request_, server_, status_, hash_.digest(), fields);
  }

  std::unique_ptr<HttpStream> inner_;
  SignedRequest request_;
  PublicKey server_;
  unsigned status_;
  bool is_events_;
  BodyHash hash_;
  SignedEventStream events_;
  std::vector<Header> trailer_;
};

/// The verdict on a body that was read as a whole, wherever its signature is; takes the last event
/// off a stream of events.
ResponseVerdict judge(const SignedRequest& request, const PublicKey& server, int status,
                      const std::vector<Header>& headers, const std::vector<Header>& trailer,
                      std::string& body) {
  const auto code = static_cast<unsigned>(status);
  const Bytes32 digest = BodyHash::of(body);
  std::vector<HeaderView> fields = views_of(headers);
  for (const Header& h : trailer) fields.push_back({h.name, h.value});
  const ResponseVerdict verdict = check_response(request, server, code, digest, fields);
  if (verdict != ResponseVerdict::kUnsigned || !is_event_stream(headers)) return verdict;
  SignedEventStream events;
  std::string application = events.add(body);
  const ResponseVerdict last = events.finish(request, server, code);
  if (last != ResponseVerdict::kUnsigned) body = std::move(application);
  return last;
}

SignedAnswer checked(HttpAnswer answer, SignedRequest request, const SignedTarget& target,
                     bool wants_signature) {
  SignedAnswer out;
  out.status = answer.status;
  out.headers = std::move(answer.headers);
  out.body = std::move(answer.body);
  out.timing = answer.timing;
  out.stream = std::move(answer.stream);
  if (!wants_signature) return out;
  if (out.stream) {
    out.stream =
        std::make_unique<CheckedStream>(std::move(out.stream), std::move(request), target.key,
                                        out.status, is_event_stream(out.headers));
  } else {
    out.verdict = judge(request, target.key, out.status, out.headers, answer.trailer, out.body);
  }
  return out;
}

}  // namespace

SignedClient::SignedClient(HttpClient& client, Signer& signer,
                           std::optional<asio::any_io_executor> sign_on)
    : client_(client), signer_(signer), sign_on_(std::move(sign_on)) {}

awaitable<absl::StatusOr<SignedAnswer>> SignedClient::call(SignedTarget target, std::string method,
                                                           std::string path, std::string body,
                                                           SignedCallOptions options) {
  const Clock::time_point deadline = Clock::now() + options.deadline;
  absl::Status last = absl::InvalidArgumentError("SignedClient: the target has no endpoint");
  const Bytes32 digest = BodyHash::of(body);
  for (std::size_t i = 0; i < target.endpoints.size(); ++i) {
    auto sign = [&signer = signer_, method, path, digest, receiver = target.key.bytes,
                 wants = options.wants_signature] {
      return RequestSigner(signer).sign({.method = method,
                                         .target = path,
                                         .body_sha256 = digest,
                                         .receiver = receiver,
                                         .wants_signature = wants});
    };
    auto made = co_await call_on(sign_on_, std::move(sign));
    if (!made.ok()) co_return made.status();
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) co_return absl::DeadlineExceededError("SignedClient: no time is left");

    HttpRequest request;
    request.method = method;
    request.target = path;
    request.headers = made->headers;
    if (!body.empty()) request.headers.push_back({"Content-Type", options.content_type});
    for (const Header& h : options.headers) request.headers.push_back(h);
    const bool is_last = i + 1 == target.endpoints.size();
    request.body = is_last ? std::move(body) : body;
    HttpCallOptions how = options;
    how.deadline = left;
    HttpSent sent = HttpSent::kNothing;
    auto answer = co_await client_.call(target.endpoints[i], std::move(request), how, &sent);
    if (answer.ok()) {
      SignedAnswer out =
          checked(*std::move(answer), *std::move(made), target, options.wants_signature);
      out.endpoint = target.endpoints[i];
      co_return out;
    }
    last = answer.status();
    if (sent != HttpSent::kNothing) break;
  }
  co_return last;
}

}  // namespace yuma
