// SPDX-License-Identifier: MIT
#pragma once

#include <sodium.h>

#include <cstdlib>
#include <string>

#include "yuma/identity/bytes.hpp"

namespace yuma::test {

/// The bytes of text that is base64 (other text aborts), and back.
inline Bytes from_base64(const std::string& text) {
  Bytes out(text.size() + 1);  // never without memory
  std::size_t size = 0;
  if (sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &size, nullptr,
                        sodium_base64_VARIANT_ORIGINAL) != 0) {
    std::abort();
  }
  out.resize(size);
  return out;
}

inline std::string to_base64(const Bytes& bytes) {
  std::string out(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(),
                    sodium_base64_VARIANT_ORIGINAL);
  out.pop_back();
  return out;
}

}  // namespace yuma::test
