// SPDX-License-Identifier: MIT

// docs/protocol.md, "Over HTTP", says what the code does.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/replica/protocol_examples.hpp"
#include "yuma/subnet/exchange.hpp"

namespace yuma::subnet {
namespace {

/// Whether the document has this text.
bool says(const std::string& text) {
  std::ifstream file(YUMA_SOURCE_DIR "/docs/protocol.md");
  const std::string document(std::istreambuf_iterator<char>(file), {});
  return document.find(text) != std::string::npos;
}

TEST(ExchangeDocument, HasTheStatusThatTheCodeMakes) {
  const test::ExampleObjects x;
  const Bytes32 commit = object_id(ObjectKind::kCommit, encode_body(x.commit).value());
  StatusAnswer answer{{41, test::filled(0x44), 14760, {{ObjectKind::kCommit, 0, commit}}},
                      test::filled(0x88)};
  test::Example example{"status", {{"status", encode_status(answer)}}};
  EXPECT_TRUE(says("```http-" + example.text().substr(3))) << example.text();
}

TEST(ExchangeDocument, NamesPathsAndBounds) {
  for (const std::string_view path :
       {kObjectsPath, kPullPath, kObjectPath, kStatusPath, kSealPath, kAddressesPath}) {
    EXPECT_TRUE(says(std::string(path))) << path;
  }
  const auto bounds = [&](const std::string& what, std::size_t bound) {
    EXPECT_TRUE(says("| " + what + " | " + std::to_string(bound) + " |")) << what;
  };
  bounds("objects pushed or pulled at a time; bytes", kMaxBatchBytes);
  bounds("objects in one list", kMaxBatchObjects);
  bounds("ids pulled at a time", kMaxPulledIds);
  bounds("a seal with what its block names, all addresses; bytes", kMaxAnswerBytes);
  bounds("held objects in a status", kMaxHeldListed);
}

}  // namespace
}  // namespace yuma::subnet
