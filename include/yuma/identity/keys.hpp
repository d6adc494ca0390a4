// SPDX-License-Identifier: MIT
#pragma once

// Keys and signatures of the two schemes that hotkeys have: sr25519 (schnorrkel on ristretto255,
// signing context "substrate") and ed25519 (RFC 8032).
//
// Anyone can make signatures for the sr25519 identity, ed25519 keys of small order and the all-zero
// account, so these are no keys here, although the chain and the official SDK take them.

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/secret.hpp"
#include "yuma/identity/ss58.hpp"

namespace yuma {

/// The numbers are those of `cryptoType` in key files and of the SDK.
enum class Scheme : std::uint8_t { kEd25519 = 0, kSr25519 = 1 };

/// "ed25519" or "sr25519", and back from exactly these.
std::string_view scheme_name(Scheme scheme);
std::optional<Scheme> scheme_of_name(std::string_view name);

using Signature = Bytes64;

struct PublicKey {
  Scheme scheme = Scheme::kSr25519;
  Bytes32 bytes{};

  std::string address() const { return ss58_encode(bytes); }
  friend bool operator==(const PublicKey&, const PublicKey&) = default;
};

/// Whether signatures of this key mean something: InvalidArgument for bytes that are no point in
/// canonical encoding, for the identity, for points of small order and for 32 zero bytes.
absl::Status check_public_key(const PublicKey& key);

/// Whether `signature` is one of `key` over exactly these bytes. Never true for a key that
/// check_public_key() refuses, nor for an sr25519 signature without its marker bit or with a scalar
/// that is not below the group order. Takes variable time: everything here is public.
bool verify(const PublicKey& key, ByteView message, const Signature& signature);

/// A signature to check together with others. `message` is not copied.
struct SignedMessage {
  PublicKey key;
  ByteView message;
  Signature signature{};
};

/// The verdict of verify() on each, 1 or 0. Good sr25519 signatures are checked together, which is
/// faster by half; where one of a batch is wrong each is checked alone.
std::vector<std::uint8_t> verify_each(std::span<const SignedMessage> items);

/// One step of a derivation path: "//name" (hard) or "/name" (soft).
struct Junction {
  bool hard = true;
  Bytes32 chain_code{};

  /// What Substrate makes of the text after the slashes: a number that fits 64 bits, else a string;
  /// hashed where its SCALE encoding is longer than 32 bytes.
  static Junction of(std::string_view text, bool hard);
};

/// A secret key with its public one. Moves, never copies, never prints. One that was moved from has
/// no secret: to sign or derive with it aborts.
class KeyPair {
 public:
  static KeyPair random(Scheme scheme);
  /// From 32 secret bytes (sr25519: the mini secret, expanded the ed25519 way).
  static absl::StatusOr<KeyPair> from_seed(Scheme scheme, ByteView seed);
  /// From what key files call privateKey. sr25519: a canonical scalar and 32 bytes of nonce, or a
  /// mini secret of 32 bytes. ed25519: the seed, which further bytes may follow. InvalidArgument
  /// for other lengths and for a scalar that is zero or not below the group order.
  static absl::StatusOr<KeyPair> from_private_key(Scheme scheme, ByteView bytes);
  /// From a BIP39 phrase (mnemonic.hpp), the Substrate way.
  static absl::StatusOr<KeyPair> from_mnemonic(Scheme scheme, std::string_view phrase,
                                               std::string_view password = "");
  /// From "phrase//hard/soft///password". The phrase may be a seed as 0x and 64 digits; an empty
  /// one is the well-known phrase of development, whose keys everybody has: "//Alice". The password
  /// may hold anything but a line break. Errors never repeat any of it.
  static absl::StatusOr<KeyPair> from_uri(Scheme scheme, std::string_view uri);

  /// The child key. ed25519 has no soft junctions: InvalidArgument.
  absl::StatusOr<KeyPair> derive(const Junction& junction) const;

  const PublicKey& public_key() const { return public_key_; }
  Scheme scheme() const { return public_key_.scheme; }
  std::string address() const { return public_key_.address(); }

  /// Signs exactly these bytes. sr25519 signatures are randomised: no two are alike.
  Signature sign(ByteView message) const;

  /// For key files: scalar and nonce, 64 bytes (sr25519), or the seed, 32 bytes (ed25519).
  ByteView private_key() const { return secret_.bytes(); }

 private:
  /// `secret` is what private_key() gives, and valid.
  KeyPair(Scheme scheme, Secret secret);

  PublicKey public_key_;
  Secret secret_;
};

}  // namespace yuma
