// SPDX-License-Identifier: MIT
#pragma once

// The first check of a signed request: are the headers there, each once, and written as they must?

#include <optional>

#include "yuma/wire/auth_refusal.hpp"
#include "yuma/wire/btauth.hpp"

namespace yuma::btauth {

/// Views point into the headers.
struct RequestShape {
  Scheme scheme = Scheme::kSr25519;
  std::uint64_t nonce = 0;
  std::string_view hotkey;
  std::string_view signature;  ///< an even number of digits, perhaps after "0x"
  std::optional<std::string_view> receiver;
  bool wants_signature = false;
};

OrRefusal<RequestShape> read_shape(std::string_view method, std::string_view target,
                                   HeaderList headers);

}  // namespace yuma::btauth
