// SPDX-License-Identifier: MIT

// Any request line, header list and body for the verifier. The input is lines: method, target, then
// headers as "Name: value", an empty line, the body; a line "SIGN n" among the headers stands for
// the headers of a good signature over method, target and body at nonce n, so that the fuzzer gets
// past the curve. What is accepted must be the one canonical reading of what was sent.

#include <string>

#include "tests/fuzz/require.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_verifier.hpp"
#include "yuma/wire/signed_response.hpp"

namespace {

using yuma::Header;
using yuma::fuzz::require;

constexpr std::uint64_t kNow = 1'752'076'800'000'000'000;

const yuma::KeyPair& key_of(const char* uri, yuma::Scheme scheme) {
  static const auto kAlice = *yuma::KeyPair::from_uri(yuma::Scheme::kSr25519, "//Alice");
  static const auto kAliceEd = *yuma::KeyPair::from_uri(yuma::Scheme::kEd25519, "//Alice");
  static const auto kBob = *yuma::KeyPair::from_uri(yuma::Scheme::kSr25519, "//Bob");
  if (uri[2] == 'B') return kBob;
  return scheme == yuma::Scheme::kSr25519 ? kAlice : kAliceEd;
}

const yuma::RequestVerifier& verifier() {
  static const auto kVerifier = [] {
    yuma::VerifierOptions options;
    options.started_ns = 0;
    options.hotkey = key_of("//Bob", yuma::Scheme::kSr25519).public_key().bytes;
    options.require_receiver = false;
    options.ed25519_hotkeys = {key_of("//Alice", yuma::Scheme::kEd25519).public_key().bytes};
    return *yuma::RequestVerifier::make_without_window(options);
  }();
  return kVerifier;
}

/// Without its last line end.
std::string take_line(std::string& rest) {
  const std::size_t end = rest.find('\n');
  std::string line = rest.substr(0, end);
  rest.erase(0, end == std::string::npos ? end : end + 1);
  return line;
}

struct Input {
  std::string method, target, body;
  std::vector<Header> headers;
};

/// "SIGN n" with a text after it: ed25519; else sr25519.
void sign(Input& input, std::size_t at, const std::string& line) {
  const std::size_t end = line.find(' ', 5);
  const auto nonce = yuma::read_decimal(std::string_view(line).substr(5, end - 5));
  const bool ed = end != std::string::npos;
  const auto& key = key_of("//Alice", ed ? yuma::Scheme::kEd25519 : yuma::Scheme::kSr25519);
  const std::string from = key.address();
  const std::string to = key_of("//Bob", yuma::Scheme::kSr25519).address();
  const yuma::RequestPayload payload = {.scheme = key.scheme(),
                                        .method = input.method,
                                        .target = input.target,
                                        .body_sha256 = yuma::BodyHash::of(input.body),
                                        .nonce = nonce.value_or(kNow),
                                        .sender = from,
                                        .receiver = to};
  const auto made =
      yuma::request_headers(payload, key.sign(yuma::bytes_of(yuma::build_payload(payload))));
  input.headers.insert(input.headers.begin() + static_cast<std::ptrdiff_t>(at), made.begin(),
                       made.end());
}

Input read_input(std::string rest) {
  Input out;
  out.method = take_line(rest);
  out.target = take_line(rest);
  std::string sign_line;
  std::size_t sign_at = 0;
  while (!rest.empty()) {
    const std::string line = take_line(rest);
    if (line.empty()) break;
    if (line.starts_with("SIGN ") && sign_line.empty()) {
      sign_line = line;
      sign_at = out.headers.size();
      continue;
    }
    const std::size_t colon = line.find(": ");
    out.headers.push_back(
        {line.substr(0, colon), colon == std::string::npos ? "" : line.substr(colon + 2)});
  }
  out.body = rest;
  if (!sign_line.empty()) sign(out, sign_at, sign_line);
  return out;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

void check_accepted(const yuma::AuthenticRequest& request, const Input& input) {
  const auto payload = yuma::read_payload(request.payload);
  require(payload.has_value(), "an accepted payload can be read");
  require(yuma::build_payload(*payload) == request.payload, "and is written back as it was");
  require(payload->method == upper(input.method) && payload->target == input.target, "its line");
  require(payload->body_sha256 == yuma::BodyHash::of(input.body), "its body");
  require(payload->nonce == request.nonce && payload->sender == request.caller.address(),
          "its caller");
  require(request.bound == !payload->receiver.empty(), "its receiver");
  // The canonical headers of what was understood mean the same request.
  std::string_view signature;
  for (const Header& h : input.headers) {
    if (yuma::same_header(h.name, yuma::kSignatureHeader)) signature = h.value;
  }
  const auto again = yuma::request_headers(*payload, yuma::read_signature(signature).value());
  const auto verdict = verifier().verify(payload->method, payload->target, yuma::views_of(again),
                                         yuma::bytes_of(input.body), kNow);
  require(verdict.ok() && verdict->payload == request.payload, "its canonical headers");
}

void check_refused(const yuma::AuthRefusal& refusal) {
  require(refusal.status == 401, "the status of a refusal");
  require(!refusal.detail.empty() && refusal.detail.size() < 300, "the length of a detail");
  for (const char c : refusal.detail) require(c >= ' ' && c <= '~', "a detail is printable");
}

/// The client's side takes header lists and streams from strangers as well.
void check_response_side(const Input& input) {
  const yuma::SignedRequest sent = {.headers = {}, .nonce = kNow, .sender = "x", .payload = "y"};
  const auto& server = key_of("//Bob", yuma::Scheme::kSr25519).public_key();
  require(yuma::check_response(sent, server, 200, {}, yuma::views_of(input.headers)) !=
              yuma::ResponseVerdict::kSigned,
          "nobody signed this answer");
  yuma::SignedEventStream stream;
  std::string handed_on;
  for (std::string_view rest = input.body; !rest.empty();) {
    const std::size_t size = std::min<std::size_t>(rest.size(), 7);
    handed_on += stream.add(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  require(input.body.starts_with(handed_on), "a stream hands on its beginning");
  require(stream.finish(sent, server, 200) != yuma::ResponseVerdict::kSigned,
          "nobody signed this stream");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Input input = read_input(std::string(data, data + size));
  const auto verdict = verifier().verify(input.method, input.target, yuma::views_of(input.headers),
                                         yuma::bytes_of(input.body), kNow);
  if (verdict.ok()) {
    check_accepted(*verdict, input);
  } else {
    check_refused(verdict.refusal());
  }
  check_response_side(input);
  const auto payload = yuma::read_payload(input.body);
  require(!payload || yuma::build_payload(*payload) == input.body, "a payload that is read");
  const auto response = yuma::read_response_payload(input.body);
  require(!response || yuma::build_response_payload(*response) == input.body,
          "a response's payload that is read");
  return 0;
}
