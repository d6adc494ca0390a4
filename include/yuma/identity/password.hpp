// SPDX-License-Identifier: MIT
#pragma once

// Where the password of a key file comes from. Never from the command line, which every user of the
// machine can read. In this order, an empty one counting as none:
//
//   1. what the caller was told to read: a file descriptor or a file
//   2. BT_WALLET_PASSWORD                        coldkeys only
//   3. BT_PW_ and the path of the key file       obfuscated, see password_variable()
//   4. the file that BT_WALLET_PASSWORD_FILE names, coldkeys only
//   5. a question on the terminal, without echo
//
// 2 to 4 are those of the official SDK. Values of the environment are overwritten in place when
// they are read, so that they no longer show in /proc; the process keeps them for later questions.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "yuma/identity/secret.hpp"

namespace yuma {

/// What a key is for decides which variables open it: BT_WALLET_PASSWORD opens no hotkey.
enum class KeyRole : std::uint8_t { kColdkey, kHotkey };

/// The name of the environment variable with the password of one key file: BT_PW_, and the path
/// with / and . as _ and in upper case. A path with - or blanks gives a name that a shell cannot
/// set.
std::string password_variable(std::string_view path);

/// The value of that variable: base64 of the password, byte by byte XOR the variable's name, over
/// and over. Hides the password from a glance, no more.
std::string password_variable_value(std::string_view variable, std::string_view password);
/// Nothing where the value is no base64.
std::optional<Secret> password_of_variable(std::string_view variable, std::string_view value);

/// Asks on the terminal (/dev/tty) without echo; a signal that ends the program first gives the
/// terminal back as it was. FailedPrecondition where there is no terminal, Cancelled at its end.
absl::StatusOr<Secret> ask_on_terminal(const std::string& question);

/// What a file or file descriptor holds, without blanks at both ends: a password, or any secret
/// that somebody has written down. InvalidArgument for nothing, or for more than 4,096 bytes.
absl::StatusOr<Secret> read_secret_file(const std::string& path);
absl::StatusOr<Secret> read_secret_descriptor(int descriptor);

class PasswordSource {
 public:
  struct Options {
    int descriptor = -1;  ///< read from here first; -1 for none
    std::string file;     ///< or from here; empty for none
    bool may_ask = true;  ///< whether to ask on the terminal at last
    /// How the user of the program gives the first two, for the error where there is no password:
    /// "--password-file FILE". Empty where there is no way.
    std::string how_to_give;
  };

  explicit PasswordSource(Options options) : options_(std::move(options)) {}

  /// The password to open the file of a key. `path` as the user gave it, with ~ expanded.
  /// FailedPrecondition, with what can be done, where there is none.
  absl::StatusOr<Secret> find(KeyRole role, const std::string& path);

  /// Where the last password came from, as "BT_WALLET_PASSWORD", to tell when it was wrong.
  const std::string& origin() const { return origin_; }

  /// The password to seal a new file with: from the same places, but the terminal asks twice.
  absl::StatusOr<Secret> choose(KeyRole role, const std::string& path);

 private:
  absl::StatusOr<std::optional<Secret>> without_asking(KeyRole role, const std::string& path);
  absl::StatusOr<std::optional<Secret>> given();
  absl::StatusOr<Secret> find_or_ask(KeyRole role, const std::string& path, const char* question);

  Options options_;
  std::string origin_;
  std::optional<Secret> given_;  // the descriptor can be read once only
};

}  // namespace yuma
