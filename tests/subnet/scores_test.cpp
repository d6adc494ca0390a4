// SPDX-License-Identifier: MIT

#include "yuma/subnet/scores.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <limits>

#include "tests/support/process.hpp"
#include "tests/support/subnet.hpp"

namespace yuma::test {
namespace {

using subnet::HotkeyScore;
using subnet::Scores;
using subnet::UidScore;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ScoresTest : public ::testing::Test {
 protected:
  Scores open() {
    auto scores = Scores::open(path, state.subnet);
    EXPECT_TRUE(scores.ok()) << scores.status();
    return *std::move(scores);
  }
  absl::Status status_of_open() { return Scores::open(path, state.subnet).status(); }
  PublicKey miner(std::size_t number) { return subnet.keys.key(4 + number); }

  ScratchFolder folder;
  Subnet subnet;
  State state = subnet.start().state;
  std::string path = folder.file("scores.json");
};

TEST_F(ScoresTest, AveragesMoveTowardsWhatIsScored) {
  Scores scores = open();
  EXPECT_EQ(scores.average(miner(0)), 0);
  const HotkeyScore one[] = {{miner(0), 1.0}, {miner(1), 0.5}};
  ASSERT_TRUE(scores.add(one, 0.25, 1).ok());
  EXPECT_DOUBLE_EQ(scores.average(miner(0)), 0.25);
  EXPECT_DOUBLE_EQ(scores.average(miner(1)), 0.125);
  const HotkeyScore two[] = {{miner(0), 0.0}};
  ASSERT_TRUE(scores.add(two, 0.25, 1).ok());
  EXPECT_DOUBLE_EQ(scores.average(miner(0)), 0.1875);
  EXPECT_DOUBLE_EQ(scores.average(miner(1)), 0.125) << "who was not scored keeps its average";
  EXPECT_EQ(scores.rounds(miner(0)), 2U);
}

TEST_F(ScoresTest, NeverLeavesWhatIsAllowed) {
  Scores scores = open();
  const HotkeyScore best[] = {{miner(0), 1.0}};
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(scores.add(best, 0.3, 1).ok());
  EXPECT_LE(scores.average(miner(0)), 1.0);
  EXPECT_GT(scores.average(miner(0)), 0.999999);
}

TEST_F(ScoresTest, TakesNothingOfARoundThatIsNone) {
  Scores scores = open();
  for (const double value : {-0.1, 1.1, std::nan(""), std::numeric_limits<double>::infinity()}) {
    const HotkeyScore round[] = {{miner(1), 1.0}, {miner(0), value}};
    EXPECT_TRUE(absl::IsInvalidArgument(scores.add(round, 0.5, 1))) << value;
  }
  const HotkeyScore twice[] = {{miner(0), 1.0}, {miner(1), 1.0}, {miner(0), 0.5}};
  EXPECT_TRUE(absl::IsInvalidArgument(scores.add(twice, 0.5, 1)));
  const HotkeyScore good[] = {{miner(0), 1.0}};
  for (const double alpha : {0.0, -1.0, 1.5, std::nan("")}) {
    EXPECT_TRUE(absl::IsInvalidArgument(scores.add(good, alpha, 1))) << alpha;
  }
  EXPECT_EQ(scores.size(), 0U);
}

TEST_F(ScoresTest, ANewStartGoesOnWhereTheOldOneEnded) {
  {
    Scores scores = open();
    const HotkeyScore round[] = {{miner(0), 0.7}, {miner(3), 1.0 / 3}};
    ASSERT_TRUE(scores.add(round, 0.1, 17).ok());
    ASSERT_TRUE(scores.save().ok());
  }
  const std::string before = contents(path);
  const Scores again = open();
  EXPECT_EQ(contents(path), before) << "to open is not to write";
  EXPECT_EQ(again.average(miner(0)), 0.1 * 0.7);
  EXPECT_EQ(again.average(miner(3)), 0.1 * (1.0 / 3)) << "to the last bit";
  EXPECT_EQ(again.rounds(miner(3)), 1U);
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(ScoresTest, AStartWithoutScoresWritesNothing) {
  open();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(ScoresTest, FollowAHotkeyAndNeverAUid) {
  Scores scores = open();
  const HotkeyScore round[] = {{miner(0), 1.0}, {miner(1), 0.5}};
  ASSERT_TRUE(scores.add(round, 1.0, 1).ok());
  EXPECT_THAT(scores.by_uid(state), ElementsAre(UidScore{4, 1.0}, UidScore{5, 0.5}));

  // Uid 4 gets another holder; its old one comes back as uid 7.
  state.neurons[4]->hotkey = subnet.keys.key(40);
  state.neurons[7]->hotkey = miner(0);
  EXPECT_THAT(scores.by_uid(state), ElementsAre(UidScore{5, 0.5}, UidScore{7, 1.0}));

  // The same bytes under the other scheme are another key.
  PublicKey other = miner(1);
  other.scheme = other.scheme == Scheme::kEd25519 ? Scheme::kSr25519 : Scheme::kEd25519;
  EXPECT_EQ(scores.average(other), 0);
}

TEST_F(ScoresTest, WhoHasLeftIsForgottenAfterAWhile) {
  Scores scores = open();
  const HotkeyScore round[] = {{miner(0), 1.0}, {miner(1), 1.0}};
  ASSERT_TRUE(scores.add(round, 1.0, 10).ok());
  state.neurons[4].reset();
  scores.forget(state, 10);
  EXPECT_EQ(scores.size(), 2U);
  scores.forget(state, 11);
  EXPECT_EQ(scores.size(), 1U);
  EXPECT_EQ(scores.average(miner(1)), 1.0);
}

TEST_F(ScoresTest, ADamagedFileIsSaidAndLeftAsItIs) {
  Scores scores = open();
  const HotkeyScore round[] = {{miner(0), 0.5}};
  ASSERT_TRUE(scores.add(round, 0.5, 1).ok());
  ASSERT_TRUE(scores.save().ok());
  const std::string good = contents(path);
  for (std::size_t at = 0; at < good.size(); at += 7) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    folder.write("scores.json", bad);
    const absl::Status status = status_of_open();
    ASSERT_TRUE(absl::IsDataLoss(status)) << at << ": " << status;
    ASSERT_EQ(contents(path), bad);
  }
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, good.size() / 2, good.size() - 1}) {
    folder.write("scores.json", good.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(status_of_open())) << size;
  }
  folder.write("scores.json", good + "x");
  const absl::Status status = status_of_open();
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("move it away"));
}

