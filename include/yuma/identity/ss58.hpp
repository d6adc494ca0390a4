// SPDX-License-Identifier: MIT
#pragma once

// SS58, the text form of an account: base58 of prefix, 32 bytes and two bytes of a BLAKE2b
// checksum.

#include "absl/status/statusor.h"
#include "yuma/identity/bytes.hpp"

namespace yuma {

/// 32 bytes that name an account: its public key, whatever the scheme.
using AccountId = Bytes32;

/// The prefix of Bittensor, and of Substrate chains in general.
inline constexpr std::uint16_t kBittensorPrefix = 42;

struct Ss58Address {
  std::uint16_t prefix = kBittensorPrefix;
  AccountId account{};
};

/// The address of an account under a prefix below 16,384 (others abort: our own bug).
std::string ss58_encode(const AccountId& account, std::uint16_t prefix = kBittensorPrefix);

/// Reads an address under any prefix that the Substrate registry names. InvalidArgument for any
/// other text: wrong length, characters, checksum, an unregistered prefix, blanks.
absl::StatusOr<Ss58Address> ss58_decode(std::string_view text);

/// Reads an address under prefix 42 whose text is the one ss58_encode() gives: what users may enter
/// and peers may send.
absl::StatusOr<AccountId> ss58_decode_account(std::string_view text);

}  // namespace yuma
