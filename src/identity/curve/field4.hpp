// SPDX-License-Identifier: MIT
#pragma once

// Four integers modulo p side by side, for AVX-512 IFMA, whose multiplication takes the lowest 52
// bits of each factor and gives the lower or the upper 52 bits of the product.
//
// Limbs have 51 bits as in field.hpp, but here a factor's must be below 2^52. Those of a product
// and of carried() are below 2^51 + 2^14. Sums and differences, which are larger, go through
// carried().

#include <immintrin.h>

#include "curve/field.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

struct Field4 {
  __m256i limb[5];
};

YUMA_CURVE_INLINE __m256i sum_of(__m256i a, __m256i b) { return _mm256_add_epi64(a, b); }
YUMA_CURVE_INLINE __m256i twice(__m256i a) { return _mm256_add_epi64(a, a); }
YUMA_CURVE_INLINE __m256i times19(__m256i a) {
  return sum_of(sum_of(_mm256_slli_epi64(a, 4), twice(a)), a);
}

/// Brings limbs of up to 61 bits down to less than 2^51 + 2^14.
YUMA_CURVE_INLINE Field4 carried(const Field4& a) {
  const __m256i mask = _mm256_set1_epi64x(static_cast<long long>(kLimbMask));
  Field4 r;
  for (int i = 0; i < 5; ++i) {
    const __m256i carry = _mm256_srli_epi64(a.limb[i == 0 ? 4 : i - 1], 51);
    r.limb[i] = sum_of(_mm256_and_si256(a.limb[i], mask), i == 0 ? times19(carry) : carry);
  }
  return r;
}

/// Upper halves count twice: they start at bit 52, and limbs have 51.
YUMA_CURVE_INLINE Field4 folded(const __m256i (&low)[9], const __m256i (&high)[9]) {
  __m256i column[10];
  column[0] = low[0];
  for (int k = 1; k < 9; ++k) column[k] = sum_of(low[k], twice(high[k - 1]));
  column[9] = twice(high[8]);
  Field4 r;
  for (int k = 0; k < 5; ++k) r.limb[k] = sum_of(column[k], times19(column[k + 5]));
  return carried(r);
}

YUMA_CURVE_INLINE Field4 operator*(const Field4& a, const Field4& b) {
  __m256i low[9] = {}, high[9] = {};
  for (int i = 0; i < 5; ++i) {
    for (int k = 0; k < 5; ++k) {
      low[i + k] = _mm256_madd52lo_epu64(low[i + k], a.limb[i], b.limb[k]);
      high[i + k] = _mm256_madd52hi_epu64(high[i + k], a.limb[i], b.limb[k]);
    }
  }
  return folded(low, high);
}

YUMA_CURVE_INLINE Field4 square(const Field4& a) {
  __m256i low[9] = {}, high[9] = {};
  for (int i = 0; i < 5; ++i) {
    for (int k = i + 1; k < 5; ++k) {
      low[i + k] = _mm256_madd52lo_epu64(low[i + k], a.limb[i], a.limb[k]);
      high[i + k] = _mm256_madd52hi_epu64(high[i + k], a.limb[i], a.limb[k]);
    }
  }
  for (int k = 1; k < 8; ++k) low[k] = twice(low[k]), high[k] = twice(high[k]);
  for (int i = 0; i < 5; ++i) {
    low[2 * i] = _mm256_madd52lo_epu64(low[2 * i], a.limb[i], a.limb[i]);
    high[2 * i] = _mm256_madd52hi_epu64(high[2 * i], a.limb[i], a.limb[i]);
  }
  return folded(low, high);
}

inline Field4 squared_times(Field4 a, int times) {
  for (; times > 0; --times) a = square(a);
  return a;
}

inline Field4 side_by_side(const Field& a, const Field& b, const Field& c, const Field& d) {
  Field4 r;
  for (int i = 0; i < 5; ++i) {
    r.limb[i] =
        _mm256_setr_epi64x(static_cast<long long>(a.limb[i]), static_cast<long long>(b.limb[i]),
                           static_cast<long long>(c.limb[i]), static_cast<long long>(d.limb[i]));
  }
  return r;
}

inline Field lane(const Field4& a, int which) {
  Field r;
  for (int i = 0; i < 5; ++i) {
    alignas(32) std::uint64_t lanes[4];
    _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), a.limb[i]);
    r.limb[i] = lanes[which];
  }
  return r;
}

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
