// SPDX-License-Identifier: MIT

// Random histories of 200 epochs, with amendments among them: the state machine against a plain
// model, and what must hold whatever happens.

#include <gtest/gtest.h>

#include "tests/replica/random_history.hpp"
#include "tests/replica/state_model.hpp"

namespace yuma {
namespace {

constexpr int kEpochs = 200;
constexpr std::uint64_t kSeeds = 16;

// All emission there ever was: in stakes, or pending.
uint128 wealth(const State& state) {
  uint128 sum = state.pending_emission;
  for (const auto& neuron : state.neurons) sum += neuron ? neuron->stake : 0;
  return sum;
}

// What a history met, so that the test knows that it tested something.
struct Met {
  int vectors = 0, missed_three = 0, faults = 0, direct = 0, amended = 0, misfits = 0, free = 0;

  void count(const State& state, const EpochInputs& inputs) {
    vectors += static_cast<int>(inputs.vectors.size());
    faults += static_cast<int>(inputs.faults.size());
    direct += state.parameters.reveal_period == 0 ? 1 : 0;
    for (const auto& neuron : state.neurons) {
      missed_three += neuron && neuron->missed == kMaxMissed ? 1 : 0;
      free += neuron ? 0 : 1;
    }
  }
};

void expect_same(const State& real, const State& model) {
  EXPECT_EQ(real.neurons.size(), model.neurons.size());
  for (std::size_t uid = 0; uid < real.neurons.size() && uid < model.neurons.size(); ++uid) {
    EXPECT_TRUE(real.neurons[uid] == model.neurons[uid]) << "uid " << uid;
  }
  EXPECT_TRUE(real.weights == model.weights);
  EXPECT_TRUE(real.bonds == model.bonds);
  EXPECT_EQ(real.consensus, model.consensus);
  EXPECT_EQ(real.pending_emission, model.pending_emission);
  EXPECT_TRUE(real.commits == model.commits);
  EXPECT_TRUE(real.faults == model.faults);
  EXPECT_TRUE(real == model) << "one of the other fields";
}

// Applies the inputs to both. An amendment is tried on its own before, on the real one and on the
// model, and left out where it does not fit.
void step(State& state, EpochInputs inputs, Met& met) {
  EpochWorkspace workspace;
  test::StateModel model(state);
  model.apply(inputs);
  if (inputs.amendment) {
    test::StateModel trial = model;
    const bool fits = trial.amend(*inputs.amendment);
    const auto real = amend(state, *inputs.amendment, state.block);
    ASSERT_EQ(real.ok(), fits) << real.status();
    ++(fits ? met.amended : met.misfits);
    if (fits) model = trial;
    if (!fits) {
      ASSERT_EQ(real.status().code(), absl::StatusCode::kFailedPrecondition);
      ASSERT_FALSE(apply_epoch(state, inputs, workspace).ok());
      inputs.amendment.reset();
    }
  }
  const uint128 before = wealth(state);
  const uint128 emitted =
      static_cast<uint128>(inputs.number - state.block) * state.parameters.emission_per_block;
  const auto outcome = apply_epoch(state, inputs, workspace);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  expect_same(outcome->state, model.state());
  if (!inputs.amendment) {
    EXPECT_TRUE(wealth(outcome->state) == before + emitted) << "emission was lost or made";
  }
  const absl::Status status = check_state(outcome->state);
  ASSERT_TRUE(status.ok()) << status;
  state = outcome->state;
}

TEST(ApplyModel, RandomHistoriesAreThoseOfThePlainModel) {
  Met met;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    test::RandomHistory history(seed);
    State state = history.start();
    for (int i = 0; i < kEpochs; ++i) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", epoch " + std::to_string(state.epoch + 1));
      const EpochInputs inputs = history.inputs(state);
      step(state, inputs, met);
      if (testing::Test::HasFailure()) return;
      met.count(state, inputs);
    }
    EXPECT_EQ(state.epoch, kEpochs);
  }
  EXPECT_GT(met.vectors, 3000);
  EXPECT_GT(met.missed_three, 100);
  EXPECT_GT(met.faults, 500);
  EXPECT_GT(met.direct, 100);
  EXPECT_GT(met.amended, 100);
  EXPECT_GT(met.misfits, 100);
  EXPECT_GT(met.free, 1000);
}

}  // namespace
}  // namespace yuma
