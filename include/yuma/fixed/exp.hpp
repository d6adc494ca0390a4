// SPDX-License-Identifier: MIT
#pragma once

// The chain's exponential function of an I32F32: a Taylor series cut after the 31st power, with a
// rounding after each step. It is about 0.8 % low at 20; the liquid-alpha sigmoid depends on
// exactly these bits, so a more accurate function would be wrong here.

#include <algorithm>
#include <cstdint>

#include "yuma/fixed/fixed.hpp"

namespace yuma {

/// e^x with x first clamped to [-20, 20]. Never overflows.
///
/// a = |x|; sum over i = 0 .. 31 of a^i / i!, each term made from the one before by
/// floor(term * a), then trunc(term / i); for negative x: trunc(1 / sum).
constexpr I32F32 exp_safe(I32F32 x) {
  constexpr std::int64_t kOne = I32F32::one().bits;
  constexpr std::int64_t kLimit = 20 * kOne;
  // The library's constant e, cut after 23 fraction bits; the series is not used at exactly 1.0.
  constexpr std::int64_t kEuler = std::int64_t{22802600} << 9;

  const std::int64_t clamped = std::clamp(x.bits, -kLimit, kLimit);
  if (clamped == 0) return I32F32::one();
  if (clamped == kOne) return {kEuler};

  const I32F32 a{clamped < 0 ? -clamped : clamped};
  I32F32 term = a;
  I32F32 sum{kOne + a.bits};
  for (std::int64_t i = 2; i <= 31; ++i) {
    term = saturating_mul_floor(term, a);
    term.bits /= i;
    sum.bits += term.bits;  // at most e^20 < 2^29 in value: cannot overflow
  }
  return clamped < 0 ? saturating_div_trunc(I32F32::one(), sum) : sum;
}

}  // namespace yuma
