// SPDX-License-Identifier: MIT

// One epoch of the state, rule by rule.

#include "yuma/replica/apply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/support/subnet.hpp"

namespace yuma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kMostU64 = std::numeric_limits<std::uint64_t>::max();

// Four validators, four miners, a free uid: 0 to 3, 4 to 7, 8.
class Apply : public ::testing::Test {
 protected:
  Apply() : subnet_({.free = 1}), state_(subnet_.start().state) {
    state_.parameters.epoch.kappa = 1;  // what one validator weighs counts without a majority
  }

  EpochOutcome apply(const EpochInputs& inputs) {
    auto outcome = apply_epoch(state_, inputs, workspace_);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    EXPECT_TRUE(check_state(outcome->state).ok()) << check_state(outcome->state);
    return *std::move(outcome);
  }

  EpochInputs next() const {
    EpochInputs inputs;
    inputs.number = state_.block + 20;
    return inputs;
  }

  VectorBody vector(std::uint16_t uid, std::vector<std::uint16_t> uids,
                    std::vector<std::uint16_t> values) const {
    return test::vector_of(state_, uid, state_.epoch, std::move(uids), std::move(values));
  }

  // An epoch in which these uids commit to something.
  void commit(const std::vector<std::uint16_t>& uids) {
    EpochInputs inputs = next();
    for (const auto uid : uids) inputs.commits.push_back({uid, Bytes32{1}});
    state_ = apply(inputs).state;
  }

  // An epoch in which uid reveals its vector, and commits again.
  void reveal(std::uint16_t uid, std::vector<std::uint16_t> uids,
              std::vector<std::uint16_t> values) {
    EpochInputs inputs = next();
    inputs.vectors = {{uid, vector(uid, std::move(uids), std::move(values))}};
    inputs.commits = {{uid, Bytes32{2}}};
    state_ = apply(inputs).state;
  }

  test::Subnet subnet_;
  State state_;
  EpochWorkspace workspace_;
};

TEST_F(Apply, AnEpochWithoutAnythingMovesEpochBlockAndEmission) {
  EpochInputs inputs = next();
  inputs.number = 33;
  const auto [state, terms] = apply(inputs);
  EXPECT_EQ(state.epoch, 1U);
  EXPECT_EQ(state.block, 33U);
  uint128 shared = 0;
  for (const auto emission : terms.emission) shared += emission;
  EXPECT_TRUE(shared + state.pending_emission == 33 * state_.parameters.emission_per_block);
  EXPECT_GT(shared, 0U);
  EXPECT_EQ(state.consensus.size(), 9U);
}

TEST_F(Apply, AVectorIsTheRowFromTheBlockOfItsCommit) {
  commit({1});
  const std::uint64_t of_commit = state_.block;
  state_.neurons[1]->missed = 2;
  EpochInputs inputs = next();
  inputs.vectors = {{1, vector(1, {0, 4, 5, 8}, {7, 65535, 0, 9})}};
  const auto [state, terms] = apply(inputs);
  EXPECT_THAT(state.weights.row(1).uids, ElementsAre(0, 4, 5));  // uid 8 is free
  EXPECT_THAT(state.weights.row(1).values, ElementsAre(7, 65535, 0));
  EXPECT_EQ(state.neurons[1]->last_update, of_commit);
  EXPECT_LT(of_commit, inputs.number);
  EXPECT_EQ(state.neurons[1]->missed, 0);
  EXPECT_GT(terms.incentive[4], 0);
  EXPECT_THAT(state.commits, IsEmpty());
}

TEST_F(Apply, AVectorMayBeEmpty) {
  commit({1});
  reveal(1, {4}, {65535});
  EXPECT_EQ(state_.weights.row(1).size(), 1U);
  reveal(1, {}, {});
  EXPECT_EQ(state_.weights.row(1).size(), 0U);
}

TEST_F(Apply, WithRevealPeriodZeroAVectorCountsAtOnce) {
  state_.parameters.reveal_period = 0;
  EpochInputs inputs = next();
  inputs.vectors = {{2, test::vector_of(state_, 2, state_.epoch + 1, {6}, {5})}};
  const auto [state, terms] = apply(inputs);
  EXPECT_EQ(state.neurons[2]->last_update, inputs.number);
  EXPECT_THAT(state.weights.row(2).uids, ElementsAre(6));
  EXPECT_EQ(terms.incentive[6], 65535);
  EXPECT_EQ(state.neurons[1]->missed, 0);
}

