// SPDX-License-Identifier: MIT

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "src/identity/derivation.hpp"
#include "tests/support/random.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma {
namespace {

constexpr auto kSr25519 = Scheme::kSr25519, kEd25519 = Scheme::kEd25519;
const std::string kSeed = "0x0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

std::string address_of(std::string_view uri) {
  const auto key = KeyPair::from_uri(kSr25519, uri);
  return key.ok() ? key->address() : "refused: " + std::string(key.status().message());
}
bool is_refused(std::string_view uri) { return address_of(uri).starts_with("refused"); }

std::string chain_code(std::string_view text) {
  return to_hex(Junction::of(text, true).chain_code);
}

TEST(Junction, NumbersOf64BitsAreNumbers) {
  const std::string zeros(48, '0');
  EXPECT_EQ(chain_code("0"), "0000000000000000" + zeros);
  EXPECT_EQ(chain_code("7"), "0700000000000000" + zeros);
  EXPECT_EQ(chain_code("256"), "0001000000000000" + zeros);
  EXPECT_EQ(chain_code("18446744073709551615"), "ffffffffffffffff" + zeros);
  for (const char* same : {"007", "+7", "+007", "00000000000000000000000000000000000000000007"}) {
    EXPECT_EQ(chain_code(same), chain_code("7")) << same;
  }
}

TEST(Junction, AllElseIsText) {
  EXPECT_EQ(chain_code("18446744073709551616"),
            "50" + to_hex(bytes_of("18446744073709551616")) + std::string(22, '0'));
  for (const std::string text : {"+", "++7", "-1", "7 ", " 7", "7a", "0x7", "1.0", "Alice"}) {
    EXPECT_EQ(chain_code(text), to_hex(Bytes{static_cast<std::uint8_t>(text.size() * 4)}) +
                                    to_hex(bytes_of(text)) + std::string(62 - 2 * text.size(), '0'))
        << text;
  }
}

TEST(Junction, WhatIsLongerThan32BytesIsHashed) {
  const std::string fits(31, 'x'), longer(32, 'x');
  EXPECT_EQ(chain_code(fits), "7c" + to_hex(bytes_of(fits)));
  EXPECT_EQ(chain_code(longer), to_hex(blake2b_256(bytes_of("\x80" + longer))));
  // From 64 bytes on the length takes two bytes, from 16,384 on four.
  const std::string two(64, 'x'), four(16384, 'x');
  EXPECT_EQ(chain_code(two), to_hex(blake2b_256(bytes_of(std::string("\x01\x01") + two))));
  EXPECT_EQ(chain_code(four), to_hex(blake2b_256(bytes_of(std::string("\x02\0\x01\0", 4) + four))));
}

// The addresses are what the official SDK 11.3.0 answers.
TEST(SecretUri, ReadsWhatTheSdkReads) {
  EXPECT_EQ(address_of("//Alice\n"), "5EWMqwpoesmQqg6FLtnZaVwpAQ43HobAW9JAwFJp7BrMBmYn");
  EXPECT_EQ(address_of("//Al ice"), "5FH2KWSyero4aCNNduQY4krATbaHpW5aHpebEgTHmQm7yASE");
  EXPECT_EQ(address_of("/////"), "5DXtZuChuQHvrFpu65nSY5tMqMFQ1FHnjNvFvS7o6xT5F8sQ");
  EXPECT_EQ(address_of("//+"), "5GjPQWXBd1vL3LomBbF1R2J4MfxYdsP3gjzJ5naxhQUG8M7R");
  EXPECT_EQ(address_of("//-1"), "5G6zHZJ9v3UVcjkzzwJVsnBPvPYL6ZqpJPpAn54UQde7JJE9");
  EXPECT_EQ(address_of("//+007"), "5GHJzqvG6tXnngCpG7B12qjUvbo5e4e9z8Xjidk3CQZHxTPZ");
  EXPECT_EQ(address_of("//18446744073709551616"),
            "5EpxyqTWXnWapSa55fXrq8JtqD41YREqn7qJobZ69D7833f8");
  EXPECT_EQ(address_of("//\xc3\xa9"), "5EsaQAJQh19PWKMtYN2YrWYTRKsUmHicgAyBMiAFuRwFA4zf");
  EXPECT_EQ(address_of("//7 "), "5DMFGMUWw95ELD4TiGsg8rbrxaLEyL12Cj8NwfhnUZ776xvz");
  EXPECT_EQ(address_of("///"), "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV");
  EXPECT_EQ(address_of("0x" + std::string(64, 'A')),
            "5FjfMGrqw9ck5XZaPVTKm2RE5cbwoVUfXvSGZY7KCUEFtdr7");
  EXPECT_EQ(address_of("0x0x" + std::string(64, '1')),
            "5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi");
  EXPECT_EQ(address_of("0x" + std::string(64, '1') + "///unused"),
            "5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi");
}

TEST(SecretUri, RefusesWhatTheSdkRefuses) {
  const std::string ones(64, '1');
  for (const std::string& uri :
       {std::string(" //Alice"), std::string("//"), std::string("/"), std::string("//a//"),
        std::string("//a/"), std::string("a.b//c"), std::string("//Alice///a\nb"), "0X" + ones,
        "0x" + ones + "1", "0x" + ones + "11", "0x" + ones.substr(2), "0x" + ones + " ",
        "0x0x0x" + ones, "0x0X" + ones, ones, std::string("0x"), std::string("\t//Alice"),
        std::string("//Alice\0", 8) + "///\n", std::string("\0//Alice", 8)}) {
    EXPECT_TRUE(is_refused(uri)) << uri;
  }
}

TEST(SecretUri, APathIsItsJunctionsOneAfterTheOther) {
  test::Random random(4);
  const std::vector<std::string> texts{
      "Alice", "0", "+7", "18446744073709551616", " ", "\xc3\xa9", std::string(40, 'x')};
  for (int k = 0; k < 40; ++k) {
    const Scheme scheme = random.chance(50) ? kSr25519 : kEd25519;
    std::string uri = kSeed;
    auto expected = KeyPair::from_uri(scheme, kSeed);
    for (std::uint64_t n = random.below(4); n != 0; --n) {
      const bool hard = scheme == kEd25519 || random.chance(60);
      const std::string& text = texts[random.below(texts.size())];
      uri += (hard ? "//" : "/") + text;
      expected = expected->derive(Junction::of(text, hard));
    }
    const auto key = KeyPair::from_uri(scheme, uri);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->public_key(), expected->public_key()) << uri;
  }
}

