// SPDX-License-Identifier: MIT

// A check that cannot fail proves nothing: here rules are broken on purpose, and the simulator has
// to notice, for the right reason.

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulator/shrink.hpp"

namespace yuma::simulator {
namespace {

struct BrokenRule {
  Mutant mutant;
  std::vector<std::string> noticed_by;  // any of these checks
};

std::string name_of(const testing::TestParamInfo<BrokenRule>& rule) {
  std::string name(mutant_name(rule.param.mutant));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class MutantTest : public testing::TestWithParam<BrokenRule> {};

TEST_P(MutantTest, IsNoticed) {
  constexpr std::uint64_t kSeeds = 10;
  ScenarioOptions options;
  options.mutant = GetParam().mutant;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Outcome outcome = run_scenario(make_scenario(seed, options));
    if (!outcome.violation) continue;
    const auto& checks = GetParam().noticed_by;
    EXPECT_NE(std::find(checks.begin(), checks.end(), outcome.violation->check), checks.end())
        << outcome.violation->check << ": " << outcome.violation->text;
    return;
  }
  FAIL() << "none of " << kSeeds << " seeds shows it";
}

INSTANTIATE_TEST_SUITE_P(All, MutantTest,
                         testing::Values(BrokenRule{Mutant::kSendBeforeKeep, {"not kept"}},
                                         BrokenRule{Mutant::kLoseLastKeep,
                                                    {"signer", "order", "ledger"}},
                                         BrokenRule{Mutant::kForgetIntents, {"signer"}},
                                         BrokenRule{Mutant::kForgetfulSigner, {"two bodies"}},
                                         BrokenRule{Mutant::kCarelessHost, {"not kept"}},
                                         BrokenRule{Mutant::kTwoLiars, {"fork"}},
                                         BrokenRule{Mutant::kHeavyOwner, {"fork"}},
                                         BrokenRule{Mutant::kQuorumLeavesOut, {"inclusion"}},
                                         BrokenRule{Mutant::kQuorumWrongRoot, {"state"}}),
                         name_of);

TEST(Shrink, LeavesOnlyWhatAFailureNeeds) {
  ScenarioOptions options;
  options.mutant = Mutant::kForgetfulSigner;
  for (std::uint64_t seed = 1;; ++seed) {
    const Scenario scenario = make_scenario(seed, options);
    const Outcome outcome = run_scenario(scenario);
    if (!outcome.violation) continue;
    const Shrunk shrunk = shrink(scenario, *outcome.violation, std::chrono::seconds(60));
    EXPECT_TRUE(shrunk.minimal);
    EXPECT_LT(shrunk.scenario.faults.size(), scenario.faults.size());
    for (std::size_t i = 0; i < shrunk.scenario.faults.size(); ++i) {
      Scenario fewer = shrunk.scenario;
      fewer.faults.erase(fewer.faults.begin() + static_cast<std::ptrdiff_t>(i));
      const Outcome without = run_scenario(fewer);
      EXPECT_FALSE(without.violation && without.violation->check == outcome.violation->check)
          << "it fails without fault " << i << " too";
    }
    EXPECT_EQ(shrunk.violation.check, outcome.violation->check);
    return;
  }
}

}  // namespace
}  // namespace yuma::simulator
