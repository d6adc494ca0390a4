// SPDX-License-Identifier: MIT

#include "yuma/wire/signing_policy.hpp"

#include <gtest/gtest.h>

#include "tests/wire/random_objects.hpp"
#include "tests/wire/signing_policy_testing.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma {
namespace {

using test::alice;
using test::header;
using test::kNow;
using test::public_key_of;
using test::Random;
using test::rules;
using test::vector_for;
using test::verdict;

constexpr std::uint64_t kSecond = 1'000'000'000;

struct Names {
  std::string alice = public_key_of("//Alice").address();
  std::string bob = public_key_of("//Bob").address();
};

const Names& names() {
  static const Names kNames;
  return kNames;
}

RequestPayload request() {
  return {.scheme = Scheme::kSr25519,
          .method = "POST",
          .target = "/generate?stream=false",
          .body_sha256 = sha256(bytes_of("body")),
          .nonce = kNow,
          .sender = names().alice,
          .receiver = names().bob};
}

ResponsePayload response() {
  return {.scheme = Scheme::kSr25519,
          .status = 200,
          .body_sha256 = sha256(bytes_of("answer")),
          .request_sha256 = sha256(bytes_of("question")),
          .nonce = kNow,
          .server = names().alice,
          .client = names().bob};
}

std::string verdict_on(ByteView message, const SigningRules& by = rules(),
                       const SigningMemory& memory = SigningMemory()) {
  const SigningDecision decision = decide(by, memory, message, kNow);
  if (const auto* no = std::get_if<Refuse>(&decision)) {
    EXPECT_FALSE(no->text.empty());
    EXPECT_EQ(no->text.find('\n'), std::string::npos);
  }
  return verdict(decision);
}

std::string verdict_on(const RequestPayload& payload) {
  return verdict_on(bytes_of(build_payload(payload)));
}
std::string verdict_on(const ResponsePayload& payload) {
  return verdict_on(bytes_of(build_response_payload(payload)));
}

template <class Body>
Bytes message_of(const Body& body) {
  return signing_bytes(Body::kKind, encode_body(body).value());
}

// Requests and responses.

TEST(SigningRequests, OfTheOwnHotkeyAreSigned) {
  EXPECT_EQ(verdict_on(request()), "sign");
  RequestPayload unbound = request();
  unbound.receiver = {};
  EXPECT_EQ(verdict_on(unbound), "sign");
  EXPECT_EQ(verdict_on(response()), "sign");
}

TEST(SigningRequests, InAnotherNameAreNot) {
  RequestPayload other = request();
  other.sender = names().bob;
  EXPECT_EQ(verdict_on(other), "not_own");
  other = request();
  other.scheme = Scheme::kEd25519;
  EXPECT_EQ(verdict_on(other), "not_own");
  ResponsePayload answer = response();
  answer.server = names().bob;
  EXPECT_EQ(verdict_on(answer), "not_own");
  answer = response();
  answer.scheme = Scheme::kEd25519;
  EXPECT_EQ(verdict_on(answer), "not_own");
}

TEST(SigningRequests, NoncesLieInTheWindowToTheNanosecond) {
  const auto with = [](std::uint64_t nonce) {
    RequestPayload payload = request();
    payload.nonce = nonce;
    return verdict_on(payload);
  };
  EXPECT_EQ(with(kNow - 10 * kSecond), "sign");
  EXPECT_EQ(with(kNow - 10 * kSecond - 1), "stale");
  EXPECT_EQ(with(kNow + 2 * kSecond), "sign");
  EXPECT_EQ(with(kNow + 2 * kSecond + 1), "early");
  EXPECT_EQ(with(0), "stale");
  EXPECT_EQ(with(~std::uint64_t{0}), "early");
}

TEST(SigningRequests, ResponsesMayComeLateButNotEarly) {
  const auto with = [](std::uint64_t nonce) {
    ResponsePayload payload = response();
    payload.nonce = nonce;
    return verdict_on(payload);
  };
  EXPECT_EQ(with(kNow - 3600 * kSecond), "sign");
  EXPECT_EQ(with(kNow - 3600 * kSecond - 1), "stale");
  EXPECT_EQ(with(kNow + 2 * kSecond), "sign");
  EXPECT_EQ(with(kNow + 2 * kSecond + 1), "early");
}

TEST(SigningRequests, ClocksNearTheEndsOfTimeDoNotWrap) {
  const auto at = [](std::uint64_t nonce, std::uint64_t now) {
    RequestPayload payload = request();
    payload.nonce = nonce;
    return verdict(decide(rules(), SigningMemory(), bytes_of(build_payload(payload)), now));
  };
  constexpr std::uint64_t kEnd = ~std::uint64_t{0};
  EXPECT_EQ(at(0, 0), "sign");
  EXPECT_EQ(at(kEnd, kEnd), "sign");
  EXPECT_EQ(at(0, kEnd), "stale");
  EXPECT_EQ(at(kEnd, 0), "early");
}

// Shapes.

TEST(Shapes, WhatIsNotUnderstoodIsNotSigned) {
  const std::string good = build_payload(request());
  const Bytes vote = message_of(VoteBody{header(1), {}});
  const std::vector<std::string> unknown = {
      "",
      std::string(32, '\xab'),        // a bare hash
      std::string(64, 'a'),           // one in text
      "<Bytes>" + good + "</Bytes>",  // wrapped, as wallets sign texts
      "<Bytes>" + std::string(text_of(vote)) + "</Bytes>",
      " " + good,
      "\n" + good,
      "btauth/2" + good.substr(8),
      "BTAUTH/1" + good.substr(8),
      "btauth/1",
      "yuma/2/vote\n" + std::string(text_of(vote).substr(12)),
      "yuma/1/votes\n" + std::string(text_of(vote).substr(12)),
      "yuma/1/vote" + std::string(text_of(vote).substr(12)),
      std::string(text_of(vote).substr(1)),
      std::string("\x07\x00\x01", 3) + std::string(120, '\0'),  // a call with its extensions
      std::string(kMaxSigningBytes + 1, 'y'),
  };
  for (const std::string& text : unknown) {
    EXPECT_EQ(verdict_on(bytes_of(text)), "unknown_shape") << text.substr(0, 40);
  }
}

TEST(Shapes, WhatIsNotWrittenAsItMustBeIsNotSigned) {
  const std::string good = build_payload(request());
  const std::string answer = build_response_payload(response());
  const std::string vote(text_of(message_of(VoteBody{header(1), {}})));
  for (const std::string& text : {good + "\n", good + "\nmore", good.substr(0, good.rfind('\n')),
                                  answer + "\n", answer.substr(0, answer.rfind('\n')), vote + "x",
                                  vote.substr(0, vote.size() - 1), std::string("btauth/1\n"),
                                  std::string("yuma-response/1\n"), std::string("yuma/1/vote\n")}) {
    EXPECT_EQ(verdict_on(bytes_of(text)), "malformed") << text;
  }
}

TEST(Shapes, UnsignedKindsAreNotSigned) {
  Random random(1);
  EXPECT_EQ(verdict_on(message_of(test::random_seal(random))), "unsigned_kind");
  EXPECT_EQ(verdict_on(message_of(test::random_fault(random))), "unsigned_kind");
  EXPECT_EQ(verdict_on(signing_bytes(ObjectKind::kGenesis, {})), "unsigned_kind");
}

TEST(Shapes, AChangedByteIsRefusedOrSignedForWhatItSays) {
  Random random(2);
  for (const std::string& text : {build_payload(request()), build_response_payload(response())}) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string changed = text;
      changed[at] = static_cast<char>(changed[at] ^ (1 << random.below(8)));
      const auto read = read_signing_request(bytes_of(changed));
      if (std::holds_alternative<Refuse>(read)) continue;
      const auto& what = std::get<SigningRequest>(read);
      if (const auto* payload = std::get_if<RequestPayload>(&what)) {
        EXPECT_EQ(build_payload(*payload), changed);
      } else {
        EXPECT_EQ(build_response_payload(std::get<ResponsePayload>(what)), changed);
      }
    }
  }
}

