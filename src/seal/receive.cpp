// SPDX-License-Identifier: MIT

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "seal/engine_impl.hpp"

namespace yuma::seal {

namespace {

/// The header of a signed object's body.
std::optional<ObjectHeader> header_in(const Object& object) {
  const auto* one = std::get_if<SignedObject>(&object);
  if (one == nullptr) return std::nullopt;
  const auto body = decode_any_body(one->kind, one->body);
  if (!body.ok() || header_of(*body) == nullptr) return std::nullopt;
  return *header_of(*body);
}

std::size_t encoded_size(const Object& object) {
  const auto bytes = encode_object(object);
  return bytes.ok() ? bytes->size() : 0;
}

/// Whether no other signatures could make an object with this id count in the epoch under way.
bool is_final(const Object& object, const RefusedObject& refused) {
  using R = ObjectRefusal;
  if (std::holds_alternative<SignedAmendment>(object)) {
    return refused.reason == R::kNumber || refused.reason == R::kNotDue ||
           refused.reason == R::kDoesNotFit;
  }
  return refused.reason != R::kBadSignature;
}

}  // namespace

void Engine::Impl::receive(std::optional<std::uint16_t> from, const Object& object, bool kept) {
  const auto id = object_id(object);
  if (!id.ok()) {
    return notice(Notice::Kind::kRefusedObject, 0, std::string(id.status().message()),
                  refusal_name(ObjectRefusal::kMalformed));
  }
  if (pool.find(*id) != nullptr) return;
  if (waits(*id)) {
    if (wanted.contains(*id)) useless.insert(*id);  // it does not count yet
    return;
  }
  if (const auto* seal = std::get_if<SealBody>(&object)) {
    if (wanted.contains(*id)) useless.insert(*id);  // no block can name one
    return receive_seal(from, *seal);
  }
  auto result = check_object(sealed, object);
  if (auto* checked = std::get_if<CheckedObject>(&result)) {
    signatures += signatures_in(object);
    take(from, std::move(*checked), object, kept);
  } else {
    const auto& refused = std::get<RefusedObject>(result);
    if (refused.reason == ObjectRefusal::kBadSignature) signatures += signatures_in(object);
    not_now(from, object, *id, refused, kept);
  }
}

void Engine::Impl::receive_seal(std::optional<std::uint16_t> from, const SealBody& seal) {
  const auto block = decode_body<BlockBody>(seal.block.body);
  if (!block.ok() || block->header.subnet != state().subnet) return;
  if (block->header.epoch > epoch()) {
    seems_ahead(from, block->header.epoch);
    return pull_next_seal();
  }
  if (block->header.epoch < epoch() || candidate) return;
  const auto result = check_object(sealed, seal);
  signatures += signatures_in(seal);
  if (const auto* refused = std::get_if<RefusedObject>(&result)) {
    return notice(Notice::Kind::kRefusedObject, from.value_or(0),
                  absl::StrCat("seal: ", refused->text), refusal_name(refused->reason));
  }
  candidate = {seal, *block, object_id(ObjectKind::kBlock, seal.block.body), from};
  // The block itself is an object that others may ask for.
  wanted.emplace(candidate->block_id, 0);
  receive(from, SignedObject{ObjectKind::kBlock, seal.block.body, seal.block.signature});
}

void Engine::Impl::take(std::optional<std::uint16_t> from, CheckedObject checked,
                        const Object& object, bool kept) {
  const Bytes32 id = checked.id;
  if (checked.kind == ObjectKind::kAddress) {  // not the engine's
    if (wanted.contains(id)) useless.insert(id);
    return;
  }
  if (checked.kind == ObjectKind::kFault) {
    return take_fault(from, std::move(checked), object, kept);
  }
  const HeldEntry* first = pool.first(checked.kind, checked.uid);
  if (first != nullptr && checked.kind != ObjectKind::kAmendment) {
    make_fault(checked.kind, std::get<SignedObject>(first->object), std::get<SignedObject>(object));
  }
  // One more body of a sender is held only where others build on it.
  if (first != nullptr && !kept && !wanted.contains(id)) return drop(from, id);
  pool.add({std::move(checked), object, encoded_size(object), kept});
}

void Engine::Impl::take_fault(std::optional<std::uint16_t> from, CheckedObject checked,
                              const Object& object, bool kept) {
  const ObjectKind of = std::get<FaultBody>(checked.body).kind;
  // Another pair of the same sender counts no more, but a block may name it.
  const bool known = pool.faults().contains({checked.uid, of, checked.epoch});
  if (known && !kept && !wanted.contains(checked.id)) return drop(from, checked.id);
  if (!kept) {
    const std::string_view what = kind_name(of);
    const bool two_blocks = of == ObjectKind::kBlock && checked.epoch == epoch();
    notice(two_blocks ? Notice::Kind::kTwoBlocks : Notice::Kind::kFault, checked.uid,
           absl::StrCat("uid ", checked.uid, " signed two different bodies of kind ",
                        absl::string_view(what.data(), what.size()), " for epoch ", checked.epoch));
    const auto bytes = encode_object(object);
    out.emplace_back(Keep{{{{ObjectKind::kFault, checked.epoch, checked.id, *bytes}}, {}, {}}});
  }
  pool.add({std::move(checked), object, encoded_size(object), true});
}

void Engine::Impl::drop(std::optional<std::uint16_t> from, const Bytes32& id) {
  if (!from || power_of(state(), *from) == 0) return;
  std::size_t& count = dropped_of[*from];
  if (count < kMaxDroppedOfOne && dropped.insert(id).second) ++count;
}

void Engine::Impl::make_fault(ObjectKind kind, const SignedObject& one, const SignedObject& other) {
  FaultBody fault{kind, {one.body, one.signature}, {other.body, other.signature}};
  if (fault.second.body < fault.first.body) std::swap(fault.first, fault.second);
  receive(std::nullopt, fault);
}

/// An object that does not count now: it may later, or prove a fault, or show that a peer is
/// behind or ahead.
void Engine::Impl::not_now(std::optional<std::uint16_t> from, const Object& object,
                           const Bytes32& id, const RefusedObject& refused, bool kept) {
  if (is_final(object, refused) && wanted.contains(id)) useless.insert(id);
  if (const auto* amendment = std::get_if<SignedAmendment>(&object)) {
    if (refused.reason == ObjectRefusal::kNumber || refused.reason == ObjectRefusal::kNotDue) {
      return keep_waiting(from, *amendment, id, kept);
    }
  }
  const auto header = header_in(object);
  const auto* one = std::get_if<SignedObject>(&object);
  if (header && refused.reason == ObjectRefusal::kLaterEpoch) {
    // Whoever says something for a later epoch has the seal of this one. It may be on its way.
    seems_ahead(from, epoch());
    return keep_early(*one, *header);
  }
  if (header && refused.reason == ObjectRefusal::kPastEpoch) {
    const auto uid = find_validator(state(), header->sender);
    const auto before = uid ? previous.find({one->kind, *uid}) : previous.end();
    if (header->epoch == state().epoch && before != previous.end() &&
        before->second.body != one->body) {
      make_fault(one->kind, before->second, *one);
    }
    // Whoever still says something for that epoch lacks its seal. But a vote that was not counted
    // has only been overtaken by the others: a third of all votes come after the seal.
    const bool repeats = before != previous.end() && before->second.body == one->body;
    const bool still_there = one->kind == ObjectKind::kHave || one->kind == ObjectKind::kBlock ||
                             (one->kind == ObjectKind::kVote && repeats);
    if (from && still_there) answer_with_seal(*from);
    return;
  }
  if (is_final(object, refused)) drop(from, id);
  notice(Notice::Kind::kRefusedObject, from.value_or(0), refused.text,
         refusal_name(refused.reason));
}

/// Held until the seal that it waits for; one of each sender and kind, signed by it.
void Engine::Impl::keep_early(const SignedObject& object, const ObjectHeader& header) {
  const bool vector_of_this = object.kind == ObjectKind::kVector && header.epoch == epoch();
  const auto uid = find_validator(state(), header.sender);
  if (!uid || header.subnet != state().subnet) return;
  if (header.epoch != epoch() + 1 && !vector_of_this) return;
  const std::pair place(object.kind, *uid);
  if (early.contains(place)) return;
  ++signatures;
  if (verify_object(object)) early.emplace(place, object);
}

/// Held until its number or epoch has come; one of each number, that would count now but for these.
/// On disk, since whoever handed it in does so once.
void Engine::Impl::keep_waiting(std::optional<std::uint16_t> from, const SignedAmendment& amendment,
                                const Bytes32& id, bool kept) {
  const auto body = decode_body<AmendmentBody>(amendment.body);
  const std::uint64_t next = state().amendments + 1;
  std::optional<RefusedObject> refused;
  if (body->number < next || body->number >= next + kMaxWaiting) {
    refused = {ObjectRefusal::kNumber, absl::StrCat(state().amendments, " were applied")};
  } else if (waiting.contains(body->number)) {
    refused = {ObjectRefusal::kNumber, "another one of this number waits"};
  } else {
    refused = check_signatures(state(), amendment);
    signatures += signatures_in(amendment);
  }
  if (!refused && body->number == next) {
    // No epoch changes whether it fits.
    if (const auto amended = amend(state(), *body, state().block); !amended.ok()) {
      refused = {ObjectRefusal::kDoesNotFit, std::string(amended.status().message())};
    }
  }
  if (refused) {
    if (refused->reason == ObjectRefusal::kNumber || is_final(amendment, *refused)) drop(from, id);
    return notice(Notice::Kind::kRefusedObject, from.value_or(0),
                  absl::StrCat("amendment ", body->number, ": ", refused->text),
                  refusal_name(refused->reason));
  }
  const auto bytes = encode_object(amendment);
  waiting.emplace(body->number, Waiting{id, amendment, bytes->size(), true});
  if (!kept) out.emplace_back(Keep{{{{ObjectKind::kAmendment, body->epoch, id, *bytes}}, {}, {}}});
}

/// One that waited: without the signatures of those who are no validators any more. It counts now,
/// waits on, or is dropped, which is told.
void Engine::Impl::receive_waiting(SignedAmendment amendment, bool kept) {
  const bool fewer = std::erase_if(amendment.signatures, [&](const Endorsement& signature) {
                       return !find_validator(state(), signature.signer);
                     }) != 0;
  receive(std::nullopt, amendment, kept && !fewer);
}

}  // namespace yuma::seal
