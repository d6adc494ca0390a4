// SPDX-License-Identifier: MIT

#include "yuma/replica/state.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "replica/state_shape.hpp"

namespace yuma {

namespace {

using replica::is_taken;

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("state: ", parts...));
}

absl::Status check_numbers(const State& state) {
  if (state.subnet.netuid > kMaxNetuid) {
    return wrong("netuid is ", state.subnet.netuid, ", above ", kMaxNetuid);
  }
  if (state.subnet.mechanism > kMaxMechanism) {
    return wrong("mechanism is ", static_cast<int>(state.subnet.mechanism), ", above ",
                 static_cast<int>(kMaxMechanism));
  }
  if (state.epoch == std::numeric_limits<std::uint64_t>::max()) {
    return wrong("epoch is 2^64 - 1: there is none after it");
  }
  if (state.block_ms == 0) return wrong("block_ms is 0, blocks must take time");
  if (auto status = replica::check_rules(state.spec_version); !status.ok()) {
    return wrong("spec_version: ", status.message());
  }
  for (const ParameterTag tag : all_parameters()) {
    SubnetParameters ignored;
    const auto status = set_parameter(ignored, tag, parameter(state.parameters, tag));
    if (!status.ok()) return wrong(status.message());
  }
  return absl::OkStatus();
}

absl::Status check_neuron(const State& state, std::size_t uid) {
  const Neuron& neuron = *state.neurons[uid];
  const auto wrong_neuron = [&](const auto&... parts) {
    return wrong("neurons[", uid, "].", parts...);
  };
  if ((neuron.power > 0) != (neuron.since > 0)) {
    return wrong_neuron("since is ", neuron.since, " with power ", neuron.power);
  }
  if (neuron.since > state.epoch + 1) {
    return wrong_neuron("since is ", neuron.since, ", after epoch ", state.epoch, " + 1");
  }
  if (neuron.stake > kMaxStake) return wrong_neuron("stake is ", neuron.stake, ", too large");
  if (neuron.missed > kMaxMissed) {
    return wrong_neuron("missed is ", static_cast<int>(neuron.missed), ", above ",
                        static_cast<int>(kMaxMissed));
  }
  return absl::OkStatus();
}

// The 32 bytes are the account, whatever the scheme: two members of one account would share an
// address.
absl::Status check_distinct(const State& state) {
  std::vector<std::size_t> uids;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (state.neurons[uid]) uids.push_back(uid);
  }
  const auto bytes = [&](std::size_t uid) -> const Bytes32& {
    return state.neurons[uid]->hotkey.bytes;
  };
  std::sort(uids.begin(), uids.end(),
            [&](std::size_t a, std::size_t b) { return bytes(a) < bytes(b); });
  const auto same = std::adjacent_find(
      uids.begin(), uids.end(), [&](std::size_t a, std::size_t b) { return bytes(a) == bytes(b); });
  if (same == uids.end()) return absl::OkStatus();
  return wrong("neurons[", *same, "] and neurons[", *(same + 1), "] have the same hotkey");
}

absl::Status check_neurons(const State& state) {
  if (state.neurons.empty() || state.neurons.size() > kMaxUids) {
    return wrong("neurons are ", state.neurons.size(), ", not 1 to ", kMaxUids);
  }
  std::size_t with_power = 0;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) continue;
    if (auto status = check_neuron(state, uid); !status.ok()) return status;
    if (state.neurons[uid]->power > 0) ++with_power;
  }
  if (with_power > kMaxValidators) {
    return wrong(with_power, " uids with power, more than ", kMaxValidators);
  }
  if (power_of(state, state.owner) == 0)
    return wrong("the owner, uid ", state.owner, ", has no power");
  return check_distinct(state);
}

absl::Status check_rows(const State& state, const char* name,
                        const SparseRows<std::uint16_t>& rows) {
  const std::size_t n = state.neurons.size();
  if (rows.rows() != n) return wrong(name, " have ", rows.rows(), " rows for ", n, " uids");
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = rows.row(i);
    if (row.size() != 0 && !state.neurons[i]) return wrong(name, ".row(", i, ") is of a free uid");
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (!is_taken(state, row.uids[k])) {
        return wrong(name, ".row(", i, ").uids[", k, "] is ", row.uids[k], ", which is free");
      }
      if (k > 0 && row.uids[k - 1] >= row.uids[k]) {
        return wrong(name, ".row(", i, ").uids do not ascend at index ", k);
      }
    }
  }
  return absl::OkStatus();
}

absl::Status check_weights(const State& state) {
  for (std::size_t i = 0; i < state.weights.rows(); ++i) {
    if (state.weights.row(i).size() == 0 || state.neurons[i]->power > 0) continue;
    return wrong("weights.row(", i, ") is of a uid without power");
  }
  return absl::OkStatus();
}

