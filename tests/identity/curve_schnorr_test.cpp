// SPDX-License-Identifier: MIT

// The equation, by each kernel that this processor can run, against libsodium.

#include <gtest/gtest.h>

#include <limits>

#include "curve/dispatch.hpp"
#include "sr25519.hpp"
#include "tests/support/identity_vectors.hpp"
#include "tests/support/schnorr_cases.hpp"
#include "tests/support/schnorr_reference.hpp"

namespace yuma::curve {
namespace {

using test::Random;

std::string text(const SchnorrEquation& e) {
  return "A " + to_hex(e.public_key) + " R " + to_hex(e.nonce_point) + " s " + to_hex(e.response) +
         " k " + to_hex(e.challenge);
}

/// Compares every kernel with libsodium, whose answer it gives.
bool expect_as_libsodium(const SchnorrEquation& e) {
  const bool expected = test::reference_holds(e);
  for (const Kernel* const kernel : kernels()) {
    EXPECT_EQ(holds(*kernel, e), expected) << kernel->name << ": " << text(e);
  }
  return expected;
}

/// Edges of the range of scalars, all below L.
std::vector<Bytes32> edge_scalars() {
  std::vector<Bytes32> out = {{}, test::scalar_of(1), test::scalar_of(2), test::power_of_two(252)};
  for (const std::size_t n : {63U, 64U, 125U, 126U, 127U, 128U, 251U}) {
    for (const int by : {-1, 0, 1}) out.push_back(test::shifted(test::power_of_two(n), by));
  }
  for (const int by : {-1, -2}) out.push_back(test::shifted(test::group_order(), by));
  return out;
}

TEST(CurveSchnorr, EveryProcessorHasThePlainKernel) {
  ASSERT_FALSE(kernels().empty());
  EXPECT_EQ(kernels().back(), &kPlainKernel);
}

TEST(CurveSchnorr, DecodesWhatLibsodiumDecodes) {
  Random random(1);
  const Plan nothing{nullptr, nullptr, 0};
  std::size_t points = 0;
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    // Two at a time, as they are decoded.
    const Bytes32 first = test::hostile_encoding(random), second = test::hostile_encoding(random);
    const std::uint8_t* const both[] = {first.data(), second.data()};
    const bool first_is = test::is_point(first), second_is = test::is_point(second);
    points += first_is ? 1 : 0;
    for (const Kernel* const kernel : kernels()) {
      ASSERT_EQ(kernel->sum_is_identity(both, 1, nothing), first_is) << to_hex(first);
      ASSERT_EQ(kernel->sum_is_identity(both, 2, nothing), first_is && second_is)
          << to_hex(first) << ' ' << to_hex(second);
    }
  }
  EXPECT_GT(points, test::random_cases() / 10);
  EXPECT_LT(points, test::random_cases() * 9 / 10);
}

TEST(CurveSchnorr, RecordedSignatures) {
  const auto check = [](const nlohmann::json& key, const nlohmann::json& message,
                        const nlohmann::json& signature, const nlohmann::json& why) {
    const auto k = test::array_from<32>(key);
    const auto s = test::array_from<64>(signature);
    if (!k || !s) return false;
    const auto e = sr25519::equation_of(*k, test::bytes_from(message), *s);
    SCOPED_TRACE(why);
    return e && expect_as_libsodium(*e);
  };
  const auto edges = test::identity_vectors("sr25519_edges");
  ASSERT_FALSE(edges["verify"].empty());
  for (const auto& v : edges["verify"]) {
    EXPECT_EQ(check(v["public"], v["message_hex"], v["signature"], v["why"]),
              v["valid"].get<bool>())
        << v["why"];
  }
  const auto substrate = test::identity_vectors("substrate");
  ASSERT_FALSE(substrate["signatures"].empty());
  for (const auto& v : substrate["signatures"]) {
    if (v["scheme"] != "sr25519") continue;
    for (const auto& signature : v["valid"]) {
      EXPECT_TRUE(check(v["public"], v["message_hex"], signature, v["message_name"]));
    }
    for (const auto& bad : v["invalid"]) {
      EXPECT_FALSE(check(bad.value("public", v["public"]),
                         bad.value("message_hex", v["message_hex"]), bad["sig"], bad["why"]));
    }
  }
}

TEST(CurveSchnorr, RandomEquationsAndOneBitOfThem) {
  Random random(2);
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    const SchnorrEquation e = test::random_equation(random);
    if (i % 2 == 0) {
      ASSERT_TRUE(expect_as_libsodium(e)) << text(e);
    } else {
      expect_as_libsodium(test::with_flipped_bit(e, random));
    }
    if (testing::Test::HasFailure()) break;
  }
}

