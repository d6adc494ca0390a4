// SPDX-License-Identifier: MIT
#pragma once

// What can be told about a key file without its password.

#include <optional>
#include <string>
#include <vector>

#include "cli/key_options.hpp"
#include "nlohmann/json.hpp"

namespace yuma::cli {

struct KeyInfo {
  std::string path;
  std::string format;                   ///< as `key list` names it; "public" without a secret
  std::string mode;                     ///< "0600"
  std::optional<PublicKey> public_key;  ///< of the file, or of the public part beside it
  std::vector<std::string> warnings;
};

/// NotFound where neither the key nor its public part is there.
absl::StatusOr<KeyInfo> key_info(const KeyPlace& place);

bool is_damaged(const KeyInfo& info);
/// What to say in the place of an address that is not known.
std::string unknown_address(const KeyInfo& info);

/// Fields "path", "address", "publicKey", "scheme", "format", "mode", "warnings"; what is not known
/// is null.
nlohmann::ordered_json json_of(const KeyInfo& info);

/// Adds "address", "publicKey" and "scheme".
void add_public_key(nlohmann::ordered_json& json, const PublicKey& key);

/// JSON as it is printed: names of files may hold any bytes, JSON may not.
std::string printed(const nlohmann::ordered_json& json);

}  // namespace yuma::cli
