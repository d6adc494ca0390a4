// SPDX-License-Identifier: MIT

// What the page shows, as JSON. Field names are what its script reads.

#include <algorithm>
#include <string>
#include <utility>

#include "nlohmann/json.hpp"
#include "yuma/identity/bytes.hpp"
#include "yuma/subnet/block_clock.hpp"
#include "yuma/subnet/page.hpp"
#include "yuma/subnet/validator.hpp"

namespace yuma::subnet {

namespace {

using Json = nlohmann::ordered_json;

/// Whatever is in a text from outside, the document stays UTF-8.
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class T>
T at_or_zero(const std::vector<T>& values, std::size_t uid) {
  return uid < values.size() ? values[uid] : T{};
}

const char* role_of(const State& state, std::uint16_t uid) {
  if (uid == state.owner) return "owner";
  return power_of(state, uid) > 0 ? "validator" : "miner";
}

/// What this node's own rounds made of a miner, in the newest sealed epoch in which it was asked.
Json work_of(const PageState& page, const PublicKey& hotkey, std::uint64_t sealed) {
  if (!page.work) return nullptr;
  for (auto epoch = page.work->epochs.rbegin(); epoch != page.work->epochs.rend(); ++epoch) {
    if (epoch->epoch > sealed) continue;  // not sealed yet: not to be shown
    for (const MinerWork& miner : epoch->miners) {
      if (miner.hotkey != hotkey) continue;
      return {{"epoch", epoch->epoch}, {"asked", miner.asked},     {"answered", miner.answered},
              {"score", miner.score},  {"average", miner.average}, {"ms", miner.milliseconds},
              {"note", miner.note}};
    }
  }
  return nullptr;
}

/// One member: who it is, what the newest epoch gave it, what it did for it.
Json neuron_json(const PageState& page, const PageHistory& history, const State& state,
                 std::uint16_t uid) {
  const Neuron& neuron = *state.neurons[uid];
  Json out = {{"uid", uid},
              {"hotkey", neuron.hotkey.address()},
              {"role", role_of(state, uid)},
              {"power", neuron.power},
              {"stake", neuron.stake},
              {"permit", neuron.permit},
              {"missed", neuron.missed}};
  if (const auto& last = history.last(); last && last->epoch == state.epoch) {
    const EpochResult& terms = last->terms;
    out["incentive"] = at_or_zero(terms.incentive, uid);
    out["dividends"] = at_or_zero(terms.dividend, uid);
    out["trust"] = at_or_zero(terms.validator_trust, uid);
    out["emission"] = at_or_zero(terms.emission, uid);
    out["voted"] = std::binary_search(last->voters.begin(), last->voters.end(), uid);
    const auto& vectors = last->block.vectors;
    out["weights"] = std::any_of(vectors.begin(), vectors.end(),
                                 [&](const UidHash& vector) { return vector.uid == uid; });
  }
  const auto& copiers = history.copiers();
  const auto copier = std::find_if(copiers.begin(), copiers.end(),
                                   [&](const Copier& one) { return one.hotkey == neuron.hotkey; });
  if (copier != copiers.end()) out["copier"] = describe(*copier);
  if (Json work = work_of(page, neuron.hotkey, state.epoch); !work.is_null()) {
    out["work"] = std::move(work);
  }
  return out;
}

Json seal_json(const PageHistory::Epoch& epoch) {
  return {{"epoch", epoch.epoch},
          {"block", epoch.block},
          {"at", epoch.unix_ms},
          {"id", to_hex(epoch.block_id)},
          {"root", to_hex(epoch.state_root)},
          {"voters", epoch.voters},
          {"power", epoch.power_voted},
          {"of", epoch.power_all},
          {"commits", epoch.commits},
          {"vectors", epoch.vectors},
          {"faults", epoch.faults},
          {"amendments", epoch.amendments}};
}

Json peer_json(const PeerView& peer) {
  std::string endpoint;
  if (!peer.endpoints.empty()) {
    const Endpoint& first = peer.endpoints.front();
    const bool v6 = first.host.find(':') != std::string::npos;
    endpoint = (v6 ? "[" + first.host + "]" : first.host) + ":" + std::to_string(first.port);
  }
  Json out = {
      {"uid", peer.uid},           {"hotkey", peer.hotkey.address()},
      {"endpoint", endpoint},      {"calls", peer.calls},
      {"failures", peer.failures}, {"queued", peer.queued},
      {"dropped", peer.dropped},   {"ms", static_cast<double>(peer.round_trip.count()) / 1000},
      {"error", peer.last_error}};
  if (peer.answered_ms) out["answered"] = *peer.answered_ms;
  if (peer.heard_ms) out["heard"] = *peer.heard_ms;
  if (peer.sealed_epoch) out["epoch"] = *peer.sealed_epoch;
  if (peer.blocks_ahead) out["ahead"] = *peer.blocks_ahead;
  return out;
}

Json notice_json(const NodeNotice& notice) {
  Json out = {{"kind", notice_name(notice.kind)},
              {"at", notice.unix_ms},
              {"times", notice.times},
              {"epoch", notice.epoch},
              {"text", notice.text}};
  if (notice.uid) out["uid"] = *notice.uid;
  return out;
}

/// What changes from moment to moment.
void add_health(Json& out, const NodeView& node, const State& state) {
  const BlockClock clock = BlockClock::of(state);
  out["ready"] = node.health.ready;
  out["problems"] = node.health.problems;
  out["block"] = node.block;
  out["due"] = node.due;
  out["due_ms"] = clock.begin_of(node.due);
  out["block_ms"] = state.block_ms;
  out["since_seal_ms"] = node.since_seal.count();
  out["weights_chosen"] = node.weights_chosen;
  out["weights_sent"] = node.weights_sent;
}

}  // namespace

std::string page_state_json(const PageState& page, const PageHistory& history) {
  const NodeView& node = *page.node;
  const State& state = node.sealed->state;
  Json out = {{"version", page.version},
              {"now", node.unix_ms},
              {"started", page.started_ms},
              {"network", to_hex(state.subnet.network)},
              {"netuid", state.subnet.netuid},
              {"mechanism", state.subnet.mechanism},
              {"hotkey", node.hotkey.address()},
              {"votes", node.votes},
              {"epoch", state.epoch},
              {"sealed_block", state.block},
              {"tempo", state.parameters.epoch.tempo},
              {"pending", state.pending_emission},
              {"power", total_power(state)}};
  out["uid"] = node.uid ? Json(*node.uid) : Json(nullptr);
  add_health(out, node, state);
  for (const char* list : {"neurons", "seals", "peers", "notices"}) out[list] = Json::array();
  for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (state.neurons[uid]) out["neurons"].push_back(neuron_json(page, history, state, uid));
  }
  const auto& epochs = history.epochs();
  for (auto epoch = epochs.rbegin(); epoch != epochs.rend(); ++epoch) {
    out["seals"].push_back(seal_json(*epoch));
  }
  for (const PeerView& peer : node.peers) out["peers"].push_back(peer_json(peer));
  out["refusals"] = node.refusals;
  for (auto notice = node.notices.rbegin(); notice != node.notices.rend(); ++notice) {
    out["notices"].push_back(notice_json(*notice));
  }
  return dump(out);
}

std::string page_history_json(const PageHistory& history) {
  Json epochs = Json::array();
  for (const PageHistory::Epoch& epoch : history.epochs()) {
    Json incentive = Json::object(), dividends = Json::object(), emission = Json::object();
    for (std::size_t uid = 0; uid < epoch.emission.size(); ++uid) {
      const std::string key = std::to_string(uid);
      if (const auto value = at_or_zero(epoch.incentive, uid); value != 0) incentive[key] = value;
      if (const auto value = at_or_zero(epoch.dividends, uid); value != 0) dividends[key] = value;
      if (epoch.emission[uid] != 0) emission[key] = epoch.emission[uid];
    }
    epochs.push_back({{"epoch", epoch.epoch},
                      {"incentive", std::move(incentive)},
                      {"dividends", std::move(dividends)},
                      {"emission", std::move(emission)}});
  }
  Json out;
  out["epochs"] = std::move(epochs);
  return dump(out);
}

}  // namespace yuma::subnet
