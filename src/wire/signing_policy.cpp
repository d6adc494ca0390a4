// SPDX-License-Identifier: MIT

#include "yuma/wire/signing_policy.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "yuma/wire/commit_hash.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma {

namespace {

constexpr std::string_view kRequestStart = "btauth/1\n";
constexpr std::string_view kResponseStart = "yuma-response/1\n";
constexpr ObjectKind kLastKind = ObjectKind::kGenesis;

absl::string_view view(std::string_view text) { return {text.data(), text.size()}; }

Refuse refuse(SigningRefusal reason, std::string text) { return {reason, std::move(text)}; }

std::optional<ObjectKind> kind_at_start_of(std::string_view text) {
  for (std::uint8_t number = 1; number <= static_cast<std::uint8_t>(kLastKind); ++number) {
    const auto kind = static_cast<ObjectKind>(number);
    if (text.starts_with(object_tag(kind))) return kind;
  }
  return std::nullopt;
}

std::variant<SigningRequest, Refuse> read_object(ObjectKind kind, ByteView bytes) {
  if (kind == ObjectKind::kSeal || kind == ObjectKind::kFault || kind == ObjectKind::kGenesis) {
    return refuse(SigningRefusal::kUnsignedKind,
                  absl::StrCat("a ", view(kind_name(kind)), " carries no signature"));
  }
  auto body = decode_any_body(kind, bytes);
  if (!body.ok()) {
    return refuse(SigningRefusal::kMalformed, std::string(body.status().message()));
  }
  return SigningObject{kind, bytes, *std::move(body)};
}

SigningSlot slot_of(const ObjectBody& body) {
  if (const ObjectHeader* header = header_of(body)) return {header->subnet, kind_of(body)};
  return {std::get<AmendmentBody>(body).subnet, ObjectKind::kAmendment};
}

std::uint64_t number_of(const ObjectBody& body) {
  if (const ObjectHeader* header = header_of(body)) return header->epoch;
  return std::get<AmendmentBody>(body).number;
}

std::uint64_t floor_of(const SigningFloor& floor, ObjectKind kind) {
  if (kind == ObjectKind::kAmendment) return floor.amendment;
  return kind == ObjectKind::kAddress ? floor.address : floor.epoch;
}

/// "vote for epoch 7", "amendment number 3", "address of counter 2".
std::string place_of(ObjectKind kind, std::uint64_t number) {
  const std::string_view between = kind == ObjectKind::kAmendment ? " number "
                                   : kind == ObjectKind::kAddress ? " of counter "
                                                                  : " for epoch ";
  return absl::StrCat(view(kind_name(kind)), view(between), number);
}

/// Nothing where `nonce` lies in the window around `now`.
std::optional<Refuse> check_time(std::uint64_t nonce, std::uint64_t now, std::uint64_t age,
                                 std::uint64_t skew) {
  if (nonce < now && now - nonce > age) {
    return refuse(SigningRefusal::kStale, absl::StrCat("the nonce is ", now - nonce,
                                                       " ns behind this clock, more than ", age));
  }
  if (nonce > now && nonce - now > skew) {
    return refuse(
        SigningRefusal::kEarly,
        absl::StrCat("the nonce is ", nonce - now, " ns ahead of this clock, more than ", skew));
  }
  return std::nullopt;
}

std::optional<Refuse> check_own(const SigningRules& rules, Scheme scheme, std::string_view named) {
  if (scheme == rules.own.scheme && named == rules.own.address()) return std::nullopt;
  return refuse(SigningRefusal::kNotOwn,
                absl::StrCat("in the name of ", view(named), " under ", view(scheme_name(scheme)),
                             "; this signer holds the ", view(scheme_name(rules.own.scheme)),
                             " key of ", rules.own.address()));
}

/// The commit signed for an epoch, if it is still known.
const SigningRecord* find_commit(const SigningMemory& memory, const SubnetId& subnet,
                                 std::uint64_t epoch) {
  const auto* entry = memory.find({subnet, ObjectKind::kCommit});
  if (entry == nullptr) return nullptr;
  if (entry->last.number == epoch) return &entry->last;
  return entry->before && entry->before->number == epoch ? &*entry->before : nullptr;
}

std::optional<Refuse> check_vector(const SigningRules& rules, const SigningMemory& memory,
                                   const VectorBody& vector) {
  const SigningRecord* record = find_commit(memory, vector.header.subnet, vector.header.epoch);
  if (record == nullptr) {
    // Older commits are forgotten, but what they bound is not free again.
    const auto* commits = memory.find({vector.header.subnet, ObjectKind::kCommit});
    const bool may_be_bound = commits != nullptr && vector.header.epoch <= commits->last.number;
    if (rules.vectors_without_commit && !may_be_bound) return std::nullopt;
    return refuse(SigningRefusal::kNoCommit,
                  absl::StrCat("no commit for epoch ", vector.header.epoch, " is known"));
  }
  const auto commit = decode_body<CommitBody>(record->body);
  if (commit.ok() && opens(vector, *commit)) return std::nullopt;
  return refuse(
      SigningRefusal::kNotOpening,
      absl::StrCat("the vector does not open the commit signed for epoch ", vector.header.epoch));
}

struct Decide {
  const SigningRules& rules;
  const SigningMemory& memory;
  std::uint64_t now;

