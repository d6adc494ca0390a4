// SPDX-License-Identifier: MIT

#include "yuma/identity/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <type_traits>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/random.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma {
namespace {

using nlohmann::json;
using testing::HasSubstr;

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!std::is_copy_constructible_v<KeyPair> && !std::is_copy_assignable_v<KeyPair>);
static_assert(std::is_nothrow_move_constructible_v<KeyPair>);
static_assert(!std::is_default_constructible_v<KeyPair>);
static_assert(!Printable<KeyPair> && !Printable<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string> &&
              !std::is_convertible_v<Secret, std::string_view>);

constexpr auto kSr25519 = Scheme::kSr25519, kEd25519 = Scheme::kEd25519;

Scheme scheme_of(const json& v) { return scheme_of_name(v["scheme"].get<std::string>()).value(); }

/// A private key as hexadecimal text; any number of 0x in front is the key file's business.
absl::StatusOr<KeyPair> from_private_hex(Scheme scheme, std::string text) {
  while (text.starts_with("0x")) text.erase(0, 2);
  const auto bytes = from_hex(text);
  if (!bytes) return absl::InvalidArgumentError("not hexadecimal");
  return KeyPair::from_private_key(scheme, *bytes);
}

absl::StatusOr<KeyPair> key_from(Scheme scheme, const json& source) {
  const auto kind = source["kind"].get<std::string>();
  if (kind == "uri") return KeyPair::from_uri(scheme, source["uri"].get<std::string>());
  if (kind == "seed") return KeyPair::from_seed(scheme, test::bytes_from(source["seed"]));
  if (kind == "private_key") {
    return from_private_hex(scheme, source["private_key"].get<std::string>());
  }
  return KeyPair::from_mnemonic(scheme, source["phrase"].get<std::string>(),
                                source.value("password", ""));
}

/// How much of a private key is determined: not the nonce half after a soft junction.
std::size_t fixed_size(const std::string& path, std::size_t size) {
  std::size_t at = 0;
  while ((at = path.find('/', at)) != std::string::npos) {
    if (path.compare(at, 3, "///") == 0) break;
    if (path.compare(at, 2, "//") != 0) return 32;
    at += 2;
  }
  return size;
}

TEST(KeyPair, RecordedKeysOfPolkadotJs) {
  const auto data = test::identity_vectors("substrate");
  ASSERT_FALSE(data["keys"].empty());
  for (const auto& v : data["keys"]) {
    const auto path = v["path"].get<std::string>();
    const auto sr = KeyPair::from_uri(kSr25519, v["mnemonic"].get<std::string>() + path);
    ASSERT_TRUE(sr.ok()) << path << ": " << sr.status();
    EXPECT_EQ(to_hex(sr->public_key().bytes), test::hex_digits(v["sr25519"]["public"])) << path;
    EXPECT_EQ(sr->address(), v["sr25519"]["ss58"]);
    // It writes the scalar times eight.
    Bytes times8 = test::bytes_from(v["sr25519"]["secret64_hex"]);
    for (std::size_t i = 0; i < 32; ++i) {
      times8[i] = static_cast<std::uint8_t>(times8[i] >> 3 | (i < 31 ? times8[i + 1] << 5 : 0));
    }
    const std::size_t size = fixed_size(path, 64);
    EXPECT_EQ(to_hex(sr->private_key().first(size)), to_hex(ByteView(times8).first(size))) << path;

    const auto ed = KeyPair::from_uri(kEd25519, v["mnemonic"].get<std::string>() + path);
    EXPECT_EQ(ed.ok(), !v["ed25519"].contains("error")) << path;
    if (!ed.ok()) continue;
    EXPECT_EQ(to_hex(ed->public_key().bytes), test::hex_digits(v["ed25519"]["public"])) << path;
    EXPECT_EQ(ed->address(), v["ed25519"]["ss58"]);
    EXPECT_EQ(to_hex(ed->private_key()), test::hex_digits(v["ed25519"]["seed_hex"])) << path;
  }
}

