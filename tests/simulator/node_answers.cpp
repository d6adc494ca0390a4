// SPDX-License-Identifier: MIT

// What comes over the network, and the answers of a node to others.

#include "tests/simulator/liar.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::simulator {

namespace {

/// Objects in one answer, as a server would bound them.
constexpr std::size_t kMostAnswered = 300;

}  // namespace

void Node::take(const Envelope& envelope) {
  if (liar_) liar_->see(envelope);
  if (!up()) return;
  const Message& message = envelope.message;
  if (const auto* push = std::get_if<Push>(&message)) {
    // From whom it comes is known by the hotkey that signed the request.
    const Node* sender = world_.node(envelope.from);
    const auto uid = find_uid(engine_->sealed().state, sender->key().public_key());
    if (!uid) return world_.summary().count("network", "from a stranger");
    hand_over(*uid, {push->object});
  } else if (const auto* question = std::get_if<StatusQuestion>(&message)) {
    send(envelope.from, StatusAnswer{question->asked, engine_->status()});
  } else if (const auto* answer = std::get_if<StatusAnswer>(&message)) {
    handle(seal::StatusReceived{answer->asked, answer->status});
  } else if (const auto* wanted = std::get_if<ObjectsQuestion>(&message)) {
    ObjectsAnswer found{wanted->asked, {}};
    for (const Bytes32& id : wanted->ids) {
      if (found.objects.size() == kMostAnswered) break;
      if (auto bytes = find_bytes(id)) found.objects.push_back(*std::move(bytes));
    }
    if (!found.objects.empty()) send(envelope.from, std::move(found));
  } else if (const auto* of = std::get_if<SealQuestion>(&message)) {
    ObjectsAnswer found{of->asked, seal_with_bodies(of->epoch)};
    if (!found.objects.empty()) send(envelope.from, std::move(found));
  } else if (const auto* objects = std::get_if<ObjectsAnswer>(&message)) {
    hand_over(objects->asked, objects->objects);
  }
}

/// Each is an event of its own, before anything that came later.
void Node::hand_over(std::uint16_t from, const std::vector<Bytes>& objects) {
  for (auto bytes = objects.rbegin(); bytes != objects.rend(); ++bytes) {
    auto object = decode_object(*bytes);
    if (!object.ok()) {
      world_.summary().count("network", "not an object");
      continue;
    }
    if (liar_) liar_->remember(*bytes);
    inbox_.push_front(seal::Event(seal::ObjectReceived{from, *std::move(object)}));
  }
}

std::optional<Bytes> Node::find_bytes(const Bytes32& id) const {
  if (const Object* held = engine_->find(id)) {
    auto bytes = encode_object(*held);
    if (bytes.ok()) return *std::move(bytes);
  }
  auto kept = ledger_->object(id);
  if (!kept.ok()) return std::nullopt;
  return std::move(kept->bytes);
}

/// The seal of an epoch behind all that its block names.
std::vector<Bytes> Node::seal_with_bodies(std::uint64_t epoch) const {
  std::vector<Bytes> out;
  const auto bytes = ledger_->seal(epoch);
  if (!bytes.ok()) return out;
  const auto object = decode_object(*bytes);
  const auto block = decode_body<BlockBody>(std::get<SealBody>(*object).block.body);
  const auto before = ledger_->objects(epoch);
  if (!block.ok() || !before.ok()) return out;
  std::vector<Bytes32> ids;
  for (const UidHash& have : block->haves) ids.push_back(have.hash);
  for (const UidHash& vector : block->vectors) ids.push_back(vector.hash);
  ids.insert(ids.end(), block->faults.begin(), block->faults.end());
  ids.insert(ids.end(), block->amendments.begin(), block->amendments.end());
  for (const Bytes32& id : ids) {
    if (auto kept = ledger_->object(id); kept.ok()) out.push_back(std::move(kept->bytes));
  }
  // Commits are named by their hashes.
  for (const KeptObject& kept : *before) {
    if (kept.kind == ObjectKind::kCommit) out.push_back(kept.bytes);
  }
  out.push_back(*bytes);
  return out;
}

}  // namespace yuma::simulator
