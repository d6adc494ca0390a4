// SPDX-License-Identifier: MIT

#include "src/identity/merlin.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>

#include "tests/support/random.hpp"

namespace yuma {
namespace {

/// SHA-3 with 32 bytes of output, from the permutation alone.
Bytes32 sha3_256(ByteView data) {
  constexpr std::size_t kRate = 136;
  Bytes padded(data.begin(), data.end());
  padded.push_back(0x06);
  padded.resize((padded.size() + kRate - 1) / kRate * kRate);
  padded.back() |= 0x80;
  KeccakState state{};
  for (std::size_t at = 0; at < padded.size(); ++at) {
    const std::size_t i = at % kRate;
    state[i / 8] ^= std::uint64_t{padded[at]} << (8 * (i % 8));
    if (i == kRate - 1) keccak_f1600(state);
  }
  Bytes32 out;
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
  }
  return out;
}

TEST(Keccak, MakesTheSha3OfOpenSsl) {
  test::Random random(1);
  for (int k = 0; k < 300; ++k) {
    Bytes data(random.below(600));
    for (auto& b : data) b = static_cast<std::uint8_t>(random.next());
    Bytes32 expected;
    ASSERT_EQ(
        EVP_Digest(data.data(), data.size(), expected.data(), nullptr, EVP_sha3_256(), nullptr), 1);
    ASSERT_EQ(sha3_256(data), expected) << data.size() << " bytes";
  }
}

/// The sequence of operations by which Merlin compares itself with the reference of STROBE.
TEST(Strobe, AgreesWithTheReference) {
  Strobe128 strobe("Conformance Test Protocol");
  strobe.meta_ad(bytes_of("ms"), false);
  strobe.meta_ad(bytes_of("g"), true);
  strobe.ad(Bytes(1024, 99));
  Bytes32 out;
  strobe.meta_ad(bytes_of("prf"), false);
  strobe.prf(out);
  EXPECT_EQ(to_hex(out), "b48e645ca17c667fd5206ba57a6a228d72d8e1903814d3f17f622996d7cfefb0");
  strobe.meta_ad(bytes_of("key"), false);
  strobe.key(out);
  strobe.meta_ad(bytes_of("prf"), false);
  strobe.prf(out);
  EXPECT_EQ(to_hex(out), "07e45cce8078cee259e3e375bb85d75610e2d1e1201c5f645045a194edd49ff8");
}

TEST(Strobe, TakesDataInAnyPieces) {
  test::Random random(2);
  Bytes data(1000);
  for (auto& b : data) b = static_cast<std::uint8_t>(random.next());
  Strobe128 whole("pieces"), pieces("pieces");
  whole.meta_ad(data, false);
  bool more = false;
  for (ByteView rest = data; !rest.empty(); more = true) {
    const std::size_t size = std::min<std::size_t>(rest.size(), random.below(400));
    pieces.meta_ad(rest.first(size), more);
    rest = rest.subspan(size);
  }
  Bytes a(500), b(500);
  whole.prf(a);
  pieces.prf(b);
  EXPECT_EQ(a, b);
}

TEST(Transcript, GivesMerlinsPublishedChallenge) {
  Transcript transcript("test protocol");
  transcript.append("some label", bytes_of("some data"));
  Bytes32 challenge;
  transcript.challenge("challenge", challenge);
  EXPECT_EQ(to_hex(challenge), "d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615");
}

TEST(Transcript, ForksWhenCopied) {
  Transcript a("fork");
  Transcript b = a;
  Bytes32 from_a, from_b;
  b.append("label", bytes_of("more"));
  a.challenge("c", from_a);
  b.challenge("c", from_b);
  EXPECT_NE(from_a, from_b);
}

TEST(Transcript, WitnessesAreFreshAndLeaveItAsItWas) {
  Transcript a("witness");
  Transcript b = a;
  const Bytes32 secret{1, 2, 3};
  Bytes64 first, second;
  a.witness("w", secret, first);
  a.witness("w", secret, second);
  EXPECT_NE(first, second);
  a.challenge("c", first);
  b.challenge("c", second);
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace yuma
