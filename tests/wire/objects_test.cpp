// SPDX-License-Identifier: MIT

#include "yuma/wire/objects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/wire/random_objects.hpp"

namespace yuma {
namespace {

using test::Random;
using ::testing::HasSubstr;

// Rules that hold for every kind: the parameter is its place in ObjectBody.
class EveryKind : public ::testing::TestWithParam<std::size_t> {
 protected:
  static constexpr std::uint64_t kCases = 100;
};

INSTANTIATE_TEST_SUITE_P(, EveryKind, ::testing::Range(std::size_t{0}, test::kKindsOfBodies),
                         [](const auto& kind) {
                           Random random(0);
                           return std::string(
                               kind_name(kind_of(test::random_body(random, kind.param))));
                         });

TEST_P(EveryKind, WhatIsWrittenIsReadBack) {
  for (std::uint64_t seed = 0; seed < kCases; ++seed) {
    Random random(seed);
    const ObjectBody body = test::random_body(random, GetParam());
    const auto bytes = encode_any_body(body);
    ASSERT_TRUE(bytes.ok()) << bytes.status();
    const auto again = decode_any_body(kind_of(body), *bytes);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, body) << "seed " << seed;
  }
}

TEST_P(EveryKind, NoBeginningAndNothingLongerIsRead) {
  Random random(1);
  const ObjectBody body = test::random_body(random, GetParam());
  Bytes bytes = encode_any_body(body).value();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_any_body(kind_of(body), ByteView(bytes).first(size)).ok()) << size;
  }
  bytes.push_back(0);
  EXPECT_FALSE(decode_any_body(kind_of(body), bytes).ok());
}

TEST_P(EveryKind, OfOneMeaningThereIsOneEncoding) {
  std::size_t read = 0;
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Random random(seed);
    const ObjectBody body = test::random_body(random, GetParam());
    const Bytes bytes = encode_any_body(body).value();
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int bit : {0, 3, 7}) {
        Bytes changed = bytes;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1 << bit));
        const auto other = decode_any_body(kind_of(body), changed);
        if (!other.ok()) continue;
        ++read;
        EXPECT_NE(*other, body) << "bit " << bit << " of byte " << at << " means nothing";
        EXPECT_EQ(encode_any_body(*other).value(), changed);
      }
    }
  }
  EXPECT_GT(read, 0U);
}

TEST_P(EveryKind, ErrorsNameTheKind) {
  Random random(2);
  const ObjectKind kind = kind_of(test::random_body(random, GetParam()));
  const auto none = decode_any_body(kind, {});
  EXPECT_EQ(none.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(none.status().message()), HasSubstr(std::string(kind_name(kind))));
}

TEST(Kinds, TagsIdsAndNumbersAreTheWrittenOnes) {
  const std::vector<std::string> names = {"commit", "vector", "have",      "block",   "vote",
                                          "seal",   "fault",  "amendment", "address", "genesis"};
  const Bytes body = {1, 2, 3};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto kind = kind_of_number(static_cast<std::uint8_t>(i + 1)).value();
    EXPECT_EQ(kind_name(kind), names[i]);
    const std::string tag = "yuma/1/" + names[i] + "\n";
    EXPECT_EQ(object_tag(kind), tag);
    EXPECT_EQ(text_of(signing_bytes(kind, body)), tag + "\x01\x02\x03");
    EXPECT_EQ(object_id(kind, body), blake2b_256(bytes_of(tag + "\x01\x02\x03")));
  }
  EXPECT_FALSE(kind_of_number(0).has_value());
  EXPECT_FALSE(kind_of_number(11).has_value());
  EXPECT_FALSE(decode_any_body(ObjectKind::kGenesis, body).ok());
}

TEST(Kinds, StorageIndicesAreUnique) {
  EXPECT_EQ(storage_index(0, 0), 0);
  EXPECT_EQ(storage_index(kMaxNetuid, kMaxMechanism), 65535);
  EXPECT_EQ(storage_index(2, 1), 4098);
}

/// Whether a change to a valid body makes it one that is not written.
template <class Body, class Change>
void expect_refused(const Body& valid, const std::string& what, Change change) {
  ASSERT_TRUE(encode_body(valid).ok());
  Body body = valid;
  change(body);
  const auto bytes = encode_body(body);
  ASSERT_FALSE(bytes.ok()) << what;
  EXPECT_EQ(bytes.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(bytes.status().message()), HasSubstr(what));
}

TEST(Header, IsInBounds) {
  Random random(3);
  const CommitBody commit{test::random_header(random), {}};
  expect_refused(commit, "netuid", [](auto& b) { b.header.subnet.netuid = 4096; });
  expect_refused(commit, "mechanism", [](auto& b) { b.header.subnet.mechanism = 16; });
  expect_refused(commit, "scheme",
                 [](auto& b) { b.header.sender.scheme = static_cast<Scheme>(2); });
}

