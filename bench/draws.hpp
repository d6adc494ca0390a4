// SPDX-License-Identifier: MIT
#pragma once

// The random numbers of the benchmarks. Counter-based: a number depends on what it is for and not
// on how many were drawn before it, so that any part of a workload can be made on its own, in any
// order, in any language. docs/benchmarks.md defines them for those who rebuild them.

#include <cstdint>

namespace yuma::bench {

/// What a number is for. The values are part of the definition.
enum class Purpose : std::uint64_t {
  kStake = 1,
  kRegistration = 2,
  kLastUpdate = 3,
  kQuality = 4,
  kNoise = 5,
  kRedraw = 6,
  kPick = 7,
  kBond = 8,
};

/// One step of splitmix64: adds the constant, then mixes. All arithmetic modulo 2^64.
constexpr std::uint64_t mix(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// The numbers draw(seed, purpose, a, b, 0), draw(seed, purpose, a, b, 1), ... of 64 bits:
/// draw = m(m(m(m(m(seed) ^ purpose) ^ a) ^ b) ^ c), m = mix.
class Draws {
 public:
  constexpr Draws(std::uint64_t seed, Purpose purpose, std::uint64_t a = 0, std::uint64_t b = 0)
      : state_(mix(mix(mix(mix(seed) ^ static_cast<std::uint64_t>(purpose)) ^ a) ^ b)) {}

  constexpr std::uint64_t operator()(std::uint64_t c) const { return mix(state_ ^ c); }

 private:
  std::uint64_t state_;
};

}  // namespace yuma::bench
