// SPDX-License-Identifier: MIT
#pragma once

// Key files as btcli and the official SDK write them: one key as JSON, in the clear or sealed with
// a password. This header turns the bytes of a file into a key and back; wallet.hpp knows where the
// files are.
//
// What may be read: JSON, the digits of a seed or private key, or a bare phrase, each in the clear
// or sealed as `$NACL` (what the SDK writes today), Ansible Vault or Fernet (what it wrote before).
// What is accepted and refused is what the official SDK 11 accepts and refuses. Written are JSON
// and
// `$NACL` only.
//
// Errors: InvalidArgument where the bytes are no key file, Unauthenticated where the password does
// not open it (damage looks the same), FailedPrecondition where it is sealed and no password was
// given. None quotes anything from the file or the password.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "yuma/identity/keys.hpp"
#include "yuma/identity/secret.hpp"

namespace yuma {

/// No key file is larger: what reads one stops here.
inline constexpr std::size_t kMostKeyFileBytes = 1 << 16;

enum class KeyFileFormat : std::uint8_t {
  kPlain,  ///< JSON, digits or a phrase: or anything else that is not sealed
  kNacl,
  kAnsibleVault,
  kFernet,
  kPolkadotExport,  ///< JSON of polkadot-js (polkadot_export.hpp); no key file of the SDK
};

/// "plain", "NaCl", "Ansible Vault", "Fernet", "polkadot-js export".
std::string_view key_file_format_name(KeyFileFormat format);

/// What a file claims to be by its first bytes and, for an export, its fields.
KeyFileFormat key_file_format(ByteView contents);

/// Whether a password is needed to read the key, and about how many seconds the derivation takes
/// (which is meant to be slow).
bool is_sealed(KeyFileFormat format);
int seconds_to_open(KeyFileFormat format);

/// What a key file holds.
struct KeyFile {
  /// Not checked to be a point (check_public_key()): a file of an address alone may name any
  /// account.
  PublicKey public_key;
  std::optional<KeyPair> key;  ///< none in a file of the public part
  Secret phrase;               ///< empty where the file has none
  Secret seed;                 ///< 32 bytes, or empty
};

/// A key to write: from a phrase (kept in the file unless it has a password), from 32 bytes, or a
/// key alone.
absl::StatusOr<KeyFile> key_file_of_phrase(Scheme scheme, std::string_view phrase,
                                           std::string_view password = "");
absl::StatusOr<KeyFile> key_file_of_seed(Scheme scheme, ByteView seed);
KeyFile key_file_of_key(KeyPair key);

/// How a person, or a field of a file, writes down a secret key. Digits may have 0x in front.
enum class SecretForm : std::uint8_t { kPhrase, kSeed, kPrivateKey, kUri };
absl::StatusOr<KeyFile> key_file_of_text(SecretForm form, Scheme scheme, std::string_view text);

/// Reads an unsealed file. Of the fields secretPhrase, secretSeed, privateKey, ss58Address the
/// first that is text counts; the address of a secret must be the one the file gives, under its
/// scheme or else under the other. A cryptoType above 1 is refused.
absl::StatusOr<KeyFile> parse_key_file(ByteView plaintext);

/// The JSON of a key, compact, fields always in the same order: accountId, publicKey, secretPhrase,
/// secretSeed, privateKey, ss58Address, cryptoType. InvalidArgument for a phrase of other
/// characters than a to z and blanks.
absl::StatusOr<Secret> key_file_json(const KeyFile& file);

/// The same of the public part: what coldkeypub.txt and the pub files of hotkeys hold.
std::string public_key_file_json(const PublicKey& key);

/// `$NACL`, a nonce and a secretbox under Argon2i of the password, which takes about 3 s and 512
/// MiB (ResourceExhausted where they are not to be had). InvalidArgument for an empty password.
absl::StatusOr<Bytes> seal_key_file(ByteView plaintext, std::string_view password);

/// Opens a sealed file. An empty password counts as none.
absl::StatusOr<Secret> unseal_key_file(ByteView contents, std::string_view password);

/// Opens and reads a file of any format that may hold a key; the password is not looked at where
/// the file is not sealed.
absl::StatusOr<KeyFile> open_key_file(ByteView contents, std::string_view password = "");

}  // namespace yuma
