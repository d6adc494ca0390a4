// SPDX-License-Identifier: MIT
#pragma once

// The genesis: the state that a private subnet starts with. Its id is the network that all objects
// name, so nothing signed for one subnet fits another. A subnet that stands still for good starts
// anew from its last sealed state with a genesis of that.

#include "yuma/replica/state.hpp"

namespace yuma {

struct Genesis {
  /// The network that this one goes on from, where it does: id of its genesis.
  std::optional<Bytes32> origin;
  /// Its `subnet.network` is zero: it is the id of this genesis. No commits, no counted faults.
  State state;
};

/// A file of a genesis: the tag "yuma/1/genesis" LF, then the body. So the BLAKE2b-256 of the file
/// is the network. InvalidArgument where the state is none (check_state()) or not of this shape.
absl::StatusOr<Bytes> encode_genesis(const Genesis& genesis);
/// Reads exactly what encode_genesis() gives.
absl::StatusOr<Genesis> decode_genesis(ByteView file);

/// BLAKE2b-256 of the file.
absl::StatusOr<Bytes32> genesis_id(const Genesis& genesis);

/// What the first epoch is judged by: the genesis's state with its network, and its id as the
/// parent of the first block.
absl::StatusOr<SealedState> sealed_state(const Genesis& genesis);

/// A genesis that goes on from a sealed state: the same roster, stakes, weights, bonds, epoch and
/// block number. What waited to be opened is dropped.
Genesis genesis_from(const State& state);

}  // namespace yuma
