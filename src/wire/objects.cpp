// SPDX-License-Identifier: MIT

#include "yuma/wire/objects.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "amendment_codec.hpp"
#include "object_codec.hpp"

namespace yuma {

namespace {

using wire::read_header;
using wire::write_header;

void write(ScaleWriter& out, const CommitBody& body) {
  write_header(out, body.header);
  out.raw(body.hash);
}

void read(ScaleReader& in, CommitBody& body) {
  body.header = read_header(in);
  body.hash = in.array<32>();
}

void write(ScaleWriter& out, const VectorBody& body) {
  write_header(out, body.header);
  out.number(body.version_key);
  out.numbers<std::uint16_t>(body.salt);
  out.numbers<std::uint16_t>(body.uids);
  out.numbers<std::uint16_t>(body.values);
}

void read(ScaleReader& in, VectorBody& body) {
  body.header = read_header(in);
  body.version_key = in.number<std::uint64_t>();
  body.salt = in.numbers<std::uint16_t>(kMaxSalt);
  body.uids = in.numbers<std::uint16_t>(kMaxUids);
  wire::require_ascending(in, body.uids, "uids", [](std::uint16_t uid) { return uid; });
  if (!body.uids.empty() && body.uids.back() >= kMaxUids) in.fail("a uid above 4,095");
  body.values = in.numbers<std::uint16_t>(kMaxUids);
  if (body.values.size() != body.uids.size()) in.fail("values are not as many as uids");
}

void write(ScaleWriter& out, const HaveBody& body) {
  write_header(out, body.header);
  wire::write_uid_hashes(out, body.commits);
  out.blob(body.vectors_held);
  wire::write_ids(out, body.amendments);
}

void read(ScaleReader& in, HaveBody& body) {
  body.header = read_header(in);
  body.commits = wire::read_uid_hashes(in, "commits");
  const ByteView held = in.blob(kMaxValidators / 8);
  if (!held.empty() && held.back() == 0) in.fail("a bitmap that ends with a zero byte");
  body.vectors_held.assign(held.begin(), held.end());
  body.amendments = wire::read_ids(in, kMaxAmendments, "amendments");
}

void write(ScaleWriter& out, const BlockBody& body) {
  write_header(out, body.header);
  out.raw(body.parent);
  out.number(body.number);
  wire::write_uid_hashes(out, body.haves);
  wire::write_uid_hashes(out, body.commits);
  wire::write_uid_hashes(out, body.vectors);
  wire::write_ids(out, body.faults);
  wire::write_ids(out, body.amendments);
  out.raw(body.state_root);
}

void read(ScaleReader& in, BlockBody& body) {
  body.header = read_header(in);
  body.parent = in.array<32>();
  body.number = in.number<std::uint64_t>();
  body.haves = wire::read_uid_hashes(in, "haves");
  body.commits = wire::read_uid_hashes(in, "commits");
  body.vectors = wire::read_uid_hashes(in, "vectors");
  body.faults = wire::read_ids(in, kMaxFaults, "faults");
  body.amendments = wire::read_ids(in, kMaxAmendments, "amendments");
  body.state_root = in.array<32>();
}

void write(ScaleWriter& out, const VoteBody& body) {
  write_header(out, body.header);
  out.raw(body.block);
}

void read(ScaleReader& in, VoteBody& body) {
  body.header = read_header(in);
  body.block = in.array<32>();
}

void write(ScaleWriter& out, const SealBody& body) {
  wire::write_signed_body(out, body.block);
  wire::write_endorsements(out, body.votes);
}

void read(ScaleReader& in, SealBody& body) {
  body.block = wire::read_signed_body(in);
  body.votes = wire::read_endorsements(in, "votes");
  if (body.votes.empty()) in.fail("a seal without votes");
  if (in.ok() && !decode_body<BlockBody>(body.block.body).ok()) in.fail("a block that is none");
}

void write(ScaleWriter& out, const FaultBody& body) {
  out.number(static_cast<std::uint8_t>(body.kind));
  wire::write_signed_body(out, body.first);
  wire::write_signed_body(out, body.second);
}

void read(ScaleReader& in, FaultBody& body) {
  const auto number = in.number<std::uint8_t>();
  const auto kind = kind_of_number(number);
  if (!kind || *kind > ObjectKind::kVote) {
    in.fail("a kind that has no faults");
    return;
  }
  body.kind = *kind;
  body.first = wire::read_signed_body(in);
  body.second = wire::read_signed_body(in);
  if (!in.ok()) return;
  const auto first = decode_any_body(body.kind, body.first.body);
  const auto second = decode_any_body(body.kind, body.second.body);
  if (!first.ok() || !second.ok()) {
    in.fail("a body that is none of its kind");
  } else if (*header_of(*first) != *header_of(*second)) {
    in.fail("bodies of different senders, subnets or epochs");
  } else if (!(body.first.body < body.second.body)) {
    in.fail("bodies that are equal or in the wrong order");
  }
}

void write(ScaleWriter& out, const AmendmentBody& body) { wire::write_amendment(out, body); }

void read(ScaleReader& in, AmendmentBody& body) { body = wire::read_amendment(in); }

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':';
}

// The shortest endpoint: a host of one character with its length, and a port.
constexpr std::size_t kLeastEndpoint = 4;

Endpoint read_endpoint(ScaleReader& in) {
  Endpoint endpoint;
  endpoint.host = text_of(in.blob(kMaxHost));
  if (endpoint.host.empty() ||
      !std::all_of(endpoint.host.begin(), endpoint.host.end(), is_host_character)) {
    in.fail("a host that is empty or has other characters than a-z, 0-9, '.', '-', ':'");
  }
  endpoint.port = in.number<std::uint16_t>();
  if (endpoint.port == 0) in.fail("port 0");
  return endpoint;
}

void write(ScaleWriter& out, const AddressBody& body) {
  write_header(out, body.header);
  out.list(body.endpoints, [&](const Endpoint& endpoint) {
    out.blob(bytes_of(endpoint.host));
    out.number(endpoint.port);
  });
}

void read(ScaleReader& in, AddressBody& body) {
  body.header = read_header(in);
  body.endpoints =
      in.list<Endpoint>(kMaxEndpoints, kLeastEndpoint, [&] { return read_endpoint(in); });
  for (std::size_t i = 1; i < body.endpoints.size(); ++i) {
    const auto here = body.endpoints.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(body.endpoints.begin(), here, *here) != here) in.fail("an endpoint given twice");
  }
}