TEST_F(Apply, ThreeCommitsInARowThatAreNotOpenedClearTheRow) {
  commit({1});
  reveal(1, {4}, {65535});
  const std::uint64_t last_update = state_.neurons[1]->last_update;
  for (const int missed : {1, 2, 3, 3}) {
    commit({1});
    EXPECT_EQ(state_.neurons[1]->missed, missed);
    EXPECT_EQ(state_.weights.row(1).size(), missed < 3 ? 1U : 0U);
    EXPECT_EQ(state_.neurons[1]->last_update, last_update);
  }
  reveal(1, {5}, {1});
  EXPECT_EQ(state_.neurons[1]->missed, 0);
  EXPECT_THAT(state_.weights.row(1).uids, ElementsAre(5));
}

TEST_F(Apply, WhoCommitsNothingMissesNothing) {
  commit({1});
  commit({});
  EXPECT_EQ(state_.neurons[1]->missed, 1);
  commit({});
  EXPECT_EQ(state_.neurons[1]->missed, 1);
}

TEST_F(Apply, AFaultHidesTheRowForOneEpochAndCountsForNoOther) {
  commit({1, 2});
  EpochInputs inputs = next();
  inputs.vectors = {{1, vector(1, {4}, {65535})}, {2, vector(2, {5}, {65535})}};
  inputs.faults = {{1, ObjectKind::kCommit, state_.epoch}, {1, ObjectKind::kVote, 2}};
  const auto [state, terms] = apply(inputs);
  EXPECT_EQ(terms.incentive[4], 0);
  EXPECT_EQ(terms.incentive[5], 65535);
  EXPECT_THAT(state.weights.row(1).uids, ElementsAre(4));
  EXPECT_EQ(state.epoch, 2U);
  EXPECT_THAT(state.faults, ElementsAre(CountedFault{1, ObjectKind::kVote, 2}));

  state_ = state;
  const auto after = apply(next());
  EXPECT_GT(after.terms.incentive[4], 0);
  EXPECT_THAT(after.state.faults, IsEmpty());
}

TEST_F(Apply, WhatNobodyEarnsStaysPending) {
  for (auto& neuron : state_.neurons) {
    if (neuron) neuron->stake = 0;
  }
  state_ = apply(next()).state;
  EXPECT_EQ(state_.pending_emission, 20 * state_.parameters.emission_per_block);
  state_.neurons[3]->stake = 5;
  const auto [state, terms] = apply(next());
  const std::uint64_t all = 40 * state_.parameters.emission_per_block;
  EXPECT_GE(state.neurons[3]->stake, all - 20);
  EXPECT_EQ(state.neurons[3]->stake - 5 + state.pending_emission, all);
}

TEST_F(Apply, EmissionStopsAtSixtyFourBits) {
  state_.parameters.emission_per_block = kMostU64;
  EXPECT_EQ(prepare_epoch(state_, next()).value().emission, kMostU64);
  state_.parameters.emission_per_block = 1;
  state_.pending_emission = kMostU64 - 19;
  EXPECT_EQ(prepare_epoch(state_, next()).value().emission, kMostU64);
  state_.pending_emission -= 1;
  EXPECT_EQ(prepare_epoch(state_, next()).value().emission, kMostU64);
  state_.pending_emission -= 1;
  EXPECT_EQ(prepare_epoch(state_, next()).value().emission, kMostU64 - 1);
}

TEST_F(Apply, StakesStopAtTheirBound) {
  for (auto& neuron : state_.neurons) {
    if (neuron) neuron->stake = 0;
  }
  state_.neurons[1]->stake = kMaxStake - 100;
  state_.pending_emission = 1'000'000;
  state_.parameters.emission_per_block = 0;
  const auto [state, terms] = apply(next());
  EXPECT_GT(terms.emission[1], 900'000U);
  EXPECT_EQ(state.neurons[1]->stake, kMaxStake);
  EXPECT_EQ(state.pending_emission, 1'000'000 - terms.emission[1]);
}

TEST_F(Apply, AFreeUidGetsNothing) {
  commit({0, 1, 2, 3});
  EpochInputs inputs = next();
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    inputs.vectors.push_back({uid, vector(uid, {4, 8}, {1, 65535})});
  }
  const auto [state, terms] = apply(inputs);
  EXPECT_EQ(terms.emission[8], 0U);
  EXPECT_EQ(terms.consensus[8], 0);
  EXPECT_FALSE(state.neurons[8]);
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    EXPECT_THAT(state.weights.row(uid).uids, ElementsAre(4));
    EXPECT_THAT(state.bonds.row(uid).uids, ElementsAre(4));
  }
}

