// SPDX-License-Identifier: MIT
#pragma once

// The private subnets that the agreement is measured on: shape and weights are those of the epoch
// benchmarks (epoch_workload.hpp), but validators weigh no validators. docs/benchmarks.md describes
// them.

#include <map>
#include <memory>
#include <vector>

#include "bench/epoch_workload.hpp"
#include "yuma/identity/signer.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/seal/messages.hpp"

namespace yuma::bench {

inline constexpr Shape kAgreementShapes[] = {
    {"v4_n256", 256, 4, Density::kDense},
    {"v16_n1024", 1024, 16, Density::kDense},
    {"v64_n4096", 4096, 64, Density::kDense},
    {"v64_n4096_1pct", 4096, 64, Density::kSparse},
};

/// A genesis in which every uid is taken by an sr25519 key, and the keys of its validators.
class AgreementSubnet {
 public:
  explicit AgreementSubnet(const Shape& shape);

  const Shape& shape() const { return shape_; }
  const Genesis& genesis() const { return genesis_; }
  /// Ascending. All have equal power; the owner is in the middle.
  const std::vector<std::uint16_t>& validators() const { return validators_; }
  std::uint16_t owner() const { return genesis_.state.owner; }
  Signer& signer(std::uint16_t uid) { return *signers_.at(uid); }
  /// What the validators choose in an epoch, in their order.
  std::vector<seal::WeightsChosen> weights(std::uint64_t epoch) const;

 private:
  bool is_validator(std::uint16_t uid) const { return uid % (shape_.n / shape_.validators) == 0; }

  Shape shape_;
  Genesis genesis_;
  std::vector<std::uint16_t> validators_;
  std::map<std::uint16_t, std::unique_ptr<Signer>> signers_;
};

}  // namespace yuma::bench
