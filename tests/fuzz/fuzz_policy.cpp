// SPDX-License-Identifier: MIT

// A caller of the isolated signer gone bad: any sequence of messages. Whatever it asks, only shapes
// that mean what they say are signed, in the signer's own name, and at one place one body.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/fuzz/require.hpp"
#include "yuma/wire/signing_policy.hpp"

namespace {

using yuma::ByteView;
using yuma::fuzz::require;

/// The signer's key in this world: corpus files name it.
yuma::PublicKey own_key() {
  yuma::PublicKey key;
  key.bytes.fill(1);
  return key;
}

constexpr std::uint64_t kNow = 1'800'000'000'000'000'000;

void check_refusal(const yuma::Refuse& no) {
  require(!yuma::refusal_name(no.reason).empty(), "the name of a refusal");
  require(!no.text.empty() && no.text.size() < 512, "the length of a refusal");
  require(std::all_of(no.text.begin(), no.text.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a refusal is one printable line");
}

/// What may be signed without memory is a request or response that says what its bytes say.
void check_stateless(ByteView message) {
  const auto read = yuma::read_signing_request(message);
  const auto& what = std::get<yuma::SigningRequest>(read);
  const std::string own = own_key().address();
  if (const auto* request = std::get_if<yuma::RequestPayload>(&what)) {
    require(yuma::build_payload(*request) == yuma::text_of(message), "a request as it is read");
    require(request->sender == own, "the sender of a request");
    return;
  }
  const auto* response = std::get_if<yuma::ResponsePayload>(&what);
  require(response != nullptr, "an object is never signed without memory");
  require(yuma::build_response_payload(*response) == yuma::text_of(message), "a response as read");
  require(response->server == own, "the server of a response");
}

class Caller {
 public:
  void ask(ByteView message) {
    auto decision = yuma::decide(rules_, memory_, message, kNow);
    if (const auto* no = std::get_if<yuma::Refuse>(&decision)) {
      check_refusal(*no);
    } else if (auto* fresh = std::get_if<yuma::SignAndRemember>(&decision)) {
      remember(message, std::move(fresh->record));
    } else if (const auto* stored = std::get_if<yuma::GiveStored>(&decision)) {
      require(signed_.count(yuma::Bytes(message.begin(), message.end())) == 1 &&
                  stored->signature[0] == signed_[{message.begin(), message.end()}],
              "a stored signature is that of the same message");
    } else {
      check_stateless(message);
    }
  }

 private:
  void remember(ByteView message, yuma::SigningRecord record) {
    const auto tagged = yuma::signing_bytes(record.slot.kind, record.body);
    require(std::equal(tagged.begin(), tagged.end(), message.begin(), message.end()),
            "a record holds the message");
    const bool first = places_.insert({{record.slot, record.number}, true}).second;
    require(first, "at one place one body");
    record.signature[0] = ++count_;
    signed_[{message.begin(), message.end()}] = count_;
    require(memory_.remember(std::move(record)).ok(), "what is allowed can be remembered");
    require(memory_.entries().size() <= yuma::kMaxSigningSlots, "memory is bounded");
  }

  yuma::SigningRules rules_{.own = own_key()};
  yuma::SigningMemory memory_;
  std::map<std::pair<yuma::SigningSlot, std::uint64_t>, bool> places_;
  std::map<yuma::Bytes, std::uint8_t> signed_;
  std::uint8_t count_ = 0;
};

}  // namespace

/// Messages one after the other, each after its length in two bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Caller caller;
  ByteView rest(data, size);
  while (rest.size() >= 2) {
    const std::size_t asked = rest[0] + 256U * rest[1];
    rest = rest.subspan(2);
    const ByteView message = rest.first(std::min(asked, rest.size()));
    rest = rest.subspan(message.size());
    caller.ask(message);
  }
  return 0;
}
