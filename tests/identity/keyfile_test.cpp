// SPDX-License-Identifier: MIT

#include "yuma/identity/keyfile.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/support/base64.hpp"
#include "tests/support/identity_vectors.hpp"

namespace yuma {
namespace {

using absl::StatusCode;
using nlohmann::json;
using test::from_base64;
using test::identity_vectors;
using testing::HasSubstr;
using testing::Not;

const std::string kPhrase =
    "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

std::string hex(const Secret& secret) { return to_hex(secret.bytes()); }

absl::StatusOr<KeyFile> parse(std::string_view text) { return parse_key_file(bytes_of(text)); }

json recorded_key_files() { return identity_vectors("sdk_live")["keyfiles"]; }

/// The verdict on a file and all it holds, as the SDK reports it.
void expect_as_recorded(const json& c) {
  SCOPED_TRACE(c["name"].get<std::string>());
  const json& sdk = c["sdk"];
  const auto file = open_key_file(from_base64(c["file_b64"]), c.value("password", ""));
  ASSERT_EQ(file.ok(), sdk["ok"].get<bool>()) << file.status();
  if (!file.ok()) return;
  EXPECT_EQ(file->public_key.address(), sdk["address"]);
  EXPECT_EQ(int(file->public_key.scheme), sdk["crypto_type"]);
  EXPECT_EQ(to_hex(file->public_key.bytes), sdk["public"]);
  ASSERT_EQ(file->key.has_value(), sdk["has_private"].get<bool>());
  EXPECT_EQ(file->key ? to_hex(file->key->private_key()) : "", sdk.value("private_key", ""));
  EXPECT_EQ(hex(file->seed), sdk.value("seed", ""));
  EXPECT_EQ(file->phrase.text(), sdk.value("phrase", ""));
}

/// Fernet costs ten million rounds, $NACL half a gigabyte.
bool costly(const json& c) { return c["method"] == "NaCl" || c["method"] == "legacy"; }

TEST(KeyFile, ReadsWhatTheSdkReadsAndNothingElse) {
  int cases = 0;
  for (const json& c : recorded_key_files()) {
    if (costly(c)) continue;
    expect_as_recorded(c);
    ++cases;
  }
  EXPECT_EQ(cases, 79);
}

TEST(KeyFile, NamesTheFormatAsTheSdkDoes) {
  const json names = {{"plain", "unknown"},
                      {"NaCl", "NaCl"},
                      {"Ansible Vault", "Ansible Vault"},
                      {"Fernet", "legacy"},
                      {"polkadot-js export", "unknown"}};
  for (const json& c : recorded_key_files()) {
    const auto format = key_file_format(from_base64(c["file_b64"]));
    EXPECT_EQ(names[std::string(key_file_format_name(format))], c["method"]) << c["name"];
  }
}

TEST(KeyFile, WritesTheFieldsOfTheSdkInOneOrder) {
  const json golden = identity_vectors("keyfile");
  const auto file = key_file_of_phrase(Scheme::kSr25519, golden["mnemonic"].get<std::string>());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(key_file_json(*file)->text(), golden["keyfile_plain"]);
  EXPECT_EQ(public_key_file_json(file->public_key),
            R"({"accountId":"0x66933bd1f37070ef87bd1198af3dacceb095237f803f3d32b173e6b425ed7972",)"
            R"("publicKey":"0x66933bd1f37070ef87bd1198af3dacceb095237f803f3d32b173e6b425ed7972",)"
            R"("ss58Address":"5EPCUjPxiHAcNooYipQFWr9NmmXJKpNG5RhcntXwbtUySrgH","cryptoType":1})");
}

// The SDK's order is random, so the fields are compared.
TEST(KeyFile, WritesWhatTheSdkWrote) {
  for (const json& c : recorded_key_files()) {
    if (c["written_by"] != "sdk" || costly(c)) continue;
    const Bytes contents = from_base64(c["file_b64"]);
    const auto file = parse_key_file(contents);
    ASSERT_TRUE(file.ok()) << c["name"];
    const std::string ours = file->key ? std::string(key_file_json(*file)->text())
                                       : public_key_file_json(file->public_key);
    EXPECT_EQ(json::parse(ours), json::parse(contents)) << c["name"];
  }
}

TEST(KeyFile, EveryKindOfKeyIsReadBackAsItWasWritten) {
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    std::vector<KeyFile> files;
    files.push_back(*key_file_of_phrase(scheme, kPhrase));
    files.push_back(*key_file_of_phrase(scheme, kPhrase, "with a password"));
    files.push_back(*key_file_of_seed(scheme, Secret::random(32).bytes()));
    files.push_back(key_file_of_key(KeyPair::random(scheme)));
    for (const KeyFile& file : files) {
      const auto again = parse_key_file(key_file_json(file)->bytes());
      ASSERT_TRUE(again.ok()) << again.status();
      EXPECT_EQ(again->public_key, file.public_key);
      EXPECT_EQ(to_hex(again->key->private_key()), to_hex(file.key->private_key()));
      EXPECT_EQ(hex(again->seed), hex(file.seed));
      EXPECT_EQ(again->phrase.text(), file.phrase.text());
    }
    EXPECT_FALSE(files[0].phrase.empty());
    EXPECT_TRUE(files[1].phrase.empty());
    EXPECT_FALSE(files[1].seed.empty());
  }
}

TEST(KeyFile, APhraseIsWrittenWithSingleBlanks) {
  KeyFile file = *key_file_of_phrase(Scheme::kSr25519, kPhrase);
  file.phrase = Secret::copy_of(std::string_view(" zoo \t zoo\nwrong "));
  EXPECT_THAT(std::string(key_file_json(file)->text()),
              HasSubstr(R"("secretPhrase":"zoo zoo wrong",)"));
  for (const char* text : {"zoo\"", "Zoo", "zoo\\", "z\xc3\xb6o"}) {
    file.phrase = Secret::copy_of(std::string_view(text));
    EXPECT_EQ(key_file_json(file).status().code(), StatusCode::kInvalidArgument) << text;
  }
}

TEST(KeyFile, CryptoTypeIsAWholeNumberOrTextOfOne) {
  const auto scheme_of = [](const std::string& value) {
    const auto file = parse(R"({"secretPhrase":")" + kPhrase + R"(","cryptoType":)" + value + "}");
    return file.ok() ? std::string(scheme_name(file->public_key.scheme))
                     : std::string(file.status().message());
  };
  for (const char* value : {"0", R"("0")", R"("+00")", R"("\u00a00\n")"}) {
    EXPECT_EQ(scheme_of(value), "ed25519") << value;
  }
  for (const char* value : {"1", "-0", "0.0", "0e0", "256", "99999999999999999999", "false", "[0]",
                            R"({"cryptoType":0})", R"("")", R"("0x0")", R"("-0")", R"("256")"}) {
    EXPECT_EQ(scheme_of(value), "sr25519") << value;
  }
  for (const char* value : {"2", "255", R"("2")"}) {
    EXPECT_THAT(scheme_of(value), HasSubstr("is not supported")) << value;
  }
}

TEST(KeyFile, FieldsOfInnerObjectsDoNotCount) {
  EXPECT_FALSE(parse(R"({"a":{"secretPhrase":")" + kPhrase + R"("}})").ok());
  EXPECT_FALSE(parse(R"([{"secretPhrase":")" + kPhrase + R"("}])").ok());
  EXPECT_TRUE(parse(R"({"secretPhrase":")" + kPhrase + R"(","a":{"secretPhrase":"x"}})").ok());
}

TEST(KeyFile, OfDuplicateFieldsTheLastCountsWhateverItIs) {
  const std::string phrase = R"("secretPhrase":")" + kPhrase + "\"";
  EXPECT_TRUE(parse(R"({"secretPhrase":1,)" + phrase + "}").ok());
  EXPECT_FALSE(parse("{" + phrase + R"(,"secretPhrase":1})").ok());
  EXPECT_FALSE(parse("{" + phrase + R"(,"secretPhrase":{"x":"y"}})").ok());
}

