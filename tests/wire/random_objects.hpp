// SPDX-License-Identifier: MIT
#pragma once

// Random objects that are valid: what encode_body() takes.

#include <algorithm>
#include <set>

#include "tests/support/random.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::test {

template <std::size_t N>
std::array<std::uint8_t, N> random_array(Random& random) {
  std::array<std::uint8_t, N> out{};
  for (auto& byte : out) byte = static_cast<std::uint8_t>(random.next());
  return out;
}

inline PublicKey random_key(Random& random) {
  return {random.chance(50) ? Scheme::kSr25519 : Scheme::kEd25519, random_array<32>(random)};
}

/// Distinct and ascending.
inline std::vector<std::uint16_t> random_uids(Random& random, std::size_t most) {
  std::set<std::uint16_t> uids;
  const std::size_t size = random.below(most + 1);
  while (uids.size() < size) uids.insert(static_cast<std::uint16_t>(random.below(kMaxUids)));
  return {uids.begin(), uids.end()};
}

inline std::vector<UidHash> random_uid_hashes(Random& random, std::size_t most = 8) {
  std::vector<UidHash> out;
  for (const auto uid : random_uids(random, most)) out.push_back({uid, random_array<32>(random)});
  return out;
}

inline std::vector<Bytes32> random_ids(Random& random, std::size_t most = 8) {
  std::vector<Bytes32> out(random.below(most + 1));
  for (auto& id : out) id = random_array<32>(random);
  std::sort(out.begin(), out.end());
  return out;
}

inline ObjectHeader random_header(Random& random) {
  return {{random_array<32>(random), static_cast<std::uint16_t>(random.below(4096)),
           static_cast<std::uint8_t>(random.below(16))},
          random.next(),
          random_key(random)};
}

inline VectorBody random_vector(Random& random, std::size_t most_uids = 40) {
  VectorBody out;
  out.header = random_header(random);
  out.version_key = random.next();
  for (std::size_t i = random.below(kMaxSalt + 1); i > 0; --i) out.salt.push_back(random.u16());
  out.uids = random_uids(random, most_uids);
  for (std::size_t i = 0; i < out.uids.size(); ++i) out.values.push_back(random.u16());
  return out;
}

inline BlockBody random_block(Random& random) {
  return {random_header(random),     random_array<32>(random),           random.next(),
          random_uid_hashes(random), random_uid_hashes(random),          random_uid_hashes(random),
          random_ids(random, 20),    random_ids(random, kMaxAmendments), random_array<32>(random)};
}

inline HaveBody random_have(Random& random) {
  HaveBody out{
      random_header(random), random_uid_hashes(random), {}, random_ids(random, kMaxAmendments)};
  for (std::size_t i = random.below(kMaxValidators / 8 + 1); i > 0; --i) {
    out.vectors_held.push_back(static_cast<std::uint8_t>(1 + random.below(255)));
  }
  return out;
}

inline SetParameter random_parameter(Random& random, ParameterTag tag) {
  const ParameterBounds bounds = parameter_bounds(tag);
  const std::uint64_t span = bounds.most - bounds.least;
  const std::uint64_t step = span == ~std::uint64_t{0} ? random.next() : random.below(span + 1);
  return {tag, bounds.least + step};
}

inline AmendmentBody random_amendment(Random& random) {
  AmendmentBody out{random_header(random).subnet, random.next(), 1 + random.below(1000), {}};
  const auto uids = [&] { return random_uids(random, 3); };
  for (const auto uid : uids()) out.changes.push_back(RemoveUid{uid});
  for (const auto uid : uids()) out.changes.push_back(ReplaceHotkey{uid, random_key(random)});
  for (const auto uid : uids()) {
    out.changes.push_back(RegisterUid{uid, random_key(random),
                                      static_cast<std::uint32_t>(random.next()), random.next()});
  }
  for (const auto uid : uids()) {
    out.changes.push_back(SetPower{uid, static_cast<std::uint32_t>(random.next())});
  }
  const auto uid = static_cast<std::uint16_t>(random.below(kMaxUids));
  if (random.chance(30)) out.changes.push_back(SetOwner{uid});
  if (random.chance(30)) out.changes.push_back(SetSize{static_cast<std::uint16_t>(uid + 1)});
  for (const ParameterTag tag : all_parameters()) {
    if (random.chance(20)) out.changes.push_back(random_parameter(random, tag));
  }
  if (random.chance(30) || out.changes.empty()) {
    out.changes.push_back(SetRuleVersion{static_cast<std::uint32_t>(random.next())});
  }
  return out;
}

inline AddressBody random_address(Random& random) {
  AddressBody out{random_header(random), {}};
  for (std::size_t i = random.below(kMaxEndpoints + 1); i > 0; --i) {
    std::string host(1 + random.below(random.chance(10) ? kMaxHost : 20), ' ');
    for (char& c : host) c = "abcdefghijklmnopqrstuvwxyz0123456789.-:"[random.below(39)];
    out.endpoints.push_back({host, static_cast<std::uint16_t>(1 + random.below(65535))});
  }
  return out;
}

inline std::vector<Endorsement> random_endorsements(Random& random, std::size_t least,
                                                    std::size_t most) {
  std::vector<Endorsement> out(least + random.below(most - least + 1));
  for (auto& item : out) item = {random_key(random), random_array<64>(random)};
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::pair(a.signer.scheme, a.signer.bytes) < std::pair(b.signer.scheme, b.signer.bytes);
  });
  return out;
}

inline SealBody random_seal(Random& random) {
  return {{encode_body(random_block(random)).value(), random_array<64>(random)},
          random_endorsements(random, 1, 8)};
}

/// Bodies of a fault, which differ in the content; `change` is applied to the second.
template <class Body, class Change>
FaultBody fault_of(Random& random, Body body, Change change) {
  FaultBody out;
  out.kind = Body::kKind;
  out.first = {encode_body(body).value(), random_array<64>(random)};
  change(body);
  out.second = {encode_body(body).value(), random_array<64>(random)};
  if (out.second.body < out.first.body) std::swap(out.first, out.second);
  return out;
}

inline FaultBody random_fault(Random& random) {
  switch (random.below(5)) {
    case 0:
      return fault_of(random, CommitBody{random_header(random), random_array<32>(random)},
                      [](CommitBody& body) { body.hash[5] ^= 1; });
    case 1:
      return fault_of(random, random_vector(random), [](VectorBody& body) { ++body.version_key; });
    case 2:
      return fault_of(random, random_have(random), [](HaveBody& body) {
        body.vectors_held = Bytes{3, 3, 3, 9};
      });
    case 3:
      return fault_of(random, random_block(random), [](BlockBody& body) { ++body.number; });
    default:
      return fault_of(random, VoteBody{random_header(random), random_array<32>(random)},
                      [](VoteBody& body) { body.block[31] ^= 128; });
  }
}

inline constexpr std::size_t kKindsOfBodies = std::variant_size_v<ObjectBody>;

/// One of the kind at `index` of ObjectBody.
inline ObjectBody random_body(Random& random, std::size_t index) {
  switch (index) {
    case 0:
      return CommitBody{random_header(random), random_array<32>(random)};
    case 1:
      return random_vector(random);
    case 2:
      return random_have(random);
    case 3:
      return random_block(random);
    case 4:
      return VoteBody{random_header(random), random_array<32>(random)};
    case 5:
      return random_seal(random);
    case 6:
      return random_fault(random);
    case 7:
      return random_amendment(random);
    default:
      return random_address(random);
  }
}

}  // namespace yuma::test
