// SPDX-License-Identifier: MIT

// Both sides of the bounds at which an object begins to count.

#include <gtest/gtest.h>

#include "tests/replica/check_scenario.hpp"

namespace yuma {
namespace {

using test::CheckScenario;

class CheckBounds : public ::testing::Test {
 protected:
  // "" where the object counts, else the name of the reason.
  std::string verdict(const Object& object) {
    const auto result = check_object(s_.sealed, object);
    const auto* refused = std::get_if<RefusedObject>(&result);
    return refused == nullptr ? "" : std::string(refusal_name(refused->reason));
  }

  // Of a vector that uid 1 committed to.
  std::string of_vector(std::vector<std::uint16_t> uids, std::vector<std::uint16_t> values) {
    const State& state = s_.sealed.state;
    const bool direct = state.parameters.reveal_period == 0;
    VectorBody vector =
        test::vector_of(state, 1, direct ? 11 : 10, std::move(uids), std::move(values));
    if (!direct) s_.sealed.state.commits[0].hash = commit_hash(vector);
    return verdict(s_.sign(vector));
  }

  SubnetParameters& parameters() { return s_.sealed.state.parameters; }

  CheckScenario s_;
};

TEST_F(CheckBounds, TheLargestShareIsFloored) {
  // 40000.99 of 65535 is 40000; 40001 is too much.
  EXPECT_EQ(of_vector({4, 5}, {40000, 25535}), "");
  EXPECT_EQ(of_vector({4, 5}, {40001, 25535}), "");
  EXPECT_EQ(of_vector({4, 5}, {40001, 25534}), "weight_too_large");
  parameters().max_weight_limit = 65534;
  EXPECT_EQ(of_vector({4, 5}, {65535, 1}), "");
  EXPECT_EQ(of_vector({4, 5}, {65535, 0}), "weight_too_large");
  parameters().max_weight_limit = 65535;
  EXPECT_EQ(of_vector({4, 5}, {65535, 0}), "");
}

TEST_F(CheckBounds, ASingleWeightForItselfIsExempt) {
  EXPECT_EQ(of_vector({1}, {1}), "");
  EXPECT_EQ(of_vector({0}, {1}), "too_few_weights");
  EXPECT_EQ(of_vector({1, 4}, {1, 0}), "weight_too_large");
}

TEST_F(CheckBounds, ZerosCountAsWeightsButNotAlone) {
  parameters().min_allowed_weights = 4;
  parameters().max_weight_limit = 65535;
  EXPECT_EQ(of_vector({1, 3, 4, 5}, {0, 0, 9, 0}), "");
  EXPECT_EQ(of_vector({1, 3, 4}, {1, 1, 9}), "too_few_weights");
  EXPECT_EQ(of_vector({1, 3, 4, 5}, {0, 0, 0, 0}), "too_few_weights");
}

TEST_F(CheckBounds, NoMoreWeightsAreAskedForThanThereAreUids) {
  parameters().min_allowed_weights = 4096;
  EXPECT_EQ(of_vector({0, 1, 2, 3, 4, 5, 6}, {1, 1, 1, 1, 1, 1, 1}), "");
  EXPECT_EQ(of_vector({0, 1, 2, 3, 4, 5}, {1, 1, 1, 1, 1, 1}), "too_few_weights");
}

TEST_F(CheckBounds, AnEmptyVectorNeedsAMinimumOfZero) {
  EXPECT_EQ(of_vector({}, {}), "too_few_weights");
  parameters().min_allowed_weights = 1;
  EXPECT_EQ(of_vector({}, {}), "too_few_weights");
  parameters().min_allowed_weights = 0;
  EXPECT_EQ(of_vector({}, {}), "");
  EXPECT_EQ(of_vector({4}, {0}), "too_few_weights");
}

TEST_F(CheckBounds, TheVersionKeyIsAtLeastTheSubnets) {
  VectorBody vector = s_.vector;
  for (const std::uint64_t key : {5U, 6U}) {
    vector.version_key = key;
    s_.sealed.state.commits[0].hash = commit_hash(vector);
    EXPECT_EQ(verdict(s_.sign(vector)), "");
  }
}

TEST_F(CheckBounds, WithRevealPeriodZeroVectorsAreOfTheEpochUnderWay) {
  s_.without_commits();
  EXPECT_EQ(of_vector({4, 5}, {1, 1}), "");
  EXPECT_EQ(verdict(s_.sign(s_.vector)), "past_epoch");
  HaveBody have = s_.have();
  EXPECT_EQ(verdict(s_.sign(have)), "no_commits");
  have.vectors_held.clear();
  EXPECT_EQ(verdict(s_.sign(have)), "");
  BlockBody block = s_.block();
  block.commits.clear();
  EXPECT_EQ(verdict(s_.sign(block)), "");
}

TEST_F(CheckBounds, BitsAreForTheCommitsThatWait) {
  HaveBody have = s_.have();
  for (const std::uint8_t bits : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    have.vectors_held = {bits};
    EXPECT_EQ(verdict(s_.sign(have)), "");
  }
  have.vectors_held = {4};
  EXPECT_EQ(verdict(s_.sign(have)), "no_commit");
  have.vectors_held = {};
  s_.sealed.state.commits.clear();
  EXPECT_EQ(verdict(s_.sign(have)), "");
  have.vectors_held = {1};
  EXPECT_EQ(verdict(s_.sign(have)), "no_commit");
}

TEST_F(CheckBounds, ABlockComesAfterTheLast) {
  BlockBody block = s_.block();
  block.number = 201;
  EXPECT_EQ(verdict(s_.sign(block)), "");
  block.number = 199;
  EXPECT_EQ(verdict(s_.sign(block)), "number");
}

TEST_F(CheckBounds, TwoThirdsAreNoQuorumAndOneMoreIs) {
  // Powers 2, 1, 1, 2.
  EXPECT_EQ(verdict(s_.seal({0, 3})), "no_quorum");
  EXPECT_EQ(verdict(s_.seal({0, 1, 2})), "no_quorum");
  EXPECT_EQ(verdict(s_.seal({0, 1, 3})), "");
  EXPECT_EQ(verdict(s_.seal({0, 1, 2, 3})), "");
  const State& state = s_.sealed.state;
  const auto amendment = [&](const std::vector<std::uint16_t>& signers) {
    return verdict(test::sign_amendment(s_.subnet.keys, state, s_.amendment(), signers));
  };
  EXPECT_EQ(amendment({0, 3}), "no_quorum");
  EXPECT_EQ(amendment({0, 2, 3}), "");
}

TEST_F(CheckBounds, FaultsCountInTheirEpochAndTheNextFromThatOfPowerOn) {
  EXPECT_EQ(verdict(s_.fault(9)), "past_epoch");
  EXPECT_EQ(verdict(s_.fault(10)), "");
  EXPECT_EQ(verdict(s_.fault(11)), "");
  EXPECT_EQ(verdict(s_.fault(12)), "later_epoch");
  // Uid 2 has had power since 11.
  EXPECT_EQ(verdict(s_.fault(10, 2)), "not_counting");
  EXPECT_EQ(verdict(s_.fault(11, 2)), "");
  // A vote of uid 3 has counted in 10.
  EXPECT_EQ(verdict(s_.fault(10, 3)), "already_counted");
  EXPECT_EQ(verdict(s_.fault(11, 3)), "");
  s_.sealed.state.faults[0].kind = ObjectKind::kHave;
  EXPECT_EQ(verdict(s_.fault(10, 3)), "");
}

TEST_F(CheckBounds, AnAmendmentIsDueFromItsEpochOn) {
  AmendmentBody amendment = s_.amendment();
  const auto verdict_in = [&](std::uint64_t epoch) {
    amendment.epoch = epoch;
    return verdict(test::sign_amendment(s_.subnet.keys, s_.sealed.state, amendment, {0, 1, 3}));
  };
  EXPECT_EQ(verdict_in(0), "");
  EXPECT_EQ(verdict_in(11), "");
  EXPECT_EQ(verdict_in(12), "not_due");
}

}  // namespace
}  // namespace yuma