// Objects.

TEST(Objects, EveryKindOfTheOwnHotkeyIsSignedOnce) {
  for (const std::size_t index : {0U, 2U, 3U, 4U, 7U, 8U}) {
    Random random(index);
    ObjectBody body = test::random_body(random, index);
    std::visit(
        [](auto& known) {
          if constexpr (requires { known.header; }) known.header.sender = alice();
        },
        body);
    const Bytes message = signing_bytes(kind_of(body), encode_any_body(body).value());
    SigningMemory memory;
    auto decision = decide(rules(), memory, message, kNow);
    ASSERT_EQ(verdict(decision), "remember") << kind_name(kind_of(body));
    SigningRecord record = std::get<SignAndRemember>(decision).record;
    EXPECT_EQ(record.slot.kind, kind_of(body));
    EXPECT_EQ(signing_bytes(record.slot.kind, record.body), message);
    record.signature = test::random_array<64>(random);
    const Signature signature = record.signature;
    ASSERT_TRUE(memory.remember(std::move(record)).ok());
    decision = decide(rules(), memory, message, kNow);
    ASSERT_EQ(verdict(decision), "stored");
    EXPECT_EQ(std::get<GiveStored>(decision).signature, signature);
  }
}

TEST(Objects, OfAnotherHotkeyOrSchemeAreNotSigned) {
  VoteBody vote{header(1), {}};
  vote.header.sender.bytes = public_key_of("//Bob").bytes;
  EXPECT_EQ(verdict_on(message_of(vote)), "not_own");
  vote = {header(1), {}};
  vote.header.sender.scheme = Scheme::kEd25519;
  EXPECT_EQ(verdict_on(message_of(vote)), "not_own");
}

