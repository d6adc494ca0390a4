// SPDX-License-Identifier: MIT

#include <gtest/gtest.h>
#include <sodium.h>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/random.hpp"
#include "yuma/identity/keys.hpp"
#include "yuma/identity/signer.hpp"

namespace yuma {
namespace {

using nlohmann::json;

constexpr auto kSr25519 = Scheme::kSr25519, kEd25519 = Scheme::kEd25519;
constexpr Scheme kSchemes[] = {kSr25519, kEd25519};

/// verify() on recorded values; a key or signature of another length is a wrong one.
bool is_valid(Scheme scheme, const json& key, const json& message, const json& signature) {
  const auto k = test::array_from<32>(key);
  const auto s = test::array_from<64>(signature);
  return k && s && verify({scheme, *k}, test::bytes_from(message), *s);
}

Bytes random_bytes(test::Random& random, std::size_t size) {
  Bytes out(size);
  for (auto& b : out) b = static_cast<std::uint8_t>(random.next());
  return out;
}

TEST(Verify, RecordedSignatures) {
  const auto data = test::identity_vectors("substrate");
  ASSERT_FALSE(data["signatures"].empty());
  for (const auto& v : data["signatures"]) {
    const Scheme scheme = scheme_of_name(v["scheme"].get<std::string>()).value();
    for (const auto& signature : v["valid"]) {
      EXPECT_TRUE(is_valid(scheme, v["public"], v["message_hex"], signature)) << v["message_name"];
    }
    for (const auto& bad : v["invalid"]) {
      EXPECT_FALSE(is_valid(scheme, bad.value("public", v["public"]),
                            bad.value("message_hex", v["message_hex"]), bad["sig"]))
          << bad["why"];
    }
    if (scheme == kEd25519) {
      const auto key = KeyPair::from_uri(scheme, v["suri"].get<std::string>());
      const auto message = test::bytes_from(v["message_hex"]);
      EXPECT_EQ(to_hex(key->sign(message)), test::hex_digits(v["valid"][0]));
    }
  }
}

TEST(Verify, AWrappedMessageIsAnotherMessage) {
  const auto data = test::identity_vectors("substrate");
  for (const auto& v : data["wrapped_bytes"]) {
    const json plain = to_hex(bytes_of(v["text"].get<std::string>()));
    EXPECT_EQ(is_valid(kSr25519, v["public"], v["wrapped_hex"], v["sr25519_sig_of_wrapped"]),
              v["raw_sr25519Verify_wrapped"].get<bool>());
    EXPECT_EQ(is_valid(kSr25519, v["public"], plain, v["sr25519_sig_of_wrapped"]),
              v["raw_sr25519Verify_unwrapped"].get<bool>());
  }
}

TEST(Verify, EdgesOfSr25519) {
  const auto data = test::identity_vectors("sr25519_edges");
  ASSERT_FALSE(data["verify"].empty());
  for (const auto& v : data["verify"]) {
    EXPECT_EQ(is_valid(kSr25519, v["public"], v["message_hex"], v["signature"]),
              v["valid"].get<bool>())
        << v["why"];
  }
}

TEST(VerifyEach, RecordedBatches) {
  const auto data = test::identity_vectors("sr25519_edges");
  ASSERT_FALSE(data["batches"].empty());
  for (const auto& batch : data["batches"]) {
    std::vector<Bytes> messages;
    for (const auto& item : batch["items"]) messages.push_back(test::bytes_from(item[1]));
    std::vector<SignedMessage> items;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const auto& item = batch["items"][i];
      items.push_back({{kSr25519, test::array_from<32>(item[0]).value()},
                       messages[i],
                       test::array_from<64>(item[2]).value()});
    }
    const auto verdicts = verify_each(items);
    const bool all = std::count(verdicts.begin(), verdicts.end(), 1) ==
                     static_cast<std::ptrdiff_t>(items.size());
    EXPECT_EQ(all, batch["valid"].get<bool>()) << items.size();
    for (std::size_t i = 0; i < items.size(); ++i) {
      EXPECT_EQ(verdicts[i] == 1, verify(items[i].key, items[i].message, items[i].signature)) << i;
    }
  }
}

TEST(Sign, WhatIsSignedVerifiesWithThisKeyAndMessageOnly) {
  test::Random random(5);
  for (const Scheme scheme : kSchemes) {
    const KeyPair key = KeyPair::random(scheme), other = KeyPair::random(scheme);
    for (const std::size_t size : {0U, 1U, 31U, 64U, 165U, 166U, 167U, 1000U, 100000U}) {
      const Bytes message = random_bytes(random, size);
      const Signature signature = key.sign(message);
      EXPECT_TRUE(verify(key.public_key(), message, signature)) << size;
      EXPECT_FALSE(verify(other.public_key(), message, signature)) << size;
      EXPECT_FALSE(verify({scheme == kSr25519 ? kEd25519 : kSr25519, key.public_key().bytes},
                          message, signature));
      Bytes longer = message;
      longer.push_back(0);
      EXPECT_FALSE(verify(key.public_key(), longer, signature)) << size;
    }
  }
}

TEST(Sign, AnyFlippedBitIsSeen) {
  test::Random random(6);
  for (const Scheme scheme : kSchemes) {
    const KeyPair key = KeyPair::random(scheme);
    Bytes message = random_bytes(random, 40);
    Signature signature = key.sign(message);
    PublicKey public_key = key.public_key();
    const auto each_flip = [&](std::span<std::uint8_t> bytes, const char* what) {
      for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
        bytes[bit / 8] ^= mask;
        EXPECT_FALSE(verify(public_key, message, signature)) << what << " bit " << bit;
        bytes[bit / 8] ^= mask;
      }
    };
    each_flip(signature, "signature");
    each_flip(message, "message");
    each_flip(public_key.bytes, "key");
    EXPECT_TRUE(verify(public_key, message, signature));
  }
}

