// SPDX-License-Identifier: MIT

// What a ledger takes, and what it gives back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "tests/ledger/ledger_support.hpp"

namespace yuma {
namespace {

using test::expect_equal;
using test::History;
using test::HistoryEpoch;
using test::keep_epoch;
using test::kept;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr auto kOk = absl::StatusCode::kOk;
constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

using LedgerKeep = test::LedgerTest;

/// What restore() should give after these batches, of a ledger whose last seal is `sealed`.
Restored expected(const SealedState& sealed, const Bytes& seal,
                  const std::vector<KeepBatch>& batches) {
  Restored out;
  out.sealed = sealed;
  out.seal = seal;
  const std::uint64_t from = sealed.state.epoch;
  std::map<std::tuple<std::uint64_t, ObjectKind, Bytes32>, KeptObject> objects;
  std::map<std::tuple<std::uint64_t, ObjectKind>, Intent> intents;
  for (const KeepBatch& batch : batches) {
    for (const KeptObject& object : batch.objects) {
      if (object.epoch < from && object.kind != ObjectKind::kAmendment) continue;
      objects.try_emplace({object.epoch, object.kind, object.id}, object);
    }
    for (const Intent& intent : batch.intents) {
      if (intent.epoch >= from) intents.try_emplace({intent.epoch, intent.kind}, intent);
    }
  }
  for (const auto& [place, object] : objects) out.objects.push_back(object);
  for (const auto& [place, intent] : intents) out.intents.push_back(intent);
  return out;
}

TEST_F(LedgerKeep, StartsWithItsGenesis) {
  const auto start = sealed_state(history.genesis()).value();
  EXPECT_EQ(ledger->network(), start.block_id);
  EXPECT_EQ(ledger->genesis().state, history.genesis().state);
  EXPECT_EQ(ledger->first_epoch().value(), 0U);
  EXPECT_EQ(ledger->last_epoch().value(), 0U);
  expect_equal(restored(), expected(start, {}, {}));
  EXPECT_EQ(ledger->seal(0).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LedgerKeep, GivesBackAllOfEachBatch) {
  SealedState sealed = history.sealed();
  Bytes seal;
  std::vector<KeepBatch> all;
  for (int epoch = 1; epoch <= 3; ++epoch) {
    const HistoryEpoch made = history.step();
    for (const KeepBatch& batch : made.batches) {
      ASSERT_EQ(ledger->keep(batch).code(), kOk);
      all.push_back(batch);
      if (batch.seal) {
        sealed = made.next;
        seal = batch.seal->seal;
      }
      open();
      expect_equal(restored(), expected(sealed, seal, all));
    }
  }
}

TEST_F(LedgerKeep, FindsWhatItKept) {
  const HistoryEpoch first = history.step(), second = history.step();
  ASSERT_EQ(keep_epoch(*ledger, first).code(), kOk);
  ASSERT_EQ(keep_epoch(*ledger, second).code(), kOk);
  std::vector<KeptObject> of_first;
  for (const HistoryEpoch* epoch : {&first, &second}) {
    EXPECT_EQ(ledger->seal(epoch->epoch).value(), encode_object(epoch->seal).value());
    for (const KeepBatch& batch : epoch->batches) {
      for (const KeptObject& object : batch.objects) {
        EXPECT_EQ(ledger->object(object.id).value(), object);
        if (object.epoch == 1) of_first.push_back(object);
      }
    }
  }
  std::sort(of_first.begin(), of_first.end(), [](const KeptObject& a, const KeptObject& b) {
    return std::pair(a.kind, a.id) < std::pair(b.kind, b.id);
  });
  EXPECT_EQ(ledger->objects(1).value(), of_first);
  EXPECT_TRUE(ledger->objects(9).value().empty());
  EXPECT_EQ(ledger->object(Bytes32{1}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ledger->seal(3).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(LedgerKeep, TakesAnObjectTwice) {
  const HistoryEpoch made = history.step();
  KeepBatch batch = made.batches[1];
  ASSERT_FALSE(batch.objects.empty());
  ASSERT_EQ(ledger->keep(batch).code(), kOk);
  const Restored before = restored();
  batch.objects.push_back(batch.objects.front());
  EXPECT_EQ(ledger->keep(batch).code(), kOk);
  expect_equal(restored(), before);
}

TEST_F(LedgerKeep, KeepsTheLastSignaturesOfAnAmendment) {
  const State& state = history.sealed().state;
  auto& keys = history.honest.subnet.keys;
  const AmendmentBody body = test::next_amendment(state, {SetParameter{ParameterTag::kTempo, 9}});
  for (const std::vector<std::uint16_t>& signers :
       std::vector<std::vector<std::uint16_t>>{{0}, {0, 1, 2}, {1, 2}}) {
    KeepBatch batch;
    batch.objects = {kept(test::sign_amendment(keys, state, body, signers))};
    ASSERT_EQ(ledger->keep(batch).code(), kOk);
    EXPECT_EQ(ledger->object(batch.objects.front().id).value(), batch.objects.front());
  }
}

TEST_F(LedgerKeep, KeepsTheFirstOfTwoSignaturesForABody) {
  // sr25519 signatures are different each time.
  const std::uint16_t uid = 3;
  const State& state = history.sealed().state;
  ASSERT_EQ(state.neurons[uid]->hotkey.scheme, Scheme::kSr25519);
  const auto have = test::empty_have(state, uid);
  const auto first = kept(test::sign_body(history.honest.subnet.keys, have));
  const auto second = kept(test::sign_body(history.honest.subnet.keys, have));
  ASSERT_EQ(first.id, second.id);
  ASSERT_NE(first.bytes, second.bytes);
  ASSERT_EQ(ledger->keep({{first}, {}, {}}).code(), kOk);
  ASSERT_EQ(ledger->keep({{second}, {}, {}}).code(), kOk);
  EXPECT_EQ(ledger->object(first.id).value(), first);
}

TEST_F(LedgerKeep, TakesOneIntentOfAKindAndEpochForEver) {
  const auto vote = [&](std::uint64_t epoch, std::uint8_t block) {
    VoteBody body{test::header_of_uid(history.sealed().state, 0, epoch), Bytes32{block}};
    return Intent{ObjectKind::kVote, epoch, encode_body(body).value()};
  };
  ASSERT_EQ(ledger->keep({{}, {vote(1, 1)}, {}}).code(), kOk);
  EXPECT_EQ(ledger->keep({{}, {vote(1, 1), vote(1, 1)}, {}}).code(), kOk);

  const HistoryEpoch made = history.step();
  const KeptObject other = made.batches[1].objects[0];
  const auto refused = ledger->keep({{other}, {vote(2, 1), vote(1, 2)}, {}});
  EXPECT_EQ(refused.code(), kPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another vote of epoch 1"));
  // Nothing of a refused batch is kept, and what follows is.
  expect_equal(restored(), expected(history.start(), {}, {{{}, {vote(1, 1)}, {}}}));
  EXPECT_EQ(ledger->keep({{}, {vote(2, 2)}, {}}).code(), kOk);
  EXPECT_EQ(ledger->keep({{}, {vote(3, 1), vote(3, 2)}, {}}).code(), kPrecondition);
  open();
  EXPECT_EQ(ledger->keep({{}, {vote(1, 2)}, {}}).code(), kPrecondition);
  EXPECT_EQ(ledger->keep({{}, {vote(3, 2)}, {}}).code(), kOk);
}

TEST_F(LedgerKeep, TakesSealsInOrder) {
  const HistoryEpoch first = history.step(), second = history.step();
  const auto seal_of = [](const HistoryEpoch& e) { return e.batches.back(); };
  const auto early = ledger->keep(seal_of(second));
  EXPECT_EQ(early.code(), kPrecondition);
  EXPECT_THAT(std::string(early.message()), AllOf(HasSubstr("epoch 2"), HasSubstr("of 0")));
  ASSERT_EQ(ledger->keep(seal_of(first)).code(), kOk);
  EXPECT_EQ(ledger->keep(seal_of(first)).code(), kPrecondition);
  ASSERT_EQ(ledger->keep(seal_of(second)).code(), kOk);
  EXPECT_EQ(ledger->keep(seal_of(first)).code(), kPrecondition);
  EXPECT_EQ(ledger->last_epoch().value(), 2U);
}

TEST_F(LedgerKeep, RefusesWhatIsNotWhatItSays) {
  const HistoryEpoch made = history.step();
  const KeptObject good = made.batches[1].objects[0];
  const auto refuses = [&](const KeepBatch& batch, const char* word) {
    const auto status = ledger->keep(batch);
    EXPECT_EQ(status.code(), kInvalid) << word;
    EXPECT_THAT(std::string(status.message()), HasSubstr(word));
  };
  KeptObject object = good;
  object.epoch = 2;
  refuses({{good, object}, {}, {}}, "objects[1]");
  object = good;
  object.id[0] ^= 1U;
  refuses({{object}, {}, {}}, "not a commit");
  object = good;
  object.kind = ObjectKind::kVote;
  refuses({{object}, {}, {}}, "not a vote");
  object = good;
  object.bytes.pop_back();
  refuses({{object}, {}, {}}, "objects[0]");
  object.bytes = encode_object(made.seal).value();
  refuses({{object}, {}, {}}, "kept with its state");

  Intent intent = made.batches[0].intents[0];
  intent.epoch = 2;
  refuses({{}, {intent}, {}}, "intents[0] is of epoch 1");
  intent.body.pop_back();
  refuses({{}, {intent}, {}}, "intents[0]");
  intent.kind = ObjectKind::kSeal;
  refuses({{}, {intent}, {}}, "does not sign");

  KeptSeal seal = *made.batches.back().seal;
  seal.block_id[0] ^= 1U;
  refuses({{}, {}, seal}, "another block");
  seal = *made.batches.back().seal;
  seal.epoch = 2;
  refuses({{}, {}, seal}, "is of epoch 1");
  seal = *made.batches.back().seal;
  seal.state.back() ^= 1U;
  refuses({{}, {}, seal}, "another state");
  seal.seal = good.bytes;
  refuses({{}, {}, seal}, "another object");
  expect_equal(restored(), expected(history.start(), {}, {}));
}

TEST(KeptObjectOf, KnowsItsEpoch) {
  History history;
  const State& state = history.sealed().state;
  test::Keyring& keys = history.honest.subnet.keys;
  const auto fault = test::fault_of(test::sign_body(keys, test::vector_of(state, 1, 9, {4}, {1})),
                                    test::sign_body(keys, test::vector_of(state, 1, 9, {4}, {2})));
  EXPECT_EQ(kept(fault).epoch, 9U);
  EXPECT_EQ(kept(fault).kind, ObjectKind::kFault);
  auto amendment = test::next_amendment(state, {SetOwner{1}});
  amendment.epoch = 12;
  EXPECT_EQ(kept(test::sign_amendment(keys, state, amendment, {0})).epoch, 12U);
  const AddressBody address{test::header_of_uid(state, 1, 3), {{"example.com", 80}}};
  const auto refused = kept_object(encode_object(test::sign_body(keys, address)).value());
  EXPECT_EQ(refused.status().code(), kInvalid);
  EXPECT_EQ(kept_object({}).status().code(), kInvalid);
}

}  // namespace
}  // namespace yuma
