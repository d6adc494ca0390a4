// SPDX-License-Identifier: MIT

#include "yuma/subnet/upstream.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "yuma/net/endpoint.hpp"
#include "yuma/net/http_client.hpp"

namespace yuma::subnet {

namespace {

// What an answer is streamed from; shorter ones with a known length are read, so that they keep
// their Content-Length.
constexpr std::size_t kReadAtOnce = std::size_t{1} << 20;

absl::string_view view(std::string_view text) { return {text.data(), text.size()}; }

/// A name as servers see it that take "_" for "-" (WSGI does), in lower case.
std::string folded(std::string_view name) {
  std::string out = absl::AsciiStrToLower(view(name));
  std::replace(out.begin(), out.end(), '_', '-');
  return out;
}

bool is_ours(std::string_view folded_name) {
  return folded_name.starts_with("x-bittensor-") || folded_name.starts_with("x-yuma-");
}

/// A header that would say who the caller is, if somebody believed it.
bool claims_identity(std::string_view name) {
  const std::string plain = folded(name);
  return plain == "x-yuma-hotkey" || plain == "x-yuma-uid" || plain == "x-yuma-power";
}

/// The names that the headers called Connection list: they end at each hop, too.
std::vector<std::string> connection_names(const std::vector<Header>& headers) {
  std::vector<std::string> out;
  for (const Header& header : headers) {
    if (!same_header(header.name, "Connection")) continue;
    for (const absl::string_view name : absl::StrSplit(header.value, ',')) {
      out.push_back(folded(std::string(absl::StripAsciiWhitespace(name))));
    }
  }
  return out;
}

/// The headers that go on to the next hop.
std::vector<Header> passed_on(const std::vector<Header>& headers) {
  const std::vector<std::string> listed = connection_names(headers);
  std::vector<Header> out;
  for (const Header& header : headers) {
    const std::string plain = folded(header.name);
    const bool ends_here = is_hop_header(header.name) || plain == "host" || is_ours(plain) ||
                           std::find(listed.begin(), listed.end(), plain) != listed.end();
    if (!ends_here) out.push_back(header);
  }
  return out;
}

/// A path that climbs: "..", also written with percent signs.
bool climbs(std::string_view target) {
  const std::string path =
      absl::AsciiStrToLower(view(target.substr(0, std::min(target.find('?'), target.size()))));
  for (const absl::string_view piece : absl::StrSplit(path, absl::ByAnyChar("/\\"))) {
    std::string plain(piece);
    for (std::size_t at; (at = plain.find("%2e")) != std::string::npos;) plain.replace(at, 3, ".");
    if (plain == "..") return true;
  }
  return path.find("%2f") != std::string::npos || path.find("%5c") != std::string::npos;
}

class Upstream final : public MinerHandler {
 public:
  Upstream(HttpClient& client, UpstreamOptions options, LogSink log)
      : client_(client), options_(std::move(options)), log_(std::move(log)) {}

  asio::awaitable<HttpResponse> handle(MinerCall call) override {
    for (const Header& header : call.request.headers) {
      if (!claims_identity(header.name)) continue;
      co_return refusal(400, "X-Yuma-Hotkey, X-Yuma-Uid and X-Yuma-Power are set by the miner");
    }
    const std::string& target = call.request.target;
    if (!target.starts_with('/') || (!options_.prefix.empty() && climbs(target))) {
      co_return refusal(400, "not a path of this miner");
    }
    HttpRequest request;
    request.method = call.request.method;
    request.target = options_.prefix + target;
    request.headers = upstream_headers(call);
    request.body = std::move(call.request.body);
    HttpCallOptions how;
    how.deadline = options_.limit;
    how.max_body = options_.max_body;
    how.stream = true;
    how.stream_idle = options_.idle;
    const Endpoint endpoint = options_.endpoint;
    auto answer = co_await client_.call(endpoint, std::move(request), how);
    if (!answer.ok()) co_return failed(answer.status());
    good();
    co_return co_await response_of(*std::move(answer));
  }

 private:
  /// The answer, read where it is short and complete anyway.
  asio::awaitable<HttpResponse> response_of(HttpAnswer answer) {
    HttpResponse out;
    out.status = answer.status;
    out.headers = passed_on(answer.headers);
    out.body = std::move(answer.body);
    if (!answer.stream) co_return out;
    const auto length = find_header(answer.headers, "Content-Length");
    const auto size = length ? read_decimal(*length) : std::nullopt;
    if (!size || *size > kReadAtOnce) {
      out.stream = std::move(answer.stream);
      co_return out;
    }
    auto body = co_await read_all(*answer.stream, kReadAtOnce);
    if (!body.ok()) co_return failed(body.status());
    out.body = *std::move(body);
    co_return out;
  }

  HttpResponse failed(const absl::Status& status) {
    const bool late = absl::IsDeadlineExceeded(status);
    const bool busy = absl::IsResourceExhausted(status);
    const std::string what = late ? absl::StrCat("took longer than ", options_.limit.count(), " ms")
                             : busy ? "gave an answer that is too long, or has too many callers"
                                    : "does not answer";
    if (log_ && (!down_ || late || busy)) {
      log_({LogLevel::kError,
            "upstream_failed",
            absl::StrCat("the upstream http://", endpoint_text(options_.endpoint), " ", what, ": ",
                         status.message(),
                         late || busy ? "" : ". Is it running? Callers get a 502 until it is"),
            {}});
    }
    down_ = !late && !busy;
    // Where it is stays with us: callers are strangers.
    return refusal(late ? 504 : 502, absl::StrCat("the miner's own server ", what));
  }

  void good() {
    if (down_ && log_) log_({LogLevel::kInfo, "upstream_back", "the upstream answers again", {}});
    down_ = false;
  }

  HttpClient& client_;
  UpstreamOptions options_;
  LogSink log_;
  bool down_ = false;
};

}  // namespace

absl::StatusOr<UpstreamOptions> parse_upstream(std::string_view url) {
  constexpr std::string_view kScheme = "http://";
  if (url.starts_with("https://")) {
    return absl::InvalidArgumentError(
        "an upstream is on this machine or in its own network, without TLS: http://HOST:PORT");
  }
  if (!url.starts_with(kScheme)) {
    return absl::InvalidArgumentError("an upstream is written http://HOST:PORT or with a path");
  }
  url.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(url.find('/'), url.size());
  auto endpoint = parse_endpoint(url.substr(0, slash), std::uint16_t{80});
  if (!endpoint.ok()) return endpoint.status();
  UpstreamOptions out;
  out.endpoint = *std::move(endpoint);
  out.prefix = std::string(url.substr(slash));
  while (out.prefix.ends_with('/')) out.prefix.pop_back();
  if (out.prefix.find_first_of("?#") != std::string::npos) {
    return absl::InvalidArgumentError("an upstream's path has neither ? nor #");
  }
  if (absl::Status status = check_target(out.prefix + "/"); !status.ok()) return status;
  return out;
}

std::vector<Header> upstream_headers(const MinerCall& call) {
  std::vector<Header> out = passed_on(call.request.headers);
  out.push_back({"X-Yuma-Hotkey", call.caller.address()});
  if (call.uid) out.push_back({"X-Yuma-Uid", absl::StrCat(*call.uid)});
  out.push_back({"X-Yuma-Power", absl::StrCat(call.power)});
  return out;
}

std::unique_ptr<MinerHandler> make_upstream(HttpClient& client, UpstreamOptions options,
                                            LogSink log) {
  return std::make_unique<Upstream>(client, std::move(options), std::move(log));
}

}  // namespace yuma::subnet
