// SPDX-License-Identifier: MIT
#pragma once

// The page of a running node, for a listener of its own (page.hpp says what is on it).

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "yuma/net/http_server.hpp"
#include "yuma/subnet/node.hpp"
#include "yuma/subnet/page.hpp"

namespace yuma::subnet {

struct PageOptions {
  std::string version;             ///< of the program, as shown
  std::vector<std::string> hosts;  ///< names under which it may be asked for
  /// What this node's rounds made of its miners; unset where it does not validate.
  std::function<std::shared_ptr<const ValidatorView>()> work;
  /// Further numbers for /metrics, as PageState::metrics.
  std::function<std::vector<std::pair<std::string, double>>()> metrics;
};

/// `node` has to live longer. Make it before the node starts: it shows the epochs that are sealed
/// from then on.
std::shared_ptr<HttpService> make_page_service(Node& node, PageOptions options);

/// The counters of a server under names for /metrics: "http_requests_total" for the prefix "http".
std::vector<std::pair<std::string, double>> http_metrics(const std::string& prefix,
                                                         const HttpCounters& counters);

}  // namespace yuma::subnet
