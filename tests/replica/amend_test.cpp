// SPDX-License-Identifier: MIT

// Amendments: each change, where it fits and where it does not.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/replica/example_state.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/replica/check.hpp"

namespace yuma {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t kNumber = 900;

// Validators 0 to 2, miners 3 and 4, 5 free. In the middle of things: everybody weighs everybody.
class Amend : public ::testing::Test {
 protected:
  Amend() : subnet_({.validators = 3, .miners = 2, .free = 1}), state_(subnet_.start().state) {
    state_.epoch = 12;
    state_.block = kNumber;
    state_.amendments = 5;
    state_.weights =
        test::rows_of({{{1, 10}, {3, 11}, {4, 12}}, {{0, 13}, {3, 14}}, {{4, 15}}, {}, {}, {}});
    state_.bonds = test::rows_of({{{3, 20}, {4, 21}}, {{0, 22}, {3, 23}}, {}, {{1, 24}}, {}, {}});
    state_.consensus = {1, 2, 3, 4, 5, 0};
    state_.commits = {{0, Bytes32{1}}, {1, Bytes32{2}}};
    state_.faults = {{0, ObjectKind::kVote, 12}, {1, ObjectKind::kVote, 12}};
    state_.neurons[1]->missed = 2;
    EXPECT_TRUE(check_state(state_).ok()) << check_state(state_);
  }

  State amended(std::vector<Change> changes) {
    auto next = amend(state_, test::next_amendment(state_, std::move(changes)), kNumber);
    EXPECT_TRUE(next.ok()) << next.status();
    EXPECT_TRUE(check_state(*next).ok()) << check_state(*next);
    EXPECT_EQ(next->amendments, 6U);
    return *std::move(next);
  }

  void expect_misfit(std::vector<Change> changes, const std::string& says) {
    const auto next = amend(state_, test::next_amendment(state_, std::move(changes)), kNumber);
    EXPECT_EQ(next.status().code(), absl::StatusCode::kFailedPrecondition) << says;
    EXPECT_THAT(std::string(next.status().message()), HasSubstr(says));
  }

  // What a state must be after changes to a few of its fields.
  State expected(const std::function<void(State&)>& change) const {
    State out = state_;
    out.amendments += 1;
    change(out);
    return out;
  }

  const PublicKey& fresh(std::size_t number = 0) { return subnet_.keys.key(100 + number); }