TEST(Objects, AmendmentsCanBeLeftToTheOperator) {
  const Bytes message =
      message_of(AmendmentBody{header(1).subnet, 5, 1, {SetParameter{ParameterTag::kTempo, 9}}});
  EXPECT_EQ(verdict_on(message), "remember");
  SigningRules strict = rules();
  strict.amendments = false;
  EXPECT_EQ(verdict_on(message, strict), "turned_off");
}

/// Signs what the policy allows; nothing where it refuses.
std::optional<Signature> sign_by_policy(const SigningRules& by, SigningMemory& memory,
                                        ByteView message, Random& random) {
  SigningDecision decision = decide(by, memory, message, kNow);
  if (const auto* stored = std::get_if<GiveStored>(&decision)) return stored->signature;
  auto* remember = std::get_if<SignAndRemember>(&decision);
  if (remember == nullptr) return std::nullopt;
  remember->record.signature = test::random_array<64>(random);
  const Signature signature = remember->record.signature;
  EXPECT_TRUE(memory.remember(std::move(remember->record)).ok());
  return signature;
}

CommitBody commit_to(const VectorBody& vector) { return {vector.header, commit_hash(vector)}; }

TEST(Vectors, OpenTheCommitOfTheirEpoch) {
  Random random(3);
  SigningMemory memory;
  const VectorBody first = vector_for(7, 1);
  EXPECT_EQ(verdict_on(message_of(first), rules(), memory), "no_commit");
  ASSERT_TRUE(sign_by_policy(rules(), memory, message_of(commit_to(first)), random));
  EXPECT_EQ(verdict_on(message_of(vector_for(7, 2)), rules(), memory), "not_opening");
  EXPECT_EQ(verdict_on(message_of(vector_for(8, 1)), rules(), memory), "no_commit");

  // The commit of the next epoch may be signed before the vector.
  ASSERT_TRUE(sign_by_policy(rules(), memory, message_of(commit_to(vector_for(8, 5))), random));
  EXPECT_EQ(verdict_on(message_of(vector_for(7, 2)), rules(), memory), "not_opening");
  EXPECT_EQ(verdict_on(message_of(first), rules(), memory), "remember");

  // One after that is too many.
  ASSERT_TRUE(sign_by_policy(rules(), memory, message_of(commit_to(vector_for(9, 5))), random));
  EXPECT_EQ(verdict_on(message_of(first), rules(), memory), "no_commit");
}

