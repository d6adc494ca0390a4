// SPDX-License-Identifier: MIT

#include "yuma/replica/check.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replica/check_body.hpp"

namespace yuma {

namespace {

using replica::Refusal;

// By number.
constexpr std::array<std::string_view, 22> kNames = {
    "malformed",       "other_subnet",    "not_member",       "no_power",     "past_epoch",
    "later_epoch",     "bad_signature",   "not_owner",        "other_parent", "no_commit",
    "not_opening",     "too_few_weights", "weight_too_large", "version_key",  "unknown_uid",
    "no_commits",      "number",          "not_due",          "no_quorum",    "does_not_fit",
    "already_counted", "not_counting"};
static_assert(kNames.size() == static_cast<std::size_t>(ObjectRefusal::kNotCounting) + 1);

template <class... Parts>
RefusedObject refused(ObjectRefusal reason, const Parts&... parts) {
  return {reason, absl::StrCat(parts...)};
}

RefusedObject malformed(const absl::Status& status) {
  return refused(ObjectRefusal::kMalformed, status.message());
}

bool has_sender(ObjectKind kind) { return has_faults(kind) || kind == ObjectKind::kAddress; }

// Whether these are validators, and a quorum. The signatures are still to be verified.
Refusal check_signers(const State& state, const std::vector<Endorsement>& signers) {
  const auto uids = validators(state);
  std::uint64_t power = 0;
  for (const Endorsement& item : signers) {
    const auto it = std::find_if(uids.begin(), uids.end(), [&](std::uint16_t uid) {
      return state.neurons[uid]->hotkey == item.signer;
    });
    if (it == uids.end()) {
      const bool member = find_uid(state, item.signer).has_value();
      return refused(member ? ObjectRefusal::kNoPower : ObjectRefusal::kNotMember, "signed by ",
                     item.signer.address(), ", which is no validator");
    }
    power += state.neurons[*it]->power;
  }
  const std::uint64_t total = total_power(state);
  if (is_quorum(power, total)) return std::nullopt;
  return refused(ObjectRefusal::kNoQuorum, "signed by ", power, " of ", total,
                 " of power, no more than two thirds");
}

bool all_signed(const Bytes& body, const std::vector<Endorsement>& signers) {
  const Bytes message = signing_bytes(ObjectKind::kAmendment, body);
  std::vector<SignedMessage> items;
  for (const Endorsement& item : signers) items.push_back({item.signer, message, item.signature});
  const auto verdicts = verify_each(items);
  return std::find(verdicts.begin(), verdicts.end(), 0) == verdicts.end();
}

struct Check {
  const SealedState& sealed;

  const State& state() const { return sealed.state; }

