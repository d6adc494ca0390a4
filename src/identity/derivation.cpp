// SPDX-License-Identifier: MIT

#include "derivation.hpp"

#include <algorithm>
#include <charconv>

#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

bool is_phrase_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
}

absl::Status bad_uri(std::string_view why) {
  return absl::InvalidArgumentError("a secret URI has " + std::string(why));
}

/// A number as Rust reads one: digits only, zeros and one plus sign in front are fine.
std::optional<std::uint64_t> number_of(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return value;
}

/// A text as SCALE writes it: its length in a compact integer, then its bytes. Some use a junction
/// as a password.
Secret scale_text(std::string_view text) {
  const std::uint64_t size = text.size();
  const std::size_t width = size < 1 << 6 ? 1 : size < 1 << 14 ? 2 : 4;
  const std::uint64_t prefix = size << 2 | (width == 1 ? 0U : width == 2 ? 1U : 2U);
  Secret out(width + text.size());
  for (std::size_t i = 0; i < width; ++i) {
    out.bytes()[i] = static_cast<std::uint8_t>(prefix >> (8 * i));
  }
  std::copy(text.begin(), text.end(), out.bytes().last(text.size()).begin());
  return out;
}

}  // namespace

Junction Junction::of(std::string_view text, bool hard) {
  Junction out;
  out.hard = hard;
  if (const auto number = number_of(text)) {
    for (std::size_t i = 0; i < 8; ++i) {
      out.chain_code[i] = static_cast<std::uint8_t>(*number >> (8 * i));
    }
    return out;
  }
  const Secret encoded = scale_text(text);
  if (encoded.size() > out.chain_code.size()) {
    out.chain_code = blake2b_256(encoded.bytes());
  } else {
    std::copy(encoded.bytes().begin(), encoded.bytes().end(), out.chain_code.begin());
  }
  return out;
}

absl::StatusOr<SecretUri> parse_secret_uri(std::string_view uri) {
  SecretUri out;
  const auto phrase_end = std::find_if_not(uri.begin(), uri.end(), is_phrase_character);
  out.phrase = uri.substr(0, static_cast<std::size_t>(phrase_end - uri.begin()));
  uri.remove_prefix(out.phrase.size());
  if (!uri.empty() && uri.front() != '/') {
    return bad_uri("a character in its phrase that is no letter, digit or blank");
  }
  while (!uri.empty()) {
    if (uri.starts_with("///")) {
      out.password = uri.substr(3);
      if (out.password.find('\n') != std::string_view::npos) {
        return bad_uri("a line break in its password");
      }
      return out;
    }
    const bool hard = uri.starts_with("//");
    uri.remove_prefix(hard ? 2 : 1);
    const std::string_view text = uri.substr(0, uri.find('/'));
    if (text.empty()) return bad_uri("a junction without text");
    out.path.push_back(Junction::of(text, hard));
    uri.remove_prefix(text.size());
  }
  return out;
}

}  // namespace yuma
