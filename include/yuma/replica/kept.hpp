// SPDX-License-Identifier: MIT
#pragma once

// What a node keeps on disk, and what it gets back after a restart. An engine asks for it to be
// kept before it says anything that depends on it; a ledger keeps it.

#include "yuma/replica/state.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma {

/// A signed object with the bytes it came in.
struct KeptObject {
  ObjectKind kind = ObjectKind::kCommit;
  std::uint64_t epoch = 0;  ///< of its header; of a fault that of its bodies; of an amendment: due
  Bytes32 id{};             ///< object_id()
  Bytes bytes;              ///< encode_object()

  friend bool operator==(const KeptObject&, const KeptObject&) = default;
};

/// A body that this node is about to sign: kept before the signer is asked, so that after a crash
/// the same body is signed again and no other. A vector is kept so with its commit, to be signed
/// when the commit is sealed.
struct Intent {
  ObjectKind kind = ObjectKind::kCommit;
  std::uint64_t epoch = 0;
  Bytes body;

  friend bool operator==(const Intent&, const Intent&) = default;
};

/// A sealed epoch: the seal and the state after it.
struct KeptSeal {
  std::uint64_t epoch = 0;
  Bytes32 block_id{};
  Bytes seal;   ///< encode_object()
  Bytes state;  ///< encode_state()

  friend bool operator==(const KeptSeal&, const KeptSeal&) = default;
};

/// Kept whole or not at all, and on disk when the next thing is done.
struct KeepBatch {
  /// One that is there already is no error and stays as it is; an amendment has then the signatures
  /// that it was kept with last.
  std::vector<KeptObject> objects;
  std::vector<Intent> intents;   ///< of one kind and epoch there is one, for ever
  std::optional<KeptSeal> seal;  ///< of the epoch after the last kept one

  bool empty() const { return objects.empty() && intents.empty() && !seal; }
};

/// What is needed to go on: the last sealed state, its seal, and what was kept for it and later.
struct Restored {
  SealedState sealed;
  Bytes seal;  ///< of sealed.state.epoch; empty at the genesis and at a checkpoint
  std::vector<KeptObject> objects;  ///< of epochs from sealed.state.epoch on, and all amendments
  std::vector<Intent> intents;      ///< of epochs from sealed.state.epoch on
};

}  // namespace yuma
