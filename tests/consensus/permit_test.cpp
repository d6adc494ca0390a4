// SPDX-License-Identifier: MIT

#include "yuma/consensus/permit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "tests/consensus/stage_testing.hpp"

namespace yuma::test {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

const ChainRules kRules;

Flags top(const std::vector<int>& values, std::size_t k) { return top_k_nonzero(values, k); }

TEST(TopK, OfEqualValuesTheLaterWin) {
  EXPECT_THAT(top({5, 5, 5}, 2), ElementsAre(0, 1, 1));
  EXPECT_THAT(top({5, 9, 5, 1}, 2), ElementsAre(0, 1, 1, 0));
}

TEST(TopK, ZeroIsNeverAmongThem) {
  EXPECT_THAT(top({0, 5, 0}, 2), ElementsAre(0, 1, 0));
  EXPECT_THAT(top({0, 5, 0}, 9), ElementsAre(0, 1, 0));
}

TEST(TopK, NoneForKOfZeroAndAllForKOfN) {
  EXPECT_THAT(top({3, 2, 1}, 0), Each(0));
  EXPECT_THAT(top({3, 2, 1}, 2), ElementsAre(1, 1, 0));
  EXPECT_THAT(top({3, 2, 1}, 3), Each(1));
  EXPECT_THAT(top({3, 2, 1}, 4), Each(1));
  EXPECT_TRUE(top({}, 0).empty());
}

/// By definition: value i is among the top k if it is not zero and fewer than k values are larger,
/// or equal and later.
Flags top_by_counting(const std::vector<int>& values, std::size_t k) {
  Flags flags(values.size(), 0);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::size_t ahead = 0;
    for (std::size_t j = 0; j < values.size(); ++j) {
      if (values[j] > values[i] || (values[j] == values[i] && j > i)) ++ahead;
    }
    flags[i] = values[i] != 0 && ahead < k ? 1 : 0;
  }
  return flags;
}

TEST(TopK, EqualsItsDefinitionForAllListsOfSmallNumbers) {
  constexpr int kValues = 4;
  for (std::size_t n = 0, lists = 1; n <= 5; ++n, lists *= kValues) {
    for (std::size_t code = 0; code < lists; ++code) {
      std::vector<int> values;
      for (std::size_t i = 0, rest = code; i < n; ++i, rest /= kValues) {
        values.push_back(static_cast<int>(rest % kValues));
      }
      for (std::size_t k = 0; k <= n + 1; ++k) {
        ASSERT_EQ(top(values, k), top_by_counting(values, k))
            << ::testing::PrintToString(values) << ", k = " << k;
      }
    }
  }
}

TEST(PermitsInForce, MissingOnesAreNoneAndExtraOnesIgnored) {
  EpochSnapshot s = quiet_epoch(3);
  s.validator_permits = {1};
  EXPECT_THAT(permits_in_force(s.view(), kRules), ElementsAre(1, 0, 0));
  s.validator_permits = {0, 1, 0, 1};
  EXPECT_THAT(permits_in_force(s.view(), kRules), ElementsAre(0, 1, 0));
}

TEST(PermitsInForce, TheOwnerHoldsOneWhereTheVectorReaches) {
  EpochSnapshot s = quiet_epoch(3);
  s.validator_permits = {0, 0};
  s.owner_uid = 1;
  EXPECT_THAT(permits_in_force(s.view(), kRules), ElementsAre(0, 1, 0));
  EXPECT_THAT(permits_in_force(s.view(), *ChainRules::at(300)), Each(0));
  s.owner_uid = 2;
  EXPECT_THAT(permits_in_force(s.view(), kRules), Each(0));
  s.validator_permits = {0, 0, 0, 0};
  s.owner_uid = 3;
  EXPECT_THAT(permits_in_force(s.view(), kRules), ElementsAre(0, 0, 0));
}

TEST(NewPermits, TheOwnersComesOnTopOfTheLargestStakes) {
  EpochSnapshot s = quiet_epoch(4);
  s.parameters.max_allowed_validators = 2;
  const Vector<Exact> stake = {bits(0), bits(10), bits(20), bits(30)};
  EXPECT_THAT(new_permits<Exact>(s.view(), kRules, stake), ElementsAre(0, 0, 1, 1));
  s.owner_uid = 0;  // without any stake, and the third of two
  EXPECT_THAT(new_permits<Exact>(s.view(), kRules, stake), ElementsAre(1, 0, 1, 1));
  EXPECT_THAT(new_permits<Exact>(s.view(), *ChainRules::at(300), stake), ElementsAre(0, 0, 1, 1));
  s.owner_uid = 4;
  EXPECT_THAT(new_permits<Exact>(s.view(), kRules, stake), ElementsAre(0, 0, 1, 1));
}

}  // namespace
}  // namespace yuma::test
