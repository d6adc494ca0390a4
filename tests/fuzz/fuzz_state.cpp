// SPDX-License-Identifier: MIT

// Bytes as a state and as a genesis file, as they are and as edits of good ones: what is accepted
// holds and is written again as it was read, the rest is refused with a short, printable line.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/honest_subnet.hpp"

namespace {

using yuma::Bytes;
using yuma::ByteView;
using yuma::fuzz::require;
using yuma::test::ByteSource;

void check_message(const absl::Status& status) {
  const std::string message(status.message());
  require(status.code() == absl::StatusCode::kInvalidArgument, "the kind of error");
  require(!message.empty() && message.size() < 256, "the length of a message");
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a message is one printable line");
}

void check_state(ByteView bytes) {
  const auto state = yuma::decode_state(bytes);
  if (!state.ok()) return check_message(state.status());
  const Bytes again = yuma::encode_state(*state);
  require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()),
          "a state that is read and written is the same");
  require(yuma::check_state(*state).ok(), "a state that is read holds");
  require(yuma::encode_genesis(yuma::genesis_from(*state)).ok(), "any state can be gone on from");
}

void check_genesis(ByteView file) {
  const auto genesis = yuma::decode_genesis(file);
  if (!genesis.ok()) return check_message(genesis.status());
  const Bytes again = yuma::encode_genesis(*genesis).value();
  require(std::equal(again.begin(), again.end(), file.begin(), file.end()),
          "a genesis that is read and written is the same");
  const auto sealed = yuma::sealed_state(*genesis).value();
  require(sealed.block_id == yuma::blake2b_256(file), "the network is the hash of the file");
}

// Good encodings to be edited: of states, then of geneses.
struct Good {
  std::vector<Bytes> states, files;

  Good() {
    yuma::test::HonestSubnet subnet({.validators = 3, .miners = 2, .free = 1});
    files.push_back(yuma::encode_genesis(subnet.subnet.genesis).value());
    for (int i = 0; i < 3; ++i) {
      states.push_back(yuma::encode_state(subnet.step().next.state));
      files.push_back(yuma::encode_genesis(yuma::genesis_from(subnet.sealed.state)).value());
    }
  }
};

// Changes, takes out or puts in a few bytes.
void edit(ByteSource& source, Bytes& bytes) {
  for (std::size_t edits = 1 + source.below(3); edits > 0 && !bytes.empty(); --edits) {
    const auto at = bytes.begin() + static_cast<std::ptrdiff_t>(source.u16() % bytes.size());
    switch (source.below(8)) {
      case 0:
        bytes.erase(at);
        break;
      case 1:
        bytes.insert(at, source.byte());
        break;
      case 2:
        bytes.erase(at, bytes.end());
        break;
      default:
        *at = static_cast<std::uint8_t>(*at ^ 1U << source.below(8));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  check_state(bytes);
  check_genesis(bytes);

  static const Good kGood;
  ByteSource source(bytes);
  Bytes state = kGood.states[source.below(kGood.states.size())];
  edit(source, state);
  check_state(state);
  Bytes file = kGood.files[source.below(kGood.files.size())];
  edit(source, file);
  check_genesis(file);
  return 0;
}
