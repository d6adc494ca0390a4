// SPDX-License-Identifier: MIT
#pragma once

// From a validator's scores to the u16 weights that it sets, the way the official SDK 11 does it,
// in the same order of double operations, so that both give the same integers for the same scores.
//
// A score vector with nothing positive in it is an error here, never a uniform vector: who scored
// nobody pays nobody.

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace yuma {

/// Scores by uid, as the caller has them: any numbers, nothing checked.
struct UidScores {
  std::vector<std::int64_t> uids;
  std::vector<double> weights;
  friend bool operator==(const UidScores&, const UidScores&) = default;
};

/// Weights as the chain takes them: uids in the order given, none with value 0.
struct UidWeights {
  std::vector<std::uint16_t> uids;
  std::vector<std::uint16_t> values;
  friend bool operator==(const UidWeights&, const UidWeights&) = default;
};

/// The limits of a subnet, and who sets the weights.
struct WeightLimits {
  std::uint16_t own_uid = 0;
  std::uint16_t min_allowed_weights = 0;   ///< fewest weights that are not 0
  std::uint16_t max_weight_limit = 65535;  ///< of 65,535: largest share of one weight in the sum
};

/// Scores from a mapping whose keys are text, as in JSON ("7", "007"), sorted by uid.
/// InvalidArgument, naming the key, for one that is no whole number or a uid given twice.
absl::StatusOr<UidScores> scores_of_map(
    std::span<const std::pair<std::string_view, double>> entries);

/// InvalidArgument, naming it, where a uid is given twice.
absl::Status check_distinct_uids(std::span<const std::int64_t> uids);

/// Scales by the largest weight: value = round((w / max) * 65535), half to even; what rounds to 0
/// is dropped. All zero or empty gives empty lists. A uid may be given twice. InvalidArgument,
/// naming index, uid and value, for lists of different lengths, a weight that is NaN, infinite or
/// negative, and a uid outside 0..65535.
absl::StatusOr<UidWeights> normalize_weights(std::span<const std::int64_t> uids,
                                             std::span<const double> weights);

/// Divides by the sum and cuts so that no share is above `limit` (of 1); what is cut goes to the
/// others in proportion. Where n * limit <= 1 no vector fits, and all get 1/n. InvalidArgument
/// where the sum is not positive, for weights as above, and where the cut is not defined.
///
/// As in the SDK, the cut is found with a tolerance of 1e-7 and lands that much below the limit.
/// Mind: where all that is below the cut weighs less than the tolerance, the cut is negative and
/// the result uniform. [1, 1e-12] under 0.99998 becomes [0.5, 0.5], and a one-hot vector 1/n for
/// all, so a limit below 65,535 of 65,535 must not be used with such scores.
absl::StatusOr<std::vector<double>> clip_to_max_weight(std::span<const double> weights,
                                                       double limit);

/// Fits scores to a subnet: clip where max_weight_limit < 65535, normalise, count. Who gives weight
/// to its own uid alone is exempt from limit and minimum. InvalidArgument as above, where a uid is
/// given twice, where nothing is positive, and where fewer weights remain than the subnet asks for.
absl::StatusOr<UidWeights> conform_weights(std::span<const std::int64_t> uids,
                                           std::span<const double> weights,
                                           const WeightLimits& limits);

/// The same for weights that are whole numbers 0..65535 already and are sent as they are (the SDK's
/// raw_u16, for subnets under Null consensus): zeros are dropped, and what is above the limit is an
/// error instead of being cut.
absl::StatusOr<UidWeights> conform_raw_weights(std::span<const std::int64_t> uids,
                                               std::span<const double> weights,
                                               const WeightLimits& limits);

}  // namespace yuma