TEST(KeyPair, RecordedKeysOfTheSdk) {
  const auto data = test::identity_vectors("sdk_live");
  ASSERT_FALSE(data["keys"].empty());
  for (const auto& v : data["keys"]) {
    const auto key = key_from(scheme_of(v), v["source"]);
    ASSERT_TRUE(key.ok()) << v["name"] << ": " << key.status();
    EXPECT_EQ(to_hex(key->public_key().bytes), v["public"]) << v["name"];
    EXPECT_EQ(key->address(), v["address"]) << v["name"];
    const auto secret = test::bytes_from(v["private_key"]);
    ASSERT_EQ(key->private_key().size(), secret.size());
    const std::size_t size = fixed_size(v["source"].value("uri", ""), secret.size());
    EXPECT_EQ(to_hex(key->private_key().first(size)), to_hex(ByteView(secret).first(size)))
        << v["name"];
  }
  const auto sdk = test::identity_vectors("sdk")["keys"];
  for (const auto& [name, uri] :
       {std::pair("dev", ""), std::pair("alice", "//Alice"), std::pair("bob", "//Bob")}) {
    for (const Scheme scheme : {kSr25519, kEd25519}) {
      const auto& v = sdk[std::string(name) + "_" + std::string(scheme_name(scheme))];
      const auto key = KeyPair::from_uri(scheme, uri);
      EXPECT_EQ(to_hex(key->public_key().bytes), v["public"]);
      EXPECT_EQ(key->address(), v["ss58"]);
    }
  }
}

TEST(KeyPair, RecordedKeysOfKeyFiles) {
  const auto data = test::identity_vectors("keyfile");
  const auto phrase = data["mnemonic"].get<std::string>();
  const auto sr = KeyPair::from_mnemonic(kSr25519, phrase);
  EXPECT_EQ(to_hex(sr->public_key().bytes), data["sr25519"]["public"]);
  EXPECT_EQ(to_hex(sr->private_key()), data["sr25519"]["private_canonical_keyfile"]);
  const auto ed = KeyPair::from_mnemonic(kEd25519, phrase);
  EXPECT_EQ(to_hex(ed->public_key().bytes), data["ed25519"]["public"]);
  EXPECT_EQ(to_hex(ed->private_key()), data["ed25519"]["seed"]);
  EXPECT_EQ(to_hex(KeyPair::from_uri(kSr25519, "//Alice")->private_key()),
            data["alice_sr25519_canonical"]);
  const auto half = from_private_hex(kSr25519, data["sr25519"]["private_half_ed25519"]);
  ASSERT_FALSE(half.ok());
  EXPECT_THAT(std::string(half.status().message()), HasSubstr("multiplied by 8"));
}

TEST(KeyPair, TheSdkRefusesTheSameSources) {
  const auto data = test::identity_vectors("sdk_live");
  ASSERT_FALSE(data["derivation_edges"].empty());
  for (const auto& v : data["derivation_edges"]) {
    const auto key = key_from(scheme_of(v), v["source"]);
    EXPECT_EQ(key.ok(), v["ok"].get<bool>()) << v["why"] << ": " << key.status();
    if (key.ok()) {
      EXPECT_EQ(key->address(), v["address"]) << v["why"];
    }
  }
}

TEST(KeyPair, ComesBackFromItsPrivateKey) {
  for (const Scheme scheme : {kSr25519, kEd25519}) {
    for (int k = 0; k < 50; ++k) {
      const KeyPair key = KeyPair::random(scheme);
      EXPECT_TRUE(check_public_key(key.public_key()).ok());
      const auto again = KeyPair::from_private_key(scheme, key.private_key());
      ASSERT_TRUE(again.ok()) << again.status();
      EXPECT_EQ(again->public_key(), key.public_key());
      EXPECT_TRUE(equal_in_constant_time(again->private_key(), key.private_key()));
    }
  }
}

TEST(KeyPair, LengthsThatAreNoSecretAreRefused) {
  for (std::size_t size = 0; size <= 100; ++size) {
    const Bytes bytes(size, 1);  // below the group order
    EXPECT_EQ(KeyPair::from_seed(kSr25519, bytes).ok(), size == 32) << size;
    EXPECT_EQ(KeyPair::from_seed(kEd25519, bytes).ok(), size == 32) << size;
    EXPECT_EQ(KeyPair::from_private_key(kSr25519, bytes).ok(), size == 32 || size == 64) << size;
    EXPECT_EQ(KeyPair::from_private_key(kEd25519, bytes).ok(), size >= 32) << size;
  }
}

