// SPDX-License-Identifier: MIT

#include "yuma/net/http.hpp"

#include <array>
#include <boost/beast/http/status.hpp>

#include "yuma/wire/auth_refusal.hpp"

namespace yuma {

namespace {

/// Pieces that are there already.
class ReadyStream final : public HttpStream {
 public:
  ReadyStream(std::vector<std::string> pieces, std::vector<Header> trailer)
      : pieces_(std::move(pieces)), trailer_(std::move(trailer)) {}

  asio::awaitable<absl::StatusOr<std::string>> next() override {
    while (at_ < pieces_.size()) {
      std::string piece = std::move(pieces_[at_++]);
      if (!piece.empty()) co_return piece;
    }
    co_return std::string();
  }
  std::vector<Header> trailer() override { return trailer_; }

 private:
  std::vector<std::string> pieces_;
  std::vector<Header> trailer_;
  std::size_t at_ = 0;
};

}  // namespace

HttpResponse text_response(int status, std::string text, std::string_view type) {
  HttpResponse out;
  out.status = status;
  out.headers.push_back({"Content-Type", std::string(type)});
  out.body = std::move(text);
  return out;
}

HttpResponse json_response(int status, std::string text) {
  return text_response(status, std::move(text), "application/json");
}

HttpResponse refusal(int status, std::string_view detail, int retry_after_seconds) {
  HttpResponse out = json_response(status, refusal_body(detail));
  if (retry_after_seconds > 0) {
    out.headers.push_back({"Retry-After", std::to_string(retry_after_seconds)});
  }
  return out;
}

std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name) {
  for (const Header& h : headers) {
    if (same_header(h.name, name)) return h.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> find_header(HeaderList headers, std::string_view name) {
  for (const HeaderView& h : headers) {
    if (same_header(h.name, name)) return h.value;
  }
  return std::nullopt;
}

bool is_hop_header(std::string_view name) {
  constexpr std::array<std::string_view, 9> kNames = {
      "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Trailer", "TE", "Upgrade",
      "Expect",     "Date"};
  for (const std::string_view hop : kNames) {
    if (same_header(name, hop)) return true;
  }
  constexpr std::string_view kProxy = "Proxy-";
  return same_header(name.substr(0, kProxy.size()), kProxy);
}

std::string_view status_phrase(int status) {
  namespace http = boost::beast::http;
  const auto known = http::int_to_status(static_cast<unsigned>(status));
  if (known == http::status::unknown) return "";
  const auto phrase = http::obsolete_reason(known);
  return {phrase.data(), phrase.size()};
}

std::unique_ptr<HttpStream> stream_of(std::vector<std::string> pieces,
                                      std::vector<Header> trailer) {
  return std::make_unique<ReadyStream>(std::move(pieces), std::move(trailer));
}

asio::awaitable<absl::StatusOr<std::string>> read_all(HttpStream& stream, std::size_t max_body) {
  std::string out;
  for (;;) {
    absl::StatusOr<std::string> piece = co_await stream.next();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) co_return out;
    if (piece->size() > max_body - out.size()) {
      co_return absl::ResourceExhaustedError("read_all: the stream is longer than allowed");
    }
    out.append(*piece);
  }
}

}  // namespace yuma
