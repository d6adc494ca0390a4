// SPDX-License-Identifier: MIT

// What a caller may send to an isolated signer: any stream of bytes (an even first byte), or
// objects of its own hotkey that collide, bytes of them changed (an odd one). It never crashes,
// signs nothing that is not its own, and never gives two signatures at one place.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "tests/fuzz/require.hpp"
#include "tests/net/signing_support.hpp"
#include "tests/support/byte_source.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/net/signing_service.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace {

using namespace yuma;
using fuzz::require;
using test::ByteSource;

constexpr std::uint64_t kNow = 1'700'000'000'000'000'000;

/// Fast, and no two signatures are alike: what is signed again instead of sent again shows.
class CountingSigner final : public Signer {
 public:
  const PublicKey& public_key() const override { return key_; }
  absl::StatusOr<Signature> sign(ByteView message) override {
    Signature out = blake2b_512(message);
    ++count_;
    for (std::size_t i = 0; i < sizeof count_; ++i) {
      out[i] = static_cast<std::uint8_t>(count_ >> (8 * i));
    }
    return out;
  }

 private:
  static inline const PublicKey key_ = test::key_of("//Alice").public_key();
  std::uint64_t count_ = 0;
};

class Watcher {
 public:
  /// One request as the server hands it on.
  void ask(const SignerRequest& request) {
    const SignerAnswer answer = service_.answer(request);
    const auto parsed = parse_signer_answer(ByteView(encode_signer_answer(answer)).subspan(4));
    require(std::holds_alternative<SignerAnswer>(parsed), "an answer that can be read");
    require(!std::holds_alternative<SignerFailure>(answer), "nothing fails here");
    if (const auto* signature = std::get_if<Signature>(&answer)) check(request.message, *signature);
  }
  const PublicKey& key() const { return key_.public_key(); }

 private:
  void check(ByteView message, const Signature& signature) {
    auto read = read_signing_request(message);
    require(std::holds_alternative<SigningRequest>(read), "only what can be read is signed");
    const auto& request = std::get<SigningRequest>(read);
    if (const auto* http = std::get_if<RequestPayload>(&request)) {
      require(http->sender == key().address(), "a request of its own");
    } else if (const auto* response = std::get_if<ResponsePayload>(&request)) {
      require(response->server == key().address(), "a response of its own");
    } else {
      check_object(std::get<SigningObject>(request), signature);
    }
  }

  void check_object(const SigningObject& object, const Signature& signature) {
    SigningSlot slot{{}, object.kind};
    std::uint64_t number = 0;
    if (const ObjectHeader* header = header_of(object.body)) {
      require(header->sender == key(), "an object of its own");
      slot.subnet = header->subnet;
      number = header->epoch;
    } else {
      const auto* amendment = std::get_if<AmendmentBody>(&object.body);
      require(amendment != nullptr, "no seal and no fault");
      slot.subnet = amendment->subnet;
      number = amendment->number;
    }
    const std::pair value{Bytes(object.bytes.begin(), object.bytes.end()), signature};
    const auto [found, fresh] = signed_.try_emplace({slot, number}, value);
    require(found->second.first == value.first, "one body at one place");
    require(found->second.second == value.second, "one signature for one body");
    if (fresh) check_order(slot, number);
    if (const auto* vector = std::get_if<VectorBody>(&object.body)) check_vector(*vector);
  }

  void check_order(const SigningSlot& slot, std::uint64_t number) {
    auto& highest = highest_[slot];
    require(number > highest, "numbers of new bodies grow");
    highest = number;
  }

  void check_vector(const VectorBody& vector) {
    const auto commit =
        signed_.find({{vector.header.subnet, ObjectKind::kCommit}, vector.header.epoch});
    require(commit != signed_.end(), "a vector after its commit");
    const auto body = decode_body<CommitBody>(commit->second.first);
    require(body.ok() && opens(vector, *body), "a vector opens its commit");
  }

  CountingSigner key_;
  VolatileSigningStore store_;
  SigningService service_{key_, store_, {}, [] { return kNow; }};
  std::map<std::pair<SigningSlot, std::uint64_t>, std::pair<Bytes, Signature>> signed_;
  std::map<SigningSlot, std::uint64_t> highest_;
};

/// The stream of one connection, cut into frames as the server does.
void ask_stream(Watcher& watcher, ByteView stream) {
  while (stream.size() >= kSignerLengthBytes) {
    std::array<std::uint8_t, kSignerLengthBytes> length{};
    std::copy_n(stream.begin(), length.size(), length.begin());
    const auto size = signer_frame_size(length, kMaxSignerFrame);
    stream = stream.subspan(length.size());
    if (!std::holds_alternative<std::size_t>(size)) return;
    if (std::get<std::size_t>(size) > stream.size()) return;
    const ByteView frame = stream.first(std::get<std::size_t>(size));
    stream = stream.subspan(frame.size());
    const auto request = parse_signer_request(frame);
    if (!std::holds_alternative<SignerRequest>(request)) return;
    require(encode_signer_request(std::get<SignerRequest>(request)).size() == frame.size() + 4,
            "a request that is written as it was read");
    watcher.ask(std::get<SignerRequest>(request));
  }
}

Bytes object_from(ByteSource& source, const test::Messages& m) {
  const std::size_t kind = source.below(8);
  const std::uint64_t epoch = source.below(4);
  const auto variant = static_cast<std::uint16_t>(1 + source.below(3));
  switch (kind) {
    case 0:
      return m.commit(epoch, variant);
    case 1:
      return m.vector(epoch, variant);
    case 2:
      return m.have(epoch, variant);
    case 3:
      return m.block(epoch, variant);
    case 4:
      return m.vote(epoch, variant);
    case 5:
      return m.address(epoch, variant);
    case 6:
      return m.amendment(epoch + 1, variant);
    default:
      return m.request(kNow + source.u64() % 20'000'000'000 - 10'000'000'000);
  }
}

void ask_objects(Watcher& watcher, ByteSource& source) {
  while (!source.empty()) {
    test::Messages m{watcher.key()};
    const std::uint8_t how = source.byte();
    m.subnet.netuid = how % 2;
    Bytes message = object_from(source, m);
    for (int changes = how / 2 % 4; changes == 3 && !source.empty();) {
      message[source.u16() % message.size()] ^= source.byte();
      changes = source.byte() % 4;
    }
    watcher.ask({SignerRequestKind::kSign, message});
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  Watcher watcher;
  const ByteView rest(data + 1, size - 1);
  if (data[0] % 2 == 0) {
    ask_stream(watcher, rest);
  } else {
    ByteSource source(rest);
    ask_objects(watcher, source);
  }
  return 0;
}