TEST(KeyPair, AScalarIsNotZeroAndBelowTheGroupOrder) {
  Bytes order = from_hex("edd3f55c1a631258d69cf7a2def9de14").value();
  order.resize(64, 0);
  order[31] = 0x10;
  const auto with = [&](int offset) {
    Bytes bytes = order;
    bytes[0] = static_cast<std::uint8_t>(bytes[0] + offset);
    return KeyPair::from_private_key(kSr25519, bytes).ok();
  };
  EXPECT_TRUE(with(-1));
  EXPECT_FALSE(with(0));
  EXPECT_FALSE(with(1));
  EXPECT_FALSE(KeyPair::from_private_key(kSr25519, Bytes(64, 0)).ok());
  Bytes high(64, 0);
  high[0] = 1;
  EXPECT_TRUE(KeyPair::from_private_key(kSr25519, high).ok());
  high[31] = 0x80;
  EXPECT_FALSE(KeyPair::from_private_key(kSr25519, high).ok());
}

TEST(KeyPair, OfFurtherBytesBehindAnEd25519SeedNoneCount) {
  const KeyPair key = KeyPair::random(kEd25519);
  Bytes longer(key.private_key().begin(), key.private_key().end());
  longer.resize(64, 0x55);
  EXPECT_EQ(KeyPair::from_private_key(kEd25519, longer)->public_key(), key.public_key());
}

TEST(KeyPair, HardChildrenNeedTheSecretSoftOnesShareThePublicPath) {
  const KeyPair parent = KeyPair::random(kSr25519);
  const Junction hard = Junction::of("x", true), soft = Junction::of("x", false);
  EXPECT_EQ(parent.derive(hard)->public_key(), parent.derive(hard)->public_key());
  EXPECT_EQ(parent.derive(soft)->public_key(), parent.derive(soft)->public_key());
  EXPECT_FALSE(parent.derive(soft)->public_key() == parent.derive(hard)->public_key());
  // A soft child depends on the scalar alone, and its nonce half is new each time.
  Bytes other(parent.private_key().begin(), parent.private_key().end());
  other.back() ^= 1;
  const auto twin = KeyPair::from_private_key(kSr25519, other);
  const auto a = parent.derive(soft), b = twin->derive(soft);
  EXPECT_EQ(a->public_key(), b->public_key());
  EXPECT_EQ(to_hex(a->private_key().first(32)), to_hex(b->private_key().first(32)));
  EXPECT_NE(to_hex(a->private_key().last(32)), to_hex(b->private_key().last(32)));
  const auto none = KeyPair::random(kEd25519).derive(soft);
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(KeyPair, MovesItsSecret) {
  KeyPair a = *KeyPair::from_uri(kSr25519, "//Alice");
  KeyPair b = *KeyPair::from_uri(kSr25519, "//Bob");
  const PublicKey alice = a.public_key();
  b = std::move(a);
  EXPECT_EQ(b.public_key(), alice);
  EXPECT_TRUE(verify(alice, bytes_of("m"), b.sign(bytes_of("m"))));
  EXPECT_TRUE(a.private_key().empty());  // NOLINT(bugprone-use-after-move)
}

TEST(KeyPairDeathTest, AMovedOneSignsNothing) {
  for (const Scheme scheme : {kSr25519, kEd25519}) {
    KeyPair a = KeyPair::random(scheme);
    const KeyPair b = std::move(a);
    // NOLINTBEGIN(bugprone-use-after-move)
    EXPECT_DEATH(a.sign(bytes_of("m")), "moved away");
    EXPECT_DEATH((void)a.derive(Junction::of("x", true)), "moved away");
    // NOLINTEND(bugprone-use-after-move)
  }
}

TEST(Scheme, NamesGoThereAndBack) {
  for (const Scheme scheme : {kSr25519, kEd25519}) {
    EXPECT_EQ(scheme_of_name(scheme_name(scheme)), scheme);
  }
  for (const char* name : {"", "SR25519", "sr25519 ", "ecdsa", "1"}) {
    EXPECT_EQ(scheme_of_name(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace yuma
