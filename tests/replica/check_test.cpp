// SPDX-License-Identifier: MIT

// What counts: good objects of each kind, and each reason of refusal.

#include "yuma/replica/check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/replica/check_scenario.hpp"

namespace yuma {
namespace {

using test::CheckScenario;
using ::testing::HasSubstr;

TEST(CheckObject, GoodObjectsOfEachKindCount) {
  CheckScenario s;
  const struct {
    Object object;
    ObjectKind kind;
    std::uint64_t epoch;
    std::uint16_t uid;
  } cases[] = {
      {s.sign(s.commit()), ObjectKind::kCommit, 11, 1},
      {s.sign(s.vector), ObjectKind::kVector, 10, 1},
      {s.sign(s.have()), ObjectKind::kHave, 11, 2},
      {s.sign(s.block()), ObjectKind::kBlock, 11, 0},
      {s.sign(s.vote()), ObjectKind::kVote, 11, 3},
      {s.sign(s.address()), ObjectKind::kAddress, 77, 4},
      {s.seal(), ObjectKind::kSeal, 11, 0},
      {s.fault(10), ObjectKind::kFault, 10, 1},
      {s.fault(11), ObjectKind::kFault, 11, 1},
      {s.signed_amendment(), ObjectKind::kAmendment, 9, 0},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(kind_name(one.kind));
    const auto result = check_object(s.sealed, one.object);
    const auto* refused = std::get_if<RefusedObject>(&result);
    ASSERT_EQ(refused, nullptr) << refusal_name(refused->reason) << ": " << refused->text;
    const auto& checked = std::get<CheckedObject>(result);
    EXPECT_EQ(checked.kind, one.kind);
    EXPECT_EQ(checked.id, object_id(one.object).value());
    EXPECT_EQ(checked.epoch, one.epoch);
    EXPECT_EQ(checked.uid, one.uid);
    EXPECT_EQ(kind_of(checked.body), one.kind);
  }
  const auto checked = std::get<CheckedObject>(check_object(s.sealed, s.sign(s.vector)));
  EXPECT_TRUE(std::get<VectorBody>(checked.body) == s.vector);
}

struct Case {
  ObjectRefusal reason;
  const char* says;
  std::function<Object(CheckScenario&)> make;
};

// A good body of a kind with one change, signed by the sender that it then names.
template <class Body, class Change>
std::function<Object(CheckScenario&)> changed(Body (CheckScenario::*good)() const, Change change) {
  return [good, change](CheckScenario& s) -> Object {
    Body body = (s.*good)();
    change(s, body);
    return s.sign(body);
  };
}
template <class Change>
std::function<Object(CheckScenario&)> vector_with(Change change) {
  return [change](CheckScenario& s) -> Object {
    VectorBody body = s.vector;
    change(s, body);
    return s.sign(body);
  };
}
template <class Change>
std::function<Object(CheckScenario&)> amendment_with(Change change) {
  return [change](CheckScenario& s) -> Object {
    AmendmentBody body = s.amendment();
    change(s, body);
    return test::sign_amendment(s.subnet.keys, s.sealed.state, body, {0, 1, 2, 3});
  };
}

using S = CheckScenario;

std::vector<Case> of_headers() {
  using R = ObjectRefusal;
  return {
      {R::kMalformed, "vote",
       [](S& s) {
         SignedObject object = s.sign(s.vote());
         object.body.pop_back();
         return object;
       }},
      {R::kMalformed, "does not have one signature",
       [](S& s) {
         SignedObject object = s.sign(s.vote());
         object.kind = ObjectKind::kSeal;
         return object;
       }},
      {R::kMalformed, "does not have one signature",
       [](S& s) {
         SignedObject object = s.sign(s.vote());
         object.kind = static_cast<ObjectKind>(77);
         return object;
       }},
      {R::kOtherSubnet, "another network",
       changed(&S::vote, [](S&, VoteBody& b) { b.header.subnet.network[0] ^= 1; })},
      {R::kOtherSubnet, "another network",
       changed(&S::vote, [](S&, VoteBody& b) { b.header.subnet.netuid += 1; })},
      {R::kOtherSubnet, "another network",
       changed(&S::address, [](S&, AddressBody& b) { b.header.subnet.mechanism += 1; })},
      {R::kNotMember, "no uid has the hotkey",
       changed(&S::vote, [](S& s, VoteBody& b) { b.header.sender = s.subnet.keys.key(99); })},
      {R::kNotMember, "no uid has the hotkey",
       changed(&S::address, [](S& s, AddressBody& b) { b.header.sender = s.subnet.keys.key(99); })},
      {R::kNoPower, "uid 4 has no power",
       changed(&S::commit, [](S& s, CommitBody& b) { b.header.sender = s.subnet.keys.key(4); })},
      {R::kPastEpoch, "of epoch 10", changed(&S::commit, [](S&, auto& b) { b.header.epoch = 10; })},
      {R::kPastEpoch, "of epoch 10", changed(&S::have, [](S&, auto& b) { b.header.epoch = 10; })},
      {R::kPastEpoch, "of epoch 10", changed(&S::block, [](S&, auto& b) { b.header.epoch = 10; })},
      {R::kPastEpoch, "of epoch 10", changed(&S::vote, [](S&, auto& b) { b.header.epoch = 10; })},
      {R::kPastEpoch, "of epoch 9", vector_with([](S&, auto& b) { b.header.epoch = 9; })},
      {R::kLaterEpoch, "of epoch 12", changed(&S::vote, [](S&, auto& b) { b.header.epoch = 12; })},
      {R::kLaterEpoch, "of epoch 11", vector_with([](S&, auto& b) { b.header.epoch = 11; })},
      {R::kBadSignature, "not the one of uid 3",
       [](S& s) {
         SignedObject object = s.sign(s.vote());
         object.signature[5] ^= 1;
         return object;
       }},
      {R::kBadSignature, "not the one of uid 3",
       [](S& s) {  // signed by another validator
         SignedObject object = s.sign(s.vote());
         object.signature =
             s.subnet.keys.at(2).sign(signing_bytes(object.kind, object.body)).value();
         return object;
       }},
  };
}

std::vector<Case> of_weights() {
  using R = ObjectRefusal;
  return {
      {R::kNoCommit, "uid 0 has no commit",
       vector_with([](S& s, auto& b) { b.header.sender = s.subnet.keys.key(0); })},
      {R::kNotOpening, "not the vector that uid 1",
       vector_with([](S&, auto& b) { b.salt[0] += 1; })},
      {R::kNotOpening, "not the vector that uid 2",
       vector_with([](S& s, auto& b) { b.header.sender = s.subnet.keys.key(2); })},
      {R::kTooFewWeights, "1 weights, fewer than 2", vector_with([](S&, auto& b) {
         b.uids = {4};
         b.values = {1};
       })},
      {R::kTooFewWeights, "all weights are 0", vector_with([](S&, auto& b) {
         b.values = {0, 0};
       })},
      {R::kTooFewWeights, "all weights are 0", vector_with([](S&, auto& b) {
         b.uids = {1};  // its own
         b.values = {0};
       })},
      {R::kWeightTooLarge, "the largest weight is 40001 of 65535, above 40000",
       vector_with([](S&, auto& b) {
         b.values = {40001, 25534};
       })},
      {R::kVersionKey, "version key 4, below 5",
       vector_with([](S&, auto& b) { b.version_key = 4; })},
      {R::kUnknownUid, "uid 7 of 7", vector_with([](S&, auto& b) {
         b.uids = {4, 7};
       })},
      {R::kNoCommits, "the reveal period is 0",
       [](S& s) -> Object {
         s.without_commits();
         return s.sign(s.commit());
       }},
  };
}

std::vector<Case> of_haves_and_blocks() {
  using R = ObjectRefusal;
  return {
      {R::kUnknownUid, "commits name uid 4",
       changed(&S::have,
               [](S&, HaveBody& b) {
                 b.commits = {{4, {}}};
               })},
      {R::kUnknownUid, "commits name uid 9",
       changed(&S::have,
               [](S&, HaveBody& b) {
                 b.commits = {{9, {}}};
               })},
      {R::kNoCommit, "bit 2 of the vectors held for 2 commits",
       changed(&S::have, [](S&, HaveBody& b) { b.vectors_held = {7}; })},
      {R::kNoCommit, "bit 8 of the vectors held for 2 commits",
       changed(&S::have,
               [](S&, HaveBody& b) {
                 b.vectors_held = {0, 1};
               })},
      {R::kNoCommits, "the reveal period is 0",
       [](S& s) -> Object {
         s.without_commits();
         return s.sign(s.have());
       }},
      {R::kNotOwner, "of uid 1, the owner is 0",
       changed(&S::block, [](S& s, BlockBody& b) { b.header.sender = s.subnet.keys.key(1); })},
      {R::kOtherParent, "not the last sealed block",
       changed(&S::block, [](S&, BlockBody& b) { b.parent[0] ^= 1; })},
      {R::kNumber, "its number is 200",
       changed(&S::block, [](S&, BlockBody& b) { b.number = 200; })},
      {R::kUnknownUid, "haves name uid 5",
       changed(&S::block,
               [](S&, BlockBody& b) {
                 b.haves = {{5, {}}};
               })},
      {R::kUnknownUid, "commits name uid 5",
       changed(&S::block,
               [](S&, BlockBody& b) {
                 b.commits = {{5, {}}};
               })},
      {R::kUnknownUid, "vectors name uid 6",
       changed(&S::block,
               [](S&, BlockBody& b) {
                 b.vectors = {{6, {}}};
               })},
      {R::kNoCommit, "a vector of uid 3",
       changed(&S::block,
               [](S&, BlockBody& b) {
                 b.vectors = {{3, {}}};
               })},
      {R::kNoCommits, "the reveal period is 0",
       [](S& s) -> Object {
         s.without_commits();
         BlockBody body = s.block();
         body.commits = {{1, {}}};
         return s.sign(body);
       }},
  };
}

std::vector<Case> of_seals_and_faults() {
  using R = ObjectRefusal;
  const auto seal_of = [](std::vector<std::uint16_t> voters) {
    return [voters](S& s) -> Object { return s.seal(voters); };
  };
  return {
      // Powers are 2, 1, 1, 2: four of six are no more than two thirds.
      {R::kNoQuorum, "signed by 4 of 6", seal_of({0, 1, 2})},
      {R::kNoPower, "which is no validator", seal_of({0, 1, 2, 3, 4})},
      {R::kNotMember, "which is no validator",
       [](S& s) -> Object {
         SealBody seal = s.seal();
         seal.votes.push_back({{Scheme::kSr25519, Bytes32{0xff, 0xff}}, {}});
         seal.votes.back().signer.bytes.fill(0xff);
         return seal;
       }},
      {R::kMalformed, "votes do not ascend",
       [](S& s) -> Object {  // one vote, five times
         SealBody seal = s.seal({1});
         seal.votes.assign(5, seal.votes.front());
         return seal;
       }},
      {R::kMalformed, "a seal without votes",
       [](S& s) -> Object {
         SealBody seal = s.seal();
         seal.votes.clear();
         return seal;
       }},
      {R::kBadSignature, "the block or a vote",
       [](S& s) -> Object {
         SealBody seal = s.seal();
         seal.votes.back().signature[0] ^= 1;
         return seal;
       }},
      {R::kBadSignature, "the block or a vote",
       [](S& s) -> Object {
         SealBody seal = s.seal();
         seal.block.signature[0] ^= 1;
         return seal;
       }},
      {R::kOtherParent, "not the last sealed block",
       [](S& s) -> Object {
         BlockBody block = s.block();
         block.parent[0] ^= 1;
         return test::seal_of(s.subnet.keys, s.sealed.state, s.sign(block), {0, 1, 2, 3});
       }},
      {R::kPastEpoch, "a fault of epoch 9 in 11", [](S& s) -> Object { return s.fault(9); }},
      {R::kLaterEpoch, "a fault of epoch 12 in 11", [](S& s) -> Object { return s.fault(12); }},
      {R::kNotCounting, "uid 2 had no power in epoch 10",
       [](S& s) -> Object { return s.fault(10, 2); }},
      {R::kAlreadyCounted, "of uid 3 has counted in epoch 10",
       [](S& s) -> Object { return s.fault(10, 3); }},
      {R::kNoPower, "uid 4 has no power", [](S& s) -> Object { return s.fault(11, 4); }},
      {R::kMalformed, "equal or in the wrong order",
       [](S& s) -> Object {
         FaultBody fault = s.fault(11);
         std::swap(fault.first, fault.second);
         return fault;
       }},
      {R::kNotMember, "no uid has the hotkey",
       [](S& s) -> Object {  // the hotkey of uid 1 was replaced
         const Object fault = s.fault(11);
         s.sealed.state.neurons[1]->hotkey = s.subnet.keys.key(50);
         return fault;
       }},
      {R::kBadSignature, "a body is not signed by uid 1",
       [](S& s) -> Object {
         FaultBody fault = s.fault(11);
         fault.second.signature[0] ^= 1;
         return fault;
       }},
      {R::kBadSignature, "a body is not signed by uid 1",
       [](S& s) -> Object {
         FaultBody fault = s.fault(11);
         fault.first.signature[0] ^= 1;
         return fault;
       }},
  };
}

std::vector<Case> of_amendments() {
  using R = ObjectRefusal;
  return {
      {R::kMalformed, "amendment",
       [](S& s) -> Object {
         SignedAmendment object = s.signed_amendment();
         object.body.pop_back();
         return object;
       }},
      {R::kMalformed, "signatures do not ascend",
       [](S& s) -> Object {
         SignedAmendment object = s.signed_amendment();
         object.signatures.assign(5, object.signatures.front());
         return object;
       }},
      {R::kOtherSubnet, "another network",
       amendment_with([](S&, auto& b) { b.subnet.network[0] ^= 1; })},
      {R::kNumber, "amendment 4, but 4", amendment_with([](S&, auto& b) { b.number = 4; })},
      {R::kNumber, "amendment 6, but 4", amendment_with([](S&, auto& b) { b.number = 6; })},
      {R::kNotDue, "due from epoch 12", amendment_with([](S&, auto& b) { b.epoch = 12; })},
      {R::kNoQuorum, "signed by 4 of 6",
       [](S& s) -> Object {
         return test::sign_amendment(s.subnet.keys, s.sealed.state, s.amendment(), {1, 2, 3});
       }},
      {R::kNoQuorum, "signed by 0 of 6",
       [](S& s) -> Object {
         return test::sign_amendment(s.subnet.keys, s.sealed.state, s.amendment(), {});
       }},
      {R::kNoPower, "which is no validator",
       [](S& s) -> Object {
         return test::sign_amendment(s.subnet.keys, s.sealed.state, s.amendment(), {0, 1, 2, 3, 4});
       }},
      {R::kBadSignature, "a signer has not signed",
       [](S& s) -> Object {
         SignedAmendment object = s.signed_amendment();
         object.signatures.back().signature[0] ^= 1;
         return object;
       }},
      {R::kDoesNotFit, "uid 5 is taken", amendment_with([](S& s, auto& b) {
         b.changes = {RegisterUid{5, s.subnet.keys.key(60), 0, 0}};
       })},
      {R::kDoesNotFit, "the owner, uid 0, has no power", amendment_with([](S&, auto& b) {
         b.changes = {SetPower{0, 0}};
       })},
  };
}

std::vector<Case> all_cases() {
  std::vector<Case> out;
  for (const auto& cases : {of_headers(), of_weights(), of_haves_and_blocks(),
                            of_seals_and_faults(), of_amendments()}) {
    out.insert(out.end(), cases.begin(), cases.end());
  }
  return out;
}

TEST(CheckObject, EachReasonOfRefusalIsReached) {
  std::set<ObjectRefusal> reached;
  for (const Case& one : all_cases()) {
    CheckScenario s;
    const Object object = one.make(s);
    const auto result = check_object(s.sealed, object);
    ASSERT_TRUE(std::holds_alternative<RefusedObject>(result)) << one.says;
    const auto& refused = std::get<RefusedObject>(result);
    EXPECT_EQ(refusal_name(refused.reason), refusal_name(one.reason)) << refused.text;
    EXPECT_THAT(refused.text, HasSubstr(one.says));
    for (const char c : refused.text) EXPECT_TRUE(c >= ' ' && c <= '~') << refused.text;
    reached.insert(refused.reason);
  }
  EXPECT_EQ(reached.size(), static_cast<std::size_t>(ObjectRefusal::kNotCounting) + 1);
}

// Breaks every signature of an object.
struct BreakSignatures {
  void operator()(SignedObject& object) const { object.signature = {}; }
  void operator()(SignedAmendment& object) const {
    for (auto& item : object.signatures) item.signature = {};
  }
  void operator()(SealBody& seal) const {
    seal.block.signature = {};
    for (auto& item : seal.votes) item.signature = {};
  }
  void operator()(FaultBody& fault) const { fault.first.signature = fault.second.signature = {}; }
};

TEST(CheckObject, SignaturesAreTheLastThingToBeLookedAt) {
  for (const Case& one : all_cases()) {
    if (one.reason == ObjectRefusal::kDoesNotFit) continue;  // costs as much, so it comes after
    CheckScenario s;
    Object object = one.make(s);
    std::visit(BreakSignatures{}, object);
    const auto result = check_object(s.sealed, object);
    EXPECT_EQ(refusal_name(std::get<RefusedObject>(result).reason), refusal_name(one.reason))
        << one.says;
  }
}

TEST(CheckObject, NamesOfReasonsDiffer) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i <= static_cast<std::size_t>(ObjectRefusal::kNotCounting); ++i) {
    names.insert(refusal_name(static_cast<ObjectRefusal>(i)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ObjectRefusal::kNotCounting) + 1);
  EXPECT_EQ(refusal_name(ObjectRefusal::kMalformed), "malformed");
  EXPECT_EQ(refusal_name(ObjectRefusal::kNotOpening), "not_opening");
  EXPECT_EQ(refusal_name(ObjectRefusal::kNotCounting), "not_counting");
}

}  // namespace
}  // namespace yuma
