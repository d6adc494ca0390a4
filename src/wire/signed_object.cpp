// SPDX-License-Identifier: MIT

#include "yuma/wire/signed_object.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "object_codec.hpp"

namespace yuma {

namespace {

bool has_sender(ObjectKind kind) {
  return kind <= ObjectKind::kVote || kind == ObjectKind::kAddress;
}

absl::Status wrong_kind(ObjectKind kind) {
  const std::string_view name = kind_name(kind);
  return absl::InvalidArgumentError(absl::StrCat(
      "object: a ", absl::string_view(name.data(), name.size()), " does not have one signature"));
}

// The bytes, or what is wrong with the object.
struct Encode {
  absl::StatusOr<Bytes> operator()(const SignedObject& object) const {
    if (!has_sender(object.kind)) return wrong_kind(object.kind);
    const absl::Status status = decode_any_body(object.kind, object.body).status();
    if (!status.ok()) return status;
    ScaleWriter out;
    out.number(static_cast<std::uint8_t>(object.kind));
    wire::write_signed_body(out, {object.body, object.signature});
    return out.take();
  }
  absl::StatusOr<Bytes> operator()(const SignedAmendment& object) const {
    ScaleWriter out;
    out.number(static_cast<std::uint8_t>(ObjectKind::kAmendment));
    out.blob(object.body);
    wire::write_endorsements(out, object.signatures);
    const absl::Status status = decode_object(out.bytes()).status();
    if (!status.ok()) return status;
    return out.take();
  }
  template <class Body>
  absl::StatusOr<Bytes> operator()(const Body& body) const {
    const auto bytes = encode_body(body);
    if (!bytes.ok()) return bytes.status();
    ScaleWriter out;
    out.number(static_cast<std::uint8_t>(Body::kKind));
    out.blob(*bytes);
    return out.take();
  }
};

absl::StatusOr<Object> read_sealed_or_fault(ObjectKind kind, ByteView body) {
  auto decoded = decode_any_body(kind, body);
  if (!decoded.ok()) return decoded.status();
  if (auto* seal = std::get_if<SealBody>(&*decoded)) return Object(std::move(*seal));
  return Object(std::move(std::get<FaultBody>(*decoded)));
}

}  // namespace

absl::StatusOr<Bytes> encode_object(const Object& object) { return std::visit(Encode{}, object); }

absl::StatusOr<Object> decode_object(ByteView bytes) {
  if (bytes.size() > kMaxObjectBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("object: ", bytes.size(), " bytes, more than ", kMaxObjectBytes));
  }
  ScaleReader in(bytes);
  const auto kind = kind_of_number(in.number<std::uint8_t>());
  if (!kind || *kind == ObjectKind::kGenesis) in.fail("a kind that is not sent");
  const ByteView body = in.blob(kMaxObjectBytes);
  if (!in.ok()) return in.finish();

  if (*kind == ObjectKind::kSeal || *kind == ObjectKind::kFault) {
    const absl::Status status = in.finish();
    if (!status.ok()) return status;
    return read_sealed_or_fault(*kind, body);
  }
  Object object;
  if (*kind == ObjectKind::kAmendment) {
    object =
        SignedAmendment{Bytes(body.begin(), body.end()), wire::read_endorsements(in, "signatures")};
  } else {
    object = SignedObject{*kind, Bytes(body.begin(), body.end()), in.array<64>()};
  }
  absl::Status status = in.finish();
  status.Update(decode_any_body(*kind, body).status());
  if (!status.ok()) return status;
  return object;
}

Bytes32 fault_id(const FaultBody& fault) {
  ScaleWriter out;
  out.number(static_cast<std::uint8_t>(fault.kind));
  out.blob(fault.first.body);
  out.blob(fault.second.body);
  return object_id(ObjectKind::kFault, out.bytes());
}

absl::StatusOr<Bytes32> object_id(const Object& object) {
  if (const auto* one = std::get_if<SignedObject>(&object)) return object_id(one->kind, one->body);
  if (const auto* many = std::get_if<SignedAmendment>(&object)) {
    return object_id(ObjectKind::kAmendment, many->body);
  }
  if (const auto* fault = std::get_if<FaultBody>(&object)) return fault_id(*fault);
  const auto bytes = encode_body(std::get<SealBody>(object));
  if (!bytes.ok()) return bytes.status();
  return object_id(ObjectKind::kSeal, *bytes);
}

template <class Body>
absl::StatusOr<SignedObject> sign_object(const Body& body, Signer& signer) {
  if (body.header.sender != signer.public_key()) {
    return absl::InvalidArgumentError(absl::StrCat("sign_object: the sender is ",
                                                   body.header.sender.address(), ", the signer ",
                                                   signer.public_key().address()));
  }
  auto bytes = encode_body(body);
  if (!bytes.ok()) return bytes.status();
  const auto signature = signer.sign(signing_bytes(Body::kKind, *bytes));
  if (!signature.ok()) return signature.status();
  return SignedObject{Body::kKind, *std::move(bytes), *signature};
}

template absl::StatusOr<SignedObject> sign_object(const CommitBody&, Signer&);
template absl::StatusOr<SignedObject> sign_object(const VectorBody&, Signer&);
template absl::StatusOr<SignedObject> sign_object(const HaveBody&, Signer&);
template absl::StatusOr<SignedObject> sign_object(const BlockBody&, Signer&);
template absl::StatusOr<SignedObject> sign_object(const VoteBody&, Signer&);
template absl::StatusOr<SignedObject> sign_object(const AddressBody&, Signer&);

bool verify_object(const SignedObject& object) {
  if (!has_sender(object.kind)) return false;
  const auto body = decode_any_body(object.kind, object.body);
  return body.ok() &&
         verify_body(object.kind, object.body, header_of(*body)->sender, object.signature);
}

absl::StatusOr<Endorsement> endorse(const AmendmentBody& amendment, Signer& signer) {
  const auto bytes = encode_body(amendment);
  if (!bytes.ok()) return bytes.status();
  const auto signature = signer.sign(signing_bytes(ObjectKind::kAmendment, *bytes));
  if (!signature.ok()) return signature.status();
  return Endorsement{signer.public_key(), *signature};
}

VoteBody vote_for(const BlockBody& block, const Bytes32& block_id, const PublicKey& sender) {
  return {{block.header.subnet, block.header.epoch, sender}, block_id};
}

bool verify_seal(const SealBody& seal) {
  const auto block = decode_body<BlockBody>(seal.block.body);
  if (!block.ok()) return false;
  const Bytes32 id = object_id(ObjectKind::kBlock, seal.block.body);
  std::vector<Bytes> messages = {signing_bytes(ObjectKind::kBlock, seal.block.body)};
  for (const Endorsement& vote : seal.votes) {
    const auto body = encode_body(vote_for(*block, id, vote.signer));
    if (!body.ok()) return false;
    messages.push_back(signing_bytes(ObjectKind::kVote, *body));
  }
  std::vector<SignedMessage> items = {{block->header.sender, messages[0], seal.block.signature}};
  for (std::size_t i = 0; i < seal.votes.size(); ++i) {
    items.push_back({seal.votes[i].signer, messages[i + 1], seal.votes[i].signature});
  }
  const auto verdicts = verify_each(items);
  return std::find(verdicts.begin(), verdicts.end(), 0) == verdicts.end();
}

bool verify_fault(const FaultBody& fault) {
  return verify_object({fault.kind, fault.first.body, fault.first.signature}) &&
         verify_object({fault.kind, fault.second.body, fault.second.signature});
}

}  // namespace yuma
