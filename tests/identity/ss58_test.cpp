// SPDX-License-Identifier: MIT

#include "yuma/identity/ss58.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/random.hpp"

namespace yuma {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const std::string kAlice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

AccountId random_account(test::Random& random) {
  AccountId out;
  for (auto& b : out) b = static_cast<std::uint8_t>(random.next());
  // Zeros in front are what base58 treats apart.
  const std::size_t zeros = random.pick<std::size_t>({0, 0, 0, 1, 2, 31, 32});
  std::fill_n(out.begin(), zeros, std::uint8_t{0});
  return out;
}

TEST(Ss58, RecordedAddressesOfManyPrefixes) {
  const auto data = test::identity_vectors("substrate");
  for (const auto& v : data["ss58"]) {
    const auto account = test::array_from<32>(v["public"]).value();
    EXPECT_EQ(ss58_encode(account, v["prefix"].get<std::uint16_t>()), v["ss58"]);
  }
  for (const auto& v : data["ss58_invalid"]) {
    const auto text = v["ss58"].get<std::string>();
    EXPECT_EQ(ss58_decode_account(text).ok(), v["valid_prefix42"].get<bool>()) << text;
  }
}

TEST(Ss58, TheSdkTakesTheSameTexts) {
  const auto data = test::identity_vectors("sdk_live");
  ASSERT_FALSE(data["ss58"].empty());
  for (const auto& v : data["ss58"]) {
    const auto text = v["text"].get<std::string>();
    const auto address = ss58_decode(text);
    EXPECT_EQ(address.ok(), v["sdk"]["ok"].get<bool>()) << text;
    EXPECT_EQ(ss58_decode_account(text).ok(), v["is_bittensor_address"].get<bool>()) << text;
    if (address.ok()) {
      EXPECT_EQ(to_hex(address->account), v["sdk"]["public"]) << text;
      EXPECT_EQ(ss58_encode(address->account, address->prefix), text);
    }
  }
}

TEST(Ss58, ExactlyTheRegisteredPrefixesDecode) {
  const AccountId account = ss58_decode(kAlice)->account;
  std::set<int> registered;
  for (std::uint16_t prefix = 0; prefix < 1 << 14; ++prefix) {
    const auto address = ss58_decode(ss58_encode(account, prefix));
    if (!address.ok()) continue;
    EXPECT_EQ(address->prefix, prefix);
    EXPECT_EQ(address->account, account);
    registered.insert(prefix);
  }
  EXPECT_EQ(registered.size(), 146);
  for (const int prefix : {0, 2, 42, 45, 48, 58, 63, 255, 13116}) {
    EXPECT_TRUE(registered.contains(prefix)) << prefix;
  }
  for (const int prefix : {46, 47, 59, 62, 64, 16383}) {
    EXPECT_FALSE(registered.contains(prefix)) << prefix;
  }
}

TEST(Ss58, GoesThereAndBackForAnyAccount) {
  test::Random random(3);
  for (int k = 0; k < 3000; ++k) {
    const AccountId account = random_account(random);
    const auto prefix = random.pick<std::uint16_t>({0, 1, 42, 63, 65, 255, 13116, 14998});
    const std::string text = ss58_encode(account, prefix);
    const auto address = ss58_decode(text);
    ASSERT_TRUE(address.ok()) << text << ": " << address.status();
    ASSERT_EQ(address->account, account) << text;
    ASSERT_EQ(address->prefix, prefix) << text;
    ASSERT_EQ(ss58_decode_account(text).ok(), prefix == kBittensorPrefix) << text;
  }
}

// Two bytes of checksum let one damaged text in 65,536 pass: not one of these.
TEST(Ss58, AnyChangedMissingOrAddedCharacterIsRefused) {
  for (const std::string& good : {kAlice, ss58_encode(AccountId{}, 0), ss58_encode({7}, 13116)}) {
    for (std::size_t at = 0; at <= good.size(); ++at) {
      for (const char c : kAlphabet) {
        std::string text = good;
        if (at < good.size() && good[at] != c) {
          text[at] = c;
          EXPECT_FALSE(ss58_decode(text).ok()) << text;
        }
        text = good;
        text.insert(at, 1, c);
        EXPECT_FALSE(ss58_decode(text).ok()) << text;
      }
      std::string text = good;
      EXPECT_EQ(ss58_decode(text.erase(at, 1)).ok(), at == good.size()) << text;
    }
  }
}

TEST(Ss58, OtherCharactersAreRefusedWhereverTheyStand) {
  for (int c = 0; c < 256; ++c) {
    if (kAlphabet.find(static_cast<char>(c)) != std::string_view::npos) continue;
    for (const std::size_t at : {std::size_t{0}, kAlice.size() / 2, kAlice.size() - 1}) {
      std::string text = kAlice;
      text[at] = static_cast<char>(c);
      EXPECT_FALSE(ss58_decode(text).ok()) << c;
    }
  }
  EXPECT_FALSE(ss58_decode(kAlice + '\0').ok());
}

TEST(Ss58, LongTextsAreRefused) {
  for (const std::size_t size : {51U, 100U, 100000U}) {
    EXPECT_FALSE(ss58_decode(std::string(size, '1')).ok());
    EXPECT_FALSE(ss58_decode(std::string(size, 'z')).ok());
  }
}

/// Prefix 42 written in two bytes, as only prefixes from 64 on should be: the SDK reads it, but one
/// account must not have two texts.
TEST(Ss58, OnlyOneTextNamesAnAccount) {
  const std::string two_bytes = "Zp5wgt7iipcBBD8qrDbgQerUy6vWeg3np21675SE43SmZaPo9";
  ASSERT_TRUE(ss58_decode(two_bytes).ok());
  EXPECT_EQ(ss58_decode(two_bytes)->prefix, kBittensorPrefix);
  EXPECT_EQ(ss58_decode(two_bytes)->account, ss58_decode(kAlice)->account);
  EXPECT_FALSE(ss58_decode_account(two_bytes).ok());
  // All others have one length, which tells the two forms apart.
  AccountId last;
  last.fill(0xff);
  EXPECT_EQ(ss58_encode({}).size(), 48);
  EXPECT_EQ(ss58_encode(last).size(), 48);
}

TEST(Ss58, BytesFrom128OnBeginNoAddress) {
  // 0xca80, whose low bits are those of 42 in two bytes, with a right checksum.
  EXPECT_FALSE(ss58_decode("2YBg4Qu3S4SB5y4b8fDaLi3K3GxkN57ScM58AT2S44Eh5bZv3V").ok());
}

TEST(Ss58, ErrorsDoNotRepeatTheText) {
  const std::string secret = "e5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
  const auto address = ss58_decode(secret);
  ASSERT_FALSE(address.ok());
  EXPECT_EQ(std::string(address.status().message()).find(secret.substr(0, 6)), std::string::npos);
}

TEST(Ss58DeathTest, APrefixHas14Bits) { EXPECT_DEATH(ss58_encode({}, 1 << 14), "14 bits"); }

}  // namespace
}  // namespace yuma
