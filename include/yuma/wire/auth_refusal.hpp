// SPDX-License-Identifier: MIT
#pragma once

// Why a signed request was not taken. The first five reasons are the errors of the official SDK;
// the text is for the person who looks for the mistake and never repeats a signature or a payload.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace yuma {

enum class AuthReason : std::uint8_t {
  kMalformedAuth,
  kWrongReceiver,
  kStaleRequest,
  kBadSignature,
  kReplayedRequest,
  kTooManyRequests,  ///< more at once than this server remembers
  kPolicyRefusal,    ///< by the application
};

/// "MalformedAuth", "WrongReceiver", ...: the SDK's spelling.
std::string_view auth_reason_name(AuthReason reason);

/// The checks in their order. What comes before kSignature needs no body and no curve.
enum class AuthStage : std::uint8_t {
  kShape,
  kReceiver,
  kFreshness,
  kAddress,    ///< the address and the length of the signature
  kAdmission,  ///< the application's word on a hotkey that is only claimed
  kSignature,
  kReplay,
  kPolicy,  ///< the application's word on the proven hotkey
};

struct AuthRefusal {
  AuthReason reason = AuthReason::kMalformedAuth;
  AuthStage stage = AuthStage::kShape;
  int status = 401;  ///< of HTTP
  std::string detail;
};

/// {"detail":"..."}: the body of a refusal, as the official recipe answers it.
std::string refusal_body(std::string_view detail);

/// A value, or why there is none.
template <class T>
class OrRefusal {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a value stands for its success
  OrRefusal(T value) : value_(std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor)
  OrRefusal(AuthRefusal refusal) : value_(std::move(refusal)) {}

  bool ok() const { return std::holds_alternative<T>(value_); }
  const T& operator*() const& { return std::get<T>(value_); }
  T& operator*() & { return std::get<T>(value_); }
  T&& operator*() && { return std::get<T>(std::move(value_)); }
  const T* operator->() const { return &std::get<T>(value_); }
  T* operator->() { return &std::get<T>(value_); }
  const AuthRefusal& refusal() const { return std::get<AuthRefusal>(value_); }

 private:
  std::variant<T, AuthRefusal> value_;
};

}  // namespace yuma
