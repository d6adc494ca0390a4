// SPDX-License-Identifier: MIT
#pragma once

// Messages for a signer: one object of each kind that differs by epoch and variant, and requests.

#include <cstdlib>
#include <string>
#include <vector>

#include "yuma/identity/keys.hpp"
#include "yuma/wire/btauth.hpp"
#include "yuma/wire/commit_hash.hpp"
#include "yuma/wire/objects.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace yuma::test {

inline KeyPair key_of(std::string_view uri, Scheme scheme = Scheme::kSr25519) {
  auto key = KeyPair::from_uri(scheme, uri);
  if (!key.ok()) std::abort();
  return *std::move(key);
}

/// tag || body.
template <class Body>
Bytes message_of(const Body& body) {
  const auto bytes = encode_body(body);
  if (!bytes.ok()) std::abort();
  return signing_bytes(Body::kKind, *bytes);
}

/// What one hotkey signs in one subnet. Equal epoch and variant give equal bytes.
struct Messages {
  PublicKey own;
  SubnetId subnet{Bytes32{7}, 3, 1};

  ObjectHeader header(std::uint64_t epoch) const { return {subnet, epoch, own}; }

  VectorBody vector_body(std::uint64_t epoch, std::uint16_t variant) const {
    return {header(epoch), 1, {variant, 5}, {0, 2}, {1, 65535}};
  }
  Bytes vector(std::uint64_t epoch, std::uint16_t variant) const {
    return message_of(vector_body(epoch, variant));
  }
  /// Of the vector of the same epoch and variant.
  Bytes commit(std::uint64_t epoch, std::uint16_t variant) const {
    return message_of(CommitBody{header(epoch), commit_hash(vector_body(epoch, variant))});
  }
  Bytes have(std::uint64_t epoch, std::uint16_t variant) const {
    return message_of(HaveBody{header(epoch), {{variant, Bytes32{1}}}, {}, {}});
  }
  Bytes block(std::uint64_t epoch, std::uint16_t variant) const {
    BlockBody body;
    body.header = header(epoch);
    body.parent = Bytes32{2};
    body.number = epoch * 10;
    body.haves = {{variant, Bytes32{3}}};
    return message_of(body);
  }
  Bytes vote(std::uint64_t epoch, std::uint16_t variant) const {
    Bytes32 block{};
    block[0] = static_cast<std::uint8_t>(variant);
    block[1] = static_cast<std::uint8_t>(variant >> 8);
    return message_of(VoteBody{header(epoch), block});
  }
  Bytes address(std::uint64_t counter, std::uint16_t variant) const {
    return message_of(AddressBody{header(counter), {{"127.0.0.1", variant}}});
  }
  Bytes amendment(std::uint64_t number, std::uint16_t variant) const {
    return message_of(
        AmendmentBody{subnet, 1, number, {Change(SetParameter{ParameterTag::kKappa, variant})}});
  }

  /// A btauth/1 request of `own`.
  Bytes request(std::uint64_t nonce) const {
    RequestPayload payload;
    const std::string sender = own.address(),
                      receiver = PublicKey{Scheme::kSr25519, Bytes32{9}}.address();
    payload.scheme = own.scheme;
    payload.method = "POST";
    payload.target = "/forward";
    payload.nonce = nonce;
    payload.sender = sender;
    payload.receiver = receiver;
    const std::string text = build_payload(payload);
    return Bytes(text.begin(), text.end());
  }
};

}  // namespace yuma::test