TEST(KeyFile, LevelsAndSizeAreBounded) {
  const auto nested = [](int levels) {
    return R"({"secretPhrase":")" + kPhrase + R"(","x":)" +
           std::string(std::size_t(levels - 1), '[') + std::string(std::size_t(levels - 1), ']') +
           "}";
  };
  EXPECT_TRUE(parse(nested(127)).ok());
  EXPECT_FALSE(parse(nested(128)).ok());
  const std::string filler(kMostKeyFileBytes, ' ');
  EXPECT_TRUE(parse(kPhrase + filler.substr(kPhrase.size())).ok());
  EXPECT_THAT(std::string(parse(kPhrase + filler).status().message()), HasSubstr("65536 bytes"));
}

TEST(KeyFile, UnicodeBlanksAroundABarePhraseAreTrimmed) {
  EXPECT_TRUE(parse("\xc2\xa0\xe3\x80\x80\v" + kPhrase + "\xe2\x80\xa8\r\n").ok());
  EXPECT_FALSE(parse("\xe2\x80\x8b" + kPhrase).ok()) << "a zero-width space is no white space";
}

TEST(KeyFile, TheLengthOfSealedFilesIsCheckedBeforeTheSlowDerivation) {
  const std::string fernet = "gAAAAABlU_EAAAECAwQFBgcICQoLDA0ODywN46bHbdzIp4kMzplhu3pA";
  for (const std::string& text : {std::string("$NACL"), std::string("$NACL12345678901234567890123"),
                                  fernet, fernet + "\n", fernet + "="}) {
    EXPECT_EQ(open_key_file(bytes_of(text), "x").status().code(), StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(KeyFile, ASealedFileWithoutAPasswordSaysSo) {
  for (const char* text : {"$NACL", "$ANSIBLE_VAULT;1.1;AES256\n", "gAAAAA"}) {
    const auto file = open_key_file(bytes_of(text));
    EXPECT_EQ(file.status().code(), StatusCode::kFailedPrecondition);
    EXPECT_THAT(std::string(file.status().message()), HasSubstr("no password was given"));
  }
  EXPECT_EQ(seal_key_file(bytes_of("{}"), "").status().code(), StatusCode::kInvalidArgument);
}

TEST(KeyFile, AWrongPasswordIsAKindOfItsOwn) {
  for (const json& c : recorded_key_files()) {
    if (c["method"] != "Ansible Vault" || !c["sdk"]["ok"]) continue;
    const auto file = open_key_file(from_base64(c["file_b64"]), "another");
    EXPECT_EQ(file.status().code(), StatusCode::kUnauthenticated);
  }
}

/// Parts of the secrets of a file, of a length that is not there by chance.
std::vector<std::string> secrets_in(const std::string& text) {
  std::vector<std::string> out;
  for (const char* name : {"secretPhrase", "secretSeed", "privateKey"}) {
    const auto fields = json::parse(text, nullptr, false);
    if (!fields.is_object() || !fields.contains(name) || !fields[name].is_string()) continue;
    const std::string value = fields[name];
    if (value.size() > 4) out.push_back(value);
  }
  return out;
}

TEST(KeyFile, NoErrorQuotesAFile) {
  const std::string good = identity_vectors("keyfile")["keyfile_plain"];
  std::vector<std::string> damaged;
  for (std::size_t cut = 0; cut < good.size(); ++cut) damaged.push_back(good.substr(0, cut));
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char c : {'"', '\n', '\x80', 'Z', ' '}) {
      damaged.push_back(good);
      damaged.back()[at] = c;
    }
  }
  for (const json& c : recorded_key_files()) {
    const Bytes contents = from_base64(c["file_b64"]);
    if (c["method"] == "unknown") damaged.emplace_back(contents.begin(), contents.end());
  }
  std::size_t refused = 0;
  for (const std::string& text : damaged) {
    const auto file = parse(text);
    if (file.ok()) continue;
    ++refused;
    const std::string message(file.status().message());
    EXPECT_EQ(file.status().code(), StatusCode::kInvalidArgument);
    EXPECT_LT(message.size(), 200U);
    for (const char* part : {"aband", "about", "4ed8", "2ec3", "5EPC"}) {
      EXPECT_THAT(message, Not(HasSubstr(part)));
    }
    for (const std::string& secret : secrets_in(text)) {
      EXPECT_THAT(message, Not(HasSubstr(secret)));
    }
  }
  EXPECT_GT(refused, 2000U);
}

}  // namespace
}  // namespace yuma
