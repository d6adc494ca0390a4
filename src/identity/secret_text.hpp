// SPDX-License-Identifier: MIT
#pragma once

// Texts of and in secrets.

#include <optional>
#include <string_view>

#include "yuma/identity/secret.hpp"

namespace yuma {

/// The text without white space (of Unicode, as the SDK trims) at both ends.
std::string_view trimmed(std::string_view text);

/// The text without the "0x" that it begins with, however many there are.
std::string_view without_0x(std::string_view text);

/// The bytes of an even number of hexadecimal digits.
std::optional<Secret> secret_from_hex(std::string_view digits);

/// The bytes of base64 with its padding, in the usual alphabet or in that of URLs.
enum class Base64 : bool { kUsual, kUrl };
std::optional<Secret> secret_from_base64(std::string_view digits, Base64 alphabet);

/// A secret text that is put together; `most` bounds its length (more aborts: our own bug).
class SecretWriter {
 public:
  explicit SecretWriter(std::size_t most) : buffer_(most) {}
  SecretWriter& operator<<(std::string_view text);
  /// Appends the digits, lower case.
  SecretWriter& hex(ByteView bytes);
  Secret finish() const { return Secret::copy_of(buffer_.bytes().first(size_)); }

 private:
  Secret buffer_;
  std::size_t size_ = 0;
};

}  // namespace yuma
