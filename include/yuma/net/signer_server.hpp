// SPDX-License-Identifier: MIT
#pragma once

// The socket of the isolated signer: takes connections of the right users, reads frames within
// deadlines and limits, and answers each by a SigningService. One thread does everything, so no two
// requests are decided at once.

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/net/signing_service.hpp"
#include "yuma/net/token_bucket.hpp"

namespace yuma {

struct SignerServerOptions {
  std::string path;  ///< of the socket
  /// Who may ask: the user of this process alone where the list is empty.
  std::vector<uid_t> allowed_uids;
  /// Mode 0600 without a group, 0660 with one.
  std::optional<gid_t> group;

  std::size_t max_connections = 32;
  std::chrono::milliseconds idle_limit{60'000};   ///< between two frames
  std::chrono::milliseconds frame_limit{5'000};   ///< for the rest of a frame once it has begun
  std::chrono::milliseconds answer_limit{5'000};  ///< for the caller to take an answer
  RateLimit per_connection{500, 1'000};           ///< requests
  RateLimit overall{1'000, 2'000};

  /// Gets a line for each start, stop and refusal, without line end: reasons, kinds and epochs,
  /// never bytes of messages. Refusals are thinned out where there are many.
  std::function<void(const std::string&)> log = [](const std::string&) {};
};

class SignerServer {
 public:
  /// Listens. FailedPrecondition where the path is taken or cannot be made. `service` has to live
  /// longer than the server.
  static absl::StatusOr<std::unique_ptr<SignerServer>> listen(SignerServerOptions options,
                                                              SigningService& service);
  ~SignerServer();
  SignerServer(const SignerServer&) = delete;
  SignerServer& operator=(const SignerServer&) = delete;

  /// Serves until stop(), or until SIGTERM or SIGINT where `until_signal` is set. Then it removes
  /// the socket's file, lets answers that are being written go out, and returns.
  void run(bool until_signal = false);

  /// May be called from any thread.
  void stop();

 private:
  struct Impl;
  explicit SignerServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace yuma
