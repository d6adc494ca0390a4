// SPDX-License-Identifier: MIT
#pragma once

// Which kernel checks an equation. schnorr.hpp takes the fastest; tests take each.

#include <span>

#include "curve/kernel.hpp"
#include "curve/schnorr.hpp"

namespace yuma::curve {

/// The kernels that this processor can run, the fastest first.
std::span<const Kernel* const> kernels();

bool holds(const Kernel& kernel, const SchnorrEquation& equation);
bool all_hold(const Kernel& kernel, std::span<const SchnorrEquation> equations);

}  // namespace yuma::curve
