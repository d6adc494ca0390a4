// SPDX-License-Identifier: MIT

// Recorded signatures, good and broken, one by one and in batches.

#include <algorithm>
#include <optional>

#include "lab/verify/identity.hpp"

namespace yuma::lab {

namespace {

std::optional<Signature> signature_of(const Bytes& bytes) {
  Signature signature{};
  if (bytes.size() != signature.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), signature.begin());
  return signature;
}

std::optional<PublicKey> public_key_of(Scheme scheme, const Bytes& bytes) {
  PublicKey key{scheme, {}};
  if (bytes.size() != key.bytes.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
  return key;
}

/// Signatures and keys of another length are wrong, not malformed.
bool holds(Scheme scheme, const Bytes& public_key, const Bytes& message, const Bytes& signature) {
  const auto key = public_key_of(scheme, public_key);
  const auto bytes = signature_of(signature);
  return key && bytes && verify(*key, message, *bytes);
}

/// Our own signatures: ed25519 byte for byte, sr25519 such as nobody has seen and all accept.
void expect_own_signature(Case& c, Scheme scheme, const Bytes& message) {
  const auto key = KeyPair::from_uri(scheme, c.text("suri"));
  if (!key.ok()) return c.expect_refused("public", key.status());
  c.expect_hex("public", key->public_key().bytes);
  const Signature own = key->sign(message);
  Case recorded = c.part("valid");
  if (scheme == Scheme::kEd25519) return recorded.element(0).expect_hex("", own);
  Signature wrong = own;
  wrong[0] ^= 1;
  const bool good = verify(key->public_key(), message, own) &&
                    !verify(key->public_key(), message, wrong) && own != key->sign(message);
  if (!good) recorded.expect_refused("", absl::InternalError("a signature of our own"));
}

}  // namespace

void verify_signatures(Case& c) {
  const Scheme scheme = c.scheme("scheme");
  const Bytes key = c.bytes("public"), message = c.bytes("message_hex");
  Json accepted = Json::array();
  Case valid = c.part("valid");
  for (std::size_t i = 0; i < valid.size() && c.ok(); ++i) {
    accepted.push_back(holds(scheme, key, message, valid.element(i).bytes("")));
  }
  c.expect("valid_check", accepted);
  Case invalid = c.part("invalid");
  for (std::size_t i = 0; i < invalid.size() && c.ok(); ++i) {
    Case wrong = invalid.element(i);
    wrong.expect(
        "polkadot_js_accepts",
        holds(scheme, wrong.has("public") ? wrong.bytes("public") : key,
              wrong.has("message_hex") ? wrong.bytes("message_hex") : message, wrong.bytes("sig")));
  }
  if (c.ok()) expect_own_signature(c, scheme, message);
}

/// What browser wallets sign instead of a text. Here a signature is over exactly what is given.
void verify_wrapped_bytes(Case& c) {
  const std::string text = c.text("text");
  const bool already = text.starts_with("<Bytes>") && text.ends_with("</Bytes>");
  const std::string wrapped = already ? text : absl::StrCat("<Bytes>", text, "</Bytes>");
  c.expect("wrapped_text", wrapped);
  c.expect_hex("wrapped_hex", bytes_of(wrapped));
  const Bytes key = c.bytes("public"), signature = c.bytes("sr25519_sig_of_wrapped");
  const auto accepts = [&](const std::string& message) {
    return holds(Scheme::kSr25519, key, Bytes(message.begin(), message.end()), signature);
  };
  c.expect("raw_sr25519Verify_wrapped", accepts(wrapped));
  c.expect("raw_sr25519Verify_unwrapped", accepts(text));
}

void verify_sr25519_edge(Case& c) {
  const Bytes public_key = c.bytes("public"), message = c.bytes("message_hex"),
              signature = c.bytes("signature");
  c.expect("valid", holds(Scheme::kSr25519, public_key, message, signature));
  // The batch check must say the same.
  const auto key = public_key_of(Scheme::kSr25519, public_key);
  const auto bytes = signature_of(signature);
  if (!key || !bytes) return;
  const SignedMessage item{*key, message, *bytes};
  const SignedMessage twice[] = {item, item};
  const auto verdicts = verify_each(twice);
  c.expect("valid", verdicts[0] != 0);
  c.expect("valid", verdicts[1] != 0);
}

void verify_sr25519_batch(Case& c) {
  Case items = c.part("items");
  const std::size_t size = items.size();
  std::vector<Bytes> messages(size);
  std::vector<SignedMessage> batch;
  Json bad_index = nullptr;
  for (std::size_t i = 0; i < size && c.ok(); ++i) {
    Case item = items.element(i);
    messages[i] = item.element(1).bytes("");
    const auto key = public_key_of(Scheme::kSr25519, item.element(0).bytes(""));
    const auto signature = signature_of(item.element(2).bytes(""));
    if (!key || !signature) return items.fail("", "an item of another length");
    batch.push_back({*key, messages[i], *signature});
  }
  if (!c.ok()) return;
  const auto verdicts = verify_each(batch);
  const auto bad = std::find(verdicts.begin(), verdicts.end(), 0);
  if (bad != verdicts.end()) bad_index = bad - verdicts.begin();
  c.expect("size", size);
  c.expect("valid", bad == verdicts.end());
  c.expect("bad_index", bad_index);
}

}  // namespace yuma::lab
