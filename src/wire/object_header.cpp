// SPDX-License-Identifier: MIT

#include "yuma/wire/object_header.hpp"

#include <array>
#include <cstdlib>

#include "yuma/identity/hash.hpp"

namespace yuma {

namespace {

// By number, from 1.
constexpr std::array<std::string_view, 10> kTags = {
    "yuma/1/commit\n",  "yuma/1/vector\n", "yuma/1/have\n",  "yuma/1/block\n",
    "yuma/1/vote\n",    "yuma/1/seal\n",   "yuma/1/fault\n", "yuma/1/amendment\n",
    "yuma/1/address\n", "yuma/1/genesis\n"};
constexpr std::string_view kTagStart = "yuma/1/";

}  // namespace

std::string_view object_tag(ObjectKind kind) {
  const std::size_t number = static_cast<std::size_t>(kind);
  if (number < 1 || number > kTags.size()) std::abort();
  return kTags[number - 1];
}

std::string_view kind_name(ObjectKind kind) {
  const std::string_view tag = object_tag(kind);
  return tag.substr(kTagStart.size(), tag.size() - kTagStart.size() - 1);
}

std::optional<ObjectKind> kind_of_number(std::uint8_t number) {
  if (number < 1 || number > kTags.size()) return std::nullopt;
  return static_cast<ObjectKind>(number);
}

Bytes signing_bytes(ObjectKind kind, ByteView body) {
  const ByteView tag = bytes_of(object_tag(kind));
  Bytes out;
  out.reserve(tag.size() + body.size());
  out.insert(out.end(), tag.begin(), tag.end());
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

Bytes32 object_id(ObjectKind kind, ByteView body) { return blake2b_256(signing_bytes(kind, body)); }

bool verify_body(ObjectKind kind, ByteView body, const PublicKey& key, const Signature& signature) {
  return verify(key, signing_bytes(kind, body), signature);
}

}  // namespace yuma
