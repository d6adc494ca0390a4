// SPDX-License-Identifier: MIT

// The engine's rules one by one, with friendly delivery. Random faults: tests/simulator.

#include "yuma/seal/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/seal/engine_net.hpp"
#include "yuma/replica/apply.hpp"

namespace yuma {
namespace {

using test::EngineNet;
using test::SubnetShape;
using Kind = seal::Notice::Kind;

/// All nodes that are up have sealed `epoch`, and have one state.
void expect_sealed(EngineNet& net, std::uint64_t epoch) {
  std::optional<Bytes32> block, root;
  for (auto& node : net.nodes) {
    EXPECT_EQ(node.store.conflicts, 0) << "uid " << node.uid;
    if (!node.engine) continue;
    const SealedState& sealed = node.engine->sealed();
    ASSERT_EQ(sealed.state.epoch, epoch) << "uid " << node.uid;
    if (!block) block = sealed.block_id;
    if (!root) root = state_root(sealed.state);
    EXPECT_EQ(sealed.block_id, *block) << "uid " << node.uid;
    EXPECT_EQ(state_root(sealed.state), *root) << "uid " << node.uid;
  }
}

std::size_t count(const EngineNet::Node& node, Kind kind) {
  return static_cast<std::size_t>(
      std::count_if(node.notices.begin(), node.notices.end(),
                    [&](const seal::Notice& notice) { return notice.kind == kind; }));
}

TEST(Engine, SealsEpochAfterEpoch) {
  EngineNet net;
  for (std::uint64_t epoch = 1; epoch <= 6; ++epoch) {
    net.epoch();
    expect_sealed(net, epoch);
  }
  // From the third epoch on the vectors that the first committed to pay the miners.
  const EpochResult& terms = net.at(0).sealed.back().terms;
  std::uint64_t to_miners = 0;
  for (const auto rao : terms.server_emission) to_miners += rao;
  EXPECT_GT(to_miners, 0U);
  for (auto& node : net.nodes) EXPECT_TRUE(node.notices.empty()) << node.notices.front().text;
}

TEST(Engine, SealsWithoutCommits) {
  SubnetShape shape;
  shape.parameters.reveal_period = 0;
  EngineNet net(shape);
  net.epoch();
  expect_sealed(net, 1);
  std::uint64_t to_miners = 0;
  for (const auto rao : net.at(1).sealed.back().terms.server_emission) to_miners += rao;
  EXPECT_GT(to_miners, 0U) << "weights count at once";
}

TEST(Engine, WaitsForItsTempo) {
  EngineNet net;
  net.clock(19);
  net.deliver();
  net.rounds(3);
  expect_sealed(net, 0);
  net.clock(20);
  net.deliver();
  expect_sealed(net, 1);
}

TEST(Engine, GoesOnWithoutLessThanAThird) {
  EngineNet net;
  net.crash(net.at(3));
  net.epoch();
  expect_sealed(net, 0);  // the owner waits for the have that does not come
  net.clock(net.now + 2);
  net.deliver();
  expect_sealed(net, 1);
}

TEST(Engine, StandsStillWithoutAQuorumAndGoesOnAfterwards) {
  EngineNet net;
  net.crash(net.at(2));
  net.crash(net.at(3));
  net.epoch();
  net.clock(net.now + 10);
  net.rounds(5);
  expect_sealed(net, 0);
  net.start(net.at(3));
  net.clock(net.now);
  net.deliver();
  net.rounds(8);
  expect_sealed(net, 1);
}

TEST(Engine, LosesNothingWhenTheOwnerCrashesBeforeItsBlockIsSigned) {
  EngineNet net;
  net.at(0).signs = false;
  net.epoch();
  const auto kept = net.at(0).store.intents;
  net.crash(net.at(0));
  net.at(0).signs = true;
  net.start(net.at(0));
  net.clock(net.now + 2);
  net.deliver();
  net.rounds(8);
  expect_sealed(net, 1);
  for (const auto& [place, body] : kept) {
    EXPECT_EQ(net.at(0).store.intents.at(place), body) << "another body after the crash";
  }
}

TEST(Engine, HealsWhenEveryPushIsLost) {
  EngineNet net;
  std::set<std::pair<std::uint16_t, Bytes>> first;
  net.loses = [&](std::uint16_t from, std::uint16_t to, const Object& object) {
    return first.insert({static_cast<std::uint16_t>(from * 64 + to), *encode_object(object)})
        .second;
  };
  net.epoch();
  net.rounds(40);
  expect_sealed(net, 1);
}

TEST(Engine, CatchesUpFromTheGenesis) {
  EngineNet net;
  net.crash(net.at(3));
  for (int i = 0; i < 5; ++i) {
    net.epoch();
    net.clock(net.now + 2);
    net.deliver();
  }
  net.start(net.at(3));
  net.clock(net.now);
  net.rounds(12);
  expect_sealed(net, 5);
}

TEST(Engine, SaysNothingForEpochsThatAreSealed) {
  EngineNet net;
  auto& late = net.at(3);
  net.crash(late);
  for (int i = 0; i < 5; ++i) {
    net.epoch();
    net.clock(net.now + 2);
    net.deliver();
  }
  net.start(late);
  net.event(late, seal::StatusReceived{1, net.at(1).engine->status()});
  net.choose_weights(late);
  net.event(late, seal::ClockAt{net.now});
  net.deliver();
  expect_sealed(net, 5);
  // The weights are those of the epoch that it really joins, and so is the first have.
  EXPECT_TRUE(late.store.intents.contains({ObjectKind::kCommit, 6}));
  for (const auto& [place, body] : late.store.intents) EXPECT_EQ(place.second, 6U);
}

TEST(Engine, SpeaksWhereNobodyGivesTheSealThatALiarPromises) {
  EngineNet net;
  auto& node = net.at(1);
  seal::Status status = net.at(3).engine->status();
  status.sealed_epoch = 9;
  const auto speaks = [&] { return node.store.intents.contains({ObjectKind::kHave, 1}); };
  net.event(node, seal::StatusReceived{3, status});
  net.event(node, seal::ClockAt{20});
  EXPECT_FALSE(speaks());
  net.event(node, seal::TimerFired{});
  net.event(node, seal::StatusReceived{3, status});
  EXPECT_TRUE(speaks());
}

TEST(Engine, FollowsWithoutAKey) {
  EngineNet net;
  auto& observer = net.add_node(4, true);  // a miner's node
  net.start(observer);
  net.epoch();
  net.epoch();
  net.rounds(4);
  expect_sealed(net, 2);
  EXPECT_TRUE(observer.store.intents.empty());
}

TEST(Engine, TakesTheCrashOfEachAtEachStepOfAnEpoch) {
  for (std::uint16_t victim = 0; victim < 4; ++victim) {
    EngineNet net;
    net.epoch();
    std::uint64_t left = 0;
    net.loses = [&](std::uint16_t from, std::uint16_t, const Object&) {
      return from == victim && left-- == 0;
    };
    for (std::uint64_t step = 0; step < 14; ++step) {
      left = step;
      const std::uint64_t before = net.newest().epoch;
      net.epoch();
      net.crash(net.at(victim));
      net.start(net.at(victim));
      net.clock(net.now + 2);
      net.deliver();
      net.rounds(10);
      expect_sealed(net, before + 1);
    }
  }
}

TEST(Engine, ReportsTwoBodiesAndCountsTheFault) {
  EngineNet net;
  net.epoch();
  const State& state = net.at(0).engine->sealed().state;
  const auto a = test::honest_vector(state, 3, state.epoch + 1, 1);
  const auto b = test::honest_vector(state, 3, state.epoch + 1, 2);
  const auto commit_a = test::sign_body(net.subnet.keys, test::commit_to(a));
  const auto commit_b = test::sign_body(net.subnet.keys, test::commit_to(b));
  net.event(net.at(0), seal::ObjectReceived{3, commit_a});
  net.event(net.at(1), seal::ObjectReceived{3, commit_a});
  net.event(net.at(2), seal::ObjectReceived{3, commit_b});
  net.rounds(4);  // the statuses show each the other
  net.clock(net.now + 20);
  net.deliver();
  net.rounds(6);
  expect_sealed(net, 2);
  const State& after = net.at(1).engine->sealed().state;
  ASSERT_EQ(after.faults.size(), 1U);
  EXPECT_EQ(after.faults[0], (CountedFault{3, ObjectKind::kCommit, 2}));
  for (const auto& commit : after.commits) EXPECT_NE(commit.uid, 3);
  EXPECT_EQ(count(net.at(0), Kind::kFault), 1U);
}

/// The owner's block of the haves that uid 1 holds, and nothing else; the owner itself is down.
BlockBody block_of_haves(EngineNet& net) {
  net.crash(net.at(0));  // its key will make another block
  for (auto& node : net.nodes) net.choose_weights(node);
  net.deliver();
  net.clock(net.newest().block + 20);
  net.deliver();
  const SealedState sealed = net.at(1).engine->sealed();
  BlockBody block = test::empty_block(sealed);
  for (const auto& held : net.at(1).engine->status().held) {
    if (held.kind != ObjectKind::kHave) continue;
    block.haves.push_back({held.uid, held.id});
  }
  std::sort(block.haves.begin(), block.haves.end(),
            [](const auto& a, const auto& b) { return a.uid < b.uid; });
  EXPECT_EQ(block.haves.size(), 3U);
  EpochWorkspace workspace;
  EpochInputs inputs;
  inputs.number = block.number;
  block.state_root = state_root(apply_epoch(sealed.state, inputs, workspace)->state);
  return block;
}

TEST(Engine, RefusesABlockThatLeavesOutACommit) {
  EngineNet net;
  const BlockBody block = block_of_haves(net);
  net.event(net.at(1), seal::ObjectReceived{0, test::sign_body(net.subnet.keys, block)});
  net.rounds(2);
  EXPECT_EQ(count(net.at(1), Kind::kRefusedBlock), 1U);
  EXPECT_FALSE(net.at(1).store.intents.contains({ObjectKind::kVote, 1}));
}

TEST(Engine, ASecondBodyOfTheEpochBeforeIsAFaultWithoutCommitsToo) {
  SubnetShape shape;
  shape.parameters.reveal_period = 0;
  for (const bool restarted : {false, true}) {
    EngineNet net(shape);
    net.epoch();
    const State before = net.subnet.start().state;
    auto& node = net.at(1);
    if (restarted) net.start(node);
    const auto other = test::sign_body(net.subnet.keys, test::honest_vector(before, 2, 1, 3));
    net.event(node, seal::ObjectReceived{2, other});
    EXPECT_EQ(count(node, Kind::kFault), 1U) << restarted;
  }
}

TEST(Engine, BlocksOfTheOwnerBeforeAndOfTheNextAreThoseOfTheirEpochs) {
  EngineNet net;
  const State before = net.newest();
  net.event(net.at(1),
            seal::ObjectReceived{
                std::nullopt,
                test::sign_amendment(net.subnet.keys, before,
                                     test::next_amendment(before, {SetOwner{1}}), {0, 1, 2})});
  net.rounds(4);
  std::optional<BlockBody> first;
  net.loses = [&](std::uint16_t, std::uint16_t to, const Object& object) {
    const auto* one = std::get_if<SignedObject>(&object);
    const bool block = one != nullptr && one->kind == ObjectKind::kBlock;
    if (block && !first) first = decode_body<BlockBody>(one->body).value();
    return to == 3 && (block || std::holds_alternative<SealBody>(object) ||
                       (one != nullptr && one->kind == ObjectKind::kVote));
  };
  net.epoch();
  ASSERT_EQ(net.newest().owner, 1);
  // The one who is behind keeps the block of the owner to come.
  auto& behind = net.at(3);
  ASSERT_EQ(behind.engine->sealed().state.epoch, 0U);
  const auto notices = behind.notices.size();
  BlockBody next = test::empty_block(net.at(1).engine->sealed());
  net.event(behind, seal::ObjectReceived{1, test::sign_body(net.subnet.keys, next)});
  EXPECT_EQ(behind.notices.size(), notices);
  // To the others a second block of the owner before is a fault.
  ASSERT_TRUE(first);
  ++first->number;
  net.event(net.at(2), seal::ObjectReceived{0, test::sign_body(net.subnet.keys, *first)});
  EXPECT_EQ(count(net.at(2), Kind::kFault), 1U);
}

TEST(Engine, RefusesABlockThatNamesWhatIsOfAnotherEpochOrNumber) {
  for (const std::uint64_t epoch : {1U, 3U, 9U}) {
    EngineNet net;
    net.epoch();
    net.epoch();
    BlockBody block = block_of_haves(net);
    const auto vector = test::sign_body(
        net.subnet.keys,
        test::honest_vector(net.newest(), 2, epoch, epoch));  // of use are those of 2
    block.vectors = {{2, object_id(ObjectKind::kVector, vector.body)}};
    auto& node = net.at(1);
    net.event(node, seal::ObjectReceived{0, test::sign_body(net.subnet.keys, block)});
    EXPECT_EQ(count(node, Kind::kRefusedBlock), 0U);
    net.event(node, seal::ObjectReceived{3, vector});
    net.deliver();
    ASSERT_EQ(count(node, Kind::kRefusedBlock), 1U) << epoch;
    const auto last =
        std::find_if(node.notices.begin(), node.notices.end(),
                     [](const seal::Notice& notice) { return notice.kind == Kind::kRefusedBlock; });
    EXPECT_EQ(last->reason, "wrong_object");
  }
  for (const bool due : {false, true}) {
    EngineNet net;
    BlockBody block = block_of_haves(net);
    AmendmentBody body =
        test::next_amendment(net.newest(), {SetParameter{ParameterTag::kTempo, 5}});
    due ? ++body.number : ++body.epoch;
    const auto amendment = test::sign_amendment(net.subnet.keys, net.newest(), body, {0, 1, 2});
    block.amendments = {object_id(ObjectKind::kAmendment, amendment.body)};
    auto& node = net.at(1);
    net.event(node, seal::ObjectReceived{0, test::sign_body(net.subnet.keys, block)});
    net.event(node, seal::ObjectReceived{3, amendment});
    net.deliver();
    EXPECT_EQ(count(node, Kind::kRefusedBlock), 1U) << due;
  }
}

TEST(Engine, StopsWhereASealedBlockNamesWhatItRefuses) {
  SubnetShape shape;
  shape.parameters.reveal_period = 0;
  EngineNet net(shape);
  BlockBody block = block_of_haves(net);
  const State& state = net.newest();
  // Other programs take it; to this one its weights are none.
  const auto vector =
      test::sign_body(net.subnet.keys, test::vector_of(state, 2, state.epoch + 1, {4}, {0}));
  block.vectors = {{2, object_id(ObjectKind::kVector, vector.body)}};
  const auto seal =
      test::seal_of(net.subnet.keys, state, test::sign_body(net.subnet.keys, block), {0, 2, 3});
  auto& node = net.at(1);
  net.event(node, seal::ObjectReceived{2, seal});
  EXPECT_FALSE(node.engine->stopped());
  net.event(node, seal::ObjectReceived{2, vector});
  EXPECT_TRUE(node.engine->stopped());
  EXPECT_EQ(count(node, Kind::kStateDiffers), 1U);
}

TEST(Engine, VotesOnlyOnceForTwoBlocks) {
  EngineNet net;
  net.crash(net.at(3));
  std::optional<Object> block;
  net.loses = [&](std::uint16_t, std::uint16_t, const Object& object) {
    const auto* one = std::get_if<SignedObject>(&object);
    if (one == nullptr || one->kind != ObjectKind::kBlock) return false;
    block = object;
    return true;
  };
  net.epoch();
  net.clock(22);
  net.deliver();
  ASSERT_TRUE(block);
  // The same block a block later: a second one of the owner.
  BlockBody second = *decode_body<BlockBody>(std::get<SignedObject>(*block).body);
  ++second.number;
  auto& node = net.at(1);
  net.event(node, seal::ObjectReceived{0, *block});
  net.deliver();
  net.event(node, seal::ObjectReceived{0, test::sign_body(net.subnet.keys, second)});
  net.deliver();
  EXPECT_EQ(count(node, Kind::kTwoBlocks), 1U);
  EXPECT_EQ(node.store.conflicts, 0);
  EXPECT_EQ(node.store.intents.count({ObjectKind::kVote, 1}), 1U);
}

TEST(Engine, HoldsABlockWhoseTimeHasNotCome) {
  EngineNet net;
  auto& late = net.at(2);
  net.crash(net.at(3));
  for (auto& node : net.nodes) net.choose_weights(node);
  net.deliver();
  for (auto& node : net.nodes) {
    if (node.uid != 2) net.event(node, seal::ClockAt{26});
  }
  net.event(late, seal::ClockAt{20});
  net.deliver();
  net.rounds(3);
  // The median of 26, 26 and 20 is 26: too far ahead for the third, without whom there is no
  // quorum.
  expect_sealed(net, 0);
  EXPECT_EQ(count(late, Kind::kRefusedBlock), 0U);
  net.event(late, seal::ClockAt{24});
  net.deliver();
  net.rounds(2);
  expect_sealed(net, 1);
}

TEST(Engine, TheOwnersClockAheadDoesNotSetTheBlockNumber) {
  EngineNet net;
  net.event(net.at(0), seal::ClockAt{1000});
  for (std::uint16_t uid = 1; uid < 4; ++uid) net.event(net.at(uid), seal::ClockAt{20});
  net.deliver();
  net.rounds(3);
  expect_sealed(net, 1);
  EXPECT_EQ(net.newest().block, 20U);
}

TEST(Engine, AppliesAnAmendmentOfAQuorum) {
  EngineNet net;
  const State& state = net.at(1).engine->sealed().state;
  const auto amendment = test::sign_amendment(
      net.subnet.keys, state, test::next_amendment(state, {SetParameter{ParameterTag::kTempo, 5}}),
      {0, 1, 2});
  net.event(net.at(1), seal::ObjectReceived{std::nullopt, amendment});
  net.rounds(4);
  net.epoch();
  expect_sealed(net, 1);
  EXPECT_EQ(net.newest().parameters.epoch.tempo, 5);
  EXPECT_EQ(net.newest().amendments, 1U);
  net.epoch();
  expect_sealed(net, 2);
}

/// One that is due two epochs from now, signed by these.
SignedAmendment later_amendment(EngineNet& net, const std::vector<std::uint16_t>& signers,
                                std::uint64_t number = 1) {
  const State& state = net.newest();
  AmendmentBody body = test::next_amendment(state, {SetParameter{ParameterTag::kTempo, 5}});
  body.epoch = state.epoch + 3;
  body.number = number;
  return test::sign_amendment(net.subnet.keys, state, body, signers);
}

TEST(Engine, AnAmendmentThatWaitsOutlivesRestartsAndReachesAll) {
  EngineNet net;
  const auto amendment = later_amendment(net, {0, 1, 2});
  net.event(net.at(1), seal::ObjectReceived{std::nullopt, amendment});
  net.rounds(4);  // pulled by the others, who may then give it to whoever lost it
  for (auto& node : net.nodes) {
    net.crash(node);
    net.start(node);
  }
  EXPECT_NE(net.at(3).engine->find(object_id(ObjectKind::kAmendment, amendment.body)), nullptr);
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    EXPECT_EQ(net.newest().amendments, 0U);
    net.epoch();
    expect_sealed(net, epoch);
  }
  EXPECT_EQ(net.newest().amendments, 1U);
}

TEST(Engine, ASpoiledCopyDoesNotTakeThePlaceOfAnAmendmentThatWaits) {
  EngineNet net;
  const auto clean = later_amendment(net, {0, 1, 2});
  SignedAmendment spoiled = later_amendment(net, {0, 1, 2, 3});
  for (Endorsement& signature : spoiled.signatures) {
    if (signature.signer == net.newest().neurons[3]->hotkey) signature.signature[3] ^= 1;
  }
  auto& node = net.at(1);
  net.event(node, seal::ObjectReceived{3, spoiled});
  ASSERT_EQ(node.notices.size(), 1U);
  EXPECT_EQ(node.notices.front().reason, "bad_signature");
  net.event(node, seal::ObjectReceived{2, clean});
  EXPECT_NE(node.engine->find(object_id(ObjectKind::kAmendment, clean.body)), nullptr);
}

TEST(Engine, AnAmendmentThatWaitsOutlivesTheRemovalOfASigner) {
  SubnetShape shape;
  shape.validators = 5;
  EngineNet net(shape);
  const auto remove =
      test::sign_amendment(net.subnet.keys, net.newest(),
                           test::next_amendment(net.newest(), {RemoveUid{4}}), {0, 1, 2, 3});
  const auto second = later_amendment(net, {0, 1, 2, 3, 4}, 2);
  for (auto& node : net.nodes) {
    net.event(node, seal::ObjectReceived{std::nullopt, remove});
    net.event(node, seal::ObjectReceived{std::nullopt, second});
  }
  for (int i = 0; i < 2; ++i) {
    net.epoch();
    net.clock(net.now + 2);
    net.deliver();
  }
  net.crash(net.at(2));
  net.start(net.at(2));
  net.clock(net.now);
  net.epoch();
  net.clock(net.now + 2);
  net.rounds(6);
  EXPECT_EQ(net.newest().amendments, 2U);
  // What is on disk counts by itself: late joiners read that.
  const Bytes32 id = object_id(ObjectKind::kAmendment, second.body);
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    const auto object = decode_object(net.at(uid).store.objects.at(id).bytes).value();
    EXPECT_EQ(std::get<SignedAmendment>(object).signatures.size(), 4U) << uid;
  }
}

