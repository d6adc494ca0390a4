// SPDX-License-Identifier: MIT

#include "yuma/consensus/input.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/consensus/stage_testing.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"

namespace yuma::test {
namespace {

const ChainRules kRules;

/// The message for three quiet uids after a change to them; empty where there is none. Also expects
/// epoch() and epoch_staged() to say the same, and the result to be left as it was.
std::string message_after(const std::function<void(EpochSnapshot&)>& change_snapshot,
                          const std::function<void(EpochInput&)>& change_view = {}) {
  EpochSnapshot s = quiet_epoch(3);
  change_snapshot(s);
  EpochInput input = s.view();
  if (change_view) change_view(input);
  const absl::Status status = check_input(input);
  EXPECT_TRUE(status.ok() || absl::IsInvalidArgument(status)) << status;

  EpochResult untouched;
  untouched.dividend = {1, 2, 3, 4};
  untouched.bond.push(7, 7);
  untouched.bond.end_row();
  EpochResult out = untouched;
  EpochWorkspace workspace;
  EXPECT_EQ(epoch(input, kRules, workspace, out), status);
  EXPECT_EQ(epoch(input, kRules).status(), status);
  EXPECT_EQ(epoch_staged<Exact>(input, kRules).status(), status);
  if (!status.ok()) {
    EXPECT_EQ(out, untouched);
  }
  return std::string(status.message());
}

std::string message_for_view(const std::function<void(EpochInput&)>& change) {
  return message_after([](EpochSnapshot&) {}, change);
}

TEST(CheckInput, AcceptsAQuietSubnet) {
  EXPECT_EQ(message_after([](EpochSnapshot&) {}), "");
}

TEST(CheckInput, AcceptsNoUidsAtAll) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s = EpochSnapshot{}; }), "");
  EXPECT_TRUE(check_input(EpochInput{}).ok());
  const auto result = epoch(EpochInput{}, kRules);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, EpochResult{});
}

TEST(CheckInput, MoreUidsThanA16BitUidCanName) {
  EXPECT_EQ(message_for_view([](EpochInput& in) { in.n = 65536; }),
            "epoch: n is 65536, more than 65535");
}

TEST(CheckInput, VectorsThatMustHaveNEntries) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.block_at_registration.pop_back(); }),
            "epoch: block_at_registration has 2 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.block_at_registration.push_back(0); }),
            "epoch: block_at_registration has 4 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.stake.pop_back(); }),
            "epoch: stake has 2 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.stake.push_back(rao(1)); }),
            "epoch: stake has 4 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.commit_blocks.emplace(); }),
            "epoch: commit_blocks has 0 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.commit_blocks.emplace(4, 0U); }),
            "epoch: commit_blocks has 4 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.previous_consensus = {1, 2};
            }),
            "epoch: previous_consensus has 2 entries for n = 3 uids");
}

TEST(CheckInput, NegativeStake) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.stake[2] = {-1}; }),
            "epoch: stake[2] is negative: bits -1");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.stake[1] = I64F64::min(); }),
            "epoch: stake[1] is negative: bits -170141183460469231731687303715884105728");
}

TEST(CheckInput, TooFewRows) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.weights = u16s({{}, {}});
            }),
            "epoch: weights has 2 rows for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.bonds.clear(); }),
            "epoch: bonds has 0 rows for n = 3 uids");
  EXPECT_EQ(message_for_view([](EpochInput& in) { in.bonds = {}; }),
            "epoch: bonds has 0 rows for n = 3 uids");
}

TEST(CheckInput, UidsAndValuesOfDifferentLength) {
  const std::vector<Uid> uids = {1, 2};
  EXPECT_EQ(message_for_view([&](EpochInput& in) { in.weights.uids = uids; }),
            "epoch: weights has 2 uids but 0 values");
  const std::vector<std::uint16_t> values = {1};
  EXPECT_EQ(message_for_view([&](EpochInput& in) { in.bonds.values = values; }),
            "epoch: bonds has 0 uids but 1 values");
}

TEST(CheckInput, OffsetsThatAreNotThoseOfRows) {
  const std::vector<Uid> uids = {0, 1};
  const std::vector<std::uint16_t> values = {5, 6};
  const auto message = [&](const std::vector<std::uint32_t>& offsets) {
    return message_for_view([&](EpochInput& in) { in.weights = {offsets, uids, values}; });
  };
  EXPECT_EQ(message({0, 1, 1, 2}), "");
  EXPECT_EQ(message({1, 1, 1, 2}), "epoch: weights.offsets[0] is 1, not 0");
  EXPECT_EQ(message({0, 2, 1, 2}), "epoch: weights.offsets[2] is 1, less than the one before, 2");
  EXPECT_EQ(message({0, 1, 1, 1}), "epoch: weights.offsets[3] is 1 for 2 entries");
  EXPECT_EQ(message({0, 1, 1, 3}), "epoch: weights.offsets[3] is 3 for 2 entries");
  EXPECT_EQ(message({0, 4'000'000'000, 1, 2}),
            "epoch: weights.offsets[2] is 1, less than the one before, 4000000000");
}

TEST(CheckInput, EntriesWithoutRows) {
  const std::vector<Uid> uids = {0};
  const std::vector<std::uint16_t> values = {1};
  EpochInput nobody;
  nobody.bonds = {{}, uids, values};
  EXPECT_EQ(check_input(nobody).message(), "epoch: bonds has 1 entries but no rows");
}

TEST(CheckInput, OfSeveralMistakesNamesTheFirst) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.stake = {{-1}, {-2}};
              s.bonds.clear();
            }),
            "epoch: stake has 2 entries for n = 3 uids");
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.stake = {rao(1), {-2}, {-3}};
            }),
            "epoch: stake[1] is negative: bits -2");
}

TEST(CheckInput, AcceptsWhatTheChainTolerates) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.last_update.clear(); }), "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.last_update.resize(9); }), "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.validator_permits = {1}; }), "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.validator_permits.resize(9); }), "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) { s.owner_uid = 65535; }), "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.weights = u16s({{{3, 1}, {65535, 1}}, {{2, 1}, {0, 1}, {2, 1}}, {}, {{0, 1}}});
            }),
            "");
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.bonds = u16s({{{3, 1}, {65535, 1}}, {{2, 1}, {0, 1}, {2, 1}}, {}, {{0, 1}}});
            }),
            "");
}

TEST(CheckInput, AcceptsAnyHyperparameters) {
  EXPECT_EQ(message_after([](EpochSnapshot& s) {
              s.parameters.alpha_low = 65535;
              s.parameters.alpha_high = 0;
              s.parameters.alpha_sigmoid_steepness = -32768;
              s.parameters.bonds_moving_average = ~std::uint64_t{0};
              s.parameters.max_allowed_validators = 0;
              s.parameters.tempo = 0;
              s.parameters.yuma3 = s.parameters.liquid_alpha = true;
            }),
            "");
}

}  // namespace
}  // namespace yuma::test
