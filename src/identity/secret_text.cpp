// SPDX-License-Identifier: MIT

#include "secret_text.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstdlib>

namespace yuma {

namespace {

/// What Unicode calls white space, in UTF-8.
constexpr std::string_view kBlanks[] = {
    "\t",           "\n",           "\v",           "\f",           "\r",           " ",
    "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82",
    "\xe2\x80\x83", "\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87", "\xe2\x80\x88",
    "\xe2\x80\x89", "\xe2\x80\x8a", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f",
    "\xe3\x80\x80"};

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto at_start = [&](std::string_view blank) { return text.starts_with(blank); };
  const auto at_end = [&](std::string_view blank) { return text.ends_with(blank); };
  for (auto b = std::begin(kBlanks); b != std::end(kBlanks);) {
    b = std::find_if(std::begin(kBlanks), std::end(kBlanks), at_start);
    if (b != std::end(kBlanks)) text.remove_prefix(b->size());
  }
  for (auto b = std::begin(kBlanks); b != std::end(kBlanks);) {
    b = std::find_if(std::begin(kBlanks), std::end(kBlanks), at_end);
    if (b != std::end(kBlanks)) text.remove_suffix(b->size());
  }
  return text;
}

std::string_view without_0x(std::string_view text) {
  while (text.starts_with("0x")) text.remove_prefix(2);
  return text;
}

std::optional<Secret> secret_from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  if (digits.empty()) return Secret();
  Secret out(digits.size() / 2);
  std::size_t size = 0;
  const char* end = nullptr;
  const int failed = sodium_hex2bin(out.bytes().data(), out.size(), digits.data(), digits.size(),
                                    nullptr, &size, &end);
  if (failed != 0 || size != out.size() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return out;
}

std::optional<Secret> secret_from_base64(std::string_view digits, Base64 alphabet) {
  const bool url = alphabet == Base64::kUrl;
  // libsodium 1.0.18 takes some bytes above 127 for digits.
  const auto is_digit = [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '=' ||
           c == (url ? '-' : '+') || c == (url ? '_' : '/');
  };
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  if (digits.empty()) return Secret();
  Secret buffer(digits.size());
  std::size_t size = 0;
  const char* end = nullptr;
  const int variant = url ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_ORIGINAL;
  if (sodium_base642bin(buffer.bytes().data(), buffer.size(), digits.data(), digits.size(), nullptr,
                        &size, &end, variant) != 0 ||
      end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return Secret::copy_of(buffer.bytes().first(size));
}

SecretWriter& SecretWriter::operator<<(std::string_view text) {
  if (text.size() > buffer_.size() - size_) std::abort();
  std::copy(text.begin(), text.end(), buffer_.bytes().begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += text.size();
  return *this;
}

SecretWriter& SecretWriter::hex(ByteView bytes) {
  Secret digits(2 * bytes.size() + 1);
  sodium_bin2hex(reinterpret_cast<char*>(digits.bytes().data()), digits.size(), bytes.data(),
                 bytes.size());
  return *this << digits.text().substr(0, 2 * bytes.size());
}

}  // namespace yuma
