// SPDX-License-Identifier: MIT

#include "curve/scalar.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace yuma::curve {

namespace {

__extension__ using Wide = unsigned __int128;

constexpr Scalar kHalf{{0, std::uint64_t{1} << 63, 0, 0}};  // 2^127

/// a - b, which is not negative.
Scalar subtract(const Scalar& a, const Scalar& b) {
  Scalar r{};
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const Wide difference = static_cast<Wide>(a.word[i]) - b.word[i] - borrow;
    r.word[i] = static_cast<std::uint64_t>(difference);
    borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
  }
  return r;
}

/// a += b q and a -= b q, modulo 2^256.
void add_multiple(Scalar& a, const Scalar& b, std::uint64_t q) {
  std::uint64_t carry = 0;
  for (int i = 0; i < 4; ++i) {
    const Wide sum = static_cast<Wide>(b.word[i]) * q + a.word[i] + carry;
    a.word[i] = static_cast<std::uint64_t>(sum);
    carry = static_cast<std::uint64_t>(sum >> 64);
  }
}
void subtract_multiple(Scalar& a, const Scalar& b, std::uint64_t q) {
  std::uint64_t borrow = 0;
  for (int i = 0; i < 4; ++i) {
    const Wide product = static_cast<Wide>(b.word[i]) * q + borrow;
    const auto low = static_cast<std::uint64_t>(product);
    borrow = static_cast<std::uint64_t>(product >> 64) + (a.word[i] < low ? 1 : 0);
    a.word[i] -= low;
  }
}

/// The 64 bits of a below its bit number `end`, which is 64 or more.
std::uint64_t bits_below(const Scalar& a, int end) {
  const int start = end - 64, at = start / 64, shift = start % 64;
  return shift == 0 ? a.word[at] : a.word[at] >> shift | a.word[at + 1] << (64 - shift);
}

Scalar shifted_left(const Scalar& a, int by) {
  Scalar r{};
  for (int i = 3, from = 3 - by / 64; from >= 0; --i, --from) {
    const int shift = by % 64;
    r.word[i] = a.word[from] << shift;
    if (shift != 0 && from > 0) r.word[i] |= a.word[from - 1] >> (64 - shift);
  }
  return r;
}

int bit_length(const Scalar& a) {
  for (int i = 3; i >= 0; --i) {
    if (a.word[i] != 0) return 64 * i + static_cast<int>(std::bit_width(a.word[i]));
  }
  return 0;
}

/// Two consecutive remainders of Euclid's algorithm on L and k, and what they are multiples of k
/// by:
///   second = f2 k or -f2 k mod L, first = f1 k with the other sign, first f2 + second f1 = L.
/// As long as first >= 2^127, f2 < 2^126; and f2 is never 0.
struct Remainders {
  Scalar first, second;  ///< first > second
  Scalar factor_first, factor_second;
  bool negative;  ///< whether second = -f2 k

  void swap() {
    std::swap(first, second);
    std::swap(factor_first, factor_second);
    negative = !negative;
  }
};

/// Part of a division: takes second from first as often as the largest power of two that fits.
void one_step(Remainders& r) {
  int shift = bit_length(r.first) - bit_length(r.second);
  if (is_below(r.first, shifted_left(r.second, shift))) --shift;
  r.first = subtract(r.first, shifted_left(r.second, shift));
  add_multiple(r.factor_first, shifted_left(r.factor_second, shift), 1);
  if (is_below(r.first, r.second)) r.swap();
}

