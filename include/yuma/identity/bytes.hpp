// SPDX-License-Identifier: MIT
#pragma once

// Bytes as keys, hashes and signatures have them, and their hexadecimal text.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace yuma {

using Bytes = std::vector<std::uint8_t>;
using Bytes32 = std::array<std::uint8_t, 32>;
using Bytes64 = std::array<std::uint8_t, 64>;
using ByteView = std::span<const std::uint8_t>;

/// The bytes of a text, and bytes as text; neither is copied.
inline ByteView bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case digits, two a byte, without "0x".
std::string to_hex(ByteView bytes);

/// Reads 2 * out.size() digits, upper or lower case, without "0x"; false for any other text, and
/// then `out` means nothing. Nothing is kept elsewhere: `out` may be secret.
bool read_hex(std::string_view digits, std::span<std::uint8_t> out);

/// The bytes of an even number of digits, read the same way.
std::optional<Bytes> from_hex(std::string_view digits);

/// The same for exactly N bytes.
template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> array_from_hex(std::string_view digits) {
  std::array<std::uint8_t, N> out;
  return read_hex(digits, out) ? std::optional(out) : std::nullopt;
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
bool equal_in_constant_time(ByteView a, ByteView b);

}  // namespace yuma
