// SPDX-License-Identifier: MIT

// Recorded key files: what the SDK wrote or reads, in the clear and sealed, and exports of
// polkadot-js.

#include "absl/strings/escaping.h"
#include "lab/verify/identity.hpp"
#include "yuma/identity/keyfile.hpp"
#include "yuma/identity/polkadot_export.hpp"

namespace yuma::lab {

namespace {

/// Whether opening a file takes so long that a cheap run leaves it out.
bool takes_long(Case& c, ByteView contents) {
  const bool left_out = c.run().effort == Effort::kCheap && is_sealed(key_file_format(contents));
  if (left_out) c.leave_out();
  return left_out;
}

/// The SDK's name of a refusal, as far as it tells one from another: a password that does not open
/// the file. It says the same of a Vault or a Fernet file that is damaged; where we see the damage
/// before any password we say that instead. Of a NaCl file both say what a password does not open.
Json error_name(const absl::Status& status, KeyFileFormat format, Case& recorded) {
  constexpr const char* kWrongPassword = "WrongPasswordError";
  if (status.code() == absl::StatusCode::kUnauthenticated) return kWrongPassword;
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    const Json& error = recorded.field("error");
    if (format != KeyFileFormat::kNacl || error != kWrongPassword) return error;
  }
  return std::string(status.message());
}

/// The SDK's name of a format: it knows only how to open them.
std::string method_of(ByteView contents) {
  switch (key_file_format(contents)) {
    case KeyFileFormat::kNacl:
      return "NaCl";
    case KeyFileFormat::kAnsibleVault:
      return "Ansible Vault";
    case KeyFileFormat::kFernet:
      return "legacy";
    case KeyFileFormat::kPlain:
    case KeyFileFormat::kPolkadotExport:
      break;
  }
  return "unknown";
}

void expect_opened(Case& sdk, KeyFileFormat format, const absl::StatusOr<KeyFile>& file) {
  sdk.expect("ok", file.ok());
  if (!file.ok()) {
    if (sdk.has("error")) sdk.expect("error", error_name(file.status(), format, sdk));
    return;
  }
  sdk.expect("address", file->public_key.address());
  sdk.expect("crypto_type", static_cast<int>(file->public_key.scheme));
  sdk.expect_hex("public", file->public_key.bytes);
  sdk.expect("has_private", file->key.has_value());
  const ByteView nothing;
  sdk.expect_hex("private_key", file->key ? file->key->private_key() : nothing);
  sdk.expect_hex("seed", file->seed.bytes());
  sdk.expect("phrase", std::string(file->phrase.text()));
  // What the file does not tell is not made up.
  if (!sdk.has("seed") && !file->seed.empty()) sdk.expect("ok", "a seed");
  if (!sdk.has("phrase") && !file->phrase.empty()) sdk.expect("ok", "a phrase");
}

/// We write what the SDK wrote, up to the order of the fields, which is random there.
void expect_written(Case& c, const char* field, std::string_view written, const KeyFile& file) {
  const auto recorded = parse_json(written);
  const auto secret = file.key ? key_file_json(file) : absl::StatusOr<Secret>(Secret());
  if (!recorded.ok() || !secret.ok()) {
    return c.expect_refused(field, recorded.ok() ? secret.status() : recorded.status());
  }
  const auto own =
      parse_json(file.key ? std::string(secret->text()) : public_key_file_json(file.public_key));
  if (!own.ok()) return c.expect_refused(field, own.status());
  c.compare_parts(field, *own, *recorded);
  c.compare_parts(field, *recorded, *own);
}

}  // namespace

void verify_key_file(Case& c) {
  std::string contents;
  if (!absl::Base64Unescape(c.text("file_b64"), &contents)) return c.fail("file_b64", "not base64");
  const ByteView bytes = bytes_of(contents);
  c.expect("method", method_of(bytes));
  if (takes_long(c, bytes)) return;
  const std::string password = c.has("password") ? c.text("password") : "";
  if (!c.ok()) return;
  Case sdk = c.part("sdk");
  const auto file = open_key_file(bytes, password);
  expect_opened(sdk, key_file_format(bytes), file);
  if (!file.ok()) return;
  if (c.has("key")) {
    const auto key = named_key(c, "key");
    const bool same = key.ok() && key->public_key() == file->public_key;
    c.expect("key", same ? c.field("key") : Json(file->public_key.address()));
  }
  const bool sealed = is_sealed(key_file_format(bytes));
  if (c.text("written_by") == "sdk" && !sealed) expect_written(c, "file_b64", contents, *file);
}

void verify_export(Case& c) {
  const std::string json = c.text("json"), password = c.text("password");
  if (!c.ok()) return;
  if (c.run().effort == Effort::kCheap) return c.leave_out();
  Case sdk = c.part("sdk");
  const auto key = open_polkadot_export(json, password);
  sdk.expect("ok", key.ok());
  if (!key.ok()) return;
  sdk.expect("crypto_type", static_cast<int>(key->scheme()));
  expect_key(sdk, *key, false);
  const auto same = KeyPair::from_uri(key->scheme(), c.text("uri"));
  if (!same.ok() || same->public_key() != key->public_key()) {
    c.expect_refused("uri", absl::InvalidArgumentError("another key"));
  }
}

/// A key file in the clear ("..."), or sealed ({file_hex} or {token}), with the phrase, the
/// password and the key that it holds beside it.
void verify_golden_key_file(Case& c) {
  CaseResult not_compared;
  Case beside(c.run().document, JsonPath(""), c.run(), not_compared);
  const std::string password = beside.text("password");
  const bool plain = c.field("").is_string();
  const char* field = plain ? "" : c.has("token") ? "token" : "file_hex";
  Bytes contents;
  if (plain || c.has("token")) {
    const std::string text = c.text(field);
    contents.assign(text.begin(), text.end());
  } else {
    contents = c.bytes(field);
  }
  if (!c.ok() || takes_long(c, contents)) return;
  const auto file = open_key_file(contents, password);
  if (!file.ok()) return c.expect_refused(field, file.status());
  if (!file->key) return c.expect_refused(field, absl::NotFoundError("no key in it"));
  Case held(c.run().document, JsonPath(""), c.run(), c.result());
  held.expect("mnemonic", std::string(file->phrase.text()));
  held.expect_hex("mini_secret", file->seed.bytes());
  Case key = held.part(scheme_name(file->key->scheme()));
  expect_key(key, *file->key, false);
  if (plain) expect_written(c, field, c.text(field), *file);
}

/// A sealed text that is no key: {file, password, file_plaintext}, with the constants of the
/// format.
void verify_sealed_text(Case& c) {
  const Bytes contents = c.bytes("file");
  const std::string password = c.text("password");
  if (!c.ok() || takes_long(c, contents)) return;
  const auto plaintext = unseal_key_file(contents, password);
  if (!plaintext.ok()) return c.expect_refused("file", plaintext.status());
  c.expect("file_plaintext", std::string(plaintext->text()));
}

}  // namespace yuma::lab
