// SPDX-License-Identifier: MIT

#include "cli/key_info.hpp"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace yuma::cli {

namespace {

std::string short_name(KeyFileFormat format) {
  if (format == KeyFileFormat::kAnsibleVault) return "vault";
  if (format == KeyFileFormat::kFernet) return "fernet";
  if (format == KeyFileFormat::kPolkadotExport) return "export";
  return std::string(key_file_format_name(format));
}

constexpr const char* kDamaged = "damaged";

std::string mode_text(unsigned mode) { return absl::StrFormat("%04o", mode); }

void warn_about_mode(KeyInfo& info, unsigned mode) {
  constexpr unsigned kReadableByOthers = 044, kWritableByOthers = 022;
  if ((mode & kReadableByOthers) != 0) {
    info.warnings.push_back("other users can read it; chmod 600");
  } else if ((mode & kWritableByOthers) != 0) {
    info.warnings.push_back("other users can write to it; chmod 600");
  }
}

/// The key of the public part beside a secret one, if there is one that can be read.
std::optional<PublicKey> public_part(const std::string& path, KeyInfo& info) {
  const auto stored = read_key_file(path);
  if (!stored.ok()) {
    if (stored.status().code() != absl::StatusCode::kNotFound) {
      info.warnings.emplace_back(stored.status().message());
    }
    return std::nullopt;
  }
  const auto file = open_key_file(stored->contents.bytes());
  if (file.ok()) return file->public_key;
  info.warnings.push_back(absl::StrCat(path, ": ", file.status().message()));
  return std::nullopt;
}

void read_secret_part(const StoredKeyFile& stored, KeyInfo& info) {
  const KeyFileFormat format = key_file_format(stored.contents.bytes());
  info.format = short_name(format);
  info.mode = mode_text(stored.mode);
  if (info.path.ends_with(".tmp")) {
    info.warnings.push_back("left over by an interrupted write? it is listed as a hotkey");
  }
  if (format != KeyFileFormat::kPlain) return warn_about_mode(info, stored.mode);
  const auto file = open_key_file(stored.contents.bytes());
  if (!file.ok()) {
    info.format = kDamaged;
    info.warnings.emplace_back(file.status().message());
    return;
  }
  info.public_key = file->public_key;
  if (file->key) return warn_about_mode(info, stored.mode);
  info.format = "public";
}

}  // namespace

absl::StatusOr<KeyInfo> key_info(const KeyPlace& place) {
  KeyInfo info;
  info.path = place.path;
  auto stored = read_key_file(place.path);
  if (!stored.ok() && stored.status().code() != absl::StatusCode::kNotFound) {
    info.format = kDamaged;
    info.warnings.emplace_back(stored.status().message());
  }
  if (stored.ok()) read_secret_part(*stored, info);
  if (place.public_path != place.path) {
    const auto beside = public_part(place.public_path, info);
    if (info.public_key && beside && *info.public_key != *beside) {
      info.warnings.push_back(absl::StrCat(place.public_path, " is of another key or scheme"));
    }
    if (!info.public_key) info.public_key = beside;
  }
  if (info.format.empty()) {
    if (!info.public_key) return stored.status();
    info.path = place.public_path;
    info.format = "public";
    if (const auto about = read_key_file(place.public_path); about.ok()) {
      info.mode = mode_text(about->mode);
    }
  }
  if (info.public_key) {
    const absl::Status checked = check_public_key(*info.public_key);
    if (!checked.ok()) info.warnings.emplace_back(checked.message());
  }
  return info;
}

bool is_damaged(const KeyInfo& info) { return info.format == kDamaged; }

std::string unknown_address(const KeyInfo& info) {
  return is_damaged(info) ? "unknown" : "unknown until it is opened";
}

void add_public_key(nlohmann::ordered_json& json, const PublicKey& key) {
  json["address"] = key.address();
  json["publicKey"] = "0x" + to_hex(key.bytes);
  json["scheme"] = scheme_name(key.scheme);
}

nlohmann::ordered_json json_of(const KeyInfo& info) {
  nlohmann::ordered_json out;
  out["path"] = info.path;
  if (info.public_key) {
    add_public_key(out, *info.public_key);
  } else {
    for (const char* field : {"address", "publicKey", "scheme"}) out[field] = nullptr;
  }
  out["format"] = info.format;
  out["mode"] = info.mode.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(info.mode);
  out["warnings"] = info.warnings;
  return out;
}

std::string printed(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace yuma::cli
