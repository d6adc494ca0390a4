// SPDX-License-Identifier: MIT

// What a block must name: each refusal once, inclusion at its boundaries, and audits.

#include "yuma/seal/block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/support/honest_subnet.hpp"

namespace yuma {
namespace {

using test::HonestEpoch;
using test::HonestSubnet;

/// One sealed epoch before its seal, with everything that its block names, to be spoiled.
class BlockTest : public testing::Test {
 protected:
  BlockTest() {
    for (int i = 0; i < 3; ++i) {
      before = subnet.sealed;
      epoch = subnet.step();
    }
    block = decode_body<BlockBody>(epoch.block.body).value();
    for (const auto* list : {&epoch.commits, &epoch.vectors, &epoch.haves}) {
      for (const auto& object : *list) hold(object);
    }
  }

  void hold(const Object& object) {
    auto checked = std::get<CheckedObject>(check_object(before, object));
    held.emplace(checked.id, std::move(checked));
  }
  FindChecked finder() {
    return [this](const Bytes32& id) -> const CheckedObject* {
      const auto found = held.find(id);
      return found == held.end() ? nullptr : &found->second;
    };
  }
  std::optional<BlockRefusal> refusal() {
    const auto judged = judge_block(before, block, finder());
    const auto* refused = std::get_if<RefusedBlock>(&judged);
    return refused == nullptr ? std::nullopt : std::optional(refused->reason);
  }
  /// Replaces the have of a validator.
  void replace_have(std::uint16_t uid, const HaveBody& have) {
    const auto object = test::sign_body(subnet.subnet.keys, have);
    hold(object);
    for (auto& item : block.haves) {
      if (item.uid == uid) item.hash = object_id(ObjectKind::kHave, object.body);
    }
  }
  HaveBody have_of(std::uint16_t uid) {
    return decode_body<HaveBody>(epoch.haves[uid].body).value();
  }
  Bytes32 hold_fault(std::uint16_t uid) {
    const auto other =
        test::commit_to(test::honest_vector(before.state, uid, before.state.epoch + 1, 77));
    const auto fault =
        test::fault_of(epoch.commits[uid], test::sign_body(subnet.subnet.keys, other));
    hold(fault);
    return fault_id(fault);
  }

