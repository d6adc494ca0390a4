// SPDX-License-Identifier: MIT

#include "yuma/identity/mnemonic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/identity_vectors.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kList =
#include "src/identity/bip39_english.inc"
    ;

std::string error_of(std::string_view phrase) {
  const auto seed = mnemonic_seed(phrase);
  return seed.ok() ? "no error" : std::string(seed.status().message());
}

std::string seed_hex(std::string_view phrase, std::string_view password = "") {
  const auto seed = mnemonic_seed(phrase, password);
  return seed.ok() ? to_hex(seed->bytes()) : std::string(seed.status().message());
}

std::string repeated(const std::string& word, int times, const std::string& last) {
  std::string out;
  for (int i = 0; i < times; ++i) out += word + " ";
  return out + last;
}

const std::string kAbandon = repeated("abandon", 11, "about");
const std::string kAbandonSeed = "4ed8d4b17698ddeaa1f1559f152f87b5d472f725ca86d341bd0276f1b61197e2";

TEST(Mnemonic, TheWordListIsTheOneOfBip39) {
  std::string lines(kList);
  std::replace(lines.begin(), lines.end(), ' ', '\n');
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2048);
  EXPECT_EQ(to_hex(sha256(bytes_of(lines))),
            "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda");
}

TEST(Mnemonic, GivesTheRecordedSeeds) {
  const auto data = test::identity_vectors("substrate");
  ASSERT_FALSE(data["keys"].empty());
  for (const auto& v : data["keys"]) {
    EXPECT_EQ(seed_hex(v["mnemonic"].get<std::string>(), v["password"].get<std::string>()),
              test::hex_digits(v["mini_secret_hex"]));
  }
  const auto sdk = test::identity_vectors("sdk")["keys"];
  EXPECT_EQ(seed_hex(sdk["dev_phrase"].get<std::string>()), sdk["dev_mini_secret"]);
  EXPECT_EQ(seed_hex(kAbandon), sdk["abandon_x11_about"]["mini_secret"]);
  const auto key_file = test::identity_vectors("keyfile");
  EXPECT_EQ(seed_hex(key_file["mnemonic"].get<std::string>()), key_file["mini_secret"]);
}

TEST(Mnemonic, BlanksBetweenAndAroundWordsDoNotCount) {
  std::string spread = " \t" + kAbandon + " \r\n";
  for (std::size_t at = 2; (at = spread.find(' ', at)) < spread.size() - 4; at += 3) {
    spread.replace(at, 1, " \n ");
  }
  EXPECT_EQ(seed_hex(spread), kAbandonSeed);
  EXPECT_EQ(canonical_mnemonic(spread)->text(), kAbandon);
}

TEST(Mnemonic, EveryLengthThatBip39HasIsReadAndNoOther) {
  // Words of zero entropy, and the last word that carries the right checksum.
  const std::vector<std::pair<int, std::string>> zeros{
      {12, "about"}, {15, "address"}, {18, "agent"}, {21, "admit"}, {24, "art"}};
  std::set<int> good;
  for (const auto& [words, last] : zeros) {
    EXPECT_TRUE(mnemonic_seed(repeated("abandon", words - 1, last)).ok()) << words;
    good.insert(words);
  }
  for (int words = 0; words <= 40; ++words) {
    if (good.contains(words)) continue;
    const std::string phrase = words == 0 ? "" : repeated("abandon", words - 1, "about");
    EXPECT_THAT(error_of(phrase), HasSubstr("not " + std::to_string(words))) << words;
  }
}

/// Of 2,048 last words those pass whose low bits are the checksum of the rest: 128 of 12 words, as
/// four of the eleven bits are checksum.
TEST(Mnemonic, TheChecksumDecidesWhichLastWordFits) {
  int fits = 0;
  std::string_view rest = kList;
  while (!rest.empty()) {
    const std::string word(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(word.size() + 1);
    const std::string error = error_of(repeated("legal", 11, word));
    if (error == "no error") {
      ++fits;
    } else {
      EXPECT_THAT(error, HasSubstr("checksum"));
    }
  }
  // The last word's seven entropy bits are hashed too, so each of them fits one checksum.
  EXPECT_EQ(fits, 128);
}

TEST(Mnemonic, ErrorsNamePositionsAndNoWords) {
  const std::string unknown =
      repeated("abandon", 6, "bittensor ") + repeated("abandon", 4, "about");
  EXPECT_THAT(error_of(unknown), HasSubstr("word 7"));
  EXPECT_THAT(error_of(unknown), Not(HasSubstr("bittensor")));
  EXPECT_THAT(error_of(unknown), Not(HasSubstr("abandon")));
  EXPECT_THAT(error_of(repeated("abandon", 11, "abandon")), HasSubstr("checksum"));
  EXPECT_THAT(error_of("Abandon" + kAbandon.substr(7)), HasSubstr("word 1"));
  EXPECT_THAT(error_of(repeated("abandon", 11, "abou")), HasSubstr("word 12"));
  EXPECT_THAT(error_of(repeated("abandon", 11, "about//x")), HasSubstr("word 12"));
  EXPECT_THAT(error_of(repeated("abandon", 11, std::string("about\0", 6))), HasSubstr("word 12"));
}

TEST(Mnemonic, PasswordsAreBytesOfAnyKind) {
  std::set<std::string> seeds;
  for (const std::string& password :
       {std::string(), std::string("a"), std::string("A"), std::string("a "), std::string("\0", 1),
        std::string(5000, 'x'), std::string("\xff\xfe")}) {
    EXPECT_TRUE(seeds.insert(seed_hex(kAbandon, password)).second) << password;
  }
}

TEST(NewMnemonic, IsCanonicalOfTheLengthAskedForAndNew) {
  for (const int words : {12, 15, 18, 21, 24}) {
    std::set<std::string> seen;
    for (int k = 0; k < 20; ++k) {
      const Secret phrase = new_mnemonic(words);
      const auto canonical = canonical_mnemonic(phrase.text());
      ASSERT_TRUE(canonical.ok()) << canonical.status();
      EXPECT_EQ(canonical->text(), phrase.text());
      EXPECT_EQ(std::count(phrase.text().begin(), phrase.text().end(), ' '), words - 1);
      EXPECT_TRUE(seen.insert(std::string(phrase.text())).second);
    }
  }
}

TEST(NewMnemonicDeathTest, OtherLengthsAreOurOwnBug) {
  for (const int words : {-12, 0, 11, 13, 27}) EXPECT_DEATH(new_mnemonic(words), "number of words");
}

}  // namespace
}  // namespace yuma
