// SPDX-License-Identifier: MIT

#include "curve/plan.hpp"

#include <algorithm>
#include <bit>

namespace yuma::curve {

namespace {

/// The 64 bits of n from number `start` on; zeros beyond its end.
std::uint64_t bits_from(const Scalar& n, int start) {
  const int at = start / 64, shift = start % 64;
  if (at > 3) return 0;
  const std::uint64_t low = n.word[at] >> shift;
  return shift == 0 || at == 3 ? low : low | n.word[at + 1] << (64 - shift);
}

}  // namespace

PlanBuilder::PlanBuilder(std::size_t terms) {
  constexpr std::size_t kStepsOfTerm = 32;  // on average 43 for 253 bits, 22 for 127
  steps_.reserve(kStepsOfTerm * terms);
  first_.fill(Plan::kNone);
}

void PlanBuilder::add(std::uint16_t point, const Scalar& n, bool negative) {
  const int largest = largest_multiple(point);
  const int width = static_cast<int>(std::bit_width(static_cast<unsigned>(largest))) + 1;
  std::uint64_t carry = 0;  // n / 2^position + carry is left, rounded down
  for (int position = 0; position < 256;) {
    const std::uint64_t other_than_carry = bits_from(n, position) ^ (0 - carry);
    if (other_than_carry == 0) {
      position += 64;
      continue;
    }
    position += std::countr_zero(other_than_carry);
    const auto low = static_cast<int>(bits_from(n, position) & ((std::uint64_t{1} << width) - 1));
    int digit = low + static_cast<int>(carry);
    carry = digit > largest ? 1 : 0;
    digit -= static_cast<int>(carry) << width;
    Plan::Index& first = first_[static_cast<std::size_t>(position)];
    steps_.push_back({point, static_cast<std::int16_t>(negative ? -digit : digit), first});
    first = static_cast<Plan::Index>(steps_.size() - 1);
    positions_ = std::max(positions_, position + 1);
    position += width;
  }
}

void PlanBuilder::add_base(const Scalar& n) {
  static_assert(kHighBaseExponent == 127);
  const std::uint64_t mask = ~std::uint64_t{0} >> 1;
  add(kBase, Scalar{{n.word[0], n.word[1] & mask, 0, 0}});
  add(kHighBase, Scalar{{n.word[1] >> 63 | n.word[2] << 1, n.word[2] >> 63 | n.word[3] << 1,
                         n.word[3] >> 63, 0}});
}

}  // namespace yuma::curve
