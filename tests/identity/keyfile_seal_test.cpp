// SPDX-License-Identifier: MIT

// Sealed key files, each of which costs seconds by design.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/base64.hpp"
#include "tests/support/identity_vectors.hpp"
#include "yuma/identity/keyfile.hpp"

namespace yuma {
namespace {

using absl::StatusCode;
using nlohmann::json;
using test::from_base64;
using test::identity_vectors;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

json recorded_key_files() { return identity_vectors("sdk_live")["keyfiles"]; }

void expect_as_recorded(const std::string& method, std::size_t expected_cases) {
  std::size_t cases = 0;
  for (const json& c : recorded_key_files()) {
    if (c["method"] != method) continue;
    SCOPED_TRACE(c["name"].get<std::string>());
    ++cases;
    const auto file = open_key_file(from_base64(c["file_b64"]), c.value("password", ""));
    ASSERT_EQ(file.ok(), c["sdk"]["ok"].get<bool>()) << file.status();
    if (!file.ok()) continue;
    EXPECT_EQ(file->public_key.address(), c["sdk"]["address"]);
    EXPECT_EQ(to_hex(file->key->private_key()), c["sdk"]["private_key"]);
    EXPECT_EQ(to_hex(file->seed.bytes()), c["sdk"].value("seed", ""));
    EXPECT_EQ(file->phrase.text(), c["sdk"].value("phrase", ""));
  }
  EXPECT_EQ(cases, expected_cases);
}

TEST(SealedKeyFile, OpensNaclAsTheSdkDoes) { expect_as_recorded("NaCl", 7); }

TEST(SealedKeyFile, OpensFernetAsTheSdkDoes) {
  if (kSanitized) GTEST_SKIP() << "thirty million rounds take minutes under a sanitizer";
  expect_as_recorded("legacy", 3);
}

TEST(SealedKeyFile, OpensTheGoldenNaclFile) {
  const json golden = identity_vectors("keyfile");
  const auto plaintext = unseal_key_file(*from_hex(golden["nacl"]["file_hex"].get<std::string>()),
                                         golden["password"].get<std::string>());
  ASSERT_TRUE(plaintext.ok()) << plaintext.status();
  EXPECT_EQ(plaintext->text(), golden["keyfile_plain"]);
}

TEST(SealedKeyFile, OpensTheGoldenFernetFile) {
  if (kSanitized) GTEST_SKIP() << "ten million rounds take a minute under a sanitizer";
  const json golden = identity_vectors("keyfile");
  const std::string token = golden["fernet"]["token"];
  const auto plaintext = unseal_key_file(bytes_of(token), golden["password"].get<std::string>());
  ASSERT_TRUE(plaintext.ok()) << plaintext.status();
  EXPECT_EQ(plaintext->text(), golden["keyfile_plain"]);
}

TEST(SealedKeyFile, WhatWeSealOpensWithItsPasswordOnly) {
  const auto first = seal_key_file(bytes_of("some text"), "pass word");
  const auto second = seal_key_file(bytes_of("some text"), "pass word");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_NE(*first, *second) << "the nonce is fresh";
  EXPECT_EQ(first->size(), 5U + 24 + 16 + 9);
  EXPECT_EQ(unseal_key_file(*first, "pass word")->text(), "some text");
  EXPECT_EQ(unseal_key_file(*first, "pass word ").status().code(), StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace yuma
