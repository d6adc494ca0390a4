// SPDX-License-Identifier: MIT

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "secret_text.hpp"
#include "yuma/identity/keyfile.hpp"

namespace yuma {

namespace {

/// Both names that the SDK gives the public key.
std::string public_key_fields(const PublicKey& key) {
  const std::string digits = to_hex(key.bytes);
  return absl::StrCat(R"("accountId":"0x)", digits, R"(","publicKey":"0x)", digits, "\"");
}

std::string closing_fields(const PublicKey& key) {
  return absl::StrCat(R"(,"ss58Address":")", key.address(), R"(","cryptoType":)", int(key.scheme),
                      "}");
}

/// The words with one blank between, or nothing where a character is none of a phrase.
std::optional<Secret> words_of(const Secret& phrase) {
  SecretWriter out(phrase.size());
  bool started = false, gap = false;
  for (const char& c : phrase.text()) {
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (!blank && (c < 'a' || c > 'z')) return std::nullopt;
    if (!blank) {
      if (started && gap) out << " ";
      out << std::string_view(&c, 1);
      started = true;
    }
    gap = blank;
  }
  return out.finish();
}

}  // namespace

absl::StatusOr<Secret> key_file_json(const KeyFile& file) {
  const auto phrase = words_of(file.phrase);
  if (!phrase) {
    return absl::InvalidArgumentError(
        "key_file_json: the phrase has characters other than a to z and blanks");
  }
  const std::string opening = absl::StrCat("{", public_key_fields(file.public_key));
  const std::string closing = closing_fields(file.public_key);
  constexpr std::size_t kNamesAndQuotes = 100, kMostSecretDigits = 192;  // 96 bytes
  SecretWriter out(opening.size() + phrase->size() + kMostSecretDigits + closing.size() +
                   kNamesAndQuotes);
  out << opening;
  if (!phrase->empty()) out << R"(,"secretPhrase":")" << phrase->text() << "\"";
  if (!file.seed.empty()) (out << R"(,"secretSeed":"0x)").hex(file.seed.bytes()) << "\"";
  if (file.key) (out << R"(,"privateKey":"0x)").hex(file.key->private_key()) << "\"";
  out << closing;
  return out.finish();
}

std::string public_key_file_json(const PublicKey& key) {
  return absl::StrCat("{", public_key_fields(key), closing_fields(key));
}

}  // namespace yuma