TEST(Vector, UidsAscendAndEachHasAValue) {
  Random random(4);
  VectorBody vector = test::random_vector(random);
  vector.uids = {1, 2, 4095};
  vector.values = {0, 1, 65535};
  expect_refused(vector, "do not ascend at index 1", [](auto& b) { b.uids = {1, 1, 2}; });
  expect_refused(vector, "do not ascend at index 2", [](auto& b) { b.uids = {1, 3, 2}; });
  expect_refused(vector, "a uid above", [](auto& b) { b.uids[2] = 4096; });
  expect_refused(vector, "not as many", [](auto& b) { b.values.pop_back(); });
  expect_refused(vector, "not as many", [](auto& b) { b.values.push_back(1); });
  expect_refused(vector, "a length of 33", [](auto& b) { b.salt.assign(33, 1); });
}

TEST(Vector, TheLargestFitsTheBound) {
  Random random(5);
  VectorBody vector = test::random_vector(random);
  vector.salt.assign(kMaxSalt, 65535);
  vector.uids.resize(kMaxUids);
  std::iota(vector.uids.begin(), vector.uids.end(), std::uint16_t{0});
  vector.values.assign(kMaxUids, 65535);
  const Bytes bytes = encode_body(vector).value();
  EXPECT_LT(bytes.size(), kMaxBodyBytes);
  EXPECT_EQ(decode_body<VectorBody>(bytes).value(), vector);
}

/// So many, ascending.
std::vector<UidHash> many_uid_hashes(std::size_t size) {
  std::vector<UidHash> out(size);
  for (std::size_t i = 0; i < size; ++i) out[i].uid = static_cast<std::uint16_t>(i * 60);
  return out;
}

std::vector<Bytes32> many_ids(std::size_t size) {
  std::vector<Bytes32> out(size);
  for (std::size_t i = 0; i < size; ++i) {
    out[i][0] = static_cast<std::uint8_t>(i >> 8);
    out[i][1] = static_cast<std::uint8_t>(i);
  }
  return out;
}

TEST(Block, ListsAscendAndTheLargestFitsTheBound) {
  Random random(6);
  BlockBody block{test::random_header(random),
                  {},
                  1,
                  many_uid_hashes(kMaxValidators),
                  many_uid_hashes(kMaxValidators),
                  many_uid_hashes(kMaxValidators),
                  many_ids(kMaxFaults),
                  many_ids(kMaxAmendments),
                  {}};
  EXPECT_LT(encode_body(block).value().size(), kMaxBodyBytes);
  expect_refused(block, "haves", [](auto& b) { std::swap(b.haves[0], b.haves[1]); });
  expect_refused(block, "commits", [](auto& b) { b.commits[1] = b.commits[0]; });
  expect_refused(block, "vectors", [](auto& b) { b.vectors[63].uid = b.vectors[62].uid; });
  expect_refused(block, "faults", [](auto& b) { b.faults[9] = b.faults[8]; });
  expect_refused(block, "a length of 65", [](auto& b) { b.haves = many_uid_hashes(65); });
  expect_refused(block, "a length of 641", [](auto& b) { b.faults = many_ids(641); });
  expect_refused(block, "a length of 2", [](auto& b) { b.amendments = many_ids(2); });
}

TEST(Have, BitmapHasNoZeroAtItsEnd) {
  Random random(7);
  const HaveBody have{test::random_header(random), many_uid_hashes(3), {1, 0, 1}, many_ids(1)};
  expect_refused(have, "bitmap", [](auto& b) { b.vectors_held = {1, 0}; });
  expect_refused(have, "bitmap", [](auto& b) { b.vectors_held = {0}; });
  expect_refused(have, "a length of 9", [](auto& b) { b.vectors_held.assign(9, 1); });
  expect_refused(have, "commits", [](auto& b) { b.commits[2].uid = 0; });
  expect_refused(have, "a length of 2", [](auto& b) { b.amendments = many_ids(2); });
}

TEST(Amendment, HasANumberAndChangesInOrder) {
  Random random(8);
  const PublicKey key = test::random_key(random);
  const AmendmentBody amendment{
      test::random_header(random).subnet,
      9,
      1,
      {RemoveUid{5}, ReplaceHotkey{4, key}, RegisterUid{5, key, 1, 2}, SetPower{4, 7},
       SetPower{5, 6}, SetOwner{4}, SetSize{9}, SetParameter{ParameterTag::kTempo, 1},
       SetParameter{ParameterTag::kYuma3, 1}, SetRuleVersion{456}}};
  expect_refused(amendment, "number 0", [](auto& b) { b.number = 0; });
  expect_refused(amendment, "without changes", [](auto& b) { b.changes.clear(); });
  for (std::size_t i = 1; i < amendment.changes.size(); ++i) {
    expect_refused(amendment, "do not ascend at index " + std::to_string(i),
                   [&](auto& b) { std::swap(b.changes[i - 1], b.changes[i]); });
    expect_refused(amendment, "do not ascend at index " + std::to_string(i), [&](auto& b) {
      b.changes.insert(b.changes.begin() + static_cast<long>(i), b.changes[i - 1]);
    });
  }
  expect_refused(amendment, "a size", [](auto& b) { b.changes[6] = SetSize{0}; });
  expect_refused(amendment, "a size", [](auto& b) { b.changes[6] = SetSize{4097}; });
  expect_refused(amendment, "a uid", [](auto& b) { b.changes[0] = RemoveUid{4096}; });
}

