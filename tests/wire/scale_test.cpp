// SPDX-License-Identifier: MIT

#include "yuma/wire/scale.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/identity_vectors.hpp"
#include "tests/support/random.hpp"

namespace yuma {
namespace {

using test::Random;

Bytes written(uint128 value) {
  ScaleWriter out;
  out.compact128(value);
  return out.take();
}

std::string decimal(uint128 value) {
  std::string out;
  do {
    out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return out;
}

uint128 from_decimal(const std::string& text) {
  uint128 value = 0;
  for (const char c : text) value = value * 10 + static_cast<uint128>(c - '0');
  return value;
}

/// What a reader of so many bits says to `bytes`: the number, or nothing.
std::optional<uint128> read128(ByteView bytes) {
  ScaleReader in(bytes);
  const uint128 value = in.compact128();
  if (!in.finish().ok()) return std::nullopt;
  return value;
}
std::optional<std::uint64_t> read64(ByteView bytes) {
  ScaleReader in(bytes);
  const std::uint64_t value = in.compact();
  if (!in.finish().ok()) return std::nullopt;
  return value;
}

/// Each value next to a power of two: all boundaries of width are among them.
std::vector<uint128> values_near_powers() {
  std::vector<uint128> out = {0, ~uint128{0}};
  for (int bit = 0; bit < 128; ++bit) {
    for (const uint128 near : {uint128{0}, uint128{1}, ~uint128{0}}) {
      out.push_back((uint128{1} << bit) + near);
    }
  }
  return out;
}

std::size_t expected_size(uint128 value) {
  if (value < 64) return 1;
  if (value < 16384) return 2;
  if (value < 1U << 30) return 4;
  std::size_t bytes = 0;
  for (; value != 0; value >>= 8) ++bytes;
  return 1 + std::max<std::size_t>(bytes, 4);
}

TEST(ScaleCompact, HasTheRecordedForms) {
  const auto vectors = test::identity_vectors("substrate");
  const auto& cases = vectors.at("scale_compact");
  ASSERT_GE(cases.size(), 10U);
  for (const auto& c : cases) {
    const uint128 value = from_decimal(c.at("value"));
    const Bytes bytes = test::bytes_from(c.at("compact"));
    EXPECT_EQ(to_hex(written(value)), to_hex(bytes));
    EXPECT_EQ(read128(bytes), value) << c.dump();
    const bool fits = value <= std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(read64(bytes),
              fits ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt);
  }
}

TEST(ScaleCompact, RoundTripsAtEveryWidthInTheFewestBytes) {
  for (const uint128 value : values_near_powers()) {
    const Bytes bytes = written(value);
    EXPECT_EQ(bytes.size(), expected_size(value)) << decimal(value);
    EXPECT_EQ(read128(bytes), value) << decimal(value);
    const bool fits = value <= std::numeric_limits<std::uint64_t>::max();
    EXPECT_EQ(read64(bytes), fits ? std::optional(static_cast<std::uint64_t>(value)) : std::nullopt)
        << decimal(value);
  }
}

TEST(ScaleCompact, RefusesEveryLongerFormOfANumber) {
  for (const uint128 value : values_near_powers()) {
    std::vector<Bytes> longer;
    if (value < 1U << 14) {
      const auto wide = static_cast<std::uint16_t>(value << 2 | 1);
      longer.push_back({static_cast<std::uint8_t>(wide), static_cast<std::uint8_t>(wide >> 8)});
    }
    if (value < 1U << 30) {
      const auto wide = static_cast<std::uint32_t>(value << 2 | 2);
      longer.emplace_back();
      for (int i = 0; i < 4; ++i) {
        longer.back().push_back(static_cast<std::uint8_t>(wide >> (8 * i)));
      }
    }
    for (unsigned size = 4; size <= 16; ++size) {
      if (size < 16 && value >> (8 * size) != 0) continue;
      Bytes bytes = {static_cast<std::uint8_t>((size - 4) << 2 | 3)};
      for (unsigned i = 0; i < size; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
      }
      longer.push_back(bytes);
    }
    const Bytes shortest = written(value);
    for (const Bytes& bytes : longer) {
      EXPECT_EQ(read128(bytes).has_value(), bytes == shortest) << to_hex(bytes);
      EXPECT_TRUE(!read64(bytes) || bytes == shortest) << to_hex(bytes);
    }
  }
}

TEST(ScaleCompact, RefusesACountOfMoreBytesThanTheTypeHas) {
  for (unsigned size = 4; size <= 67; ++size) {
    Bytes bytes = {static_cast<std::uint8_t>((size - 4) << 2 | 3)};
    bytes.resize(1 + size, 0xff);
    EXPECT_EQ(read64(bytes).has_value(), size <= 8) << size;
    EXPECT_EQ(read128(bytes).has_value(), size <= 16) << size;
  }
}

TEST(ScaleCompact, RefusesEveryTruncation) {
  for (const uint128 value : values_near_powers()) {
    const Bytes bytes = written(value);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(read128(ByteView(bytes).first(size))) << decimal(value) << " " << size;
    }
  }
}

TEST(ScaleCompact, ReadsOfRandomBytesOnlyWhatItWouldWrite) {
  Random random(1);
  int read = 0;
  for (int k = 0; k < 100'000; ++k) {
    Bytes bytes(1 + random.below(18));
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random.next());
    ScaleReader in(bytes);
    const uint128 value = in.compact128();
    if (!in.ok()) {
      EXPECT_TRUE(value == 0);
      continue;
    }
    ++read;
    EXPECT_EQ(to_hex(written(value)), to_hex(ByteView(bytes).first(in.position())));
  }
  EXPECT_GT(read, 50'000);
}

TEST(ScaleNumbers, AreLeastByteFirst) {
  ScaleWriter out;
  out.number(std::uint8_t{0x01});
  out.number(std::uint16_t{0x0203});
  out.number(std::uint32_t{0x04050607});
  out.number(std::uint64_t{0x08090a0b0c0d0e0f});
  out.boolean(true);
  out.boolean(false);
  EXPECT_EQ(to_hex(out.bytes()),
            "01030207060504"
            "0f0e0d0c0b0a0908"
            "0100");
  ScaleReader in(out.bytes());
  EXPECT_EQ(in.number<std::uint8_t>(), 0x01);
  EXPECT_EQ(in.number<std::uint16_t>(), 0x0203);
  EXPECT_EQ(in.number<std::uint32_t>(), 0x04050607U);
  EXPECT_EQ(in.number<std::uint64_t>(), 0x08090a0b0c0d0e0fU);
  EXPECT_TRUE(in.boolean());
  EXPECT_FALSE(in.boolean());
  EXPECT_TRUE(in.finish().ok());
}

TEST(ScaleBoolean, IsZeroOrOne) {
  for (unsigned value = 0; value < 256; ++value) {
    const Bytes bytes = {static_cast<std::uint8_t>(value)};
    ScaleReader in(bytes);
    EXPECT_EQ(in.boolean(), value == 1);
    EXPECT_EQ(in.finish().ok(), value < 2);
  }
}

TEST(ScaleBlob, RoundTripsAndKeepsItsBound) {
  for (const std::size_t size : {0U, 1U, 63U, 64U, 16383U, 16384U, 70000U}) {
    const Bytes blob(size, 0xab);
    ScaleWriter out;
    out.blob(blob);
    ScaleReader in(out.bytes());
    EXPECT_EQ(to_hex(in.blob(size)), to_hex(blob));
    EXPECT_TRUE(in.finish().ok());
    if (size == 0) continue;
    ScaleReader bounded(out.bytes());
    EXPECT_TRUE(bounded.blob(size - 1).empty());
    EXPECT_FALSE(bounded.ok());
  }
}

TEST(ScaleList, RoundTripsNumbersAndOptions) {
  const std::vector<std::uint16_t> numbers = {0, 1, 255, 256, 65535};
  const std::optional<std::uint32_t> none, some = 7;
  ScaleWriter out;
  out.numbers(std::span(numbers));
  for (const auto& value : {none, some}) {
    out.option(value, [&](std::uint32_t v) { out.number(v); });
  }
  ScaleReader in(out.bytes());
  EXPECT_EQ(in.numbers<std::uint16_t>(5), numbers);
  const auto read = [&] { return in.number<std::uint32_t>(); };
  EXPECT_EQ(in.option<std::uint32_t>(read), none);
  EXPECT_EQ(in.option<std::uint32_t>(read), some);
  EXPECT_TRUE(in.finish().ok());
}

TEST(ScaleList, RefusesALengthThatCannotFitBeforeReadingAnyElement) {
  for (const std::uint64_t claimed :
       {std::uint64_t{3}, std::uint64_t{1} << 20, std::numeric_limits<std::uint64_t>::max()}) {
    ScaleWriter out;
    out.compact(claimed);
    out.number(std::uint32_t{0});  // two elements of two bytes
    ScaleReader in(out.bytes());
    int reads = 0;
    const auto list = in.list<std::uint16_t>(std::numeric_limits<std::size_t>::max(), 2, [&] {
      ++reads;
      return in.number<std::uint16_t>();
    });
    EXPECT_TRUE(list.empty());
    EXPECT_EQ(reads, 0);
    EXPECT_FALSE(in.ok());
  }
}

TEST(ScaleList, IsEmptyWhereAnElementFails) {
  const Bytes bytes = {2 << 2, 1, 7};  // two options: some(7), and nothing left for the second
  ScaleReader in(bytes);
  const auto list = in.list<std::uint8_t>(2, 1, [&] {
    return in.option<std::uint8_t>([&] { return in.number<std::uint8_t>(); }).value_or(0);
  });
  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(in.finish().ok());
}

TEST(ScaleReader, KeepsItsFirstErrorAndGivesZerosAfterwards) {
  const Bytes bytes = {2, 1, 1, 1};
  ScaleReader in(bytes);
  EXPECT_FALSE(in.boolean());
  EXPECT_EQ(in.number<std::uint16_t>(), 0);
  EXPECT_EQ(in.compact(), 0U);
  EXPECT_EQ(in.array<2>(), (std::array<std::uint8_t, 2>{}));
  in.fail("something else");
  EXPECT_EQ(in.finish().message(), "SCALE at byte 1: neither 0 nor 1");
}

TEST(ScaleReader, RefusesWhatFollowsTheEnd) {
  const Bytes bytes = {1, 0};
  ScaleReader in(bytes);
  EXPECT_TRUE(in.boolean());
  EXPECT_FALSE(in.finish().ok());
}

}  // namespace
}  // namespace yuma
