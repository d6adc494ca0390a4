// SPDX-License-Identifier: MIT

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replica/state_shape.hpp"
#include "yuma/replica/check.hpp"

namespace yuma {

namespace {

using replica::is_taken;

template <class... Parts>
absl::Status misfit(const Parts&... parts) {
  return absl::FailedPreconditionError(absl::StrCat(parts...));
}

// Applies changes one by one. Rows are dropped once, at the end: until then nothing reads them, and
// who is registered at a uid that was freed comes without entries.
class Amender {
 public:
  Amender(State state, std::uint64_t number)
      : state_(std::move(state)),
        number_(number),
        freed_(state_.neurons.size()),
        silenced_(state_.neurons.size()) {}

  absl::Status operator()(const RemoveUid& change);
  absl::Status operator()(const ReplaceHotkey& change);
  absl::Status operator()(const RegisterUid& change);
  absl::Status operator()(const SetPower& change);
  absl::Status operator()(const SetOwner& change);
  absl::Status operator()(const SetSize& change);
  absl::Status operator()(const SetParameter& change);
  absl::Status operator()(const SetRuleVersion& change);

  /// The state after all changes.
  State finish();

 private:
  absl::Status need_taken(std::uint16_t uid) const;
  absl::Status need_new(const PublicKey& hotkey) const;
  void drop_commit(std::uint16_t uid);
  SparseRows<std::uint16_t> kept(const SparseRows<std::uint16_t>& rows,
                                 const std::vector<std::uint8_t>& cleared) const;

