// SPDX-License-Identifier: MIT

#include "yuma/wire/signed_object.hpp"

#include <gtest/gtest.h>

#include "tests/wire/random_objects.hpp"

namespace yuma {
namespace {

using test::Random;

LocalSigner signer_of(const char* uri, Scheme scheme = Scheme::kSr25519) {
  return LocalSigner(KeyPair::from_uri(scheme, uri).value());
}

template <class Body>
SignedObject sign_as(Body body, Signer& signer) {
  body.header.sender = signer.public_key();
  return sign_object(body, signer).value();
}

Object random_object(Random& random) {
  const std::size_t index = random.below(test::kKindsOfBodies);
  ObjectBody body = test::random_body(random, index);
  if (auto* seal = std::get_if<SealBody>(&body)) return std::move(*seal);
  if (auto* fault = std::get_if<FaultBody>(&body)) return std::move(*fault);
  Bytes bytes = encode_any_body(body).value();
  if (kind_of(body) == ObjectKind::kAmendment) {
    return SignedAmendment{std::move(bytes), test::random_endorsements(random, 0, 5)};
  }
  return SignedObject{kind_of(body), std::move(bytes), test::random_array<64>(random)};
}

TEST(Object, WhatIsWrittenIsReadBackAndNothingElse) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Object object = random_object(random);
    Bytes bytes = encode_object(object).value();
    EXPECT_LE(bytes.size(), kMaxObjectBytes);
    EXPECT_EQ(decode_object(bytes).value(), object);
    EXPECT_FALSE(decode_object(ByteView(bytes).first(random.below(bytes.size()))).ok());

    Bytes changed = bytes;
    changed[random.below(bytes.size())] ^= static_cast<std::uint8_t>(1 + random.below(255));
    const auto other = decode_object(changed);
    if (other.ok()) {
      EXPECT_EQ(encode_object(*other).value(), changed);
    }
    bytes.push_back(0);
    EXPECT_FALSE(decode_object(bytes).ok());
  }
}

TEST(Object, KindsThatAreNotSentAreNotRead) {
  Random random(1);
  const Bytes commit =
      encode_object(SignedObject{ObjectKind::kCommit,
                                 encode_any_body(test::random_body(random, 0)).value(),
                                 Signature{}})
          .value();
  for (const int number : {0, 10, 11, 255}) {
    Bytes bytes = commit;
    bytes[0] = static_cast<std::uint8_t>(number);
    EXPECT_FALSE(decode_object(bytes).ok()) << number;
  }
  EXPECT_FALSE(decode_object({}).ok());
  EXPECT_FALSE(decode_object(Bytes(kMaxObjectBytes + 1, 1)).ok());
}

TEST(Object, ABodyThatIsNoneOfItsKindIsNotWritten) {
  Random random(2);
  const Bytes vote = encode_any_body(test::random_body(random, 4)).value();
  EXPECT_FALSE(encode_object(SignedObject{ObjectKind::kBlock, vote, {}}).ok());
  EXPECT_FALSE(encode_object(SignedAmendment{vote, {}}).ok());
  for (const auto kind :
       {ObjectKind::kSeal, ObjectKind::kFault, ObjectKind::kAmendment, ObjectKind::kGenesis}) {
    EXPECT_FALSE(encode_object(SignedObject{kind, vote, {}}).ok());
    EXPECT_FALSE(verify_object({kind, vote, {}}));
  }
  auto signatures = test::random_endorsements(random, 2, 2);
  std::swap(signatures[0], signatures[1]);
  const Bytes amendment = encode_any_body(test::random_body(random, 7)).value();
  EXPECT_FALSE(encode_object(SignedAmendment{amendment, signatures}).ok());
}

TEST(Object, TheIdIsThatOfTheBodyWhateverTheSignatures) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Random random(seed);
    Object object = random_object(random);
    const Bytes32 id = object_id(object).value();
    if (auto* one = std::get_if<SignedObject>(&object)) {
      EXPECT_EQ(id, object_id(one->kind, one->body));
      one->signature[3] ^= 1;
      EXPECT_EQ(object_id(object).value(), id);
    } else if (auto* many = std::get_if<SignedAmendment>(&object)) {
      many->signatures.clear();
      EXPECT_EQ(object_id(object).value(), id);
    } else if (auto* seal = std::get_if<SealBody>(&object)) {
      EXPECT_EQ(id, object_id(ObjectKind::kSeal, encode_body(*seal).value()));
    } else if (auto* fault = std::get_if<FaultBody>(&object)) {
      EXPECT_EQ(id, fault_id(*fault));
      fault->first.signature[3] ^= 1;
      EXPECT_EQ(object_id(object).value(), id);
      fault->first.body[3] ^= 1;
      EXPECT_NE(fault_id(*fault), id);
    }
  }
}

TEST(Signing, SendersSignForThemselvesAlone) {
  LocalSigner alice = signer_of("//Alice");
  const LocalSigner bob = signer_of("//Bob");
  Random random(3);
  CommitBody commit{test::random_header(random), test::random_array<32>(random)};
  commit.header.sender = bob.public_key();
  EXPECT_EQ(sign_object(commit, alice).status().code(), absl::StatusCode::kInvalidArgument);
  commit.header.sender = alice.public_key();
  commit.header.sender.scheme = Scheme::kEd25519;
  EXPECT_FALSE(sign_object(commit, alice).ok());
}

