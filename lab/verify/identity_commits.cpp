// SPDX-License-Identifier: MIT

// Recorded hashes of commits, and sealed boxes.

#include "lab/verify/identity.hpp"
#include "yuma/identity/sealed_box.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma::lab {

namespace {

/// The account that a commit is by: an address, hexadecimal digits or a name.
std::optional<AccountId> committer(Case& c) {
  if (c.has("hotkey")) return c.bytes32("hotkey");
  if (c.has("address")) {
    const auto account = ss58_decode_account(c.text("address"));
    if (account.ok()) return *account;
    c.fail("address", "not an address");
    return std::nullopt;
  }
  const auto key = KeyPair::from_uri(Scheme::kSr25519, uri_of_name(c.text("account")));
  if (key.ok()) return key->public_key().bytes;
  c.fail("account", "not a name that tells a key");
  return std::nullopt;
}

std::uint16_t index_of(Case& c) {
  constexpr std::uint64_t kMaxMechanism = 15;
  if (c.has("netuid")) {
    return storage_index(static_cast<std::uint16_t>(c.number("netuid", kMaxNetuid)),
                         static_cast<std::uint8_t>(c.number("mecid", kMaxMechanism)));
  }
  return static_cast<std::uint16_t>(
      c.number(c.has("index") ? "index" : "netuid_or_storage_index", UINT16_MAX));
}

}  // namespace

void verify_commit_hash(Case& c) {
  const auto uids = c.numbers("uids"), values = c.numbers("values"), salt = c.numbers("salt");
  const auto account = committer(c);
  const CommitPreimage preimage{account.value_or(AccountId{}),
                                index_of(c),
                                uids,
                                values,
                                salt,
                                c.number(c.has("version") ? "version" : "version_key")};
  if (!c.ok()) return;
  c.expect("storage_index", preimage.storage_index);
  const Bytes bytes = encode_commit_preimage(preimage);
  for (const char* name : {"scale_hex", "preimage_hex", "preimage"}) c.expect_hex(name, bytes);
  const Bytes32 hash = commit_hash(preimage);
  for (const char* name : {"hash", "blake2_256"}) c.expect_hex(name, hash);
}

/// A box for the key of the document's phrase.
void verify_sealed_box(Case& c) {
  CaseResult not_compared;
  Case document(c.run().document, JsonPath(""), c.run(), not_compared);
  const auto key = KeyPair::from_mnemonic(Scheme::kEd25519, document.text("mnemonic"));
  if (!c.ok()) return;
  if (!key.ok()) return c.expect_refused("recipient_ed25519_ss58", key.status());
  c.expect("recipient_ed25519_ss58", key->address());
  const auto opened = open_box(*key, c.bytes("ciphertext"));
  if (!opened.ok()) return c.expect_refused("plaintext_utf8", opened.status());
  c.expect("plaintext_utf8", std::string(opened->text()));
  // And one of our own, which no two times is the same.
  const auto box = seal_box(key->public_key(), opened->bytes());
  if (!box.ok()) return c.expect_refused("plaintext_utf8", box.status());
  const auto again = open_box(*key, *box);
  if (!again.ok()) return c.expect_refused("plaintext_utf8", again.status());
  c.expect("plaintext_utf8", std::string(again->text()));
}

}  // namespace yuma::lab