  test::Subnet subnet_;
  State state_;
};

TEST_F(Amend, RemoveTakesAllTracesOfAUid) {
  const State next = amended({RemoveUid{1}});
  EXPECT_TRUE(next == expected([](State& s) {
                s.neurons[1].reset();
                s.weights = test::rows_of({{{3, 11}, {4, 12}}, {}, {{4, 15}}, {}, {}, {}});
                s.bonds = test::rows_of({{{3, 20}, {4, 21}}, {}, {}, {}, {}, {}});
                s.consensus = {1, 0, 3, 4, 5, 0};
                s.commits = {{0, Bytes32{1}}};
                s.faults = {{0, ObjectKind::kVote, 12}};
              }));
  expect_misfit({RemoveUid{5}}, "amendment 6, changes[0] (remove): nobody holds uid 5");
  expect_misfit({RemoveUid{6}}, "nobody holds uid 6");
  expect_misfit({RemoveUid{4}, RemoveUid{4}}, "changes[1] (remove): nobody holds uid 4");
  expect_misfit({RemoveUid{0}}, "the owner, uid 0, has no power");
}

TEST_F(Amend, ReplaceKeepsEverythingButTheHotkey) {
  EXPECT_TRUE(amended({ReplaceHotkey{1, fresh()}}) == expected([&](State& s) {
                s.neurons[1]->hotkey = fresh();
                s.neurons[1]->since = 13;
                s.neurons[1]->missed = 0;
                s.commits = {{0, Bytes32{1}}};
              }));
  EXPECT_TRUE(amended({ReplaceHotkey{3, fresh()}}) ==
              expected([&](State& s) { s.neurons[3]->hotkey = fresh(); }));
  expect_misfit({ReplaceHotkey{5, fresh()}}, "(replace): nobody holds uid 5");
  expect_misfit({ReplaceHotkey{1, subnet_.keys.key(4)}}, "uid 4 holds the hotkey");
  expect_misfit({ReplaceHotkey{1, subnet_.keys.key(1)}}, "uid 1 holds the hotkey");
  expect_misfit({ReplaceHotkey{1, {}}}, "the hotkey is none");
}

TEST_F(Amend, RegisterFillsAFreeUid) {
  const State next = amended({RegisterUid{5, fresh(), 7, kMaxStake}});
  EXPECT_TRUE(next == expected([&](State& s) {
                s.neurons[5] = Neuron{fresh(), 7, 13, kNumber, kMaxStake, kNumber, 0, true};
              }));
  const State miner = amended({RegisterUid{5, fresh(), 0, 0}});
  EXPECT_TRUE(miner.neurons[5] == (Neuron{fresh(), 0, 0, kNumber, 0, kNumber, 0, false}));
  expect_misfit({RegisterUid{4, fresh(), 0, 0}}, "(register): uid 4 is taken");
  expect_misfit({RegisterUid{6, fresh(), 0, 0}}, "uid 6 is beyond the last of 6");
  expect_misfit({RegisterUid{5, fresh(), 0, kMaxStake + 1}}, "a stake of");
  expect_misfit({RegisterUid{5, subnet_.keys.key(2), 0, 0}}, "uid 2 holds the hotkey");
  expect_misfit({RegisterUid{5, {Scheme::kEd25519, subnet_.keys.key(3).bytes}, 0, 0}},
                "uid 3 holds the hotkey");
  expect_misfit({RegisterUid{5, {Scheme::kEd25519, {}}, 0, 0}}, "the hotkey is none");
}

TEST_F(Amend, AUidMayBeFreedAndRegisteredAtOnce) {
  const PublicKey old = state_.neurons[1]->hotkey;
  const State next =
      amended({RemoveUid{1}, RegisterUid{1, fresh(), 2, 9}, RegisterUid{5, old, 0, 0}});
  EXPECT_TRUE(next.neurons[1] == (Neuron{fresh(), 2, 13, kNumber, 9, kNumber, 0, true}));
  EXPECT_EQ(next.neurons[5]->hotkey, old);
  EXPECT_THAT(next.weights.row(0).uids, ElementsAre(3, 4));
  EXPECT_THAT(next.weights.row(1).uids, IsEmpty());
  EXPECT_THAT(next.bonds.row(3).uids, IsEmpty());
  EXPECT_THAT(next.commits, ElementsAre(UidHash{0, Bytes32{1}}));
  // The same by replacing: not in the same amendment, since two would hold it for a moment.
  expect_misfit({ReplaceHotkey{1, subnet_.keys.key(2)}, ReplaceHotkey{2, subnet_.keys.key(1)}},
                "changes[0] (replace): uid 2 holds the hotkey");
}

TEST_F(Amend, PowerComesAndGoes) {
  EXPECT_TRUE(amended({SetPower{1, 9}}) == expected([](State& s) { s.neurons[1]->power = 9; }));
  EXPECT_TRUE(amended({SetPower{3, 9}}) == expected([](State& s) {
                s.neurons[3]->power = 9;
                s.neurons[3]->since = 13;
              }));
  EXPECT_TRUE(amended({SetPower{1, 0}}) == expected([](State& s) {
                s.neurons[1]->power = 0;
                s.neurons[1]->since = 0;
                s.neurons[1]->missed = 0;
                s.weights = test::rows_of({{{1, 10}, {3, 11}, {4, 12}}, {}, {{4, 15}}, {}, {}, {}});
                s.commits = {{0, Bytes32{1}}};
              }));
  EXPECT_TRUE(amended({SetPower{4, 0}}) == expected([](State&) {}));
  expect_misfit({SetPower{5, 1}}, "(set power): nobody holds uid 5");
  expect_misfit({SetPower{0, 0}}, "would leave a state: the owner, uid 0, has no power");
}

TEST_F(Amend, TheOwnerHasPowerAtTheEnd) {
  EXPECT_TRUE(amended({SetOwner{2}}) == expected([](State& s) { s.owner = 2; }));
  const State next = amended({SetPower{0, 0}, SetPower{3, 1}, SetOwner{3}});
  EXPECT_EQ(next.owner, 3);
  expect_misfit({SetOwner{3}}, "the owner, uid 3, has no power");
  expect_misfit({SetOwner{5}}, "(set owner): nobody holds uid 5");
}

TEST_F(Amend, TheSizeGrowsAndShrinksOverFreeUids) {
  State next = amended({SetSize{8}});
  EXPECT_EQ(next.neurons.size(), 8U);
  EXPECT_THAT(next.consensus, ElementsAre(1, 2, 3, 4, 5, 0, 0, 0));
  EXPECT_EQ(next.weights.rows(), 8U);
  next = amended({SetSize{5}});
  EXPECT_EQ(next.neurons.size(), 5U);
  EXPECT_THAT(next.consensus, ElementsAre(1, 2, 3, 4, 5));
  next = amended({RemoveUid{4}, SetSize{4}});
  EXPECT_THAT(next.weights.row(0).uids, ElementsAre(1, 3));
  EXPECT_THAT(next.weights.row(2).uids, IsEmpty());
  EXPECT_THAT(next.bonds.row(0).uids, ElementsAre(3));
  expect_misfit({SetSize{4}}, "(set size): uid 4 is taken");
  expect_misfit({SetSize{0}}, "(set size): uid 0 is taken");
  expect_misfit({SetSize{4097}}, "neurons are 4097");

  state_.consensus.clear();
  EXPECT_THAT(amended({SetSize{8}}).consensus, IsEmpty());
}

TEST_F(Amend, ParametersAreSetInTheirBounds) {
  EXPECT_TRUE(amended({SetParameter{ParameterTag::kTempo, 99}}) ==
              expected([](State& s) { s.parameters.epoch.tempo = 99; }));
  EXPECT_TRUE(amended({SetParameter{ParameterTag::kRevealPeriod, 1}}) == expected([](State&) {}));
  EXPECT_TRUE(amended({SetParameter{ParameterTag::kRevealPeriod, 0}}) == expected([](State& s) {
                s.parameters.reveal_period = 0;
                s.commits.clear();
              }));
  expect_misfit({SetParameter{ParameterTag::kTempo, 0}}, "(set parameter): tempo is 0");
}

TEST_F(Amend, TheRulesMustBeKnown) {
  EXPECT_TRUE(amended({SetRuleVersion{300}}) == expected([](State& s) { s.spec_version = 300; }));
  EXPECT_EQ(amended({SetRuleVersion{456}}).spec_version, 456U);
  expect_misfit({SetRuleVersion{424}}, "(set rule version): ");
  expect_misfit({SetRuleVersion{457}},
                "spec_version 457 are not known; known are 300 and 425 to 456");
}

TEST_F(Amend, OnlyTheNextNumberFits) {
  AmendmentBody amendment = test::next_amendment(state_, {SetOwner{1}});
  for (const std::uint64_t number : {5U, 7U}) {
    amendment.number = number;
    EXPECT_THAT(std::string(amend(state_, amendment, kNumber).status().message()),
                HasSubstr("is not the next after 5"));
  }
}

TEST_F(Amend, NoMoreThanSixtyFourGetPower) {
  test::Subnet subnet({.validators = 64, .miners = 1});
  const State state = subnet.start().state;
  const auto next = amend(state, test::next_amendment(state, {SetPower{64, 1}}), 1);
  EXPECT_THAT(std::string(next.status().message()), HasSubstr("65 uids with power"));
  EXPECT_TRUE(
      amend(state, test::next_amendment(state, {SetPower{63, 0}, SetPower{64, 1}}), 1).ok());
}

// From outside changes ascend; a caller may hand over anything.
TEST_F(Amend, TakesChangesInAnyOrder) {
  State next = amended({SetSize{9}, RegisterUid{8, fresh(), 1, 0}, SetPower{8, 0}, RemoveUid{8},
                        RegisterUid{8, fresh(), 1, 0}, SetSize{12}});
  EXPECT_EQ(next.neurons.size(), 12U);
  EXPECT_EQ(next.neurons[8]->power, 1U);
  next = amended({SetPower{1, 0}, SetPower{1, 3}});
  EXPECT_EQ(next.neurons[1]->since, 13U);
  EXPECT_THAT(next.weights.row(1).uids, IsEmpty());
  expect_misfit({SetSize{5}, RemoveUid{5}}, "changes[1] (remove): nobody holds uid 5");
}

}  // namespace
}  // namespace yuma
