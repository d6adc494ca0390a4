// SPDX-License-Identifier: MIT
#pragma once

// What a node holds for the epoch under way: of each sender and kind the object that it took first,
// and beside it only what a block, a seal or a third of the haves names. So strangers cannot make
// it grow.

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "yuma/replica/check.hpp"

namespace yuma::seal {

/// Signatures that an object carries.
inline std::size_t signatures_in(const Object& object) {
  if (const auto* seal = std::get_if<SealBody>(&object)) return 1 + seal->votes.size();
  if (const auto* amendment = std::get_if<SignedAmendment>(&object)) {
    return amendment->signatures.size();
  }
  return std::holds_alternative<FaultBody>(object) ? 2 : 1;
}

struct HeldEntry {
  CheckedObject checked;
  Object object;
  std::size_t bytes = 0;  ///< of its encoding
  bool kept = false;      ///< on disk
};

class ObjectPool {
 public:
  /// Takes an object whose id is not held yet.
  void add(HeldEntry entry);
  void clear();

  const HeldEntry* find(const Bytes32& id) const;
  /// The one that was taken first of a kind and sender; nullptr: none.
  const HeldEntry* first(ObjectKind kind, std::uint16_t uid) const;
  /// All of a kind, ascending by sender, of one sender in the order in which they came.
  std::vector<const HeldEntry*> all(ObjectKind kind) const;
  /// Of each fault that is held the proof that was taken first, ascending: of two proofs of one
  /// fault, both held where others named them, one counts.
  const std::map<CountedFault, Bytes32>& faults() const { return faults_; }

  void set_kept(const Bytes32& id);

  std::size_t size() const { return entries_.size(); }
  std::size_t bytes() const { return bytes_; }
  const std::map<Bytes32, HeldEntry>& entries() const { return entries_; }

 private:
  std::map<Bytes32, HeldEntry> entries_;  ///< by id
  std::map<std::pair<ObjectKind, std::uint16_t>, std::vector<Bytes32>> senders_;
  std::map<CountedFault, Bytes32> faults_;
  std::size_t bytes_ = 0;
};

}  // namespace yuma::seal
