// SPDX-License-Identifier: MIT

#include "yuma/identity/polkadot_export.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/base64.hpp"
#include "tests/support/identity_vectors.hpp"

namespace yuma {
namespace {

using absl::StatusCode;
using nlohmann::json;
using test::from_base64;
using test::identity_vectors;
using test::to_base64;
using testing::HasSubstr;

json recorded() { return identity_vectors("sdk_live")["polkadot_js_exports"]; }
json good() { return json::parse(recorded()[0]["json"].get<std::string>()); }
std::string password() { return recorded()[0]["password"]; }

TEST(PolkadotExport, OpensAsTheSdkDoes) {
  const json cases = recorded();
  ASSERT_EQ(cases.size(), 4U);
  for (const json& c : cases) {
    const auto key =
        open_polkadot_export(c["json"].get<std::string>(), c["password"].get<std::string>());
    ASSERT_EQ(key.ok(), c["sdk"]["ok"].get<bool>()) << key.status();
    if (!key.ok()) {
      EXPECT_EQ(key.status().code(), StatusCode::kUnauthenticated);
      continue;
    }
    EXPECT_EQ(key->address(), c["sdk"]["address"]);
    EXPECT_EQ(int(key->scheme()), c["sdk"]["crypto_type"]);
    EXPECT_EQ(to_hex(key->private_key()), c["sdk"]["private_key"]);
    const auto of_uri = KeyPair::from_uri(key->scheme(), c["uri"].get<std::string>());
    EXPECT_EQ(key->public_key(), of_uri->public_key());
  }
}

TEST(PolkadotExport, TheAddressMayHaveAnyPrefixButMustBeTheKeys) {
  json other = good();
  other["address"] = "15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5";  // the same key, prefix 0
  EXPECT_TRUE(open_polkadot_export(other.dump(), password()).ok());
  other["address"] = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
  EXPECT_EQ(open_polkadot_export(other.dump(), password()).status().code(),
            StatusCode::kInvalidArgument);
}

/// Refused at once: no derivation, whatever the password.
void expect_refused(const std::function<void(json&)>& change, const std::string& message) {
  json changed = good();
  change(changed);
  const auto key = open_polkadot_export(changed.dump(), "");
  EXPECT_EQ(key.status().code(), StatusCode::kInvalidArgument) << changed;
  EXPECT_THAT(std::string(key.status().message()), HasSubstr(message));
}

TEST(PolkadotExport, RefusesOtherVersionsCiphersAndSchemes) {
  expect_refused([](json& j) { j["encoding"]["version"] = "2"; }, "version 3");
  expect_refused([](json& j) { j["encoding"]["version"] = 3; }, "version 3");
  expect_refused([](json& j) { j["encoding"] = "x"; }, "version 3");
  expect_refused([](json& j) { j["encoding"]["type"] = {"none"}; }, "sealed with scrypt");
  expect_refused([](json& j) { j["encoding"].erase("type"); }, "sealed with scrypt");
  expect_refused([](json& j) { j["encoding"]["content"] = {"pkcs8", "ecdsa"}; }, "neither");
  expect_refused([](json& j) { j.erase("encoded"); }, "fields encoded and encoding");
  expect_refused([](json& j) { j["encoded"] = 1; }, "no text");
  expect_refused([](json& j) { j["encoded"] = "*"; }, "no base64");
  expect_refused([](json& j) { j["encoded"] = "AAAA"; }, "cut off");
  expect_refused([](json& j) { j["address"] = "x"; }, "address");
  expect_refused([](json& j) { j = json::array(); }, "no JSON with the fields");
}

TEST(PolkadotExport, BoundsTheCostThatAFileMayAsk) {
  struct Parameters {
    std::uint32_t n, p, r;
  };
  for (const Parameters asked : {Parameters{1U << 19U, 1, 8},
                                 {1U << 31U, 1, 8},
                                 {100'000, 1, 8},
                                 {0, 1, 8},
                                 {1, 1, 8},
                                 {1U << 15U, 2, 8},
                                 {1U << 15U, 0, 8},
                                 {1U << 15U, 1, 9},
                                 {1U << 15U, 1, 0}}) {
    expect_refused(
        [&](json& j) {
          Bytes encoded = from_base64(j["encoded"]);
          std::size_t at = 32;
          for (const std::uint32_t value : {asked.n, asked.p, asked.r}) {
            for (unsigned i = 0; i < 4; ++i) {
              encoded[at++] = static_cast<std::uint8_t>(value >> (8 * i));
            }
          }
          j["encoded"] = to_base64(encoded);
        },
        "scrypt parameters");
  }
}

TEST(PolkadotExport, DamageInTheSealedPartIsAWrongPassword) {
  json damaged = good();
  Bytes encoded = from_base64(damaged["encoded"]);
  encoded.back() ^= 1U;
  damaged["encoded"] = to_base64(encoded);
  EXPECT_EQ(open_polkadot_export(damaged.dump(), password()).status().code(),
            StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace yuma
