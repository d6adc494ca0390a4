// SPDX-License-Identifier: MIT

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "seal/engine_impl.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma::seal {

const Bytes* Engine::Impl::intent(ObjectKind kind, std::uint64_t of_epoch) const {
  const auto found = intents.find({kind, of_epoch});
  return found == intents.end() ? nullptr : &found->second;
}

void Engine::Impl::add_to(KeepBatch& batch, const std::vector<Bytes32>& ids) {
  for (const Bytes32& id : ids) {
    const HeldEntry* held = pool.find(id);
    if (held == nullptr || held->kept) continue;
    batch.objects.push_back(
        {held->checked.kind, held->checked.epoch, id, *encode_object(held->object)});
    pool.set_kept(id);
  }
}

template <class Body>
void Engine::Impl::intend(const Body& body, const std::vector<Bytes32>& named) {
  auto bytes = encode_body(body);
  if (!bytes.ok()) {
    return notice(Notice::Kind::kRefusedObject, 0,
                  absl::StrCat("cannot say this: ", bytes.status().message()));
  }
  Keep keep;
  add_to(keep.batch, named);
  keep.batch.intents.push_back({Body::kKind, body.header.epoch, *bytes});
  intents.emplace(std::pair(Body::kKind, body.header.epoch), *std::move(bytes));
  out.emplace_back(std::move(keep));
  ask_to_sign(Body::kKind, body.header.epoch);
}

template void Engine::Impl::intend(const BlockBody&, const std::vector<Bytes32>&);
template void Engine::Impl::intend(const VoteBody&, const std::vector<Bytes32>&);

/// Unless it is signed, not to be signed yet, or being signed.
void Engine::Impl::ask_to_sign(ObjectKind kind, std::uint64_t of_epoch) {
  const Bytes* body = intent(kind, of_epoch);
  if (body == nullptr || !own || asked_to_sign.contains({kind, of_epoch})) return;
  const bool opens = kind == ObjectKind::kVector && state().parameters.reveal_period != 0;
  if (of_epoch != (opens ? state().epoch : epoch())) return;
  if (pool.find(object_id(kind, *body)) != nullptr || (opens && !opens_commit(*body))) return;
  asked_to_sign.emplace(kind, of_epoch);
  out.emplace_back(Sign{kind, *body});
}

/// After a restart, a failure of the signer or a seal: whatever waits to be signed.
void Engine::Impl::sign_what_is_due() {
  for (const auto& [place, body] : intents) ask_to_sign(place.first, place.second);
}

/// Whether our commit to this vector is sealed and waits: before that nobody may see the vector.
bool Engine::Impl::opens_commit(const Bytes& body) const {
  const auto vector = decode_body<VectorBody>(body);
  if (!vector.ok()) return false;
  const auto& open = state().commits;
  return std::find(open.begin(), open.end(), UidHash{*own, commit_hash(*vector)}) != open.end();
}

/// The weights that were chosen become this epoch's commit and, kept with it, the vector that opens
/// it; without commits the vector is said at once. Not after the have: nobody would wait for it.
void Engine::Impl::commit_weights() {
  const auto uid = own;
  if (!uid || !weights || seems_sealed()) return;
  if (intent(ObjectKind::kHave, epoch()) != nullptr) return;
  const bool commits = state().parameters.reveal_period != 0;
  const ObjectKind kind = commits ? ObjectKind::kCommit : ObjectKind::kVector;
  if (intent(kind, epoch()) != nullptr) return;
  const VectorBody vector{header(epoch()), weights->version_key, weights->salt, weights->uids,
                          weights->values};
  weights.reset();
  const auto vector_bytes = encode_body(vector);
  const auto refused = check_weights(state(), *uid, vector);
  if (!vector_bytes.ok() || refused) {
    const auto why = refused ? refused->text : std::string(vector_bytes.status().message());
    return notice(Notice::Kind::kRefusedObject, *uid, absl::StrCat("our own weights: ", why));
  }
  Keep keep;
  keep.batch.intents.push_back({ObjectKind::kVector, epoch(), *vector_bytes});
  if (commits) {
    const CommitBody commit{header(epoch()), commit_hash(vector)};
    keep.batch.intents.push_back({ObjectKind::kCommit, epoch(), *encode_body(commit)});
  }
  for (const Intent& intent : keep.batch.intents) {
    intents.emplace(std::pair(intent.kind, intent.epoch), intent.body);
  }
  out.emplace_back(std::move(keep));
  ask_to_sign(kind, epoch());
}

void Engine::Impl::send_have() {
  const auto uid = own;
  if (!uid || clock < state().block + state().parameters.epoch.tempo) return;
  if (seems_sealed() || intent(ObjectKind::kHave, epoch()) != nullptr) return;
  const HaveBody have = make_have();
  std::vector<Bytes32> named;
  for (const ObjectKind kind : {ObjectKind::kCommit, ObjectKind::kVector, ObjectKind::kAmendment}) {
    for (const HeldEntry* held : pool.all(kind)) named.push_back(held->checked.id);
  }
  intend(have, named);
}

/// What is held, of each sender the first.
HaveBody Engine::Impl::make_have() const {
  HaveBody have;
  have.header = header(epoch());
  const bool commits = state().parameters.reveal_period != 0;
  for (const std::uint16_t v : validators(state())) {
    const HeldEntry* held = pool.first(commits ? ObjectKind::kCommit : ObjectKind::kVector, v);
    if (held == nullptr) continue;
    const auto* commit = std::get_if<CommitBody>(&held->checked.body);
    have.commits.push_back({v, commit != nullptr ? commit->hash : held->checked.id});
  }
  for (std::size_t i = 0; commits && i < state().commits.size(); ++i) {
    if (pool.first(ObjectKind::kVector, state().commits[i].uid) == nullptr) continue;
    have.vectors_held.resize(i / 8 + 1);
    have.vectors_held[i / 8] |= static_cast<std::uint8_t>(1U << (i % 8));
  }
  for (const HeldEntry* held : pool.all(ObjectKind::kAmendment)) {
    if (have.amendments.empty()) have.amendments.push_back(held->checked.id);
  }
  return have;
}

void Engine::Impl::on(const BodySigned& event) {
  const SignedObject& object = event.object;
  for (const auto& [place, body] : intents) {
    if (place.first != object.kind || body != object.body) continue;
    receive(std::nullopt, object);
    const Bytes32 id = object_id(object.kind, object.body);
    if (pool.find(id) == nullptr) return;  // its epoch is over
    return keep_and_send(object);
  }
}

void Engine::Impl::keep_and_send(const SignedObject& object) {
  const Bytes32 id = object_id(object.kind, object.body);
  const HeldEntry* held = pool.find(id);
  const auto bytes = encode_object(object);
  if (!held->kept) {
    out.emplace_back(Keep{{{{object.kind, held->checked.epoch, id, *bytes}}, {}, {}}});
    pool.set_kept(id);
  }
  out.emplace_back(Send{{}, *bytes});
}

}  // namespace yuma::seal