TEST(SecretUri, ThePasswordMayHoldSlashesAndMarks) {
  const Secret phrase = new_mnemonic();
  for (const std::string& password :
       {std::string(), std::string("a/b//c///d"), std::string("/"), std::string(" x\t"),
        std::string("\"'\\$\xff\0!", 7), std::string("//Alice")}) {
    const auto from_uri =
        KeyPair::from_uri(kEd25519, std::string(phrase.text()) + "//x///" + password);
    const auto root = KeyPair::from_mnemonic(kEd25519, phrase.text(), password);
    ASSERT_TRUE(from_uri.ok() && root.ok()) << password;
    EXPECT_EQ(from_uri->public_key(), root->derive(Junction::of("x", true))->public_key());
  }
}

TEST(SecretUri, AnEmptyPhraseIsTheOneOfDevelopment) {
  EXPECT_EQ(address_of(""), address_of(kDevelopmentPhrase));
  EXPECT_EQ(address_of("/soft//hard///pw"),
            address_of(std::string(kDevelopmentPhrase) + "/soft//hard///pw"));
}

/// No run of six bytes of a secret is in the error that it causes.
TEST(SecretUri, ErrorsRepeatNothing) {
  const std::vector<std::string> uris{
      "zq8wvkxj3hym//5rfbtncgd",
      "zq8wvkxj.3hym",
      kSeed + "0",
      "0xzq8wvkxj3hym5rfbtncgdzq8wvkxj3hym5rfbtncgdzq8wvkxj3hym5rfbtncgd12",
      "//zq8wvkxj3hym//",
      "//Alice///zq8wvkxj3hym\n",
      "stadium wizard velvet throne wizard velvet throne wizard velvet throne wizard velvet",
      "stadium wizard velvet throne wizard velvet throne wizard velvet throne wizard qwertz",
      kSeed + "/zq8wvkxj3hym",
  };
  for (const std::string& uri : uris) {
    const auto key = KeyPair::from_uri(kEd25519, uri);
    ASSERT_FALSE(key.ok()) << uri;
    const std::string error(key.status().message());
    for (std::size_t at = 0; at + 6 <= uri.size(); ++at) {
      EXPECT_EQ(error.find(uri.substr(at, 6)), std::string::npos) << error;
    }
  }
}

}  // namespace
}  // namespace yuma
