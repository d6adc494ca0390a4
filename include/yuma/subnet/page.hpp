// SPDX-License-Identifier: MIT
#pragma once

// The page of a node: what an operator opens in a browser, what Prometheus scrapes, what a
// supervisor asks. It goes on a listener of its own, 127.0.0.1 unless somebody wants it otherwise,
// answers GET and HEAD only, and shows nothing that is not sealed yet.
//
//   /            one HTML file with its own style and script; nothing is loaded from elsewhere
//   /v1/state    what the page shows, as JSON
//   /metrics     for Prometheus
//   /healthz     200 while the process answers and its agreement goes on
//   /readyz      200 while the node takes part; 503 with the reason otherwise
//
// A page in a browser could be tricked into asking 127.0.0.1 under a foreign name, so requests for
// a Host that is no address, not localhost and not on a list are refused.

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "yuma/replica/apply.hpp"
#include "yuma/subnet/copiers.hpp"

namespace yuma {

/// One sealed epoch, as the page shows it.
struct PageEpoch {
  std::uint64_t epoch = 0, block = 0;
  std::int64_t sealed_ms = 0;  ///< Unix time at which this node sealed it; 0: before it started
  Bytes32 block_id{}, state_root{};
  std::vector<std::uint16_t> voters;  ///< uids
  std::uint64_t power_voted = 0, power_all = 0;
  std::uint32_t commits = 0, vectors = 0, faults = 0, amendments = 0;
  std::vector<std::uint16_t> incentive, dividends;  ///< of 65,535, by uid
  std::vector<std::uint64_t> emission;              ///< rao, by uid
};

/// A peer as this node sees it.
struct PagePeer {
  std::uint16_t uid = 0;
  std::string endpoint;        ///< "host:port"; empty: no address known
  std::int64_t seen_ms = 0;    ///< Unix time of its last answer; 0: never
  std::uint64_t epoch = 0;     ///< its last sealed one, as it says
  std::int64_t behind_ms = 0;  ///< its clock less this node's
  std::string trouble;         ///< why it did not answer the last time; empty: it did
};

struct PageNotice {
  std::int64_t at_ms = 0;  ///< Unix time
  std::string text;
};

/// All that the page shows at one moment.
struct PageState {
  std::string version;               ///< of the program
  std::string role;                  ///< "validator", "miner" or "follower"
  std::optional<std::uint16_t> uid;  ///< of this node's hotkey
  PublicKey hotkey;
  std::int64_t now_ms = 0, started_ms = 0;
  std::shared_ptr<const SealedState> sealed;
  bool healthy = false, ready = false;
  std::string why_not;  ///< where it is not ready, or not healthy
  std::uint64_t clock_block = 0;
  std::int64_t due_ms = 0;  ///< Unix time at which the epoch under way is due
  std::vector<PagePeer> peers;
  std::vector<std::pair<std::string, std::uint64_t>> refusals;  ///< reason, how often
  std::vector<PageNotice> notices;                              ///< oldest first
  /// Numbers for /metrics alone: name without "yuma_", value. Names that end in "_total" count.
  std::vector<std::pair<std::string, double>> metrics;
};

/// Keeps what the page shows of past epochs: the newest kEpochs.
class PageHistory {
 public:
  static constexpr std::size_t kEpochs = 120;

  /// The epoch that led from one state to the next, in order. One that does not follow the newest
  /// starts the history anew.
  void add(const State& before, const SealedState& after, const EpochResult& terms,
           const BlockBody& block, const std::vector<std::uint16_t>& voters,
           std::int64_t sealed_ms);

  const std::deque<PageEpoch>& epochs() const { return epochs_; }
  const std::vector<Copier>& copiers() const { return copiers_; }
  /// What the newest epoch gave each uid.
  const EpochResult& terms() const { return terms_; }

 private:
  std::deque<PageEpoch> epochs_;
  std::vector<SealedRows> rows_;  ///< the newest kCopierWindow
  std::vector<Copier> copiers_;
  EpochResult terms_;
};

/// An answer of the page.
struct PageAnswer {
  int status = 200;
  std::string type;  ///< Content-Type
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// Answers a request: pure, given the state. `host` is the Host field of the request, `hosts` names
/// that are allowed besides addresses and localhost.
PageAnswer page_answer(std::string_view method, std::string_view target, std::string_view host,
                       const PageState& state, const PageHistory& history,
                       const std::vector<std::string>& hosts = {});

/// The two documents, for tests and for those who want them elsewhere.
std::string page_json(const PageState& state, const PageHistory& history);
std::string page_metrics(const PageState& state, const PageHistory& history);

}  // namespace yuma
