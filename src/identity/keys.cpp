// SPDX-License-Identifier: MIT

#include "yuma/identity/keys.hpp"

#include "absl/strings/str_cat.h"
#include "derivation.hpp"
#include "ed25519.hpp"
#include "sr25519.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma {

namespace {

/// What verify_each() checks together. More would save little and lose more to one bad signature.
constexpr std::size_t kBatch = 64;

Bytes32 public_bytes_of(Scheme scheme, ByteView secret) {
  return scheme == Scheme::kSr25519 ? sr25519::public_key_of(secret)
                                    : ed25519::public_key_of(secret);
}

/// Equations of some items, to be checked together.
class Batch {
 public:
  explicit Batch(std::vector<std::uint8_t>& verdicts) : verdicts_(verdicts) {}

  void add(std::size_t item, const curve::SchnorrEquation& equation) {
    items_.push_back(item);
    equations_.push_back(equation);
    if (items_.size() == kBatch) finish();
  }
  void finish() {
    const bool all = equations_.size() > 1 && curve::all_hold(equations_);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      verdicts_[items_[i]] = all || curve::holds(equations_[i]) ? 1 : 0;
    }
    items_.clear();
    equations_.clear();
  }

 private:
  std::vector<std::uint8_t>& verdicts_;
  std::vector<std::size_t> items_;
  std::vector<curve::SchnorrEquation> equations_;
};

}  // namespace

std::string_view scheme_name(Scheme scheme) {
  return scheme == Scheme::kSr25519 ? "sr25519" : "ed25519";
}

std::optional<Scheme> scheme_of_name(std::string_view name) {
  if (name == "sr25519") return Scheme::kSr25519;
  if (name == "ed25519") return Scheme::kEd25519;
  return std::nullopt;
}

absl::Status check_public_key(const PublicKey& key) {
  const bool good = key.scheme == Scheme::kSr25519 ? sr25519::is_public_key(key.bytes)
                                                   : ed25519::is_public_key(key.bytes);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "check_public_key: key is no canonical point, or one for which anyone can sign");
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
  if (key.scheme == Scheme::kEd25519) return ed25519::verify(key.bytes, message, signature);
  const auto equation = sr25519::equation_of(key.bytes, message, signature);
  return equation && curve::holds(*equation);
}

std::vector<std::uint8_t> verify_each(std::span<const SignedMessage> items) {
  std::vector<std::uint8_t> verdicts(items.size(), 0);
  Batch batch(verdicts);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto& [key, message, signature] = items[i];
    if (key.scheme == Scheme::kEd25519) {
      verdicts[i] = ed25519::verify(key.bytes, message, signature) ? 1 : 0;
    } else if (const auto equation = sr25519::equation_of(key.bytes, message, signature)) {
      batch.add(i, *equation);
    }
  }
  batch.finish();
  return verdicts;
}

KeyPair::KeyPair(Scheme scheme, Secret secret)
    : public_key_{scheme, public_bytes_of(scheme, secret.bytes())}, secret_(std::move(secret)) {}

KeyPair KeyPair::random(Scheme scheme) {
  Secret seed = Secret::random(32);
  if (scheme == Scheme::kEd25519) return {scheme, std::move(seed)};
  return {scheme, sr25519::expand(seed.bytes())};
}

absl::StatusOr<KeyPair> KeyPair::from_seed(Scheme scheme, ByteView seed) {
  if (seed.size() != 32) {
    return absl::InvalidArgumentError(
        absl::StrCat("KeyPair::from_seed: seed has ", seed.size(), " bytes, not 32"));
  }
  if (scheme == Scheme::kEd25519) return KeyPair(scheme, Secret::copy_of(seed));
  return KeyPair(scheme, sr25519::expand(seed));
}

absl::StatusOr<KeyPair> KeyPair::from_private_key(Scheme scheme, ByteView bytes) {
  if (scheme == Scheme::kEd25519 && bytes.size() > 32) bytes = bytes.first(32);
  if (bytes.size() == 32) return from_seed(scheme, bytes);
  if (scheme == Scheme::kEd25519) {
    return absl::InvalidArgumentError(absl::StrCat("KeyPair::from_private_key: bytes are ",
                                                   bytes.size(), ", ed25519 has at least 32"));
  }
  if (bytes.size() != sr25519::kSecretSize) {
    return absl::InvalidArgumentError(absl::StrCat("KeyPair::from_private_key: bytes are ",
                                                   bytes.size(), ", sr25519 has 64 or 32"));
  }
  if (!sr25519::is_secret_key(bytes)) {
    return absl::InvalidArgumentError(
        "KeyPair::from_private_key: the scalar is not below the group order, or zero; polkadot-js "
        "writes it multiplied by 8, which is not the form of key files");
  }
  return KeyPair(scheme, Secret::copy_of(bytes));
}

absl::StatusOr<KeyPair> KeyPair::from_mnemonic(Scheme scheme, std::string_view phrase,
                                               std::string_view password) {
  const auto seed = mnemonic_seed(phrase, password);
  if (!seed.ok()) return seed.status();
  return from_seed(scheme, seed->bytes());
}

absl::StatusOr<KeyPair> KeyPair::from_uri(Scheme scheme, std::string_view uri) {
  const auto parts = parse_secret_uri(uri);
  if (!parts.ok()) return parts.status();
  absl::StatusOr<KeyPair> key =
      absl::InvalidArgumentError("KeyPair::from_uri: a seed is 0x and 64 hexadecimal digits");
  if (parts->phrase.starts_with("0x")) {
    // Substrate takes a second 0x, so this does too.
    const std::string_view digits = parts->phrase.substr(parts->phrase.starts_with("0x0x") ? 4 : 2);
    Scratch<32> seed;
    if (read_hex(digits, seed.bytes())) key = from_seed(scheme, seed.bytes());
  } else {
    key = from_mnemonic(scheme, parts->phrase.empty() ? kDevelopmentPhrase : parts->phrase,
                        parts->password);
  }
  for (const Junction& junction : parts->path) {
    if (!key.ok()) break;
    key = key->derive(junction);
  }
  return key;
}

absl::StatusOr<KeyPair> KeyPair::derive(const Junction& junction) const {
  if (secret_.empty()) die("KeyPair::derive: the key was moved away");
  if (scheme() == Scheme::kSr25519) {
    return KeyPair(scheme(), junction.hard
                                 ? sr25519::derive_hard(private_key(), junction.chain_code)
                                 : sr25519::derive_soft(private_key(), public_key_.bytes,
                                                        junction.chain_code));
  }
  if (!junction.hard) {
    return absl::InvalidArgumentError(
        "KeyPair::derive: ed25519 has no soft junctions; write // before each");
  }
  return KeyPair(scheme(), ed25519::derive_hard(private_key(), junction.chain_code));
}

Signature KeyPair::sign(ByteView message) const {
  if (secret_.empty()) die("KeyPair::sign: the key was moved away");
  return scheme() == Scheme::kSr25519 ? sr25519::sign(private_key(), public_key_.bytes, message)
                                      : ed25519::sign(private_key(), public_key_.bytes, message);
}

}  // namespace yuma
