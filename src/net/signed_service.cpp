// SPDX-License-Identifier: MIT

#include "yuma/net/signed_service.hpp"

#include <utility>

#include "net/route_table.hpp"
#include "net/sign_on.hpp"
#include "net/signature_batch.hpp"

namespace yuma {

namespace {

using asio::awaitable;
using http::Route;
using Clock = std::chrono::steady_clock;

constexpr int kNotFound = 404, kWrongMethod = 405, kTooMany = 429, kUnavailable = 503;

bool is_event_stream(const HttpResponse& response) {
  const auto type = find_header(response.headers, "Content-Type");
  constexpr std::string_view kEvents = "text/event-stream";
  return type && same_header(type->substr(0, kEvents.size()), kEvents);
}

HttpRequest copy_of(const HttpHead& head) {
  HttpRequest out;
  out.method = head.method;
  out.target = head.target;
  out.headers.reserve(head.headers.size());
  for (const HeaderView& h : head.headers) {
    out.headers.push_back({std::string(h.name), std::string(h.value)});
  }
  return out;
}

/// Whose answers are signed, and where.
struct AnswerSigner {
  Signer* signer = nullptr;
  std::optional<asio::any_io_executor> executor;
  std::shared_ptr<void> keeps;  // whose counter this is
  std::uint64_t* count = nullptr;

  awaitable<absl::StatusOr<std::vector<Header>>> headers(std::shared_ptr<AuthenticRequest> request,
                                                         int status, Bytes32 digest) const {
    ++*count;
    auto sign = [used = signer, request, status, digest] {
      return sign_response(*used, *request, static_cast<unsigned>(status), digest);
    };
    auto out = co_await call_on(executor, std::move(sign));
    co_return out;
  }
  awaitable<absl::StatusOr<std::string>> event(std::shared_ptr<AuthenticRequest> request,
                                               int status, Bytes32 digest) const {
    ++*count;
    auto sign = [used = signer, request, status, digest] {
      return signature_event(*used, *request, static_cast<unsigned>(status), digest);
    };
    auto out = co_await call_on(executor, std::move(sign));
    co_return out;
  }
};

/// A handler's stream with the place that it holds, signed at its end where that is wanted.
class RouteStream final : public HttpStream {
 public:
  RouteStream(std::unique_ptr<HttpStream> inner, std::optional<Route::Place> place)
      : inner_(std::move(inner)), place_(std::move(place)) {}

  void sign(AnswerSigner signer, std::shared_ptr<AuthenticRequest> request, int status,
            bool events) {
    signer_ = std::move(signer);
    request_ = std::move(request);
    status_ = status;
    events_ = events;
  }

  awaitable<absl::StatusOr<std::string>> next() override {
    if (ended_) co_return std::string();
    absl::StatusOr<std::string> piece = co_await inner_->next();
    if (!piece.ok()) co_return piece;
    if (piece->empty()) {
      ended_ = true;
      trailer_ = inner_->trailer();
      if (!request_) co_return std::string();
      if (events_) {
        auto last = co_await last_event();
        co_return last;
      }
      auto headers = co_await signer_.headers(request_, status_, hash_.digest());
      if (!headers.ok()) co_return headers.status();
      for (Header& h : *headers) trailer_.push_back(std::move(h));
      co_return std::string();
    }
    if (request_) {
      hash_.add(*piece);
      line_ended_ = piece->back() == '\n';
    }
    co_return piece;
  }

  std::vector<Header> trailer() override { return std::move(trailer_); }

 private:
  /// The signature as an event of its own, after whole lines.
  awaitable<absl::StatusOr<std::string>> last_event() {
    std::string out;
    if (!line_ended_) {
      out = "\n\n";
      hash_.add(out);
    }
    auto event = co_await signer_.event(request_, status_, hash_.digest());
    if (!event.ok()) co_return event.status();
    co_return out + *event;
  }

  std::unique_ptr<HttpStream> inner_;
  std::optional<Route::Place> place_;
  AnswerSigner signer_;
  std::shared_ptr<AuthenticRequest> request_;
  int status_ = 0;
  bool events_ = false, ended_ = false, line_ended_ = true;
  BodyHash hash_;
  std::vector<Header> trailer_;
};

}  // namespace

struct SignedService::Impl : std::enable_shared_from_this<Impl> {
  class Transaction;

  Impl(asio::any_io_executor runs, SignedServiceOptions given)
      : executor(std::move(runs)), options(std::move(given)) {}

  HttpBegin begin(const HttpHead& head, const HttpPeer& peer);
  HttpResponse refuse(const AuthRefusal& why, const HttpPeer& peer);
  HttpResponse refuse_rate();
  awaitable<HttpResponse> answer_open(std::shared_ptr<Route> route, HttpRequest request,
                                      HttpPeer peer, std::string body);
  awaitable<HttpResponse> answer(std::shared_ptr<Route> route, PendingRequest pending,
                                 HttpRequest request, HttpPeer peer, std::string body);
  awaitable<OrRefusal<AuthenticRequest>> check(PendingRequest pending, const HttpPeer& peer,
                                               const std::string& body);
  awaitable<HttpResponse> run(std::shared_ptr<Route> route, SignedCall call);
  awaitable<HttpResponse> signed_answer(HttpResponse response,
                                        std::shared_ptr<AuthenticRequest> request, bool is_head);

