// SPDX-License-Identifier: MIT

#include "ed25519.hpp"

#include "sodium.hpp"

namespace yuma::ed25519 {

namespace {

/// The y coordinates, least byte first, of the points whose order divides 8: 0 (order 4), 1 (order
/// 1), -1 (order 2) and the two of order 8.
constexpr std::array<Bytes32, 5> kSmallOrder{{
    {},
    {0x01},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}};

/// Whether a coordinate is below 2^255 - 19.
bool is_canonical(const Bytes32& y) {
  constexpr std::uint8_t kLeastByte = 0xed;
  if (y[31] != 0x7f || y[0] < kLeastByte) return true;
  return std::any_of(y.begin() + 1, y.end() - 1, [](std::uint8_t b) { return b != 0xff; });
}

}  // namespace

Bytes32 public_key_of(ByteView seed) {
  start_sodium();
  Bytes32 out;
  Scratch<64> secret;
  crypto_sign_ed25519_seed_keypair(out.data(), secret.data(), seed.data());
  return out;
}

bool is_public_key(const Bytes32& bytes) {
  start_sodium();
  Bytes32 y = bytes, sum;
  y[31] &= 0x7f;
  if (!is_canonical(y)) return false;
  if (std::find(kSmallOrder.begin(), kSmallOrder.end(), y) != kSmallOrder.end()) return false;
  // Adding it to itself fails where it is no point of the curve.
  return crypto_core_ed25519_add(sum.data(), bytes.data(), bytes.data()) == 0;
}

Signature sign(ByteView seed, const Bytes32& public_key, ByteView message) {
  start_sodium();
  Scratch<64> secret;
  secret.put(0, seed);
  secret.put(32, public_key);
  Signature out;
  crypto_sign_ed25519_detached(out.data(), nullptr, message.data(), message.size(), secret.data());
  return out;
}

bool verify(const Bytes32& public_key, ByteView message, const Signature& signature) {
  start_sodium();
  return crypto_sign_ed25519_verify_detached(signature.data(), message.data(), message.size(),
                                             public_key.data()) == 0;
}

Secret derive_hard(ByteView seed, const Bytes32& chain_code) {
  start_sodium();
  // The length of the name as SCALE writes it, then the name, the seed and the chain code.
  constexpr std::string_view kName =
      "\x2c"
      "Ed25519HDKD";
  Scratch<kName.size() + 64> input;
  input.put(0, bytes_of(kName));
  input.put(kName.size(), seed);
  input.put(kName.size() + 32, chain_code);
  Secret out(kSeedSize);
  crypto_generichash(out.bytes().data(), kSeedSize, input.data(), kName.size() + 64, nullptr, 0);
  return out;
}

}  // namespace yuma::ed25519
