// SPDX-License-Identifier: MIT
#pragma once

// A sum of multiples of points, doubling one accumulator for all of them (Straus). How points are
// decoded, kept and added is the Arithmetic's, serial.hpp or parallel.hpp:
//
//   kDecodedAtOnce, decode(encodings, count, out)   up to so many encodings, all of them points?
//   Multiples, BaseMultiples, base()                odd multiples of a point, of B and of 2^127 B
//   Accumulator                                     a sum, at first the identity

#include "curve/kernel.hpp"
#include "curve/point.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

template <class Arithmetic>
bool sum_vanishes(const std::uint8_t* const* encodings, std::size_t count, const Plan& plan,
                  typename Arithmetic::Multiples* multiples) {
  constexpr std::size_t kAtOnce = Arithmetic::kDecodedAtOnce;
  for (std::size_t i = 0; i < count; i += kAtOnce) {
    const std::size_t n = count - i < kAtOnce ? count - i : kAtOnce;
    Extended points[kAtOnce];
    if (!Arithmetic::decode(encodings + i, n, points)) return false;
    for (std::size_t k = 0; k < n; ++k) multiples[i + k].set(points[k]);
  }
  const typename Arithmetic::BaseMultiples& base = Arithmetic::base();
  typename Arithmetic::Accumulator sum;
  for (int position = plan.positions - 1; position >= 0; --position) {
    sum.make_double();
    for (Plan::Index i = plan.first[position]; i != Plan::kNone; i = plan.steps[i].next) {
      const Step& step = plan.steps[i];
      const bool negative = step.multiple < 0;
      const int index = (negative ? -step.multiple : step.multiple) / 2;
      if (step.point < kFirstPoint) {
        sum.add(base.of[step.point][index], negative);
      } else {
        sum.add(multiples[step.point - kFirstPoint].of[index], negative);
      }
    }
  }
  return sum.is_identity();
}

template <class Arithmetic>
bool sum_is_identity(const std::uint8_t* const* encodings, std::size_t count, const Plan& plan) {
  using Multiples = typename Arithmetic::Multiples;
  if (count <= 2) {
    Multiples multiples[2];
    return sum_vanishes<Arithmetic>(encodings, count, plan, multiples);
  }
  auto* const multiples = new Multiples[count];
  const bool vanishes = sum_vanishes<Arithmetic>(encodings, count, plan, multiples);
  delete[] multiples;
  return vanishes;
}

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
