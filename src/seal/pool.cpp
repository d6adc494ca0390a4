// SPDX-License-Identifier: MIT

#include "seal/pool.hpp"

namespace yuma::seal {

void ObjectPool::add(HeldEntry entry) {
  const Bytes32 id = entry.checked.id;
  const std::pair sender(entry.checked.kind, entry.checked.uid);
  const std::size_t bytes = entry.bytes;
  const auto* fault = std::get_if<FaultBody>(&entry.checked.body);
  const CountedFault counted{sender.second, fault != nullptr ? fault->kind : ObjectKind::kFault,
                             entry.checked.epoch};
  if (!entries_.emplace(id, std::move(entry)).second) return;
  senders_[sender].push_back(id);
  if (sender.first == ObjectKind::kFault) faults_.emplace(counted, id);
  bytes_ += bytes;
}

void ObjectPool::clear() {
  entries_.clear();
  senders_.clear();
  faults_.clear();
  bytes_ = 0;
}

const HeldEntry* ObjectPool::find(const Bytes32& id) const {
  const auto found = entries_.find(id);
  return found == entries_.end() ? nullptr : &found->second;
}

const HeldEntry* ObjectPool::first(ObjectKind kind, std::uint16_t uid) const {
  const auto found = senders_.find({kind, uid});
  return found == senders_.end() ? nullptr : find(found->second.front());
}

std::vector<const HeldEntry*> ObjectPool::all(ObjectKind kind) const {
  std::vector<const HeldEntry*> out;
  for (auto at = senders_.lower_bound({kind, 0}); at != senders_.end() && at->first.first == kind;
       ++at) {
    for (const Bytes32& id : at->second) out.push_back(find(id));
  }
  return out;
}

void ObjectPool::set_kept(const Bytes32& id) {
  const auto found = entries_.find(id);
  if (found != entries_.end()) found->second.kept = true;
}

}  // namespace yuma::seal
