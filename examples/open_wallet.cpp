// SPDX-License-Identifier: MIT

// Opens the hotkey of a wallet, signs with it, and checks the signature with nothing but the
// address: what the other side does. Usage: open_wallet [COLD/HOT [FOLDER_OF_WALLETS]]

#include <cstdio>

#include "yuma/identity/wallet.hpp"

int main(int argc, char** argv) {
  yuma::forbid_core_dumps();
  const auto name = yuma::parse_wallet_name(argc > 1 ? argv[1] : "default/default");
  const auto paths =
      name.ok() ? yuma::wallet_paths(argc > 2 ? argv[2] : yuma::default_wallets_folder(), *name)
                : name.status();
  if (!paths.ok()) {
    std::fprintf(stderr, "%s\n", std::string(paths.status().message()).c_str());
    return 2;
  }
  // Asks for a password where the file is sealed and no variable has it.
  yuma::PasswordSource passwords({});
  const auto file = yuma::load_key_file(
      paths->hotkey, yuma::KeyRole::kHotkey, passwords,
      [](const std::string& text) { std::fprintf(stderr, "note: %s\n", text.c_str()); });
  if (!file.ok() || !file->key) {
    std::fprintf(stderr, "no key: %s\n", std::string(file.status().message()).c_str());
    return 1;
  }
  const auto message = yuma::bytes_of("a message");
  const yuma::Signature signature = file->key->sign(message);

  const std::string address = file->public_key.address();
  const auto account = yuma::ss58_decode_account(address);
  const bool good = account.ok() &&
                    yuma::verify({file->public_key.scheme, *account}, message, signature) &&
                    !yuma::verify({file->public_key.scheme, *account},
                                  yuma::bytes_of("another message"), signature);
  std::printf("%s signed it: %s\n", address.c_str(), good ? "yes" : "no");
  return good ? 0 : 1;
}
