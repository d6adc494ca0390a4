// SPDX-License-Identifier: MIT
#pragma once

// Proportions: the chain stores shares of one as 16-bit integers, u standing for u / 65535.

#include <cstdint>

#include "yuma/fixed/fixed.hpp"

namespace yuma {

/// floor(u / 65535) as I32F32: 65535 is exactly one.
constexpr I32F32 proportion(std::uint16_t u) {
  return safe_div_trunc(saturating_from_int<I32F32>(u), saturating_from_int<I32F32>(65535));
}

/// floor(x * 65535), clamped to 0 .. 65535. Truncation, not rounding: one half gives 32767.
constexpr std::uint16_t to_u16_proportion(I32F32 x) {
  return saturating_floor<std::uint16_t>(
      saturating_mul_floor(x, saturating_from_int<I32F32>(65535)));
}

/// floor(x * amount), clamped to u64: the part of `amount` (rao) that a share of x is worth.
constexpr std::uint64_t share_of(I32F32 x, std::uint64_t amount) {
  return saturating_floor<std::uint64_t>(
      saturating_mul_floor(I96F32::from_bits(x.bits), saturating_from_int<I96F32>(amount)));
}

}  // namespace yuma
