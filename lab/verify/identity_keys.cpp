// SPDX-License-Identifier: MIT

// Recorded keys: from phrases, seeds, private keys and URIs, and secrets that are refused.

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "lab/verify/identity.hpp"
#include "yuma/identity/keyfile.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace yuma::lab {

namespace {

constexpr std::string_view kDevPhrase =
    "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

std::string in_digits(std::string_view text) {
  // Key files and the SDK take any number of these.
  while (text.starts_with("0x")) text.remove_prefix(2);
  return std::string(text);
}

/// The secret of an sr25519 key as polkadot-js and ed25519 have it: eight times the scalar.
Bytes times_eight(ByteView private_key) {
  Bytes out(private_key.begin(), private_key.end());
  unsigned carry = 0;
  for (std::size_t i = 0; i < 32; ++i) {
    carry += unsigned{out[i]} << 3;
    out[i] = static_cast<std::uint8_t>(carry);
    carry >>= 8;
  }
  return out;
}

/// The junctions of "//hard/soft///password".
std::vector<Junction> junctions_of(std::string_view path) {
  path = path.substr(0, path.find("///"));
  std::vector<Junction> out;
  while (path.starts_with('/')) {
    const bool hard = path.starts_with("//");
    path.remove_prefix(hard ? 2 : 1);
    const std::string_view name = path.substr(0, path.find('/'));
    out.push_back(Junction::of(name, hard));
    path.remove_prefix(name.size());
  }
  return out;
}

/// A soft child of an sr25519 key has the other half of its secret from a random source.
bool has_random_nonce(std::string_view uri, Scheme scheme) {
  const std::size_t slash = uri.find('/');
  if (scheme != Scheme::kSr25519 || slash == std::string_view::npos) return false;
  const auto junctions = junctions_of(uri.substr(slash));
  return !junctions.empty() && !junctions.back().hard;
}

absl::StatusOr<KeyPair> key_of_digits(Case& source, std::string_view kind, Scheme scheme) {
  const auto bytes = from_hex(in_digits(source.text(kind)));
  if (!bytes) return absl::InvalidArgumentError("not hexadecimal digits");
  return kind == "seed" ? KeyPair::from_seed(scheme, *bytes)
                        : KeyPair::from_private_key(scheme, *bytes);
}

/// The seed that a source tells besides the key; none for a URI or a private key.
std::optional<Secret> seed_of_source(Case& source) {
  const std::string kind = source.text("kind");
  if (kind == "seed") {
    const auto bytes = from_hex(in_digits(source.text("seed")));
    return bytes ? std::optional(Secret::copy_of(*bytes)) : std::nullopt;
  }
  if (kind != "mnemonic") return std::nullopt;
  auto seed =
      mnemonic_seed(source.text("phrase"), source.has("password") ? source.text("password") : "");
  return seed.ok() ? std::optional(*std::move(seed)) : std::nullopt;
}

/// One scheme of a phrase and a path: the key, or that there is none.
void expect_path(Case recorded, std::string_view uri, Scheme scheme) {
  const auto key = KeyPair::from_uri(scheme, uri);
  if (recorded.has("error")) {
    return recorded.expect("error", key.ok() ? Json(key->address()) : recorded.field("error"));
  }
  if (!key.ok()) return recorded.expect_refused("", key.status());
  expect_key(recorded, *key, has_random_nonce(uri, scheme));
  const auto again = KeyPair::from_private_key(scheme, key->private_key());
  const Json same = again.ok() && again->public_key() == key->public_key();
  recorded.expect("secret_matches", same);
  recorded.expect("seed_matches", same);
}

/// "abandon_x11_about" as a phrase.
std::string phrase_of_name(std::string_view name) {
  std::string phrase, word;
  while (!name.empty()) {
    const std::string part(name.substr(0, name.find('_')));
    name.remove_prefix(std::min(name.size(), part.size() + 1));
    std::size_t times = 1;
    constexpr std::size_t kMostWords = 24;
    const bool repeats =
        part.size() > 1 && part[0] == 'x' && absl::SimpleAtoi(part.substr(1), &times);
    if (repeats) times = std::min(times, kMostWords) - 1;
    if (!repeats) word = part;
    for (; times > 0; --times) absl::StrAppend(&phrase, phrase.empty() ? "" : " ", word);
  }
  return phrase;
}

}  // namespace

