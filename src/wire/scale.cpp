// SPDX-License-Identifier: MIT

#include "yuma/wire/scale.hpp"

#include "absl/strings/str_cat.h"

namespace yuma {

namespace {

// The two low bits of the first byte say how a compact integer is written.
enum : std::uint8_t { kOneByte = 0, kTwoBytes = 1, kFourBytes = 2, kCounted = 3 };
constexpr std::uint64_t kOneByteEnd = 1U << 6, kTwoBytesEnd = 1U << 14, kFourBytesEnd = 1U << 30;
constexpr unsigned kLeastCount = 4;  // a counted integer has its number of bytes - 4 in six bits

/// How many bytes a counted integer has.
unsigned counted_bytes(uint128 value) {
  unsigned size = kLeastCount;
  while (size < sizeof(value) && value >> (8 * size) != 0) ++size;
  return size;
}

}  // namespace

void ScaleWriter::compact128(uint128 value) {
  if (value < kOneByteEnd) {
    number(static_cast<std::uint8_t>(value << 2 | kOneByte));
  } else if (value < kTwoBytesEnd) {
    number(static_cast<std::uint16_t>(value << 2 | kTwoBytes));
  } else if (value < kFourBytesEnd) {
    number(static_cast<std::uint32_t>(value << 2 | kFourBytes));
  } else {
    const unsigned size = counted_bytes(value);
    number(static_cast<std::uint8_t>((size - kLeastCount) << 2 | kCounted));
    for (unsigned i = 0; i < size; ++i) number(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

void ScaleWriter::blob(ByteView bytes) {
  compact(bytes.size());
  raw(bytes);
}

void ScaleReader::fail(std::string_view what) {
  if (!ok()) return;
  status_ = absl::InvalidArgumentError(
      absl::StrCat("SCALE at byte ", at_, ": ", absl::string_view(what.data(), what.size())));
}

absl::Status ScaleReader::finish() {
  if (left() != 0) fail(absl::StrCat(left(), " bytes left over"));
  return status_;
}

ByteView ScaleReader::raw(std::size_t size) {
  if (!ok()) return {};
  if (size > left()) {
    fail("ends too early");
    return {};
  }
  at_ += size;
  return all_.subspan(at_ - size, size);
}

bool ScaleReader::boolean() {
  const auto value = number<std::uint8_t>();
  if (value > 1) fail("neither 0 nor 1");
  return ok() && value == 1;
}

std::uint64_t ScaleReader::compact() {
  return static_cast<std::uint64_t>(compact_of(sizeof(std::uint64_t)));
}

uint128 ScaleReader::compact128() { return compact_of(sizeof(uint128)); }

uint128 ScaleReader::compact_of(unsigned most_bytes) {
  const auto first = number<std::uint8_t>();
  const unsigned high = first >> 2;
  uint128 value = 0;
  const auto add_bytes = [&](unsigned count, unsigned shift) {
    for (unsigned i = 0; i < count; ++i)
      value |= uint128{number<std::uint8_t>()} << (shift + 8 * i);
  };
  bool shortest = true;
  switch (first & 3) {
    case kOneByte:
      value = high;
      break;
    case kTwoBytes:
      value = high;
      add_bytes(1, 6);
      shortest = value >= kOneByteEnd;
      break;
    case kFourBytes:
      value = high;
      add_bytes(3, 6);
      shortest = value >= kTwoBytesEnd;
      break;
    default: {
      const unsigned size = high + kLeastCount;
      if (size > most_bytes) {
        fail(absl::StrCat("a compact integer of more than ", 8 * most_bytes, " bits"));
        return 0;
      }
      add_bytes(size, 0);
      shortest = value >= kFourBytesEnd && size == counted_bytes(value);
    }
  }
  if (!shortest) fail("a compact integer that is not in its shortest form");
  return ok() ? value : 0;
}

ByteView ScaleReader::blob(std::size_t max) { return raw(length(max, 1)); }

std::size_t ScaleReader::length(std::size_t max, std::size_t element_size) {
  const std::uint64_t size = compact();
  if (size > max) fail(absl::StrCat("a length of ", size, ", more than ", max));
  if (ok() && element_size != 0 && size > left() / element_size) fail("ends too early");
  return ok() ? static_cast<std::size_t>(size) : 0;
}

}  // namespace yuma
