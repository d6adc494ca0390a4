// SPDX-License-Identifier: MIT

// Recorded addresses, hashes and SCALE integers.

#include "absl/strings/match.h"
#include "lab/verify/identity.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/wire/scale.hpp"

namespace yuma::lab {

namespace {

std::string decimal(uint128 value) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return digits;
}

}  // namespace

/// Texts as the SDK reads them under any registered prefix, and as users may enter them.
void verify_address_text(Case& c) {
  const std::string text = c.text("text");
  const auto address = ss58_decode(text);
  Case sdk = c.part("sdk");
  sdk.expect("ok", address.ok());
  if (address.ok()) sdk.expect_hex("public", address->account);
  c.expect("is_bittensor_address", ss58_decode_account(text).ok());
}

/// Addresses under a prefix, some of which no registry names: those are written but not read.
void verify_address_encoding(Case& c) {
  constexpr std::uint64_t kMaxPrefix = (1U << 14) - 1;
  const auto prefix = static_cast<std::uint16_t>(c.number("prefix", kMaxPrefix));
  const AccountId account = c.bytes32("public");
  if (!c.ok()) return;
  c.expect("ss58", ss58_encode(account, prefix));
  const auto address = ss58_decode(c.text("ss58"));
  // Encoding knows all prefixes, decoding those of the registry.
  const bool unregistered = absl::StrContains(address.status().message(), "not registered");
  if (!address.ok()) {
    if (!unregistered) c.expect_refused("ss58", address.status());
    return;
  }
  c.expect("prefix", address->prefix);
  c.expect_hex("public", address->account);
}

void verify_address_invalid(Case& c) {
  c.expect("valid_prefix42", ss58_decode_account(c.text("ss58")).ok());
}

void verify_hashes(Case& c) {
  const std::string text = c.text("text");
  const ByteView data = bytes_of(text);
  c.expect_hex("blake2_128", blake2b_128(data));
  c.expect_hex("blake2_256", blake2b_256(data));
  c.expect_hex("blake2_512", blake2b_512(data));
  c.expect_hex("xxhash128", twox_128(data));
  ScaleWriter little_endian;
  little_endian.number(twox_64(data));
  c.expect_hex("xxhash64", little_endian.bytes());
}

void verify_compact(Case& c) {
  const Bytes bytes = c.bytes("compact");
  ScaleReader reader(bytes);
  const uint128 value = reader.compact128();
  if (const auto status = reader.finish(); !status.ok()) return c.expect_refused("compact", status);
  c.expect("value", decimal(value));
  ScaleWriter writer;
  writer.compact128(value);
  c.expect_hex("compact", writer.bytes());
}

}  // namespace yuma::lab
