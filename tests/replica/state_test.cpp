// SPDX-License-Identifier: MIT

#include "yuma/replica/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "tests/replica/example_state.hpp"
#include "tests/support/subnet.hpp"

namespace yuma {
namespace {

using test::rows_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Broken {
  const char* says;
  std::function<void(State&)> change;
};

const std::vector<Broken>& all_broken() {
  static const std::vector<Broken> kCases = {
      {"netuid is 4096", [](State& s) { s.subnet.netuid = 4096; }},
      {"mechanism is 16", [](State& s) { s.subnet.mechanism = 16; }},
      {"epoch is 2^64 - 1",
       [](State& s) {
         s.epoch = std::numeric_limits<std::uint64_t>::max();
         s.faults.clear();
       }},
      {"block_ms is 0", [](State& s) { s.block_ms = 0; }},
      {"rules of spec_version 424", [](State& s) { s.spec_version = 424; }},
      {"rules of spec_version 457", [](State& s) { s.spec_version = 457; }},
      {"tempo is 0", [](State& s) { s.parameters.epoch.tempo = 0; }},
      {"reveal_period is 2", [](State& s) { s.parameters.reveal_period = 2; }},
      {"neurons are 0", [](State& s) { s = State(); }},
      {"neurons are 4097", [](State& s) { s.neurons.resize(4097); }},
      {"the owner, uid 3, has no power", [](State& s) { s.owner = 3; }},
      {"the owner, uid 2, has no power", [](State& s) { s.owner = 2; }},
      {"the owner, uid 9, has no power", [](State& s) { s.owner = 9; }},
      {"neurons[0].since is 0 with power 2", [](State& s) { s.neurons[0]->since = 0; }},
      {"neurons[3].since is 1 with power 0", [](State& s) { s.neurons[3]->since = 1; }},
      {"neurons[0].since is 43, after epoch 41", [](State& s) { s.neurons[0]->since = 43; }},
      {"neurons[3].stake", [](State& s) { s.neurons[3]->stake = kMaxStake + 1; }},
      {"neurons[1].missed is 4", [](State& s) { s.neurons[1]->missed = 4; }},
      {"neurons[3] and neurons[0] have the same hotkey|neurons[0] and neurons[3] have the same",
       [](State& s) { s.neurons[3]->hotkey = s.neurons[0]->hotkey; }},
      {"have the same hotkey",
       [](State& s) {
         s.neurons[3]->hotkey = {Scheme::kEd25519, s.neurons[0]->hotkey.bytes};
       }},
      {"neurons[3].hotkey", [](State& s) { s.neurons[3]->hotkey.bytes = {}; }},
      {"weights have 3 rows for 4",
       [](State& s) {
         s.weights = rows_of({{}, {}, {}});
       }},
      {"bonds have 5 rows for 4", [](State& s) { s.bonds.end_row(); }},
      {"weights.row(2) is of a free uid",
       [](State& s) {
         s.weights = rows_of({{}, {}, {{0, 1}}, {}});
       }},
      {"weights.row(3) is of a uid without power",
       [](State& s) {
         s.weights = rows_of({{}, {}, {}, {{0, 1}}});
       }},
      {"weights.row(0).uids[0] is 2, which is free",
       [](State& s) {
         s.weights = rows_of({{{2, 1}}, {}, {}, {}});
       }},
      {"weights.row(0).uids[1] is 4, which is free",
       [](State& s) {
         s.weights = rows_of({{{3, 1}, {4, 1}}, {}, {}, {}});
       }},
      {"weights.row(1).uids do not ascend at index 1",
       [](State& s) {
         s.weights = rows_of({{}, {{3, 1}, {3, 2}}, {}, {}});
       }},
      {"bonds.row(3).uids do not ascend at index 2",
       [](State& s) {
         s.bonds = rows_of({{}, {}, {}, {{0, 1}, {3, 1}, {1, 2}}});
       }},
      {"consensus has 3 entries for 4", [](State& s) { s.consensus.pop_back(); }},
      {"consensus[2] is 1 for a free uid", [](State& s) { s.consensus[2] = 1; }},
      {"reveal_period is 0", [](State& s) { s.parameters.reveal_period = 0; }},
      {"commits[0]: uid 3 has no power", [](State& s) { s.commits[0].uid = 3; }},
      {"commits[0]: uid 2 has no power", [](State& s) { s.commits[0].uid = 2; }},
      {"commits do not ascend at index 1",
       [](State& s) {
         s.commits.push_back({0, {}});
       }},
      {"commits do not ascend at index 1",
       [](State& s) {
         s.commits.push_back({1, {}});
       }},
      {"faults[0]: uid 2 is free", [](State& s) { s.faults[0].uid = 2; }},
      {"faults[1] is of a kind", [](State& s) { s.faults[1].kind = ObjectKind::kSeal; }},
      {"faults[1] is of epoch 40", [](State& s) { s.faults[1].epoch = 40; }},
      {"faults do not ascend at index 2", [](State& s) { s.faults.push_back(s.faults[1]); }},
      {"faults are 321", [](State& s) { s.faults.resize(321); }},
  };
  return kCases;
}

TEST(State, TheFirstThingThatDoesNotHoldIsNamed) {
  ASSERT_TRUE(check_state(test::example_state()).ok());
  for (const Broken& broken : all_broken()) {
    State state = test::example_state();
    broken.change(state);
    const absl::Status status = check_state(state);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << broken.says;
    const std::string says = broken.says;
    const std::string either = says.substr(0, says.find('|'));
    const std::string or_else = says.substr(says.find('|') + 1);
    EXPECT_THAT(std::string(status.message()),
                ::testing::AnyOf(HasSubstr(either), HasSubstr(or_else)));
  }
}

TEST(State, AtItsBoundsItHolds) {
  State state = test::example_state();
  state.subnet.netuid = 4095;
  state.subnet.mechanism = 15;
  state.epoch = std::numeric_limits<std::uint64_t>::max() - 1;
  for (auto& fault : state.faults) fault.epoch = state.epoch;
  state.block = state.genesis_ms = state.block_ms = std::numeric_limits<std::uint64_t>::max();
  state.neurons[0]->since = std::numeric_limits<std::uint64_t>::max();
  state.neurons[0]->stake = kMaxStake;
  state.neurons[1]->missed = kMaxMissed;
  state.neurons.resize(kMaxUids);
  state.weights = rows_of(test::Rows(kMaxUids));
  state.bonds = state.weights;
  state.consensus.clear();
  EXPECT_TRUE(check_state(state).ok()) << check_state(state);
  EXPECT_TRUE(decode_state(encode_state(state)).value() == state);
}

TEST(State, AtMostSixtyFourHavePower) {
  EXPECT_TRUE(check_state(test::Subnet({.validators = 64}).genesis.state).ok());
  const auto status = check_state(test::Subnet({.validators = 65}).genesis.state);
  EXPECT_THAT(std::string(status.message()), HasSubstr("65 uids with power, more than 64"));
}

TEST(State, MembersAreFoundByHotkeyAndScheme) {
  const State state = test::example_state();
  const PublicKey alice = state.neurons[0]->hotkey, charlie = state.neurons[3]->hotkey;
  EXPECT_EQ(find_uid(state, alice), 0);
  EXPECT_EQ(find_uid(state, charlie), 3);
  EXPECT_EQ(find_validator(state, alice), 0);
  EXPECT_EQ(find_validator(state, charlie), std::nullopt);
  EXPECT_EQ(find_uid(state, {Scheme::kEd25519, alice.bytes}), std::nullopt);
  EXPECT_EQ(find_uid(state, {Scheme::kSr25519, {}}), std::nullopt);
  EXPECT_THAT(validators(state), ElementsAre(0, 1));
  EXPECT_EQ(power_of(state, 0), 2U);
  EXPECT_EQ(power_of(state, 2), 0U);
  EXPECT_EQ(power_of(state, 3), 0U);
  EXPECT_EQ(power_of(state, 4), 0U);
  EXPECT_EQ(total_power(state), 3U);
}

TEST(State, AQuorumIsMoreThanTwoThirdsAndAThirdMoreThanAThird) {
  EXPECT_FALSE(is_quorum(2, 3));
  EXPECT_TRUE(is_quorum(3, 3));
  EXPECT_FALSE(is_quorum(66, 100));
  EXPECT_TRUE(is_quorum(67, 100));
  EXPECT_FALSE(is_quorum(200, 300));
  EXPECT_TRUE(is_quorum(201, 300));
  EXPECT_FALSE(is_third(1, 3));
  EXPECT_TRUE(is_third(2, 3));
  EXPECT_FALSE(is_third(100, 300));
  EXPECT_TRUE(is_third(101, 300));
  EXPECT_FALSE(is_third(0, 1));
  EXPECT_TRUE(is_third(1, 1));
  const std::uint64_t all = kMaxValidators * std::uint64_t{0xffffffff};
  EXPECT_FALSE(is_quorum(all / 3 * 2, all));
  EXPECT_TRUE(is_quorum(all / 3 * 2 + 1, all));
}

}  // namespace
}  // namespace yuma
