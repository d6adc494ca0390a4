// SPDX-License-Identifier: MIT

// The generator keeps its promises: what it says it reaches is reached, often enough to matter.

#include "tests/support/random_epoch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>

#include "tests/support/epoch_text.hpp"
#include "tests/support/terms.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

using Found = std::map<std::string, int>;

bool any(const Vector<Exact>& values) {
  return std::any_of(values.begin(), values.end(), [](I32F32 v) { return v != Exact::zero(); });
}

void look_at_rows(const EpochSnapshot& s, Found& found) {
  std::set<std::string> seen;
  const auto all_rows = copied_rows(s.weights);
  if (all_rows.size() > s.n) seen.insert("extra rows");
  for (const auto& row : all_rows) {
    std::set<Uid> uids;
    Uid last = 0;
    std::uint64_t sum = 0;
    for (const auto& [uid, value] : row) {
      if (!uids.insert(uid).second) seen.insert("duplicate uid");
      if (uid < last) seen.insert("unsorted row");
      if (uid >= s.n) seen.insert("uid beyond n");
      if (value == 0) seen.insert("explicit zero");
      if (value == 65535) seen.insert("largest weight");
      last = std::max(last, uid);
      sum += value;
    }
    if (!row.empty() && sum == 0) seen.insert("row of zeros");
  }
  for (const auto& name : seen) ++found[name];
}

void look_at_stages(const EpochSnapshot& s, const EpochStages<Exact>& e, Found& found) {
  const auto count = [&](const char* name, bool is) { found[name] += is ? 1 : 0; };
  const auto values_of = [](const Rows<Exact>& rows) { return rows.view().values; };
  const auto has_one = [&](const Rows<Exact>& rows) {
    const auto values = values_of(rows);
    return std::find(values.begin(), values.end(), Exact::one()) != values.end();
  };
  count("incentive", any(e.incentive));
  count("dividends", any(e.dividends));
  count("no active stake", s.n > 0 && !any(e.active_stake));
  count("stake earns", s.n > 0 && any(e.stake) && !any(e.incentive));
  count("liquid alpha in effect", e.liquid);
  count("liquid alpha off for want of consensus",
        s.parameters.liquid_alpha && s.parameters.yuma3 && !e.liquid);
  count("share of exactly one", has_one(e.weights));
  count("clipped", !(e.weights == e.clipped_weights));
  count("entries masked", e.weights.entries() < s.weights.entries());
  count("bonds masked", e.bonds_masked.entries() < s.bonds.entries());
  count("permits change", e.new_permits != e.permits);
  count("inactive", std::count(e.active.begin(), e.active.end(), 0) > 0);
  count("a validator of no stake share", [&] {
    for (std::size_t i = 0; i < s.n; ++i) {
      if (s.stake[i] > I64F64::zero() && e.stake[i] == Exact::zero()) return true;
    }
    return false;
  }());
}

void look_at_parameters(const EpochSnapshot& s, Found& found) {
  const auto count = [&](const char* name, bool is) { found[name] += is ? 1 : 0; };
  const Hyperparameters& p = s.parameters;
  count("n = 0", s.n == 0);
  count("no owner", !s.owner_uid);
  count("owner", s.owner_uid && *s.owner_uid < s.n);
  count("owner beyond n", s.owner_uid && *s.owner_uid >= s.n);
  count("short updates", s.last_update.size() < s.n);
  count("long updates", s.last_update.size() > s.n);
  count("short permits", s.validator_permits.size() < s.n);
  count("long permits", s.validator_permits.size() > s.n);
  count("commit-reveal", s.commit_blocks.has_value());
  count("previous consensus", !s.previous_consensus.empty());
  count("kappa 0", p.kappa == 0);
  count("kappa 65535", p.kappa == 65535);
  count("penalty 0", p.bonds_penalty == 0);
  count("penalty between", p.bonds_penalty > 0 && p.bonds_penalty < 65535);
  count("penalty full", p.bonds_penalty == 65535);
  count("alphas crossed", p.alpha_low > p.alpha_high);
  count("slope negative", p.alpha_sigmoid_steepness < 0);
  count("slope zero", p.alpha_sigmoid_steepness == 0);
  count("slope steep", p.alpha_sigmoid_steepness > 3000);
  count("no permits allowed", p.max_allowed_validators == 0);
  count("as many permits as uids", p.max_allowed_validators == s.n);
  count("min stake", p.min_stake > 1);
  count("moving average 0", p.bonds_moving_average == 0);
  count("moving average 10^6", p.bonds_moving_average == 1'000'000);
  count("yuma2", !p.yuma3);
  count("yuma3 without liquid alpha", p.yuma3 && !p.liquid_alpha);
}

EpochOptions hostile_options() {
  EpochOptions options;
  options.min_n = 0;
  options.max_n = 40;
  options.style = EpochStyle::kHostile;
  return options;
}

TEST(RandomEpoch, HostileCasesReachWhatTheyPromise) {
  Found found;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const EpochSnapshot s = random_epoch(seed, hostile_options());
    const auto stages = epoch_staged<Exact>(s.view(), ChainRules{});
    ASSERT_TRUE(stages.ok()) << stages.status();
    look_at_rows(s, found);
    look_at_parameters(s, found);
    look_at_stages(s, *stages, found);
  }
  for (const auto& [name, times] : found) EXPECT_GE(times, 20) << name;
  EXPECT_GE(found["incentive"], 2000);
}

TEST(RandomEpoch, HugeStakesWrap) {
  EpochOptions options = hostile_options();
  options.min_n = 1;
  options.huge_stakes = true;
  int negative = 0, zero = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const EpochSnapshot s = random_epoch(seed, options);
    const I64F64 sum = wrapping_sum(std::span<const I64F64>(s.stake));
    negative += sum < I64F64::zero() ? 1 : 0;
    zero += sum == I64F64::zero() && *std::max_element(s.stake.begin(), s.stake.end()) > sum;
  }
  EXPECT_GE(negative, 20);
  EXPECT_GE(zero, 1);
}

TEST(RandomEpoch, DistinctStakesHaveDistinctShares) {
  EpochOptions options = hostile_options();
  options.distinct_stakes = true;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    const EpochSnapshot s = random_epoch(seed, options);
    std::set<I32F32> shares;
    for (const I32F32 share : stake_shares<Exact>(s.view(), ChainRules{})) {
      ASSERT_TRUE(share == Exact::zero() || shares.insert(share).second) << "seed " << seed;
    }
  }
}

TEST(RandomEpoch, SizesAreAsAsked) {
  EpochOptions options = hostile_options();
  options.min_n = 5;
  options.max_n = 9;
  std::set<std::uint32_t> sizes;
  for (std::uint64_t seed = 0; seed < 200; ++seed) sizes.insert(random_epoch(seed, options).n);
  EXPECT_EQ(sizes, (std::set<std::uint32_t>{5, 6, 7, 8, 9}));
}

TEST(RandomEpoch, IsAFunctionOfSeedAndOptions) {
  EpochOptions options;
  options.min_n = options.max_n = 3;
  const std::string text = to_text(random_epoch(1, options));
  EXPECT_EQ(text, to_text(random_epoch(1, options)));
  EXPECT_NE(text, to_text(random_epoch(2, options)));
}

}  // namespace
}  // namespace yuma::test
