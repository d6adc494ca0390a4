// SPDX-License-Identifier: MIT

#include "yuma/net/signer_protocol.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <type_traits>

#include "yuma/wire/scale.hpp"

namespace yuma {

namespace {

enum class AnswerKind : std::uint8_t {
  kPublicKey = 0x81,
  kSignature = 0x82,
  kStatus = 0x83,
  kRefusal = 0x91,
  kBusy = 0x92,
  kFailure = 0x93,
};

/// Puts length and version before a frame that has neither.
Bytes framed(std::uint8_t kind, ByteView body) {
  ScaleWriter out;
  out.number(static_cast<std::uint32_t>(kMinSignerFrame + body.size()));
  out.number(kSignerProtocolVersion);
  out.number(kind);
  out.raw(body);
  return out.take();
}

Bytes framed(AnswerKind kind, ByteView body) {
  return framed(static_cast<std::uint8_t>(kind), body);
}

bool printable(char c) { return c >= ' ' && c <= '~'; }

Bytes framed_reason(AnswerKind kind, std::string reason) {
  reason.resize(std::min(reason.size(), kMaxSignerReason));
  std::replace_if(
      reason.begin(), reason.end(), [](char c) { return !printable(c); }, '?');
  return framed(kind, bytes_of(reason));
}

void write_key(ScaleWriter& out, const PublicKey& key) {
  out.number(static_cast<std::uint8_t>(key.scheme));
  out.raw(key.bytes);
}

PublicKey read_key(ScaleReader& in) {
  const auto scheme = in.number<std::uint8_t>();
  if (scheme > static_cast<std::uint8_t>(Scheme::kSr25519)) in.fail("an unknown scheme");
  return {static_cast<Scheme>(scheme), in.array<32>()};
}

void write_status(ScaleWriter& out, const SignerStatus& status) {
  write_key(out, status.key);
  for (const std::uint64_t n :
       {status.slots, status.above, status.signed_count, status.resent_count, status.refused_count,
        status.failed_count, status.connections}) {
    out.number(n);
  }
}

SignerStatus read_status(ScaleReader& in) {
  SignerStatus status;
  status.key = read_key(in);
  for (std::uint64_t* n : {&status.slots, &status.above, &status.signed_count, &status.resent_count,
                           &status.refused_count, &status.failed_count, &status.connections}) {
    *n = in.number<std::uint64_t>();
  }
  return status;
}

/// What follows the kind of an answer that gives a reason.
std::variant<SignerAnswer, SignerFault> read_reason(AnswerKind kind, ScaleReader& in) {
  if (in.left() > kMaxSignerReason) return SignerFault::kBody;
  std::string reason(text_of(in.raw(in.left())));
  if (!std::all_of(reason.begin(), reason.end(), printable)) return SignerFault::kBody;
  if (kind == AnswerKind::kRefusal) return SignerAnswer(SignerRefusal{std::move(reason)});
  if (kind == AnswerKind::kBusy) return SignerAnswer(SignerBusy{std::move(reason)});
  if (kind == AnswerKind::kFailure) return SignerAnswer(SignerFailure{std::move(reason)});
  return SignerFault::kKind;
}

std::variant<SignerAnswer, SignerFault> read_answer(AnswerKind kind, ScaleReader& in) {
  if (kind == AnswerKind::kPublicKey) return SignerAnswer(read_key(in));
  if (kind == AnswerKind::kSignature) {
    return SignerAnswer(in.array<std::tuple_size_v<Signature>>());
  }
  if (kind == AnswerKind::kStatus) return SignerAnswer(read_status(in));
  return read_reason(kind, in);
}

/// Version and kind of a frame, and where its body begins.
std::variant<std::uint8_t, SignerFault> read_kind(ByteView frame) {
  if (frame.size() < kMinSignerFrame) return SignerFault::kLength;
  if (frame[0] != kSignerProtocolVersion) return SignerFault::kVersion;
  return frame[1];
}

}  // namespace

std::string_view signer_fault_name(SignerFault fault) {
  switch (fault) {
    case SignerFault::kLength:
      return "a frame of a length that no frame has";
    case SignerFault::kVersion:
      return "a frame of another version";
    case SignerFault::kKind:
      return "a frame of an unknown kind";
    case SignerFault::kBody:
      return "a frame whose body does not fit its kind";
  }
  std::abort();
}

Bytes encode_signer_request(const SignerRequest& request) {
  if (request.message.size() > kMaxSignerFrame - kMinSignerFrame) {
    std::fputs("yuma: encode_signer_request: message too long\n", stderr);
    std::abort();
  }
  return framed(static_cast<std::uint8_t>(request.kind), request.message);
}

Bytes encode_signer_answer(const SignerAnswer& answer) {
  return std::visit(
      [](const auto& value) {
        using Answer = std::decay_t<decltype(value)>;
        ScaleWriter body;
        if constexpr (std::is_same_v<Answer, PublicKey>) {
          write_key(body, value);
          return framed(AnswerKind::kPublicKey, body.bytes());
        } else if constexpr (std::is_same_v<Answer, Signature>) {
          return framed(AnswerKind::kSignature, value);
        } else if constexpr (std::is_same_v<Answer, SignerStatus>) {
          write_status(body, value);
          return framed(AnswerKind::kStatus, body.bytes());
        } else if constexpr (std::is_same_v<Answer, SignerRefusal>) {
          return framed_reason(AnswerKind::kRefusal, value.reason);
        } else if constexpr (std::is_same_v<Answer, SignerBusy>) {
          return framed_reason(AnswerKind::kBusy, value.reason);
        } else {
          return framed_reason(AnswerKind::kFailure, value.reason);
        }
      },
      answer);
}

std::variant<std::size_t, SignerFault> signer_frame_size(
    const std::array<std::uint8_t, kSignerLengthBytes>& length, std::size_t max) {
  const std::size_t size = ScaleReader(length).number<std::uint32_t>();
  if (size < kMinSignerFrame || size > max) return SignerFault::kLength;
  return std::variant<std::size_t, SignerFault>(size);
}

std::variant<SignerRequest, SignerFault> parse_signer_request(ByteView frame) {
  const auto head = read_kind(frame);
  if (const auto* fault = std::get_if<SignerFault>(&head)) return *fault;
  const auto kind = static_cast<SignerRequestKind>(std::get<std::uint8_t>(head));
  const ByteView body = frame.subspan(kMinSignerFrame);
  switch (kind) {
    case SignerRequestKind::kSign:
      return SignerRequest{kind, body};
    case SignerRequestKind::kPublicKey:
    case SignerRequestKind::kStatus:
      if (!body.empty()) return SignerFault::kBody;
      return SignerRequest{kind, {}};
  }
  return SignerFault::kKind;
}

std::variant<SignerAnswer, SignerFault> parse_signer_answer(ByteView frame) {
  const auto head = read_kind(frame);
  if (const auto* fault = std::get_if<SignerFault>(&head)) return *fault;
  ScaleReader in(frame.subspan(kMinSignerFrame));
  auto answer = read_answer(static_cast<AnswerKind>(std::get<std::uint8_t>(head)), in);
  if (std::holds_alternative<SignerAnswer>(answer) && !in.finish().ok()) return SignerFault::kBody;
  return answer;
}

}  // namespace yuma
