// SPDX-License-Identifier: MIT

// Whole nodes with each other: ledgers on disk, engines, exchange.

#include "yuma/subnet/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/subnet/node_room.hpp"
// After Asio.
#include <boost/asio/thread_pool.hpp>

#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/block.hpp"

namespace yuma {
namespace {

using namespace std::chrono_literals;
using subnet::Node;
using test::NodeRoom;
using ::testing::Contains;
using ::testing::HasSubstr;

const std::vector<std::uint16_t> kFirstThree{0, 1, 2};

/// Recomputes all epochs of a closed ledger from signed bytes alone.
void audit(const std::string& path, std::uint64_t epochs) {
  const auto ledger = Ledger::open_to_read(path);
  ASSERT_TRUE(ledger.ok()) << ledger.status();
  auto sealed = sealed_state((*ledger)->genesis()).value();
  EpochWorkspace workspace;
  for (std::uint64_t epoch = 1; epoch <= epochs; ++epoch) {
    const auto seal = (*ledger)->seal(epoch);
    ASSERT_TRUE(seal.ok()) << seal.status();
    std::vector<KeptObject> objects;
    for (const std::uint64_t of : {epoch - 1, epoch}) {
      auto kept = (*ledger)->objects(of);
      ASSERT_TRUE(kept.ok()) << kept.status();
      objects.insert(objects.end(), kept->begin(), kept->end());
    }
    const auto object = decode_object(*seal);
    ASSERT_TRUE(object.ok());
    auto audited = audit_seal(sealed, std::get<SealBody>(*object), objects, workspace);
    ASSERT_TRUE(audited.ok()) << path << ": epoch " << epoch << ": " << audited.status();
    sealed = {std::move(audited->outcome.state), audited->block_id};
  }
}

TEST(Node, FourValidatorsSealEpochs) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 4); }));
  // All have the same blocks, with everybody's weights in them.
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    const auto& epochs = room.epochs(uid);
    ASSERT_GE(epochs.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(epochs[i]->epoch, i + 1);
      EXPECT_EQ(epochs[i]->block_id, room.epochs(0)[i]->block_id);
      EXPECT_EQ(epochs[i]->state_root, state_root(epochs[i]->after->state));
      EXPECT_EQ(epochs[i]->before->state.epoch, i);
      EXPECT_GE(epochs[i]->voters.size(), 3U);
      EXPECT_EQ(epochs[i]->block.header.epoch, i + 1);
    }
  }
  const auto& second = *room.epochs(0)[1];
  EXPECT_GE(second.block.vectors.size(), 3U);
  EXPECT_GT(second.terms.incentive[4] + second.terms.incentive[5], 0);
  const auto view = room.node(1).view();
  EXPECT_TRUE(view->health.ready) << ::testing::PrintToString(view->health.problems);
  EXPECT_TRUE(view->votes);
  EXPECT_EQ(view->uid, 1);
  EXPECT_EQ(view->peers.size(), 3U);
  for (const auto& peer : view->peers) {
    EXPECT_FALSE(peer.endpoints.empty()) << peer.uid;
    EXPECT_TRUE(peer.answered_ms.has_value()) << peer.uid;
  }
  for (std::uint16_t uid = 0; uid < 4; ++uid) room.kill(uid);
  for (std::uint16_t uid = 0; uid < 4; ++uid) {
    audit(room.folder.file("ledger" + std::to_string(uid)), 4);
  }
}

TEST(Node, WhoWasAwayCatchesUpAndTakesPartAgain) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  room.kill(3);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, 4); }));
  room.start(3);
  ASSERT_TRUE(room.run_until([&] {
    const auto& epochs = room.epochs(3);
    if (epochs.empty()) return false;
    const auto& voters = epochs.back()->voters;
    return epochs.back()->epoch > 4 && std::find(voters.begin(), voters.end(), 3) != voters.end();
  }));
}

