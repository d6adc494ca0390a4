// SPDX-License-Identifier: MIT
#pragma once

// What the exact arithmetic takes for granted of the compiler and the machine. C++20 promises most
// of it; it is written down because a platform where one of these fails computes other payouts than
// the chain, and must not compile.

#include <climits>
#include <cstdint>

namespace yuma {

// `using` would not let __extension__ silence the pedantic warning.
__extension__ typedef __int128 int128;            // NOLINT(modernize-use-using)
__extension__ typedef unsigned __int128 uint128;  // NOLINT(modernize-use-using)

static_assert(CHAR_BIT == 8);
static_assert(sizeof(int128) == 16 && sizeof(uint128) == 16);

// Negative numbers are two's complement, and narrowing keeps the low bits: wrapping sums rely on
// it.
static_assert(static_cast<std::int64_t>(~std::uint64_t{0}) == -1);
static_assert(static_cast<std::int64_t>(std::uint64_t{1} << 63) == INT64_MIN);
static_assert(static_cast<std::int64_t>(static_cast<int128>(1) << 64) == 0);
static_assert(static_cast<int128>(~static_cast<uint128>(0)) == -1);

// A right shift of a negative number rounds toward minus infinity: products floor by it.
static_assert((std::int64_t{-1} >> 1) == -1);
static_assert((std::int64_t{-3} >> 1) == -2);
static_assert((static_cast<int128>(-1) >> 32) == -1);

// Division rounds toward zero: quotients truncate by it.
static_assert(-7 / 2 == -3 && 7 / -2 == -3);
static_assert(static_cast<int128>(-7) / 2 == -3);

}  // namespace yuma
