// SPDX-License-Identifier: MIT
#pragma once

// What the texts of signed requests and signed responses have in common.

#include <algorithm>
#include <optional>

#include "yuma/identity/bytes.hpp"

namespace yuma::btauth {

inline constexpr std::string_view kVersion = "1";
inline constexpr std::string_view kFirstLine = "btauth/1";
inline constexpr std::string_view kNoReceiver = "-";

/// Whether a text is a token of HTTP.
bool is_method(std::string_view text);

bool has_control_bytes(std::string_view text);

void append_hex(std::string& out, ByteView bytes);

/// 64 lower-case digits.
inline std::optional<Bytes32> read_digest(std::string_view text) {
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
  if (std::any_of(text.begin(), text.end(), is_upper)) return std::nullopt;
  return array_from_hex<32>(text);
}

/// The lines of a text, one after the other; the last one has no newline.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  /// Nothing after the last line.
  std::optional<std::string_view> next();

 private:
  std::string_view rest_;
  bool over_ = false;
};

}  // namespace yuma::btauth