TEST(Node, NothingIsLostWhenTheOwnerIsKilled) {
  NodeRoom room;
  room.start_all();
  for (std::uint64_t epoch = 1; epoch <= 3; ++epoch) {
    ASSERT_TRUE(room.run_until([&] { return room.have_sealed({1, 2, 3}, epoch); }));
    room.kill(0);
    room.run_for(300ms);
    EXPECT_LE(room.sealed(1), epoch + 1);
    room.start(0);
  }
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 5); }));
}

TEST(Node, AMinerFollowsFromTheGenesis) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 3); }));
  const Node& miner = room.start(4);
  ASSERT_TRUE(room.run_until([&] { return room.sealed(4) >= 5; }));
  const auto view = miner.view();
  EXPECT_FALSE(view->votes);
  EXPECT_EQ(view->uid, 4);
  EXPECT_TRUE(view->health.ready) << ::testing::PrintToString(view->health.problems);
  // It was told of all, and all of it.
  ASSERT_TRUE(room.run_until([&] { return room.node(4).view()->addresses->size() == 5; }));
  ASSERT_TRUE(room.run_until([&] { return room.node(2).view()->addresses->size() == 5; }));
  EXPECT_EQ(room.epochs(4).front()->epoch, 1U);
}

TEST(Node, AMovedAddressIsFound) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  room.kill(2);
  subnet::NodeOptions options = room.options(2);
  options.announce = {{"elsewhere", 7}};
  room.start(2, std::move(options));
  const Bytes32 key = room.subnet.keys.key(2).bytes;
  ASSERT_TRUE(room.run_until([&] {
    for (const std::uint16_t uid : std::vector<std::uint16_t>{0, 1, 3}) {
      const auto addresses = room.node(uid).view()->addresses;
      const auto found = addresses->find(key);
      if (found == addresses->end() || found->second.endpoints.front().host != "elsewhere") {
        return false;
      }
    }
    return true;
  }));
  const std::uint64_t now = room.sealed(0);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, now + 2); }));
  // It is known after a restart too, when everybody forgot the owner's.
  room.kill(3);
  options = room.options(3);
  options.peers.clear();
  room.start(3, std::move(options));
  EXPECT_EQ(room.node(3).view()->addresses->at(key).endpoints.front().host, "elsewhere");
}

TEST(Node, AFullDiskStopsSigningUntilThereIsRoom) {
  NodeRoom room;
  for (const std::uint16_t uid : kFirstThree) room.start(uid);
  std::atomic<bool> full = false;
  subnet::NodeOptions options = room.options(3);
  options.before_keep = [&full](const KeepBatch&) {
    return full ? absl::ResourceExhaustedError("no space left on device") : absl::OkStatus();
  };
  room.start(3, std::move(options));
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  full = true;
  const auto is_full = [&] {
    const auto view = room.node(3).view();
    return !view->health.ready && !view->health.problems.empty() &&
           view->health.problems.front().find("no space left") != std::string::npos;
  };
  ASSERT_TRUE(room.run_until(is_full));
  const std::uint64_t stuck = room.sealed(3);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, stuck + 3); }));
  EXPECT_EQ(room.sealed(3), stuck);
  // It says so to who asks, and shows how far it is all the same.
  EXPECT_EQ(room.ask(1, 3, "GET", subnet::seal_target(1)).status, 503);
  EXPECT_EQ(room.ask(1, 3, "GET", "/v1/status").status, 200);
  full = false;
  ASSERT_TRUE(room.run_until([&] { return room.sealed(3) > stuck + 3; }));
  ASSERT_TRUE(room.run_until([&] { return room.node(3).view()->health.ready; }));
}

TEST(Node, ASignerThatIsAwayIsAskedAgain) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  room.signer(1).away = true;
  ASSERT_TRUE(room.run_until([&] {
    const auto view = room.node(1).view();
    return !view->health.ready && !view->health.problems.empty();
  }));
  EXPECT_THAT(room.node(1).view()->health.problems.front(), HasSubstr("signer"));
  const std::uint64_t now = room.sealed(0);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, now + 2); }));
  room.signer(1).away = false;
  ASSERT_TRUE(room.run_until([&] {
    const auto& voters = room.epochs(0).back()->voters;
    return room.sealed(0) > now + 2 && std::find(voters.begin(), voters.end(), 1) != voters.end();
  }));
}