  asio::any_io_executor executor;
  SignedServiceOptions options;
  http::RouteTable routes;
  std::optional<RequestVerifier> verifier;
  std::optional<SignatureBatch> batch;
  SignedCounters counters;
};

/// A request whose head is good; open, or with a signature to check.
class SignedService::Impl::Transaction final : public HttpTransaction {
 public:
  Transaction(std::shared_ptr<Impl> impl, std::shared_ptr<Route> route,
              std::optional<PendingRequest> pending, HttpRequest request, const HttpPeer& peer)
      : impl_(std::move(impl)),
        route_(std::move(route)),
        pending_(std::move(pending)),
        request_(std::move(request)),
        peer_(peer) {}

  std::size_t body_limit() const override { return route_->route.max_body; }

  awaitable<HttpResponse> answer(std::string body) override {
    if (!pending_) {
      return impl_->answer_open(std::move(route_), std::move(request_), peer_, std::move(body));
    }
    return impl_->answer(std::move(route_), *std::move(pending_), std::move(request_), peer_,
                         std::move(body));
  }

 private:
  std::shared_ptr<Impl> impl_;
  std::shared_ptr<Route> route_;
  std::optional<PendingRequest> pending_;
  HttpRequest request_;
  HttpPeer peer_;
};

HttpResponse SignedService::Impl::refuse(const AuthRefusal& why, const HttpPeer& peer) {
  ++counters.refused[static_cast<std::size_t>(why.reason)];
  if (options.admission && why.reason != AuthReason::kTooManyRequests) {
    options.admission->failed(peer.address, Clock::now());
  }
  return refusal(why.status, why.detail);
}

HttpResponse SignedService::Impl::refuse_rate() {
  ++counters.over_rate;
  return refusal(kTooMany, "this hotkey asks more often than it may", 1);
}

HttpBegin SignedService::Impl::begin(const HttpHead& head, const HttpPeer& peer) {
  bool other_method = false;
  const std::shared_ptr<Route>* found = routes.find(head.method, head.target, other_method);
  if (found == nullptr) {
    ++counters.no_route;
    if (options.admission) options.admission->failed(peer.address, Clock::now());
    return other_method ? refusal(kWrongMethod, "this path takes another method")
                        : refusal(kNotFound, "nothing is here");
  }
  const std::shared_ptr<Route>& route = *found;
  std::optional<PendingRequest> pending;
  if (!route->route.open) {
    auto begun = verifier->begin(head.method, head.target, head.headers, options.unix_ns());
    if (!begun.ok()) return refuse(begun.refusal(), peer);
    const AccountId& hotkey = begun->claimed_hotkey();
    if (route->route.policy) {
      if (auto why = route->route.policy(hotkey)) {
        ++counters.refused[static_cast<std::size_t>(AuthReason::kPolicyRefusal)];
        return refusal(why->status, why->detail);
      }
    }
    if (!route->rates.has_token(hotkey, Clock::now())) return refuse_rate();
    pending = *std::move(begun);
  }
  return std::make_unique<Transaction>(shared_from_this(), route, std::move(pending), copy_of(head),
                                       peer);
}

awaitable<HttpResponse> SignedService::Impl::answer_open(std::shared_ptr<Route> route,
                                                         HttpRequest request, HttpPeer peer,
                                                         std::string body) {
  SignedCall call;
  call.request = std::move(request);
  call.peer = peer;
  call.received = Clock::now();
  call.request.body = std::move(body);
  HttpResponse response = co_await run(std::move(route), std::move(call));
  co_return response;
}

awaitable<OrRefusal<AuthenticRequest>> SignedService::Impl::check(PendingRequest pending,
                                                                  const HttpPeer& peer,
                                                                  const std::string& body) {
  ReceivedRequest received = {std::move(pending), BodyHash::of(body)};
  // One wrong signature makes a whole batch dear, so who sent such is not let in.
  const bool alone = options.admission && options.admission->suspect(peer.address, Clock::now());
  if (alone) {
    co_return verifier->finish(std::move(received.request), received.body_sha256,
                               options.unix_ns());
  }
  auto verdict = co_await batch->check(std::move(received));
  co_return verdict;
}

awaitable<HttpResponse> SignedService::Impl::answer(std::shared_ptr<Route> route,
                                                    PendingRequest pending, HttpRequest request,
                                                    HttpPeer peer, std::string body) {
  const auto self = shared_from_this();
  const auto received = Clock::now();
  const bool is_head = request.method == "HEAD";
  auto verdict = co_await check(std::move(pending), peer, body);
  if (!verdict.ok()) co_return refuse(verdict.refusal(), peer);
  const AccountId hotkey = verdict->hotkey();

  std::shared_ptr<AuthenticRequest> for_signature;
  if (verdict->wants_signature) for_signature = std::make_shared<AuthenticRequest>(*verdict);
  HttpResponse response;
  std::optional<PolicyRefusal> objection;
  if (route->route.policy) objection = route->route.policy(hotkey);
  if (objection) {
    ++counters.refused[static_cast<std::size_t>(AuthReason::kPolicyRefusal)];
    response = refusal(objection->status, objection->detail);
  } else if (!route->rates.take(hotkey, received)) {
    response = refuse_rate();
  } else {
    ++counters.taken;
    SignedCall call{.caller = *std::move(verdict),
                    .request = std::move(request),
                    .peer = peer,
                    .received = received};
    call.request.body = std::move(body);
    response = co_await run(std::move(route), std::move(call));
  }
  if (!for_signature) co_return response;
  HttpResponse out = co_await signed_answer(std::move(response), std::move(for_signature), is_head);
  co_return out;
}

/// The handler, once there is a place for the call.
awaitable<HttpResponse> SignedService::Impl::run(std::shared_ptr<Route> route, SignedCall call) {
  const AccountId hotkey = call.caller.hotkey();
  if (!route->has_room()) {
    ++counters.over_capacity;
    co_return refusal(kUnavailable, "this server is busy", 1);
  }
  if (!route->has_room_for(hotkey)) {
    ++counters.over_capacity;
    co_return refusal(kTooMany, "this hotkey has as many requests under way as it may", 1);
  }
  Route::Place place(route, hotkey);
  co_await place.wait(executor);
  HttpResponse response = co_await route->route.handler(std::move(call));
  if (response.stream) {
    std::optional<Route::Place> held(std::move(place));
    response.stream = std::make_unique<RouteStream>(std::move(response.stream), std::move(held));
  }
  co_return response;
}

awaitable<HttpResponse> SignedService::Impl::signed_answer(
    HttpResponse response, std::shared_ptr<AuthenticRequest> request, bool is_head) {
  AnswerSigner signer = {.signer = options.signer,
                         .executor = options.sign_on,
                         .keeps = shared_from_this(),
                         .count = &counters.signed_answers};
  if (response.stream && !is_head) {
    auto& stream = static_cast<RouteStream&>(*response.stream);
    const bool events = is_event_stream(response);
    if (!events) {
      response.headers.push_back({"Trailer", std::string(kResponseSignatureHeader) + ", " +
                                                 std::string(kResponseCryptoHeader)});
    }
    stream.sign(std::move(signer), std::move(request), response.status, events);
    co_return response;
  }
  const Bytes32 digest = BodyHash::of(is_head ? std::string_view() : response.body);
  auto headers = co_await signer.headers(std::move(request), response.status, digest);
  if (!headers.ok()) {
    co_return refusal(kUnavailable, "the signer of this server cannot be reached", 1);
  }
  for (Header& h : *headers) response.headers.push_back(std::move(h));
  co_return response;
}

SignedService::SignedService(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
SignedService::~SignedService() = default;

absl::StatusOr<std::shared_ptr<SignedService>> SignedService::make(asio::any_io_executor executor,
                                                                   SignedServiceOptions options) {
  auto impl = std::make_shared<Impl>(executor, std::move(options));
  const SignedServiceOptions& o = impl->options;
  if (o.signer != nullptr) {
    auto window = ReplayWindow::make(o.replay);
    if (!window.ok()) return window.status();
    VerifierOptions rules;
    rules.hotkey = o.signer->public_key().bytes;
    rules.max_age = o.max_age;
    rules.allowed_skew = o.allowed_skew;
    rules.require_receiver = o.require_receiver;
    rules.scheme_of = o.scheme_of;
    rules.started_ns = o.started_ns ? *o.started_ns : o.unix_ns();
    auto verifier = RequestVerifier::make(std::move(rules), *std::move(window));
    if (!verifier.ok()) return verifier.status();
    impl->verifier.emplace(*std::move(verifier));
    impl->batch.emplace(executor, *impl->verifier, o.unix_ns, impl->counters.batches,
                        impl->counters.batched);
  }
  return std::shared_ptr<SignedService>(new SignedService(std::move(impl)));
}

absl::Status SignedService::add(SignedRoute route) {
  if (!route.open && !impl_->verifier) {
    return absl::InvalidArgumentError(
        "SignedService::add: without a signer there are open routes only");
  }
  return impl_->routes.add(std::move(route));
}

HttpBegin SignedService::begin(const HttpHead& head, const HttpPeer& peer) {
  return impl_->begin(head, peer);
}

const SignedCounters& SignedService::counters() const { return impl_->counters; }

}  // namespace yuma