absl::StatusOr<KeyPair> key_of_source(Case& source, Scheme scheme) {
  const std::string kind = source.text("kind");
  if (kind == "uri") return KeyPair::from_uri(scheme, source.text("uri"));
  if (kind == "mnemonic") {
    return KeyPair::from_mnemonic(scheme, source.text("phrase"),
                                  source.has("password") ? source.text("password") : "");
  }
  if (kind == "seed" || kind == "private_key") return key_of_digits(source, kind, scheme);
  source.fail("kind", "not a known source of keys");
  return absl::InvalidArgumentError("unknown");
}

void expect_key(Case& recorded, const KeyPair& key, bool random_nonce) {
  for (const char* name : {"public", "sr25519_public"}) {
    recorded.expect_hex(name, key.public_key().bytes);
  }
  for (const char* name : {"address", "ss58"}) recorded.expect(name, key.address());

  const ByteView secret = key.private_key();
  const auto expect_secret = [&](const char* name, ByteView computed) {
    if (!random_nonce || !recorded.has(name)) return recorded.expect_hex(name, computed);
    // The half that is not random.
    Bytes known = recorded.bytes(name);
    std::copy_n(computed.begin(), std::min<std::size_t>(known.size(), 32), known.begin());
    recorded.expect_hex(name, known);
  };
  expect_secret("private_key", secret);
  if (key.scheme() == Scheme::kEd25519) {
    for (const char* name : {"seed_hex", "seed_32", "seed"}) recorded.expect_hex(name, secret);
    return;
  }
  expect_secret("private_canonical_keyfile", secret);
  recorded.expect_hex("scalar_a_div_8", secret.first(32));
  recorded.expect_hex("nonce_part", secret.subspan(32));
  const Bytes cofactored = times_eight(secret);
  for (const char* name :
       {"secret64_hex", "secret64_ed25519_form", "schnorrkel_secret_64", "private_half_ed25519"}) {
    expect_secret(name, cofactored);
  }
  recorded.expect_hex("clamped_a", ByteView(cofactored).first(32));
}

absl::StatusOr<KeyPair> named_key(Case& user, std::string_view name_field) {
  const std::string name = user.text(name_field);
  const JsonPath list("keys");
  const auto keys = user.run().document.find("keys");
  if (keys != user.run().document.end() && keys->is_array()) {
    for (std::size_t i = 0; i < keys->size(); ++i) {
      const Json& entry = (*keys)[i];
      if (!entry.is_object() || !entry.contains("name") || entry["name"] != name) continue;
      CaseResult not_compared;
      Case key(entry, list[i], user.run(), not_compared);
      Case source = key.part("source");
      return key_of_source(source, key.scheme("scheme"));
    }
  }
  user.fail(name_field, "is not the name of a recorded key");
  return absl::NotFoundError(name);
}

std::string uri_of_name(std::string_view name) {
  std::string uri = absl::StrCat("//", absl::string_view(name.data(), name.size()));
  if (uri.size() > 2) uri[2] = absl::ascii_toupper(static_cast<unsigned char>(uri[2]));
  return uri;
}

/// The SDK's keys, from all kinds of sources.
void verify_sdk_key(Case& c) {
  const Scheme scheme = c.scheme("scheme");
  Case source = c.part("source");
  const auto key = key_of_source(source, scheme);
  if (!c.ok()) return;
  if (!key.ok()) return c.expect_refused("", key.status());
  expect_key(c, *key, source.has("uri") && has_random_nonce(source.text("uri"), scheme));
  if (const auto seed = seed_of_source(source)) c.expect_hex("seed", seed->bytes());
  if (!source.has("phrase")) return;
  const auto file = key_file_of_phrase(scheme, source.text("phrase"),
                                       source.has("password") ? source.text("password") : "");
  c.expect("phrase_kept", file.ok() && !file->phrase.empty());
}

