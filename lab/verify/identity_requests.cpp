// SPDX-License-Identifier: MIT

// Recorded signed requests: the payload and headers that we make of the same input, and our verdict
// on the recorded ones.

#include "lab/verify/identity.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma::lab {

namespace {

/// A request as it is recorded, with the texts that its payload points into.
struct RecordedRequest {
  std::string method, target, sender, receiver;
  Bytes body;
  Scheme scheme = Scheme::kSr25519;
  std::uint64_t nonce = 0;

  RequestPayload payload() const {
    return {scheme, method, target, BodyHash::of(body), nonce, sender, receiver};
  }
};

Json json_of(const std::vector<Header>& headers) {
  Json out = Json::object();
  for (const Header& h : headers) out[h.name] = h.value;
  return out;
}

/// Why the server that a request is bound to would refuse it at the time of its nonce.
absl::Status verdict(const RecordedRequest& request, const PublicKey& key,
                     const std::vector<Header>& headers) {
  VerifierOptions options;
  options.started_ns = 0;
  options.require_receiver = !request.receiver.empty();
  const auto hotkey =
      ss58_decode_account(options.require_receiver ? request.receiver : request.sender);
  if (!hotkey.ok()) return hotkey.status();
  options.hotkey = *hotkey;
  if (key.scheme == Scheme::kEd25519) options.ed25519_hotkeys = {key.bytes};
  const auto window = ReplayWindow::make();
  if (!window.ok()) return window.status();
  const auto verifier = RequestVerifier::make(options, *window);
  if (!verifier.ok()) return verifier.status();
  const auto caller = verifier->verify(request.method, request.target, views_of(headers),
                                       request.body, request.nonce);
  if (!caller.ok()) return absl::PermissionDeniedError(caller.refusal().detail);
  return caller->caller == key ? absl::OkStatus() : absl::InternalError("another caller");
}

std::vector<Header> headers_in(Case recorded) {
  std::vector<Header> headers;
  if (!recorded.field("").is_object()) {
    recorded.fail("", "not an object");
    return headers;
  }
  for (const auto& item : recorded.field("").items()) {
    headers.push_back({item.key(), recorded.text(item.key())});
  }
  return headers;
}

/// Our headers are the recorded ones, up to a signature that nobody can make twice; and the server
/// takes both.
void expect_headers(Case& c, const RecordedRequest& request, const KeyPair& key) {
  const RequestPayload payload = request.payload();
  const std::string text = build_payload(payload);
  const Signature own = key.sign(bytes_of(text));
  const auto ours = request_headers(payload, own);
  if (const auto s = verdict(request, key.public_key(), ours); !s.ok()) {
    c.expect_refused("payload_utf8", s);
  }
  if (!c.has("headers")) return;
  const auto recorded = headers_in(c.part("headers"));
  if (!c.ok()) return;
  if (const auto s = verdict(request, key.public_key(), recorded); !s.ok()) {
    return c.expect_refused("headers", s);
  }
  Json computed = json_of(ours);
  const std::string signature_header(kSignatureHeader);
  const auto given = c.field("headers").find(signature_header);
  if (key.scheme() == Scheme::kSr25519 && given != c.field("headers").end()) {
    computed[signature_header] = *given;  // it verified
  }
  c.expect("headers", computed);
  c.expect_names("headers", computed);
}

/// Whether a recorded signature over a message is good; false for one of another length.
bool good(Case& c, std::string_view field, const PublicKey& key, std::string_view message) {
  const auto signature = read_signature(c.text(field));
  return signature && verify(key, bytes_of(message), *signature);
}

absl::StatusOr<KeyPair> sender_key(Case& c, const RecordedRequest& request) {
  const auto& document = c.run().document;
  const auto keys = document.find("keys");
  if (keys != document.end() && keys->is_object()) {
    for (const auto& [name, entry] : keys->items()) {
      const bool same =
          entry.is_object() && entry.contains("address") && entry["address"] == request.sender;
      if (!same || !entry.contains("uri") || !entry["uri"].is_string()) continue;
      auto key = KeyPair::from_uri(request.scheme, entry["uri"].get<std::string>());
      if (key.ok() && key->address() == request.sender) return key;
    }
  }
  c.fail("sender", "is not the address of a recorded key");
  return absl::NotFoundError("sender");
}

}  // namespace