TEST(Node, ASignerElsewhereDoesNotHoldUpTheRest) {
  NodeRoom room;
  for (const std::uint16_t uid : kFirstThree) room.start(uid);
  asio::thread_pool signing(1);
  subnet::NodeOptions options = room.options(3);
  options.signing = signing.get_executor();
  room.start(3, std::move(options));
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 3); }));
  room.kill(3);
  signing.join();
}

TEST(Node, ASilentPeerCostsNothing) {
  NodeRoom room;
  room.hangs = [](auto from, auto to, const auto&) { return from == 3 || to == 3; };
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, 2); }));
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t now = room.sealed(0);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, now + 4); }));
  // An epoch has 200 ms, and the owner waits one block more for who is missing.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 4 * 200ms + 1500ms);
  EXPECT_EQ(room.sealed(3), 0U);
  ASSERT_TRUE(room.run_until([&] { return !room.node(3).view()->health.ready; }));
  room.hangs = nullptr;
  ASSERT_TRUE(room.run_until([&] { return room.sealed(3) > now + 4; }));
}

TEST(Node, APartitionHeals) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  // Neither half is a quorum.
  room.loses = [](auto from, auto to, const auto&) { return (from < 2) != (to < 2); };
  room.run_for(200ms);
  const std::uint64_t stuck = std::max(room.sealed(0), room.sealed(2));
  room.run_for(1s);
  EXPECT_LE(std::max(room.sealed(0), room.sealed(2)), stuck + 1);
  room.loses = nullptr;
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, stuck + 3); }));
  EXPECT_EQ(room.epochs(0)[2]->block_id, room.epochs(3)[2]->block_id);
}

TEST(Node, GarbageAsAnswersHurtsNobody) {
  NodeRoom room;
  std::uint64_t number = 0;
  room.spoils = [&](auto, auto to, subnet::ExchangeAnswer& answer) {
    if (to != 3) return;
    ++number;
    answer.body = Bytes(number % 300, static_cast<std::uint8_t>(number));
    if (number % 3 == 0) answer.status = 500;
  };
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, 4); }));
  const auto view = room.node(0).view();
  for (const auto& peer : view->peers) {
    EXPECT_TRUE(peer.uid != 3 || peer.failures > 0);
  }
}

TEST(Node, RoutesRefuseWhatIsNotMeant) {
  NodeRoom room;
  room.start(0);
  room.start(1);
  const auto status = [&](const auto& from, NodeRoom::uid_type to, const std::string& method,
                          const std::string& target, Bytes body = {}) {
    return room.ask(from, to, method, target, std::move(body)).status;
  };
  const NodeRoom::uid_type kOther = 1, kMiner = 4;
  const PublicKey stranger = room.subnet.keys.key(99);
  EXPECT_EQ(status(stranger, 0, "GET", "/v1/status"), 403);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/nothing"), 404);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/objects"), 405);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/status"), 405);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/seal/"), 400);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/seal/01"), 400);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/seal/99999999999999999999"), 400);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/seal/7"), 404);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/object/zz"), 400);
  EXPECT_EQ(status(kOther, 0, "GET", subnet::object_target(Bytes32{})), 404);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/pull", Bytes{1, 2, 3}), 400);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/objects", Bytes{}), 400);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/objects", Bytes(2'000'000)), 400);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/objects", subnet::encode_batch({})), 200);
  EXPECT_EQ(status(kOther, 0, "GET", "/v1/addresses"), 200);
  const auto answer = room.ask(1, 0, "GET", "/v1/status");
  ASSERT_EQ(answer.status, 200);
  EXPECT_TRUE(subnet::decode_status(answer.body).ok());

  // A miner sends addresses, nothing else.
  const State& state = room.state(0).state;
  const auto commit = test::sign_body(
      room.subnet.keys, test::commit_to(test::honest_vector(state, 1, state.epoch + 1)));
  const Bytes batch = subnet::encode_batch({encode_object(commit).value()});
  EXPECT_EQ(status(kMiner, 0, "POST", "/v1/objects", batch), 403);
  EXPECT_EQ(status(kOther, 0, "POST", "/v1/objects", batch), 200);
  EXPECT_TRUE(
      room.run_until([&] { return room.node(0).view()->counters.at("requests_refused") > 10; }));
}

