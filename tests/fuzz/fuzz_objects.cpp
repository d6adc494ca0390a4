// SPDX-License-Identifier: MIT

// Any bytes as an object, as the body of each kind and as a signer's record: what is accepted is
// written again as it was read, the rest is refused with a short, printable line.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"
#include "yuma/wire/commit_hash.hpp"
#include "yuma/wire/signed_object.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace {

using yuma::ByteView;
using yuma::fuzz::require;

void check_message(const absl::Status& status) {
  const std::string message(status.message());
  require(status.code() == absl::StatusCode::kInvalidArgument, "the kind of error");
  require(!message.empty() && message.size() < 256, "the length of a message");
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a message is one printable line");
}

bool same(ByteView a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void check_body(yuma::ObjectKind kind, ByteView bytes) {
  const auto body = yuma::decode_any_body(kind, bytes);
  if (!body.ok()) return check_message(body.status());
  require(yuma::kind_of(*body) == kind, "the kind of a body");
  const auto again = yuma::encode_any_body(*body);
  require(again.ok() && same(*again, bytes), "a body that is read and written is the same");
  if (const auto* vector = std::get_if<yuma::VectorBody>(&*body)) {
    const yuma::CommitBody commit{vector->header, yuma::commit_hash(*vector)};
    require(yuma::opens(*vector, commit), "a vector opens its own commit");
    require(yuma::encode_body(commit).ok(), "the commit of a vector");
  }
}

void check_object(ByteView bytes) {
  const auto object = yuma::decode_object(bytes);
  if (!object.ok()) return check_message(object.status());
  require(bytes.size() <= yuma::kMaxObjectBytes, "the size of an object");
  const auto again = yuma::encode_object(*object);
  require(again.ok() && same(*again, bytes), "an object that is read and written is the same");
  require(yuma::object_id(*object).ok(), "the id of an object");
}

void check_record(ByteView bytes) {
  const auto record = yuma::decode_signing_record(bytes);
  if (!record.ok()) return check_message(record.status());
  require(same(yuma::encode_signing_record(*record), bytes), "a record is written as it was read");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  check_object(bytes);
  check_record(bytes);
  // The first byte chooses a kind, so that a body is found at any kind.
  if (size > 0) {
    if (const auto kind = yuma::kind_of_number(data[0])) check_body(*kind, bytes.subspan(1));
  }
  return 0;
}
