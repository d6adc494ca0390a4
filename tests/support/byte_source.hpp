// SPDX-License-Identifier: MIT
#pragma once

// Reads values from the bytes that a fuzzer chose. When they run out there are zeros: every string
// of bytes means something, and a longer one only adds to it.

#include <cstddef>
#include <cstdint>
#include <span>

#include "yuma/fixed/assumptions.hpp"

namespace yuma::test {

class ByteSource {
 public:
  explicit ByteSource(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const std::uint8_t b = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return b;
  }
  /// An unsigned integer of so many bytes, least significant first.
  uint128 integer(int size) {
    uint128 v = 0;
    for (int k = 0; k < size; ++k) v |= static_cast<uint128>(byte()) << (8 * k);
    return v;
  }
  std::uint16_t u16() { return static_cast<std::uint16_t>(integer(2)); }
  std::uint64_t u64() { return static_cast<std::uint64_t>(integer(8)); }
  bool flag() { return byte() % 2 != 0; }
  /// 0 .. count - 1, from one byte.
  std::size_t below(std::size_t count) { return byte() % count; }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace yuma::test
