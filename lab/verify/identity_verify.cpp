// SPDX-License-Identifier: MIT

// Recorded verdicts of the official SDK on requests, good and tampered with, one after another with
// one memory of nonces. Where the recording says how a strict server answers, that counts.

#include <cmath>
#include <optional>

#include "lab/verify/identity.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma::lab {

namespace {

std::chrono::nanoseconds seconds(Case& options, std::string_view key) {
  constexpr double kMost = 1e9;
  const double value = options.real(key);
  if (!(value >= 0 && value <= kMost)) {
    options.fail(key, "not a duration from 0 to 1,000,000,000 s");
    return {};
  }
  return std::chrono::nanoseconds(std::llround(value * 1e9));
}

/// The server's list of ed25519 hotkeys. The SDK needs none, so it is those that are recorded.
std::vector<AccountId> ed25519_hotkeys(Case& c) {
  std::vector<AccountId> hotkeys;
  const auto add = [&](const Json& object, const char* address) {
    const auto found = object.find(address);
    if (found == object.end() || !found->is_string()) return;
    if (auto hotkey = ss58_decode_account(found->get<std::string>()); hotkey.ok()) {
      hotkeys.push_back(*hotkey);
    }
  };
  const auto keys = c.run().document.find("keys");
  if (keys != c.run().document.end() && keys->is_array()) {
    for (const Json& key : *keys) {
      if (key.is_object() && key.value("scheme", Json()) == "ed25519") add(key, "address");
    }
  }
  Case steps = c.part("steps");
  for (std::size_t i = 0; i < steps.size() && c.ok(); ++i) {
    Case step = steps.element(i);
    Case sdk = step.part("sdk");
    if (sdk.has("crypto_type") && sdk.field("crypto_type") == 0) add(sdk.field(""), "hotkey");
  }
  return hotkeys;
}

/// A server, and whether it would have been refused its configuration at the start: the SDK says so
/// with each request that is good otherwise.
struct Server {
  RequestVerifier verifier;
  bool misconfigured;
};

std::optional<Server> server_of(Case& c) {
  Case recorded = c.part("options");
  VerifierOptions options;
  options.started_ns = 0;
  const auto hotkey = ss58_decode_account(recorded.text("self_hotkey"));
  if (!hotkey.ok()) recorded.fail("self_hotkey", "not an address");
  options.max_age = seconds(recorded, "max_age");
  options.allowed_skew = seconds(recorded, "allowed_skew");
  options.require_receiver = recorded.flag("require_receiver");
  options.ed25519_hotkeys = ed25519_hotkeys(c);
  ReplayOptions memory;
  memory.retention = seconds(recorded, "retention");
  if (!c.ok()) return std::nullopt;
  options.hotkey = *hotkey;
  const auto window = ReplayWindow::make(memory);
  if (window.ok()) {
    auto verifier = RequestVerifier::make(options, *window);
    if (verifier.ok()) return Server{*std::move(verifier), false};
  }
  auto verifier = RequestVerifier::make_without_window(options);
  if (verifier.ok()) return Server{*std::move(verifier), true};
  recorded.fail("", "are refused");
  return std::nullopt;
}

Json verdict_of(Case& step, const Server& server) {
  std::vector<Header> headers;
  Case pairs = step.part("headers");
  for (std::size_t i = 0; i < pairs.size() && step.ok(); ++i) {
    Case pair = pairs.element(i);
    headers.push_back({pair.element(0).text(""), pair.element(1).text("")});
  }
  Case content = step.part("body");
  const Bytes body = recorded_body(content);
  const std::string method = step.text("method"), target = step.text("target");
  const std::uint64_t now = step.number("now");
  if (!step.ok()) return {};
  const auto caller = server.verifier.verify(method, target, views_of(headers), body, now);
  if (!caller.ok()) {
    return {{"ok", false},
            {"error", auth_reason_name(caller.refusal().reason)},
            {"status", caller.refusal().status}};
  }
  if (server.misconfigured) return {{"ok", false}, {"error", "ValueError"}, {"status", 500}};
  return {{"ok", true},
          {"hotkey", caller->caller.address()},
          {"nonce", std::to_string(caller->nonce)},
          {"crypto_type", static_cast<int>(caller->caller.scheme)}};
}

/// What a strict server answers instead of the SDK; nothing where `strict` leaves it open.
std::optional<Json> strict_error(Case& c) {
  const std::string strict = c.text("strict");
  if (strict == "malformed") return "MalformedAuth";
  if (strict == "bad signature") return "BadSignature";
  if (strict != "bad signature or accept") c.fail("strict", "not a known answer");
  return std::nullopt;
}

}  // namespace

void verify_verdicts(Case& c) {
  const auto server = server_of(c);
  Case steps = c.part("steps");
  const std::size_t last = steps.size();
  for (std::size_t i = 0; i < last && c.ok(); ++i) {
    Case step = steps.element(i);
    const Json verdict = verdict_of(step, *server);
    if (!c.ok()) return;
    Case sdk = step.part("sdk");
    // The earlier steps only lead up to the strange one.
    if (c.has("strict") && i + 1 == last) {
      const auto error = strict_error(c);
      const Json answer = verdict.value("error", Json(nullptr));
      const bool open = !error && (answer.is_null() || answer == "BadSignature");
      c.expect("strict", open || answer == error.value_or(Json()) ? c.field("strict") : answer);
      continue;
    }
    for (const auto& item : verdict.items()) sdk.expect(item.key(), item.value());
  }
}

}  // namespace yuma::lab
