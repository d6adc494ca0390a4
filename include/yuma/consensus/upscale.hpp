// SPDX-License-Identifier: MIT
#pragma once

// How the chain scales a weight vector when a validator sets it: the largest weight becomes 65535.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "yuma/fixed/fixed.hpp"

namespace yuma {

/// w_i := round(w_i * 65535 / max), ties away from zero; all zero where the largest weight is. The
/// chain divides first where the product would not fit: up to a maximum of 32768 it rounds
/// trunc(w_i * 65535 / max), above that floor(w_i * trunc(65535 / max)), fractions of 2^-32.
inline std::vector<std::uint16_t> max_upscaled(std::span<const std::uint16_t> weights) {
  const auto value = [](std::uint32_t v) { return saturating_from_int<I32F32>(v); };
  std::vector<std::uint16_t> scaled(weights.size(), 0);
  const std::uint16_t max =
      weights.empty() ? std::uint16_t{0} : *std::max_element(weights.begin(), weights.end());
  if (max == 0) return scaled;
  const I32F32 factor = safe_div_trunc(value(65535), value(max));
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const I32F32 exact = max <= 32768
                             ? safe_div_trunc(value(std::uint32_t{weights[i]} * 65535), value(max))
                             : saturating_mul_floor(value(weights[i]), factor);
    const I32F32 half{I32F32::one().bits / 2};
    scaled[i] = saturating_floor<std::uint16_t>(saturating_add(exact, half));  // exact >= 0
  }
  return scaled;
}

}  // namespace yuma
