// SPDX-License-Identifier: MIT
#pragma once

// A small world for tests of the signer's rules: its key, a time, objects.

#include <string>

#include "yuma/identity/hash.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace yuma::test {

inline constexpr std::uint64_t kNow = 1'800'000'000'000'000'000;

inline PublicKey public_key_of(const char* uri) {
  return KeyPair::from_uri(Scheme::kSr25519, uri)->public_key();
}

/// Derived once: each derivation takes milliseconds.
inline const PublicKey& alice() {
  static const PublicKey kKey = public_key_of("//Alice");
  return kKey;
}

inline SigningRules rules() { return {.own = alice()}; }

/// "sign", "remember", "stored", or the name of the refusal.
inline std::string verdict(const SigningDecision& decision) {
  if (std::holds_alternative<SignOnly>(decision)) return "sign";
  if (std::holds_alternative<SignAndRemember>(decision)) return "remember";
  if (std::holds_alternative<GiveStored>(decision)) return "stored";
  return std::string(refusal_name(std::get<Refuse>(decision).reason));
}

inline ObjectHeader header(std::uint64_t epoch) {
  return {{sha256(bytes_of("network")), 1, 0}, epoch, alice()};
}

inline VectorBody vector_for(std::uint64_t epoch, std::uint16_t salt) {
  VectorBody vector;
  vector.header = header(epoch);
  vector.salt = {salt};
  vector.uids = {1};
  vector.values = {65535};
  return vector;
}

}  // namespace yuma::test
