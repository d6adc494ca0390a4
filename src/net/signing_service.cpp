// SPDX-License-Identifier: MIT

#include "yuma/net/signing_service.hpp"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace yuma {

SigningService::SigningService(Signer& key, SigningStore& store, const SigningRules& rules,
                               Clock clock)
    : key_(key), store_(store), rules_(rules), clock_(std::move(clock)) {
  rules_.own = key.public_key();
}

SignerAnswer SigningService::answer(const SignerRequest& request) {
  switch (request.kind) {
    case SignerRequestKind::kPublicKey:
      return key_.public_key();
    case SignerRequestKind::kSign:
      return sign(request.message);
    case SignerRequestKind::kStatus:
      break;
  }
  const SigningMemory& memory = store_.memory();
  return SignerStatus{key_.public_key(),
                      memory.entries().size(),
                      memory.floor().epoch,
                      signed_,
                      resent_,
                      refused_,
                      failed_,
                      0};
}

SignerAnswer SigningService::failed(const absl::Status& status) {
  ++failed_;
  return SignerFailure{std::string(status.message())};
}

SignerAnswer SigningService::sign(ByteView message) {
  SigningDecision decision = decide(rules_, store_.memory(), message, clock_());
  if (const auto* refuse = std::get_if<Refuse>(&decision)) {
    ++refused_;
    const std::string_view name = refusal_name(refuse->reason);
    return SignerRefusal{
        absl::StrCat(absl::string_view(name.data(), name.size()), ": ", refuse->text)};
  }
  if (const auto* stored = std::get_if<GiveStored>(&decision)) {
    ++resent_;
    return stored->signature;
  }
  if (auto* remember = std::get_if<SignAndRemember>(&decision)) {
    return sign_and_keep(message, std::move(remember->record));
  }
  const absl::StatusOr<Signature> signature = key_.sign(message);
  if (!signature.ok()) return failed(signature.status());
  ++signed_;
  return *signature;
}

SignerAnswer SigningService::sign_and_keep(ByteView message, SigningRecord record) {
  const absl::StatusOr<Signature> signature = key_.sign(message);
  if (!signature.ok()) return failed(signature.status());
  record.signature = *signature;
  if (const absl::Status kept = store_.keep(std::move(record)); !kept.ok()) return failed(kept);
  ++signed_;
  return *signature;
}

}  // namespace yuma
