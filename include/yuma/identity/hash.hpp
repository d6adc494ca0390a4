// SPDX-License-Identifier: MIT
#pragma once

// The hashes of the ecosystem: BLAKE2b for ids, addresses and commits, SHA-256 for request bodies,
// xxHash ("twox") for names in the chain's storage. Bodies call libsodium,
// OpenSSL and libxxhash.

#include <cstdint>

#include "yuma/identity/bytes.hpp"

namespace yuma {

using Bytes16 = std::array<std::uint8_t, 16>;

/// BLAKE2b (RFC 7693) without key, of 16, 32 or 64 bytes.
Bytes16 blake2b_128(ByteView data);
Bytes32 blake2b_256(ByteView data);
Bytes64 blake2b_512(ByteView data);

Bytes32 sha256(ByteView data);

/// xxHash64 with seed 0, as a number; and of seeds 0 and 1 one after the other, little endian.
std::uint64_t twox_64(ByteView data);
Bytes16 twox_128(ByteView data);

}  // namespace yuma
