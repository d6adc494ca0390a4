// SPDX-License-Identifier: MIT
#pragma once

// What is compiled for one instruction set at a time, and how it is told what to add up. Plain
// structures and pointers only, see field.hpp.

#include <cstddef>
#include <cstdint>

namespace yuma::curve {

/// Points of a sum by number: B, 2^127 B, then those that come with it.
inline constexpr std::uint16_t kBase = 0, kHighBase = 1, kFirstPoint = 2;
inline constexpr int kHighBaseExponent = 127;

/// Digits are odd, and not beyond this: there is a table of odd multiples of every point.
constexpr int largest_multiple(std::uint16_t point) { return point < kFirstPoint ? 127 : 15; }

/// One addition, `multiple` times point number `point`.
struct Step {
  std::uint16_t point;
  std::int16_t multiple;
  std::uint32_t next;  ///< the next step at the same position, or Plan::kNone
};

/// Scalars cut into digits: position i has the steps that are to be taken 2^i times.
struct Plan {
  using Index = std::uint32_t;
  static constexpr Index kNone = 0xffffffff;

  const Step* steps;
  const Index* first;  ///< of each position
  int positions;
};

struct Kernel {
  const char* name;
  /// Whether all the encodings are ristretto255 points and the sum that the plan makes of them and
  /// of B is the identity.
  bool (*sum_is_identity)(const std::uint8_t* const* encodings, std::size_t count,
                          const Plan& plan);
};

/// For any processor.
extern const Kernel kPlainKernel;
/// For x86-64 with BMI2: products that leave the flags alone. Built there only.
extern const Kernel kBmi2Kernel;

/// For x86-64 with AVX-512 IFMA and VL: four products of 52 bits at a time. Built there only.
extern const Kernel kIfmaKernel;

}  // namespace yuma::curve
