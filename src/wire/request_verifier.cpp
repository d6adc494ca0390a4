// SPDX-License-Identifier: MIT

#include "yuma/wire/request_verifier.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "btauth_text.hpp"
#include "request_shape.hpp"
#include "yuma/wire/body_hash.hpp"

namespace yuma {

namespace {

AuthRefusal refuse(AuthReason reason, AuthStage stage, std::string detail) {
  return {.reason = reason, .stage = stage, .status = 401, .detail = std::move(detail)};
}

AuthRefusal refuse_by_policy(AuthStage stage, PolicyRefusal refusal) {
  return {.reason = AuthReason::kPolicyRefusal,
          .stage = stage,
          .status = refusal.status,
          .detail = std::move(refusal.detail)};
}

/// "12.345 s".
std::string seconds(std::uint64_t ns) {
  constexpr std::uint64_t kPerSecond = 1'000'000'000, kPerMilli = 1'000'000;
  const std::string milli = std::to_string(ns % kPerSecond / kPerMilli);
  return absl::StrCat(ns / kPerSecond, ".", std::string(3 - milli.size(), '0') + milli, " s");
}

absl::Status check_options(const VerifierOptions& options) {
  if (options.max_age.count() < 0 || options.allowed_skew.count() < 0) {
    return absl::InvalidArgumentError(
        "RequestVerifier::make: max_age and allowed_skew must not be negative");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RequestVerifier> RequestVerifier::make(VerifierOptions options,
                                                      std::shared_ptr<ReplayWindow> window) {
  if (const auto status = check_options(options); !status.ok()) return status;
  if (window == nullptr) {
    return absl::InvalidArgumentError("RequestVerifier::make: there is no replay window");
  }
  // Subtracting, since the sum of the two may not fit.
  if (options.max_age > window->retention() ||
      options.allowed_skew > window->retention() - options.max_age) {
    return absl::InvalidArgumentError(absl::StrCat(
        "RequestVerifier::make: the replay window keeps nonces for ",
        seconds(static_cast<std::uint64_t>(window->retention().count())),
        ", but requests are fresh for longer (max_age and allowed_skew), so that one could be sent "
        "twice; make the window with a longer retention"));
  }
  return RequestVerifier(std::move(options), std::move(window));
}

absl::StatusOr<RequestVerifier> RequestVerifier::make_without_window(VerifierOptions options) {
  if (const auto status = check_options(options); !status.ok()) return status;
  return RequestVerifier(std::move(options), nullptr);
}

RequestVerifier::RequestVerifier(VerifierOptions options, std::shared_ptr<ReplayWindow> window)
    : options_(std::move(options)),
      address_(ss58_encode(options_.hotkey)),
      started_ns_(options_.started_ns ? *options_.started_ns : unix_time_ns()),
      max_age_ns_(static_cast<std::uint64_t>(options_.max_age.count())),
      allowed_skew_ns_(static_cast<std::uint64_t>(options_.allowed_skew.count())),
      window_(std::move(window)) {
  std::sort(options_.ed25519_hotkeys.begin(), options_.ed25519_hotkeys.end());
}

RequestVerifier::Objection RequestVerifier::check_receiver(
    const std::optional<std::string_view>& receiver) const {
  const auto wrong = [](std::string detail) {
    return refuse(AuthReason::kWrongReceiver, AuthStage::kReceiver, std::move(detail));
  };
  if (receiver.has_value()) {
    if (*receiver == address_) return std::nullopt;
    return wrong(
        absl::StrCat("X-Bittensor-Receiver names another hotkey than this server's, ", address_));
  }
  if (!options_.require_receiver) return std::nullopt;
  return wrong("X-Bittensor-Receiver is missing: this server takes only requests bound to it");
}

RequestVerifier::Objection RequestVerifier::check_fresh(std::uint64_t nonce,
                                                        std::uint64_t now_ns) const {
  const auto stale = [](std::string detail) {
    return refuse(AuthReason::kStaleRequest, AuthStage::kFreshness, std::move(detail));
  };
  if (nonce > now_ns && nonce - now_ns > allowed_skew_ns_) {
    return stale(absl::StrCat("the nonce is ", seconds(nonce - now_ns),
                              " ahead of this server's clock, which allows ",
                              seconds(allowed_skew_ns_), ": compare the clocks"));
  }
  if (now_ns > nonce && now_ns - nonce > max_age_ns_) {
    return stale(absl::StrCat("the nonce is ", seconds(now_ns - nonce),
                              " behind this server's clock, which allows ", seconds(max_age_ns_),
                              ": sign each attempt anew and compare the clocks"));
  }
  if (started_ns_ == 0) return std::nullopt;
  if (nonce > started_ns_ && nonce - started_ns_ > allowed_skew_ns_) {
    return std::nullopt;
  }
  return stale(absl::StrCat("this server has just started and takes nonces from ",
                            seconds(allowed_skew_ns_),
                            " after its start on: sign anew and try again"));
}

RequestVerifier::Objection RequestVerifier::check_hotkey(const PublicKey& declared) const {
  const bool listed = std::binary_search(options_.ed25519_hotkeys.begin(),
                                         options_.ed25519_hotkeys.end(), declared.bytes);
  const auto known = options_.scheme_of ? options_.scheme_of(declared.bytes) : std::nullopt;
  const Scheme scheme = known.value_or(listed ? Scheme::kEd25519 : Scheme::kSr25519);
  if (declared.scheme == scheme) return std::nullopt;
  const std::string_view name = scheme_name(scheme);
  return refuse(AuthReason::kBadSignature, AuthStage::kSignature,
                absl::StrCat("this server knows this hotkey as one of ",
                             absl::string_view(name.data(), name.size())));
}

OrRefusal<PendingRequest> RequestVerifier::begin(std::string_view method, std::string_view target,
                                                 HeaderList headers, std::uint64_t now_ns) const {
  auto shape = btauth::read_shape(method, target, headers);
  if (!shape.ok()) return shape.refusal();
  if (auto objection = check_receiver(shape->receiver)) return *std::move(objection);
  if (auto objection = check_fresh(shape->nonce, now_ns)) return *std::move(objection);

  PendingRequest out;
  const auto malformed = [](std::string detail) {
    return refuse(AuthReason::kMalformedAuth, AuthStage::kAddress, std::move(detail));
  };
  const auto address = ss58_decode(shape->hotkey);
  if (!address.ok()) return malformed("X-Bittensor-Hotkey is no SS58 address");
  out.native_prefix_ = address->prefix == kBittensorPrefix;  // others: see conclude()
  const auto signature = read_signature(shape->signature);
  if (!signature) return malformed("X-Bittensor-Signature must have 64 bytes");
  out.key_ = {.scheme = shape->scheme, .bytes = address->account};
  if (auto objection = check_hotkey(out.key_)) return *std::move(objection);
  if (options_.admit) {
    if (auto refusal = options_.admit(address->account)) {
      return refuse_by_policy(AuthStage::kAdmission, *std::move(refusal));
    }
  }
  out.signature_ = *signature;
  out.nonce_ = shape->nonce;
  out.bound_ = shape->receiver.has_value();
  out.wants_signature_ = shape->wants_signature;
  out.payload_ = build_payload({.scheme = shape->scheme,
                                .method = method,
                                .target = target,
                                .body_sha256 = {},
                                .nonce = shape->nonce,
                                .sender = shape->hotkey,
                                .receiver = shape->receiver.value_or("")});
  out.digest_at_ = btauth::kFirstLine.size() + scheme_name(shape->scheme).size() + method.size() +
                   target.size() + 4;  // four lines and their ends
  return out;
}

OrRefusal<AuthenticRequest> RequestVerifier::finish(PendingRequest request,
                                                    const Bytes32& body_sha256,
                                                    std::uint64_t now_ns) const {
  if (auto objection = check_fresh(request.nonce_, now_ns)) return *std::move(objection);
  request.set_digest(body_sha256);
  const bool good = yuma::verify(request.key_, bytes_of(request.payload_), request.signature_);
  return conclude(std::move(request), good, now_ns);
}

std::vector<OrRefusal<AuthenticRequest>> RequestVerifier::finish_each(
    std::vector<ReceivedRequest> requests, std::uint64_t now_ns) const {
  std::vector<SignedMessage> messages;
  messages.reserve(requests.size());
  for (auto& [request, digest] : requests) {
    request.set_digest(digest);
    messages.push_back({request.key_, bytes_of(request.payload_), request.signature_});
  }
  const std::vector<std::uint8_t> good = verify_each(messages);
  std::vector<OrRefusal<AuthenticRequest>> out;
  out.reserve(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    PendingRequest& request = requests[i].request;
    if (auto objection = check_fresh(request.nonce_, now_ns)) {
      out.emplace_back(*std::move(objection));
    } else {
      out.push_back(conclude(std::move(request), good[i] != 0, now_ns));
    }
  }
  return out;
}

OrRefusal<AuthenticRequest> RequestVerifier::conclude(PendingRequest request, bool good_signature,
                                                      std::uint64_t now_ns) const {
  if (!good_signature) {
    return refuse(AuthReason::kBadSignature, AuthStage::kSignature,
                  "the signature is not one of X-Bittensor-Hotkey over this request");
  }
  // One key has an address for each prefix. Only its holder is told so: for anyone else the
  // signature is what is wrong.
  if (!request.native_prefix_) {
    return refuse(AuthReason::kMalformedAuth, AuthStage::kSignature,
                  "X-Bittensor-Hotkey must be the address with prefix 42");
  }
  if (auto objection = check_new(request, now_ns)) return *std::move(objection);
  if (options_.authorise) {
    if (auto refusal = options_.authorise(request.key_.bytes)) {
      return refuse_by_policy(AuthStage::kPolicy, *std::move(refusal));
    }
  }
  return AuthenticRequest{.caller = request.key_,
                          .nonce = request.nonce_,
                          .bound = request.bound_,
                          .wants_signature = request.wants_signature_,
                          .payload = std::move(request.payload_)};
}

RequestVerifier::Objection RequestVerifier::check_new(const PendingRequest& request,
                                                      std::uint64_t now_ns) const {
  if (window_ == nullptr) return std::nullopt;
  using Outcome = ReplayWindow::Outcome;
  const auto refused = [](AuthReason reason, int status, std::string detail) {
    return AuthRefusal{reason, AuthStage::kReplay, status, std::move(detail)};
  };
  constexpr int kUnauthorized = 401, kTooMany = 429, kUnavailable = 503;
  switch (window_->check_and_insert(request.key_.bytes, request.nonce_, now_ns)) {
    case Outcome::kNew:
      return std::nullopt;
    case Outcome::kReplayed:
      return refused(AuthReason::kReplayedRequest, kUnauthorized,
                     "this nonce was used before: sign each attempt anew");
    case Outcome::kForgotten:
      return refused(AuthReason::kStaleRequest, kUnauthorized,
                     "the nonce is older than what this server remembers: sign anew");
    case Outcome::kHotkeyFull:
      return refused(AuthReason::kTooManyRequests, kTooMany,
                     "too many requests of this hotkey: wait a few seconds");
    case Outcome::kFull:
      break;
  }
  return refused(AuthReason::kTooManyRequests, kUnavailable,
                 "too many requests: wait a few seconds");
}

OrRefusal<AuthenticRequest> RequestVerifier::verify(std::string_view method,
                                                    std::string_view target, HeaderList headers,
                                                    ByteView body, std::uint64_t now_ns) const {
  auto pending = begin(method, target, headers, now_ns);
  if (!pending.ok()) return pending.refusal();
  return finish(*std::move(pending), BodyHash::of(body), now_ns);
}

void PendingRequest::set_digest(const Bytes32& body_sha256) {
  std::string digits;
  btauth::append_hex(digits, body_sha256);
  payload_.replace(digest_at_, digits.size(), digits);
}

}  // namespace yuma
