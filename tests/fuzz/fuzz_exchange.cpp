// SPDX-License-Identifier: MIT

// What another node may send, as bodies and as targets, and any bytes as the file of an address
// book: refused with a line for people, or taken, and then it gives the same bytes again.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/subnet/address_book.hpp"
#include "yuma/subnet/exchange.hpp"

namespace {

using namespace yuma;
using namespace yuma::subnet;
using fuzz::require;

bool same(const Bytes& a, ByteView b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void check_error(const absl::Status& status) {
  require(!status.message().empty() && status.message().size() < 1'000, "a line for people");
}

void check_status(ByteView bytes) {
  const auto answer = decode_status(bytes);
  if (!answer.ok()) return check_error(answer.status());
  require(same(encode_status(*answer), bytes), "one encoding of a status");
}

void check_batch(ByteView bytes) {
  const auto objects = decode_batch(bytes, kMaxBatchBytes);
  if (!objects.ok()) return check_error(objects.status());
  std::vector<Bytes> encoded;
  for (const Object& object : *objects) {
    const auto one = encode_object(object);
    require(one.ok(), "what was read can be written");
    encoded.push_back(*one);
  }
  require(same(encode_batch(encoded), bytes), "one encoding of a batch");
}

void check_pull(ByteView bytes) {
  const auto ids = decode_pull(bytes);
  if (!ids.ok()) return check_error(ids.status());
  require(same(encode_pull(*ids), bytes), "one encoding of a pull");
}

void check_target(std::string_view text) {
  if (const auto id = object_of_target(text)) {
    require(object_target(*id) == text, "one target of an object");
  }
  if (const auto epoch = epoch_of_target(text)) {
    require(seal_target(*epoch) == text, "one target of a seal");
  }
  const auto answer = refuse_exchange(400, text);
  require(!answer.body.empty() && answer.body.front() == '{', "a refusal is JSON");
}

/// Books of the members of a small subnet.
struct Books {
  test::Subnet subnet;
  State state = subnet.start().state;

  void check(ByteView file) {
    AddressBook book(state.subnet);
    const absl::Status read = book.read(state, file);
    if (!read.ok()) {
      require(absl::IsDataLoss(read), "the kind of error");
      require(book.addresses()->empty(), "nothing is taken of what is damaged");
      return check_error(read);
    }
    for (const auto& [hotkey, known] : *book.addresses()) {
      require(find_uid(state, known.hotkey).has_value(), "members alone");
    }
    AddressBook again(state.subnet);
    require(again.read(state, book.encode()).ok(), "what was written can be read");
    require(again.digest() == book.digest(), "and says the same");
  }
};

Books& books() {
  static Books all;
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  check_status(bytes);
  check_batch(bytes);
  check_pull(bytes);
  check_target(text_of(bytes));
  books().check(bytes);
  // Since no fuzzer finds a hash, one is put behind the bytes too.
  Bytes file;
  for (const char c : std::string_view("yuma/1/addresses\n")) {
    file.push_back(static_cast<std::uint8_t>(c));
  }
  file.insert(file.end(), bytes.begin(), bytes.end());
  const Bytes32 digest = blake2b_256(file);
  file.insert(file.end(), digest.begin(), digest.end());
  books().check(file);
  return 0;
}
