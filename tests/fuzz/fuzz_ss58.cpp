// SPDX-License-Identifier: MIT

// SS58: any text against a slow reading of base58; and texts made from chosen bytes with a right
// checksum, which decode exactly when their length and prefix are right.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/identity/ss58.hpp"

namespace {

using yuma::Bytes;
using yuma::ByteView;
using yuma::fuzz::require;
using yuma::test::ByteSource;

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// `digits` of one base as digits of another, the most significant first, zeros in front kept.
Bytes change_base(const Bytes& digits, unsigned from, unsigned to) {
  Bytes out;  // the least significant first
  for (const std::uint8_t digit : digits) {
    unsigned carry = digit;
    for (auto& d : out) {
      carry += d * from;
      d = static_cast<std::uint8_t>(carry % to);
      carry /= to;
    }
    for (; carry != 0; carry /= to) out.push_back(static_cast<std::uint8_t>(carry % to));
  }
  const auto zeros = std::find_if(digits.begin(), digits.end(), [](auto d) { return d != 0; });
  out.resize(out.size() + static_cast<std::size_t>(zeros - digits.begin()), 0);
  std::reverse(out.begin(), out.end());
  return out;
}

std::string slow_encode(const Bytes& bytes) {
  std::string out;
  for (const std::uint8_t digit : change_base(bytes, 256, 58)) out.push_back(kAlphabet[digit]);
  return out;
}

Bytes with_checksum(Bytes bytes) {
  Bytes input(7 + bytes.size());
  std::copy_n("SS58PRE", 7, input.begin());
  std::copy(bytes.begin(), bytes.end(), input.begin() + 7);
  const auto hash = yuma::blake2b_512(input);
  bytes.insert(bytes.end(), hash.begin(), hash.begin() + 2);
  return bytes;
}

/// The prefix of bytes that have the length of an address, or -1.
int prefix_of(const Bytes& bytes) {
  if (bytes.size() == 35 && bytes[0] < 64) return bytes[0];
  if (bytes.size() != 36 || bytes[0] < 64 || bytes[0] >= 128) return -1;
  return (bytes[0] & 63) * 4 + bytes[1] / 64 + (bytes[1] & 63) * 256;
}

bool is_registered(int prefix) {
  return yuma::ss58_decode(yuma::ss58_encode({}, static_cast<std::uint16_t>(prefix))).ok();
}

void check_text(const std::string& text) {
  const auto address = yuma::ss58_decode(text);
  const auto account = yuma::ss58_decode_account(text);
  require(address.ok() || !account.ok(), "an account has an address");
  Bytes digits;
  bool in_alphabet = true;
  for (const char c : text) {
    const auto digit = kAlphabet.find(c);
    in_alphabet = in_alphabet && digit != std::string_view::npos;
    digits.push_back(static_cast<std::uint8_t>(digit));
  }
  if (!in_alphabet || text.size() > 60) {
    require(!address.ok(), "base58 of a few dozen characters");
    return;
  }
  const Bytes bytes = change_base(digits, 58, 256);
  const int prefix = prefix_of(bytes);
  const bool right = prefix >= 0 && is_registered(prefix) &&
                     bytes == with_checksum(Bytes(bytes.begin(), bytes.end() - 2));
  require(address.ok() == right, "the verdict on " + text);
  if (!right) return;
  require(address->prefix == prefix, "the prefix of " + text);
  require(std::equal(address->account.begin(), address->account.end(), bytes.end() - 34),
          "the account of " + text);
  const bool usual = yuma::ss58_encode(address->account, address->prefix) == text;
  require(usual || (prefix < 64 && bytes.size() == 36), "one text for an address: " + text);
  require(account.ok() == (usual && prefix == 42), "prefix 42 for an account");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  const bool made = source.flag();
  Bytes rest;
  while (!source.empty()) rest.push_back(source.byte());
  if (!made) {
    check_text(std::string(rest.begin(), rest.end()));
    return 0;
  }
  rest.resize(std::min<std::size_t>(rest.size(), 40));
  check_text(slow_encode(with_checksum(rest)));
  if (rest.size() < 34) return 0;
  yuma::AccountId account;
  std::copy_n(rest.begin() + 2, 32, account.begin());
  const auto prefix = static_cast<std::uint16_t>((rest[0] + 256 * rest[1]) % 16384);
  const std::string text = yuma::ss58_encode(account, prefix);
  const auto address = yuma::ss58_decode(text);
  if (address.ok()) {
    require(address->account == account && address->prefix == prefix, "there and back: " + text);
  }
  check_text(text);
  return 0;
}
