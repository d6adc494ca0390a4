// SPDX-License-Identifier: MIT

// Who decides and who can stop a subnet: the words against a look at every set of validators.

#include "cli/subnet_power.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "cli/subnet_warnings.hpp"
#include "tests/support/subnet.hpp"

namespace yuma::cli {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

State state_of(const std::vector<std::uint32_t>& powers) {
  test::SubnetShape shape;
  shape.validators = powers.size();
  shape.powers = powers;
  return test::Subnet(shape).genesis.state;
}

TEST(SubnetPower, EqualPowers) {
  EXPECT_EQ(quorum_text(state_of({1})), "the only validator");
  EXPECT_EQ(quorum_text(state_of({1, 1})), "all 2 validators");
  EXPECT_EQ(quorum_text(state_of({1, 1, 1})), "all 3 validators");
  EXPECT_EQ(quorum_text(state_of({1, 1, 1, 1})), "any 3 of 4 validators");
  EXPECT_EQ(quorum_text(state_of({5, 5, 5, 5, 5, 5, 5})), "any 5 of 7 validators");
  EXPECT_THAT(who_can_stop(state_of({1, 1, 1, 1})),
              ElementsAre("the owner, uid 0: nothing is sealed while it is away",
                          "any 2 of the 4 together"));
}

TEST(SubnetPower, UnequalPowers) {
  const State state = state_of({3, 2, 2, 2, 1});
  EXPECT_EQ(quorum_text(state), "power 7 of 10: any 4 of 5 validators, or the 3 largest");
  EXPECT_THAT(who_can_stop(state),
              ElementsAre(StartsWith("the owner"), "the 2 largest together, uids 0 and 1",
                          "any 3 of the 5 together"));
  EXPECT_THAT(power_warnings(state), IsEmpty());
  const State heavy = state_of({1, 4, 1, 1});
  EXPECT_THAT(who_can_stop(heavy),
              ElementsAre(StartsWith("the owner"), "uid 1 alone, by 57.1 % of the power",
                          "any 3 of the 4 together"));
}

TEST(SubnetPower, ThirdsAreCountedExactly) {
  // A third of the power is enough to stop it, though not to be "a third" of the haves.
  EXPECT_THAT(power_warnings(state_of({2, 2, 1, 1})),
              ElementsAre("uids 0 and 1 have a third or more of the power each: any of them can "
                          "stop the subnet alone, and so does its crash"));
  EXPECT_THAT(power_warnings(state_of({19, 19, 10, 10})), Not(Contains(HasSubstr("decide alone"))))
      << "38 of 58 is below two thirds";
  EXPECT_THAT(power_warnings(state_of({20, 19, 10, 9})),
              Contains(HasSubstr("uids 0 and 1 have 67.2 % of the power together")));
  EXPECT_THAT(power_warnings(state_of({3, 1, 1, 1, 1, 1, 1})),
              ElementsAre(HasSubstr("uid 0 has a third or more")));
}

TEST(SubnetPower, FewValidators) {
  EXPECT_THAT(power_warnings(state_of({1})),
              ElementsAre(StartsWith("1 validator only"), HasSubstr("uid 0 has a third or more")));
  EXPECT_THAT(power_warnings(state_of({5, 1, 1})),
              Contains(AllOf(StartsWith("uid 0 has 71.4 %"), HasSubstr("decides alone"))));
  EXPECT_THAT(power_warnings(state_of({1, 1, 1, 1})), IsEmpty());
}

/// The largest and the smallest number k such that all sets of k validators, or one, are enough.
struct ByEverySet {
  ByEverySet(const State& state, bool stop) {
    const auto uids = validators(state);
    const std::uint64_t total = total_power(state);
    std::vector<std::size_t> good(uids.size() + 1), all(uids.size() + 1);
    for (std::uint32_t set = 1; set < (1U << uids.size()); ++set) {
      std::uint64_t power = 0;
      for (std::size_t i = 0; i < uids.size(); ++i) {
        if ((set >> i & 1U) != 0) power += power_of(state, uids[i]);
      }
      const bool enough = stop ? !is_quorum(total - power, total) : is_quorum(power, total);
      const auto size = static_cast<std::size_t>(__builtin_popcount(set));
      ++all[size];
      if (enough) ++good[size];
    }
    while (good[at_least] == 0) ++at_least;
    while (any == 0 || good[any] != all[any]) ++any;
  }
  std::size_t at_least = 1, any = 0;
};

TEST(SubnetPower, TheWordsHoldForEverySet) {
  std::mt19937 random(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::uint32_t> powers(4 + random() % 6);
    for (auto& power : powers) power = 1 + static_cast<std::uint32_t>(random() % 7);
    const State state = state_of(powers);
    const auto n = std::to_string(powers.size());
    const ByEverySet decide(state, false), stop(state, true);
    const auto any = decide.any == powers.size()
                         ? "all " + n + " validators"
                         : "any " + std::to_string(decide.any) + " of " + n + " validators";
    EXPECT_THAT(quorum_text(state), HasSubstr(any));
    if (decide.at_least < decide.any && decide.at_least > 1) {
      EXPECT_THAT(quorum_text(state),
                  HasSubstr("or the " + std::to_string(decide.at_least) + " largest"));
    }
    if (stop.any > 1) {
      EXPECT_THAT(who_can_stop(state),
                  Contains("any " + std::to_string(stop.any) + " of the " + n + " together"));
    }
    const auto warnings = power_warnings(state);
    EXPECT_EQ(stop.at_least == 1,
              testing::Matches(Contains(HasSubstr("a third or more")))(warnings));
    EXPECT_EQ(decide.at_least <= 2,
              testing::Matches(Contains(testing::AnyOf(HasSubstr("decides alone"),
                                                       HasSubstr("decide alone"))))(warnings));
  }
}

TEST(SubnetPower, ManyOfLargePower) {
  const std::vector<std::uint32_t> powers(64, 0xffffffff);
  EXPECT_EQ(quorum_text(state_of(powers)), "any 43 of 64 validators");
  EXPECT_EQ(quorum_power(3), 3);
  EXPECT_EQ(quorum_power(4), 3);
  EXPECT_TRUE(is_quorum(quorum_power(10), 10));
  EXPECT_FALSE(is_quorum(quorum_power(10) - 1, 10));
}

TEST(SubnetWarnings, NoneForAHealthySubnet) {
  EXPECT_THAT(all_warnings(state_of({1, 1, 1, 1})), IsEmpty());
}

TEST(SubnetWarnings, EachSettingThatHurts) {
  const struct {
    void (*change)(State&);
    const char* warning;
  } cases[] = {
      {[](State& s) { s.parameters.emission_per_block = 0; }, "emission_per_block is 0"},
      {[](State& s) { s.neurons[2]->stake = 0; }, "uid 2 has power but no stake"},
      {[](State& s) { s.parameters.epoch.min_stake = 2'500'000'000'000; },
       "uid 1 has less stake than min_stake"},  // the owner, with even less, is exempt
      {[](State& s) { s.parameters.epoch.min_stake = kMaxStake; }, "less stake than min_stake"},
      {[](State& s) {
         for (std::size_t uid = 0; uid < 4; ++uid) s.neurons[uid]->stake = 0;
       },
       "no validator has stake that counts"},
      {[](State& s) { s.block_ms = 200; }, "an epoch every 4 s"},
      {[](State& s) { s.parameters.have_wait = 20; }, "have_wait, 20 blocks, is not less"},
      {[](State& s) { s.parameters.epoch.activity_cutoff = 19; }, "every validator is always"},
      {[](State& s) { s.parameters.epoch.activity_cutoff = 39; }, "who misses one epoch"},
      {[](State& s) { s.parameters.min_allowed_weights = 9; }, "above the number of uids"},
      {[](State& s) { s.parameters.max_weight_limit = 8190; }, "below an equal share"},
      {[](State& s) { s.parameters.reveal_period = 0; }, "can be copied"},
      {[](State& s) { s.parameters.epoch.max_allowed_validators = 3; }, "max_allowed_validators"},
  };
  for (const auto& c : cases) {
    State state = state_of({1, 1, 1, 1});
    const State before = state;
    c.change(state);
    EXPECT_THAT(setting_warnings(state), ElementsAre(HasSubstr(c.warning)));
    EXPECT_THAT(warnings_of_change(before, state), ElementsAre(HasSubstr(c.warning)));
    EXPECT_THAT(warnings_of_change(state, state), IsEmpty()) << "nothing new";
  }
}

TEST(SubnetWarnings, StartsFarFromNow) {
  constexpr std::uint64_t kNow = 1'790'856'000'000, kDay = 86'400'000;
  State state = state_of({1, 1, 1, 1});
  state.genesis_ms = kNow;
  EXPECT_THAT(start_warnings(state, kNow), IsEmpty());
  state.genesis_ms = kNow + 3 * kDay;
  EXPECT_THAT(start_warnings(state, kNow), ElementsAre(HasSubstr("in 3 d")));
  state.genesis_ms = kNow - 3 * kDay;
  EXPECT_THAT(start_warnings(state, kNow), ElementsAre(HasSubstr("3 d in the past")));
}

}  // namespace
}  // namespace yuma::cli
