// SPDX-License-Identifier: MIT

#include "yuma/wire/signed_response.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "btauth_text.hpp"

namespace yuma {

namespace {

constexpr std::string_view kFirstLine = "yuma-response/1";
constexpr std::string_view kEventStart = "event: yuma-signature\ndata: ";
constexpr std::string_view kEventEnd = "\n\n";
constexpr std::size_t kMostEventBytes = 256;

bool has_three_digits(unsigned status) { return status >= 100 && status <= 999; }

absl::StatusOr<Signature> signature_for(Signer& signer, const AuthenticRequest& request,
                                        unsigned status, const Bytes32& body_sha256) {
  if (!has_three_digits(status)) {
    return absl::InvalidArgumentError(
        absl::StrCat("sign_response: the status ", status, " does not have three digits"));
  }
  const std::string server = signer.public_key().address();
  const std::string client = request.caller.address();
  return signer.sign(
      bytes_of(build_response_payload({.scheme = signer.public_key().scheme,
                                       .status = status,
                                       .body_sha256 = body_sha256,
                                       .request_sha256 = BodyHash::of(request.payload),
                                       .nonce = request.nonce,
                                       .server = server,
                                       .client = client})));
}

ResponseVerdict check_signature(const SignedRequest& request, const PublicKey& server,
                                unsigned status, const Bytes32& body_sha256,
                                std::string_view scheme, std::string_view signature) {
  const auto declared = scheme_of_name(scheme);
  const auto bytes = read_signature(signature);
  if (!declared || !bytes) return ResponseVerdict::kMalformed;
  if (*declared != server.scheme || !has_three_digits(status)) {
    return ResponseVerdict::kBadSignature;
  }
  const std::string address = server.address();
  const std::string payload =
      build_response_payload({.scheme = server.scheme,
                              .status = status,
                              .body_sha256 = body_sha256,
                              .request_sha256 = BodyHash::of(request.payload),
                              .nonce = request.nonce,
                              .server = address,
                              .client = request.sender});
  return verify(server, bytes_of(payload), *bytes) ? ResponseVerdict::kSigned
                                                   : ResponseVerdict::kBadSignature;
}

}  // namespace

std::string build_response_payload(const ResponsePayload& payload) {
  std::string out(kFirstLine);
  const auto line = [&](std::string_view text) { out.append("\n").append(text); };
  line(scheme_name(payload.scheme));
  line(std::to_string(payload.status));
  line("");
  btauth::append_hex(out, payload.body_sha256);
  line("");
  btauth::append_hex(out, payload.request_sha256);
  line(std::to_string(payload.nonce));
  line(payload.server);
  line(payload.client);
  return out;
}

std::optional<ResponsePayload> read_response_payload(std::string_view text) {
  btauth::Lines lines(text);
  if (lines.next() != kFirstLine) return std::nullopt;
  const auto scheme = scheme_of_name(lines.next().value_or(""));
  const auto status = read_decimal(lines.next().value_or(""));
  const auto body = btauth::read_digest(lines.next().value_or(""));
  const auto request = btauth::read_digest(lines.next().value_or(""));
  const auto nonce = read_decimal(lines.next().value_or(""));
  const std::string_view server = lines.next().value_or("");
  const std::string_view client = lines.next().value_or("");
  if (!scheme || !status || !body || !request || !nonce || lines.next()) return std::nullopt;
  if (*status > 999 || !has_three_digits(static_cast<unsigned>(*status))) return std::nullopt;
  if (!ss58_decode_account(server).ok() || !ss58_decode_account(client).ok()) return std::nullopt;
  return ResponsePayload{.scheme = *scheme,
                         .status = static_cast<unsigned>(*status),
                         .body_sha256 = *body,
                         .request_sha256 = *request,
                         .nonce = *nonce,
                         .server = server,
                         .client = client};
}

absl::StatusOr<std::vector<Header>> sign_response(Signer& signer, const AuthenticRequest& request,
                                                  unsigned status, const Bytes32& body_sha256) {
  const auto signature = signature_for(signer, request, status, body_sha256);
  if (!signature.ok()) return signature.status();
  return std::vector<Header>{
      {std::string(kResponseSignatureHeader), signature_text(*signature)},
      {std::string(kResponseCryptoHeader), std::string(scheme_name(signer.public_key().scheme))}};
}

absl::StatusOr<std::string> signature_event(Signer& signer, const AuthenticRequest& request,
                                            unsigned status, const Bytes32& body_sha256) {
  const auto signature = signature_for(signer, request, status, body_sha256);
  if (!signature.ok()) return signature.status();
  std::string out(kEventStart);
  out.append(scheme_name(signer.public_key().scheme)).append(" ");
  out.append(signature_text(*signature)).append(kEventEnd);
  return out;
}

ResponseVerdict check_response(const SignedRequest& request, const PublicKey& server,
                               unsigned status, const Bytes32& body_sha256, HeaderList headers) {
  std::optional<std::string_view> signature, scheme;
  for (const auto& [name, value] : headers) {
    for (const auto& [wanted, slot] :
         {std::pair{kResponseSignatureHeader, &signature}, {kResponseCryptoHeader, &scheme}}) {
      if (!same_header(name, wanted)) continue;
      if (slot->has_value()) return ResponseVerdict::kMalformed;
      *slot = value;
    }
  }
  if (!signature) return ResponseVerdict::kUnsigned;
  if (!scheme) return ResponseVerdict::kMalformed;
  return check_signature(request, server, status, body_sha256, *scheme, *signature);
}

std::string SignedEventStream::add(std::string_view piece) {
  std::string out;
  while (!piece.empty()) {
    if (held_.size() >= kEventStart.size()) {  // the last event has begun
      held_.append(piece.substr(0, kMostEventBytes - std::min(held_.size(), kMostEventBytes)));
      break;
    }
    if (line_begins_ || !held_.empty()) {
      if (piece.front() == kEventStart[held_.size()]) {
        held_.push_back(piece.front());
        line_begins_ = false;
        piece.remove_prefix(1);
        continue;
      }
      if (!held_.empty()) {  // it was an event of the application
        line_begins_ = held_.back() == '\n';
        out.append(held_);
        held_.clear();
        continue;
      }
    }
    const std::size_t line = std::min(piece.find('\n'), piece.size() - 1) + 1;
    out.append(piece.substr(0, line));
    line_begins_ = out.back() == '\n';
    piece.remove_prefix(line);
  }
  hash_.add(out);
  return out;
}

ResponseVerdict SignedEventStream::finish(const SignedRequest& request, const PublicKey& server,
                                          unsigned status) {
  std::string_view event = held_;
  if (event.size() < kEventStart.size()) return ResponseVerdict::kUnsigned;
  event.remove_prefix(kEventStart.size());
  if (!event.ends_with(kEventEnd)) return ResponseVerdict::kMalformed;
  event.remove_suffix(kEventEnd.size());
  const std::size_t blank = event.find(' ');
  if (blank == std::string_view::npos) return ResponseVerdict::kMalformed;
  return check_signature(request, server, status, hash_.digest(), event.substr(0, blank),
                         event.substr(blank + 1));
}

}  // namespace yuma
