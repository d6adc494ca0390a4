// SPDX-License-Identifier: MIT

#include "yuma/wire/commit_hash.hpp"

#include <gtest/gtest.h>

#include "tests/support/identity_vectors.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

using nlohmann::json;
using Numbers = std::vector<std::uint16_t>;

/// One recorded hash; the three files spell the same fields differently.
struct Recorded {
  AccountId account{};
  std::uint16_t index = 0;
  Numbers uids, values, salt;
  std::uint64_t version_key = 0;
  std::string preimage;  // digits; empty where none was recorded
  std::string hash;

  CommitPreimage preimage_of() const { return {account, index, uids, values, salt, version_key}; }
};

Recorded lists_of(const json& c) {
  Recorded out;
  out.uids = c.at("uids").get<Numbers>();
  out.values = c.at("values").get<Numbers>();
  out.salt = c.at("salt").get<Numbers>();
  return out;
}

std::vector<Recorded> recorded() {
  std::vector<Recorded> out;
  const json live = test::identity_vectors("sdk_live");
  for (const json& c : live.at("commit_hashes")) {
    Recorded r = lists_of(c);
    r.account = ss58_decode_account(c.at("address").get<std::string>()).value();
    r.index = storage_index(c.at("netuid"), c.at("mecid"));
    EXPECT_EQ(r.index, c.at("storage_index").get<std::uint16_t>());
    r.version_key = std::stoull(c.at("version_key").get<std::string>());
    if (c.at("scale_hex").is_string()) r.preimage = test::hex_digits(c.at("scale_hex"));
    r.hash = test::hex_digits(c.at("hash"));
    out.push_back(r);
  }
  const json substrate = test::identity_vectors("substrate");
  for (const json& c : substrate.at("commit_weights")) {
    Recorded r = lists_of(c);
    r.account = test::array_from<32>(c.at("hotkey")).value();
    r.index = c.at("netuid_or_storage_index");
    r.version_key = std::stoull(c.at("version_key").get<std::string>());
    r.preimage = test::hex_digits(c.at("preimage_hex"));
    r.hash = test::hex_digits(c.at("blake2_256"));
    out.push_back(r);
  }
  const json sdk = test::identity_vectors("sdk");
  const json& c = sdk.at("commit_v2");
  Recorded r = lists_of(c);
  r.preimage = test::hex_digits(c.at("preimage"));
  r.account = array_from_hex<32>(r.preimage.substr(0, 64)).value();
  r.index = c.at("index");
  r.version_key = c.at("version");
  r.hash = test::hex_digits(c.at("blake2_256"));
  out.push_back(r);
  return out;
}

TEST(CommitHash, IsTheChainsOnEveryRecordedOne) {
  const auto all = recorded();
  EXPECT_GE(all.size(), 16U);
  for (const Recorded& r : all) {
    if (!r.preimage.empty()) {
      EXPECT_EQ(to_hex(encode_commit_preimage(r.preimage_of())), r.preimage);
    }
    EXPECT_EQ(to_hex(commit_hash(r.preimage_of())), r.hash);
  }
}

TEST(CommitHash, OfAVectorObjectIsTheRecordedOneOfItsParts) {
  for (const Recorded& r : recorded()) {
    VectorBody vector;
    vector.header.sender.bytes = r.account;
    vector.header.subnet.netuid = static_cast<std::uint16_t>(r.index % 4096);
    vector.header.subnet.mechanism = static_cast<std::uint8_t>(r.index / 4096);
    vector.uids = r.uids;
    vector.values = r.values;
    vector.salt = r.salt;
    vector.version_key = r.version_key;
    EXPECT_EQ(to_hex(commit_hash(vector)), r.hash);
  }
}

VectorBody a_vector() {
  VectorBody vector;
  vector.header = {{blake2b_256(bytes_of("network")), 7, 2}, 41, {Scheme::kSr25519, {1, 2, 3}}};
  vector.version_key = 5;
  vector.salt = {1, 2, 3};
  vector.uids = {0, 4};
  vector.values = {9, 65535};
  return vector;
}

TEST(Opens, OnlyTheVectorThatWasCommittedTo) {
  const VectorBody vector = a_vector();
  const CommitBody commit{vector.header, commit_hash(vector)};
  EXPECT_TRUE(opens(vector, commit));

  using Change = void (*)(VectorBody&);
  const std::vector<Change> changes = {
      [](VectorBody& v) { v.version_key = 6; },
      [](VectorBody& v) { v.salt[0] = 2; },
      [](VectorBody& v) { v.salt.push_back(0); },
      [](VectorBody& v) { v.uids[1] = 5; },
      [](VectorBody& v) { v.values[0] = 8; },
      [](VectorBody& v) { v.header.subnet.netuid = 8; },
      [](VectorBody& v) { v.header.subnet.mechanism = 3; },
      [](VectorBody& v) { v.header.sender.bytes[31] = 1; },
      // Not part of the hash, but of the header.
      [](VectorBody& v) { v.header.subnet.network[0] ^= 1; },
      [](VectorBody& v) { v.header.epoch = 42; },
      [](VectorBody& v) { v.header.sender.scheme = Scheme::kEd25519; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    VectorBody other = vector;
    changes[i](other);
    EXPECT_FALSE(opens(other, commit)) << "change " << i;
  }
  CommitBody wrong_hash = commit;
  wrong_hash.hash[0] ^= 1;
  EXPECT_FALSE(opens(vector, wrong_hash));
}

TEST(Opens, ListsCannotBorrowFromEachOther) {
  // The same numbers, divided differently among the lists.
  VectorBody a = a_vector();
  VectorBody b = a;
  a.salt = {1, 2};
  a.uids = {3};
  b.salt = {1};
  b.uids = {2, 3};
  EXPECT_NE(commit_hash(a), commit_hash(b));
}

}  // namespace
}  // namespace yuma
