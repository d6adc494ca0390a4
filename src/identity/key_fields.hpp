// SPDX-License-Identifier: MIT
#pragma once

// The fields of a key file's JSON, read without leaving a secret behind in unlocked memory.

#include <cstdint>
#include <optional>

#include "yuma/identity/secret.hpp"

namespace yuma {

/// Of duplicate fields the last counts; a field that is no text counts as absent.
struct KeyFields {
  bool is_object = false;
  std::optional<Secret> phrase, seed, private_key, address;
  std::optional<Secret> old_address;               ///< " ss58Address", as early files have it
  std::optional<std::uint8_t> crypto_type;         ///< a whole number, or text that trims to one
  bool has_encoded = false, has_encoding = false;  ///< both: an export of polkadot-js
};

/// Nothing where the text is no JSON: also with a byte order mark, anything after the value, or
/// more than 127 levels.
std::optional<KeyFields> read_key_fields(ByteView text);

}  // namespace yuma
