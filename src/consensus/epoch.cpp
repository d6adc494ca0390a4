// SPDX-License-Identifier: MIT

#include "yuma/consensus/epoch.hpp"

#include <utility>

#include "yuma/consensus/epoch_staged.hpp"

namespace yuma {

/// The staged code keeps nothing from one epoch to the next.
struct EpochWorkspace::Memory {};

EpochWorkspace::EpochWorkspace() : memory_(std::make_unique<Memory>()) {}
EpochWorkspace::~EpochWorkspace() = default;
EpochWorkspace::EpochWorkspace(EpochWorkspace&&) noexcept = default;
EpochWorkspace& EpochWorkspace::operator=(EpochWorkspace&&) noexcept = default;

absl::Status epoch(const EpochInput& input, const ChainRules& rules, EpochWorkspace& /*workspace*/,
                   EpochResult& out) {
  auto stages = epoch_staged<Exact>(input, rules);
  if (!stages.ok()) return stages.status();
  out = std::move(stages->terms);
  return absl::OkStatus();
}

absl::StatusOr<EpochResult> epoch(const EpochInput& input, const ChainRules& rules) {
  EpochWorkspace workspace;
  EpochResult result;
  if (auto status = epoch(input, rules, workspace, result); !status.ok()) return status;
  return result;
}

}  // namespace yuma