  CheckedOrRefused operator()(const SignedObject& object) const;
  CheckedOrRefused operator()(const SealBody& seal) const;
  CheckedOrRefused operator()(const FaultBody& fault) const;
  CheckedOrRefused operator()(const SignedAmendment& object) const;
};

CheckedOrRefused Check::operator()(const SignedObject& object) const {
  if (!has_sender(object.kind)) {
    return refused(ObjectRefusal::kMalformed, "a kind that does not have one signature");
  }
  auto body = decode_any_body(object.kind, object.body);
  if (!body.ok()) return malformed(body.status());
  const ObjectHeader header = *header_of(*body);
  const auto sender = replica::check_sender(state(), header, object.kind == ObjectKind::kAddress);
  if (const auto* refusal = std::get_if<RefusedObject>(&sender)) return *refusal;
  const auto uid = std::get<std::uint16_t>(sender);
  if (auto refusal = replica::check_body(sealed, uid, *body)) return *std::move(refusal);
  if (!verify_body(object.kind, object.body, header.sender, object.signature)) {
    return refused(ObjectRefusal::kBadSignature, "the signature is not the one of uid ", uid);
  }
  return CheckedObject{object.kind, object_id(object.kind, object.body), header.epoch, uid,
                       *std::move(body)};
}

CheckedOrRefused Check::operator()(const SealBody& seal) const {
  const auto bytes = encode_body(seal);
  if (!bytes.ok()) return malformed(bytes.status());
  const ObjectBody block = decode_body<BlockBody>(seal.block.body).value();
  const ObjectHeader& header = *header_of(block);
  const auto sender = replica::check_sender(state(), header, false);
  if (const auto* refusal = std::get_if<RefusedObject>(&sender)) return *refusal;
  const auto uid = std::get<std::uint16_t>(sender);
  if (auto refusal = replica::check_body(sealed, uid, block)) return *std::move(refusal);
  if (auto refusal = check_signers(state(), seal.votes)) return *std::move(refusal);
  if (!verify_seal(seal)) {
    return refused(ObjectRefusal::kBadSignature, "the block or a vote is not signed as it says");
  }
  return CheckedObject{ObjectKind::kSeal, object_id(ObjectKind::kSeal, *bytes), header.epoch, uid,
                       seal};
}

CheckedOrRefused Check::operator()(const FaultBody& fault) const {
  if (const auto bytes = encode_body(fault); !bytes.ok()) return malformed(bytes.status());
  const ObjectBody first = decode_any_body(fault.kind, fault.first.body).value();
  const ObjectHeader& header = *header_of(first);
  const auto sender = replica::check_sender(state(), header, false);
  if (const auto* refusal = std::get_if<RefusedObject>(&sender)) return *refusal;
  const auto uid = std::get<std::uint16_t>(sender);
  if (header.epoch < state().epoch) {
    return refused(ObjectRefusal::kPastEpoch, "a fault of epoch ", header.epoch, " in ",
                   state().epoch + 1);
  }
  if (header.epoch > state().epoch + 1) {
    return refused(ObjectRefusal::kLaterEpoch, "a fault of epoch ", header.epoch, " in ",
                   state().epoch + 1);
  }
  if (header.epoch < state().neurons[uid]->since) {
    return refused(ObjectRefusal::kNotCounting, "uid ", uid, " had no power in epoch ",
                   header.epoch);
  }
  const CountedFault counted{uid, fault.kind, header.epoch};
  if (std::find(state().faults.begin(), state().faults.end(), counted) != state().faults.end()) {
    return refused(ObjectRefusal::kAlreadyCounted, "a fault of this kind of uid ", uid,
                   " has counted in epoch ", header.epoch);
  }
  if (!verify_fault(fault)) {
    return refused(ObjectRefusal::kBadSignature, "a body is not signed by uid ", uid);
  }
  return CheckedObject{ObjectKind::kFault, fault_id(fault), header.epoch, uid, fault};
}

CheckedOrRefused Check::operator()(const SignedAmendment& object) const {
  if (const auto bytes = encode_object(object); !bytes.ok()) return malformed(bytes.status());
  auto body = decode_body<AmendmentBody>(object.body).value();
  if (body.subnet != state().subnet) {
    return refused(ObjectRefusal::kOtherSubnet, "of another network, netuid or mechanism");
  }
  if (body.number != state().amendments + 1) {
    return refused(ObjectRefusal::kNumber, "amendment ", body.number, ", but ", state().amendments,
                   " were applied");
  }
  if (body.epoch > state().epoch + 1) {
    return refused(ObjectRefusal::kNotDue, "due from epoch ", body.epoch, " on");
  }
  if (auto refusal = check_signatures(state(), object)) return *std::move(refusal);
  // What an epoch changes decides on no amendment, so it fits the state after it as well.
  if (const auto amended = amend(state(), body, state().block); !amended.ok()) {
    return refused(ObjectRefusal::kDoesNotFit, amended.status().message());
  }
  return CheckedObject{ObjectKind::kAmendment, object_id(ObjectKind::kAmendment, object.body),
                       body.epoch, 0, std::move(body)};
}

}  // namespace

std::string_view refusal_name(ObjectRefusal reason) {
  return kNames.at(static_cast<std::size_t>(reason));
}

std::optional<RefusedObject> check_signatures(const State& state,
                                              const SignedAmendment& amendment) {
  if (auto refusal = check_signers(state, amendment.signatures)) return refusal;
  if (all_signed(amendment.body, amendment.signatures)) return std::nullopt;
  return refused(ObjectRefusal::kBadSignature, "a signer has not signed it");
}

CheckedOrRefused check_object(const SealedState& sealed, const Object& object) {
  return std::visit(Check{sealed}, object);
}

}  // namespace yuma
