// SPDX-License-Identifier: MIT
#pragma once

// Running a property over many random epochs. The first case that fails ends the run and is shown:
// its seed, and the input in the schema of epoch files.

#include <gtest/gtest.h>

#include <cstdint>

#include "tests/support/epoch_text.hpp"
#include "tests/support/random.hpp"
#include "tests/support/random_epoch.hpp"

namespace yuma::test {

/// Calls property(epoch, random) for the epochs of seeds 0 .. cases-1; `random` is for further
/// choices of the case.
template <class Property>
void for_each_case(std::uint64_t cases, const EpochOptions& options, Property property) {
  for (std::uint64_t seed = 0; seed < cases; ++seed) {
    const EpochSnapshot epoch = random_epoch(seed, options);
    Random random(~seed);
    property(epoch, random);
    if (::testing::Test::HasFailure()) {
      FAIL() << "seed " << seed << ", the input:\n" << to_text(epoch);
    }
  }
}

inline EpochOptions hostile(std::uint32_t max_n) {
  EpochOptions options;
  options.min_n = 0;
  options.max_n = max_n;
  options.style = EpochStyle::kHostile;
  return options;
}

}  // namespace yuma::test
