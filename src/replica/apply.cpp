// SPDX-License-Identifier: MIT

#include "yuma/replica/apply.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replica/state_shape.hpp"
#include "yuma/replica/check.hpp"

namespace yuma {

namespace {

constexpr std::uint64_t kMostU64 = std::numeric_limits<std::uint64_t>::max();

template <class... Parts>
absl::Status wrong(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("epoch inputs: ", parts...));
}

// The names of validators in one of the lists, and that they ascend.
template <class Item>
absl::Status check_validators(const State& state, const char* list,
                              const std::vector<Item>& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (power_of(state, items[i].uid) == 0) {
      return wrong(list, "[", i, "]: uid ", items[i].uid, " has no power");
    }
    if (i > 0 && items[i - 1].uid >= items[i].uid) {
      return wrong(list, " do not ascend at index ", i);
    }
  }
  return absl::OkStatus();
}

absl::Status check_vectors(const State& state, const std::vector<UidVector>& vectors) {
  if (auto status = check_validators(state, "vectors", vectors); !status.ok()) return status;
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    const auto& [uid, vector] = vectors[i];
    if (vector.uids.size() != vector.values.size()) {
      return wrong("vectors[", i, "] has ", vector.uids.size(), " uids but ", vector.values.size(),
                   " values");
    }
    if (std::adjacent_find(vector.uids.begin(), vector.uids.end(), std::greater_equal<>()) !=
        vector.uids.end()) {
      return wrong("vectors[", i, "].uids do not ascend");
    }
    if (!vector.uids.empty() && vector.uids.back() >= state.neurons.size()) {
      return wrong("vectors[", i, "] names uid ", vector.uids.back(), " of ", state.neurons.size());
    }
    if (state.parameters.reveal_period == 0) continue;
    const bool waits =
        std::any_of(state.commits.begin(), state.commits.end(),
                    [uid = uid](const UidHash& commit) { return commit.uid == uid; });
    if (!waits) return wrong("vectors[", i, "]: uid ", uid, " has no commit that it opens");
  }
  return absl::OkStatus();
}

absl::Status check_faults(const State& state, const std::vector<CountedFault>& faults) {
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const CountedFault& fault = faults[i];
    if (power_of(state, fault.uid) == 0) {
      return wrong("faults[", i, "]: uid ", fault.uid, " has no power");
    }
    if (!has_faults(fault.kind)) return wrong("faults[", i, "] is of a kind that has none");
    if (fault.epoch != state.epoch && fault.epoch != state.epoch + 1) {
      return wrong("faults[", i, "] is of epoch ", fault.epoch, ", not ", state.epoch,
                   " or the next");
    }
    if (fault.epoch < state.neurons[fault.uid]->since) {
      return wrong("faults[", i, "] is of epoch ", fault.epoch, ", before uid ", fault.uid,
                   " had power");
    }
    if (std::find(state.faults.begin(), state.faults.end(), fault) != state.faults.end()) {
      return wrong("faults[", i, "] has counted");
    }
    if (i > 0 && !(faults[i - 1] < fault)) return wrong("faults do not ascend at index ", i);
  }
  return absl::OkStatus();
}

absl::Status check_amendment(const State& state, const AmendmentBody& amendment) {
  if (amendment.subnet != state.subnet) return wrong("the amendment is of another subnet");
  if (amendment.epoch > state.epoch + 1) {
    return wrong("the amendment is due from epoch ", amendment.epoch, " on, not in ",
                 state.epoch + 1);
  }
  return absl::OkStatus();
}

absl::Status check_inputs(const State& state, const EpochInputs& inputs) {
  if (state.epoch >= kMostU64 - 1) return wrong("epoch 2^64 - 1 is none");
  if (inputs.number <= state.block) {
    return wrong("block number ", inputs.number, " is not above ", state.block);
  }
  if (state.parameters.reveal_period == 0 && !inputs.commits.empty()) {
    return wrong("commits, but reveal_period is 0");
  }
  absl::Status status = check_validators(state, "commits", inputs.commits);
  status.Update(check_vectors(state, inputs.vectors));
  status.Update(check_faults(state, inputs.faults));
  if (inputs.amendment) status.Update(check_amendment(state, *inputs.amendment));
  return status;
}

// What is known of a row in this epoch.
struct RowsAfter {
  std::vector<const VectorBody*> vectors;  // by uid; nullptr: none
  std::vector<std::uint8_t> cleared;       // by uid
};

// Counts the commits that were opened and those that were not.
RowsAfter open_commits(State& state, const EpochInputs& inputs) {
  RowsAfter rows{std::vector<const VectorBody*>(state.neurons.size()),
                 std::vector<std::uint8_t>(state.neurons.size())};
  const bool direct = state.parameters.reveal_period == 0;
  for (const auto& [uid, vector] : inputs.vectors) {
    rows.vectors[uid] = &vector;
    state.neurons[uid]->last_update = direct ? inputs.number : state.block;
    state.neurons[uid]->missed = 0;
  }
  for (const UidHash& commit : state.commits) {
    if (rows.vectors[commit.uid] != nullptr) continue;
    Neuron& neuron = *state.neurons[commit.uid];
    neuron.missed =
        std::min<std::uint8_t>(static_cast<std::uint8_t>(neuron.missed + 1), kMaxMissed);
    if (neuron.missed == kMaxMissed) rows.cleared[commit.uid] = 1;
  }
  return rows;
}

