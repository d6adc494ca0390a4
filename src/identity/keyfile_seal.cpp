// SPDX-License-Identifier: MIT

#include "keyfile_seal.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "yuma/identity/keyfile.hpp"

namespace yuma {

namespace {

/// The same for every file of the ecosystem, so equal passwords give equal keys.
constexpr std::array<std::uint8_t, crypto_pwhash_SALTBYTES> kSalt = {
    0x13, 0x71, 0x83, 0xdf, 0xf1, 0x5a, 0x09, 0xbc, 0x9c, 0x90, 0xb5, 0x51, 0x87, 0x39, 0xe9, 0xb1};
constexpr unsigned long long kOperations = 8;
constexpr std::size_t kMemory = 512U << 20U;
constexpr std::size_t kNonceAt = kNaclMark.size();
constexpr std::size_t kBoxAt = kNonceAt + crypto_secretbox_NONCEBYTES;

absl::StatusOr<Secret> nacl_key(std::string_view password) {
  Secret key(crypto_secretbox_KEYBYTES);
  if (crypto_pwhash(key.bytes().data(), key.size(), password.data(), password.size(), kSalt.data(),
                    kOperations, kMemory, crypto_pwhash_ALG_ARGON2I13) != 0) {
    return absl::ResourceExhaustedError(
        "deriving the key of a $NACL file takes 512 MiB of memory, which are not to be had here");
  }
  return key;
}

}  // namespace

absl::StatusOr<Secret> unseal_nacl(ByteView contents, std::string_view password) {
  if (contents.size() < kBoxAt) {
    return absl::InvalidArgumentError("the $NACL file is too short: it was cut off");
  }
  const auto key = nacl_key(password);
  if (!key.ok()) return key.status();
  const ByteView box = contents.subspan(kBoxAt);
  // The SDK calls a box that is shorter than its authenticator a wrong password, too.
  Secret plaintext(std::max<std::size_t>(box.size(), crypto_secretbox_MACBYTES) -
                   crypto_secretbox_MACBYTES);
  if (crypto_secretbox_open_easy(plaintext.bytes().data(), box.data(), box.size(),
                                 contents.data() + kNonceAt, key->bytes().data()) != 0) {
    return absl::UnauthenticatedError("the password does not open it, or the file is damaged");
  }
  return plaintext;
}

absl::StatusOr<Bytes> seal_key_file(ByteView plaintext, std::string_view password) {
  if (password.empty()) {
    return absl::InvalidArgumentError("seal_key_file: the password is empty");
  }
  const auto key = nacl_key(password);
  if (!key.ok()) return key.status();
  Bytes out(kBoxAt + crypto_secretbox_MACBYTES + plaintext.size());
  std::copy(kNaclMark.begin(), kNaclMark.end(), out.begin());
  randombytes_buf(out.data() + kNonceAt, crypto_secretbox_NONCEBYTES);
  crypto_secretbox_easy(out.data() + kBoxAt, plaintext.data(), plaintext.size(),
                        out.data() + kNonceAt, key->bytes().data());
  return out;
}

absl::StatusOr<Secret> unseal_key_file(ByteView contents, std::string_view password) {
  const KeyFileFormat format = key_file_format(contents);
  const bool known = format == KeyFileFormat::kNacl || format == KeyFileFormat::kAnsibleVault ||
                     format == KeyFileFormat::kFernet;
  if (!known) return absl::InvalidArgumentError("unseal_key_file: the file is not sealed");
  if (contents.size() > kMostKeyFileBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is no key file: it has more than ", kMostKeyFileBytes, " bytes"));
  }
  if (password.empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "is sealed (", std::string(key_file_format_name(format)), ") and no password was given"));
  }
  if (format == KeyFileFormat::kNacl) return unseal_nacl(contents, password);
  if (format == KeyFileFormat::kAnsibleVault) return unseal_ansible(text_of(contents), password);
  return unseal_fernet(text_of(contents), password);
}

}  // namespace yuma
