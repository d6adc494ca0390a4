// SPDX-License-Identifier: MIT
#pragma once

// Calls services that take signed requests (btauth/1), and checks their signed answers.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "yuma/net/http_client.hpp"
// After Asio.
#include "absl/status/statusor.h"
#include "yuma/wire/signed_response.hpp"

namespace yuma {

/// A server that is to be asked.
struct SignedTarget {
  PublicKey key;                    ///< its hotkey; a signed answer must be of this key
  std::vector<Endpoint> endpoints;  ///< tried in this order until a connection is made
};

struct SignedCallOptions : HttpCallOptions {
  bool wants_signature = false;  ///< ask for a signed answer (signed_response.hpp)
  std::string content_type = "application/octet-stream";  ///< of a body that is not empty
  std::vector<Header> headers = {};                       ///< further ones; they are not signed
};

struct SignedAnswer {
  int status = 0;
  std::vector<Header> headers;
  std::string body;
  /// Where a stream was asked for. If a signature was too, the stream checks it: its end comes only
  /// where it is good, otherwise an Unauthenticated error, and then nothing of it counts. Of
  /// server-sent events the last one, which carries the signature, is kept back.
  std::unique_ptr<HttpStream> stream;
  /// Of a body that was read. kUnsigned where no signature was asked for. Who asked takes anything
  /// but kSigned for no answer; a refusal that came before the signature check is never signed.
  ResponseVerdict verdict = ResponseVerdict::kUnsigned;
  Endpoint endpoint;  ///< which of the target's answered
  HttpTiming timing;

  bool is_signed() const { return verdict == ResponseVerdict::kSigned; }
};

class SignedClient {
 public:
  /// `client` and `signer` are not owned and have to outlive this and its calls. `sign_on`: where
  /// the signer is asked, for a remote one blocks; empty: at once, on the network thread.
  SignedClient(HttpClient& client, Signer& signer,
               std::optional<asio::any_io_executor> sign_on = std::nullopt);

  /// Signs and sends a request, for each endpoint anew, until one takes the connection: after a
  /// byte went out no other is tried. The deadline holds for all attempts together; where it is the
  /// only thing that ends an attempt, none follows. Errors: those of HttpClient::call(), the
  /// signer's, and InvalidArgument where there is no endpoint.
  asio::awaitable<absl::StatusOr<SignedAnswer>> call(SignedTarget target, std::string method,
                                                     std::string path, std::string body,
                                                     SignedCallOptions options = {});

 private:
  HttpClient& client_;
  Signer& signer_;
  std::optional<asio::any_io_executor> sign_on_;
};

}  // namespace yuma
