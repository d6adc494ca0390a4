// SPDX-License-Identifier: MIT
#pragma once

// Memory for secrets: locked where the system allows it, kept out of core dumps, between guard
// pages, and wiped when it is given back. It moves but never copies by accident, and nothing here
// prints it.

#include <cstddef>

#include "yuma/identity/bytes.hpp"

namespace yuma {

/// A fixed number of secret bytes. Aborts where the system has no memory for it.
class Secret {
 public:
  Secret() = default;
  /// `size` zero bytes.
  explicit Secret(std::size_t size);
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  /// A copy that is asked for by name.
  static Secret copy_of(ByteView bytes);
  static Secret copy_of(std::string_view text) { return copy_of(bytes_of(text)); }
  static Secret random(std::size_t size);

  std::span<std::uint8_t> bytes() { return {data_, size_}; }
  ByteView bytes() const { return {data_, size_}; }
  std::string_view text() const { return text_of(bytes()); }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

/// Keeps this process from leaving its memory in a core dump or showing it to a debugger of the
/// same user. Every program that holds a key calls it first. Aborts where the system refuses.
void forbid_core_dumps();

}  // namespace yuma
