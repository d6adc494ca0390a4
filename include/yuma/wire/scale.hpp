// SPDX-License-Identifier: MIT
#pragma once

// SCALE, the encoding of Substrate, for the types that signed objects and extrinsics are made of:
// little-endian integers, compact integers, byte strings, lists, options. Reading is strict: a
// compact integer must be in its shortest form, a length must fit what is left, and nothing may
// follow the end.

#include <algorithm>
#include <concepts>

#include "absl/status/status.h"
#include "yuma/identity/bytes.hpp"

namespace yuma {

__extension__ typedef unsigned __int128 uint128;  // NOLINT(modernize-use-using)

/// Appends values to a buffer.
class ScaleWriter {
 public:
  const Bytes& bytes() const { return out_; }
  Bytes take() { return std::move(out_); }
  /// Room for so many bytes in all.
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

  /// A fixed-width integer, least byte first.
  template <std::unsigned_integral T>
  void number(T value) {
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
    }
  }
  void boolean(bool value) { out_.push_back(value ? 1 : 0); }
  /// 1, 2 or 4 bytes, or a count and up to 8.
  void compact(std::uint64_t value) { compact128(value); }
  /// The same for balances of 128 bits: up to 16 bytes after the count.
  void compact128(uint128 value);
  /// Bytes as they stand: fixed-size arrays, hashes, accounts.
  void raw(ByteView bytes) {
    const std::size_t at = out_.size();
    out_.resize(at + bytes.size());
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  /// A compact length, then the bytes: Vec<u8>, String.
  void blob(ByteView bytes);
  /// A compact length, then write(element) for each.
  template <class List, class Write>
  void list(const List& items, Write write) {
    compact(items.size());
    for (const auto& item : items) write(item);
  }
  template <std::unsigned_integral T>
  void numbers(std::span<const T> items) {
    compact(items.size());
    std::size_t at = out_.size();
    out_.resize(at + items.size_bytes());
    for (const T item : items) {
      for (std::size_t i = 0; i < sizeof(T); ++i) {
        out_[at++] = static_cast<std::uint8_t>(item >> (8 * i));
      }
    }
  }
  /// 0, or 1 and write(value).
  template <class T, class Write>
  void option(const std::optional<T>& value, Write write) {
    boolean(value.has_value());
    if (value) write(*value);
  }

 private:
  Bytes out_;
};

/// Reads values and remembers the first error; after one, reads give zeros and empty lists. Ask
/// finish() at the end. Views point into the bytes read.
class ScaleReader {
 public:
  explicit ScaleReader(ByteView bytes) : all_(bytes) {}

  bool ok() const { return status_.ok(); }
  std::size_t left() const { return all_.size() - at_; }
  std::size_t position() const { return at_; }
  /// Records an error at the present position, unless there is one.
  void fail(std::string_view what);
  /// The first error, which names the position; or InvalidArgument where bytes are left over.
  absl::Status finish();

  template <std::unsigned_integral T>
  T number() {
    const ByteView bytes = raw(sizeof(T));
    return bytes.empty() ? T{0} : least_first<T>(bytes.data());
  }
  /// 0 or 1; anything else fails.
  bool boolean();
  /// At most 64 bits, in the shortest form.
  std::uint64_t compact();
  uint128 compact128();
  /// Exactly `size` bytes; empty on failure.
  ByteView raw(std::size_t size);
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> out{};
    const ByteView bytes = raw(N);
    for (std::size_t i = 0; i < bytes.size(); ++i) out[i] = bytes[i];
    return out;
  }
  /// A compact length of at most `max`, then so many bytes.
  ByteView blob(std::size_t max);
  /// A compact length of at most `max`, then read() for each element. No element is smaller than
  /// `element_size` bytes, so a length that cannot fit is refused before anything is allocated.
  template <class T, class Read>
  std::vector<T> list(std::size_t max, std::size_t element_size, Read read) {
    std::vector<T> out;
    const std::size_t size = length(max, element_size);
    out.reserve(size);
    for (std::size_t i = 0; i < size && ok(); ++i) out.push_back(read());
    if (!ok()) out.clear();
    return out;
  }
  template <std::unsigned_integral T>
  std::vector<T> numbers(std::size_t max) {
    const ByteView bytes = raw(length(max, sizeof(T)) * sizeof(T));
    std::vector<T> out(bytes.size() / sizeof(T));
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = least_first<T>(&bytes[i * sizeof(T)]);
    }
    return out;
  }
  template <class T, class Read>
  std::optional<T> option(Read read) {
    return boolean() ? std::optional<T>(read()) : std::nullopt;
  }

 private:
  template <std::unsigned_integral T>
  static T least_first(const std::uint8_t* bytes) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      value = static_cast<T>(value | static_cast<T>(T{bytes[i]} << (8 * i)));
    }
    return value;
  }
  std::size_t length(std::size_t max, std::size_t element_size);
  uint128 compact_of(unsigned most_bytes);

  ByteView all_;
  std::size_t at_ = 0;
  absl::Status status_;
};

}  // namespace yuma
