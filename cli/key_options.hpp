// SPDX-License-Identifier: MIT
#pragma once

// What several of the `key` commands take: which key, how to seal it, what message.

#include <memory>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "yuma/identity/wallet.hpp"

namespace yuma::cli {

/// Which key of which wallet.
struct KeyChoice {
  std::string wallet, name, hotkey, path, file;
  bool coldkey = false;
};

enum class WithFile : bool { kNo, kYes };

/// Why an option is refused that was given an empty value, as an unset variable of a script leaves
/// it.
inline constexpr const char* kEmpty = "must not be empty";
CLI::Validator not_empty();

/// --wallet, --name, --hotkey, --path, --coldkey and, where asked for, --file.
void add_key_choice(CLI::App& command, KeyChoice& choice, WithFile with_file);

/// --path, the folder of the wallets.
CLI::Option* add_wallets_folder(CLI::App& command, std::string& path);

/// Where the files of the chosen key are.
struct KeyPlace {
  KeyRole role = KeyRole::kHotkey;
  std::string path;
  std::string public_path;  ///< of the public part; the same as `path` for a file chosen by --file
};

/// What the options say, else BT_WALLET_NAME, BT_WALLET_HOTKEY, BT_WALLET_PATH, else the defaults.
absl::StatusOr<KeyPlace> place_of(const KeyChoice& choice);

/// The folder of the wallets, chosen in the same way.
std::string wallets_folder_of(const std::string& path);

/// --password-file and --password-fd, and in `options` the word on them.
void add_password_options(CLI::App& command, PasswordSource::Options& options);

/// --scheme.
void add_scheme_option(CLI::App& command, Scheme& scheme);

/// How a new key file is to be written.
struct Sealing {
  bool encrypt = false, plain = false, overwrite = false;
  PasswordSource::Options password;
};

/// --encrypt, --plain, --overwrite and the options of the password, which ask for --encrypt too.
void add_sealing_options(CLI::App& command, Sealing& sealing);

/// AlreadyExists where a key is there that is not to be replaced: before anything is asked.
absl::Status check_is_free(const KeyPlace& place, const Sealing& sealing);

/// Writes a key where it belongs. Coldkeys are sealed and hotkeys are not, unless told otherwise.
absl::Status write_key(const KeyPlace& place, const KeyFile& file, const Sealing& sealing);

/// A message to sign or verify.
struct MessageChoice {
  std::string text, hex, file;
  CLI::Option *text_option = nullptr, *hex_option = nullptr, *file_option = nullptr;
};

/// --message, --hex, --message-file.
void add_message_options(CLI::App& command, MessageChoice& choice);
absl::StatusOr<Bytes> message_of(const MessageChoice& choice);

/// Says what a person should know while a command runs.
void tell(const std::string& text);

}  // namespace yuma::cli
