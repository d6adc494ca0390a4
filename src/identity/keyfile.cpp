// SPDX-License-Identifier: MIT

#include "yuma/identity/keyfile.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "key_fields.hpp"
#include "keyfile_seal.hpp"
#include "secret_text.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma {

namespace {

absl::Status no_key_file(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("is no key file: ", why));
}

absl::Status in_field(absl::string_view field, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(field, ": ", status.message()));
}

/// The secret of a file, which gives a key under either scheme.
struct FileSecret {
  const char* field;
  SecretForm form;
  std::string_view text;

  absl::StatusOr<KeyFile> key(Scheme scheme) const { return key_file_of_text(form, scheme, text); }
};

std::optional<FileSecret> secret_of(const KeyFields& fields) {
  if (fields.phrase) return FileSecret{"secretPhrase", SecretForm::kPhrase, fields.phrase->text()};
  if (fields.seed) return FileSecret{"secretSeed", SecretForm::kSeed, fields.seed->text()};
  if (fields.private_key) {
    return FileSecret{"privateKey", SecretForm::kPrivateKey, fields.private_key->text()};
  }
  return std::nullopt;
}

absl::StatusOr<Scheme> scheme_of(const KeyFields& fields) {
  const std::uint8_t code = fields.crypto_type.value_or(std::uint8_t(Scheme::kSr25519));
  if (code <= std::uint8_t(Scheme::kSr25519)) return Scheme(code);
  return absl::InvalidArgumentError(absl::StrCat(
      "cryptoType ", int(code), " is not supported: 0 is ed25519, 1 (or none) is sr25519"));
}

absl::StatusOr<KeyFile> public_part(const KeyFields& fields, Scheme scheme) {
  const auto address = ss58_decode(fields.address->text());
  if (!address.ok()) return in_field("ss58Address", address.status());
  KeyFile file;
  file.public_key = {scheme, address->account};
  return file;
}

absl::StatusOr<KeyFile> key_of_fields(const KeyFields& fields) {
  if (fields.has_encoded && fields.has_encoding) {
    return no_key_file("it is an export of polkadot-js or a mobile wallet; `key import` takes it");
  }
  const auto secret = secret_of(fields);
  if (!secret && !fields.address) {
    return no_key_file(
        "none of secretPhrase, secretSeed, privateKey, ss58Address is in it as text");
  }
  const auto scheme = scheme_of(fields);
  if (!scheme.ok()) return scheme.status();
  if (!secret) return public_part(fields, *scheme);

  auto file = secret->key(*scheme);
  if (!file.ok()) return in_field(secret->field, file.status());
  const auto& address = fields.address ? fields.address : fields.old_address;
  if (!address || address->text() == file->public_key.address()) return file;
  const Scheme other = *scheme == Scheme::kSr25519 ? Scheme::kEd25519 : Scheme::kSr25519;
  file = secret->key(other);
  if (file.ok() && address->text() == file->public_key.address()) return file;
  return absl::InvalidArgumentError(
      absl::StrCat("ss58Address is not the address of the key in ", secret->field,
                   " under either scheme: the file was changed, or put together from two"));
}

/// Content that is no JSON: the digits of a seed or of an sr25519 private key, or a phrase.
absl::StatusOr<KeyFile> key_of_bare_text(std::string_view text) {
  constexpr std::size_t kSeedDigits = 64, kPrivateKeyDigits = 128;
  text = trimmed(text);
  const std::string_view digits = without_0x(text);
  const bool only_digits = digits.find_first_not_of("0123456789abcdefABCDEF") == digits.npos;
  if (only_digits && digits.size() == kSeedDigits) {
    return key_file_of_text(SecretForm::kSeed, Scheme::kSr25519, digits);
  }
  if (only_digits && digits.size() == kPrivateKeyDigits) {
    return key_file_of_text(SecretForm::kPrivateKey, Scheme::kSr25519, digits);
  }
  auto file = key_file_of_phrase(Scheme::kSr25519, text);
  if (file.ok()) return file;
  return no_key_file("neither JSON, nor the digits of a seed or private key, nor a phrase");
}

}  // namespace

