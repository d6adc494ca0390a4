// SPDX-License-Identifier: MIT

#include "yuma/net/signing_service.hpp"

#include <gtest/gtest.h>

#include "tests/net/signing_support.hpp"

namespace yuma {
namespace {

using test::key_of;
using test::Messages;

constexpr std::uint64_t kNow = 1'700'000'000'000'000'000;

/// A store that can fail, and says how often it was asked.
class FickleStore final : public SigningStore {
 public:
  const SigningMemory& memory() const override { return memory_; }
  absl::Status keep(SigningRecord record) override {
    ++asked;
    if (!next.ok()) return next;
    return memory_.remember(std::move(record));
  }
  absl::Status next;
  int asked = 0;

 private:
  SigningMemory memory_;
};

class SigningServiceTest : public ::testing::Test {
 protected:
  SignerAnswer sign(ByteView message) {
    return service.answer({SignerRequestKind::kSign, message});
  }
  SignerStatus status() {
    return std::get<SignerStatus>(service.answer({SignerRequestKind::kStatus, {}}));
  }

  LocalSigner key{key_of("//Alice")};
  FickleStore store;
  SigningService service{key, store, {}, [] { return kNow; }};
  Messages messages{key.public_key()};
};

TEST_F(SigningServiceTest, SignsAnObjectOnceAndResendsTheSameSignature) {
  const Bytes vote = messages.vote(5, 1);
  const auto first = std::get<Signature>(sign(vote));
  EXPECT_TRUE(verify(key.public_key(), vote, first));
  EXPECT_EQ(std::get<Signature>(sign(vote)), first);
  EXPECT_EQ(store.asked, 1);
  EXPECT_TRUE(std::get<SignerRefusal>(sign(messages.vote(5, 2))).reason.starts_with("conflict: "));
  EXPECT_TRUE(std::get<SignerRefusal>(sign(messages.vote(4, 1))).reason.starts_with("below: "));
  EXPECT_EQ(status().signed_count, 1U);
  EXPECT_EQ(status().resent_count, 1U);
  EXPECT_EQ(status().refused_count, 2U);
  EXPECT_EQ(status().slots, 1U);
}

TEST_F(SigningServiceTest, GivesNoSignatureThatItCouldNotKeep) {
  store.next = absl::ResourceExhaustedError("the disk is full");
  EXPECT_EQ(std::get<SignerFailure>(sign(messages.vote(5, 1))).reason, "the disk is full");
  EXPECT_EQ(status().failed_count, 1U);
  EXPECT_EQ(status().signed_count, 0U);
  // Nothing has left: another body may still be signed.
  store.next = absl::OkStatus();
  EXPECT_TRUE(std::holds_alternative<Signature>(sign(messages.vote(5, 2))));
  EXPECT_TRUE(std::holds_alternative<SignerRefusal>(sign(messages.vote(5, 1))));
}

TEST_F(SigningServiceTest, KeepsNothingOfRequests) {
  const Bytes request = messages.request(kNow);
  const auto signature = std::get<Signature>(sign(request));
  EXPECT_TRUE(verify(key.public_key(), request, signature));
  EXPECT_EQ(store.asked, 0);
  EXPECT_TRUE(std::get<SignerRefusal>(sign(messages.request(kNow - 11'000'000'000)))
                  .reason.starts_with("stale: "));
  EXPECT_TRUE(std::get<SignerRefusal>(sign(messages.request(kNow + 3'000'000'000)))
                  .reason.starts_with("early: "));
}

TEST_F(SigningServiceTest, SignsForItsOwnKeyWhateverTheRulesSay) {
  SigningRules rules;
  rules.own = key_of("//Bob").public_key();
  SigningService other(key, store, rules, [] { return kNow; });
  const Messages bobs{rules.own};
  const Bytes vote = bobs.vote(1, 1);
  EXPECT_TRUE(std::get<SignerRefusal>(other.answer({SignerRequestKind::kSign, vote}))
                  .reason.starts_with("not_own: "));
}

TEST_F(SigningServiceTest, TellsItsKey) {
  EXPECT_EQ(std::get<PublicKey>(service.answer({})), key.public_key());
  EXPECT_EQ(status().key, key.public_key());
}

TEST_F(SigningServiceTest, TellsItsFloor) {
  VolatileSigningStore above({17, 0, 0});
  SigningService restored(key, above, {}, [] { return kNow; });
  EXPECT_EQ(std::get<SignerStatus>(restored.answer({SignerRequestKind::kStatus, {}})).above, 17U);
  const Bytes low = messages.vote(17, 1), high = messages.vote(18, 1);
  EXPECT_TRUE(
      std::holds_alternative<SignerRefusal>(restored.answer({SignerRequestKind::kSign, low})));
  EXPECT_TRUE(std::holds_alternative<Signature>(restored.answer({SignerRequestKind::kSign, high})));
}

/// A key that is out of order.
class BrokenKey final : public Signer {
 public:
  const PublicKey& public_key() const override { return key_; }
  absl::StatusOr<Signature> sign(ByteView) override { return absl::InternalError("broken"); }

 private:
  PublicKey key_ = key_of("//Alice").public_key();
};

TEST_F(SigningServiceTest, KeepsNothingThatItDidNotSign) {
  BrokenKey broken;
  SigningService other(broken, store, {}, [] { return kNow; });
  const Bytes vote = messages.vote(1, 1), request = messages.request(kNow);
  EXPECT_TRUE(
      std::holds_alternative<SignerFailure>(other.answer({SignerRequestKind::kSign, vote})));
  EXPECT_TRUE(
      std::holds_alternative<SignerFailure>(other.answer({SignerRequestKind::kSign, request})));
  EXPECT_EQ(store.asked, 0);
}

}  // namespace
}  // namespace yuma
