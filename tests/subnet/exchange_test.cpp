// SPDX-License-Identifier: MIT

#include "yuma/subnet/exchange.hpp"

#include <gtest/gtest.h>

#include "tests/support/subnet.hpp"

namespace yuma::subnet {
namespace {

Bytes32 id_of(std::uint8_t first) {
  Bytes32 out{};
  out[0] = first;
  return out;
}

StatusAnswer some_status() {
  StatusAnswer out;
  out.status = {41, id_of(9), 820, {}};
  out.status.held = {{ObjectKind::kHave, 3, id_of(1)}, {ObjectKind::kCommit, 0, id_of(2)}};
  out.addresses = id_of(8);
  return out;
}

class ExchangeBodies : public ::testing::Test {
 protected:
  Bytes some_object(std::uint16_t uid) {
    const State& state = subnet_.genesis.state;
    return encode_object(test::sign_body(subnet_.keys, test::commit_to(test::honest_vector(
                                                           state, uid, state.epoch + 1))))
        .value();
  }
  test::Subnet subnet_;
};

TEST_F(ExchangeBodies, StatusComesBack) {
  const Bytes body = encode_status(some_status());
  EXPECT_EQ(body.size(), 8U + 32 + 8 + 32 + 1 + 2 * 35);
  const auto read = decode_status(body);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->status.sealed_epoch, 41U);
  EXPECT_EQ(read->status.block_number, 820U);
  EXPECT_EQ(read->status.held, some_status().status.held);
  EXPECT_EQ(read->addresses, id_of(8));
  EXPECT_EQ(encode_status(*read), body);
}

TEST_F(ExchangeBodies, StatusIsSortedAndCut) {
  StatusAnswer answer = some_status();
  std::swap(answer.status.held[0], answer.status.held[1]);
  EXPECT_EQ(encode_status(answer), encode_status(some_status()));
  answer.status.held.clear();
  for (std::size_t i = 0; i < kMaxHeldListed + 10; ++i) {
    Bytes32 id{};
    id[0] = static_cast<std::uint8_t>(i >> 8);
    id[1] = static_cast<std::uint8_t>(i);
    answer.status.held.push_back({ObjectKind::kVote, 1, id});
  }
  const Bytes body = encode_status(answer);
  EXPECT_LE(body.size(), kMaxStatusBytes);
  EXPECT_EQ(decode_status(body)->status.held.size(), kMaxHeldListed);
}

TEST_F(ExchangeBodies, StatusIsReadStrictly) {
  const Bytes good = encode_status(some_status());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_status(ByteView(good).first(size)).ok()) << size;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(decode_status(longer).ok());
  Bytes kind = good;
  kind[81] = 11;
  EXPECT_FALSE(decode_status(kind).ok());
  Bytes uid = good;
  uid[83] = 0x10;  // 4096 and more
  EXPECT_FALSE(decode_status(uid).ok());
  Bytes order = good;
  order[84] = 3;
  EXPECT_FALSE(decode_status(order).ok());
  order[84] = 2;  // twice the same
  EXPECT_FALSE(decode_status(order).ok());
}

TEST_F(ExchangeBodies, BatchesComeBack) {
  const std::vector<Bytes> objects = {some_object(0), some_object(1), some_object(0)};
  const Bytes body = encode_batch(objects);
  const auto read = decode_batch(body, kMaxBatchBytes);
  ASSERT_TRUE(read.ok()) << read.status();
  ASSERT_EQ(read->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(encode_object((*read)[i]).value(), objects[i]);
  std::size_t size = 1;
  for (const Bytes& object : objects) size += batch_size(object.size());
  EXPECT_EQ(body.size(), size);
  EXPECT_EQ(encode_batch({}), Bytes{0});
}

TEST_F(ExchangeBodies, BatchesAreReadWholeOrNot) {
  const Bytes good = encode_batch({some_object(0), some_object(1)});
  EXPECT_FALSE(decode_batch(good, good.size() - 1).ok());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_batch(ByteView(good).first(size), kMaxBatchBytes).ok()) << size;
  }
  const auto wrong = decode_batch(encode_batch({some_object(0), Bytes(100)}), kMaxBatchBytes);
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.status().message().find("object 1"), absl::string_view::npos);
  // A length that promises more than there can be allocates nothing.
  EXPECT_FALSE(decode_batch(Bytes{0xfe, 0xff, 0xff, 0xff}, kMaxBatchBytes).ok());
}

TEST_F(ExchangeBodies, PullsComeBack) {
  const Bytes body = encode_pull({id_of(3), id_of(1), id_of(3)});
  EXPECT_EQ(decode_pull(body).value(), (std::vector<Bytes32>{id_of(1), id_of(3)}));
  Bytes twice = body;
  twice[33] = 1;
  EXPECT_FALSE(decode_pull(twice).ok());
  std::vector<Bytes32> many;
  for (std::size_t i = 0; i < kMaxPulledIds + 5; ++i) {
    many.push_back({static_cast<std::uint8_t>(i >> 8), static_cast<std::uint8_t>(i)});
  }
  const Bytes cut = encode_pull(many);
  EXPECT_LE(cut.size(), kMaxPullBytes);
  EXPECT_EQ(decode_pull(cut)->size(), kMaxPulledIds);
}

TEST(ExchangeTargets, ComeBackAndNothingElse) {
  EXPECT_EQ(object_of_target(object_target(id_of(7))), id_of(7));
  EXPECT_FALSE(object_of_target("/v1/object/"));
  EXPECT_FALSE(object_of_target(object_target(id_of(0xab)) + "0"));
  std::string upper = object_target(id_of(0xab));
  upper[11] = 'A';
  EXPECT_FALSE(object_of_target(upper));
  EXPECT_EQ(epoch_of_target(seal_target(42)), 42U);
  EXPECT_EQ(epoch_of_target("/v1/seal/18446744073709551615"), ~std::uint64_t{0});
  for (const char* wrong : {"/v1/seal/", "/v1/seal/-1", "/v1/seal/01", "/v1/seal/1?", "/v1/seal/1 ",
                            "/v1/seal/18446744073709551616", "/v1/seals/1"}) {
    EXPECT_FALSE(epoch_of_target(wrong)) << wrong;
  }
}

TEST(ExchangeRefusals, AreJsonWhateverIsInThem) {
  const auto answer = refuse_exchange(400, "a \"quote\"\n\xff", 3);
  EXPECT_EQ(text_of(answer.body), R"({"detail":"a \"quote\"\n\ufffd"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.retry_after, 3);
}

}  // namespace
}  // namespace yuma::subnet