std::string_view key_file_format_name(KeyFileFormat format) {
  switch (format) {
    case KeyFileFormat::kPlain:
      return "plain";
    case KeyFileFormat::kNacl:
      return "NaCl";
    case KeyFileFormat::kAnsibleVault:
      return "Ansible Vault";
    case KeyFileFormat::kFernet:
      return "Fernet";
    case KeyFileFormat::kPolkadotExport:
      return "polkadot-js export";
  }
  std::abort();
}

KeyFileFormat key_file_format(ByteView contents) {
  const std::string_view text = text_of(contents);
  if (text.starts_with(kNaclMark)) return KeyFileFormat::kNacl;
  if (text.starts_with(kAnsibleMark)) return KeyFileFormat::kAnsibleVault;
  if (text.starts_with(kFernetMark)) return KeyFileFormat::kFernet;
  const auto fields = read_key_fields(contents);
  const bool exported = fields && fields->has_encoded && fields->has_encoding;
  return exported ? KeyFileFormat::kPolkadotExport : KeyFileFormat::kPlain;
}

bool is_sealed(KeyFileFormat format) { return format != KeyFileFormat::kPlain; }

int seconds_to_open(KeyFileFormat format) {
  constexpr int kArgon2Seconds = 3, kTenMillionRounds = 7, kScryptSeconds = 1;
  switch (format) {
    case KeyFileFormat::kNacl:
      return kArgon2Seconds;
    case KeyFileFormat::kFernet:
      return kTenMillionRounds;
    case KeyFileFormat::kPolkadotExport:
      return kScryptSeconds;
    case KeyFileFormat::kPlain:
    case KeyFileFormat::kAnsibleVault:
      return 0;
  }
  std::abort();
}

absl::StatusOr<KeyFile> key_file_of_phrase(Scheme scheme, std::string_view phrase,
                                           std::string_view password) {
  const auto seed = mnemonic_seed(phrase, password);
  if (!seed.ok()) return seed.status();
  auto file = key_file_of_seed(scheme, seed->bytes());
  if (file.ok() && password.empty()) file->phrase = Secret::copy_of(phrase);
  return file;
}

absl::StatusOr<KeyFile> key_file_of_seed(Scheme scheme, ByteView seed) {
  auto key = KeyPair::from_seed(scheme, seed);
  if (!key.ok()) return key.status();
  KeyFile file = key_file_of_key(*std::move(key));
  file.seed = Secret::copy_of(seed);
  return file;
}

KeyFile key_file_of_key(KeyPair key) {
  KeyFile file;
  file.public_key = key.public_key();
  file.key = std::move(key);
  return file;
}

absl::StatusOr<KeyFile> key_file_of_text(SecretForm form, Scheme scheme, std::string_view text) {
  if (form == SecretForm::kPhrase) return key_file_of_phrase(scheme, text);
  absl::StatusOr<KeyPair> key = absl::UnknownError("");
  if (form == SecretForm::kUri) {
    key = KeyPair::from_uri(scheme, text);
  } else {
    const auto bytes = secret_from_hex(without_0x(text));
    if (!bytes) return absl::InvalidArgumentError("is not an even number of hexadecimal digits");
    if (form == SecretForm::kSeed) return key_file_of_seed(scheme, bytes->bytes());
    key = KeyPair::from_private_key(scheme, bytes->bytes());
  }
  if (!key.ok()) return key.status();
  return key_file_of_key(*std::move(key));
}

absl::StatusOr<KeyFile> parse_key_file(ByteView plaintext) {
  if (plaintext.size() > kMostKeyFileBytes) {
    return no_key_file(absl::StrCat("it has more than ", kMostKeyFileBytes, " bytes"));
  }
  const auto fields = read_key_fields(plaintext);
  if (!fields) return key_of_bare_text(text_of(plaintext));
  if (fields->is_object) return key_of_fields(*fields);
  return no_key_file(
      "it is JSON, but no object (a seed of decimal digits only is read with 0x before it)");
}

absl::StatusOr<KeyFile> open_key_file(ByteView contents, std::string_view password) {
  const KeyFileFormat format = key_file_format(contents);
  if (format == KeyFileFormat::kPlain || format == KeyFileFormat::kPolkadotExport) {
    return parse_key_file(contents);
  }
  const auto plaintext = unseal_key_file(contents, password);
  if (!plaintext.ok()) return plaintext.status();
  return parse_key_file(plaintext->bytes());
}

}  // namespace yuma
