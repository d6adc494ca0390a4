// SPDX-License-Identifier: MIT

// The short form: some seeds of everything at once, and that the simulator itself can be trusted.
// The long form is the program `simulate`.

#include <gtest/gtest.h>

#include "tests/simulator/batch.hpp"
#include "tests/simulator/shrink.hpp"

namespace yuma::simulator {
namespace {

TEST(Simulator, EveryCheckHolds) {
  BatchOptions options;
  options.seed = 1;
  options.epochs = 100;
  options.jobs = 2;
  const BatchResult result = run_batch(options);
  if (result.failed_seed) {
    FAIL() << failure_text(make_scenario(*result.failed_seed), result.violation);
  }
  EXPECT_GE(result.summary.get("epochs", "sealed while faults went on"), options.epochs);
  EXPECT_GT(result.summary.get("inclusion", "listed by all honest haves"), 0U);
}

TEST(Simulator, OneSeedIsOneRun) {
  const Scenario scenario = make_scenario(5);
  const Outcome one = run_scenario(scenario), other = run_scenario(scenario);
  EXPECT_EQ(one.digest, other.digest);
  EXPECT_EQ(one.summary.text(), other.summary.text());
  EXPECT_NE(one.digest, run_scenario(make_scenario(6)).digest);
}

TEST(Simulator, AQuietSubnetSealsEveryEpochInTime) {
  Scenario scenario = make_scenario(3);
  scenario.faults.clear();
  const Outcome outcome = run_scenario(scenario);
  ASSERT_FALSE(outcome.violation) << outcome.violation->text;
  EXPECT_GE(outcome.summary.get("epochs", "sealed while faults went on") + 1, scenario.epochs);
  EXPECT_EQ(outcome.summary.get("notices", "fault"), 0U);
}

TEST(Simulator, AProcessOfItsOwnGivesTheSame) {
  const Scenario scenario = make_scenario(7);
  const Outcome here = run_scenario(scenario), there = run_isolated(scenario);
  EXPECT_EQ(here.digest, there.digest);
  EXPECT_EQ(here.summary.text(), there.summary.text());
}

}  // namespace
}  // namespace yuma::simulator
