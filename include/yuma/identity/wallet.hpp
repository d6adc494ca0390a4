// SPDX-License-Identifier: MIT
#pragma once

// Wallet folders as btcli and the official SDK lay them out, below ~/.bittensor/wallets:
//
//   NAME/coldkey            the owner's key, sealed
//   NAME/coldkeypub.txt     its public part
//   NAME/hotkeys/HOT        a key that a miner or validator signs with, usually plain
//   NAME/hotkeys/HOTpub.txt its public part
//
// Errors name the path and never quote what is in a file.

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/identity/keyfile.hpp"
#include "yuma/identity/password.hpp"

namespace yuma {

/// ~/.bittensor/wallets, and a path with a leading ~ as the user's home.
std::string default_wallets_folder();
std::string expand_home(std::string_view path);

struct WalletName {
  std::string wallet = "default";
  std::string hotkey = "default";
};

/// "cold/hot", or "cold" alone, which leaves `hotkey` at its default. InvalidArgument for more
/// slashes, an empty part, and names that are no file names or that the SDK would not list.
absl::StatusOr<WalletName> parse_wallet_name(std::string_view text);

/// The files of a wallet and a hotkey; they need not exist.
struct WalletPaths {
  std::string folder, coldkey, coldkeypub, hotkeys, hotkey, hotkeypub;
};

/// InvalidArgument as parse_wallet_name().
absl::StatusOr<WalletPaths> wallet_paths(std::string_view wallets_folder, const WalletName& name);

struct ListedWallet {
  std::string name;
  std::vector<std::string> hotkeys;
  std::string warning;  ///< why its hotkeys could not be listed; empty where they were
};

/// The wallets below a folder as the SDK lists them: folders, and in their hotkeys/ all plain files
/// but those ending in .lock or pub.txt, in an order that ignores case and takes digits as numbers.
/// What an interrupted write of another program left there (HOT.tmp) is thus listed. NotFound where
/// there is no such folder.
absl::StatusOr<std::vector<ListedWallet>> list_wallets(const std::string& wallets_folder);

/// A file as it is on disk.
struct StoredKeyFile {
  Secret contents;
  unsigned mode = 0;  ///< permission bits
};

/// Reads a regular file of at most kMostKeyFileBytes: else InvalidArgument; NotFound where there is
/// none. A line end after a Fernet token is left out, for editors add one and the SDK stumbles on
/// it.
absl::StatusOr<StoredKeyFile> read_key_file(const std::string& path);

enum class IfThere : std::uint8_t { kRefuse, kReplace };

/// Writes a file of mode 0600 and flushes it and its folder. Of folders that are missing the
/// innermost gets mode 0700 and the others what the umask leaves, as with the SDK. At any moment
/// the path holds the old file, the new one or none; nothing else ever appears in hotkeys/. A
/// writer that is killed while it replaces a file may leave .yuma-new.lock in the wallet's folder,
/// which the next write removes. Where the folder of the wallet cannot be written to, hotkeys/
/// holds what is said of it here. DeadlineExceeded where another writer holds the folder for
/// seconds. AlreadyExists where a file is there and is not to be replaced.
absl::Status write_key_file(const std::string& path, ByteView contents, IfThere if_there);

/// Reads and opens a key file, with a password from `passwords` where it is sealed. `tell` gets
/// what a person should know meanwhile: that others may read or change the file, that opening takes
/// seconds.
absl::StatusOr<KeyFile> load_key_file(const std::string& path, KeyRole role,
                                      PasswordSource& passwords,
                                      const std::function<void(const std::string&)>& tell);

/// Writes a key, sealed where there is a password (which takes seconds), and then its public part.
/// Neither is written where one of them is there and is not to be replaced. InvalidArgument for a
/// file without a secret key.
absl::Status store_key_file(const std::string& path, const std::string& public_path,
                            const KeyFile& file, std::string_view password, IfThere if_there);

}  // namespace yuma
