// SPDX-License-Identifier: MIT

#include "request_shape.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "btauth_text.hpp"

namespace yuma::btauth {

namespace {

enum : std::uint8_t { kVersionAt, kHotkeyAt, kNonceAt, kSignatureAt, kCryptoAt, kReceiverAt };
constexpr std::array kNames = {kVersionHeader,   kHotkeyHeader, kNonceHeader,
                               kSignatureHeader, kCryptoHeader, kReceiverHeader};

AuthRefusal malformed(std::string_view detail) { return {.detail = std::string(detail)}; }

/// The values of the six headers, and whether a signed response is asked for.
struct Found {
  std::array<std::optional<std::string_view>, kNames.size()> values;
  bool wants_signature = false;
};

OrRefusal<Found> find_headers(HeaderList headers) {
  Found out;
  for (const HeaderView& header : headers) {
    if (same_header(header.name, kSignHeader)) {
      out.wants_signature |= header.value == kSignValue;
      continue;
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      if (!same_header(header.name, kNames[i])) continue;
      if (out.values[i]) {
        return malformed(
            absl::StrCat(absl::string_view(kNames[i].data(), kNames[i].size()), " is given twice"));
      }
      out.values[i] = header.value;
    }
  }
  return out;
}

/// Absent means sr25519; names in any case, or the numbers of the SDK.
std::optional<Scheme> read_crypto(const std::optional<std::string_view>& value) {
  if (!value) return Scheme::kSr25519;
  for (const Scheme scheme : {Scheme::kEd25519, Scheme::kSr25519}) {
    if (same_header(*value, scheme_name(scheme))) return scheme;
    if (*value == std::to_string(static_cast<int>(scheme))) return scheme;
  }
  return std::nullopt;
}

bool is_hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

}  // namespace

OrRefusal<RequestShape> read_shape(std::string_view method, std::string_view target,
                                   HeaderList headers) {
  const auto found = find_headers(headers);
  if (!found.ok()) return found.refusal();
  const auto& values = found->values;

  RequestShape out;
  out.wants_signature = found->wants_signature;
  if (values[kVersionAt] != kVersion) return malformed("X-Bittensor-Version must be 1");
  out.hotkey = values[kHotkeyAt].value_or("");
  if (out.hotkey.empty()) return malformed("X-Bittensor-Hotkey is missing");
  if (!values[kNonceAt]) return malformed("X-Bittensor-Nonce is missing");
  const auto nonce = read_decimal(*values[kNonceAt]);
  if (!nonce) {
    return malformed(
        "X-Bittensor-Nonce must be nanoseconds of Unix time, in digits without leading zeros");
  }
  out.nonce = *nonce;
  const auto scheme = read_crypto(values[kCryptoAt]);
  if (!scheme) {
    return malformed("unsupported scheme: X-Bittensor-Crypto must be sr25519 or ed25519");
  }
  out.scheme = *scheme;
  if (!values[kSignatureAt]) return malformed("X-Bittensor-Signature is missing");
  out.signature = *values[kSignatureAt];
  if (!is_hex(out.signature)) {
    return malformed("X-Bittensor-Signature must be 0x and hexadecimal digits");
  }
  out.receiver = values[kReceiverAt];
  if (!is_method(method)) return malformed("the method must be a token such as GET or POST");
  if (target.empty() || has_control_bytes(target)) {
    return malformed("the target is empty or has control bytes");
  }
  return out;
}

}  // namespace yuma::btauth