  SigningDecision operator()(const RequestPayload& request) const {
    if (auto no = check_own(rules, request.scheme, request.sender)) return *std::move(no);
    if (auto no = check_time(request.nonce, now, rules.request_age_ns, rules.request_skew_ns)) {
      return *std::move(no);
    }
    return SignOnly{};
  }

  SigningDecision operator()(const ResponsePayload& response) const {
    if (auto no = check_own(rules, response.scheme, response.server)) return *std::move(no);
    if (auto no = check_time(response.nonce, now, rules.response_age_ns, rules.request_skew_ns)) {
      return *std::move(no);
    }
    return SignOnly{};
  }

  SigningDecision operator()(const SigningObject& object) const {
    const ObjectHeader* header = header_of(object.body);
    if (header != nullptr && header->sender != rules.own) {
      return *check_own(rules, header->sender.scheme, header->sender.address());
    }
    if (object.kind == ObjectKind::kAmendment && !rules.amendments) {
      return refuse(SigningRefusal::kTurnedOff, "this signer does not sign amendments");
    }
    SigningRecord record{slot_of(object.body), number_of(object.body),
                         Bytes(object.bytes.begin(), object.bytes.end()), Signature{}};
    return at_its_place(std::move(record), object.body);
  }

 private:
  SigningDecision at_its_place(SigningRecord record, const ObjectBody& body) const {
    const ObjectKind kind = record.slot.kind;
    const std::uint64_t floor = floor_of(memory.floor(), kind);
    const auto* entry = memory.find(record.slot);
    if (entry != nullptr && record.number == entry->last.number) {
      if (record.body == entry->last.body) return GiveStored{entry->last.signature};
      return refuse(SigningRefusal::kConflict,
                    absl::StrCat("another ", place_of(kind, record.number), " was signed"));
    }
    if (entry != nullptr && record.number < entry->last.number) {
      return refuse(SigningRefusal::kBelow,
                    absl::StrCat(place_of(kind, record.number), " after ", entry->last.number));
    }
    if (record.number <= floor) {
      return refuse(SigningRefusal::kBelow, absl::StrCat(place_of(kind, record.number),
                                                         ": nothing up to ", floor, " is signed"));
    }
    if (const auto* vector = std::get_if<VectorBody>(&body)) {
      if (auto no = check_vector(rules, memory, *vector)) return *std::move(no);
    }
    if (entry == nullptr && memory.entries().size() >= kMaxSigningSlots) {
      return refuse(SigningRefusal::kFull, absl::StrCat("this signer keeps ", kMaxSigningSlots,
                                                        " subnets and kinds, and all are taken"));
    }
    return SignAndRemember{std::move(record)};
  }
};

}  // namespace