TEST_F(ScoresTest, ScoresOfAnotherSubnetAreRefused) {
  const Scores scores = open();
  ASSERT_TRUE(scores.save().ok());
  ++state.subnet.netuid;
  EXPECT_TRUE(absl::IsFailedPrecondition(status_of_open()));
}

TEST_F(ScoresTest, WhatIsNoFileIsRefused) {
  std::filesystem::create_directory(path);
  EXPECT_TRUE(absl::IsUnavailable(status_of_open()));
}

/// Files of this process end at so many bytes, as on a full disk.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() { setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(ScoresTest, AFullDiskLeavesTheOldFile) {
  Scores scores = open();
  const HotkeyScore one[] = {{miner(0), 0.5}};
  ASSERT_TRUE(scores.add(one, 0.5, 1).ok());
  ASSERT_TRUE(scores.save().ok());
  const std::string before = contents(path);
  const HotkeyScore two[] = {{miner(1), 0.5}};
  ASSERT_TRUE(scores.add(two, 0.5, 1).ok());
  {
    const FileLimit limit(100);
    const absl::Status status = scores.save();
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("make room"));
  }
  EXPECT_EQ(contents(path), before);
  EXPECT_TRUE(scores.save().ok()) << "and later it succeeds";
  EXPECT_EQ(open().size(), 2U);
}

}  // namespace
}  // namespace yuma::test
