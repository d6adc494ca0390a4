// SPDX-License-Identifier: MIT

#include "yuma/identity/polkadot_export.hpp"

#include <sodium.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "secret_text.hpp"
#include "yuma/identity/keyfile.hpp"

namespace yuma {

namespace {

using Json = nlohmann::json;  // nothing in it is secret before it is opened

constexpr std::size_t kSaltBytes = 32;
constexpr std::size_t kParametersAt = kSaltBytes;
constexpr std::size_t kParametersBytes = 12;
constexpr std::size_t kNonceAt = kParametersAt + kParametersBytes;
constexpr std::size_t kBoxAt = kNonceAt + crypto_secretbox_NONCEBYTES;

absl::Status no_export(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("polkadot-js export: ", why));
}

/// What an export says about itself, and its sealed part.
struct Export {
  Scheme scheme;
  Secret encoded;
  std::optional<AccountId> account;
};

absl::StatusOr<Scheme> scheme_of(const Json& encoding) {
  const auto is = [&](const char* field, const Json& value) {
    return encoding.contains(field) && encoding[field] == value;
  };
  if (!encoding.is_object() || !is("version", "3")) {
    return no_export("only version 3 is read; export the key again from a current wallet");
  }
  if (!is("type", {"scrypt", "xsalsa20-poly1305"})) {
    return no_export(
        "it is not sealed with scrypt and xsalsa20-poly1305; export it with a password");
  }
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    if (is("content", {"pkcs8", scheme_name(scheme)})) return scheme;
  }
  return no_export("the key is neither sr25519 nor ed25519");
}

absl::StatusOr<Secret> base64_of(const Json& text) {
  if (!text.is_string()) return no_export("encoded is no text");
  auto bytes = secret_from_base64(text.get_ref<const std::string&>(), Base64::kUsual);
  if (!bytes) return no_export("encoded is no base64");
  return *std::move(bytes);
}

absl::StatusOr<Export> read_export(std::string_view text) {
  if (text.size() > kMostKeyFileBytes) {
    return no_export(absl::StrCat("it has more than ", kMostKeyFileBytes, " bytes"));
  }
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("encoded") || !json.contains("encoding")) {
    return no_export("it is no JSON with the fields encoded and encoding");
  }
  const auto scheme = scheme_of(json["encoding"]);
  if (!scheme.ok()) return scheme.status();
  auto encoded = base64_of(json["encoded"]);
  if (!encoded.ok()) return encoded.status();
  if (encoded->size() < kBoxAt + crypto_secretbox_MACBYTES) return no_export("encoded is cut off");
  Export out{*scheme, *std::move(encoded), std::nullopt};
  if (json.contains("address") && json["address"].is_string()) {
    const auto address = ss58_decode(json["address"].get_ref<const std::string&>());
    if (!address.ok()) return no_export(absl::StrCat("address: ", address.status().message()));
    out.account = address->account;
  }
  return out;
}

std::uint32_t u32_at(ByteView bytes, std::size_t at) {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out |= std::uint32_t{bytes[at + i]} << (8 * i);
  return out;
}

absl::StatusOr<Secret> unseal(ByteView encoded, std::string_view password) {
  constexpr std::uint32_t kMostN = 1U << 18U, kMostR = 8;
  const std::uint32_t n = u32_at(encoded, kParametersAt), p = u32_at(encoded, kParametersAt + 4),
                      r = u32_at(encoded, kParametersAt + 8);
  const bool power_of_two = n > 1 && (n & (n - 1)) == 0;
  if (!power_of_two || n > kMostN || r == 0 || r > kMostR || p != 1) {
    return no_export(
        "its scrypt parameters are not of a wallet: n must be a power of two up to 2^18, r up to "
        "8 and p 1");
  }
  if (password.empty()) password = "";  // never without memory
  Secret key(crypto_secretbox_KEYBYTES);
  if (crypto_pwhash_scryptsalsa208sha256_ll(reinterpret_cast<const std::uint8_t*>(password.data()),
                                            password.size(), encoded.data(), kSaltBytes, n, r, p,
                                            key.bytes().data(), key.size()) != 0) {
    return absl::ResourceExhaustedError(
        "opening a polkadot-js export takes up to 256 MiB of memory, which are not to be had here");
  }
  const ByteView box = encoded.subspan(kBoxAt);
  Secret out(box.size() - crypto_secretbox_MACBYTES);
  if (crypto_secretbox_open_easy(out.bytes().data(), box.data(), box.size(),
                                 encoded.data() + kNonceAt, key.bytes().data()) != 0) {
    return absl::UnauthenticatedError("the password does not open it, or the file is damaged");
  }
  return out;
}

/// The secret and the public part of the PKCS8 structure as polkadot-js writes it.
struct Pkcs8 {
  ByteView secret, public_key;
};

std::optional<Pkcs8> read_pkcs8(ByteView bytes) {
  constexpr std::uint8_t kHeader[] = {48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32};
  constexpr std::uint8_t kDivider[] = {161, 35, 3, 33, 0};
  constexpr std::size_t kPublic = 32;
  const auto is_at = [&](std::size_t at, ByteView part) {
    return std::ranges::equal(bytes.subspan(at, part.size()), part);
  };
  // A seed alone is what early versions wrote.
  for (const std::size_t secret : {64U, 32U}) {
    const std::size_t divider = sizeof kHeader + secret, point = divider + sizeof kDivider;
    if (bytes.size() == point + kPublic && is_at(0, kHeader) && is_at(divider, kDivider)) {
      return Pkcs8{bytes.subspan(sizeof kHeader, secret), bytes.subspan(point)};
    }
  }
  return std::nullopt;
}

/// An sr25519 secret is there as ed25519 libraries keep one: its scalar times 8.
absl::StatusOr<KeyPair> key_of(Scheme scheme, ByteView secret) {
  if (scheme == Scheme::kEd25519 || secret.size() == 32)
    return KeyPair::from_seed(scheme, secret.first(32));
  Secret canonical = Secret::copy_of(secret);
  const std::span<std::uint8_t> scalar = canonical.bytes().first(32);
  if ((scalar[0] & 7) != 0) return no_export("its scalar is no multiple of 8");
  for (std::size_t i = 0; i < scalar.size(); ++i) {
    const unsigned above = i + 1 < scalar.size() ? scalar[i + 1] : 0;
    scalar[i] = static_cast<std::uint8_t>(scalar[i] >> 3U | above << 5U);
  }
  return KeyPair::from_private_key(scheme, canonical.bytes());
}

}  // namespace

absl::StatusOr<KeyPair> open_polkadot_export(std::string_view json, std::string_view password) {
  const auto sealed = read_export(json);
  if (!sealed.ok()) return sealed.status();
  const auto plaintext = unseal(sealed->encoded.bytes(), password);
  if (!plaintext.ok()) return plaintext.status();
  const auto parts = read_pkcs8(plaintext->bytes());
  if (!parts) return no_export("what is sealed in it is no key of polkadot-js");
  auto key = key_of(sealed->scheme, parts->secret);
  if (!key.ok()) return key.status();
  const Bytes32& account = key->public_key().bytes;
  if (!std::ranges::equal(account, parts->public_key) ||
      (sealed->account && *sealed->account != account)) {
    return no_export("its public key or address is not that of its secret key");
  }
  return key;
}

}  // namespace yuma
