// SPDX-License-Identifier: MIT
#pragma once

// The Yuma epoch for those who want its result: defined in yuma::fast. It gives the terms of
// epoch_staged<Exact>(), to the last bit.

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/consensus/input.hpp"
#include "yuma/consensus/result.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// Memory that epochs share; it grows to the largest so far. Use one a thread.
class EpochWorkspace {
 public:
  EpochWorkspace();
  ~EpochWorkspace();
  EpochWorkspace(EpochWorkspace&&) noexcept;
  EpochWorkspace& operator=(EpochWorkspace&&) noexcept;

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

/// One epoch under `rules`; `out` is overwritten. Errors: those of check_input(), which leave `out`
/// as it was.
absl::Status epoch(const EpochInput& input, const ChainRules& rules, EpochWorkspace& workspace,
                   EpochResult& out);

/// The same with memory of its own.
absl::StatusOr<EpochResult> epoch(const EpochInput& input, const ChainRules& rules);

}  // namespace yuma