// Bodies that hold whole bodies are longer than these.
constexpr std::size_t longest_body(ObjectKind kind) {
  const bool holds_bodies = kind == ObjectKind::kSeal || kind == ObjectKind::kFault;
  return holds_bodies ? kMaxObjectBytes : kMaxBodyBytes;
}

absl::Status wrong(ObjectKind kind, std::string_view what) {
  const std::string_view name = kind_name(kind);
  return absl::InvalidArgumentError(absl::StrCat(absl::string_view(name.data(), name.size()), ": ",
                                                 absl::string_view(what.data(), what.size())));
}

template <class Body>
absl::StatusOr<ObjectBody> decode_as(ByteView bytes) {
  auto body = decode_body<Body>(bytes);
  if (!body.ok()) return body.status();
  return ObjectBody(*std::move(body));
}

}  // namespace

template <class Body>
absl::StatusOr<Body> decode_body(ByteView bytes) {
  if (bytes.size() > longest_body(Body::kKind)) {
    return wrong(Body::kKind,
                 absl::StrCat(bytes.size(), " bytes, more than ", longest_body(Body::kKind)));
  }
  ScaleReader in(bytes);
  Body body;
  read(in, body);
  const absl::Status status = in.finish();
  if (!status.ok()) {
    return wrong(Body::kKind, {status.message().data(), status.message().size()});
  }
  return body;
}

template <class Body>
absl::StatusOr<Bytes> encode_body(const Body& body) {
  ScaleWriter out;
  write(out, body);
  // What reading refuses is not written: there is one set of rules.
  const absl::Status status = decode_body<Body>(out.bytes()).status();
  if (!status.ok()) return status;
  return out.take();
}

template absl::StatusOr<Bytes> encode_body(const CommitBody&);
template absl::StatusOr<Bytes> encode_body(const VectorBody&);
template absl::StatusOr<Bytes> encode_body(const HaveBody&);
template absl::StatusOr<Bytes> encode_body(const BlockBody&);
template absl::StatusOr<Bytes> encode_body(const VoteBody&);
template absl::StatusOr<Bytes> encode_body(const SealBody&);
template absl::StatusOr<Bytes> encode_body(const FaultBody&);
template absl::StatusOr<Bytes> encode_body(const AmendmentBody&);
template absl::StatusOr<Bytes> encode_body(const AddressBody&);
template absl::StatusOr<CommitBody> decode_body(ByteView);
template absl::StatusOr<VectorBody> decode_body(ByteView);
template absl::StatusOr<HaveBody> decode_body(ByteView);
template absl::StatusOr<BlockBody> decode_body(ByteView);
template absl::StatusOr<VoteBody> decode_body(ByteView);
template absl::StatusOr<SealBody> decode_body(ByteView);
template absl::StatusOr<FaultBody> decode_body(ByteView);
template absl::StatusOr<AmendmentBody> decode_body(ByteView);
template absl::StatusOr<AddressBody> decode_body(ByteView);

absl::StatusOr<Bytes> encode_any_body(const ObjectBody& body) {
  return std::visit([](const auto& known) { return encode_body(known); }, body);
}

absl::StatusOr<ObjectBody> decode_any_body(ObjectKind kind, ByteView bytes) {
  switch (kind) {
    case ObjectKind::kCommit:
      return decode_as<CommitBody>(bytes);
    case ObjectKind::kVector:
      return decode_as<VectorBody>(bytes);
    case ObjectKind::kHave:
      return decode_as<HaveBody>(bytes);
    case ObjectKind::kBlock:
      return decode_as<BlockBody>(bytes);
    case ObjectKind::kVote:
      return decode_as<VoteBody>(bytes);
    case ObjectKind::kSeal:
      return decode_as<SealBody>(bytes);
    case ObjectKind::kFault:
      return decode_as<FaultBody>(bytes);
    case ObjectKind::kAmendment:
      return decode_as<AmendmentBody>(bytes);
    case ObjectKind::kAddress:
      return decode_as<AddressBody>(bytes);
    case ObjectKind::kGenesis:
      break;
  }
  return wrong(kind, "not to be read here");
}

ObjectKind kind_of(const ObjectBody& body) {
  return std::visit([](const auto& known) { return known.kKind; }, body);
}

const ObjectHeader* header_of(const ObjectBody& body) {
  return std::visit(
      [](const auto& known) -> const ObjectHeader* {
        if constexpr (requires { known.header; }) {
          return &known.header;
        } else {
          return nullptr;
        }
      },
      body);
}

}  // namespace yuma
