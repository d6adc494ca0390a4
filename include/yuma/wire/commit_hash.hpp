// SPDX-License-Identifier: MIT
#pragma once

// The hash that a commit carries: the chain's, so that the same weights could be committed there
// (commit-reveal with a hash). BLAKE2b-256 of the SCALE tuple (account, storage index, uids,
// values, salt, version key).

#include "yuma/wire/objects.hpp"

namespace yuma {

/// What is hashed. Lists are taken as they are, of any length and in any order.
struct CommitPreimage {
  AccountId account{};
  std::uint16_t storage_index = 0;  ///< see storage_index()
  std::span<const std::uint16_t> uids;
  std::span<const std::uint16_t> values;
  std::span<const std::uint16_t> salt;
  std::uint64_t version_key = 0;
};

Bytes encode_commit_preimage(const CommitPreimage& preimage);
Bytes32 commit_hash(const CommitPreimage& preimage);

/// The hash that the commit of a vector carries.
Bytes32 commit_hash(const VectorBody& vector);

/// Whether a vector opens a commit: equal headers, and the hash of the vector in the commit.
bool opens(const VectorBody& vector, const CommitBody& commit);

}  // namespace yuma
