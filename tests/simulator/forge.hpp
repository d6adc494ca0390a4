// SPDX-License-Identifier: MIT
#pragma once

// Objects that are wrong in one way each, signed with a liar's key.

#include <optional>
#include <vector>

#include "tests/simulator/fault.hpp"
#include "tests/simulator/streams.hpp"
#include "yuma/seal/engine.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::simulator {

/// A signed object taken apart.
struct Said {
  ObjectKind kind = ObjectKind::kCommit;
  ObjectBody body;
  Bytes bytes;  ///< encode_object()
  const ObjectHeader& header() const { return *header_of(body); }
};
/// Nothing where the bytes are no object with one sender.
std::optional<Said> read_said(const Bytes& bytes);

/// The encoded object, signed by `key` whoever it names as sender. Nothing where the body cannot be
/// encoded.
std::optional<Bytes> sign_as(const ObjectBody& body, const KeyPair& key);

/// Another body for the same place.
ObjectBody another_body(const ObjectBody& body, Random& random);

/// Weights that do not count in a subnet of so many uids: too few, for uids beyond, too large...
VectorBody bad_vector(const VectorBody& vector, std::size_t uids, Random& random);

/// A have that lists what nobody has, or less than it has.
HaveBody false_have(HaveBody have, const State& state, Random& random);

/// The same object with one byte of a signature changed, or a signature fewer.
std::optional<Bytes> with_broken_signature(const Bytes& object, Random& random);

/// A seal of a block like one that was seen, with votes that nobody gave, or too few.
std::optional<Bytes> made_up_seal(const Bytes& block, const SealedState& sealed, const KeyPair& key,
                                  Random& random);

/// Bytes at random, or an object with some bytes changed, cut or added.
Bytes garbage(const Bytes& object, Random& random);

/// A block as an owner who lies would send it; nothing where this block gives no occasion. Where
/// the lie is not about the state root, that is right.
std::optional<BlockBody> altered_block(Lie lie, const BlockBody& block, const seal::Engine& engine,
                                       Random& random);

/// A random body of a kind for an epoch, well-formed, in the name of `header.sender`.
ObjectBody random_body(ObjectKind kind, const ObjectHeader& header, const SealedState& sealed,
                       Random& random);
/// A kind that one hotkey signs for an epoch.
ObjectKind any_kind(Random& random);

/// An accusation: with a signature that is none, or a true one of the liar itself.
std::optional<Bytes> made_up_fault(const ObjectHeader& header, const SealedState& sealed,
                                   const KeyPair& key, Random& random);

/// Signed by the liar alone, or also by others who did not.
std::optional<Bytes> bad_amendment(const SealedState& sealed, const KeyPair& key, Random& random);

/// As encodings want them.
void sort_by_signer(std::vector<Endorsement>& signatures);

Bytes32 random_hash(Random& random);

}  // namespace yuma::simulator
