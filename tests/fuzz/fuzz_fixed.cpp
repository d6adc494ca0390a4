// SPDX-License-Identifier: MIT

// Every operation of the fixed-point types on any operands, against unbounded integers: exact
// results, the direction of each rounding, and just when a result is clamped, zero or none.

#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/fixed_oracle.hpp"
#include "yuma/fixed/decimal.hpp"

namespace {

using yuma::I32F32;
using yuma::I64F64;
using yuma::I96F32;
using yuma::fuzz::require;
using yuma::oracle::Integer;
using yuma::oracle::MaybeInteger;
using yuma::test::ByteSource;

void expect_equal(const char* operation, const MaybeInteger& expected, const MaybeInteger& actual) {
  if (expected == actual) return;
  require(false, std::string(operation) + " gives " + yuma::oracle::text(actual) + ", not " +
                     yuma::oracle::text(expected));
}

/// Operands come in any width, sign extended: small ones and neighbours of zero need few bytes.
template <class Rep>
Rep operand(ByteSource& source) {
  const auto size = static_cast<int>(1 + source.below(sizeof(Rep)));
  const yuma::uint128 bits = source.integer(size);
  const bool complement = source.flag();
  return static_cast<Rep>(complement ? ~bits : bits);
}

template <class F>
void check_operations(ByteSource& source) {
  using Rep = typename F::Representation;
  const F a{operand<Rep>(source)}, b{operand<Rep>(source)};
  yuma::oracle::compare_binary(a, b, expect_equal);
  yuma::oracle::compare_unary(a, expect_equal);
  const auto v = operand<std::int64_t>(source);
  yuma::oracle::compare_from_int<F>(v, expect_equal);
  yuma::oracle::compare_from_int<F>(static_cast<std::uint64_t>(v), expect_equal);
  require((a < b) == (Integer(a.bits) < Integer(b.bits)), "the order of numbers");
}

void check_wide(ByteSource& source) {
  const yuma::U256 n{source.integer(16), source.integer(16)};
  const yuma::uint128 d = (source.integer(16) >> 1) + 1;
  const Integer numerator = Integer::from_wide(n), divisor = Integer::from_unsigned(d);
  const Integer rest = numerator - Integer::from_wide(yuma::divide(n, d)) * divisor;
  require(!rest.is_negative() && rest < divisor, "q d + r = n with r < d");
}

void check_decimal(ByteSource& source) {
  const auto v = operand<yuma::int128>(source);
  const std::string text = yuma::to_decimal(v);
  require(text == Integer(v).text() && yuma::parse_decimal(text) == v, "decimal of " + text);
  std::string any;
  while (!source.empty()) any.push_back(static_cast<char>(source.byte()));
  const auto read = yuma::parse_decimal(any);
  if (!read) return;
  // What was read is what was written, but for zeros in front.
  const bool negative = any.front() == '-';
  const auto digit = any.find_first_not_of("-0");
  const std::string digits = digit == std::string::npos ? "0" : any.substr(digit);
  require(yuma::to_decimal(*read) == (negative && digits != "0" ? "-" + digits : digits), any);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  switch (source.below(7)) {
    case 0:
      check_operations<I32F32>(source);
      break;
    case 1:
      check_operations<I64F64>(source);
      break;
    case 2:
      check_operations<I96F32>(source);
      break;
    case 3: {
      const I32F32 x{operand<std::int64_t>(source)};
      yuma::oracle::compare_share(x, source.u64(), expect_equal);
      break;
    }
    case 4:
      yuma::oracle::compare_exp({operand<std::int64_t>(source)}, expect_equal);
      break;
    case 5:
      check_wide(source);
      break;
    default:
      check_decimal(source);
  }
  return 0;
}
