// SPDX-License-Identifier: MIT
#pragma once

// BIP39 phrases in English, and the seed that Substrate derives from their entropy (not, as other
// chains do, from their words).

#include "absl/status/statusor.h"
#include "yuma/identity/secret.hpp"

namespace yuma {

/// A new phrase of 12, 15, 18, 21 or 24 words (another number aborts: our own bug).
Secret new_mnemonic(int words = 12);

/// The phrase with one blank between words and none around them. InvalidArgument for a wrong number
/// of words, an unknown word or a wrong checksum; words are lower case with ASCII blanks between.
/// The error names positions, never words.
absl::StatusOr<Secret> canonical_mnemonic(std::string_view phrase);

/// The mini secret, 32 bytes: PBKDF2-HMAC-SHA512(entropy, "mnemonic" + password, 2048), cut. Fails
/// as canonical_mnemonic() does.
absl::StatusOr<Secret> mnemonic_seed(std::string_view phrase, std::string_view password = "");

}  // namespace yuma
