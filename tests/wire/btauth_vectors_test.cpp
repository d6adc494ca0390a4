// SPDX-License-Identifier: MIT

// Recorded requests: those of the official SDK and of an independent implementation, the SDK's
// verdicts on good and bad ones, and the negative cases of its own tests.

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/identity_vectors.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma {
namespace {

using nlohmann::json;

AccountId account(const json& address) { return ss58_decode(address.get<std::string>())->account; }

Bytes body_of(const json& body) {
  if (body.contains("utf8")) {
    const auto text = body["utf8"].get<std::string>();
    return {text.begin(), text.end()};
  }
  if (body.contains("hex")) return test::bytes_from(body["hex"]);
  Bytes out;
  const Bytes unit = test::bytes_from(body["repeat_hex"]);
  for (std::size_t k = body["count"]; k > 0; --k) out.insert(out.end(), unit.begin(), unit.end());
  return out;
}

/// From an object, or from a list of pairs.
std::vector<Header> headers_of(const json& list) {
  std::vector<Header> out;
  for (const auto& [name, value] : list.items()) {
    if (list.is_object()) {
      out.push_back({name, value});
    } else {
      out.push_back({value[0], value[1]});
    }
  }
  return out;
}

std::string value_of(std::span<const Header> headers, std::string_view name) {
  for (const Header& h : headers) {
    if (same_header(h.name, name)) return h.value;
  }
  return "";
}

std::uint64_t number(const json& text) { return read_decimal(text.get<std::string>()).value(); }

std::string verdict_text(const OrRefusal<AuthenticRequest>& verdict) {
  return verdict.ok() ? "ok" : std::string(auth_reason_name(verdict.refusal().reason));
}

/// A verifier for a recorded request, which it knows the scheme of.
RequestVerifier verifier_for(const RequestPayload& request) {
  VerifierOptions options;
  options.started_ns = 0;
  options.require_receiver = !request.receiver.empty();
  if (options.require_receiver) options.hotkey = *ss58_decode_account(request.receiver);
  if (request.scheme == Scheme::kEd25519) {
    options.ed25519_hotkeys = {*ss58_decode_account(request.sender)};
  }
  return *RequestVerifier::make(options, *ReplayWindow::make());
}

/// In the SDK's order; an object of JSON has none.
std::vector<Header> in_order(const std::vector<Header>& headers) {
  std::vector<Header> out;
  for (const auto name : {kVersionHeader, kHotkeyHeader, kNonceHeader, kSignatureHeader,
                          kCryptoHeader, kReceiverHeader}) {
    const auto value = value_of(headers, name);
    if (!value.empty()) out.push_back({std::string(name), value});
  }
  return out;
}

/// A recorded request: its payload is ours, its signatures verify, and of ed25519, where a message
/// has one signature, ours is the same.
void check_request(const json& c, std::span<const Header> headers, const std::string& sender,
                   const KeyPair* key) {
  SCOPED_TRACE(c["name"].get<std::string>() + " " + c["scheme"].get<std::string>());
  const Bytes body = body_of(c.contains("body") ? c["body"] : json{{"hex", c["body_hex"]}});
  const auto method = c["method"].get<std::string>(), target = c["target"].get<std::string>();
  const auto receiver = c["receiver"].is_null() ? "" : c["receiver"].get<std::string>();
  const RequestPayload payload = {.scheme = *scheme_of_name(c["scheme"].get<std::string>()),
                                  .method = method,
                                  .target = target,
                                  .body_sha256 = BodyHash::of(body),
                                  .nonce = number(c["nonce"]),
                                  .sender = sender,
                                  .receiver = receiver};
  const std::string text = build_payload(payload);
  EXPECT_EQ(text, c["payload_utf8"]);
  const auto again = read_payload(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(build_payload(*again), text);

  const auto verifier = verifier_for(payload);
  const auto verdict = verifier.verify(method, target, views_of(headers), body, number(c["nonce"]));
  ASSERT_TRUE(verdict.ok()) << verdict.refusal().detail;
  EXPECT_EQ(verdict->payload, text);
  EXPECT_EQ(verdict->caller.address(), sender);
  EXPECT_EQ(verdict->bound, !receiver.empty());

  const auto recorded = read_signature(value_of(headers, kSignatureHeader));
  EXPECT_EQ(request_headers(payload, *recorded), std::vector(headers.begin(), headers.end()));
  if (key != nullptr && payload.scheme == Scheme::kEd25519) {
    EXPECT_EQ(signature_text(key->sign(bytes_of(text))), signature_text(*recorded));
  }
}

TEST(RecordedRequests, OfAnIndependentImplementation) {
  const json data = test::identity_vectors("btauth");
  ASSERT_FALSE(data["cases"].empty());
  const auto alice = KeyPair::from_uri(Scheme::kEd25519, "//Alice");
  for (const json& c : data["cases"]) {
    check_request(c, in_order(headers_of(c["headers"])), c["sender"], &*alice);
    for (const char* other : {"signature_scure", "signature_over_bytes_wrapped"}) {
      if (!c.contains(other)) continue;
      const bool wrapped = std::string_view(other) == "signature_over_bytes_wrapped";
      EXPECT_EQ(
          verify({.bytes = account(c["sender"])}, bytes_of(c["payload_utf8"].get<std::string>()),
                 *read_signature(c[other].get<std::string>())),
          !wrapped);
    }
  }
}

KeyPair key_of(const json& keys, const std::string& name) {
  for (const json& k : keys) {
    if (k["name"] != name) continue;
    return *KeyPair::from_private_key(*scheme_of_name(k["scheme"].get<std::string>()),
                                      test::bytes_from(k["private_key"]));
  }
  throw std::runtime_error("no key " + name);
}

TEST(RecordedRequests, OfTheSdk) {
  const json data = test::identity_vectors("sdk_live");
  ASSERT_FALSE(data["requests"].empty());
  for (const json& c : data["requests"]) {
    const KeyPair key = key_of(data["keys"], c["key"]);
    const auto ordered = in_order(headers_of(c["headers"]));
    ASSERT_EQ(ordered.size(), c["headers"].size());
    check_request(c, ordered, key.address(), &key);
    EXPECT_EQ(to_hex(BodyHash::of(c["payload_utf8"].get<std::string>())), c["payload_sha256"]);
  }
}

/// The signer's own way to the same headers, byte for byte where the signature is a fixed one.
TEST(RecordedRequests, AreWhatTheSignerMakes) {
  const json data = test::identity_vectors("sdk_live");
  int compared = 0;
  for (const json& c : data["requests"]) {
    const auto target = c["target"].get<std::string>(), method = c["method"].get<std::string>();
    if (!check_target(target).ok()) continue;  // not to be sent: some servers see another one
    SCOPED_TRACE(c["name"].get<std::string>());
    LocalSigner signer(key_of(data["keys"], c["key"]));
    NonceSource nonces([&] { return number(c["nonce"]); });
    const RequestSigner requests(signer, nonces);
    OutgoingRequest request = {.method = method,
                               .target = target,
                               .body_sha256 = BodyHash::of(body_of(c["body"])),
                               .receiver = {}};
    if (c["receiver"].is_null()) {
      request.unbound = true;
    } else {
      request.receiver = account(c["receiver"]);
    }
    const auto made = requests.sign(request);
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->payload, c["payload_utf8"]);
    EXPECT_EQ(made->nonce, number(c["nonce"]));
    if (signer.public_key().scheme != Scheme::kEd25519) continue;
    ++compared;
    json as_object = json::object();
    for (const auto& [name, value] : made->headers) as_object[name] = value;
    EXPECT_EQ(as_object, c["headers"]);
  }
  EXPECT_GT(compared, 0);
}

// ---- verdicts ----

std::chrono::nanoseconds seconds_of(const json& value) {
  return std::chrono::nanoseconds(std::llround(value.get<double>() * 1e9));
}

/// The scheme of a hotkey is the server's to know. The recorded server knows none, so list as
/// ed25519 those that it took for such.
std::vector<AccountId> ed25519_hotkeys(const json& steps) {
  std::vector<AccountId> out;
  for (const json& step : steps) {
    const json& sdk = step["sdk"];
    if (sdk["ok"] && sdk["crypto_type"] == 0) out.push_back(account(sdk["hotkey"]));
  }
  return out;
}

/// What our verifier must answer to a step: the SDK's word, but on the last one the stricter word
/// where there is one.
std::string expected_verdict(const json& c, std::size_t step) {
  if (c.contains("strict") && step + 1 == c["steps"].size()) {
    const auto strict = c["strict"].get<std::string>();
    return strict == "malformed" ? "MalformedAuth" : "BadSignature";
  }
  const json& sdk = c["steps"][step]["sdk"];
  return sdk["ok"] ? "ok" : sdk["error"];
}

/// A window that forgets too early is an error when the verifier is made; the SDK notices it at the
/// first request that passes all other checks. So the verdict of such a verifier on a request is
/// that of one which leaves replays to others, and the error where that one has nothing to object.
TEST(RecordedVerdicts, AreOurs) {
  const json data = test::identity_vectors("sdk_live");
  ASSERT_FALSE(data["verify"].empty());
  int steps = 0;
  for (const json& c : data["verify"]) {
    SCOPED_TRACE(c["name"].get<std::string>());
    const json& o = c["options"];
    VerifierOptions options;
    options.started_ns = 0;
    options.hotkey = account(o["self_hotkey"]);
    options.max_age = seconds_of(o["max_age"]);
    options.allowed_skew = seconds_of(o["allowed_skew"]);
    options.require_receiver = o["require_receiver"];
    options.ed25519_hotkeys = ed25519_hotkeys(c["steps"]);
    const auto window = ReplayWindow::make({.retention = seconds_of(o["retention"])});
    const auto made = RequestVerifier::make(options, *window);
    const auto verifier = made.ok() ? made : RequestVerifier::make_without_window(options);
    for (std::size_t k = 0; k < c["steps"].size(); ++k, ++steps) {
      const json& step = c["steps"][k];
      const auto headers = headers_of(step["headers"]);
      const auto verdict =
          verifier->verify(step["method"].get<std::string>(), step["target"].get<std::string>(),
                           views_of(headers), body_of(step["body"]), number(step["now"]));
      const std::string text =
          verdict.ok() && !made.ok() ? std::string("ValueError") : verdict_text(verdict);
      EXPECT_EQ(text, expected_verdict(c, k))
          << (verdict.ok() ? "" : verdict.refusal().detail) << made.status();
      if (!verdict.ok()) {
        EXPECT_EQ(verdict.refusal().status, 401);
        EXPECT_FALSE(verdict.refusal().detail.empty());
        continue;
      }
      if (!made.ok()) continue;
      const json& sdk = step["sdk"];
      EXPECT_EQ(verdict->caller.address(), sdk["hotkey"]);
      EXPECT_EQ(std::to_string(verdict->nonce), sdk["nonce"]);
      EXPECT_EQ(static_cast<int>(verdict->caller.scheme), sdk["crypto_type"]);
    }
  }
  EXPECT_GT(steps, 100);
}

}  // namespace
}  // namespace yuma
