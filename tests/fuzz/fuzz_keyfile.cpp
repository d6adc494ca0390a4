// SPDX-License-Identifier: MIT

// Any bytes as a key file: they are refused with a short message that quotes nothing of them, or
// they are a key that is the same when it is written and read again. Sealed files are opened up to
// their slow derivation: Ansible Vault all the way, the others as far as their headers.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/fuzz/require.hpp"
#include "yuma/identity/keyfile.hpp"
#include "yuma/identity/password.hpp"

namespace {

using yuma::ByteView;
using yuma::fuzz::require;

/// Eight bytes in a row of the input are no part of a message, unless they are of its own words.
void check_message(const absl::Status& status, ByteView input) {
  const std::string_view message(status.message().data(), status.message().size());
  require(status.code() == absl::StatusCode::kInvalidArgument, "the kind of error");
  require(!message.empty() && message.size() < 300, "the length of a message");
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a message is one printable line");
  constexpr std::size_t kPart = 8;
  const std::string_view text = yuma::text_of(input);
  for (std::size_t i = 0; i + kPart <= text.size(); ++i) {
    const std::string_view part = text.substr(i, kPart);
    const bool digits = part.find_first_not_of("0123456789abcdefABCDEF") == part.npos;
    require(!digits || message.find(part) == message.npos, "a message quotes digits of the file");
  }
}

void check_key(const yuma::KeyFile& file) {
  if (!file.key) {
    const auto again =
        yuma::parse_key_file(yuma::bytes_of(yuma::public_key_file_json(file.public_key)));
    require(again.ok() && again->public_key == file.public_key, "a public part is read again");
    return;
  }
  require(file.key->public_key() == file.public_key, "the public key is the key's");
  const auto json = yuma::key_file_json(file);
  if (!json.ok()) return;  // a phrase between blanks of Unicode is read, but not written
  const auto again = yuma::parse_key_file(json->bytes());
  require(again.ok() && again->key && again->public_key == file.public_key, "a key is read again");
  require(std::ranges::equal(again->key->private_key(), file.key->private_key()), "the secret");
  require(std::ranges::equal(again->seed.bytes(), file.seed.bytes()), "the seed");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const std::string_view text = yuma::text_of(input);
  const auto format = yuma::key_file_format(input);
  require(!yuma::key_file_format_name(format).empty(), "every format has a name");
  const auto plain = yuma::parse_key_file(input);
  if (plain.ok()) {
    check_key(*plain);
  } else {
    check_message(plain.status(), input);
  }
  // A password makes Ansible Vault cost 22 ms and the others seconds: without one all are refused
  // before that.
  const auto opened = yuma::open_key_file(input);
  require(opened.ok() == plain.ok(), "without a password only what is not sealed opens");
  if (format == yuma::KeyFileFormat::kAnsibleVault && size < 400) {
    require(!yuma::open_key_file(input, "password").ok(), "a vault that nobody has sealed");
  }
  constexpr std::size_t kShortestNacl = 29;
  if (format == yuma::KeyFileFormat::kNacl && size < kShortestNacl) {
    check_message(yuma::open_key_file(input, "password").status(), input);
  }
  const auto password = yuma::password_of_variable("BT_PW_X", text);
  if (password) {
    require(yuma::password_variable_value("BT_PW_X", password->text()) == text, "a variable");
  }
  return 0;
}
