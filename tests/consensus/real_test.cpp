// SPDX-License-Identifier: MIT

// How far the real-valued model is from the chain's arithmetic, in units of 2^-32 ("ulp").
//
// With n uids, K validators with active stake, incentive I_j and R the sum of all ranks, the share
// of stake-weighted weights that clipping left:
//   consensus  2 ulp;
//   incentive  (K + 4) max(1, n I_j) / R ulp: a rank loses up to an ulp a validator, and their sum,
//              by which it is divided, as much a uid;
//   dividend   4 (n + K) / R ulp: where R is small, so are the columns of bonds that are
//   normalised.
// These are checked on all inputs. Without the factors, (K + 4) and 4 (n + K) ulp are checked where
// the factors are at most 1.5 (incentive) and 2 (dividend); elsewhere they need not hold.
//
// All of this is for sane input: most stake is active and permitted, and bonds are held by those
// who weigh. Stake of a validator that is below 2^-32 of the total is nothing to the chain, and
// where all active stake is a tiny part of the total, or bonds lie with tiny stakes, errors grow by
// that.

#include "yuma/consensus/real.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <limits>
#include <utility>
#include <vector>

#include "tests/consensus/each_case.hpp"
#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

using R64 = Real<double>;

double value(I32F32 v) { return std::ldexp(static_cast<double>(v.bits), -32); }
double ulps(double exact_minus_real) { return std::ldexp(std::abs(exact_minus_real), 32); }

/// Whether the stake up to some score of some miner is within 1e-9 of the median's boundary, where
/// the two arithmetics may choose different scores.
bool is_near_boundary(const EpochStages<R64>& s, std::uint16_t kappa) {
  const std::size_t n = s.active_stake.size();
  const double minority = R64::wrapping_sum(s.active_stake) - R64::from_proportion(kappa);
  std::vector<std::vector<std::pair<double, double>>> columns(n);  // score and stake
  Vector<R64> row;
  for (std::size_t i = 0; i < n; ++i) {
    if (!(s.active_stake[i] > 0)) continue;
    row.assign(n, 0);
    consensus_internal::scatter_last(s.weights.row(i), row);
    for (std::size_t j = 0; j < n; ++j) columns[j].emplace_back(row[j], s.active_stake[i]);
  }
  for (auto& column : columns) {
    std::sort(column.begin(), column.end());
    double stake = 0;
    for (std::size_t k = 0; k < column.size(); ++k) {
      stake += column[k].second;
      const bool last_of_score = k + 1 == column.size() || column[k].first < column[k + 1].first;
      if (last_of_score && std::abs(stake - minority) < 1e-9) return true;
    }
  }
  return false;
}

/// One of the styles that are not odd, with hyperparameters from their sane ranges.
EpochSnapshot sane_epoch(std::uint64_t seed) {
  EpochOptions options;
  options.min_n = 2;
  options.max_n = 64;
  options.style = static_cast<EpochStyle>(seed % 4);  // all but ties and hostile
  EpochSnapshot s = random_epoch(seed, options);
  Random random(~seed);
  Hyperparameters& p = s.parameters;
  p.yuma3 = seed / 4 % 3 != 0;
  p.liquid_alpha = seed / 4 % 3 == 2;
  p.kappa = random.chance(50) ? p.kappa : random.between<std::uint16_t>(6554, 58981);
  p.bonds_penalty = random.pick<std::uint16_t>({65535, 65535, 0, random.u16()});
  p.bonds_moving_average =
      random.pick<std::uint64_t>({900'000, 900'000, 975'000, random.below(975'001)});
  p.alpha_sigmoid_steepness = random.pick<std::int16_t>({1000, 1000, 200, 500, 2000, 4000});
  return s;
}

/// How the bounds were used.
struct Tally {
  int inputs = 0, near_boundary = 0, without_incentive = 0;
  int incentive_beyond_plain = 0, dividend_beyond_plain = 0;
  double incentive = 0, dividend = 0;  ///< largest part of the bound with its factor
  double plain_incentive = 0, plain_dividend = 0, consensus = 0;
};

void compare(const EpochSnapshot& s, Tally& tally) {
  const auto exact = epoch_staged<Exact>(s.view(), ChainRules{});
  const auto real = epoch_staged<R64>(s.view(), ChainRules{});
  ASSERT_TRUE(exact.ok() && real.ok());
  ++tally.inputs;
  if (is_near_boundary(*real, s.parameters.kappa)) {
    ++tally.near_boundary;
    return;
  }
  EXPECT_EQ(exact->new_permits, real->new_permits);
  const auto n = static_cast<double>(s.n);
  const auto validators =
      static_cast<double>(std::count_if(real->active_stake.begin(), real->active_stake.end(),
                                        [](double stake) { return stake > 0; }));
  const double ranks = R64::wrapping_sum(real->ranks);
  if (ranks == 0) {
    ++tally.without_incentive;
    EXPECT_EQ(exact->incentive, Vector<Exact>(s.n));
    EXPECT_EQ(exact->dividends, Vector<Exact>(s.n));
    EXPECT_EQ(real->dividends, Vector<R64>(s.n));
    return;
  }
  double worst_incentive = 0, worst_dividend = 0;
  for (std::size_t j = 0; j < s.n; ++j) {
    SCOPED_TRACE(j);
    const double consensus = ulps(value(exact->consensus[j]) - real->consensus[j]);
    tally.consensus = std::max(tally.consensus, consensus / 2);
    EXPECT_LE(consensus, 2.0);

    const double factor = std::max(1.0, n * real->incentive[j]) / ranks;
    const double incentive =
        ulps(value(exact->incentive[j]) - real->incentive[j]) / (validators + 4);
    tally.incentive = std::max(tally.incentive, incentive / factor);
    EXPECT_LE(incentive, factor);
    worst_incentive = std::max(worst_incentive, incentive);
    if (factor <= 1.5) {
      tally.plain_incentive = std::max(tally.plain_incentive, incentive);
      EXPECT_LE(incentive, 1.0);
    }

    const double dividend =
        ulps(value(exact->dividends[j]) - real->dividends[j]) / (4 * (n + validators));
    tally.dividend = std::max(tally.dividend, dividend * ranks);
    EXPECT_LE(dividend, 1 / ranks);
    worst_dividend = std::max(worst_dividend, dividend);
    if (ranks >= 0.5) {
      tally.plain_dividend = std::max(tally.plain_dividend, dividend);
      EXPECT_LE(dividend, 1.0);
    }
  }
  tally.incentive_beyond_plain += worst_incentive > 1 ? 1 : 0;
  tally.dividend_beyond_plain += worst_dividend > 1 ? 1 : 0;
}