TEST(Signing, VerifiesUnderBothSchemesAndForNothingElse) {
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    LocalSigner alice = signer_of("//Alice", scheme);
    const LocalSigner bob = signer_of("//Bob", scheme);
    Random random(4);
    const SignedObject vote =
        sign_as(VoteBody{test::random_header(random), test::random_array<32>(random)}, alice);
    EXPECT_TRUE(verify_object(vote));
    EXPECT_TRUE(verify_body(vote.kind, vote.body, alice.public_key(), vote.signature));
    EXPECT_FALSE(verify_body(vote.kind, vote.body, bob.public_key(), vote.signature));

    // A vote and a commit have the same fields: the tag keeps them apart.
    SignedObject commit = vote;
    commit.kind = ObjectKind::kCommit;
    ASSERT_TRUE(decode_any_body(commit.kind, commit.body).ok());
    EXPECT_FALSE(verify_object(commit));
    EXPECT_NE(object_id(Object(vote)).value(), object_id(Object(commit)).value());

    for (std::size_t at = 0; at < vote.body.size(); ++at) {
      SignedObject changed = vote;
      changed.body[at] ^= 1;
      EXPECT_FALSE(verify_object(changed)) << "byte " << at;
    }
  }
}

std::vector<Endorsement> in_order(std::vector<Endorsement> items) {
  std::sort(items.begin(), items.end(), [](const Endorsement& a, const Endorsement& b) {
    return std::pair(a.signer.scheme, a.signer.bytes) < std::pair(b.signer.scheme, b.signer.bytes);
  });
  return items;
}

TEST(Seal, IsVerifiedByItsBlockAndEveryVote) {
  LocalSigner owner = signer_of("//Alice");
  LocalSigner bob = signer_of("//Bob");
  LocalSigner charlie = signer_of("//Charlie", Scheme::kEd25519);
  Random random(5);
  BlockBody block = test::random_block(random);
  const SignedObject signed_block = sign_as(block, owner);
  block.header.sender = owner.public_key();
  const Bytes32 id = object_id(ObjectKind::kBlock, signed_block.body);

  SealBody seal{{signed_block.body, signed_block.signature}, {}};
  for (LocalSigner* voter : {&owner, &bob, &charlie}) {
    const VoteBody vote = vote_for(block, id, voter->public_key());
    EXPECT_EQ(vote.header.epoch, block.header.epoch);
    seal.votes.push_back({voter->public_key(), sign_object(vote, *voter).value().signature});
  }
  seal.votes = in_order(seal.votes);
  EXPECT_TRUE(encode_body(seal).ok());
  EXPECT_TRUE(verify_seal(seal));

  for (std::size_t i = 0; i < seal.votes.size(); ++i) {
    SealBody wrong = seal;
    wrong.votes[i].signature[0] ^= 1;
    EXPECT_FALSE(verify_seal(wrong)) << "vote " << i;
    wrong = seal;
    wrong.votes[i].signer.bytes[0] ^= 1;
    EXPECT_FALSE(verify_seal(wrong)) << "voter " << i;
  }
  SealBody wrong = seal;
  wrong.block.signature[0] ^= 1;
  EXPECT_FALSE(verify_seal(wrong));
  // Votes for another block of the same epoch.
  ++block.number;
  const SignedObject other = sign_as(block, owner);
  wrong = seal;
  wrong.block = {other.body, other.signature};
  EXPECT_FALSE(verify_seal(wrong));
  wrong.block.body.clear();
  EXPECT_FALSE(verify_seal(wrong));
}

TEST(Fault, IsVerifiedByBothSignatures) {
  LocalSigner alice = signer_of("//Alice");
  Random random(6);
  CommitBody commit{test::random_header(random), {}};
  const SignedObject first = sign_as(commit, alice);
  commit.hash[0] = 1;
  const SignedObject second = sign_as(commit, alice);
  const FaultBody fault{
      ObjectKind::kCommit, {first.body, first.signature}, {second.body, second.signature}};
  EXPECT_TRUE(encode_body(fault).ok());
  EXPECT_TRUE(verify_fault(fault));
  FaultBody wrong = fault;
  wrong.first.signature[0] ^= 1;
  EXPECT_FALSE(verify_fault(wrong));
  wrong = fault;
  wrong.second.signature = fault.first.signature;
  EXPECT_FALSE(verify_fault(wrong));
}

TEST(Amendment, IsEndorsedByManyOverTheSameBytes) {
  LocalSigner alice = signer_of("//Alice");
  LocalSigner bob = signer_of("//Bob", Scheme::kEd25519);
  Random random(7);
  const AmendmentBody amendment = test::random_amendment(random);
  SignedAmendment object{encode_body(amendment).value(), {}};
  for (LocalSigner* signer : {&alice, &bob}) {
    const Endorsement one = endorse(amendment, *signer).value();
    EXPECT_TRUE(verify_body(ObjectKind::kAmendment, object.body, one.signer, one.signature));
    object.signatures.push_back(one);
  }
  object.signatures = in_order(object.signatures);
  EXPECT_EQ(std::get<SignedAmendment>(decode_object(encode_object(object).value()).value()),
            object);
  EXPECT_FALSE(endorse(AmendmentBody{}, alice).ok()) << "number 0, no changes";
}

}  // namespace
}  // namespace yuma
