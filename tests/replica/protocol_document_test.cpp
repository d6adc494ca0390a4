// SPDX-License-Identifier: MIT

// docs/protocol.md says what the code does: its examples, parameters and bounds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/replica/protocol_examples.hpp"
#include "yuma/seal/block.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace yuma {
namespace {

using ::testing::HasSubstr;

std::string document() {
  std::ifstream file(YUMA_SOURCE_DIR "/docs/protocol.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

TEST(ProtocolDocument, HasTheExamplesThatTheCodeMakes) {
  const std::string text = document();
  const auto examples = test::all_examples();
  for (const test::Example& example : examples) {
    EXPECT_NE(text.find(example.text()), std::string::npos) << "docs/protocol.md must have:\n"
                                                            << example.text();
  }
  EXPECT_EQ(count(text, "```example "), examples.size());
}

TEST(ProtocolDocument, ItsExamplesAreRead) {
  const test::ExampleObjects x;
  EXPECT_TRUE(verify_object(x.signed_vote()));
  EXPECT_TRUE(opens(x.vector, x.commit));
  for (const ObjectBody& body :
       std::vector<ObjectBody>{x.commit, x.vector, x.have, x.block, x.vote, x.seal, x.fault(),
                               x.amendment, x.address}) {
    EXPECT_EQ(decode_any_body(kind_of(body), encode_any_body(body).value()).value(), body);
  }
}

TEST(ProtocolDocument, NamesEveryParameterWithItsNumberAndBounds) {
  const std::string text = document();
  for (const ParameterTag tag : all_parameters()) {
    const ParameterBounds bounds = parameter_bounds(tag);
    const std::string most =
        bounds.most == ~std::uint64_t{0} ? "2^64 - 1" : std::to_string(bounds.most);
    const std::string row = "| " + std::to_string(static_cast<int>(tag)) + " | `" +
                            std::string(parameter_name(tag)) + "` | " +
                            std::to_string(bounds.least) + " to " + most + " |";
    EXPECT_THAT(text, HasSubstr(row));
  }
}

TEST(ProtocolDocument, NamesEveryKindWithItsNumber) {
  const std::string text = document();
  for (std::uint8_t number = 1; kind_of_number(number); ++number) {
    EXPECT_THAT(text, HasSubstr("| " + std::to_string(number) + " | " +
                                std::string(kind_name(*kind_of_number(number))) + " |"));
  }
}

TEST(ProtocolDocument, NamesTheBounds) {
  const std::string text = document();
  const auto says = [&](const std::string& what, std::size_t bound) {
    EXPECT_THAT(text, HasSubstr("| " + what + " | " + std::to_string(bound) + " |"));
  };
  says("a body of commit, vector, have, block, vote, amendment, address; bytes", kMaxBodyBytes);
  says("an object, a body of seal or fault; bytes", kMaxObjectBytes);
  says("uids; each is below this", kMaxUids);
  says("validators, votes, signatures of an amendment", kMaxValidators);
  says("numbers in a salt", kMaxSalt);
  says("faults named by a block", kMaxFaults);
  says("amendments named by a have or a block", kMaxAmendments);
  says("endpoints of an address", kMaxEndpoints);
  says("characters of a host", kMaxHost);
  says("a message to sign; bytes", kMaxSigningBytes);
  says("subnets times kinds that one signer keeps", kMaxSigningSlots);
}

TEST(ProtocolDocument, NamesEveryRefusalOfTheSigner) {
  const std::string text = document();
  for (auto reason = SigningRefusal::kUnknownShape; reason <= SigningRefusal::kFull;
       reason = static_cast<SigningRefusal>(static_cast<int>(reason) + 1)) {
    EXPECT_THAT(text, HasSubstr("`" + std::string(refusal_name(reason)) + "`"));
  }
}

TEST(ProtocolDocument, NamesEveryReasonOfRefusal) {
  const std::string text = document();
  for (int reason = 0; reason <= static_cast<int>(ObjectRefusal::kNotCounting); ++reason) {
    const std::string name(refusal_name(static_cast<ObjectRefusal>(reason)));
    EXPECT_THAT(text, HasSubstr("`" + name + "`"));
  }
  for (int reason = 0; reason <= static_cast<int>(BlockRefusal::kStateRoot); ++reason) {
    const std::string name(refusal_name(static_cast<BlockRefusal>(reason)));
    EXPECT_THAT(text, HasSubstr("`" + name + "`"));
  }
  EXPECT_THAT(text, HasSubstr("| a state; bytes | " + std::to_string(kMaxStateBytes) + " |"));
}

}  // namespace
}  // namespace yuma
