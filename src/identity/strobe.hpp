// SPDX-License-Identifier: MIT
#pragma once

// STROBE-128 (version 1.0.2) over Keccak-f[1600], as far as Merlin transcripts use it: associated
// data, keys and pseudo-random output. No library of the system has it.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "yuma/identity/bytes.hpp"

namespace yuma {

/// The permutation of SHA-3 on its 25 lanes, lane x + 5 y at index x + 5 y.
using KeccakState = std::array<std::uint64_t, 25>;
void keccak_f1600(KeccakState& state);

/// A plain value: copying it forks the protocol. With `more` an operation continues the one before.
class Strobe128 {
 public:
  explicit Strobe128(std::string_view protocol);

  void meta_ad(ByteView data, bool more);
  void ad(ByteView data);
  void key(ByteView data);
  void prf(std::span<std::uint8_t> out);

  /// Overwrites the state, which is of no use afterwards, and what operations called from the same
  /// function left of it on the stack.
  void wipe();

 private:
  void begin(std::uint8_t flags);
  void absorb(ByteView data);
  void run_f();
  std::uint8_t* bytes() { return reinterpret_cast<std::uint8_t*>(lanes_.data()); }

  KeccakState lanes_{};
  std::uint8_t position_ = 0;
  std::uint8_t begin_ = 0;
};

}  // namespace yuma