TEST(Amendment, ParametersHaveNamesNumbersAndBounds) {
  std::uint8_t number = 0;
  for (const ParameterTag tag : all_parameters()) {
    EXPECT_EQ(static_cast<int>(tag), ++number) << "by ascending number, without gaps";
    EXPECT_EQ(parameter_of_name(parameter_name(tag)), tag);
    const ParameterBounds bounds = parameter_bounds(tag);
    const auto written = [&](std::uint64_t value) {
      return encode_body(AmendmentBody{{}, 0, 1, {SetParameter{tag, value}}}).ok();
    };
    EXPECT_TRUE(written(bounds.least));
    EXPECT_TRUE(written(bounds.most));
    if (bounds.least > 0) {
      EXPECT_FALSE(written(bounds.least - 1)) << parameter_name(tag);
    }
    if (bounds.most < ~std::uint64_t{0}) {
      EXPECT_FALSE(written(bounds.most + 1)) << parameter_name(tag);
    }
  }
  EXPECT_EQ(number, 19);
  EXPECT_FALSE(parameter_of_name("block_time").has_value());
}

TEST(Address, HostsAreNamesAndPortsAreNotZero) {
  Random random(9);
  const AddressBody address{test::random_header(random), {{"a.example", 1}, {"2001:db8::1", 2}}};
  for (const char* host : {"", "A.example", "a b", "a/b", "[::1]", "a\n", "http:\\", "\xc3\xa9"}) {
    expect_refused(address, "a host", [&](auto& b) { b.endpoints[0].host = host; });
  }
  expect_refused(address, "254", [](auto& b) { b.endpoints[0].host.assign(254, 'a'); });
  expect_refused(address, "port 0", [](auto& b) { b.endpoints[1].port = 0; });
  expect_refused(address, "twice", [](auto& b) { b.endpoints.push_back(b.endpoints[0]); });
  expect_refused(address, "a length of 5", [](auto& b) {
    for (std::uint16_t port = 3; port < 6; ++port) b.endpoints.push_back({"a", port});
  });
}

TEST(Seal, HoldsABlockAndVotes) {
  Random random(10);
  SealBody seal = test::random_seal(random);
  seal.votes = test::random_endorsements(random, 2, 2);
  expect_refused(seal, "without votes", [](auto& b) { b.votes.clear(); });
  expect_refused(seal, "votes do not ascend", [](auto& b) { std::swap(b.votes[0], b.votes[1]); });
  expect_refused(seal, "votes do not ascend",
                 [](auto& b) { b.votes[1].signer = b.votes[0].signer; });
  expect_refused(seal, "a block", [](auto& b) { b.block.body.pop_back(); });
}

TEST(Fault, IsTwoDifferentBodiesOfOneSenderAndEpoch) {
  Random random(11);
  const CommitBody commit{test::random_header(random), {}};
  const FaultBody fault =
      test::fault_of(random, commit, [](CommitBody& body) { body.hash[0] = 1; });
  expect_refused(fault, "wrong order", [](auto& b) { std::swap(b.first, b.second); });
  expect_refused(fault, "equal", [](auto& b) { b.second = b.first; });
  expect_refused(fault, "none of its kind", [](auto& b) { b.kind = ObjectKind::kVector; });
  for (const auto kind : {ObjectKind::kSeal, ObjectKind::kAmendment, ObjectKind::kAddress}) {
    expect_refused(fault, "no faults", [&](auto& b) { b.kind = kind; });
  }
  const auto with = [&](auto change) {
    CommitBody other = commit;
    other.hash.fill(255);
    change(other.header);
    return encode_body(other).value();
  };
  expect_refused(fault, "different",
                 [&](auto& b) { b.second.body = with([](ObjectHeader& h) { ++h.epoch; }); });
  expect_refused(fault, "different", [&](auto& b) {
    b.second.body = with([](ObjectHeader& h) { h.sender.bytes[0] ^= 1; });
  });
  expect_refused(fault, "different", [&](auto& b) {
    b.second.body = with([](ObjectHeader& h) { h.subnet.netuid ^= 1; });
  });
}

TEST(Bounds, NothingLongerIsRead) {
  for (std::uint8_t number = 1; number <= 9; ++number) {
    const auto kind = kind_of_number(number).value();
    const bool holds_bodies = kind == ObjectKind::kSeal || kind == ObjectKind::kFault;
    const Bytes bytes((holds_bodies ? kMaxObjectBytes : kMaxBodyBytes) + 1);
    const auto body = decode_any_body(kind, bytes);
    EXPECT_THAT(std::string(body.status().message()), HasSubstr("more than")) << kind_name(kind);
  }
}

}  // namespace
}  // namespace yuma
