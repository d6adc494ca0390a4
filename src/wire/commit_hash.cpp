// SPDX-License-Identifier: MIT

#include "yuma/wire/commit_hash.hpp"

#include "yuma/identity/hash.hpp"

namespace yuma {

Bytes encode_commit_preimage(const CommitPreimage& preimage) {
  ScaleWriter out;
  out.raw(preimage.account);
  out.number(preimage.storage_index);
  out.numbers(preimage.uids);
  out.numbers(preimage.values);
  out.numbers(preimage.salt);
  out.number(preimage.version_key);
  return out.take();
}

Bytes32 commit_hash(const CommitPreimage& preimage) {
  return blake2b_256(encode_commit_preimage(preimage));
}

Bytes32 commit_hash(const VectorBody& vector) {
  const SubnetId& subnet = vector.header.subnet;
  return commit_hash({vector.header.sender.bytes, storage_index(subnet.netuid, subnet.mechanism),
                      vector.uids, vector.values, vector.salt, vector.version_key});
}

bool opens(const VectorBody& vector, const CommitBody& commit) {
  return vector.header == commit.header && commit_hash(vector) == commit.hash;
}

}  // namespace yuma