TEST_F(Apply, TheEpochReadsTheStateAsItIs) {
  commit({0, 1, 2});
  reveal(2, {4, 5}, {1, 2});
  state_.neurons[4]->stake = 12;
  state_.neurons[5]->registered = 21;
  state_.neurons[3]->permit = false;
  EpochInputs inputs = next();
  inputs.number = 77;
  inputs.vectors = {{2, vector(2, {6}, {3})}};
  const PreparedEpoch prepared = prepare_epoch(state_, inputs).value();
  const EpochInput input = prepared.view(state_, inputs.number);
  EXPECT_EQ(input.n, 9U);
  EXPECT_EQ(input.current_block, 77U);
  EXPECT_EQ(input.last_mechanism_step_block, 40U);
  EXPECT_THAT(input.last_update, ElementsAre(0, 0, 40, 0, 0, 0, 0, 0, 0));
  EXPECT_THAT(input.block_at_registration, ElementsAre(0, 0, 0, 0, 0, 21, 0, 0, 0));
  EXPECT_FALSE(input.commit_blocks);
  EXPECT_EQ(input.owner_uid, 0);
  EXPECT_THAT(input.validator_permits, ElementsAre(1, 1, 1, 0, 0, 0, 0, 0, 0));
  EXPECT_EQ(input.stake[4].bits, int128{12} << 64);
  EXPECT_EQ(input.stake[8].bits, 0);
  EXPECT_EQ(input.weights.rows(), 9U);
  EXPECT_THAT(input.weights.row(2).uids, ElementsAre(6));
  EXPECT_EQ(input.bonds.uids.data(), state_.bonds.view().uids.data());
  EXPECT_EQ(input.previous_consensus.data(), state_.consensus.data());
  EXPECT_EQ(input.emission, state_.pending_emission + 37 * state_.parameters.emission_per_block);
  EXPECT_EQ(input.parameters.tempo, state_.parameters.epoch.tempo);

  const auto terms = epoch(input, ChainRules::at(425).value()).value();
  EXPECT_TRUE(apply(inputs).terms == terms);
}

TEST_F(Apply, TheRulesAreThoseOfTheStatesVersion) {
  // Under 425 the owner is permitted with no stake at all, under 300 it is not.
  state_.neurons[0]->stake = 0;
  EXPECT_TRUE(apply(next()).state.neurons[0]->permit);
  state_.spec_version = 300;
  EXPECT_FALSE(apply(next()).state.neurons[0]->permit);
}