  State state_;
  std::uint64_t number_;
  // By uid: removed, with all entries for it; without power for a moment, so without weights.
  std::vector<std::uint8_t> freed_, silenced_;
};

absl::Status Amender::need_taken(std::uint16_t uid) const {
  if (is_taken(state_, uid)) return absl::OkStatus();
  return misfit("nobody holds uid ", uid);
}

absl::Status Amender::need_new(const PublicKey& hotkey) const {
  if (auto status = check_public_key(hotkey); !status.ok()) {
    return misfit("the hotkey is none: ", status.message());
  }
  for (std::size_t uid = 0; uid < state_.neurons.size(); ++uid) {
    const auto& neuron = state_.neurons[uid];
    if (neuron && neuron->hotkey.bytes == hotkey.bytes) {
      return misfit("uid ", uid, " holds the hotkey ", hotkey.address());
    }
  }
  return absl::OkStatus();
}

void Amender::drop_commit(std::uint16_t uid) {
  auto& commits = state_.commits;
  commits.erase(std::remove_if(commits.begin(), commits.end(),
                               [&](const UidHash& commit) { return commit.uid == uid; }),
                commits.end());
}

absl::Status Amender::operator()(const RemoveUid& change) {
  if (auto status = need_taken(change.uid); !status.ok()) return status;
  state_.neurons[change.uid].reset();
  freed_[change.uid] = 1;
  if (!state_.consensus.empty()) state_.consensus[change.uid] = 0;
  drop_commit(change.uid);
  auto& faults = state_.faults;
  faults.erase(std::remove_if(faults.begin(), faults.end(),
                              [&](const CountedFault& fault) { return fault.uid == change.uid; }),
               faults.end());
  return absl::OkStatus();
}

absl::Status Amender::operator()(const ReplaceHotkey& change) {
  absl::Status status = need_taken(change.uid);
  status.Update(need_new(change.hotkey));
  if (!status.ok()) return status;
  Neuron& neuron = *state_.neurons[change.uid];
  neuron.hotkey = change.hotkey;
  neuron.since = neuron.power > 0 ? state_.epoch + 1 : 0;
  neuron.missed = 0;
  drop_commit(change.uid);
  return absl::OkStatus();
}

absl::Status Amender::operator()(const RegisterUid& change) {
  if (change.uid >= state_.neurons.size()) {
    return misfit("uid ", change.uid, " is beyond the last of ", state_.neurons.size());
  }
  if (is_taken(state_, change.uid)) return misfit("uid ", change.uid, " is taken");
  if (auto status = need_new(change.hotkey); !status.ok()) return status;
  if (change.stake > kMaxStake) {
    return misfit("a stake of ", change.stake, " rao, more than ", kMaxStake);
  }
  Neuron neuron;
  neuron.hotkey = change.hotkey;
  neuron.power = change.power;
  neuron.since = change.power > 0 ? state_.epoch + 1 : 0;
  neuron.registered = number_;
  neuron.stake = change.stake;
  neuron.last_update = number_;
  neuron.permit = change.power > 0;
  state_.neurons[change.uid] = neuron;
  return absl::OkStatus();
}

absl::Status Amender::operator()(const SetPower& change) {
  if (auto status = need_taken(change.uid); !status.ok()) return status;
  Neuron& neuron = *state_.neurons[change.uid];
  if (change.power == 0) {
    neuron.since = 0;
    neuron.missed = 0;
    silenced_[change.uid] = 1;
    drop_commit(change.uid);
  } else if (neuron.power == 0) {
    neuron.since = state_.epoch + 1;
  }
  neuron.power = change.power;
  return absl::OkStatus();
}

absl::Status Amender::operator()(const SetOwner& change) {
  if (auto status = need_taken(change.uid); !status.ok()) return status;
  state_.owner = change.uid;
  return absl::OkStatus();
}

absl::Status Amender::operator()(const SetSize& change) {
  for (std::size_t uid = change.uids; uid < state_.neurons.size(); ++uid) {
    if (state_.neurons[uid]) return misfit("uid ", uid, " is taken");
  }
  state_.neurons.resize(change.uids);
  if (change.uids > freed_.size()) {
    freed_.resize(change.uids);
    silenced_.resize(change.uids);
  }
  if (!state_.consensus.empty()) state_.consensus.resize(change.uids);
  return absl::OkStatus();
}

absl::Status Amender::operator()(const SetParameter& change) {
  if (auto status = set_parameter(state_.parameters, change.tag, change.value); !status.ok()) {
    return misfit(status.message());
  }
  // Where the reveal period was 0 before there are no commits.
  if (state_.parameters.reveal_period == 0) state_.commits.clear();
  return absl::OkStatus();
}

absl::Status Amender::operator()(const SetRuleVersion& change) {
  if (auto status = replica::check_rules(change.spec_version); !status.ok()) {
    return misfit(status.message());
  }
  state_.spec_version = change.spec_version;
  return absl::OkStatus();
}

// One row a uid, without the rows that are cleared and without entries for freed uids. There were
// no entries for uids that were free before.
SparseRows<std::uint16_t> Amender::kept(const SparseRows<std::uint16_t>& rows,
                                        const std::vector<std::uint8_t>& cleared) const {
  SparseRows<std::uint16_t> out;
  for (std::size_t i = 0; i < state_.neurons.size(); ++i) {
    const bool keep = i < rows.rows() && cleared[i] == 0 && freed_[i] == 0;
    const auto row = keep ? rows.row(i) : SparseRow<std::uint16_t>();
    for (std::size_t k = 0; k < row.size(); ++k) {
      if (freed_[row.uids[k]] == 0) out.push(row.uids[k], row.values[k]);
    }
    out.end_row();
  }
  return out;
}

State Amender::finish() {
  state_.weights = kept(state_.weights, silenced_);
  state_.bonds = kept(state_.bonds, std::vector<std::uint8_t>(silenced_.size()));
  ++state_.amendments;
  return std::move(state_);
}

const char* name_of(const Change& change) {
  constexpr const char* kNames[] = {"remove",    "replace",  "register",      "set power",
                                    "set owner", "set size", "set parameter", "set rule version"};
  static_assert(std::size(kNames) == std::variant_size_v<Change>);
  return kNames[change.index()];
}

}  // namespace

absl::StatusOr<State> amend(const State& state, const AmendmentBody& amendment,
                            std::uint64_t number) {
  if (amendment.number != state.amendments + 1) {
    return misfit("amendment ", amendment.number, " is not the next after ", state.amendments);
  }
  Amender amender(state, number);
  for (std::size_t i = 0; i < amendment.changes.size(); ++i) {
    const auto status = std::visit(amender, amendment.changes[i]);
    if (status.ok()) continue;
    return misfit("amendment ", amendment.number, ", changes[", i, "] (",
                  name_of(amendment.changes[i]), "): ", status.message());
  }
  State next = amender.finish();
  if (auto status = replica::check_shape(next); !status.ok()) {
    return misfit("amendment ", amendment.number, " would leave a ", status.message());
  }
  return next;
}

}  // namespace yuma
