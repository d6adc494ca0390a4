// SPDX-License-Identifier: MIT

#include "yuma/net/signer_protocol.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace yuma {
namespace {

PublicKey some_key() { return {Scheme::kEd25519, Bytes32{1, 2, 3}}; }

/// What follows the length, which is checked.
ByteView without_length(const Bytes& frame) {
  std::array<std::uint8_t, kSignerLengthBytes> length{};
  std::copy_n(frame.begin(), length.size(), length.begin());
  const auto size = signer_frame_size(length, kMaxSignerFrame);
  EXPECT_EQ(std::get<std::size_t>(size), frame.size() - length.size());
  return ByteView(frame).subspan(length.size());
}

template <class T>
SignerFault fault_of(const std::variant<T, SignerFault>& result) {
  const auto* fault = std::get_if<SignerFault>(&result);
  EXPECT_NE(fault, nullptr);
  return fault == nullptr ? SignerFault{255} : *fault;
}

SignerAnswer reread(const SignerAnswer& answer) {
  const Bytes frame = encode_signer_answer(answer);
  EXPECT_LE(frame.size(), kSignerLengthBytes + kMaxSignerAnswer);
  const auto parsed = parse_signer_answer(without_length(frame));
  EXPECT_TRUE(std::holds_alternative<SignerAnswer>(parsed));
  return std::get<SignerAnswer>(parsed);
}

TEST(SignerProtocol, WritesTheDocumentedBytes) {
  const Bytes message = {0xaa, 0xbb};
  EXPECT_EQ(encode_signer_request({SignerRequestKind::kSign, message}),
            (Bytes{4, 0, 0, 0, 1, 2, 0xaa, 0xbb}));
  EXPECT_EQ(encode_signer_request({SignerRequestKind::kPublicKey, {}}), (Bytes{2, 0, 0, 0, 1, 1}));
  EXPECT_EQ(encode_signer_request({SignerRequestKind::kStatus, {}}), (Bytes{2, 0, 0, 0, 1, 3}));
  EXPECT_EQ(encode_signer_answer(SignerRefusal{"no"}), (Bytes{4, 0, 0, 0, 1, 0x91, 'n', 'o'}));
  const Bytes key = encode_signer_answer(some_key());
  EXPECT_EQ(key.size(), 4U + 2 + 1 + 32);
  EXPECT_EQ(Bytes(key.begin(), key.begin() + 8), (Bytes{35, 0, 0, 0, 1, 0x81, 0, 1}));
}

TEST(SignerProtocol, ReadsItsOwnRequests) {
  const Bytes message(70'000 > kMaxSigningBytes ? kMaxSigningBytes : 70'000, 0x5a);
  const Bytes frame = encode_signer_request({SignerRequestKind::kSign, message});
  const auto request = std::get<SignerRequest>(parse_signer_request(without_length(frame)));
  EXPECT_EQ(request.kind, SignerRequestKind::kSign);
  EXPECT_TRUE(
      std::equal(request.message.begin(), request.message.end(), message.begin(), message.end()));
}

TEST(SignerProtocol, TakesNoOtherRequest) {
  EXPECT_EQ(fault_of(parse_signer_request({})), SignerFault::kLength);
  EXPECT_EQ(fault_of(parse_signer_request(Bytes{1})), SignerFault::kLength);
  EXPECT_EQ(fault_of(parse_signer_request(Bytes{1, 1, 0})), SignerFault::kBody);
  EXPECT_EQ(fault_of(parse_signer_request(Bytes{1, 3, 0})), SignerFault::kBody);
  for (int version = 0; version < 256; ++version) {
    const Bytes frame = {static_cast<std::uint8_t>(version), 1};
    const auto request = parse_signer_request(frame);
    EXPECT_EQ(std::holds_alternative<SignerRequest>(request), version == 1) << version;
  }
  for (int kind = 0; kind < 256; ++kind) {
    const Bytes frame = {1, static_cast<std::uint8_t>(kind)};
    const auto request = parse_signer_request(frame);
    EXPECT_EQ(std::holds_alternative<SignerRequest>(request), kind >= 1 && kind <= 3) << kind;
  }
}

TEST(SignerProtocol, BoundsTheLength) {
  const auto size_of = [](std::uint32_t size) {
    return signer_frame_size(
        {static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8),
         static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 24)},
        kMaxSignerFrame);
  };
  EXPECT_EQ(fault_of(size_of(0)), SignerFault::kLength);
  EXPECT_EQ(fault_of(size_of(1)), SignerFault::kLength);
  EXPECT_EQ(std::get<std::size_t>(size_of(2)), 2U);
  EXPECT_EQ(std::get<std::size_t>(size_of(kMaxSignerFrame)), kMaxSignerFrame);
  EXPECT_EQ(fault_of(size_of(kMaxSignerFrame + 1)), SignerFault::kLength);
  EXPECT_EQ(fault_of(size_of(0xffffffff)), SignerFault::kLength);
}

