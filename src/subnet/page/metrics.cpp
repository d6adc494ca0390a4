// SPDX-License-Identifier: MIT

// For Prometheus, in its text format 0.0.4.

#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "yuma/subnet/page.hpp"
#include "yuma/subnet/validator.hpp"

namespace yuma::subnet {

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// A value of a label: a backslash, a quote and a line feed must not end it.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    out += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return out + '"';
}

class Metrics {
 public:
  /// What the next add() of this name means, in a few words.
  void about(const std::string& name, const char* help) {
    if (!known_.insert(name).second) return;
    const bool counts = name.size() > 6 && name.compare(name.size() - 6, 6, "_total") == 0;
    absl::StrAppend(&text_, "# HELP yuma_", name, " ", help, "\n# TYPE yuma_", name,
                    counts ? " counter\n" : " gauge\n");
  }
  void add(const std::string& name, double value, const Labels& labels = {}) {
    absl::StrAppend(&text_, "yuma_", name);
    const char* before = "{";
    for (const auto& [key, text] : labels) {
      absl::StrAppend(&text_, before, key, "=", quoted(text));
      before = ",";
    }
    if (!labels.empty()) text_ += '}';
    const bool whole = std::isfinite(value) && value == std::floor(value) && std::abs(value) < 9e15;
    text_ += whole ? absl::StrFormat(" %.0f\n", value) : absl::StrFormat(" %.9g\n", value);
  }
  void one(const std::string& name, const char* help, double value) {
    about(name, help);
    add(name, value);
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
  std::set<std::string> known_;
};

template <class T>
double real(T value) {
  return static_cast<double>(value);
}

constexpr double kRaoPerTao = 1e9;
constexpr double kShareUnit = 65535;

void add_agreement(Metrics& out, const NodeView& node, const State& state) {
  out.one("ready", "1 while the node does what it is there for", node.health.ready ? 1 : 0);
  out.one("problems", "what needs care; /readyz and the page say what",
          real(node.health.problems.size()));
  out.one("sealed_epoch", "the last sealed epoch", real(state.epoch));
  out.one("sealed_block", "block number of the last sealed epoch", real(state.block));
  out.one("clock_block", "block number of the own clock", real(node.block));
  out.one("due_block", "block at which the epoch under way is due", real(node.due));
  out.one("seconds_since_seal", "since the last seal was had, or since the start",
          real(node.since_seal.count()) / 1000);
  out.one("weights_sent", "1 where this node has committed for the epoch under way",
          node.weights_sent ? 1 : 0);
}

void add_own(Metrics& out, const NodeView& node, const PageHistory& history) {
  if (!node.uid) return;
  const std::uint16_t uid = *node.uid;
  const State& state = node.sealed->state;
  out.one("uid", "of this node's hotkey", uid);
  if (uid < state.neurons.size() && state.neurons[uid]) {
    out.one("stake", "of this node, in units of 10^9 rao",
            real(state.neurons[uid]->stake) / kRaoPerTao);
  }
  if (history.epochs().empty()) return;
  const PageHistory::Epoch& last = history.epochs().back();
  if (uid >= last.emission.size()) return;
  out.one("incentive", "share of the miners' half in the last epoch",
          last.incentive[uid] / kShareUnit);
  out.one("dividends", "share of the validators' half in the last epoch",
          last.dividends[uid] / kShareUnit);
  out.one("emission", "earned in the last epoch, in units of 10^9 rao",
          real(last.emission[uid]) / kRaoPerTao);
}

void add_peers(Metrics& out, const NodeView& node) {
  const auto each = [&](const char* name, const char* help, const auto& value) {
    out.about(name, help);
    for (const PeerView& peer : node.peers) {
      out.add(name, value(peer), {{"uid", absl::StrCat(peer.uid)}});
    }
  };
  each("peer_up", "1 where the last call of a peer was answered", [](const PeerView& peer) {
    return peer.answered_ms && peer.last_error.empty() ? 1.0 : 0.0;
  });
  each("peer_sealed_epoch", "the last sealed epoch of a peer, as it says",
       [](const PeerView& peer) { return real(peer.sealed_epoch.value_or(0)); });
  each("peer_round_trip_seconds", "of the last status",
       [](const PeerView& peer) { return real(peer.round_trip.count()) / 1e6; });
  each("peer_calls_total", "of ours to a peer", [](const PeerView& p) { return real(p.calls); });
  each("peer_failures_total", "of ours to a peer that failed",
       [](const PeerView& peer) { return real(peer.failures); });
  each("peer_queued", "objects that wait to be sent to a peer",
       [](const PeerView& peer) { return real(peer.queued); });
}

void add_work(Metrics& out, const ValidatorView& work, std::uint64_t sealed) {
  out.one("rounds_total", "of asking miners", real(work.rounds));
  out.one("failed_rounds_total", "that count for nothing", real(work.failed_rounds));
  out.one("scores_saved", "0 where the averages cannot be saved",
          work.scores_problem.empty() ? 1 : 0);
  const EpochWork* last = nullptr;
  for (const EpochWork& epoch : work.epochs) {
    if (epoch.epoch <= sealed) last = &epoch;
  }
  if (last == nullptr) return;
  const auto each = [&](const char* name, const char* help, const auto& value) {
    out.about(name, help);
    for (const MinerWork& miner : last->miners) {
      out.add(name, value(miner), {{"uid", absl::StrCat(miner.uid)}});
    }
  };
  each("miner_score", "mean of the rounds of the last epoch",
       [](const MinerWork& m) { return m.score; });
  each("miner_answer_seconds", "mean of the good answers of the last epoch",
       [](const MinerWork& m) { return m.milliseconds / 1000; });
}

}  // namespace

std::string page_metrics(const PageState& page, const PageHistory& history) {
  const NodeView& node = *page.node;
  const State& state = node.sealed->state;
  Metrics out;
  out.about("info", "about this program; always 1");
  out.add("info", 1,
          {{"version", page.version},
           {"hotkey", node.hotkey.address()},
           {"network", to_hex(state.subnet.network)}});
  out.one("start_time_seconds", "Unix time", real(page.started_ms) / 1000);
  add_agreement(out, node, state);
  add_own(out, node, history);
  out.one("copiers", "validators listed as repeating what others had set",
          real(history.copiers().size()));
  add_peers(out, node);
  out.about("refused_total", "objects and blocks that were refused");
  for (const auto& [reason, count] : node.refusals) {
    out.add("refused_total", real(count), {{"reason", reason}});
  }
  for (const auto& [name, value] : node.counters) out.one(name, "of the node", real(value));
  if (page.work) add_work(out, *page.work, state.epoch);
  for (const auto& [name, value] : page.metrics) out.one(name, "of the program", value);
  return std::move(out).text();
}

}  // namespace yuma::subnet