TEST(Sign, Sr25519IsRandomisedEd25519IsNot) {
  const ByteView message = bytes_of("twice");
  const KeyPair sr = KeyPair::random(kSr25519), ed = KeyPair::random(kEd25519);
  EXPECT_NE(sr.sign(message), sr.sign(message));
  EXPECT_EQ(ed.sign(message), ed.sign(message));
}

TEST(LocalSigner, SignsWithItsKey) {
  for (const Scheme scheme : kSchemes) {
    LocalSigner signer(KeyPair::random(scheme));
    const auto signature = signer.sign(bytes_of("m"));
    ASSERT_TRUE(signature.ok());
    EXPECT_TRUE(verify(signer.public_key(), bytes_of("m"), *signature));
  }
}

/// All encodings of the eight ed25519 points of small order: their y coordinates 0, 1, -1 and the
/// two of order 8, with either sign bit, and those that can be written 2^255 - 19 higher.
std::vector<Bytes32> small_order_encodings() {
  std::vector<Bytes32> out;
  for (const char* y : {"0000000000000000000000000000000000000000000000000000000000000000",
                        "0100000000000000000000000000000000000000000000000000000000000000",
                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    Bytes32 bytes = array_from_hex<32>(y).value();
    out.push_back(bytes);
    bytes[31] |= 0x80;
    out.push_back(bytes);
  }
  return out;
}

/// Signatures that hold for a key of small order on one message in eight, or in fewer.
TEST(CheckPublicKey, Ed25519PointsOfSmallOrderAreNoKeys) {
  ASSERT_GE(sodium_init(), 0);
  for (const Bytes32& bytes : small_order_encodings()) {
    const PublicKey key{kEd25519, bytes};
    EXPECT_FALSE(check_public_key(key).ok()) << to_hex(bytes);
    for (std::uint8_t k = 1; k <= 64; ++k) {
      Signature forged{};
      forged[32] = k;
      ASSERT_EQ(crypto_scalarmult_ed25519_base_noclamp(forged.data(), forged.data() + 32), 0);
      EXPECT_FALSE(verify(key, bytes_of("anything"), forged)) << to_hex(bytes);
    }
    Signature zero{};
    zero[0] = 1;  // R is the identity, s is zero
    EXPECT_FALSE(verify(key, bytes_of("anything"), zero));
  }
}

TEST(CheckPublicKey, TheSr25519IdentityIsNoKey) {
  ASSERT_GE(sodium_init(), 0);
  const PublicKey identity{kSr25519, {}};
  EXPECT_FALSE(check_public_key(identity).ok());
  // s B = R holds whatever the challenge is.
  Signature forged{};
  forged[32] = 5;
  ASSERT_EQ(crypto_scalarmult_ristretto255_base(forged.data(), forged.data() + 32), 0);
  forged[63] |= 0x80;
  EXPECT_FALSE(verify(identity, bytes_of("anything"), forged));
  const SignedMessage item{identity, bytes_of("anything"), forged};
  EXPECT_EQ(verify_each(std::vector(70, item)), std::vector<std::uint8_t>(70, 0));
}

TEST(CheckPublicKey, TakesPointsInCanonicalEncodingOnly) {
  ASSERT_GE(sodium_init(), 0);
  test::Random random(7);
  int points = 0;
  for (int k = 0; k < 400; ++k) {
    const Bytes random_part = random_bytes(random, 32);
    PublicKey key{kEd25519, {}};
    std::copy(random_part.begin(), random_part.end(), key.bytes.begin());
    Bytes32 sum;
    const bool is_point =
        crypto_core_ed25519_add(sum.data(), key.bytes.data(), key.bytes.data()) == 0;
    EXPECT_EQ(check_public_key(key).ok(), is_point);
    points += is_point ? 1 : 0;
    // libsodium does not look at the highest bit here, which a canonical encoding has clear.
    key.scheme = kSr25519;
    key.bytes[31] &= 0x7f;
    EXPECT_EQ(check_public_key(key).ok(),
              crypto_core_ristretto255_is_valid_point(key.bytes.data()) == 1);
    key.bytes[31] |= 0x80;
    EXPECT_FALSE(check_public_key(key).ok());
  }
  EXPECT_GT(points, 100);  // about every other
  EXPECT_LT(points, 300);
  // y = 2^255 - 19 + 3, which stands for 3.
  PublicKey high{kEd25519, {}};
  high.bytes.fill(0xff);
  high.bytes[0] = 0xf0;
  high.bytes[31] = 0x7f;
  EXPECT_FALSE(check_public_key(high).ok());
  PublicKey low{kEd25519, {3}};
  EXPECT_TRUE(check_public_key(low).ok());
}

class VerifyEach : public testing::TestWithParam<std::size_t> {};

/// Any mixture of schemes and damages, in and around the sizes of a batch.
TEST_P(VerifyEach, GivesTheVerdictsOfVerify) {
  test::Random random(GetParam());
  std::vector<KeyPair> keys;
  for (const Scheme scheme : {kSr25519, kSr25519, kEd25519})
    keys.push_back(KeyPair::random(scheme));
  std::vector<Bytes> messages;
  for (std::size_t i = 0; i < GetParam(); ++i) messages.push_back(random_bytes(random, i % 50));
  for (const unsigned damaged : {0U, 2U, 50U}) {
    std::vector<SignedMessage> items;
    std::vector<std::uint8_t> expected;
    for (const Bytes& message : messages) {
      const KeyPair& key = keys[random.below(keys.size())];
      items.push_back({key.public_key(), message, key.sign(message)});
      const bool bad = random.chance(damaged);
      if (bad) items.back().signature[random.below(64)] ^= 1;
      expected.push_back(bad ? 0 : 1);
    }
    EXPECT_EQ(verify_each(items), expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, VerifyEach, testing::Values(0, 1, 2, 63, 64, 65, 150, 300));

/// Two errors that cancel in a plain sum of the equations do not pass a batch.
TEST(VerifyEachTogether, ErrorsDoNotCancel) {
  const KeyPair key = KeyPair::random(kSr25519);
  std::vector<SignedMessage> items;
  for (int i = 0; i < 2; ++i) {
    items.push_back({key.public_key(), bytes_of("m"), key.sign(bytes_of("m"))});
  }
  const Bytes32 one{1};
  const auto shift = [&](Signature& signature, auto operation) {
    signature[63] &= 0x7f;
    operation(signature.data() + 32, signature.data() + 32, one.data());
    signature[63] |= 0x80;
  };
  shift(items[0].signature, crypto_core_ristretto255_scalar_add);
  shift(items[1].signature, crypto_core_ristretto255_scalar_sub);
  EXPECT_EQ(verify_each(items), (std::vector<std::uint8_t>{0, 0}));
}

}  // namespace
}  // namespace yuma
