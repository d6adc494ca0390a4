// SPDX-License-Identifier: MIT
#pragma once

// Random numbers for tests: the same sequence for a seed on every machine and with every standard
// library (whose distributions differ), and cheap to start anew for each case.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

#include "yuma/fixed/assumptions.hpp"

namespace yuma::test {

/// SplitMix64 (Steele, Lea, Flood 2014). Any seed is a good one, consecutive ones too.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }

  /// 0 .. bound - 1; bound > 0.
  std::uint64_t below(std::uint64_t bound) {
    return static_cast<std::uint64_t>((static_cast<uint128>(next()) * bound) >> 64);
  }
  /// low .. high, both included; high - low < 2^64 - 1.
  template <class Int>
  Int between(Int low, Int high) {
    const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
    return static_cast<Int>(static_cast<std::uint64_t>(low) + below(span));
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  std::uint16_t u16() { return static_cast<std::uint16_t>(next()); }

  template <class T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }
  template <class T>
  void shuffle(std::vector<T>& values) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[below(i)]);
  }

 private:
  std::uint64_t state_;
};

}  // namespace yuma::test
