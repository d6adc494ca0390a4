// SPDX-License-Identifier: MIT
#pragma once

// The ledger of a node that joins late.

#include <memory>

#include "yuma/ledger/ledger.hpp"

namespace yuma::simulator {

/// A ledger in memory that starts at a checkpoint.
std::unique_ptr<Ledger> ledger_at(const Genesis& genesis, const SealedState& checkpoint);

}  // namespace yuma::simulator
