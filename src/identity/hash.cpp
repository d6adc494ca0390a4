// SPDX-License-Identifier: MIT

#include "yuma/identity/hash.hpp"

#include <openssl/sha.h>
#include <xxhash.h>

#include "sodium.hpp"

namespace yuma {

namespace {

template <std::size_t N>
std::array<std::uint8_t, N> blake2b(ByteView data) {
  std::array<std::uint8_t, N> out;
  start_sodium();
  crypto_generichash(out.data(), out.size(), data.data(), data.size(), nullptr, 0);
  return out;
}

}  // namespace

Bytes16 blake2b_128(ByteView data) { return blake2b<16>(data); }
Bytes32 blake2b_256(ByteView data) { return blake2b<32>(data); }
Bytes64 blake2b_512(ByteView data) { return blake2b<64>(data); }

Bytes32 sha256(ByteView data) {
  Bytes32 out;
  SHA256(data.data(), data.size(), out.data());
  return out;
}

std::uint64_t twox_64(ByteView data) { return XXH64(data.data(), data.size(), 0); }

Bytes16 twox_128(ByteView data) {
  Bytes16 out;
  for (std::size_t seed = 0; seed < 2; ++seed) {
    const std::uint64_t half = XXH64(data.data(), data.size(), seed);
    for (std::size_t i = 0; i < 8; ++i) {
      out[8 * seed + i] = static_cast<std::uint8_t>(half >> (8 * i));
    }
  }
  return out;
}

}  // namespace yuma