// The state with the rows that are stored after this epoch: those of the new vectors, and of
// validators that did not open three commits in a row none.
State with_vectors(const State& state, const EpochInputs& inputs) {
  State next = state;
  const RowsAfter rows = open_commits(next, inputs);
  next.weights.clear();
  for (std::size_t i = 0; i < state.neurons.size(); ++i) {
    const VectorBody* const vector = rows.vectors[i];
    if (vector != nullptr) {
      for (std::size_t k = 0; k < vector->uids.size(); ++k) {
        const auto uid = vector->uids[k];
        if (state.neurons[uid]) next.weights.push(uid, vector->values[k]);
      }
      next.weights.end_row();
    } else if (rows.cleared[i] != 0) {
      next.weights.end_row();
    } else {
      next.weights.append(state.weights.row(i));
    }
  }
  return next;
}

SparseRows<std::uint16_t> without_faulty(const SparseRows<std::uint16_t>& rows,
                                         const std::vector<CountedFault>& faults) {
  if (faults.empty()) return rows;
  std::vector<std::uint8_t> faulty(rows.rows());
  for (const CountedFault& fault : faults) faulty[fault.uid] = 1;
  SparseRows<std::uint16_t> out;
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    out.append(faulty[i] != 0 ? SparseRow<std::uint16_t>() : rows.row(i));
  }
  return out;
}

std::uint64_t emission_of(const State& state, std::uint64_t number) {
  const uint128 blocks = number - state.block;
  const uint128 emission = state.pending_emission + blocks * state.parameters.emission_per_block;
  return static_cast<std::uint64_t>(std::min<uint128>(emission, kMostU64));
}

// `next` has the vectors of these inputs.
PreparedEpoch prepare(const State& next, const EpochInputs& inputs) {
  PreparedEpoch out;
  out.emission = emission_of(next, inputs.number);
  for (const auto& neuron : next.neurons) {
    out.last_update.push_back(neuron ? neuron->last_update : 0);
    out.registered.push_back(neuron ? neuron->registered : 0);
    out.stake.push_back(
        I64F64::from_bits(static_cast<int128>(neuron ? neuron->stake : 0) << I64F64::kFracBits));
    out.permits.push_back(neuron && neuron->permit ? 1 : 0);
  }
  out.weights = without_faulty(next.weights, inputs.faults);
  return out;
}

// Pays out and keeps what the next epoch needs.
void take_terms(State& state, const EpochResult& terms, std::uint64_t emission) {
  std::uint64_t left = emission;
  for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid]) continue;
    Neuron& neuron = *state.neurons[uid];
    neuron.stake += std::min(terms.emission[uid], kMaxStake - neuron.stake);
    neuron.permit = terms.new_validator_permit[uid] != 0;
    left -= std::min(left, terms.emission[uid]);
  }
  state.pending_emission = left;
  state.bonds = terms.bond;
  state.consensus = terms.consensus;
}

void end_epoch(State& state, const EpochInputs& inputs) {
  ++state.epoch;
  state.block = inputs.number;
  state.commits = inputs.commits;
  state.faults.clear();
  std::copy_if(inputs.faults.begin(), inputs.faults.end(), std::back_inserter(state.faults),
               [&](const CountedFault& fault) { return fault.epoch == state.epoch; });
}

}  // namespace

EpochInput PreparedEpoch::view(const State& state, std::uint64_t number) const {
  EpochInput input;
  input.n = static_cast<std::uint32_t>(state.neurons.size());
  input.current_block = number;
  input.last_mechanism_step_block = state.block;
  input.last_update = last_update;
  input.block_at_registration = registered;
  input.stake = stake;
  input.owner_uid = state.owner;
  input.validator_permits = permits;
  input.weights = weights.view();
  input.bonds = state.bonds.view();
  input.previous_consensus = state.consensus;
  input.emission = emission;
  input.parameters = state.parameters.epoch;
  return input;
}

absl::StatusOr<PreparedEpoch> prepare_epoch(const State& state, const EpochInputs& inputs) {
  if (auto status = check_inputs(state, inputs); !status.ok()) return status;
  return prepare(with_vectors(state, inputs), inputs);
}

absl::StatusOr<EpochOutcome> apply_epoch(const State& state, const EpochInputs& inputs,
                                         EpochWorkspace& workspace) {
  if (auto status = check_inputs(state, inputs); !status.ok()) return status;
  const auto rules = ChainRules::at(state.spec_version, Evidence::kModel);
  if (!rules.ok()) return wrong("the state's rules: ", rules.status().message());

  EpochOutcome out{with_vectors(state, inputs), {}};
  const PreparedEpoch prepared = prepare(out.state, inputs);
  const auto status = epoch(prepared.view(state, inputs.number), *rules, workspace, out.terms);
  if (!status.ok()) return wrong("the state: ", status.message());
  take_terms(out.state, out.terms, prepared.emission);
  end_epoch(out.state, inputs);
  if (!inputs.amendment) return out;

  auto amended = amend(out.state, *inputs.amendment, inputs.number);
  if (!amended.ok()) return wrong(amended.status().message());
  out.state = *std::move(amended);
  return out;
}

}  // namespace yuma