TEST(CurveSchnorr, EdgeScalars) {
  Random random(3);
  for (const Bytes32& k : edge_scalars()) {
    for (const Bytes32& s : edge_scalars()) {
      const SchnorrEquation e =
          test::equation_with_response(test::scalar_of(1 + random.below(100)), s, k);
      EXPECT_TRUE(expect_as_libsodium(e)) << text(e);
      expect_as_libsodium(test::with_flipped_bit(e, random));
      // The same numbers, written as larger ones.
      SchnorrEquation other = e;
      std::uint32_t carry = 0;
      const Bytes32 order = test::group_order();
      for (std::size_t i = 0; i < 32; ++i) {
        carry += std::uint32_t{other.response[i]} + order[i];
        other.response[i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
      }
      EXPECT_FALSE(expect_as_libsodium(other)) << text(other);
      other = e;
      other.response[31] |= 0x80;
      EXPECT_FALSE(expect_as_libsodium(other)) << text(other);
    }
  }
}

TEST(CurveSchnorr, TheIdentityAsNonceAndAsKey) {
  Random random(4);
  const Bytes32 zero{};
  for (const Bytes32& k : edge_scalars()) {
    const Bytes32 a = test::random_scalar(random);
    const SchnorrEquation identity_nonce = test::equation(a, zero, k);
    EXPECT_EQ(identity_nonce.nonce_point, zero);
    EXPECT_TRUE(expect_as_libsodium(identity_nonce));
    SchnorrEquation e = identity_nonce;
    e.response = test::plus(e.response, test::scalar_of(1));
    EXPECT_FALSE(expect_as_libsodium(e));
    // Anyone can make these: R = s B for any k.
    EXPECT_FALSE(expect_as_libsodium(test::equation(zero, a, k)));
    EXPECT_FALSE(expect_as_libsodium(test::equation(zero, zero, k)));
  }
}

TEST(CurveSchnorr, OneAndTheSamePointAsKeyNonceAndBase) {
  // Additions of equal and of opposite points need no case of their own.
  const Bytes32 one = test::scalar_of(1), minus_one = test::minus({}, one);
  for (const Bytes32& a : {one, minus_one}) {
    for (const Bytes32& r : {one, minus_one}) {
      for (const Bytes32& k : edge_scalars()) {
        EXPECT_TRUE(expect_as_libsodium(test::equation(a, r, k)));
      }
    }
  }
}

TEST(CurveSchnorr, HostileEncodings) {
  Random random(5);
  for (std::size_t i = 0; i < test::random_cases(); ++i) {
    SchnorrEquation e = test::random_equation(random);
    (random.chance(50) ? e.public_key : e.nonce_point) = test::hostile_encoding(random);
    // With k = 0 or s = 0 a decoder's mistake shows alone.
    if (random.chance(30)) e.challenge = {};
    if (random.chance(30)) e.response = {};
    expect_as_libsodium(e);
    if (testing::Test::HasFailure()) break;
  }
}

std::vector<SchnorrEquation> random_equations(Random& random, std::size_t count) {
  std::vector<SchnorrEquation> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(test::random_equation(random));
  return out;
}

void expect_all_hold(bool expected, const std::vector<SchnorrEquation>& equations) {
  for (const Kernel* const kernel : kernels()) {
    EXPECT_EQ(all_hold(*kernel, equations), expected) << kernel->name << ' ' << equations.size();
  }
}

TEST(CurveBatch, AllOfThemOrOneWrong) {
  Random random(6);
  expect_all_hold(true, {});
  for (const std::size_t count : {1U, 2U, 3U, 7U, 8U, 9U, 17U, 64U}) {
    auto equations = random_equations(random, count);
    expect_all_hold(true, equations);
    for (auto& e : equations) {
      const SchnorrEquation good = e;
      e.response = test::plus(e.response, test::scalar_of(1));
      expect_all_hold(false, equations);
      e = good;
    }
  }
}

TEST(CurveBatch, OneBitWrongAnywhere) {
  Random random(7);
  auto equations = random_equations(random, 5);
  for (std::size_t part = 0; part < 4; ++part) {
    for (std::size_t bit = 0; bit < 256; ++bit) {
      SchnorrEquation& e = equations[random.below(equations.size())];
      const SchnorrEquation good = e;
      Bytes32* const parts[] = {&e.public_key, &e.nonce_point, &e.response, &e.challenge};
      test::flip_bit(*parts[part], bit);
      expect_all_hold(false, equations);
      e = good;
    }
  }
}

TEST(CurveBatch, LongerThanWhatIsAddedUpAtATime) {
  Random random(8);
  auto equations = random_equations(random, 300);
  expect_all_hold(true, equations);
  for (const std::size_t i : {0U, 127U, 128U, 255U, 256U, 299U}) {
    const SchnorrEquation good = equations[i];
    equations[i].nonce_point = equations[(i + 1) % 300].nonce_point;
    expect_all_hold(false, equations);
    equations[i] = good;
  }
}

TEST(CurveBatch, ErrorsThatCancelWithoutWeights) {
  Random random(9);
  for (int i = 0; i < 50; ++i) {
    auto equations = random_equations(random, 6);
    const Bytes32 error = test::random_scalar(random);
    equations[1].response = test::plus(equations[1].response, error);
    equations[4].response = test::minus(equations[4].response, error);
    const bool is_wrong = error != Bytes32{};
    expect_all_hold(!is_wrong, equations);
  }
  // Of one key, which are added up before anything else.
  const Bytes32 a = test::scalar_of(77);
  for (int i = 0; i < 50; ++i) {
    std::vector<SchnorrEquation> equations;
    for (int n = 0; n < 4; ++n) {
      equations.push_back(
          test::equation(a, test::random_scalar(random), test::random_scalar(random)));
    }
    expect_all_hold(true, equations);
    std::swap(equations[0].nonce_point, equations[1].nonce_point);
    expect_all_hold(false, equations);
  }
}

TEST(CurveBatch, KeysAndEquationsMoreThanOnce) {
  Random random(10);
  std::vector<SchnorrEquation> equations;
  const Bytes32 keys[] = {test::random_scalar(random), test::scalar_of(3)};
  for (int i = 0; i < 20; ++i) {
    equations.push_back(test::equation(keys[random.below(2)], test::random_scalar(random),
                                       test::random_scalar(random)));
    equations.push_back(equations[random.below(equations.size())]);
  }
  expect_all_hold(true, equations);
  for (auto& e : equations) {
    const SchnorrEquation good = e;
    e.challenge = test::plus(e.challenge, test::scalar_of(1));
    expect_all_hold(false, equations);
    e = good;
  }
}

TEST(CurveBatch, TheAnswerIsThatOfEachAlone) {
  Random random(11);
  for (int i = 0; i < 300; ++i) {
    auto equations = random_equations(random, 1 + random.below(9));
    if (random.chance(60)) {
      SchnorrEquation& e = equations[random.below(equations.size())];
      (random.chance(50) ? e.public_key : e.nonce_point) = test::hostile_encoding(random);
      if (random.chance(30)) e.challenge = {};
    }
    bool expected = true;
    for (const auto& e : equations) expected = expected && test::reference_holds(e);
    expect_all_hold(expected, equations);
  }
}

}  // namespace
}  // namespace yuma::curve
