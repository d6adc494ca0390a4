// SPDX-License-Identifier: MIT

// The signer's rules against a model that keeps everything that was ever signed and looks at all of
// it, on random sequences of requests, crashes and restarts.

#include <gtest/gtest.h>

#include "tests/wire/random_objects.hpp"
#include "tests/wire/signing_policy_testing.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma {
namespace {

using test::header;
using test::kNow;
using test::Random;
using test::rules;
using test::vector_for;
using test::verdict;

struct Model {
  struct Signed {
    SigningSlot slot;
    std::uint64_t number;
    Bytes body;
    Signature signature;
  };

  SigningFloor floor;
  bool vectors_without_commit = false;
  std::vector<Signed> all;

  std::string judge(const SigningSlot& slot, std::uint64_t number, const Bytes& body) const {
    const std::uint64_t floor_here = slot.kind == ObjectKind::kAmendment ? floor.amendment
                                     : slot.kind == ObjectKind::kAddress ? floor.address
                                                                         : floor.epoch;
    std::uint64_t highest = floor_here;
    for (const Signed& s : all) {
      if (s.slot == slot) highest = std::max(highest, s.number);
    }
    for (const Signed& s : all) {
      if (s.slot != slot || s.number != number || number != highest) continue;
      return s.body == body ? "stored" : "conflict";
    }
    if (number <= highest) return "below";
    return slot.kind == ObjectKind::kVector ? judge_vector(slot.subnet, body) : "remember";
  }

  std::string judge_vector(const SubnetId& subnet, const Bytes& body) const {
    const auto vector = decode_body<VectorBody>(body).value();
    std::vector<CommitBody> commits;
    for (const Signed& s : all) {
      if (s.slot == SigningSlot{subnet, ObjectKind::kCommit}) {
        commits.push_back(decode_body<CommitBody>(s.body).value());
      }
    }
    const std::size_t known = commits.size() > 2 ? commits.size() - 2 : 0;
    for (std::size_t i = known; i < commits.size(); ++i) {
      if (commits[i].header.epoch != vector.header.epoch) continue;
      return commits[i].hash == commit_hash(vector) ? "remember" : "not_opening";
    }
    for (const CommitBody& commit : commits) {
      if (commit.header.epoch >= vector.header.epoch) return "no_commit";
    }
    return vectors_without_commit ? "remember" : "no_commit";
  }
};

struct RandomMessage {
  SigningSlot slot;
  std::uint64_t number = 0;
  Bytes body;
};

/// From a small world, so that the same places, epochs and contents come again.
RandomMessage random_message(Random& random, std::uint64_t around) {
  ObjectHeader head = header(around + random.below(4));
  head.subnet.network[0] = static_cast<std::uint8_t>(random.below(2));
  head.subnet.mechanism = static_cast<std::uint8_t>(random.below(2));
  const Bytes32 content = {static_cast<std::uint8_t>(random.below(3))};
  VectorBody vector = vector_for(head.epoch, static_cast<std::uint16_t>(random.below(2)));
  vector.header = head;
  ObjectBody body;
  switch (random.below(7)) {
    case 0:
      body = CommitBody{head, commit_hash(vector)};
      break;
    case 1:
    case 2:
      body = vector;
      break;
    case 3:
      body = VoteBody{head, content};
      break;
    case 4:
      body = HaveBody{head, {{3, content}}, {}, {}};
      break;
    case 5:
      body = AddressBody{head, {{"a", static_cast<std::uint16_t>(1 + random.below(2))}}};
      break;
    default:
      body = AmendmentBody{head.subnet, 1 + random.below(2), head.epoch, {SetSize{7}}};
  }
  return {{head.subnet, kind_of(body)}, head.epoch, encode_any_body(body).value()};
}

/// What a signer holds after a restart: what it had on disk.
SigningMemory restarted(const SigningMemory& memory) {
  SigningMemory out(memory.floor());
  for (const auto& [slot, entry] : memory.entries()) {
    if (entry.before) {
      EXPECT_TRUE(
          out.remember(decode_signing_record(encode_signing_record(*entry.before)).value()).ok());
    }
    EXPECT_TRUE(
        out.remember(decode_signing_record(encode_signing_record(entry.last)).value()).ok());
  }
  return out;
}

void compare_with_model(std::uint64_t seed, std::map<std::string, int>& seen) {
  Random random(seed);
  Model model;
  if (random.chance(30)) model.floor = {random.below(4), random.below(4), random.below(4)};
  model.vectors_without_commit = random.chance(20);
  SigningRules by = rules();
  by.vectors_without_commit = model.vectors_without_commit;
  SigningMemory memory(model.floor);

  for (std::uint64_t step = 0; step < 120; ++step) {
    const RandomMessage m = random_message(random, 1 + step / 12);
    auto decision = decide(by, memory, signing_bytes(m.slot.kind, m.body), kNow);
    const std::string expected = model.judge(m.slot, m.number, m.body);
    ASSERT_EQ(verdict(decision), expected)
        << "step " << step << ": " << kind_name(m.slot.kind) << " " << m.number;
    ++seen[expected];
    if (const auto* stored = std::get_if<GiveStored>(&decision)) {
      const auto same = std::find_if(model.all.begin(), model.all.end(), [&](const auto& s) {
        return s.slot == m.slot && s.number == m.number;
      });
      ASSERT_NE(same, model.all.end());
      EXPECT_EQ(stored->signature, same->signature);
    }
    // A crash before the record is on disk: nothing has left, nothing is remembered.
    const bool crashed = random.chance(10);
    if (auto* remember = std::get_if<SignAndRemember>(&decision); remember && !crashed) {
      EXPECT_EQ(remember->record.slot, m.slot);
      EXPECT_EQ(remember->record.number, m.number);
      remember->record.signature = test::random_array<64>(random);
      model.all.push_back({m.slot, m.number, m.body, remember->record.signature});
      ASSERT_TRUE(memory.remember(std::move(remember->record)).ok());
    }
    if (crashed) memory = restarted(memory);
  }

  // What left, whatever was asked for: one body a place and number, numbers that grow.
  for (std::size_t i = 0; i < model.all.size(); ++i) {
    for (std::size_t k = i + 1; k < model.all.size(); ++k) {
      if (model.all[i].slot == model.all[k].slot) {
        EXPECT_LT(model.all[i].number, model.all[k].number);
      }
    }
  }
}

TEST(AgainstTheModel, EveryRandomSequenceIsJudgedTheSame) {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    compare_with_model(seed, seen);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
  for (const char* outcome :
       {"remember", "stored", "conflict", "below", "no_commit", "not_opening"}) {
    EXPECT_GT(seen[outcome], 1000) << outcome;
  }
}

}  // namespace
}  // namespace yuma
