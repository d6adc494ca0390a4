// SPDX-License-Identifier: MIT
#pragma once

// The additions and doublings of point.hpp with their four products at a time.

#include "curve/field4.hpp"
#include "curve/point.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

/// X, Y, Z, T of an extended point.
struct Point4 {
  Field4 v;
};
/// Y - X, Y + X, 2 d T, 2 Z.
struct Cached4 {
  Field4 v;
};

inline Point4 point4(const Extended& p) { return {side_by_side(p.x, p.y, p.z, p.t)}; }

/// Lanes by number, lane 0 first.
template <int kA, int kB, int kC, int kD>
YUMA_CURVE_INLINE __m256i lanes(__m256i v) {
  return _mm256_permute4x64_epi64(v, kA | kB << 2 | kC << 4 | kD << 6);
}

/// 4 p for limb i, in the lanes of the mask: what a difference needs not to become negative.
template <int kLanes>
YUMA_CURVE_INLINE __m256i bias(int i) {
  constexpr auto kLow = static_cast<long long>(4 * (kLimbMask - 18));
  constexpr auto kHigh = static_cast<long long>(4 * kLimbMask);
  return _mm256_maskz_set1_epi64(kLanes, i == 0 ? kLow : kHigh);
}

/// a + b in the lanes of the first mask, a - b in those of the second, a in the others.
template <int kAdd, int kSubtract>
YUMA_CURVE_INLINE __m256i combined(int i, __m256i a, __m256i b) {
  const __m256i sum = _mm256_mask_add_epi64(a, kAdd, a, b);
  return _mm256_mask_sub_epi64(sum, kSubtract, sum_of(sum, bias<kSubtract>(i)), b);
}

/// From E, H, F, G (or E, H, G, F for a subtraction): E F, G H, F G, E H.
template <int kF, int kG>
YUMA_CURVE_INLINE Point4 completed(const Field4& r) {
  Field4 a, b;
  for (int i = 0; i < 5; ++i) {
    a.limb[i] = lanes<0, 1, kG, 0>(r.limb[i]);
    b.limb[i] = lanes<kF, kG, kF, 1>(r.limb[i]);
  }
  return {a * b};
}

inline Point4 doubled(const Point4& p) {
  Field4 a, b;
  for (int i = 0; i < 5; ++i) {
    a.limb[i] = lanes<0, 1, 2, 0>(p.v.limb[i]);
    b.limb[i] = lanes<0, 1, 2, 1>(p.v.limb[i]);
  }
  const Field4 w = a * b;  // XX, YY, ZZ, XY
  // E = 2 XY, H = YY + XX, F = 2 ZZ + XX - YY, G = YY - XX.
  const __m256i choice = _mm256_setr_epi64x(4 + 3, 1, 4 + 2, 1);
  Field4 r;
  for (int i = 0; i < 5; ++i) {
    const __m256i first = _mm256_permutex2var_epi64(w.limb[i], choice, twice(w.limb[i]));
    const __m256i with_xx = combined<0b0110, 0b1000>(i, first, lanes<0, 0, 0, 0>(w.limb[i]));
    r.limb[i] = combined<0, 0b0100>(i, with_xx, lanes<1, 1, 1, 1>(w.limb[i]));
  }
  return completed<2, 3>(carried(r));
}

/// Y - X, Y + X, T, Z.
YUMA_CURVE_INLINE Field4 for_addition(const Point4& p) {
  Field4 r;
  for (int i = 0; i < 5; ++i) {
    r.limb[i] =
        combined<0b0010, 0b0001>(i, lanes<1, 1, 3, 2>(p.v.limb[i]), lanes<0, 0, 0, 0>(p.v.limb[i]));
  }
  return carried(r);
}

inline Cached4 cached(const Point4& p) {
  return {for_addition(p) * side_by_side(kOne, kOne, kTwiceD, kOne + kOne)};
}

/// From A, B, C, D: E = B - A, H = B + A, D - C, D + C.
YUMA_CURVE_INLINE Field4 differences_and_sums(const Field4& products) {
  Field4 r;
  for (int i = 0; i < 5; ++i) {
    const __m256i v = products.limb[i];
    r.limb[i] = combined<0b1010, 0b0101>(i, lanes<1, 1, 3, 3>(v), lanes<0, 0, 2, 2>(v));
  }
  return carried(r);
}

inline Point4 operator+(const Point4& p, const Cached4& q) {
  return completed<2, 3>(differences_and_sums(for_addition(p) * q.v));
}
inline Point4 operator-(const Point4& p, const Cached4& q) {
  Field4 swapped;
  for (int i = 0; i < 5; ++i) swapped.limb[i] = lanes<1, 0, 2, 3>(q.v.limb[i]);
  return completed<3, 2>(differences_and_sums(for_addition(p) * swapped));
}

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
