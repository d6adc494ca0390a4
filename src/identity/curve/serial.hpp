// SPDX-License-Identifier: MIT
#pragma once

// The Arithmetic of sum.hpp with one product after the other.

#include "curve/sum.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

struct Serial {
  static constexpr std::size_t kDecodedAtOnce = 2;
  static bool decode(const std::uint8_t* const* encodings, std::size_t count, Extended* out) {
    if (count == 1) return YUMA_CURVE_KERNEL::decode(encodings[0], out[0]);
    const HalfDecoded first = begin_decoding(encodings[0]), second = begin_decoding(encodings[1]);
    const Pair<Field> power = power_252_3(Pair<Field>{first.radicand, second.radicand});
    return finish_decoding(first, power.first, out[0]) &&
           finish_decoding(second, power.second, out[1]);
  }

  struct Multiples {
    static constexpr int kCount = largest_multiple(kFirstPoint) / 2 + 1;
    Cached of[kCount];

    void set(const Extended& p) {
      const Cached twice = cached(extended(doubled({p.x, p.y, p.z})));
      Extended odd = p;
      of[0] = cached(odd);
      for (int i = 1; i < kCount; ++i) {
        odd = extended(odd + twice);
        of[i] = cached(odd);
      }
    }
  };

  struct BaseMultiples {
    Affine of[2][largest_multiple(kBase) / 2 + 1];

    BaseMultiples() {
      Extended start = base_point();
      for (auto& half : of) {
        const Cached twice = cached(extended(doubled({start.x, start.y, start.z})));
        Extended odd = start;
        for (Affine& entry : half) {
          const Field z = inverse(odd.z), x = odd.x * z, y = odd.y * z;
          entry = {y + x, y - x, x * y * kTwiceD};
          odd = extended(odd + twice);
        }
        for (int i = 0; i < kHighBaseExponent; ++i) {
          start = extended(doubled({start.x, start.y, start.z}));
        }
      }
    }
  };
  /// Made when first wanted, by whichever thread comes first; the others wait.
  static const BaseMultiples& base() {
    static const BaseMultiples kMultiples;
    return kMultiples;
  }

  class Accumulator {
   public:
    void make_double() { sum_ = doubled(projective(sum_)); }
    template <class Entry>
    void add(const Entry& entry, bool negative) {
      const Extended sum = extended(sum_);
      sum_ = negative ? sum - entry : sum + entry;
    }
    bool is_identity() const { return YUMA_CURVE_KERNEL::is_identity(projective(sum_)); }

   private:
    Completed sum_{kZero, kOne, kOne, kOne};
  };
};

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
