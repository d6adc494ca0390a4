// SPDX-License-Identifier: MIT

#include "bench/epoch_workload.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/draws.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/consensus/upscale.hpp"

namespace yuma::bench {
namespace {

constexpr std::uint64_t kFirstBlock = 2'000'000;      ///< the block of epoch 0
constexpr std::uint64_t kBlocksPerEpoch = 361;        ///< tempo + 1
constexpr std::uint64_t kRegistered = 1'000'000;      ///< registrations lie before this block
constexpr std::uint64_t kRedrawOneIn = 50;            ///< 2 % of the weights, before each epoch
constexpr std::uint64_t kEmission = 296'020'000'000;  ///< rao an epoch

[[noreturn]] void fail(const absl::Status& status) {
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::abort();
}

bool is_validator(const Shape& shape, std::uint32_t uid) {
  return uid % (shape.n / shape.validators) == 0;
}

/// What validators think of each miner before their noise: 1,000 to 20,999, most of them low.
std::vector<std::uint32_t> qualities(const Shape& shape, std::uint64_t seed) {
  const Draws draws(seed, Purpose::kQuality);
  std::vector<std::uint32_t> quality(shape.n);
  for (std::uint32_t j = 0; j < shape.n; ++j) {
    const std::uint64_t u = draws(j) % 65536;
    quality[j] = static_cast<std::uint32_t>(1000 + ((u * u * 20000) >> 32));
  }
  return quality;
}

/// The uids in the weight row of validator i, ascending; never i itself.
std::vector<Uid> row_uids(const Shape& shape, std::uint64_t seed, std::uint32_t i) {
  std::vector<Uid> uids;
  if (shape.density == Density::kDense) {
    for (std::uint32_t j = 0; j < shape.n; ++j) {
      if (j != i) uids.push_back(static_cast<Uid>(j));
    }
    return uids;
  }
  for (std::uint32_t p = 0; p < kPopular; ++p) {
    const std::uint32_t j = 60 + 120 * p;
    if (j != i) uids.push_back(static_cast<Uid>(j));
  }
  const Draws draws(seed, Purpose::kPick, i);
  for (std::uint64_t t = 0; uids.size() < kRowEntries; ++t) {
    const auto j = static_cast<Uid>(draws(t) % shape.n);
    if (j != i && std::find(uids.begin(), uids.end(), j) == uids.end()) uids.push_back(j);
  }
  std::sort(uids.begin(), uids.end());
  return uids;
}

/// The weights of every epoch: a miner's quality times a noise of 0.500 to 1.500, drawn again in
/// some epochs.
class Weights {
 public:
  Weights(const Shape& shape, std::uint64_t seed)
      : shape_(shape), seed_(seed), quality_(qualities(shape, seed)) {}

  SparseRows<std::uint16_t> at(std::uint32_t epoch) const {
    SparseRows<std::uint16_t> rows;
    for (std::uint32_t i = 0; i < shape_.n; ++i) {
      if (is_validator(shape_, i)) push_row(epoch, i, rows);
      rows.end_row();
    }
    return rows;
  }

 private:
  void push_row(std::uint32_t epoch, std::uint32_t i, SparseRows<std::uint16_t>& rows) const {
    std::vector<Draws> noise, redraw;  // of epoch t
    for (std::uint32_t t = 0; t <= epoch; ++t) {
      noise.emplace_back(seed_, Purpose::kNoise, t, i);
      redraw.emplace_back(seed_, Purpose::kRedraw, t, i);
    }
    const std::vector<Uid> uids = row_uids(shape_, seed_, i);
    std::vector<std::uint16_t> raw;
    raw.reserve(uids.size());
    for (const Uid j : uids) {
      std::uint32_t t = epoch;
      while (t > 0 && redraw[t](j) % kRedrawOneIn != 0) --t;
      raw.push_back(static_cast<std::uint16_t>(quality_[j] * (500 + noise[t](j) % 1001) / 1000));
    }
    const std::vector<std::uint16_t> scaled = max_upscaled(raw);
    for (std::size_t k = 0; k < uids.size(); ++k) rows.push(uids[k], scaled[k]);
  }

