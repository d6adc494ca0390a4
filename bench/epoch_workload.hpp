// SPDX-License-Identifier: MIT
#pragma once

// The subnets that the epoch is timed on, made up from a seed with integers only.
// docs/benchmarks.md describes them in prose, precisely enough to rebuild them byte for byte; a
// test pins their checksums.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "yuma/snapshot/epoch_snapshot.hpp"

namespace yuma::bench {

/// Which entries a weight row holds.
enum class Density {
  kDense,   ///< every uid but the validator's own
  kSparse,  ///< kRowEntries of them: the popular miners, the rest picked at random
};

inline constexpr std::size_t kRowEntries = 41;  ///< 1 % of 4096
inline constexpr std::uint32_t kPopular = 34;   ///< miners that every sparse row holds

/// The shape of a subnet.
struct Shape {
  std::string_view name;
  std::uint32_t n;           ///< uids
  std::uint32_t validators;  ///< a divisor of n: validator k has uid k n / validators
  Density density;
};

inline constexpr Shape kShapes[] = {
    {"n256_v64", 256, 64, Density::kDense},
    {"n1024_v64", 1024, 64, Density::kDense},
    {"n1024_v256", 1024, 256, Density::kDense},
    {"n4096_v256", 4096, 256, Density::kDense},
    {"n4096_v4096_1pct", 4096, 4096, Density::kSparse},
};

/// How the bonds follow the weights.
enum class Variant { kYuma2, kYuma3, kLiquidAlpha };

/// Where the bonds come from.
enum class Bonds {
  kWarm,  ///< kEarlierEpochs epochs, one weight in 50 drawn again before each but the first
  kCold,  ///< drawn independently of the weights
};

/// The number of epochs before the one that is timed. Weights and blocks are those of this epoch,
/// whether its bonds are warm or cold.
inline constexpr std::uint32_t kEarlierEpochs = 20;

/// The subnet without bonds, as it stands before epoch number `epoch` (from 0).
EpochSnapshot subnet_at(const Shape& shape, Variant variant, std::uint64_t seed,
                        std::uint32_t epoch);

/// The input of the epoch that is timed. Cost of warm bonds: kEarlierEpochs epochs.
EpochSnapshot epoch_workload(const Shape& shape, Variant variant, Bonds bonds, std::uint64_t seed);

/// What times are divided by: n x validators where dense, the weights stored where sparse.
std::uint64_t cells(const Shape& shape, const EpochSnapshot& snapshot);

/// The number of (validator, miner) pairs whose bond rate takes an exponential: liquid alpha is in
/// effect, the pair has an entry in weights_for_bonds, and the d of AlphaSigmoid::rate() is not
/// zero. All pairs of d = 0 share one rate.
std::uint64_t pairs_needing_exp(const EpochSnapshot& snapshot);

}  // namespace yuma::bench