/// Secrets at the edge: refused, or what they give.
void verify_derivation_edge(Case& c) {
  const Scheme scheme = c.scheme("scheme");
  Case source = c.part("source");
  const auto key = key_of_source(source, scheme);
  c.expect("ok", key.ok());
  if (key.ok()) expect_key(c, *key, false);
}

/// A phrase with a path, in both schemes.
void verify_substrate_key(Case& c) {
  const std::string phrase = c.text("mnemonic"), path = c.text("path");
  const auto seed = mnemonic_seed(phrase, c.text("password"));
  if (!seed.ok()) return c.expect_refused("mini_secret_hex", seed.status());
  c.expect_hex("mini_secret_hex", seed->bytes());
  Json junctions = Json::array();
  for (const Junction& j : junctions_of(path)) {
    junctions.push_back(
        {{"hard", j.hard}, {"chain_code", absl::StrCat("0x", to_hex(j.chain_code))}});
  }
  c.expect("junctions", junctions);
  const std::string uri = phrase + path;
  expect_path(c.part("sr25519"), uri, Scheme::kSr25519);
  expect_path(c.part("ed25519"), uri, Scheme::kEd25519);
}

/// A key that its own name describes ("alice_ed25519", "dev_sr25519"), a phrase that does, or what
/// the phrase of development gives.
void verify_named_key(Case& c) {
  std::string_view name = c.name();
  const auto takes = [&](std::string_view ending) {
    if (!name.ends_with(ending)) return false;
    name.remove_suffix(ending.size());
    return true;
  };
  const auto expect_uri = [&](Scheme scheme) {
    const std::string uri = c.has("uri") ? c.text("uri") : name == "dev" ? "" : uri_of_name(name);
    const auto key = KeyPair::from_uri(scheme, uri);
    if (!key.ok()) return c.expect_refused("", key.status());
    expect_key(c, *key, has_random_nonce(uri, scheme));
  };
  if (takes("_sr25519")) return expect_uri(Scheme::kSr25519);
  if (takes("_ed25519")) return expect_uri(Scheme::kEd25519);
  const auto development = KeyPair::from_uri(Scheme::kSr25519, "");
  if (takes("_phrase")) {
    // No phrase can be asked for; the one whose keys the empty URI gives is the right one.
    const auto key = KeyPair::from_mnemonic(Scheme::kSr25519, c.text(""));
    const bool same = key.ok() && key->public_key() == development->public_key();
    return c.expect("", same ? c.field("") : Json(kDevPhrase));
  }
  const bool mini_secret = takes("_mini_secret");
  const std::string phrase = mini_secret ? std::string(kDevPhrase) : phrase_of_name(name);
  const auto seed = mnemonic_seed(phrase);
  if (!seed.ok()) return c.fail("", "a name that tells neither a key nor a phrase");
  if (mini_secret) return c.expect_hex("", seed->bytes());
  c.expect_hex("mini_secret", seed->bytes());
  const auto key = KeyPair::from_mnemonic(Scheme::kSr25519, phrase);
  if (key.ok()) expect_key(c, *key, false);
}

/// What the document's phrase gives: its mini secret, or the key of the scheme that the case is
/// called after.
void verify_phrase(Case& c) {
  CaseResult not_compared;
  Case document(c.run().document, JsonPath(""), c.run(), not_compared);
  const std::string phrase = document.text("mnemonic");
  const auto scheme = scheme_of_name(c.name());
  const auto seed = mnemonic_seed(phrase);
  if (!seed.ok()) return c.expect_refused("", seed.status());
  if (!scheme) return c.expect_hex("", seed->bytes());
  const auto key = KeyPair::from_mnemonic(*scheme, phrase);
  if (!key.ok()) return c.expect_refused("", key.status());
  expect_key(c, *key, false);
}

/// "alice_sr25519_canonical": the private key as key files have it.
void verify_canonical_key(Case& c) {
  const std::string name = c.name().substr(0, c.name().find('_'));
  const auto key = KeyPair::from_uri(Scheme::kSr25519, uri_of_name(name));
  if (!key.ok()) return c.expect_refused("", key.status());
  c.expect_hex("", key->private_key());
}

}  // namespace yuma::lab
