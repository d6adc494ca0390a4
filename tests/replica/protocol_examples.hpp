// SPDX-License-Identifier: MIT
#pragma once

// The examples of docs/protocol.md, made by the code: name and hexadecimal lines.

#include <string>
#include <utility>
#include <vector>

#include "tests/replica/example_state.hpp"
#include "yuma/replica/genesis.hpp"
#include "yuma/wire/commit_hash.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::test {

inline Bytes32 filled(std::uint8_t byte) {
  Bytes32 out;
  out.fill(byte);
  return out;
}

/// In place of sr25519 signatures, which are different each time.
inline Signature some_signature(std::uint8_t byte) {
  Signature out;
  out.fill(byte);
  return out;
}

struct ExampleObjects {
  KeyPair alice = KeyPair::from_uri(Scheme::kSr25519, "//Alice").value();
  KeyPair bob = KeyPair::from_uri(Scheme::kSr25519, "//Bob").value();
  ObjectHeader header{{filled(0x11), 7, 1}, 41, alice.public_key()};

  VectorBody vector{header, 3, {1, 2, 3, 4, 5, 6, 7, 8}, {2, 5}, {65535, 32768}};
  CommitBody commit{header, commit_hash(vector)};
  HaveBody have{header, {{0, commit.hash}, {3, filled(0x22)}}, {5}, {filled(0x33)}};
  BlockBody block{header,
                  filled(0x44),
                  14760,
                  {{0, object_id(ObjectKind::kHave, encode_body(have).value())}},
                  {{0, commit.hash}},
                  {},
                  {filled(0x55)},
                  {filled(0x33)},
                  filled(0x66)};
  Bytes block_bytes = encode_body(block).value();
  VoteBody vote = vote_for(block, object_id(ObjectKind::kBlock, block_bytes), alice.public_key());
  SealBody seal{
      {block_bytes, some_signature(0x77)},
      {{bob.public_key(), some_signature(0x78)}, {alice.public_key(), some_signature(0x79)}}};
  AmendmentBody amendment{
      header.subnet,
      42,
      1,
      {RemoveUid{9}, ReplaceHotkey{3, bob.public_key()},
       RegisterUid{9, bob.public_key(), 10, 1'000'000'000}, SetPower{3, 20}, SetOwner{3},
       SetSize{64}, SetParameter{ParameterTag::kTempo, 100}, SetRuleVersion{456}}};
  AddressBody address{{header.subnet, 3, header.sender}, {{"validator.example", 8091}}};

  FaultBody fault() const {
    CommitBody other = commit;
    other.hash = filled(0xff);
    const SignedBody a{encode_body(commit).value(), some_signature(0x77)};
    const SignedBody b{encode_body(other).value(), some_signature(0x78)};
    return {ObjectKind::kCommit, a.body < b.body ? a : b, a.body < b.body ? b : a};
  }

  /// ed25519 signatures are the same each time.
  SignedObject signed_vote() const {
    LocalSigner signer(KeyPair::from_uri(Scheme::kEd25519, "//Alice").value());
    return sign_object(vote_for(block, vote.block, signer.public_key()), signer).value();
  }
};

/// A name, and fields with their bytes.
struct Example {
  std::string name;
  std::vector<std::pair<std::string, Bytes>> fields;

  std::string text() const {
    constexpr std::size_t kDigits = 96;
    std::string out = "```example " + name + "\n";
    for (const auto& [field, bytes] : fields) {
      out += field + ":\n";
      const std::string hex = to_hex(bytes);
      for (std::size_t at = 0; at < hex.size(); at += kDigits) {
        out += "  " + hex.substr(at, kDigits) + "\n";
      }
    }
    return out + "```\n";
  }
};

inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

template <class Body>
Example example_of(const Body& body) {
  const Bytes bytes = encode_body(body).value();
  return {std::string(kind_name(Body::kKind)),
          {{"body", bytes}, {"id", to_bytes(object_id(Body::kKind, bytes))}}};
}

inline Example example_of(const FaultBody& fault) {
  return {"fault", {{"body", encode_body(fault).value()}, {"id", to_bytes(fault_id(fault))}}};
}

inline std::vector<Example> all_examples() {
  const ExampleObjects x;
  const SignedObject vote = x.signed_vote();
  const VectorBody& v = x.vector;
  const State state = example_state();
  const Genesis genesis = genesis_from(state);
  return {example_of(x.commit),
          example_of(x.vector),
          {"commit hash",
           {{"preimage", encode_commit_preimage({v.header.sender.bytes, storage_index(7, 1), v.uids,
                                                 v.values, v.salt, v.version_key})},
            {"hash", to_bytes(x.commit.hash)}}},
          example_of(x.have),
          example_of(x.block),
          example_of(x.vote),
          example_of(x.seal),
          example_of(x.fault()),
          example_of(x.amendment),
          example_of(x.address),
          {"signature",
           {{"signed bytes", signing_bytes(vote.kind, vote.body)},
            {"signature", to_bytes(vote.signature)}}},
          {"object", {{"object", encode_object(vote).value()}}},
          {"state", {{"state", encode_state(state)}, {"root", to_bytes(state_root(state))}}},
          {"genesis",
           {{"file", encode_genesis(genesis).value()},
            {"network", to_bytes(genesis_id(genesis).value())}}}};
}

}  // namespace yuma::test