TEST(Node, WhoSendsTooMuchIsToldToWait) {
  NodeRoom room;
  subnet::NodeOptions options = room.options(0);
  options.inbox_bytes = 1'000;
  std::atomic<bool> full = true;
  options.before_keep = [&full](const KeepBatch&) {
    return full ? absl::UnavailableError("busy") : absl::OkStatus();
  };
  room.start(0, std::move(options));
  ASSERT_TRUE(room.run_until([&] { return !room.node(0).view()->health.ready; }));
  const State& state = room.state(0).state;
  const auto commit = test::sign_body(
      room.subnet.keys, test::commit_to(test::honest_vector(state, 1, state.epoch + 1)));
  const Bytes batch = subnet::encode_batch({encode_object(commit).value()});
  int refused = 0;
  for (int i = 0; i < 10; ++i) {
    const auto answer = room.ask(1, 0, "POST", "/v1/objects", batch);
    if (answer.status == 503) ++refused;
    EXPECT_TRUE(answer.status == 200 || (answer.status == 503 && answer.retry_after > 0));
  }
  EXPECT_GE(refused, 3);
  // Another one is not.
  const auto other = test::sign_body(
      room.subnet.keys, test::commit_to(test::honest_vector(state, 2, state.epoch + 1)));
  EXPECT_EQ(
      room.ask(2, 0, "POST", "/v1/objects", subnet::encode_batch({encode_object(other).value()}))
          .status,
      200);
}

TEST(Node, SaysWhyWeightsWouldNotCount) {
  test::SubnetShape shape = NodeRoom::small_shape();
  shape.parameters.min_allowed_weights = 2;
  NodeRoom room(shape);
  room.chooses_weights = false;
  room.start(0);
  EXPECT_TRUE(room.node(0).choose_weights({{4, 5}, {1, 2}, 0}).ok());
  EXPECT_THAT(std::string(room.node(0).choose_weights({{4}, {1}, 0}).message()),
              HasSubstr("does not take these weights"));
  EXPECT_FALSE(room.node(0).choose_weights({{5, 4}, {1, 2}, 0}).ok());
  EXPECT_FALSE(room.node(0).choose_weights({{4, 50}, {1, 2}, 0}).ok());
  room.start(4);
  EXPECT_THAT(std::string(room.node(4).choose_weights({{4, 5}, {1, 2}, 0}).message()),
              HasSubstr("no power"));
  // What was chosen is committed and shows.
  ASSERT_TRUE(room.run_until([&] { return room.node(0).view()->weights_sent; }));
}

TEST(Node, AmendmentsAreHandedInAndSealed) {
  NodeRoom room;
  room.start_all();
  const State& state = room.state(0).state;
  AmendmentBody amendment = test::next_amendment(state, {SetParameter{ParameterTag::kTempo, 8}});
  amendment.epoch = 2;
  ASSERT_TRUE(room.node(1)
                  .hand_in(test::sign_amendment(room.subnet.keys, state, amendment, {0, 1, 2}))
                  .ok());
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 3); }));
  EXPECT_EQ(room.state(2).state.amendments, 1U);
  EXPECT_EQ(room.state(2).state.parameters.epoch.tempo, 8U);
}

TEST(Node, AClockThatIsOffShows) {
  NodeRoom room;
  for (const std::uint16_t uid : kFirstThree) room.start(uid);
  subnet::NodeOptions options = room.options(3);
  options.wall_clock = [] { return subnet::unix_time_ms() + 10'000; };
  room.start(3, std::move(options));
  ASSERT_TRUE(room.run_until([&] {
    const auto view = room.node(3).view();
    for (const std::string& problem : view->health.problems) {
      if (problem.find("ahead of that of the other validators") != std::string::npos) return true;
    }
    return false;
  }));
  EXPECT_FALSE(room.node(3).view()->health.ready);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2}, 2); }));
  // Its answers do not move the number of a block: that is held to the median.
  EXPECT_LE(room.epochs(0).back()->block.number, room.node(0).view()->block);
}

