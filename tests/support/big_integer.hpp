// SPDX-License-Identifier: MIT
#pragma once

// Signed integers of 512 bits, to check the fixed-point numbers against. Slow on purpose: 32-bit
// digits, schoolbook multiplication, long division that finds each digit by bisection. Powers of
// two are numbers like others, and none of the code of yuma/fixed/wide.hpp is used: a mistake there
// cannot be here as well.

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ostream>
#include <string>

#include "yuma/fixed/assumptions.hpp"
#include "yuma/fixed/wide.hpp"

namespace yuma::oracle {

class Integer {
 public:
  constexpr Integer() = default;
  constexpr Integer(int128 v) : Integer(magnitude_of(v)) {  // NOLINT(google-explicit-constructor)
    negative_ = v < 0;
  }

  static constexpr Integer from_unsigned(uint128 v) {
    Integer r;
    for (std::size_t i = 0; v != 0; ++i, v /= kBase) r.digits_[i] = static_cast<Digit>(v % kBase);
    return r;
  }
  static constexpr Integer power_of_two(int exponent) {
    Integer r(1);
    for (; exponent >= 31; exponent -= 31) r = r * Integer(std::int64_t{1} << 31);
    return r * Integer(std::int64_t{1} << exponent);
  }
  static constexpr Integer from_wide(U256 v) {
    return from_unsigned(v.hi) * power_of_two(128) + from_unsigned(v.lo);
  }

  constexpr bool is_negative() const { return negative_; }
  constexpr bool is_zero() const { return length() == 0; }

  constexpr Integer operator-() const {
    Integer r = *this;
    r.negative_ = !negative_ && !is_zero();
    return r;
  }
  friend constexpr Integer operator+(const Integer& a, const Integer& b) {
    if (a.negative_ == b.negative_) return signed_as(a.negative_, add(a, b));
    return compare(a, b) >= 0 ? signed_as(a.negative_, subtract(a, b))
                              : signed_as(b.negative_, subtract(b, a));
  }
  friend constexpr Integer operator-(const Integer& a, const Integer& b) { return a + -b; }
  friend constexpr Integer operator*(const Integer& a, const Integer& b) {
    return signed_as(a.negative_ != b.negative_, multiply(a, b));
  }

  /// a / b toward zero. b is not zero.
  friend constexpr Integer trunc_div(const Integer& a, const Integer& b) {
    return signed_as(a.negative_ != b.negative_, divide(a, b));
  }
  /// a / b toward minus infinity: one less than trunc_div() where that is too large.
  friend constexpr Integer floor_div(const Integer& a, const Integer& b) {
    const Integer q = trunc_div(a, b);
    const Integer rest = a - q * b;
    return !rest.is_zero() && rest.negative_ != b.negative_ ? q - Integer(1) : q;
  }

  friend constexpr bool operator==(const Integer&, const Integer&) = default;
  friend constexpr std::strong_ordering operator<=>(const Integer& a, const Integer& b) {
    if (a.negative_ != b.negative_) return b.negative_ <=> a.negative_;
    return a.negative_ ? compare(b, a) <=> 0 : compare(a, b) <=> 0;
  }

  /// In decimal.
  std::string text() const {
    std::string digits;
    Integer rest = signed_as(false, *this);
    do {
      const Integer tenth = divide(rest, Integer(10));
      digits.insert(digits.begin(), static_cast<char>('0' + (rest - tenth * Integer(10)).low()));
      rest = tenth;
    } while (!rest.is_zero());
    return negative_ ? "-" + digits : digits;
  }
  friend std::ostream& operator<<(std::ostream& out, const Integer& v) { return out << v.text(); }

 private:
  using Digit = std::uint32_t;
  static constexpr std::uint64_t kBase = std::uint64_t{1} << 32;
  static constexpr std::size_t kDigits = 16;

  static constexpr Integer magnitude_of(int128 v) {
    return from_unsigned(v < 0 ? ~static_cast<uint128>(v) + 1 : static_cast<uint128>(v));
  }
  static constexpr Integer signed_as(bool negative, Integer v) {
    v.negative_ = false;
    return negative ? -v : v;
  }
  constexpr int low() const { return static_cast<int>(digits_[0]); }

  // The rest looks at magnitudes only. A result that needs more than 512 bits is a bug of the test.

  static constexpr int compare(const Integer& a, const Integer& b) {
    for (std::size_t i = kDigits; i-- > 0;) {
      if (a.digits_[i] != b.digits_[i]) return a.digits_[i] < b.digits_[i] ? -1 : 1;
    }
    return 0;
  }
  static constexpr Integer add(const Integer& a, const Integer& b) {
    Integer r;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < kDigits; ++i) {
      carry += std::uint64_t{a.digits_[i]} + b.digits_[i];
      r.digits_[i] = static_cast<Digit>(carry % kBase);
      carry /= kBase;
    }
    if (carry != 0) std::abort();
    return r;
  }
  static constexpr Integer subtract(const Integer& a, const Integer& b) {  // a >= b
    Integer r;
    std::uint64_t borrow = 0;
    for (std::size_t i = 0; i < kDigits; ++i) {
      const std::uint64_t take = b.digits_[i] + borrow;
      borrow = a.digits_[i] < take ? 1 : 0;
      r.digits_[i] = static_cast<Digit>(borrow * kBase + a.digits_[i] - take);
    }
    return r;
  }
  constexpr std::size_t length() const {
    std::size_t n = kDigits;
    while (n > 0 && digits_[n - 1] == 0) --n;
    return n;
  }
  static constexpr Integer multiply(const Integer& a, const Integer& b) {
    const std::size_t rows = a.length(), columns = b.length();
    if (rows + columns > kDigits) std::abort();
    Integer r;
    for (std::size_t i = 0; i < rows; ++i) {
      std::uint64_t carry = 0;
      for (std::size_t k = 0; k < columns; ++k) {
        carry += std::uint64_t{a.digits_[i]} * b.digits_[k] + r.digits_[i + k];
        r.digits_[i + k] = static_cast<Digit>(carry % kBase);
        carry /= kBase;
      }
      if (carry != 0) r.digits_[i + columns] = static_cast<Digit>(carry);
    }
    return r;
  }
  static constexpr Integer divide(const Integer& a, const Integer& b) {
    const Integer divisor = signed_as(false, b);
    const std::size_t top = divisor.length() - 1;
    const std::uint64_t leading = divisor.digits_[top];
    Integer quotient, rest;
    for (std::size_t i = a.length(); i-- > 0;) {
      rest = multiply(rest, Integer(kBase));
      rest.digits_[0] = a.digits_[i];
      if (compare(rest, divisor) < 0) continue;
      // The leading digits narrow the next one down.
      const std::uint64_t of = rest.digits_[top + 1] * kBase + rest.digits_[top];
      std::uint64_t fits = of / (leading + 1), too_large = std::min(kBase, of / leading + 1);
      while (too_large - fits > 1) {
        const std::uint64_t middle = (fits + too_large) / 2;
        (compare(multiply(divisor, Integer(middle)), rest) <= 0 ? fits : too_large) = middle;
      }
      quotient.digits_[i] = static_cast<Digit>(fits);
      rest = subtract(rest, multiply(divisor, Integer(fits)));
    }
    return quotient;
  }

  std::array<Digit, kDigits> digits_{};  // the magnitude, least significant first
  bool negative_ = false;                // never for zero
};

}  // namespace yuma::oracle
