// SPDX-License-Identifier: MIT

#include "yuma/identity/bytes.hpp"

#include <gtest/gtest.h>

#include "tests/support/identity_vectors.hpp"
#include "yuma/identity/hash.hpp"

namespace yuma {
namespace {

TEST(Hex, WritesLowerCaseAndReadsBoth) {
  const Bytes bytes{0x00, 0x0f, 0xa5, 0xff};
  EXPECT_EQ(to_hex(bytes), "000fa5ff");
  EXPECT_EQ(from_hex("000fa5ff"), bytes);
  EXPECT_EQ(from_hex("000FA5fF"), bytes);
  EXPECT_EQ(from_hex(""), Bytes{});
}

TEST(Hex, RefusesAllElse) {
  for (const char* text : {"0", "000", "0x00", "0g", "g0", " 00", "00 ", "-1", "+1", "0\n"}) {
    EXPECT_EQ(from_hex(text), std::nullopt) << text;
  }
  for (int c = 0; c < 256; ++c) {
    const std::string digits{'0', static_cast<char>(c)};
    EXPECT_EQ(from_hex(digits).has_value(), std::isxdigit(c) != 0) << c;
  }
}

TEST(Hex, OfAFixedNumberOfBytes) {
  EXPECT_EQ(array_from_hex<2>("0102"), (std::array<std::uint8_t, 2>{1, 2}));
  EXPECT_EQ(array_from_hex<2>("01"), std::nullopt);
  EXPECT_EQ(array_from_hex<2>("010203"), std::nullopt);
  EXPECT_EQ(array_from_hex<2>("010x"), std::nullopt);
}

TEST(EqualInConstantTime, ComparesLengthAndEveryByte) {
  const Bytes a(32, 7);
  EXPECT_TRUE(equal_in_constant_time(a, Bytes(a)));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_FALSE(equal_in_constant_time(a, ByteView(a).first(31)));
  for (std::size_t i = 0; i < a.size(); ++i) {
    Bytes b = a;
    b[i] ^= 0x10;
    EXPECT_FALSE(equal_in_constant_time(a, b)) << i;
  }
}

/// A number as a storage key has it: the least byte first.
std::string as_key(std::uint64_t number) {
  Bytes out;
  for (int i = 0; i < 8; ++i) out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
  return to_hex(out);
}

TEST(Hashes, AreTheRecordedOnes) {
  const auto data = test::identity_vectors("substrate");
  ASSERT_FALSE(data["hashes"].empty());
  for (const auto& v : data["hashes"]) {
    const auto text = v["text"].get<std::string>();
    const ByteView input = bytes_of(text);
    EXPECT_EQ(to_hex(blake2b_128(input)), test::hex_digits(v["blake2_128"])) << text;
    EXPECT_EQ(to_hex(blake2b_256(input)), test::hex_digits(v["blake2_256"])) << text;
    EXPECT_EQ(to_hex(blake2b_512(input)), test::hex_digits(v["blake2_512"])) << text;
    EXPECT_EQ(to_hex(twox_128(input)), test::hex_digits(v["xxhash128"])) << text;
    EXPECT_EQ(as_key(twox_64(input)), test::hex_digits(v["xxhash64"])) << text;
  }
}

TEST(Hashes, OfTheSdk) {
  const auto data = test::identity_vectors("sdk");
  const Bytes alice = test::bytes_from(data["keys"]["alice_sr25519"]["public"]);
  EXPECT_EQ(to_hex(blake2b_128(alice)), data["hashers"]["blake2_128(alice)"]);
  EXPECT_EQ(as_key(twox_64(Bytes{1, 0})), data["hashers"]["twox64(u16le 1)"]);
  EXPECT_EQ(to_hex(sha256(bytes_of(data["btauth1"]["body"].get<std::string>()))),
            data["btauth1"]["body_sha256"]);
  for (const auto& [name, prefix] : data["storage_prefixes"].items()) {
    const std::size_t dot = name.find('.');
    EXPECT_EQ(to_hex(twox_128(bytes_of(name.substr(0, dot)))) +
                  to_hex(twox_128(bytes_of(name.substr(dot + 1)))),
              test::hex_digits(prefix))
        << name;
  }
}

}  // namespace
}  // namespace yuma
