// SPDX-License-Identifier: MIT
#pragma once

// Random numbers of a simulation. All come from one 64-bit seed, each purpose with a sequence of
// its own, so that a fault that is left out shifts as little of the rest as possible.

#include <cstdint>

#include "tests/support/random.hpp"

namespace yuma::simulator {

using test::Random;

enum class Purpose : std::uint8_t {
  kSubnet = 1,
  kFaults = 2,
  kFault = 3,     ///< what one entry of the schedule draws, by its index
  kLink = 4,      ///< delays from one node to another
  kHost = 5,      ///< how long a node takes
  kWeights = 6,   ///< by node
  kLiar = 7,      ///< by node
  kOperator = 8,  ///< by entry
  kSides = 9,     ///< who stands on which side of a partition
};

/// One step of SplitMix64: a good hash of 64 bits.
inline std::uint64_t mixed(std::uint64_t value) { return Random(value).next(); }

inline Random stream(std::uint64_t seed, Purpose purpose, std::uint64_t a = 0,
                     std::uint64_t b = 0) {
  const auto number = static_cast<std::uint64_t>(purpose);
  return Random(mixed(mixed(mixed(seed ^ mixed(number)) ^ a) ^ mixed(b)));
}

}  // namespace yuma::simulator
