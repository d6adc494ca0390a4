// SPDX-License-Identifier: MIT
#pragma once

// What every part that calls libsodium needs: its start, an end for our own bugs, and room on the
// stack for secrets that are gone a moment later.

#include <sodium.h>

#include <algorithm>

#include "yuma/identity/bytes.hpp"

namespace yuma {

/// Says why and ends the program: for our own bugs and for a system without memory or randomness.
[[noreturn]] void die(const char* why);

/// Starts libsodium once; every entry point that uses it calls this first, from any thread.
void start_sodium();

/// N secret bytes for the length of a function, wiped at its end. Secret would be safer, but costs
/// several system calls, too many for each signature.
template <std::size_t N>
class Scratch {
 public:
  Scratch() = default;
  ~Scratch() { sodium_memzero(bytes_.data(), N); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  std::span<std::uint8_t, N> bytes() { return bytes_; }
  std::span<const std::uint8_t, N> bytes() const { return bytes_; }
  /// Writes `part` at `offset`; it must fit.
  void put(std::size_t offset, ByteView part) {
    std::copy(part.begin(), part.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace yuma
