// SPDX-License-Identifier: MIT

// Checkpoints, pruning behind them, and ledgers of nodes that join late.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/ledger/ledger_support.hpp"

namespace yuma {
namespace {

using test::exported_of;
using test::HistoryEpoch;
using test::restored_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr std::uint64_t kEvery = Ledger::kCheckpointEvery;

/// Ledgers in memory: nothing here is about files.
class LedgerPrune : public ::testing::Test {
 protected:
  LedgerPrune() {
    auto made = Ledger::in_memory(history.genesis());
    EXPECT_TRUE(made.ok()) << made.status();
    if (made.ok()) ledger = *std::move(made);
  }
  void keep(std::size_t epochs) {
    for (std::size_t i = 0; i < epochs; ++i) {
      const HistoryEpoch epoch = history.step();
      ASSERT_TRUE(test::keep_epoch(*ledger, epoch).ok());
      states.push_back(epoch.next);
    }
  }
  std::vector<std::uint64_t> kept_states() const { return ledger->summary()->states; }

  test::History history;
  std::vector<SealedState> states = {history.start()};  // by epoch
  std::unique_ptr<Ledger> ledger;
};

TEST_F(LedgerPrune, KeepsTheNewestStateAndCheckpoints) {
  EXPECT_THAT(kept_states(), ElementsAre());
  keep(1);
  EXPECT_THAT(kept_states(), ElementsAre(1));
  keep(1);
  EXPECT_THAT(kept_states(), ElementsAre(2));
  keep(kEvery - 2);
  EXPECT_THAT(kept_states(), ElementsAre(kEvery));
  keep(1);
  EXPECT_THAT(kept_states(), ElementsAre(kEvery, kEvery + 1));
  keep(kEvery + 1);
  EXPECT_THAT(kept_states(), ElementsAre(kEvery, 2 * kEvery, 2 * kEvery + 2));
  EXPECT_EQ(ledger->first_epoch().value(), 0U);

  const auto state_of = [&](std::uint64_t epoch) {
    const auto found = ledger->state_at_or_before(epoch);
    EXPECT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->state, states[found->state.epoch].state);
    EXPECT_EQ(found->block_id, states[found->state.epoch].block_id);
    return found->state.epoch;
  };
  EXPECT_EQ(state_of(0), 0U);
  EXPECT_EQ(state_of(kEvery - 1), 0U);
  EXPECT_EQ(state_of(kEvery), kEvery);
  EXPECT_EQ(state_of(2 * kEvery - 1), kEvery);
  EXPECT_EQ(state_of(2 * kEvery + 1), 2 * kEvery);
  EXPECT_EQ(state_of(~std::uint64_t{0}), 2 * kEvery + 2);
}

TEST_F(LedgerPrune, RemovesWhatIsBehindACheckpoint) {
  keep(2 * kEvery + 5);
  const Restored before = restored_of(*ledger);
  const LedgerSummary whole = ledger->summary().value();
  // No checkpoint lies before.
  EXPECT_EQ(ledger->prune(kEvery - 1).value(), 0U);
  EXPECT_EQ(ledger->summary()->seals, whole.seals);

  EXPECT_EQ(ledger->prune(2 * kEvery - 1).value(), kEvery);
  EXPECT_EQ(ledger->first_epoch().value(), kEvery);
  EXPECT_EQ(ledger->seal(kEvery - 1).status().code(), kNotFound);
  EXPECT_TRUE(ledger->seal(kEvery).ok());
  EXPECT_TRUE(ledger->objects(kEvery - 1)->empty());
  EXPECT_FALSE(ledger->objects(kEvery)->empty());
  const auto early = ledger->state_at_or_before(kEvery - 1);
  EXPECT_EQ(early.status().code(), kNotFound);
  EXPECT_THAT(std::string(early.status().message()), HasSubstr("of epoch 100"));
  EXPECT_EQ(ledger->state_at_or_before(kEvery)->state, states[kEvery].state);

  EXPECT_EQ(ledger->prune(~std::uint64_t{0}).value(), 2 * kEvery);
  EXPECT_THAT(kept_states(), ElementsAre(2 * kEvery, 2 * kEvery + 5));
  const LedgerSummary less = ledger->summary().value();
  EXPECT_EQ(less.seals, 6U);
  EXPECT_EQ(less.intents, whole.intents);
  EXPECT_LT(less.bytes, whole.bytes / 2);
  test::expect_equal(restored_of(*ledger), before);
  EXPECT_EQ(ledger->prune(0).value(), 2 * kEvery);

  keep(3);
  EXPECT_EQ(ledger->last_epoch().value(), 2 * kEvery + 8);
  EXPECT_TRUE(ledger->keep({{}, {before.intents.front()}, {}}).ok());
}

TEST_F(LedgerPrune, NeverForgetsAnIntent) {
  keep(1);
  VoteBody vote{test::header_of_uid(history.sealed().state, 0, 1), Bytes32{7}};
  const Intent other{ObjectKind::kVote, 1, encode_body(vote).value()};
  EXPECT_EQ(ledger->keep({{}, {other}, {}}).code(), absl::StatusCode::kFailedPrecondition);
  keep(kEvery);
  ASSERT_EQ(ledger->prune(kEvery).value(), kEvery);
  EXPECT_EQ(ledger->keep({{}, {other}, {}}).code(), absl::StatusCode::kFailedPrecondition);
}

TEST_F(LedgerPrune, KeepsAmendmentsThatALaterBlockMayCarry) {
  const State& state = history.sealed().state;
  auto amendment = test::next_amendment(state, {SetParameter{ParameterTag::kKappa, 1}});
  amendment.epoch = 3;
  const auto waiting =
      test::kept(test::sign_amendment(history.honest.subnet.keys, state, amendment, {0, 1, 2}));
  ASSERT_TRUE(ledger->keep({{waiting}, {}, {}}).ok());
  keep(kEvery);
  ASSERT_EQ(ledger->prune(kEvery).value(), kEvery);
  EXPECT_EQ(ledger->object(waiting.id).value(), waiting);
  EXPECT_EQ(restored_of(*ledger).objects.front(), waiting);
}

/// Makes a file of a ledger.
void write_to(const Ledger& ledger, const test::ScratchFolder& folder, const std::string& name) {
  ASSERT_TRUE(ledger.export_file(folder.file(name + ".exported")).ok());
  ASSERT_TRUE(Ledger::import_file(folder.file(name + ".exported"), folder.file(name)).ok());
}

TEST_F(LedgerPrune, IsContinuedWhereItWasInterrupted) {
  keep(kEvery + 2);
  const test::ScratchFolder folder;
  write_to(*ledger, folder, "whole");
  ASSERT_TRUE(ledger->prune(kEvery).ok());
  const std::string pruned = exported_of(*ledger);
  write_to(*ledger, folder, "pruned");
  // As after the first step: the ledger starts later, and what lies before is still there.
  {
    auto db = open_sqlite(folder.file("whole"));
    ASSERT_TRUE(db.ok()) << db.status();
    const std::string sql = "ATTACH '" + folder.file("pruned") +
                            "' AS pruned; DELETE FROM ground; "
                            "INSERT INTO ground SELECT * FROM pruned.ground";
    ASSERT_TRUE(run_sql(db->get(), sql.c_str()).ok());
  }
  const auto opened = Ledger::open(folder.file("whole"));
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(exported_of(**opened), pruned);
  EXPECT_EQ((*opened)->state_at_or_before(kEvery - 1).status().code(), kNotFound);
  EXPECT_EQ((*opened)->summary()->seals, kEvery + 2);
  EXPECT_EQ((*opened)->prune(kEvery).value(), kEvery);
  EXPECT_EQ((*opened)->summary()->seals, 3U);
}

TEST_F(LedgerPrune, RemovesNothingBehindADamagedCheckpoint) {
  keep(kEvery + 2);
  const test::ScratchFolder folder;
  write_to(*ledger, folder, "damaged");
  {
    const auto db = open_sqlite(folder.file("damaged"));
    ASSERT_TRUE(db.ok()) << db.status();
    ASSERT_TRUE(run_sql(db->get(), "UPDATE states SET checksum = x'00' WHERE kept = 1").ok());
  }
  const auto damaged = Ledger::open(folder.file("damaged"));
  ASSERT_TRUE(damaged.ok()) << damaged.status();
  const auto pruned = (*damaged)->prune(kEvery + 1);
  EXPECT_EQ(pruned.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(pruned.status().message()), HasSubstr("epoch 100"));
  EXPECT_EQ((*damaged)->first_epoch().value(), 0U);
  EXPECT_EQ((*damaged)->summary()->seals, kEvery + 2);
}

TEST_F(LedgerPrune, StartsAtACheckpointOfALateJoiner) {
  keep(7);
  const test::ScratchFolder folder;
  const std::string path = folder.file("late");
  ASSERT_TRUE(Ledger::create_at(path, history.genesis(), history.sealed()).ok());
  auto late = Ledger::open(path);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ((*late)->first_epoch().value(), 7U);
  EXPECT_EQ((*late)->last_epoch().value(), 7U);
  Restored restored = restored_of(**late);
  EXPECT_EQ(restored.sealed.state, states[7].state);
  EXPECT_EQ(restored.sealed.block_id, states[7].block_id);
  EXPECT_TRUE(restored.seal.empty());
  EXPECT_EQ((*late)->state_at_or_before(6).status().code(), kNotFound);

  auto memory = Ledger::in_memory_at(history.genesis(), history.sealed());
  ASSERT_TRUE(memory.ok()) << memory.status();
  EXPECT_EQ(exported_of(**memory), exported_of(**late));

  const HistoryEpoch next = history.step();
  ASSERT_TRUE(test::keep_epoch(**late, next).ok());
  EXPECT_THAT((*late)->summary()->states, ElementsAre(7, 8));
  late->reset();
  late = Ledger::open(path);
  ASSERT_TRUE(late.ok()) << late.status();
  EXPECT_EQ((*late)->last_epoch().value(), 8U);
}

TEST_F(LedgerPrune, StartsAtNoCheckpointOfAnotherSubnet) {
  keep(2);
  const test::ScratchFolder folder;
  const std::string path = folder.file("late");
  SealedState other = history.sealed();
  other.state.subnet.network[0] ^= 1U;
  EXPECT_EQ(Ledger::create_at(path, history.genesis(), other).code(), kInvalid);
  EXPECT_EQ(Ledger::create_at(path, history.genesis(), history.start()).code(), kInvalid);
  other = history.sealed();
  other.state.owner = 9'999;
  EXPECT_EQ(Ledger::create_at(path, history.genesis(), other).code(), kInvalid);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(LedgerPrune, CountsOnFromWhereItsGenesisStands) {
  keep(kEvery + 3);
  const Genesis next = genesis_from(history.sealed().state);
  auto made = Ledger::in_memory(next);
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ((*made)->first_epoch().value(), kEvery + 3);
  EXPECT_EQ((*made)->last_epoch().value(), kEvery + 3);
  EXPECT_EQ((*made)->state_at_or_before(kEvery).status().code(), kNotFound);
  EXPECT_EQ((*made)->prune(~std::uint64_t{0}).value(), kEvery + 3);
}

}  // namespace
}  // namespace yuma
