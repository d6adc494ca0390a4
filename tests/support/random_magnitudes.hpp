// SPDX-License-Identifier: MIT
#pragma once

// Random integers of all magnitudes: as many of 3 bits as of 60. Uniform ones would nearly all be
// large, and their products and quotients out of range.

#include <cstdint>
#include <string>

#include "tests/support/random.hpp"
#include "yuma/fixed/assumptions.hpp"

namespace yuma::test {

class RandomMagnitudes {
 public:
  explicit RandomMagnitudes(std::uint64_t seed) : seed_(seed), random_(seed) {}

  std::string seed_text() const { return "seed " + std::to_string(seed_); }

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }

  /// 0 .. 2^w - 1, where w is random from 0 to max_width, itself at most 128.
  uint128 of_any_width(unsigned max_width = 128) {
    const auto width = static_cast<unsigned>(random_.below(max_width + 1));
    const uint128 bits = (static_cast<uint128>(random_.next()) << 64) | random_.next();
    return width == 0 ? 0 : bits >> (128 - width);
  }
  template <class Signed>
  Signed signed_of_any_width() {
    const uint128 size = of_any_width(sizeof(Signed) * 8);
    return static_cast<Signed>(random_.below(2) == 0 ? size : 0 - size);
  }

 private:
  std::uint64_t seed_;
  Random random_;
};

}  // namespace yuma::test
