// SPDX-License-Identifier: MIT

#include "yuma/wire/auth_refusal.hpp"

#include "nlohmann/json.hpp"

namespace yuma {

std::string_view auth_reason_name(AuthReason reason) {
  switch (reason) {
    case AuthReason::kMalformedAuth:
      return "MalformedAuth";
    case AuthReason::kWrongReceiver:
      return "WrongReceiver";
    case AuthReason::kStaleRequest:
      return "StaleRequest";
    case AuthReason::kBadSignature:
      return "BadSignature";
    case AuthReason::kReplayedRequest:
      return "ReplayedRequest";
    case AuthReason::kTooManyRequests:
      return "TooManyRequests";
    case AuthReason::kPolicyRefusal:
      return "PolicyRefusal";
  }
  return "";
}

std::string refusal_body(std::string_view detail) {
  using Json = nlohmann::json;
  return Json{{"detail", std::string(detail)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace yuma
