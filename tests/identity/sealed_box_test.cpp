// SPDX-License-Identifier: MIT

#include "yuma/identity/sealed_box.hpp"

#include <gtest/gtest.h>

#include "tests/support/identity_vectors.hpp"

namespace yuma {
namespace {

constexpr auto kSr25519 = Scheme::kSr25519, kEd25519 = Scheme::kEd25519;

TEST(SealedBox, OpensTheRecordedOne) {
  const auto data = test::identity_vectors("keyfile");
  const auto key = KeyPair::from_mnemonic(kEd25519, data["mnemonic"].get<std::string>());
  const auto& v = data["sealedbox"];
  ASSERT_EQ(key->address(), v["recipient_ed25519_ss58"]);
  const auto plain = open_box(*key, test::bytes_from(v["ciphertext"]));
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->text(), v["plaintext_utf8"].get<std::string>());
}

TEST(SealedBox, OnlyTheKeyItIsForOpensIt) {
  const KeyPair key = KeyPair::random(kEd25519);
  for (const std::size_t size : {0U, 1U, 5000U}) {
    const Bytes plain(size, 0x42);
    const auto box = seal_box(key.public_key(), plain);
    ASSERT_TRUE(box.ok()) << box.status();
    EXPECT_EQ(box->size(), size + 48);
    const auto opened = open_box(key, *box);
    ASSERT_TRUE(opened.ok()) << opened.status();
    EXPECT_TRUE(equal_in_constant_time(opened->bytes(), plain));
    EXPECT_FALSE(open_box(KeyPair::random(kEd25519), *box).ok());
  }
}

TEST(SealedBox, DamageIsSeenWhereverItIs) {
  const KeyPair key = KeyPair::random(kEd25519);
  Bytes box = *seal_box(key.public_key(), bytes_of("sealed"));
  for (std::size_t size = 0; size < box.size(); ++size) {
    EXPECT_FALSE(open_box(key, ByteView(box).first(size)).ok()) << size;
  }
  for (std::size_t i = 0; i < box.size(); ++i) {
    box[i] ^= 1;
    EXPECT_FALSE(open_box(key, box).ok()) << i;
    box[i] ^= 1;
  }
  EXPECT_TRUE(open_box(key, box).ok());
}

TEST(SealedBox, OtherKeysAreRefused) {
  const KeyPair sr = KeyPair::random(kSr25519);
  EXPECT_FALSE(seal_box(sr.public_key(), bytes_of("x")).ok());
  EXPECT_FALSE(open_box(sr, Bytes(60)).ok());
  EXPECT_FALSE(seal_box({kEd25519, {}}, bytes_of("x")).ok());
  EXPECT_FALSE(seal_box({kEd25519, {1}}, bytes_of("x")).ok());
  EXPECT_FALSE(seal_box({kEd25519, {2}}, bytes_of("x")).ok());  // no point
  // 2^255 - 19 and a little more: points that are written in another way than they should be.
  PublicKey high{kEd25519, {}};
  high.bytes.fill(0xff);
  high.bytes[31] = 0x7f;
  for (unsigned least = 0xed; least <= 0xff; ++least) {
    high.bytes[0] = static_cast<std::uint8_t>(least);
    EXPECT_FALSE(seal_box(high, bytes_of("x")).ok()) << least;
  }
}

}  // namespace
}  // namespace yuma
