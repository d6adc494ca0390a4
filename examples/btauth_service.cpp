// SPDX-License-Identifier: MIT

// A service that takes signed requests only (btauth/1) and signs its answers for those who ask:
//
//   btauth_service [PORT]
//
// One request at a time and no deadlines, so that it stays short: it shows where the checks go,
// not how a server is built.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "yuma/wire/signed_response.hpp"

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Response = http::response<http::string_body>;

namespace {

constexpr std::uint32_t kHeaderLimit = 32
                                       << 10;  // schemes to come have signatures of 10,000 digits
constexpr std::uint64_t kBodyLimit = 1 << 20;

void answer(Response& response, int status, std::string body) {
  response.result(static_cast<unsigned>(status));
  response.set(http::field::content_type, "application/json");
  response.body() = std::move(body);
}

/// What the service does, for a caller that is known by now.
std::string serve(const yuma::AuthenticRequest& request, const std::string& body) {
  return R"({"from":")" + request.caller.address() + R"(","bytes":)" + std::to_string(body.size()) +
         "}";
}

/// Reads one request: its headers are judged before its body is read.
Response handle(tcp::socket& socket, const yuma::RequestVerifier& verifier, yuma::Signer& signer) {
  boost::beast::flat_buffer buffer;
  http::request_parser<http::string_body> parser;
  parser.header_limit(kHeaderLimit);
  parser.body_limit(kBodyLimit);
  http::read_header(socket, buffer, parser);
  const auto& request = parser.get();
  std::vector<yuma::HeaderView> headers;
  for (const auto& field : request) {
    headers.push_back({{field.name_string().data(), field.name_string().size()},
                       {field.value().data(), field.value().size()}});
  }
  const auto text = [](boost::beast::string_view v) {
    return std::string_view(v.data(), v.size());
  };
  Response response;
  auto pending = verifier.begin(text(request.method_string()), text(request.target()), headers,
                                yuma::unix_time_ns());
  if (!pending.ok()) {
    answer(response, pending.refusal().status, yuma::refusal_body(pending.refusal().detail));
    return response;
  }
  http::read(socket, buffer, parser);
  const std::string& body = request.body();
  const auto verdict =
      verifier.finish(*std::move(pending), yuma::BodyHash::of(body), yuma::unix_time_ns());
  if (!verdict.ok()) {
    answer(response, verdict.refusal().status, yuma::refusal_body(verdict.refusal().detail));
    return response;
  }
  answer(response, 200, serve(*verdict, body));
  if (verdict->wants_signature) {
    const auto signed_headers = yuma::sign_response(signer, *verdict, response.result_int(),
                                                    yuma::BodyHash::of(response.body()));
    for (const auto& [name, value] : signed_headers.value()) response.insert(name, value);
  }
  return response;
}

void serve_forever(tcp::acceptor& acceptor, const yuma::RequestVerifier& verifier,
                   yuma::Signer& signer) {
  for (;;) {
    tcp::socket socket = acceptor.accept();
    try {
      Response response = handle(socket, verifier, signer);
      response.keep_alive(false);
      response.prepare_payload();
      http::write(socket, response);
    } catch (const std::exception& error) {  // of this connection only
      std::fprintf(stderr, "%s\n", error.what());
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  // A key of development, which everybody has. Yours comes from a wallet or a signer.
  yuma::LocalSigner signer(*yuma::KeyPair::from_uri(yuma::Scheme::kSr25519, "//Bob"));
  yuma::VerifierOptions options;
  options.hotkey = signer.public_key().bytes;
  // What a service took before a restart is refused after it, unless it says that it is new.
  options.started_ns = 0;
  const auto verifier = yuma::RequestVerifier::make(options, *yuma::ReplayWindow::make());
  if (!verifier.ok()) {
    std::fprintf(stderr, "%s\n", verifier.status().ToString().c_str());
    return 1;
  }
  boost::asio::io_context io;
  const auto port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0);
  tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), port});
  std::printf("%s listens on 127.0.0.1 %u\n", signer.public_key().address().c_str(),
              acceptor.local_endpoint().port());
  std::fflush(stdout);
  serve_forever(acceptor, *verifier, signer);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