TEST(SignerProtocol, ReadsItsOwnAnswers) {
  EXPECT_EQ(std::get<PublicKey>(reread(some_key())), some_key());
  Signature signature{};
  signature[63] = 0x80;
  EXPECT_EQ(std::get<Signature>(reread(signature)), signature);
  const SignerStatus status{some_key(), 1, 2, 3, 4, 5, 6, ~std::uint64_t{0}};
  const auto again = std::get<SignerStatus>(reread(status));
  EXPECT_EQ(again.key, status.key);
  EXPECT_EQ(again.slots, 1U);
  EXPECT_EQ(again.above, 2U);
  EXPECT_EQ(again.signed_count, 3U);
  EXPECT_EQ(again.resent_count, 4U);
  EXPECT_EQ(again.refused_count, 5U);
  EXPECT_EQ(again.failed_count, 6U);
  EXPECT_EQ(again.connections, ~std::uint64_t{0});
  EXPECT_EQ(std::get<SignerRefusal>(reread(SignerRefusal{"a"})).reason, "a");
  EXPECT_EQ(std::get<SignerBusy>(reread(SignerBusy{"b"})).reason, "b");
  EXPECT_EQ(std::get<SignerFailure>(reread(SignerFailure{""})).reason, "");
}

TEST(SignerProtocol, CutsReasonsAndMakesThemPrintable) {
  const auto refusal = std::get<SignerRefusal>(reread(SignerRefusal{"a\n\x1b[31m\xff"}));
  EXPECT_EQ(refusal.reason, "a??[31m?");
  const auto failure = std::get<SignerFailure>(reread(SignerFailure{std::string(2'000, 'x')}));
  EXPECT_EQ(failure.reason, std::string(kMaxSignerReason, 'x'));
}

TEST(SignerProtocol, TakesNoOtherAnswer) {
  Bytes frame = encode_signer_answer(some_key());
  Bytes body(frame.begin() + 4, frame.end());
  body[2] = 2;  // no scheme
  EXPECT_EQ(fault_of(parse_signer_answer(body)), SignerFault::kBody);
  frame = encode_signer_answer(Signature{});
  body.assign(frame.begin() + 4, frame.end());
  body.push_back(0);
  EXPECT_EQ(fault_of(parse_signer_answer(body)), SignerFault::kBody);
  body.resize(body.size() - 2);
  EXPECT_EQ(fault_of(parse_signer_answer(body)), SignerFault::kBody);
  EXPECT_EQ(fault_of(parse_signer_answer(Bytes{1, 0x91, '\n'})), SignerFault::kBody);
  EXPECT_EQ(fault_of(parse_signer_answer(Bytes{1, 2})), SignerFault::kKind);
  EXPECT_EQ(fault_of(parse_signer_answer(Bytes{2, 0x91})), SignerFault::kVersion);
  EXPECT_EQ(fault_of(parse_signer_answer(Bytes{1})), SignerFault::kLength);
}

}  // namespace
}  // namespace yuma