TEST(Engine, TellsWhereAnAmendmentThatWaitedCountsNoMore) {
  SubnetShape shape;
  shape.validators = 5;
  EngineNet net(shape);
  const auto power =
      test::sign_amendment(net.subnet.keys, net.newest(),
                           test::next_amendment(net.newest(), {SetPower{3, 50}}), {0, 1, 2, 4});
  for (auto& node : net.nodes) {
    net.event(node, seal::ObjectReceived{std::nullopt, power});
    net.event(node, seal::ObjectReceived{std::nullopt, later_amendment(net, {0, 1, 2, 4}, 2)});
  }
  net.epoch();
  expect_sealed(net, 1);
  ASSERT_EQ(net.at(1).notices.size(), 1U);
  EXPECT_EQ(net.at(1).notices.front().reason, "no_quorum");
}

TEST(Engine, TheOwnerNamesTheAmendmentThatAThirdDemands) {
  // Of two with one number the owner alone has the first; or half of the haves list each.
  for (const std::uint16_t of_first : {std::uint16_t{1}, std::uint16_t{2}}) {
    EngineNet net;
    const State& state = net.newest();
    std::vector<SignedAmendment> two;
    for (const std::uint64_t tempo : {5U, 6U}) {
      two.push_back(test::sign_amendment(
          net.subnet.keys, state,
          test::next_amendment(state, {SetParameter{ParameterTag::kTempo, tempo}}), {0, 1, 2}));
    }
    for (std::uint16_t uid = 0; uid < 4; ++uid) {
      const auto& given = two[uid < of_first ? 0 : 1];
      net.event(net.at(uid), seal::ObjectReceived{std::nullopt, given});
    }
    net.epoch();
    net.rounds(4);
    expect_sealed(net, 1);
    EXPECT_EQ(net.newest().amendments, 1U);
  }
}

