// SPDX-License-Identifier: MIT

// What can be seen of a node, and whether it is well.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "subnet/node_impl.hpp"

namespace yuma::subnet {

namespace {

constexpr std::uint64_t kLatelyMs = 30'000;  // an answer that still says something
constexpr std::uint64_t kSilentRounds = 10;  // exchanges without any answer
constexpr std::uint64_t kLeastSilenceMs = 5'000;
constexpr std::uint64_t kMuchClockMs = 2'000;  // others refuse requests from further ahead

/// By how many blocks the own clock is behind the others: the median of those that answered lately,
/// weighted by power; 0 where nobody did.
std::int64_t blocks_behind(const NodeView& view) {
  std::vector<std::pair<std::int64_t, std::uint64_t>> shown;
  std::uint64_t total = 0;
  for (const PeerView& peer : view.peers) {
    if (!peer.blocks_ahead || !peer.answered_ms || *peer.answered_ms + kLatelyMs < view.unix_ms) {
      continue;
    }
    const std::uint64_t power = power_of(view.sealed->state, peer.uid);
    shown.emplace_back(*peer.blocks_ahead, power);
    total += power;
  }
  std::sort(shown.begin(), shown.end());
  std::uint64_t below = 0;
  for (const auto& [ahead, power] : shown) {
    below += power;
    if (2 * below >= total) return ahead;
  }
  return 0;
}

std::uint64_t farthest_epoch(const NodeView& view) {
  std::uint64_t farthest = view.sealed->state.epoch;
  for (const PeerView& peer : view.peers) {
    if (peer.answered_ms && *peer.answered_ms + kLatelyMs >= view.unix_ms) {
      farthest = std::max(farthest, peer.sealed_epoch.value_or(0));
    }
  }
  return farthest;
}

/// Who the epoch that is overdue waits for.
std::string waits_for(const NodeView& view) {
  const State& state = view.sealed->state;
  std::vector<std::uint16_t> without_have = yuma::validators(state);
  bool block = false;
  for (const seal::HeldObject& held : view.status.held) {
    if (held.kind == ObjectKind::kHave) std::erase(without_have, held.uid);
    if (held.kind == ObjectKind::kBlock) block = true;
  }
  std::vector<std::string> reasons;
  if (!block) reasons.push_back(absl::StrCat("no block of the owner (uid ", state.owner, ")"));
  if (!without_have.empty()) {
    reasons.push_back(absl::StrCat("no have of uid ", absl::StrJoin(without_have, ", ")));
  }
  if (reasons.empty()) reasons.emplace_back("votes are missing");
  return absl::StrJoin(reasons, "; ");
}

}  // namespace

void Node::Impl::refresh() {
  auto view = std::make_shared<NodeView>();
  const State& state = seen->sealed->state;
  view->unix_ms = options.wall_clock();
  view->hotkey = signer.public_key();
  view->uid = seen->uid;
  view->votes = seen->votes;
  view->sealed = seen->sealed;
  view->first_epoch = seen->first_epoch;
  if (last && last->after == seen->sealed) view->last = last;
  view->since_seal =
      std::chrono::milliseconds(view->unix_ms > last_seal_ms ? view->unix_ms - last_seal_ms : 0);
  view->status = seen->status;
  view->block = clock.block_at(view->unix_ms);
  view->due = due_block(state);
  view->weights_sent = seen->weights_sent;
  view->weights_chosen = seen->weights_sent || weights_for == state.epoch + 1;
  view->addresses = seen->addresses;
  for (const std::uint16_t uid : yuma::validators(state)) {
    if (uid == seen->uid) continue;
    PeerView peer;
    peer.uid = uid;
    peer.hotkey = state.neurons[uid]->hotkey;
    peers->describe(peer);
    view->peers.push_back(std::move(peer));
  }
  view->refusals = refusals;
  view->notices.assign(notices.begin(), notices.end());
  const Peers::Counters& calls = peers->counters();
  view->counters = {
      {"epochs_sealed", sealed_count},
      {"faults_seen", faults_seen},
      {"requests", requests},
      {"requests_refused", requests_refused},
      {"disk_failures", disk_failures},
      {"clock_jumps", clock_jumps},
      {"pushes", calls.pushes},
      {"pushed_objects", calls.pushed_objects},
      {"dropped_objects", calls.dropped},
      {"pulls", calls.pulls},
      {"seal_pulls", calls.seal_pulls},
      {"status_calls", calls.statuses},
      {"address_pulls", calls.address_pulls},
      {"failed_calls", calls.failures},
      {"signatures_verified", seen->usage.signatures},
      {"held_objects", seen->usage.objects},
      {"held_bytes", seen->usage.bytes},
      {"inbox_items", seen->waiting},
      {"addresses_known", seen->addresses->size()},
  };
  view->health = health(*view);
  shown.set(std::move(view));
}

NodeHealth Node::Impl::health(const NodeView& view) const {
  NodeHealth out;
  out.ready = started && !draining;
  const auto problem = [&](std::string text, bool ready) {
    out.problems.push_back(std::move(text));
    if (!ready) out.ready = false;
  };
  if (!seen->stopped.empty()) problem(seen->stopped, false);
  if (!seen->disk.empty()) problem(seen->disk, false);
  if (!seen->signer.empty()) problem(seen->signer, false);
  if (!seen->clock.empty()) problem(seen->clock, true);
  if (!view.uid) {
    problem("this hotkey is not in the roster: others refuse its requests until it is registered",
            true);
  }
  const std::int64_t behind = blocks_behind(view);
  const std::uint64_t off_ms = static_cast<std::uint64_t>(std::abs(behind)) * clock.block_ms();
  if (std::abs(behind) > 1 && off_ms >= kMuchClockMs) {
    problem(absl::StrCat("the clock is about ", off_ms, " ms ", behind > 0 ? "behind" : "ahead of",
                         " that of the other validators: set it right by NTP"),
            false);
  }
  const std::uint64_t farthest = farthest_epoch(view);
  if (farthest > view.sealed->state.epoch) {
    const std::uint64_t missing = farthest - view.sealed->state.epoch;
    problem(absl::StrCat(missing, " epochs behind, catching up"), missing < 2);
  }
  std::uint64_t last_answer = begun_ms;
  for (const PeerView& peer : view.peers) {
    last_answer = std::max(last_answer, peer.answered_ms.value_or(0));
  }
  const auto round = static_cast<std::uint64_t>(options.exchange_every.count());
  const std::uint64_t silence = std::max(kSilentRounds * round, kLeastSilenceMs);
  if (!view.peers.empty() && view.unix_ms > last_answer + silence) {
    problem(absl::StrCat("no validator answered for ", (view.unix_ms - last_answer) / 1000,
                         " s: is the network there, and their addresses right? ",
                         view.peers.front().last_error),
            false);
  }
  const std::uint64_t tempo = view.sealed->state.parameters.epoch.tempo;
  if (view.block > view.due + tempo) {
    problem(absl::StrCat("epoch ", view.sealed->state.epoch + 1, " is overdue by ",
                         view.block - view.due, " blocks: ", waits_for(view)),
            true);
  }
  return out;
}

}  // namespace yuma::subnet
