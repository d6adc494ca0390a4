// SPDX-License-Identifier: MIT

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "yuma/identity/hash.hpp"
#include "yuma/subnet/page.hpp"

namespace yuma::subnet {

namespace {

/// The source of an inline element as a content security policy names it.
std::string source_of(std::string_view html, std::string_view open, std::string_view close) {
  const std::size_t begin = html.find(open) + open.size();
  const std::string_view text = html.substr(begin, html.find(close, begin) - begin);
  const Bytes32 hash = sha256({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return absl::StrCat("'sha256-",
                      absl::Base64Escape({reinterpret_cast<const char*>(hash.data()), hash.size()}),
                      "'");
}

/// Only what is in the file may run or dress it, and it may only ask its own server.
const std::string& policy() {
  static const std::string text = absl::StrCat(
      "default-src 'none'; script-src ", source_of(page_html(), "<script>", "</script>"),
      "; style-src ", source_of(page_html(), "<style>", "</style>"),
      "; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return text;
}

PageAnswer answer(int status, std::string type, std::string body) {
  PageAnswer out{status, std::move(body), {}};
  out.headers = {{"Content-Type", std::move(type)},
                 {"Cache-Control", "no-store"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Referrer-Policy", "no-referrer"}};
  return out;
}

PageAnswer plain(int status, std::string text) {
  return answer(status, "text/plain; charset=utf-8", absl::StrCat(text, "\n"));
}

bool is_address(std::string_view host) {
  if (!host.empty() && host.front() == '[') return true;  // of IPv6, which no name looks like
  const bool digits = std::all_of(host.begin(), host.end(),
                                  [](unsigned char c) { return std::isdigit(c) != 0 || c == '.'; });
  return digits && std::count(host.begin(), host.end(), '.') == 3;
}

/// "name:port" without the port.
std::string_view without_port(std::string_view host) {
  const std::size_t colon = host.rfind(':');
  const std::size_t bracket = host.rfind(']');
  if (colon == std::string_view::npos) return host;
  if (bracket != std::string_view::npos && bracket > colon) return host;
  return host.substr(0, colon);
}

bool is_allowed(std::string_view host, const std::vector<std::string>& hosts) {
  const std::string_view name = without_port(host);
  return is_address(name) || name == "localhost" ||
         std::find(hosts.begin(), hosts.end(), name) != hosts.end();
}

PageAnswer ready(const PageState& state) {
  const NodeHealth& health = state.node->health;
  const std::string problems = absl::StrJoin(health.problems, "\n");
  if (health.ready)
    return plain(200, problems.empty() ? "ready" : absl::StrCat("ready\n", problems));
  return plain(503, problems.empty() ? "not ready yet" : problems);
}

}  // namespace

PageAnswer page_answer(std::string_view method, std::string_view target, std::string_view host,
                       const PageState& state, const PageHistory& history,
                       const std::vector<std::string>& hosts) {
  if (method != "GET" && method != "HEAD") {
    PageAnswer out = plain(405, "this listener answers GET and HEAD only");
    out.headers.emplace_back("Allow", "GET, HEAD");
    return out;
  }
  if (!is_allowed(host, hosts)) {
    return plain(421, "this name is not known here: use the address, or allow it with --page-host");
  }
  const std::string_view path = target.substr(0, target.find('?'));
  if (path == "/") {
    PageAnswer out = answer(200, "text/html; charset=utf-8", std::string(page_html()));
    out.headers.emplace_back("Content-Security-Policy", policy());
    return out;
  }
  if (path == "/v1/state") {
    return answer(200, "application/json", page_state_json(state, history));
  }
  if (path == "/v1/history") return answer(200, "application/json", page_history_json(history));
  if (path == "/metrics") {
    return answer(200, "text/plain; version=0.0.4; charset=utf-8", page_metrics(state, history));
  }
  if (path == "/healthz") return plain(200, "ok");
  if (path == "/readyz") return ready(state);
  return plain(404, "not here: /, /v1/state, /v1/history, /metrics, /healthz and /readyz are");
}

}  // namespace yuma::subnet