absl::Status check_consensus(const State& state) {
  const std::size_t n = state.neurons.size();
  if (!state.consensus.empty() && state.consensus.size() != n) {
    return wrong("consensus has ", state.consensus.size(), " entries for ", n, " uids");
  }
  for (std::size_t uid = 0; uid < state.consensus.size(); ++uid) {
    if (state.consensus[uid] != 0 && !state.neurons[uid]) {
      return wrong("consensus[", uid, "] is ", state.consensus[uid], " for a free uid");
    }
  }
  return absl::OkStatus();
}

absl::Status check_commits(const State& state) {
  if (!state.commits.empty() && state.parameters.reveal_period == 0) {
    return wrong("commits wait to be opened, but reveal_period is 0");
  }
  for (std::size_t i = 0; i < state.commits.size(); ++i) {
    const auto uid = state.commits[i].uid;
    if (power_of(state, uid) == 0) return wrong("commits[", i, "]: uid ", uid, " has no power");
    if (i > 0 && state.commits[i - 1].uid >= uid) {
      return wrong("commits do not ascend at index ", i);
    }
  }
  return absl::OkStatus();
}

absl::Status check_faults(const State& state) {
  constexpr std::size_t kMost = kMaxFaults / 2;  // of one epoch
  if (state.faults.size() > kMost) {
    return wrong("faults are ", state.faults.size(), ", more than ", kMost);
  }
  for (std::size_t i = 0; i < state.faults.size(); ++i) {
    const CountedFault& fault = state.faults[i];
    if (!is_taken(state, fault.uid)) return wrong("faults[", i, "]: uid ", fault.uid, " is free");
    if (!has_faults(fault.kind)) return wrong("faults[", i, "] is of a kind that has none");
    if (fault.epoch != state.epoch) {
      return wrong("faults[", i, "] is of epoch ", fault.epoch, ", not ", state.epoch);
    }
    if (i > 0 && !(state.faults[i - 1] < fault)) return wrong("faults do not ascend at index ", i);
  }
  return absl::OkStatus();
}

}  // namespace

namespace replica {

absl::Status check_rules(std::uint32_t spec_version) {
  // Rules of later versions are not known: a release that knows them would compute other roots.
  if (spec_version > ChainRules::kNewestRead) {
    return absl::NotFoundError(absl::StrCat("the rules of spec_version ", spec_version,
                                            " are not known; known are 300 and ", "425 to ",
                                            ChainRules::kNewestRead));
  }
  return ChainRules::at(spec_version, Evidence::kModel).status();
}

absl::Status check_shape(const State& state) {
  for (const auto check : {check_numbers, check_neurons}) {
    if (auto status = check(state); !status.ok()) return status;
  }
  absl::Status status = check_rows(state, "weights", state.weights);
  status.Update(check_rows(state, "bonds", state.bonds));
  if (!status.ok()) return status;
  for (const auto check : {check_weights, check_consensus, check_commits, check_faults}) {
    if (status = check(state); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace replica

absl::Status check_state(const State& state) {
  if (auto status = replica::check_shape(state); !status.ok()) return status;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) continue;
    const auto status = check_public_key(state.neurons[uid]->hotkey);
    if (!status.ok()) return wrong("neurons[", uid, "].hotkey: ", status.message());
  }
  return absl::OkStatus();
}

std::optional<std::uint16_t> find_uid(const State& state, const PublicKey& hotkey) {
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    const auto& neuron = state.neurons[uid];
    // Eight bytes tell nearly all keys apart, and the compiler compares them without a call.
    constexpr std::size_t kStart = 8;
    if (!neuron || std::memcmp(neuron->hotkey.bytes.data(), hotkey.bytes.data(), kStart) != 0) {
      continue;
    }
    if (neuron->hotkey == hotkey) return static_cast<std::uint16_t>(uid);
  }
  return std::nullopt;
}

std::optional<std::uint16_t> find_validator(const State& state, const PublicKey& hotkey) {
  const auto uid = find_uid(state, hotkey);
  return uid && power_of(state, *uid) > 0 ? uid : std::nullopt;
}

std::vector<std::uint16_t> validators(const State& state) {
  std::vector<std::uint16_t> out;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    const auto& neuron = state.neurons[uid];
    if (neuron && neuron->power > 0) out.push_back(static_cast<std::uint16_t>(uid));
  }
  return out;
}

std::uint32_t power_of(const State& state, std::uint16_t uid) {
  return is_taken(state, uid) ? state.neurons[uid]->power : 0;
}

std::uint64_t total_power(const State& state) {
  std::uint64_t total = 0;
  for (const auto& neuron : state.neurons) total += neuron ? neuron->power : 0;
  return total;
}

}  // namespace yuma