TEST(Node, DrainsInGoodOrder) {
  NodeRoom room;
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 1); }));
  bool done = false;
  asio::co_spawn(room.io, room.node(3).drain(), [&](std::exception_ptr) { done = true; });
  ASSERT_TRUE(room.run_until([&] { return done; }));
  EXPECT_EQ(room.ask(1, 3, "GET", "/v1/status").status, 503);
  room.kill(3);
  // The ledger is free for another.
  EXPECT_TRUE(Ledger::open(room.folder.file("ledger3")).ok());
  room.start(3);
  const std::uint64_t now = room.sealed(0);
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, now + 2); }));
}

class NodePast : public ::testing::Test {
 protected:
  absl::Status open_error(std::uint16_t uid, subnet::NodeOptions options) {
    test::SwitchedSigner signer(room.subnet.keys.at(uid));
    struct None final : subnet::ExchangeTransport {
      asio::awaitable<absl::StatusOr<subnet::ExchangeAnswer>> call(
          subnet::ExchangeTarget, subnet::ExchangeRequest, subnet::ExchangeLimits) override {
        co_return absl::UnavailableError("nobody");
      }
    } transport;
    return Node::open(room.io, std::move(options), signer, transport).status();
  }

  NodeRoom room;
};

TEST_F(NodePast, NeedsALedgerOrAGenesis) {
  subnet::NodeOptions options = room.options(0);
  options.genesis.reset();
  const absl::Status status = open_error(0, std::move(options));
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("genesis"));
}

TEST_F(NodePast, TheLedgerHasToBeOfTheGenesis) {
  EXPECT_TRUE(open_error(0, room.options(0)).ok());
  subnet::NodeOptions options = room.options(0);
  options.genesis->state.genesis_ms += 1;
  const absl::Status status = open_error(0, std::move(options));
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("another ledger or another genesis"));
}

TEST_F(NodePast, WhatIsOldNeedsACheckpoint) {
  subnet::NodeOptions options = room.options(0);
  options.wall_clock = [] { return subnet::unix_time_ms() + 31ULL * 24 * 3600 * 1000; };
  absl::Status status = open_error(0, options);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("31 days old"));
  options.trust_period = std::chrono::hours(0);
  EXPECT_TRUE(open_error(0, options).ok());
}

TEST_F(NodePast, ALateNodeStartsFromACheckpoint) {
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 3); }));
  const auto checkpoint = room.epochs(0)[2]->after;
  subnet::NodeOptions options = room.options(4);
  options.checkpoint = *checkpoint;
  room.start(4, options);
  ASSERT_TRUE(room.run_until([&] { return room.sealed(4) >= 5; }));
  EXPECT_EQ(room.epochs(4).front()->epoch, 4U);
  EXPECT_EQ(room.node(4).view()->first_epoch, 3U);
  room.kill(4);
  EXPECT_TRUE(open_error(4, options).ok());
  // One that says something else is not believed.
  options.checkpoint = *room.epochs(0)[4]->after;
  options.checkpoint->block_id[0] ^= 1;
  const absl::Status status = open_error(4, options);
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

TEST_F(NodePast, StopsWhereTheCheckpointIsOfAnotherPast) {
  room.start_all();
  ASSERT_TRUE(room.run_until([&] { return room.have_sealed({0, 1, 2, 3}, 3); }));
  subnet::NodeOptions options = room.options(4);
  room.start(4, options);
  room.kill(4);  // has a ledger, of the genesis
  options.checkpoint = *room.epochs(0)[1]->after;
  options.checkpoint->block_id[0] ^= 1;
  room.start(4, options);
  ASSERT_TRUE(room.run_until([&] {
    return !room.node(4).view()->health.problems.empty() &&
           room.node(4).view()->health.problems.front().find("another past") != std::string::npos;
  }));
  EXPECT_FALSE(room.node(4).view()->health.ready);
  room.run_for(300ms);
  EXPECT_EQ(room.sealed(4), 1U);
}

}  // namespace
}  // namespace yuma