Bytes recorded_body(Case& c) {
  constexpr std::size_t kMostBytes = std::size_t{16} << 20;
  if (c.has("hex")) return c.bytes("hex");
  if (c.has("utf8")) {
    const std::string text = c.text("utf8");
    return {text.begin(), text.end()};
  }
  const Bytes piece = c.bytes("repeat_hex");
  const std::uint64_t count = c.number("count", kMostBytes);
  Bytes body;
  if (piece.size() * count > kMostBytes) {
    c.fail("count", absl::StrCat("more than ", kMostBytes, " bytes"));
    return body;
  }
  body.reserve(piece.size() * count);
  for (std::uint64_t i = 0; i < count; ++i) body.insert(body.end(), piece.begin(), piece.end());
  return body;
}

/// The SDK's requests.
void verify_request(Case& c) {
  const auto key = named_key(c, "key");
  if (!c.ok()) return;
  if (!key.ok()) return c.expect_refused("key", key.status());
  Case body = c.part("body");
  RecordedRequest request{c.text("method"),    c.text("target"),
                          key->address(),      c.has("receiver") ? c.text("receiver") : "",
                          recorded_body(body), c.scheme("scheme"),
                          c.number("nonce")};
  if (!c.ok()) return;
  const std::string text = build_payload(request.payload());
  c.expect("payload_utf8", text);
  c.expect_hex("payload_sha256", sha256(bytes_of(text)));
  expect_headers(c, request, *key);
}

/// Requests of independent implementations.
void verify_btauth(Case& c) {
  RecordedRequest request{c.text("method"),    c.text("target"),
                          c.text("sender"),    c.has("receiver") ? c.text("receiver") : "",
                          c.bytes("body_hex"), c.scheme("scheme"),
                          c.number("nonce")};
  if (!c.ok()) return;
  const auto key = sender_key(c, request);
  if (!key.ok()) return;
  const std::string text = build_payload(request.payload());
  c.expect_hex("body_sha256", request.payload().body_sha256);
  c.expect("payload_utf8", text);
  c.expect_hex("payload_hex", bytes_of(text));
  const PublicKey& sender = key->public_key();
  if (sender.scheme == Scheme::kEd25519) {
    const std::string own = signature_text(key->sign(bytes_of(text)));
    c.expect("signature", own);
    c.expect("matches_official_golden", own == c.text("signature"));
  }
  const auto signature = read_signature(c.text("signature"));
  constexpr unsigned kMark = 0x80;
  c.expect("high_bit_set", signature && (signature->back() & kMark) != 0);
  for (const char* peer : {"verifies_polkadot", "verifies_scure"}) {
    c.expect(peer, good(c, "signature", sender, text));
  }
  if (c.has("signature_scure")) {
    c.expect("scure_sig_verifies_polkadot", good(c, "signature_scure", sender, text));
  }
  if (c.has("signature_over_bytes_wrapped")) {
    const std::string wrapped = absl::StrCat("<Bytes>", text, "</Bytes>");
    const bool as_it_should = good(c, "signature_over_bytes_wrapped", sender, wrapped) &&
                              !good(c, "signature_over_bytes_wrapped", sender, text);
    if (!as_it_should) {
      c.expect_refused("signature_over_bytes_wrapped", absl::InternalError("a wrapped payload"));
    }
  }
  if (c.ok()) expect_headers(c, request, *key);
}

/// The official golden request: {body, method, path_and_query, ..., crypto: "ed25519 //Alice"}.
void verify_golden_request(Case& c) {
  const std::string crypto = c.text("crypto"), body = c.text("body");
  const auto scheme = scheme_of_name(crypto.substr(0, crypto.find(' ')));
  if (!scheme) return c.fail("crypto", "not a scheme and a URI");
  const auto key =
      KeyPair::from_uri(*scheme, crypto.substr(std::min(crypto.size(), crypto.find(' ') + 1)));
  if (!key.ok()) return c.expect_refused("crypto", key.status());
  const RecordedRequest request{c.text("method"),   c.text("path_and_query"),   key->address(),
                                c.text("receiver"), {body.begin(), body.end()}, *scheme,
                                c.number("nonce")};
  if (!c.ok()) return;
  c.expect("sender", key->address());
  c.expect_hex("body_sha256", request.payload().body_sha256);
  const std::string text = build_payload(request.payload());
  if (*scheme == Scheme::kEd25519) {
    c.expect_hex("signature", key->sign(bytes_of(text)));
  } else if (!good(c, "signature", key->public_key(), text)) {
    c.expect_refused("signature", absl::PermissionDeniedError("does not verify"));
  }
  expect_headers(c, request, *key);
}

}  // namespace yuma::lab
