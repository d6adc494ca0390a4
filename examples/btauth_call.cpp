// SPDX-License-Identifier: MIT

// Signs a request and calls a btauth service with it (btauth_service.cpp, or any miner that speaks
// btauth/1):
//
//   btauth_call HOST PORT HOTKEY_OF_THE_SERVICE [BODY [unix:SOCKET_OF_A_SIGNER]]
//
// Then sends the same bytes again, as somebody on the way might: a replay, which is refused.

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>
#include <stdexcept>

#include "yuma/net/signer_client.hpp"
#include "yuma/wire/signed_response.hpp"

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using Response = http::response<http::string_body>;

namespace {

Response send(const char* host, const char* port, const http::request<http::string_body>& request) {
  boost::asio::io_context io;
  tcp::socket socket(io);
  boost::asio::connect(socket, tcp::resolver(io).resolve(host, port));
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  Response response;
  http::read(socket, buffer, response);
  return response;
}

/// Whether the service signed this answer to this request.
bool is_signed(const yuma::SignedRequest& request, const yuma::PublicKey& service,
               const Response& response) {
  std::vector<yuma::HeaderView> headers;
  for (const auto& field : response) {
    headers.push_back({{field.name_string().data(), field.name_string().size()},
                       {field.value().data(), field.value().size()}});
  }
  return yuma::check_response(request, service, response.result_int(),
                              yuma::BodyHash::of(response.body()),
                              headers) == yuma::ResponseVerdict::kSigned;
}

/// A key of development, which everybody has. Yours comes from a wallet or lives in a signer.
absl::StatusOr<yuma::KeyPair> alice() {
  return yuma::KeyPair::from_uri(yuma::Scheme::kSr25519, "//Alice");
}

int call(const char* host, const char* port, const yuma::AccountId& service, std::string body,
         const char* where) {
  const auto signer = yuma::make_signer(where, alice);
  if (!signer.ok()) throw std::runtime_error(signer.status().ToString());
  const auto made = yuma::RequestSigner(**signer).sign({.target = "/echo",
                                                        .body_sha256 = yuma::BodyHash::of(body),
                                                        .receiver = service,
                                                        .wants_signature = true});
  if (!made.ok()) throw std::runtime_error(made.status().ToString());

  http::request<http::string_body> request(http::verb::post, "/echo", 11);
  request.set(http::field::host, host);
  for (const auto& [name, value] : made->headers) request.insert(name, value);
  request.body() = std::move(body);
  request.prepare_payload();

  for (const char* attempt : {"first", "again"}) {
    const Response response = send(host, port, request);
    const bool trusted = is_signed(*made, {.bytes = service}, response);
    std::printf("%s: %u %s (%s)\n", attempt, response.result_int(), response.body().c_str(),
                trusted ? "signed by the service" : "not signed");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) {
    std::fprintf(stderr, "usage: btauth_call HOST PORT HOTKEY_OF_THE_SERVICE [BODY [SIGNER]]\n");
    return 2;
  }
  const auto service = yuma::ss58_decode_account(argv[3]);
  if (!service.ok()) {
    std::fprintf(stderr, "%s\n", service.status().ToString().c_str());
    return 2;
  }
  return call(argv[1], argv[2], *service, argc > 4 ? argv[4] : "hello", argc > 5 ? argv[5] : "");
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
