// SPDX-License-Identifier: MIT
#pragma once

// What an engine asked to be kept, in memory.

#include <map>
#include <utility>

#include "yuma/replica/kept.hpp"

namespace yuma::test {

/// What one node kept.
struct KeptStore {
  SealedState sealed;
  Bytes seal;
  std::map<Bytes32, KeptObject> objects;
  std::map<std::pair<ObjectKind, std::uint64_t>, Bytes> intents;
  std::map<std::uint64_t, Bytes> seals;  ///< by epoch

  void keep(const KeepBatch& batch) {
    for (const KeptObject& object : batch.objects) {
      // An amendment's id says nothing of its signatures.
      if (object.kind == ObjectKind::kAmendment) objects.erase(object.id);
      objects.emplace(object.id, object);
    }
    for (const Intent& intent : batch.intents) {
      const auto [at, added] = intents.emplace(std::pair(intent.kind, intent.epoch), intent.body);
      if (!added && at->second != intent.body) ++conflicts;
    }
    if (!batch.seal) return;
    seal = batch.seal->seal;
    seals[batch.seal->epoch] = seal;
    sealed.state = decode_state(batch.seal->state).value();
    sealed.block_id = batch.seal->block_id;
  }
  Restored restored() const {
    Restored out{sealed, seal, {}, {}};
    for (const auto& [id, object] : objects) {
      if (object.epoch >= sealed.state.epoch || object.kind == ObjectKind::kAmendment) {
        out.objects.push_back(object);
      }
    }
    for (const auto& [place, body] : intents) {
      if (place.second >= sealed.state.epoch) {
        out.intents.push_back({place.first, place.second, body});
      }
    }
    return out;
  }
  int conflicts = 0;  ///< second intents of one place: must stay 0
};

}  // namespace yuma::test