TEST(Engine, DoesNotGrowWithWhatASenderSays) {
  EngineNet net;
  auto& node = net.at(1);
  const State& state = node.engine->sealed().state;
  for (std::uint16_t i = 0; i < 200; ++i) {
    CommitBody commit{test::header_of_uid(state, 3, 1), {}};
    commit.hash[0] = static_cast<std::uint8_t>(i);
    net.event(node, seal::ObjectReceived{3, test::sign_body(net.subnet.keys, commit)});
    VoteBody vote{test::header_of_uid(state, 3, 2), {}};
    vote.block[0] = static_cast<std::uint8_t>(i);
    net.event(node, seal::ObjectReceived{3, test::sign_body(net.subnet.keys, vote)});
  }
  EXPECT_LE(node.engine->usage().objects, 3U);  // a commit, the fault, an early vote
}

TEST(Engine, WhoAnswersFirstAndGivesNothingHoldsUpNoBlock) {
  SubnetShape shape;
  shape.validators = 7;
  EngineNet net(shape);
  // Two of seven show their vectors to all but the owner, and when it asks they are the first to
  // answer that they have them.
  const auto lies = [](std::uint16_t uid) { return uid == 1 || uid == 2; };
  net.at_once = {1, 2};
  net.loses = [&](std::uint16_t from, std::uint16_t to, const Object& object) {
    const auto* one = std::get_if<SignedObject>(&object);
    return one != nullptr && one->kind == ObjectKind::kVector && lies(from) && to == 0;
  };
  net.epoch();
  net.epoch();
  expect_sealed(net, 1);
  net.rounds(3);
  expect_sealed(net, 2);
  for (const std::size_t uid : {1U, 2U}) EXPECT_EQ(net.newest().neurons[uid]->missed, 0);
}