  Shape shape_;
  std::uint64_t seed_;
  std::vector<std::uint32_t> quality_;
};

/// A bond of 1 to 65535 wherever there is a weight.
SparseRows<std::uint16_t> independent_bonds(const SparseRows<std::uint16_t>& weights,
                                            std::uint64_t seed) {
  SparseRows<std::uint16_t> bonds;
  for (std::size_t i = 0; i < weights.rows(); ++i) {
    const Draws draws(seed, Purpose::kBond, 0, i);
    for (const Uid j : weights.row(i).uids) {
      bonds.push(j, static_cast<std::uint16_t>(1 + draws(j) % 65535));
    }
    bonds.end_row();
  }
  return bonds;
}

/// Blocks, and who has updated when, as they stand in epoch number `epoch`.
void set_blocks(std::uint64_t seed, std::uint32_t epoch, EpochSnapshot& s) {
  const Draws update(seed, Purpose::kLastUpdate, epoch);
  s.current_block = kFirstBlock + kBlocksPerEpoch * epoch;
  s.last_mechanism_step_block = s.current_block - kBlocksPerEpoch;
  s.last_update.resize(s.n);
  for (std::uint32_t i = 0; i < s.n; ++i) {
    s.last_update[i] = s.current_block - 1 - update(i) % 360;
  }
}

/// All but bonds, weights and blocks: what stays the same over the epochs.
EpochSnapshot constants(const Shape& shape, Variant variant, std::uint64_t seed) {
  const Draws registration(seed, Purpose::kRegistration), stake(seed, Purpose::kStake);
  EpochSnapshot s;
  s.n = shape.n;
  for (std::uint32_t i = 0; i < shape.n; ++i) {
    s.block_at_registration.push_back(1 + registration(i) % (kRegistered - 1));
    const bool validator = is_validator(shape, i);
    const std::uint64_t u = stake(i) % 100'000;
    const std::uint64_t rao = validator ? 1'000'000'000'000 + 10'000 * u * u + i : 0;
    s.stake.push_back(saturating_from_int<I64F64>(rao));
    s.validator_permits.push_back(validator ? 1 : 0);
    s.bonds.end_row();
  }
  s.emission = kEmission;
  s.parameters.max_allowed_validators = static_cast<std::uint16_t>(shape.validators);
  s.parameters.kappa = 32767;
  s.parameters.bonds_penalty = 65535;
  s.parameters.yuma3 = variant != Variant::kYuma2;
  s.parameters.liquid_alpha = variant == Variant::kLiquidAlpha;
  return s;
}

}  // namespace

EpochSnapshot subnet_at(const Shape& shape, Variant variant, std::uint64_t seed,
                        std::uint32_t epoch) {
  EpochSnapshot s = constants(shape, variant, seed);
  s.weights = Weights(shape, seed).at(epoch);
  set_blocks(seed, epoch, s);
  return s;
}

EpochSnapshot epoch_workload(const Shape& shape, Variant variant, Bonds bonds, std::uint64_t seed) {
  if (bonds == Bonds::kCold) {
    EpochSnapshot s = subnet_at(shape, variant, seed, kEarlierEpochs);
    s.bonds = independent_bonds(s.weights, seed);
    return s;
  }
  EpochSnapshot s = constants(shape, variant, seed);
  const Weights weights(shape, seed);
  EpochWorkspace workspace;
  EpochResult result;
  for (std::uint32_t e = 0;; ++e) {
    s.weights = weights.at(e);
    set_blocks(seed, e, s);
    if (e == kEarlierEpochs) return s;
    const auto status = epoch(s.view(), ChainRules{}, workspace, result);
    if (!status.ok()) fail(status);
    s.advance(result);
  }
}

std::uint64_t cells(const Shape& shape, const EpochSnapshot& snapshot) {
  if (shape.density == Density::kSparse) return snapshot.weights.entries();
  return std::uint64_t{shape.n} * shape.validators;
}

std::uint64_t pairs_needing_exp(const EpochSnapshot& snapshot) {
  if (!snapshot.parameters.yuma3 || !snapshot.parameters.liquid_alpha) return 0;
  // The stages before the bonds are the same without liquid alpha, and cheaper to come by.
  EpochInput input = snapshot.view();
  input.parameters.liquid_alpha = false;
  const ChainRules rules;
  const auto stages = epoch_staged<Exact>(input, rules);
  if (!stages.ok()) fail(stages.status());
  const auto consensus = liquid_alpha_consensus<Exact>(snapshot.view(), rules, stages->consensus);
  const auto is_zero = [](I32F32 c) { return c == I32F32::zero(); };
  if (std::all_of(stages->consensus.begin(), stages->consensus.end(), is_zero)) return 0;

  std::uint64_t pairs = 0;
  std::vector<I32F32> bond;
  for (std::size_t i = 0; i < snapshot.n; ++i) {
    const auto weights = stages->weights_for_bonds.row(i), bonds = stages->bonds_masked.row(i);
    bond.assign(snapshot.n, I32F32::zero());
    for (std::size_t k = 0; k < bonds.size(); ++k) bond[bonds.uids[k]] = bonds.values[k];
    for (std::size_t k = 0; k < weights.size(); ++k) {
      const Uid j = weights.uids[k];
      const I32F32 w = weights.values[k];
      if (w < bond[j] || w > consensus[j]) ++pairs;
    }
  }
  return pairs;
}

}  // namespace yuma::bench