/// Lehmer's way: as many divisions as the leading 63 bits of both decide, all carried out at once.
/// False if that is none. second stays at or above 2^127.
bool many_steps(Remainders& r) {
  const int end = bit_length(r.first), cut = end - 63;
  // a x - b y and d y - c x for the leading bits x and y (or both with the other sign, where odd);
  // without the bits that were cut off they are wrong by less than a + b and c + d.
  std::uint64_t x = bits_below(r.first, end) >> 1, y = bits_below(r.second, end) >> 1;
  std::uint64_t a = 1, b = 0, c = 0, d = 1;
  const std::uint64_t least = cut < 127 ? std::uint64_t{1} << (127 - cut) : 1;
  bool odd = false;
  while (y != 0) {
    const std::uint64_t q = x / y, rest = x % y;
    const Wide e = static_cast<Wide>(q) * c + a, f = static_cast<Wide>(q) * d + b;
    // The next remainder is surely not below `least`, nor above the one before it.
    if (rest < least + e + f || y - rest < c + d + e + f) break;
    x = y, y = rest;
    a = c, b = d;
    c = static_cast<std::uint64_t>(e), d = static_cast<std::uint64_t>(f);
    odd = !odd;
  }
  if (b == 0) return false;
  const auto combine = [](const Scalar& plus, std::uint64_t p, const Scalar& minus,
                          std::uint64_t m) {
    Scalar result{};
    add_multiple(result, plus, p);
    subtract_multiple(result, minus, m);
    return result;
  };
  const Scalar first = r.first, second = r.second, f1 = r.factor_first, f2 = r.factor_second;
  r.first = odd ? combine(second, b, first, a) : combine(first, a, second, b);
  r.second = odd ? combine(first, c, second, d) : combine(second, d, first, c);
  r.factor_first = r.factor_second = {};
  add_multiple(r.factor_first, f1, a);
  add_multiple(r.factor_first, f2, b);
  add_multiple(r.factor_second, f1, c);
  add_multiple(r.factor_second, f2, d);
  r.negative = r.negative != odd;
  return true;
}

}  // namespace

Scalar read_scalar(const Bytes32& bytes) {
  Scalar r{};
  for (std::size_t i = 0; i < 32; ++i) r.word[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
  return r;
}

bool is_below(const Scalar& a, const Scalar& b) {
  for (int i = 3; i >= 0; --i) {
    if (a.word[i] != b.word[i]) return a.word[i] < b.word[i];
  }
  return false;
}

bool is_zero(const Scalar& a) { return (a.word[0] | a.word[1] | a.word[2] | a.word[3]) == 0; }

Scalar add(const Scalar& a, const Scalar& b) {
  Scalar r = a;
  add_multiple(r, b, 1);
  return is_below(r, kOrder) ? r : subtract(r, kOrder);
}

Scalar multiply(const Scalar& a, const Scalar& b) {
  std::uint64_t product[6] = {};
  for (int i = 0; i < 2; ++i) {
    std::uint64_t carry = 0;
    for (int k = 0; k < 4; ++k) {
      const Wide sum = static_cast<Wide>(a.word[i]) * b.word[k] + product[i + k] + carry;
      product[i + k] = static_cast<std::uint64_t>(sum);
      carry = static_cast<std::uint64_t>(sum >> 64);
    }
    product[i + 4] = carry;
  }
  // Cut at bit 252: low + 2^252 high = low - c high modulo L, with c = L - 2^252 of 125 bits and
  // high below 2^129. 4 L more make it positive.
  Scalar low{{product[0], product[1], product[2], product[3] & 0x0fffffffffffffff}};
  const Scalar high{{product[3] >> 60 | product[4] << 4, product[4] >> 60 | product[5] << 4,
                     product[5] >> 60, 0}};
  const Scalar high_shifted{{0, high.word[0], high.word[1], high.word[2]}};
  add_multiple(low, kOrder, 4);
  subtract_multiple(low, high, kOrder.word[0]);
  subtract_multiple(low, high_shifted, kOrder.word[1]);
  while (!is_below(low, kOrder)) low = subtract(low, kOrder);
  return low;
}

HalfSize half_size(const Scalar& k) {
  Remainders r{kOrder, k, {}, {{1, 0, 0, 0}}, false};
  while (!is_below(r.second, kHalf)) {
    if (!many_steps(r)) one_step(r);
  }
  return {r.second, r.factor_second, r.negative};
}

}  // namespace yuma::curve
