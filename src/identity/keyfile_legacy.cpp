// SPDX-License-Identifier: MIT

// What the SDK sealed key files with before it had $NACL.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "keyfile_seal.hpp"
#include "secret_text.hpp"

namespace yuma {

namespace {

constexpr std::size_t kMacBytes = 32;

absl::Status wrong_password() {
  return absl::UnauthenticatedError("the password does not open it, or the file is damaged");
}

/// PBKDF2-HMAC-SHA256.
Secret derived(std::string_view password, ByteView salt, int rounds, std::size_t size) {
  Secret out(size);
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), salt.data(),
                        static_cast<int>(salt.size()), rounds, EVP_sha256(), static_cast<int>(size),
                        out.bytes().data()) != 1) {
    std::abort();
  }
  return out;
}

bool mac_holds(ByteView key, ByteView message, ByteView mac) {
  std::array<std::uint8_t, kMacBytes> expected;
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
           expected.data(), &size) == nullptr ||
      size != expected.size()) {
    std::abort();
  }
  return equal_in_constant_time(expected, mac);
}

/// Deciphers without looking at the padding.
Secret deciphered(const EVP_CIPHER* cipher, ByteView key, ByteView iv, ByteView text) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(
      EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  constexpr std::size_t kBlock = 16;
  Secret out(text.size() + kBlock);
  int size = 0;
  if (!context || EVP_DecryptInit_ex(context.get(), cipher, nullptr, key.data(), iv.data()) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_DecryptUpdate(context.get(), out.bytes().data(), &size, text.data(),
                        static_cast<int>(text.size())) != 1 ||
      static_cast<std::size_t>(size) != text.size()) {
    std::abort();
  }
  return out;
}

/// The first `size` bytes of `padded` without the padding of PKCS7 in blocks of 16.
std::optional<Secret> without_padding(const Secret& padded, std::size_t size) {
  constexpr std::size_t kBlock = 16;
  if (size == 0 || size % kBlock != 0) return std::nullopt;
  const std::size_t padding = padded.bytes()[size - 1];
  if (padding == 0 || padding > kBlock) return std::nullopt;
  for (std::size_t i = size - padding; i < size; ++i) {
    if (padded.bytes()[i] != padding) return std::nullopt;
  }
  return Secret::copy_of(padded.bytes().first(size - padding));
}

/// Takes the text up to the next line feed, and that from `rest`.
std::string_view next_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return line;
}

struct Vault {
  Bytes salt, mac, text;
};

/// Lines of digits, which are the digits of three lines of digits.
std::optional<Vault> read_vault(std::string_view body) {
  std::string digits;
  while (!body.empty()) digits += trimmed(next_line(body));
  const auto inner = from_hex(digits);
  if (!inner) return std::nullopt;
  std::string_view lines = text_of(*inner);
  const auto salt = from_hex(next_line(lines));
  const auto mac = from_hex(next_line(lines));
  const auto text = from_hex(lines);
  if (!salt || !mac || !text || salt->empty() || text->empty()) return std::nullopt;
  return Vault{*salt, *mac, *text};
}

}  // namespace

absl::StatusOr<Secret> unseal_ansible(std::string_view contents, std::string_view password) {
  std::string_view header = next_line(contents);
  if (header.ends_with('\r')) header.remove_suffix(1);
  if (header != "$ANSIBLE_VAULT;1.1;AES256") {
    return absl::InvalidArgumentError(
        "of Ansible Vault files only those that begin with $ANSIBLE_VAULT;1.1;AES256 are read");
  }
  const auto vault = read_vault(contents);
  if (!vault) return absl::InvalidArgumentError("the Ansible Vault file is damaged");
  constexpr int kRounds = 10'000;
  constexpr std::size_t kKey = 32, kIv = 16;
  const Secret keys = derived(password, vault->salt, kRounds, kKey + kMacBytes + kIv);
  if (!mac_holds(keys.bytes().subspan(kKey, kMacBytes), vault->text, vault->mac)) {
    return wrong_password();
  }
  const Secret padded =
      deciphered(EVP_aes_256_ctr(), keys.bytes().first(kKey), keys.bytes().last(kIv), vault->text);
  auto plaintext = without_padding(padded, vault->text.size());
  if (!plaintext) return absl::InvalidArgumentError("the Ansible Vault file is damaged");
  return *std::move(plaintext);
}

absl::StatusOr<Secret> unseal_fernet(std::string_view contents, std::string_view password) {
  // Version, time, initialisation vector, text, authenticator.
  constexpr std::size_t kIvAt = 1 + 8, kTextAt = kIvAt + 16, kBlock = 16;
  const auto token = secret_from_base64(contents, Base64::kUrl);
  const std::size_t size = token ? token->size() : 0;
  if (size < kTextAt + kBlock + kMacBytes || (size - kTextAt - kMacBytes) % kBlock != 0 ||
      token->bytes()[0] != 0x80) {
    return absl::InvalidArgumentError("the Fernet file is damaged, or something follows the token");
  }
  constexpr std::string_view kSalt =
      "Iguesscyborgslikemyselfhaveatendencytobeparanoidaboutourorigins";
  constexpr int kRounds = 10'000'000;
  const Secret keys = derived(password, bytes_of(kSalt), kRounds, 32);
  const ByteView bytes = token->bytes();
  if (!mac_holds(keys.bytes().first(16), bytes.first(size - kMacBytes), bytes.last(kMacBytes))) {
    return wrong_password();
  }
  const ByteView text = bytes.subspan(kTextAt, size - kTextAt - kMacBytes);
  const Secret padded =
      deciphered(EVP_aes_128_cbc(), keys.bytes().last(16), bytes.subspan(kIvAt, kBlock), text);
  auto plaintext = without_padding(padded, text.size());
  if (!plaintext) return absl::InvalidArgumentError("the Fernet file is damaged");
  return *std::move(plaintext);
}

}  // namespace yuma