std::string_view refusal_name(SigningRefusal reason) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "unknown_shape", "malformed", "unsigned_kind", "not_own",     "stale",      "early",
      "below",         "conflict",  "no_commit",     "not_opening", "turned_off", "full"};
  return kNames.at(static_cast<std::size_t>(reason));
}

std::variant<SigningRequest, Refuse> read_signing_request(ByteView message) {
  if (message.size() > kMaxSigningBytes) {
    return refuse(SigningRefusal::kUnknownShape,
                  absl::StrCat(message.size(), " bytes, more than ", kMaxSigningBytes));
  }
  const std::string_view text = text_of(message);
  if (text.starts_with(kRequestStart)) {
    if (const auto request = read_payload(text)) return SigningRequest(*request);
    return refuse(SigningRefusal::kMalformed, "not a btauth/1 request as it must be written");
  }
  if (text.starts_with(kResponseStart)) {
    if (const auto response = read_response_payload(text)) return SigningRequest(*response);
    return refuse(SigningRefusal::kMalformed, "not a yuma-response/1 as it must be written");
  }
  if (const auto kind = kind_at_start_of(text)) {
    return read_object(*kind, message.subspan(object_tag(*kind).size()));
  }
  return refuse(SigningRefusal::kUnknownShape,
                "neither a btauth/1 request, a yuma-response/1 response nor an object of yuma/1");
}

Bytes encode_signing_record(const SigningRecord& record) {
  ScaleWriter out;
  out.number(static_cast<std::uint8_t>(record.slot.kind));
  out.blob(record.body);
  out.raw(record.signature);
  return out.take();
}

absl::StatusOr<SigningRecord> decode_signing_record(ByteView bytes) {
  ScaleReader in(bytes);
  const auto kind = kind_of_number(in.number<std::uint8_t>());
  const ByteView body = in.blob(kMaxBodyBytes);
  const Signature signature = in.array<64>();
  const absl::Status status = in.finish();
  if (!status.ok()) return status;
  if (!kind) return absl::InvalidArgumentError("signing record: an unknown kind");
  auto object = read_object(*kind, body);
  if (const auto* no = std::get_if<Refuse>(&object)) {
    return absl::InvalidArgumentError(absl::StrCat("signing record: ", no->text));
  }
  const auto& decoded = std::get<SigningObject>(std::get<SigningRequest>(object)).body;
  return SigningRecord{slot_of(decoded), number_of(decoded), Bytes(body.begin(), body.end()),
                       signature};
}

const SigningMemory::Entry* SigningMemory::find(const SigningSlot& slot) const {
  const auto found = entries_.find(slot);
  return found == entries_.end() ? nullptr : &found->second;
}

absl::Status SigningMemory::remember(SigningRecord record) {
  const auto found = entries_.find(record.slot);
  const std::uint64_t above =
      found == entries_.end() ? floor_of(floor_, record.slot.kind) : found->second.last.number;
  if (record.number <= above) {
    return absl::FailedPreconditionError(absl::StrCat(
        "signing memory: ", place_of(record.slot.kind, record.number), " is not above ", above));
  }
  if (found == entries_.end()) {
    const SigningSlot slot = record.slot;
    entries_.emplace(slot, Entry{std::move(record), std::nullopt});
    return absl::OkStatus();
  }
  Entry& entry = found->second;
  if (record.slot.kind == ObjectKind::kCommit) entry.before = std::move(entry.last);
  entry.last = std::move(record);
  return absl::OkStatus();
}

SigningDecision decide(const SigningRules& rules, const SigningMemory& memory, ByteView message,
                       std::uint64_t now_ns) {
  const auto request = read_signing_request(message);
  if (const auto* no = std::get_if<Refuse>(&request)) return *no;
  return std::visit(Decide{rules, memory, now_ns}, std::get<SigningRequest>(request));
}

}  // namespace yuma
