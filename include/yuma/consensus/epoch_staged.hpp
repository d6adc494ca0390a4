// SPDX-License-Identifier: MIT
#pragma once

// The Yuma epoch, stage by stage: the reference. Each stage is a function of its own header; here
// they are strung together, and every intermediate is handed out. Plain rather than fast; epoch()
// gives the same terms.

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/consensus/arithmetic.hpp"
#include "yuma/consensus/bonds.hpp"
#include "yuma/consensus/clip.hpp"
#include "yuma/consensus/dividends.hpp"
#include "yuma/consensus/emission.hpp"
#include "yuma/consensus/exact.hpp"
#include "yuma/consensus/input.hpp"
#include "yuma/consensus/liquid_alpha.hpp"
#include "yuma/consensus/mask.hpp"
#include "yuma/consensus/median.hpp"
#include "yuma/consensus/normalise.hpp"
#include "yuma/consensus/permit.hpp"
#include "yuma/consensus/rank.hpp"
#include "yuma/consensus/real.hpp"
#include "yuma/consensus/result.hpp"
#include "yuma/consensus/stake.hpp"
#include "yuma/rules/chain_rules.hpp"

namespace yuma {

/// All that an epoch computes, in the order in which it does. Vectors have n entries, Rows n rows.
template <Arithmetic A>
struct EpochStages {
  Flags active;
  Vector<A> stake;
  Flags permits;  ///< those in force
  Flags new_permits;
  Vector<A> active_stake;
  Rows<A> weights;  ///< masked and normalised
  Vector<A> consensus;
  Rows<A> clipped_weights;
  Vector<A> validator_trust;
  Vector<A> ranks;
  Vector<A> incentive;
  Rows<A> weights_for_bonds;
  Rows<A> bonds_masked;           ///< Yuma2: normalised by column too
  Rows<A> bonds_delta;            ///< Yuma2 only: normalised by column
  bool liquid = false;            ///< liquid alpha was in effect
  std::vector<Vector<A>> alphas;  ///< liquid alpha only, where asked for: the rate of each pair
  Rows<A> bonds_average;          ///< Yuma2 only: the moving average before it is normalised
  Rows<A> ema_bonds_normalized;   ///< by column: what dividends are paid on
  Rows<A> ema_bonds;              ///< what is stored
  Vector<A> dividends;
  EmissionShares<A> emission;
  EpochResult terms;
};

/// Whether EpochStages::alphas, n x n rates of which an epoch itself needs few, is filled.
enum class AlphaMatrix { kNo, kYes };

namespace consensus_internal {

template <Arithmetic A>
void yuma2_bonds(const EpochInput& input, EpochStages<A>& s) {
  s.bonds_masked = masked_bonds<A>(input, A::from_u16);
  normalise_columns<A>(s.bonds_masked, input.n);
  s.bonds_delta = bonds_delta<A>(s.active_stake, s.weights_for_bonds);
  normalise_columns<A>(s.bonds_delta, input.n);
  const auto rate = A::bonds_rate(input.parameters.bonds_moving_average, false);
  s.bonds_average = ema_bonds<A>(s.bonds_delta, s.bonds_masked, rate);
  s.ema_bonds_normalized = s.bonds_average;
  normalise_columns<A>(s.ema_bonds_normalized, input.n);
  s.dividends = yuma2_dividends<A>(s.ema_bonds_normalized, s.incentive);
  s.ema_bonds = s.ema_bonds_normalized;
  upscale_columns<A>(s.ema_bonds, input.n);
}

template <Arithmetic A>
void yuma3_bonds(const EpochInput& input, const ChainRules& rules, AlphaMatrix alphas,
                 EpochStages<A>& s) {
  const auto is_zero = [](const auto& c) { return c == A::zero(); };
  s.bonds_masked = masked_bonds<A>(input, A::from_proportion);
  s.liquid = input.parameters.liquid_alpha &&
             !std::all_of(s.consensus.begin(), s.consensus.end(), is_zero);
  if (s.liquid) {
    auto liquid = liquid_ema_bonds<A>(
        s.weights_for_bonds, s.bonds_masked, liquid_alpha_consensus<A>(input, rules, s.consensus),
        AlphaSigmoid<A>::of(input.parameters), alphas == AlphaMatrix::kYes);
    s.ema_bonds = std::move(liquid.bonds);
    s.alphas = std::move(liquid.rates);
  } else {
    const auto rate = A::bonds_rate(input.parameters.bonds_moving_average, true);
    s.ema_bonds = ema_bonds<A>(s.weights_for_bonds, s.bonds_masked, rate);
  }
  s.ema_bonds_normalized = s.ema_bonds;
  normalise_columns<A>(s.ema_bonds_normalized, input.n);
  s.dividends = yuma3_dividends<A>(s.ema_bonds_normalized, s.incentive, s.active_stake);
}

/// The bonds to be stored: the rows of uids with a new permit as proportions, entries that became
/// zero included; other rows empty, or as stored before where the rules leave them alone.
template <Arithmetic A>
SparseRows<std::uint16_t> stored_bonds(const EpochInput& input, const ChainRules& rules,
                                       const EpochStages<A>& s) {
  SparseRows<std::uint16_t> stored;
  for (std::size_t i = 0; i < input.n; ++i) {
    if (s.new_permits[i] != 0) {
      const auto row = s.ema_bonds.row(i);
      for (std::size_t k = 0; k < row.size(); ++k) {
        stored.push(row.uids[k], A::to_proportion(row.values[k]));
      }
    } else if (rules.bond_storage == BondStorage::kPermittedRows && s.permits[i] == 0) {
      stored.append(input.bonds.row(i));
      continue;
    }
    stored.end_row();
  }
  return stored;
}

/// Step 14: the stages as the chain stores them.
template <Arithmetic A>
EpochResult terms_of(const EpochInput& input, const ChainRules& rules, const EpochStages<A>& s) {
  const auto proportions = [](const Vector<A>& values) {
    std::vector<std::uint16_t> u16(values.size());
    std::transform(values.begin(), values.end(), u16.begin(), A::to_proportion);
    return u16;
  };
  const auto amounts = [&](const Vector<A>& shares) {
    std::vector<std::uint64_t> rao(shares.size());
    std::transform(shares.begin(), shares.end(), rao.begin(),
                   [&](const auto& share) { return A::share_of(share, input.emission); });
    return rao;
  };
  EpochResult terms;
  terms.dividend = proportions(s.dividends);
  terms.incentive = proportions(s.incentive);
  terms.consensus = proportions(s.consensus);
  terms.validator_trust = proportions(s.validator_trust);
  terms.stake_weight = proportions(s.stake);
  terms.validator_emission = amounts(s.emission.validator);
  terms.server_emission = amounts(s.emission.server);
  terms.emission = amounts(s.emission.combined);
  for (const I64F64 stake : input.stake) {
    terms.stake.push_back(saturating_floor<std::uint64_t>(stake));
  }
  terms.active = s.active;
  terms.new_validator_permit = s.new_permits;
  terms.bond = stored_bonds<A>(input, rules, s);
  return terms;
}

}  // namespace consensus_internal

/// One epoch under `rules`, with all its stages. Errors: those of check_input().
/// Cost: a few passes over all entries, and O(n) a validator for its bonds.
template <Arithmetic A = Exact>
absl::StatusOr<EpochStages<A>> epoch_staged(const EpochInput& input, const ChainRules& rules,
                                            AlphaMatrix alphas = AlphaMatrix::kNo) {
  if (auto status = check_input(input); !status.ok()) return status;
  EpochStages<A> s;
  const auto last_update = padded_last_update(input);
  s.active = active_uids(input, last_update);
  s.stake = stake_shares<A>(input, rules);
  s.permits = permits_in_force(input, rules);
  s.new_permits = new_permits<A>(input, rules, s.stake);
  s.active_stake = active_stake_shares<A>(s.stake, s.active, s.permits);
  s.weights = masked_weights<A>(input, last_update, s.permits);
  s.consensus = consensus_weights<A>(s.active_stake, s.weights, input.parameters.kappa);
  s.clipped_weights = clipped_weights<A>(s.weights, s.consensus);
  s.validator_trust = validator_trust<A>(s.clipped_weights);
  s.ranks = ranks<A>(s.active_stake, s.clipped_weights);
  s.incentive = normalised<A>(s.ranks);
  s.weights_for_bonds =
      weights_for_bonds<A>(s.weights, s.clipped_weights, input.parameters.bonds_penalty);
  if (input.parameters.yuma3) {
    consensus_internal::yuma3_bonds<A>(input, rules, alphas, s);
  } else {
    consensus_internal::yuma2_bonds<A>(input, s);
  }
  s.emission = emission_shares<A>(s.incentive, s.dividends, s.stake, s.active_stake);
  s.terms = consensus_internal::terms_of<A>(input, rules, s);
  return s;
}

}  // namespace yuma