  HonestSubnet subnet;
  SealedState before;
  HonestEpoch epoch;
  BlockBody block;
  std::map<Bytes32, CheckedObject> held;
};

TEST_F(BlockTest, TakesAnHonestBlock) {
  const auto judged = judge_block(before, block, finder());
  const auto& inputs = std::get<EpochInputs>(judged);
  EXPECT_EQ(inputs.commits, block.commits);
  EXPECT_EQ(inputs.vectors.size(), 4U);
  EpochWorkspace workspace;
  EXPECT_EQ(state_root(apply_epoch(before.state, inputs, workspace)->state), block.state_root);
}

TEST_F(BlockTest, NeedsAQuorumOfHaves) {
  block.haves.resize(3);
  EXPECT_FALSE(refusal());
  block.haves.resize(2);
  EXPECT_EQ(refusal(), BlockRefusal::kNoQuorum);
}

TEST_F(BlockTest, NamesAllThatIsMissing) {
  held.erase(block.haves[0].hash);
  held.erase(block.vectors[2].hash);
  held.erase(commit_id(before.state, 1, block.commits[1].hash));
  const auto judged = judge_block(before, block, finder());
  auto ids = std::get<MissingObjects>(judged).ids;
  std::vector<Bytes32> expected{block.haves[0].hash, block.vectors[2].hash,
                                commit_id(before.state, 1, block.commits[1].hash)};
  std::sort(ids.begin(), ids.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(ids, expected);
}

TEST_F(BlockTest, RefusesAnObjectOfAnotherKindOrSender) {
  std::swap(block.vectors[0].hash, block.vectors[1].hash);
  EXPECT_EQ(refusal(), BlockRefusal::kWrongObject);
  std::swap(block.vectors[0].hash, block.vectors[1].hash);
  block.vectors[0].hash = block.haves[0].hash;
  EXPECT_EQ(refusal(), BlockRefusal::kWrongObject);
}

TEST_F(BlockTest, RefusesABlockBeforeItsTempo) {
  --block.number;
  EXPECT_EQ(refusal(), BlockRefusal::kEarly);
}

TEST_F(BlockTest, HoldsCommitsThatAThirdLists) {
  block.commits.pop_back();
  EXPECT_EQ(refusal(), BlockRefusal::kLeavesOutCommit);
  // Listed by one of four, it may be left out; by two it must be in.
  for (std::uint16_t uid = 0; uid < 3; ++uid) {
    HaveBody have = have_of(uid);
    have.commits.pop_back();
    replace_have(uid, have);
    EXPECT_EQ(refusal(), uid < 2 ? std::optional(BlockRefusal::kLeavesOutCommit) : std::nullopt)
        << uid;
  }
}

TEST_F(BlockTest, HoldsVectorsThatAThirdHolds) {
  block.vectors.erase(block.vectors.begin() + 1);
  EXPECT_EQ(refusal(), BlockRefusal::kLeavesOutVector);
  for (std::uint16_t uid = 0; uid < 3; ++uid) {
    HaveBody have = have_of(uid);
    have.vectors_held[0] &= static_cast<std::uint8_t>(~2U);
    replace_have(uid, have);
    EXPECT_EQ(refusal(), uid < 2 ? std::optional(BlockRefusal::kLeavesOutVector) : std::nullopt)
        << uid;
  }
}

TEST_F(BlockTest, HoldsAnAmendmentThatAThirdHolds) {
  const auto amendment = test::sign_amendment(
      subnet.subnet.keys, before.state,
      test::next_amendment(before.state, {SetParameter{ParameterTag::kTempo, 9}}), {0, 1, 2});
  hold(amendment);
  const Bytes32 id = object_id(ObjectKind::kAmendment, amendment.body);
  for (std::uint16_t uid = 0; uid < 2; ++uid) {
    HaveBody have = have_of(uid);
    have.amendments = {id};
    replace_have(uid, have);
    EXPECT_EQ(refusal(), uid == 1 ? std::optional(BlockRefusal::kLeavesOutAmendment) : std::nullopt)
        << uid;
  }
  block.amendments = {id};
  EXPECT_FALSE(refusal());
}

TEST_F(BlockTest, OfTwoAmendmentsThatAThirdHoldsOneMustBeIn) {
  std::vector<Bytes32> ids;
  for (const std::uint64_t tempo : {8U, 9U}) {
    const auto amendment = test::sign_amendment(
        subnet.subnet.keys, before.state,
        test::next_amendment(before.state, {SetParameter{ParameterTag::kTempo, tempo}}), {0, 1, 2});
    hold(amendment);
    ids.push_back(object_id(ObjectKind::kAmendment, amendment.body));
  }
  std::sort(ids.begin(), ids.end());
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    HaveBody have = have_of(uid);
    have.amendments = {ids[uid / 2]};
    replace_have(uid, have);
  }
  EXPECT_EQ(refusal(), BlockRefusal::kLeavesOutAmendment);
  block.amendments = {ids[1]};
  EXPECT_EQ(refusal(), BlockRefusal::kLeavesOutAmendment);
  block.amendments = {ids[0]};
  EXPECT_FALSE(refusal());
}

TEST_F(BlockTest, ASenderOfTwoCommitsHasNone) {
  const Bytes32 fault = hold_fault(2);
  block.faults = {fault};
  EXPECT_EQ(refusal(), BlockRefusal::kFaultyCommit);
  block.commits.erase(block.commits.begin() + 2);
  EXPECT_FALSE(refusal()) << "although all list it";
  block.faults.clear();
  EXPECT_EQ(refusal(), BlockRefusal::kLeavesOutCommit);
}

TEST_F(BlockTest, AFaultCountsOnce) {
  const auto& one = epoch.commits[2];
  const auto other = [&](std::size_t favourite) {
    return test::sign_body(subnet.subnet.keys,
                           test::commit_to(test::honest_vector(
                               before.state, 2, before.state.epoch + 1, 50 + favourite)));
  };
  block.commits.erase(block.commits.begin() + 2);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto fault = test::fault_of(one, other(i));
    hold(fault);
    block.faults.push_back(fault_id(fault));
  }
  std::sort(block.faults.begin(), block.faults.end());
  EXPECT_EQ(refusal(), BlockRefusal::kRepeatsFault);
}

TEST_F(BlockTest, ThirdsAreOfThePower) {
  // 3 of 9 is no third, 4 of 9 is one.
  test::SubnetShape shape;
  shape.powers = {3, 2, 2, 2};
  HonestSubnet unequal(shape);
  const State& state = unequal.sealed.state;
  HaveBody have = test::empty_have(state, 0);
  have.commits = {{1, Bytes32{1}}};
  HaveBody same = test::empty_have(state, 1);
  HaveBody third = test::empty_have(state, 2);
  third.commits = have.commits;
  std::vector<const HaveBody*> haves{&have, &same};
  EXPECT_TRUE(demands_of(state, haves).listed.empty());
  haves.push_back(&third);
  EXPECT_EQ(demands_of(state, haves).listed.size(), 1U);
}

std::vector<KeptObject> kept_of(const HonestEpoch& epoch) {
  std::vector<KeptObject> out;
  for (const auto* list : {&epoch.commits, &epoch.vectors, &epoch.haves}) {
    for (const auto& object : *list) {
      out.push_back({object.kind, 0, object_id(object.kind, object.body), *encode_object(object)});
    }
  }
  return out;
}

TEST_F(BlockTest, AnAuditRecomputesTheEpoch) {
  EpochWorkspace workspace;
  auto kept = kept_of(epoch);
  const auto audited = audit_seal(before, epoch.seal, kept, workspace);
  ASSERT_TRUE(audited.ok()) << audited.status();
  EXPECT_TRUE(audited->inclusion_known);
  EXPECT_EQ(audited->outcome.state, epoch.next.state);
  EXPECT_EQ(audited->block_id, epoch.next.block_id);
  // The block, four votes, and four each of commits, vectors and haves.
  EXPECT_EQ(audited->signatures, 17U);

  kept.pop_back();  // a have: the epoch can be recomputed, but who listed what is not known
  EXPECT_FALSE(audit_seal(before, epoch.seal, kept, workspace)->inclusion_known);
  EXPECT_TRUE(replay_seal(before, epoch.seal, kept, workspace).ok());
}

TEST_F(BlockTest, AnAuditSeesEveryChangedByte) {
  EpochWorkspace workspace;
  const auto kept = kept_of(epoch);
  for (std::size_t at = 0; at < kept.size(); ++at) {
    if (kept[at].kind != ObjectKind::kVector) continue;
    auto changed = kept;
    changed[at].bytes[changed[at].bytes.size() / 2] ^= 1;
    EXPECT_FALSE(replay_seal(before, epoch.seal, changed, workspace).ok()) << at;
    changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(at));
    EXPECT_FALSE(replay_seal(before, epoch.seal, changed, workspace).ok()) << at;
  }
  SealBody seal = epoch.seal;
  seal.votes.resize(2);
  EXPECT_FALSE(replay_seal(before, seal, kept, workspace).ok()) << "no quorum";
  seal = epoch.seal;
  seal.votes[1].signature[3] ^= 1;
  EXPECT_FALSE(replay_seal(before, seal, kept, workspace).ok()) << "a wrong vote";
  BlockBody other = block;
  other.state_root[0] ^= 1;
  const auto signed_block = test::sign_body(subnet.subnet.keys, other);
  seal = test::seal_of(subnet.subnet.keys, before.state, signed_block, {0, 1, 2});
  const auto replayed = replay_seal(before, seal, kept, workspace);
  EXPECT_TRUE(absl::IsDataLoss(replayed.status()));
  EXPECT_NE(replayed.status().message().find("state root"), absl::string_view::npos);
}

}  // namespace
}  // namespace yuma
