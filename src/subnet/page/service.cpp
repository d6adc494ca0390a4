// SPDX-License-Identifier: MIT

#include "yuma/subnet/page_service.hpp"

#include <utility>

namespace yuma::subnet {

namespace {

class PageService final : public HttpService {
 public:
  PageService(Node& node, PageOptions options)
      : node_(node), options_(std::move(options)), started_ms_(node.unix_ms()) {
    seals_ = node.on_sealed([this](const auto& epoch) { history_.add(epoch); });
  }

  HttpBegin begin(const HttpHead& head, const HttpPeer& /*peer*/) override {
    PageState state{options_.version, started_ms_, node_.view(), {}, {}};
    if (options_.work) state.work = options_.work();
    if (options_.metrics) state.metrics = options_.metrics();
    const auto host = find_header(head.headers, "Host");
    PageAnswer answer =
        page_answer(head.method, head.target, host.value_or(""), state, history_, options_.hosts);
    HttpResponse out;
    out.status = answer.status;
    out.body = std::move(answer.body);
    for (auto& [name, value] : answer.headers) {
      out.headers.push_back({std::move(name), std::move(value)});
    }
    return out;
  }

 private:
  Node& node_;
  PageOptions options_;
  std::uint64_t started_ms_;
  PageHistory history_;
  Node::Subscription seals_;
};

}  // namespace

std::shared_ptr<HttpService> make_page_service(Node& node, PageOptions options) {
  return std::make_shared<PageService>(node, std::move(options));
}

std::vector<std::pair<std::string, double>> http_metrics(const std::string& prefix,
                                                         const HttpCounters& counters) {
  std::vector<std::pair<std::string, double>> out;
  const auto add = [&](const char* name, std::uint64_t value) {
    out.emplace_back(prefix + "_" + name, static_cast<double>(value));
  };
  add("open_connections", counters.open);
  add("connections_total", counters.connections);
  add("connections_refused_total", counters.refused_full + counters.refused_address);
  add("requests_total", counters.requests);
  add("requests_limited_total", counters.limited);
  add("requests_malformed_total", counters.malformed);
  add("answers_2xx_total", counters.answered[2]);
  add("answers_4xx_total", counters.answered[4]);
  add("answers_5xx_total", counters.answered[5]);
  add("slow_clients_total", counters.slow_header + counters.slow_body + counters.slow_reader);
  add("slow_handlers_total", counters.slow_handler);
  add("received_bytes_total", counters.bytes_in);
  add("sent_bytes_total", counters.bytes_out);
  return out;
}

}  // namespace yuma::subnet
