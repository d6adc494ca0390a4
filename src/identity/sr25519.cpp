// SPDX-License-Identifier: MIT

#include "sr25519.hpp"

#include "merlin.hpp"

namespace yuma::sr25519 {

namespace {

constexpr std::uint8_t kMarker = 0x80;

/// 64 uniform bytes as a scalar.
Bytes32 challenge_scalar(Transcript& transcript, std::string_view label) {
  Bytes64 wide;
  transcript.challenge(label, wide);
  Bytes32 scalar;
  crypto_core_ristretto255_scalar_reduce(scalar.data(), wide.data());
  return scalar;
}

/// What a signature is about, up to its nonce point.
Transcript signing_transcript(const Bytes32& public_key, ByteView message) {
  static const Transcript kStart = [] {
    Transcript start("SigningContext");
    start.append("", bytes_of("substrate"));
    return start;
  }();
  Transcript transcript = kStart;
  transcript.append("sign-bytes", message);
  transcript.append("proto-name", bytes_of("Schnorr-sig"));
  transcript.append("sign:pk", public_key);
  return transcript;
}

Bytes32 signing_challenge(Transcript& transcript, ByteView nonce_point) {
  transcript.append("sign:R", nonce_point);
  return challenge_scalar(transcript, "sign:c");
}

Transcript derivation_transcript(const Bytes32& chain_code) {
  Transcript transcript("SchnorrRistrettoHDKD");
  transcript.append("sign-bytes", {});
  transcript.append("chain-code", chain_code);
  return transcript;
}

}  // namespace

Secret expand(ByteView mini_secret) {
  if (mini_secret.size() != 32) die("a mini secret has 32 bytes");
  start_sodium();
  Secret out(kSecretSize);
  const std::span<std::uint8_t> h = out.bytes();
  crypto_hash_sha512(h.data(), mini_secret.data(), mini_secret.size());
  // The scalar is what ed25519 would clamp, divided by its cofactor of 8.
  h[0] &= 0xf8;
  h[31] = (h[31] & 0x3f) | 0x40;
  for (std::size_t i = 0; i < 32; ++i) {
    const unsigned above = i < 31 ? h[i + 1] : 0;
    h[i] = static_cast<std::uint8_t>(h[i] >> 3 | above << 5);
  }
  return out;
}

bool is_secret_key(ByteView secret) {
  if (secret.size() != kSecretSize) return false;
  Scratch<64> wide;
  Scratch<32> reduced;
  wide.put(0, secret.first(32));
  crypto_core_ristretto255_scalar_reduce(reduced.data(), wide.data());
  return equal_in_constant_time(reduced.bytes(), secret.first(32)) &&
         sodium_is_zero(reduced.data(), 32) == 0;
}

Bytes32 public_key_of(ByteView secret) {
  start_sodium();
  Bytes32 out;
  if (crypto_scalarmult_ristretto255_base(out.data(), secret.data()) != 0) {
    die("a secret scalar is zero");
  }
  return out;
}

bool is_public_key(const Bytes32& bytes) {
  // libsodium 1.0.18 does not look at the highest bit; a canonical encoding has it clear.
  const bool highest_bit = (bytes.back() & 0x80) != 0;
  return !highest_bit && crypto_core_ristretto255_is_valid_point(bytes.data()) == 1 &&
         sodium_is_zero(bytes.data(), bytes.size()) == 0;
}

Signature sign(ByteView secret, const Bytes32& public_key, ByteView message) {
  start_sodium();
  Transcript transcript = signing_transcript(public_key, message);
  Scratch<64> wide;
  Scratch<32> nonce, product;
  transcript.witness("signing", secret.last(32), wide.bytes());
  crypto_core_ristretto255_scalar_reduce(nonce.data(), wide.data());
  Signature out;
  if (crypto_scalarmult_ristretto255_base(out.data(), nonce.data()) != 0) die("a nonce is zero");
  const Bytes32 challenge = signing_challenge(transcript, ByteView(out).first(32));
  crypto_core_ristretto255_scalar_mul(product.data(), challenge.data(), secret.data());
  crypto_core_ristretto255_scalar_add(out.data() + 32, product.data(), nonce.data());
  out[63] |= kMarker;
  return out;
}

std::optional<curve::SchnorrEquation> equation_of(const Bytes32& public_key, ByteView message,
                                                  const Signature& signature) {
  if ((signature[63] & kMarker) == 0) return std::nullopt;
  curve::SchnorrEquation out;
  out.public_key = public_key;
  std::copy_n(signature.begin(), 32, out.nonce_point.begin());
  std::copy_n(signature.begin() + 32, 32, out.response.begin());
  out.response[31] &= static_cast<std::uint8_t>(~kMarker);
  Transcript transcript = signing_transcript(public_key, message);
  out.challenge = signing_challenge(transcript, out.nonce_point);
  return out;
}

Secret derive_hard(ByteView secret, const Bytes32& chain_code) {
  Transcript transcript = derivation_transcript(chain_code);
  transcript.append("secret-key", secret.first(32));
  Scratch<32> mini_secret;
  transcript.challenge("HDKD-hard", mini_secret.bytes());
  transcript.wipe();
  return expand(mini_secret.bytes());
}

Secret derive_soft(ByteView secret, const Bytes32& public_key, const Bytes32& chain_code) {
  Transcript transcript = derivation_transcript(chain_code);
  transcript.append("public-key", public_key);
  const Bytes32 offset = challenge_scalar(transcript, "HDKD-scalar");
  Secret out = Secret::random(kSecretSize);
  crypto_core_ristretto255_scalar_add(out.bytes().data(), secret.data(), offset.data());
  return out;
}

}  // namespace yuma::sr25519