TEST_F(Apply, AnAmendmentIsAppliedLast) {
  EpochInputs inputs = next();
  inputs.commits = {{0, Bytes32{1}}, {2, Bytes32{2}}};
  inputs.amendment =
      test::next_amendment(state_, {RemoveUid{2}, RegisterUid{8, subnet_.keys.key(20), 3, 400},
                                    SetParameter{ParameterTag::kEmissionPerBlock, 1}});
  const auto [state, terms] = apply(inputs);
  EXPECT_GT(terms.emission[2], 0U);
  EXPECT_FALSE(state.neurons[2]);
  EXPECT_THAT(state.commits, ElementsAre(UidHash{0, Bytes32{1}}));
  const Neuron expected{subnet_.keys.key(20), 3, 2, inputs.number, 400, inputs.number, 0, true};
  EXPECT_TRUE(state.neurons[8] == expected);
  EXPECT_EQ(state.amendments, 1U);
  // The emission of this epoch was still the old one.
  EXPECT_GT(state.neurons[3]->stake, state_.neurons[3]->stake + 1'000'000'000);
  state_ = state;
  EXPECT_EQ(prepare_epoch(state_, next()).value().emission, state_.pending_emission + 20);
}

TEST_F(Apply, SwitchingTheRevealPeriodDropsOpenCommits) {
  EpochInputs inputs = next();
  inputs.commits = {{0, Bytes32{1}}};
  inputs.amendment = test::next_amendment(state_, {SetParameter{ParameterTag::kRevealPeriod, 0}});
  state_ = apply(inputs).state;
  EXPECT_THAT(state_.commits, IsEmpty());

  inputs = next();
  inputs.vectors = {{0, test::vector_of(state_, 0, state_.epoch + 1, {4}, {1})}};
  inputs.amendment = test::next_amendment(state_, {SetParameter{ParameterTag::kRevealPeriod, 1}});
  state_ = apply(inputs).state;
  EXPECT_EQ(state_.neurons[0]->missed, 0);
  EXPECT_EQ(state_.weights.row(0).size(), 1U);

  commit({0});
  reveal(0, {5}, {1});
  EXPECT_THAT(state_.weights.row(0).uids, ElementsAre(5));
}

// What is none for the state: uid 1 has a commit that waits, uid 3 counted a fault.
TEST_F(Apply, RefusesInputsThatAreNoneForTheState) {
  commit({1});
  state_.faults = {{3, ObjectKind::kVote, 1}};
  state_.neurons[2]->since = 2;
  const VectorBody good = vector(1, {4}, {1});
  const auto with = [&](auto change) {
    VectorBody out = good;
    change(out);
    return std::vector<UidVector>{{1, out}};
  };
  using Change = std::function<void(EpochInputs&)>;
  const auto faults = [](std::vector<CountedFault> list) {
    return Change([list](EpochInputs& i) { i.faults = list; });
  };
  const std::pair<const char*, Change> cases[] = {
      {"block number 20 is not above 20", [](auto& i) { i.number = 20; }},
      {"commits[0]: uid 4 has no power",
       [](auto& i) {
         i.commits = {{4, {}}};
       }},
      {"commits[0]: uid 8 has no power",
       [](auto& i) {
         i.commits = {{8, {}}};
       }},
      {"commits[0]: uid 9 has no power",
       [](auto& i) {
         i.commits = {{9, {}}};
       }},
      {"commits do not ascend",
       [](auto& i) {
         i.commits = {{1, {}}, {1, {}}};
       }},
      {"commits do not ascend",
       [](auto& i) {
         i.commits = {{1, {}}, {0, {}}};
       }},
      {"vectors[0]: uid 0 has no commit",
       [&](auto& i) {
         i.vectors = {{0, good}};
       }},
      {"vectors[0]: uid 5 has no power",
       [&](auto& i) {
         i.vectors = {{5, good}};
       }},
      {"vectors do not ascend",
       [&](auto& i) {
         i.vectors = {{1, good}, {1, good}};
       }},
      {"1 uids but 2 values",
       [&](auto& i) { i.vectors = with([](auto& v) { v.values.push_back(1); }); }},
      {"uids do not ascend",
       [&](auto& i) {
         i.vectors = with([](auto& v) {
           v.uids = {4, 4};
           v.values = {1, 1};
         });
       }},
      {"names uid 9 of 9", [&](auto& i) { i.vectors = with([](auto& v) { v.uids = {9}; }); }},
      {"uid 6 has no power", faults({{6, ObjectKind::kVote, 1}})},
      {"of a kind that has none", faults({{1, ObjectKind::kSeal, 1}})},
      {"of epoch 0, not 1", faults({{1, ObjectKind::kVote, 0}})},
      {"of epoch 3, not 1", faults({{1, ObjectKind::kVote, 3}})},
      {"before uid 2 had power", faults({{2, ObjectKind::kVote, 1}})},
      {"faults[0] has counted", faults({{3, ObjectKind::kVote, 1}})},
      {"faults do not ascend", faults({{1, ObjectKind::kVote, 2}, {1, ObjectKind::kVote, 1}})},
      {"faults do not ascend", faults({{1, ObjectKind::kVote, 2}, {1, ObjectKind::kVote, 2}})},
      {"of another subnet",
       [&](auto& i) {
         i.amendment = test::next_amendment(state_, {SetOwner{1}});
         i.amendment->subnet.netuid += 1;
       }},
      {"due from epoch 3",
       [&](auto& i) {
         i.amendment = test::next_amendment(state_, {SetOwner{1}});
         i.amendment->epoch = 3;
       }},
      {"amendment 2 is not the next",
       [&](auto& i) {
         i.amendment = test::next_amendment(state_, {SetOwner{1}});
         i.amendment->number = 2;
       }},
      {"(set owner): nobody holds uid 8",
       [&](auto& i) { i.amendment = test::next_amendment(state_, {SetOwner{8}}); }},
  };
  for (const auto& [says, change] : cases) {
    EpochInputs inputs = next();
    change(inputs);
    const auto outcome = apply_epoch(state_, inputs, workspace_);
    EXPECT_EQ(outcome.status().code(), absl::StatusCode::kInvalidArgument) << says;
    EXPECT_THAT(std::string(outcome.status().message()), HasSubstr(says));
  }
}

TEST_F(Apply, RefusesCommitsWithRevealPeriodZeroAndAnEpochBeyondTheLast) {
  state_.parameters.reveal_period = 0;
  EpochInputs inputs = next();
  inputs.commits = {{0, {}}};
  EXPECT_THAT(std::string(apply_epoch(state_, inputs, workspace_).status().message()),
              HasSubstr("reveal_period is 0"));
  inputs.commits.clear();
  state_.epoch = kMostU64 - 2;
  EXPECT_EQ(apply(inputs).state.epoch, kMostU64 - 1);
  state_.epoch = kMostU64 - 1;
  EXPECT_THAT(std::string(apply_epoch(state_, inputs, workspace_).status().message()),
              HasSubstr("is none"));
}

}  // namespace
}  // namespace yuma