TEST(Vectors, OfSubnetsWithoutCommitsNeedNone) {
  Random random(4);
  SigningRules open = rules();
  open.vectors_without_commit = true;
  SigningMemory memory;
  EXPECT_EQ(verdict_on(message_of(vector_for(7, 1)), open, memory), "remember");
  ASSERT_TRUE(sign_by_policy(open, memory, message_of(commit_to(vector_for(7, 1))), random));
  EXPECT_EQ(verdict_on(message_of(vector_for(7, 2)), open, memory), "not_opening");
  // A commit that is forgotten binds all the same.
  for (const std::uint64_t epoch : {8U, 9U}) {
    ASSERT_TRUE(sign_by_policy(open, memory, message_of(commit_to(vector_for(epoch, 1))), random));
  }
  EXPECT_EQ(verdict_on(message_of(vector_for(7, 1)), open, memory), "no_commit");
  EXPECT_EQ(verdict_on(message_of(vector_for(10, 1)), open, memory), "remember");
}

TEST(Floor, NothingAtOrBelowIsSigned) {
  const SigningMemory memory({.epoch = 10, .amendment = 3, .address = 5});
  const auto vote = [](std::uint64_t epoch) { return message_of(VoteBody{header(epoch), {}}); };
  const auto address = [](std::uint64_t counter) {
    return message_of(AddressBody{header(counter), {}});
  };
  const auto amendment = [](std::uint64_t number) {
    return message_of(AmendmentBody{header(0).subnet, 1, number, {SetSize{5}}});
  };
  EXPECT_EQ(verdict_on(vote(10), rules(), memory), "below");
  EXPECT_EQ(verdict_on(vote(11), rules(), memory), "remember");
  EXPECT_EQ(verdict_on(amendment(3), rules(), memory), "below");
  EXPECT_EQ(verdict_on(amendment(4), rules(), memory), "remember");
  EXPECT_EQ(verdict_on(address(5), rules(), memory), "below");
  EXPECT_EQ(verdict_on(address(6), rules(), memory), "remember");
  EXPECT_EQ(verdict_on(vote(0)), "below") << "there is no epoch 0 to vote in";
}

TEST(Memory, IsBounded) {
  Random random(5);
  SigningMemory memory;
  VoteBody vote{header(1), {}};
  for (std::size_t i = 0; i < kMaxSigningSlots; ++i) {
    vote.header.subnet.network = test::random_array<32>(random);
    ASSERT_TRUE(sign_by_policy(rules(), memory, message_of(vote), random));
  }
  vote.header.epoch = 2;
  EXPECT_TRUE(sign_by_policy(rules(), memory, message_of(vote), random)) << "a known place";
  vote.header.subnet.network = test::random_array<32>(random);
  EXPECT_EQ(verdict_on(message_of(vote), rules(), memory), "full");
}

TEST(Memory, TakesNoRecordThatDoesNotGrow) {
  Random random(6);
  SigningMemory memory({.epoch = 4});
  SigningRecord record{{header(1).subnet, ObjectKind::kVote}, 4, {}, {}};
  EXPECT_EQ(memory.remember(record).code(), absl::StatusCode::kFailedPrecondition);
  record.number = 6;
  EXPECT_TRUE(memory.remember(record).ok());
  EXPECT_FALSE(memory.remember(record).ok());
  record.number = 5;
  EXPECT_FALSE(memory.remember(record).ok());
  EXPECT_EQ(memory.find(record.slot)->last.number, 6U);
}

TEST(Records, AreReadBackWithTheirPlace) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Random random(seed);
    const std::size_t index = random.below(test::kKindsOfBodies);
    const ObjectBody body = test::random_body(random, index);
    SigningRecord record{{}, 0, encode_any_body(body).value(), test::random_array<64>(random)};
    record.slot.kind = kind_of(body);
    const ObjectHeader* header = header_of(body);
    const auto* amendment = std::get_if<AmendmentBody>(&body);
    if (header != nullptr) {
      record.slot.subnet = header->subnet;
      record.number = header->epoch;
    } else if (amendment != nullptr) {
      record.slot.subnet = amendment->subnet;
      record.number = amendment->number;
    }
    Bytes bytes = encode_signing_record(record);
    const auto again = decode_signing_record(bytes);
    if (header == nullptr && amendment == nullptr) {
      EXPECT_FALSE(again.ok()) << "seals and faults have no place";
      continue;
    }
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, record);
    EXPECT_FALSE(decode_signing_record(ByteView(bytes).first(random.below(bytes.size()))).ok());
    bytes.push_back(0);
    EXPECT_FALSE(decode_signing_record(bytes).ok());
  }
}

}  // namespace
}  // namespace yuma
