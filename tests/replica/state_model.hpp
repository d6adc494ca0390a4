// SPDX-License-Identifier: MIT
#pragma once

// The state machine once more, as plainly as it can be said: maps instead of rows, each rule as its
// sentence in docs/protocol.md. Slow, and shares nothing with the real one but epoch().

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "yuma/replica/apply.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::test {

class StateModel {
 public:
  explicit StateModel(const State& state) : rest_(state) {
    for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
      if (state.neurons[uid]) members_[uid] = *state.neurons[uid];
      read_row(state.weights, uid, weights_);
      read_row(state.bonds, uid, bonds_);
    }
    for (const UidHash& commit : state.commits) commits_[commit.uid] = commit.hash;
    size_ = state.neurons.size();
  }

  /// The epoch without its amendment.
  void apply(const EpochInputs& inputs) {
    const bool direct = rest_.parameters.reveal_period == 0;
    std::set<std::uint16_t> opened;
    for (const auto& [uid, vector] : inputs.vectors) {
      Row row;
      for (std::size_t k = 0; k < vector.uids.size(); ++k) {
        if (members_.count(vector.uids[k]) != 0) row[vector.uids[k]] = vector.values[k];
      }
      weights_[uid] = row;
      members_[uid].last_update = direct ? inputs.number : rest_.block;
      members_[uid].missed = 0;
      opened.insert(uid);
    }
    for (const auto& [uid, hash] : commits_) {
      if (opened.count(uid) != 0) continue;
      std::uint8_t& missed = members_[uid].missed;
      if (missed < 3) ++missed;
      if (missed == 3) weights_.erase(uid);
    }
    run_epoch(inputs);
    rest_.epoch += 1;
    rest_.block = inputs.number;
    commits_.clear();
    for (const UidHash& commit : inputs.commits) commits_[commit.uid] = commit.hash;
    rest_.faults.clear();
    for (const CountedFault& fault : inputs.faults) {
      if (fault.epoch == rest_.epoch) rest_.faults.push_back(fault);
    }
  }

  /// Whether the amendment fits; where it does not, the model is of no more use.
  bool amend(const AmendmentBody& amendment) {
    for (const Change& change : amendment.changes) {
      if (!std::visit([&](const auto& known) { return take(known); }, change)) return false;
    }
    rest_.amendments += 1;
    const auto owner = members_.find(rest_.owner);
    std::size_t with_power = 0;
    for (const auto& [uid, member] : members_) with_power += member.power > 0 ? 1 : 0;
    return owner != members_.end() && owner->second.power > 0 && with_power <= kMaxValidators;
  }

  State state() const {
    State out = rest_;
    out.neurons.assign(size_, std::nullopt);
    for (const auto& [uid, member] : members_) out.neurons[uid] = member;
    out.weights = rows_of(weights_);
    out.bonds = rows_of(bonds_);
    out.consensus.resize(out.consensus.empty() ? 0 : size_);
    out.commits.clear();
    for (const auto& [uid, hash] : commits_) out.commits.push_back({uid, hash});
    return out;
  }

 private:
  using Row = std::map<std::uint16_t, std::uint16_t>;
  using Matrix = std::map<std::uint16_t, Row>;

  static void read_row(const SparseRows<std::uint16_t>& rows, std::uint16_t uid, Matrix& out) {
    const auto row = rows.row(uid);
    for (std::size_t k = 0; k < row.size(); ++k) out[uid][row.uids[k]] = row.values[k];
  }

  SparseRows<std::uint16_t> rows_of(const Matrix& matrix) const {
    SparseRows<std::uint16_t> out;
    for (std::uint16_t uid = 0; uid < size_; ++uid) {
      const auto row = matrix.find(uid);
      if (row != matrix.end()) {
        for (const auto& [to, value] : row->second) out.push(to, value);
      }
      out.end_row();
    }
    return out;
  }

  void run_epoch(const EpochInputs& inputs) {
    const auto blocks = static_cast<uint128>(inputs.number - rest_.block);
    const uint128 due = rest_.pending_emission + blocks * rest_.parameters.emission_per_block;
    const auto emission = static_cast<std::uint64_t>(std::min<uint128>(due, ~std::uint64_t{0}));

    Matrix counted = weights_;
    for (const CountedFault& fault : inputs.faults) counted.erase(fault.uid);
    const SparseRows<std::uint16_t> weights = rows_of(counted), bonds = rows_of(bonds_);
    std::vector<std::uint64_t> last_update(size_), registered(size_);
    std::vector<I64F64> stake(size_);
    std::vector<std::uint8_t> permits(size_);
    for (const auto& [uid, member] : members_) {
      last_update[uid] = member.last_update;
      registered[uid] = member.registered;
      stake[uid].bits = static_cast<int128>(member.stake) << 64;
      permits[uid] = member.permit ? 1 : 0;
    }
    EpochInput input;
    input.n = static_cast<std::uint32_t>(size_);
    input.current_block = inputs.number;
    input.last_mechanism_step_block = rest_.block;
    input.last_update = last_update;
    input.block_at_registration = registered;
    input.stake = stake;
    input.owner_uid = rest_.owner;
    input.validator_permits = permits;
    input.weights = weights.view();
    input.bonds = bonds.view();
    input.previous_consensus = rest_.consensus;
    input.emission = emission;
    input.parameters = rest_.parameters.epoch;
    const auto rules = ChainRules::at(rest_.spec_version, Evidence::kModel).value();
    take_terms(epoch(input, rules).value(), emission);
  }

  void take_terms(const EpochResult& terms, std::uint64_t emission) {
    uint128 shared = 0;
    for (auto& [uid, member] : members_) {
      shared += terms.emission[uid];
      const uint128 stake = static_cast<uint128>(member.stake) + terms.emission[uid];
      member.stake = static_cast<std::uint64_t>(std::min<uint128>(stake, kMaxStake));
      member.permit = terms.new_validator_permit[uid] != 0;
    }
    rest_.pending_emission = shared > emission ? 0 : static_cast<std::uint64_t>(emission - shared);
    rest_.consensus = terms.consensus;
    bonds_.clear();
    for (std::uint16_t uid = 0; uid < size_; ++uid) read_row(terms.bond, uid, bonds_);
  }

  void forget(std::uint16_t uid) {
    weights_.erase(uid);
    bonds_.erase(uid);
    for (Matrix* matrix : {&weights_, &bonds_}) {
      for (auto& [from, row] : *matrix) row.erase(uid);
    }
    if (!rest_.consensus.empty()) rest_.consensus[uid] = 0;
    commits_.erase(uid);
    std::erase_if(rest_.faults, [&](const CountedFault& fault) { return fault.uid == uid; });
    members_.erase(uid);
  }

  bool is_new(const PublicKey& hotkey) const {
    return check_public_key(hotkey).ok() &&
           std::none_of(members_.begin(), members_.end(), [&](const auto& member) {
             return member.second.hotkey.bytes == hotkey.bytes;
           });
  }

  bool take(const RemoveUid& change) {
    if (members_.count(change.uid) == 0) return false;
    forget(change.uid);
    return true;
  }
  bool take(const ReplaceHotkey& change) {
    if (members_.count(change.uid) == 0 || !is_new(change.hotkey)) return false;
    Neuron& member = members_[change.uid];
    member.hotkey = change.hotkey;
    if (member.power > 0) member.since = rest_.epoch + 1;
    member.missed = 0;
    commits_.erase(change.uid);
    return true;
  }
  bool take(const RegisterUid& change) {
    if (change.uid >= size_ || members_.count(change.uid) != 0) return false;
    if (!is_new(change.hotkey) || change.stake > kMaxStake) return false;
    members_[change.uid] = {change.hotkey,
                            change.power,
                            change.power > 0 ? rest_.epoch + 1 : 0,
                            rest_.block,
                            change.stake,
                            rest_.block,
                            0,
                            change.power > 0};
    return true;
  }
  bool take(const SetPower& change) {
    if (members_.count(change.uid) == 0) return false;
    Neuron& member = members_[change.uid];
    if (change.power == 0) {
      weights_.erase(change.uid);
      commits_.erase(change.uid);
      member.since = 0;
      member.missed = 0;
    } else if (member.power == 0) {
      member.since = rest_.epoch + 1;
    }
    member.power = change.power;
    return true;
  }
  bool take(const SetOwner& change) {
    rest_.owner = change.uid;
    return members_.count(change.uid) != 0;
  }
  bool take(const SetSize& change) {
    if (!members_.empty() && members_.rbegin()->first >= change.uids) return false;
    size_ = change.uids;
    if (!rest_.consensus.empty()) rest_.consensus.resize(size_);
    return true;
  }
  bool take(const SetParameter& change) {
    const auto before = rest_.parameters.reveal_period;
    if (!set_parameter(rest_.parameters, change.tag, change.value).ok()) return false;
    if (rest_.parameters.reveal_period != before) commits_.clear();
    return true;
  }
  bool take(const SetRuleVersion& change) {
    rest_.spec_version = change.spec_version;
    return change.spec_version == 300 || (change.spec_version >= 425 && change.spec_version <= 456);
  }

  State rest_;  // all but roster, rows and commits
  std::size_t size_ = 0;
  std::map<std::uint16_t, Neuron> members_;
  Matrix weights_, bonds_;
  std::map<std::uint16_t, Bytes32> commits_;
};

}  // namespace yuma::test
