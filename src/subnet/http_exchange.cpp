// SPDX-License-Identifier: MIT

#include "yuma/subnet/http_exchange.hpp"

#include "absl/strings/str_cat.h"
#include "yuma/net/signed_client.hpp"
#include "yuma/net/signed_service.hpp"

namespace yuma::subnet {

namespace {

constexpr std::string_view kBinary = "application/octet-stream";
// Of one hotkey: a node asks one peer for no more than this at a time.
constexpr std::size_t kMaxOfOne = 8;
constexpr std::size_t kMaxRunning = 256, kMaxWaiting = 256;
constexpr RateLimit kPerHotkey{200, 400};

Bytes bytes_from(const std::string& text) {
  const ByteView bytes = bytes_of(text);
  return {bytes.begin(), bytes.end()};
}

class HttpExchange final : public ExchangeTransport {
 public:
  explicit HttpExchange(SignedClient& client) : client_(client) {}

  asio::awaitable<absl::StatusOr<ExchangeAnswer>> call(ExchangeTarget target,
                                                       ExchangeRequest request,
                                                       ExchangeLimits limits) override {
    SignedTarget to{target.hotkey, std::move(target.endpoints)};
    SignedCallOptions options;
    options.deadline = limits.deadline;
    options.max_body = limits.max_body;
    std::string body(text_of(request.body));
    auto answer =
        co_await client_.call(std::move(to), std::move(request.method), std::move(request.target),
                              std::move(body), std::move(options));
    if (!answer.ok()) co_return answer.status();
    ExchangeAnswer out;
    out.status = answer->status;
    out.body = bytes_from(answer->body);
    co_return out;
  }

 private:
  SignedClient& client_;
};

HttpResponse response_of(ExchangeAnswer answer) {
  HttpResponse out;
  out.status = answer.status;
  out.body = std::string(text_of(answer.body));
  const std::string_view type = answer.status == 200 ? kBinary : "application/json";
  out.headers.push_back({"Content-Type", std::string(type)});
  if (answer.retry_after > 0) {
    out.headers.push_back({"Retry-After", absl::StrCat(answer.retry_after)});
  }
  return out;
}

asio::awaitable<HttpResponse> answer_call(ExchangeHandler handler, SignedCall call) {
  ExchangeRequest request;
  request.method = call.request.method;
  request.target = call.request.target;
  request.body = bytes_from(call.request.body);
  const PublicKey caller = call.caller.caller;
  ExchangeAnswer answer = co_await handler(caller, std::move(request));
  co_return response_of(std::move(answer));
}

}  // namespace

std::unique_ptr<ExchangeTransport> http_exchange(SignedClient& client) {
  return std::make_unique<HttpExchange>(client);
}

absl::Status add_exchange_routes(SignedService& service, Node& node) {
  return add_exchange_routes(service, node.members(),
                             [&node](PublicKey caller, ExchangeRequest request) {
                               return node.answer(caller, std::move(request));
                             });
}

absl::Status add_exchange_routes(SignedService& service, const HotkeyPolicy& members,
                                 const ExchangeHandler& handler) {
  struct Route {
    std::string_view method, path;
    bool prefix;
    std::size_t max_body;
  };
  constexpr Route kRoutes[] = {
      {"POST", kObjectsPath, false, kMaxBatchBytes},
      {"POST", kPullPath, false, kMaxPullBytes},
      {"GET", kObjectPath, true, 0},
      {"GET", kStatusPath, false, 0},
      {"GET", kSealPath, true, 0},
      {"GET", kAddressesPath, false, 0},
  };
  for (const Route& route : kRoutes) {
    SignedRoute out;
    out.method = std::string(route.method);
    out.path = std::string(route.path);
    out.prefix = route.prefix;
    out.max_body = route.max_body;
    out.per_hotkey = kPerHotkey;
    out.policy = members;
    out.max_running = kMaxRunning;
    out.max_waiting = kMaxWaiting;
    out.max_per_hotkey = kMaxOfOne;

    out.handler = [handler](SignedCall call) { return answer_call(handler, std::move(call)); };
    if (absl::Status added = service.add(std::move(out)); !added.ok()) return added;
  }
  return absl::OkStatus();
}

}  // namespace yuma::subnet