TEST(RealModel, IsWithinItsBoundsOfTheChainsArithmetic) {
  Tally tally;
  for (std::uint64_t seed = 0; seed < 11'500 && !HasFailure(); ++seed) {
    const EpochSnapshot s = sane_epoch(seed);
    compare(s, tally);
    if (HasFailure()) FAIL() << "seed " << seed << ", the input:\n" << to_text(s);
  }
  std::cout << tally.inputs << " inputs, of these " << tally.near_boundary
            << " skipped near the boundary of the median, " << tally.without_incentive
            << " without incentive\n"
            << "largest part of the bound: consensus " << tally.consensus << ", incentive "
            << tally.incentive << ", dividend " << tally.dividend << "\n"
            << "without the factors, where these are small: incentive " << tally.plain_incentive
            << ", dividend " << tally.plain_dividend << "; elsewhere beyond it in "
            << tally.incentive_beyond_plain << " and " << tally.dividend_beyond_plain
            << " inputs\n";
  EXPECT_LT(tally.near_boundary, tally.inputs / 100);
  EXPECT_LT(tally.without_incentive, tally.inputs / 8);
}

TEST(RealModel, NearTheBoundaryIsNoticed) {
  // Five equal stakes and kappa = 2/5: the stake of the three lowest scores is the minority.
  EpochSnapshot s = quiet_epoch(5);
  s.weights = u16s({{{1, 1}, {2, 8}}, {{0, 2}, {2, 8}}, {{0, 3}, {1, 8}}, {{0, 4}, {1, 8}}, {}});
  const auto real = epoch_staged<R64>(s.view(), ChainRules{});
  EXPECT_TRUE(is_near_boundary(*real, 26214));
  EXPECT_FALSE(is_near_boundary(*real, 26215));
}

TEST(RealModel, HasNoRounding) {
  // Shares of 1/3 add up to one, and normalising once more changes nothing.
  const auto shares = R64::normalise_stake(std::vector<I64F64>{rao(1), rao(1), rao(1)});
  EXPECT_EQ(shares, Vector<R64>(3, 1.0 / 3));
  EXPECT_DOUBLE_EQ(R64::wrapping_sum(shares), 1.0);
  EXPECT_EQ(R64::from_proportion(1), 1.0 / 65535);
  EXPECT_EQ(R64::safe_div(1, 3), 1.0 / 3);
  EXPECT_EQ(R64::safe_div(1, 0), 0);
  EXPECT_EQ(R64::bonds_rate(900'000, false), 1 - 0.9);
}

TEST(RealModel, TermsAreClampedAndFloored) {
  EXPECT_EQ(R64::to_proportion(0.5), 32767);
  EXPECT_EQ(R64::to_proportion(-0.5), 0);
  EXPECT_EQ(R64::to_proportion(1.5), 65535);
  EXPECT_EQ(R64::share_of(0.5, 3), 1U);
  EXPECT_EQ(R64::share_of(-0.5, 3), 0U);
  EXPECT_EQ(R64::share_of(1.0, ~std::uint64_t{0}), ~std::uint64_t{0});
  EXPECT_EQ(R64::share_of(std::numeric_limits<double>::quiet_NaN(), 3), 0U);
}

TEST(RealModel, SigmoidIsWithinThreeUlpsExceptWhereTheExponentialIsOfExactlyOne) {
  double worst = 0;
  for (std::int64_t steepness = -5000; steepness <= 5000; steepness += 100) {
    const auto s = static_cast<std::int16_t>(steepness);
    for (std::int64_t sixtyfourth = 0; sixtyfourth <= 64; ++sixtyfourth) {
      const I32F32 d = ratio(sixtyfourth, 64);
      if (exp_safe(
              saturating_mul_floor(Exact::sigmoid_slope(s), saturating_sub(d, Exact::one_half())))
              .bits == exp_safe(Exact::one()).bits) {
        continue;
      }
      const double exact = value(Exact::sigmoid(Exact::sigmoid_slope(s), d));
      worst = std::max(worst, ulps(exact - R64::sigmoid(R64::sigmoid_slope(s), value(d))));
    }
  }
  std::cout << "worst: " << worst << " ulp\n";
  EXPECT_LE(worst, 3.0);
  // There e is cut to 23 bits.
  const double exact = value(Exact::sigmoid(Exact::sigmoid_slope(200), Exact::zero()));
  const double off = ulps(exact - R64::sigmoid(R64::sigmoid_slope(200), 0));
  EXPECT_GT(off, 10.0);
  EXPECT_LT(off, 100.0);
}

}  // namespace
}  // namespace yuma::test
