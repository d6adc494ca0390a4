// SPDX-License-Identifier: MIT

#include "yuma/wire/request_signer.hpp"

#include <algorithm>

namespace yuma {

std::uint64_t NonceSource::next() {
  constexpr std::uint64_t kSetBack = 1'000'000'000;
  const std::uint64_t now = clock_();
  const std::lock_guard lock(mutex_);
  const bool set_back = last_ && now<*last_&& * last_ - now> kSetBack;
  last_ = last_ && !set_back ? std::max(now, *last_ + 1) : now;
  return *last_;
}

NonceSource& NonceSource::of_process() {
  static NonceSource source;
  return source;
}

RequestSigner::RequestSigner(Signer& signer, NonceSource& nonces)
    : signer_(signer), nonces_(nonces), address_(signer.public_key().address()) {}

absl::StatusOr<SignedRequest> RequestSigner::sign(const OutgoingRequest& request) const {
  if (auto status = check_method(request.method); !status.ok()) return status;
  if (auto status = check_target(request.target); !status.ok()) return status;
  if (request.receiver.has_value() == request.unbound) {
    return absl::InvalidArgumentError(
        "RequestSigner::sign: give the receiver's hotkey, or say that the request is unbound");
  }
  const std::string receiver = request.receiver ? ss58_encode(*request.receiver) : "";
  const RequestPayload payload = {.scheme = signer_.public_key().scheme,
                                  .method = request.method,
                                  .target = request.target,
                                  .body_sha256 = request.body_sha256,
                                  .nonce = nonces_.next(),
                                  .sender = address_,
                                  .receiver = receiver};
  SignedRequest out;
  out.nonce = payload.nonce;
  out.sender = address_;
  out.payload = build_payload(payload);
  const auto signature = signer_.sign(bytes_of(out.payload));
  if (!signature.ok()) return signature.status();
  out.headers = request_headers(payload, *signature);
  if (request.wants_signature) {
    out.headers.push_back({std::string(kSignHeader), std::string(kSignValue)});
  }
  return out;
}

}  // namespace yuma
