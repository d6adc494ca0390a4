// SPDX-License-Identifier: MIT
#pragma once

// The Arithmetic of sum.hpp with four products at a time.

#include "curve/point4.hpp"
#include "curve/sum.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

/// of[i] = (2 i + 1) P.
template <std::size_t kCount>
void set_odd_multiples(Cached4 (&of)[kCount], const Point4& p) {
  const Cached4 twice = cached(doubled(p));
  Point4 odd = p;
  of[0] = cached(odd);
  for (std::size_t i = 1; i < kCount; ++i) {
    odd = odd + twice;
    of[i] = cached(odd);
  }
}

struct Parallel {
  /// The roots of eight, which are most of the work, as two chains of four.
  static constexpr std::size_t kDecodedAtOnce = 8;
  static bool decode(const std::uint8_t* const* encodings, std::size_t count, Extended* out) {
    HalfDecoded half[kDecodedAtOnce];
    Field r[kDecodedAtOnce] = {};
    for (std::size_t i = 0; i < count; ++i) {
      half[i] = begin_decoding(encodings[i]);
      r[i] = half[i].radicand;
    }
    Pair<Field4> power{side_by_side(r[0], r[1], r[2], r[3]), side_by_side(r[4], r[5], r[6], r[7])};
    if (count <= 4) {
      power.first = power_252_3(power.first);
    } else {
      power = power_252_3(power);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const Field own = lane(i < 4 ? power.first : power.second, static_cast<int>(i % 4));
      if (!finish_decoding(half[i], own, out[i])) return false;
    }
    return true;
  }

  struct Multiples {
    Cached4 of[largest_multiple(kFirstPoint) / 2 + 1];

    void set(const Extended& p) { set_odd_multiples(of, point4(p)); }
  };

  struct BaseMultiples {
    Cached4 of[2][largest_multiple(kBase) / 2 + 1];

    BaseMultiples() {
      Point4 start = point4(base_point());
      set_odd_multiples(of[0], start);
      for (int i = 0; i < kHighBaseExponent; ++i) start = doubled(start);
      set_odd_multiples(of[1], start);
    }
  };
  /// Made when first wanted, by whichever thread comes first; the others wait.
  static const BaseMultiples& base() {
    static const BaseMultiples kMultiples;
    return kMultiples;
  }

  class Accumulator {
   public:
    void make_double() { sum_ = doubled(sum_); }
    void add(const Cached4& entry, bool negative) { sum_ = negative ? sum_ - entry : sum_ + entry; }
    bool is_identity() const { return is_zero(lane(sum_.v, 0)) || is_zero(lane(sum_.v, 1)); }

   private:
    Point4 sum_ = point4({kZero, kOne, kOne, kZero});
  };
};

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
