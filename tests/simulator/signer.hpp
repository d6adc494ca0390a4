// SPDX-License-Identifier: MIT
#pragma once

// The isolated signer of a node: it holds the line on its own (yuma/wire/signing_policy.hpp), and
// its memory outlives crashes of the node. That of a liar signs whatever it is asked to.

#include <variant>

#include "yuma/wire/signing_policy.hpp"

namespace yuma::simulator {

class SimulatedSigner {
 public:
  SimulatedSigner(const KeyPair& key, bool honest, bool vectors_without_commit)
      : key_(key), honest_(honest) {
    rules_.own = key.public_key();
    rules_.vectors_without_commit = vectors_without_commit;
  }

  /// A signature that is kept before it is given, or the reason why there is none.
  std::variant<Signature, Refuse> sign(ObjectKind kind, ByteView body) {
    const Bytes message = signing_bytes(kind, body);
    if (!honest_) return key_.sign(message);
    auto decision = decide(rules_, memory_, message, 0);
    if (auto* stored = std::get_if<GiveStored>(&decision)) return stored->signature;
    if (auto* no = std::get_if<Refuse>(&decision)) return *no;
    const Signature signature = key_.sign(message);
    if (auto* remember = std::get_if<SignAndRemember>(&decision)) {
      remember->record.signature = signature;
      const absl::Status status = memory_.remember(std::move(remember->record));
      if (!status.ok()) return Refuse{SigningRefusal::kConflict, std::string(status.message())};
    }
    return signature;
  }

  /// Only mutants do this.
  void forget() { memory_ = SigningMemory(); }

 private:
  const KeyPair& key_;
  bool honest_;
  SigningRules rules_;
  SigningMemory memory_;
};

}  // namespace yuma::simulator