/// Two bodies of uid for the epoch under way that must not both exist, as a proof.
FaultBody two_commits(EngineNet& net, std::uint16_t uid, std::size_t first, std::size_t second) {
  const State& state = net.newest();
  const auto commit = [&](std::size_t favourite) {
    return test::sign_body(net.subnet.keys, test::commit_to(test::honest_vector(
                                                state, uid, state.epoch + 1, favourite)));
  };
  return test::fault_of(commit(first), commit(second));
}

TEST(Engine, WhatItDoesNotTakeIsNotPulledAgain) {
  EngineNet net;
  // Half of the nodes hold one proof, the others another one of the same fault.
  for (auto& node : net.nodes) {
    const std::size_t second = node.uid % 2 == 0 ? 1U : 2U;
    net.event(node, seal::ObjectReceived{3, two_commits(net, 3, 0, second)});
  }
  net.rounds(8);
  const std::uint64_t before = net.pulls;
  net.rounds(20);
  EXPECT_EQ(net.pulls, before);
  // Where a block names it, it is had nevertheless.
  net.epoch();
  net.clock(net.now + 2);
  net.rounds(4);
  expect_sealed(net, 1);
  EXPECT_EQ(net.newest().faults.size(), 1U);
}

TEST(Engine, AFloodOfFaultsDoesNotKeepHavesBack) {
  EngineNet net;
  seal::Status status = net.at(0).engine->status();
  Bytes32 have{};
  have[0] = 0xff;
  for (std::uint8_t i = 0; i < 200; ++i) {
    Bytes32 id{};
    id[1] = i;
    status.held.push_back({ObjectKind::kFault, 3, id});
  }
  status.held.push_back({ObjectKind::kHave, 2, have});
  std::vector<std::vector<Bytes32>> pulls;
  for (const auto& action : net.at(0).engine->handle(seal::StatusReceived{1, status})) {
    if (const auto* pull = std::get_if<seal::Pull>(&action)) pulls.push_back(pull->ids);
  }
  ASSERT_EQ(pulls.size(), 2U);
  EXPECT_EQ(pulls[0], std::vector{have}) << "answers have an end: it is asked for by itself";
  EXPECT_EQ(pulls[1].size(), 7U);
}

TEST(Engine, AWrongSignatureDoesNotSpoilWhatABlockNames) {
  EngineNet net;
  net.crash(net.at(3));
  std::optional<Object> commit;
  net.loses = [&](std::uint16_t from, std::uint16_t to, const Object& object) {
    const auto* one = std::get_if<SignedObject>(&object);
    if (one == nullptr || one->kind != ObjectKind::kCommit || from != 0) return false;
    commit = object;
    return to == 2;
  };
  net.epoch();
  net.clock(22);
  net.deliver();
  net.rounds(1);
  ASSERT_TRUE(commit);
  auto forged = std::get<SignedObject>(*commit);
  forged.signature[5] ^= 1;
  net.event(net.at(2), seal::ObjectReceived{1, forged});
  net.loses = {};
  net.rounds(4);
  expect_sealed(net, 1);
}

}  // namespace
}  // namespace yuma
