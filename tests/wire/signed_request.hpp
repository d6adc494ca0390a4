// SPDX-License-Identifier: MIT
#pragma once

// What the tests of signed requests have in common: keys that everybody has, a signer whose clock
// they set, and a verifier for what it makes.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/random.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma::test {

inline constexpr std::uint64_t kNow = 1'752'076'800'000'000'000;
inline constexpr std::uint64_t kSecond = 1'000'000'000;

inline KeyPair key(const std::string& uri, Scheme scheme = Scheme::kSr25519) {
  return *KeyPair::from_uri(scheme, uri);
}

/// A request with all that was signed, to be changed piece by piece.
struct Request {
  std::string method = "POST", target = "/generate?stream=false", body = R"({"prompt": "hello"})";
  std::vector<Header> headers;

  Header& header(std::string_view name) {
    for (Header& h : headers) {
      if (same_header(h.name, name)) return h;
    }
    ADD_FAILURE() << "no header " << name;
    return headers.front();
  }
  void remove(std::string_view name) {
    std::erase_if(headers, [&](const Header& h) { return same_header(h.name, name); });
  }
};

/// Signs for `receiver` at `now`; an absent receiver leaves it unbound.
inline Request signed_request(const KeyPair& sender, std::optional<AccountId> receiver,
                              std::uint64_t now = kNow, Request request = {}) {
  const std::string from = sender.address();
  const std::string to = receiver ? ss58_encode(*receiver) : "";
  const RequestPayload payload = {.scheme = sender.scheme(),
                                  .method = request.method,
                                  .target = request.target,
                                  .body_sha256 = BodyHash::of(request.body),
                                  .nonce = now,
                                  .sender = from,
                                  .receiver = to};
  request.headers = request_headers(payload, sender.sign(bytes_of(build_payload(payload))));
  return request;
}

inline OrRefusal<AuthenticRequest> judge(const RequestVerifier& verifier, const Request& request,
                                         std::uint64_t now = kNow) {
  return verifier.verify(request.method, request.target, views_of(request.headers),
                         bytes_of(request.body), now);
}

/// "ok", or the reason.
inline std::string word(const OrRefusal<AuthenticRequest>& verdict) {
  return verdict.ok() ? "ok" : std::string(auth_reason_name(verdict.refusal().reason));
}

inline RequestVerifier verifier_of(const VerifierOptions& options) {
  return *RequestVerifier::make(options, *ReplayWindow::make());
}

}  // namespace yuma::test
