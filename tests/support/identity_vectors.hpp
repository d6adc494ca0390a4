// SPDX-License-Identifier: MIT
#pragma once

// The recorded data of tests/vectors/identity. A test program that uses it defines YUMA_SOURCE_DIR.

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "yuma/identity/bytes.hpp"

namespace yuma::test {

/// One of the files, by its name without ".json"; throws where it is missing or is no JSON.
inline nlohmann::json identity_vectors(const std::string& name) {
  return nlohmann::json::parse(
      std::ifstream(YUMA_SOURCE_DIR "/tests/vectors/identity/" + name + ".json"));
}

/// The digits of a value that may have 0x in front.
inline std::string hex_digits(const nlohmann::json& value) {
  const auto text = value.get<std::string>();
  return text.starts_with("0x") ? text.substr(2) : text;
}

inline Bytes bytes_from(const nlohmann::json& value) { return from_hex(hex_digits(value)).value(); }

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> array_from(const nlohmann::json& value) {
  return array_from_hex<N>(hex_digits(value));
}

}  // namespace yuma::test
