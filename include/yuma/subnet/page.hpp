// SPDX-License-Identifier: MIT
#pragma once

// The page of a node: what an operator opens in a browser, what Prometheus scrapes, what a
// supervisor asks. It goes on a listener of its own, 127.0.0.1 unless somebody wants it otherwise,
// answers GET and HEAD only, and shows nothing that is not sealed yet.
//
//   /            one HTML file with its own style and script; nothing is loaded from elsewhere
//   /v1/state    what the page shows, as JSON
//   /v1/history  incentive and dividends of the last epochs, as JSON
//   /metrics     for Prometheus
//   /healthz     200 while the process answers
//   /readyz      200 while the node does what it is there for; else 503 and the reasons
//
// A page of somebody else's in the same browser could ask 127.0.0.1 under a foreign name, so a
// request for a Host that is no address, not localhost and not allowed by name is refused.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yuma/subnet/copiers.hpp"
#include "yuma/subnet/node_view.hpp"

namespace yuma::subnet {

struct ValidatorView;

/// All that the page shows at one moment.
struct PageState {
  std::string version;           ///< of the program
  std::uint64_t started_ms = 0;  ///< Unix time
  std::shared_ptr<const NodeView> node;
  std::shared_ptr<const ValidatorView> work;  ///< null where the node does not validate
  /// Further numbers for /metrics: name without "yuma_", value. Names that end in "_total" count.
  std::vector<std::pair<std::string, double>> metrics;
};

/// The epochs that the page shows: the newest kEpochs that this process has seen sealed.
class PageHistory {
 public:
  static constexpr std::size_t kEpochs = 120;

  /// In order; one that does not follow the newest starts the history anew.
  void add(std::shared_ptr<const SealedEpoch> epoch);

  /// What is kept of an epoch.
  struct Epoch {
    std::uint64_t epoch = 0, block = 0, unix_ms = 0;
    Bytes32 block_id{}, state_root{};
    std::vector<std::uint16_t> voters;
    std::uint64_t power_voted = 0, power_all = 0;
    std::size_t commits = 0, vectors = 0, faults = 0, amendments = 0;
    std::vector<std::uint16_t> incentive, dividends;  ///< of 65,535, by uid
    std::vector<std::uint64_t> emission;              ///< rao, by uid
  };
  const std::deque<Epoch>& epochs() const { return epochs_; }
  const std::vector<Copier>& copiers() const { return copiers_; }
  /// The newest, whole; null before the first.
  const std::shared_ptr<const SealedEpoch>& last() const { return last_; }

 private:
  std::deque<Epoch> epochs_;
  std::vector<SealedRows> rows_;  // the newest kCopierWindow
  std::vector<Copier> copiers_;
  std::shared_ptr<const SealedEpoch> last_;
};

/// An answer of the page.
struct PageAnswer {
  int status = 200;
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  ///< Content-Type among them
};

/// Answers a request. `host` is the Host field of it, `hosts` the names allowed besides addresses
/// and localhost. For HEAD the body is that of GET: the server leaves it out.
PageAnswer page_answer(std::string_view method, std::string_view target, std::string_view host,
                       const PageState& state, const PageHistory& history,
                       const std::vector<std::string>& hosts = {});

/// The documents one by one.
std::string_view page_html();
std::string page_state_json(const PageState& state, const PageHistory& history);
std::string page_history_json(const PageHistory& history);
std::string page_metrics(const PageState& state, const PageHistory& history);

}  // namespace yuma::subnet
