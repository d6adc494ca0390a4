// SPDX-License-Identifier: MIT
#pragma once

// The miner's side of a subnet: what validators ask arrives here, already proven. A builder writes
// a MinerHandler; who may ask, how often, how much at a time and how big is decided before it is
// called, and the answer is signed for those who want that.

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "yuma/net/http.hpp"
// After Asio.
#include "absl/status/status.h"
#include "yuma/identity/keys.hpp"
#include "yuma/net/token_bucket.hpp"
#include "yuma/subnet/log.hpp"

namespace yuma {
class SignedService;
}

namespace yuma::subnet {

class Node;

/// A request whose caller signed it for this miner, now, for the first time.
struct MinerCall {
  PublicKey caller;
  /// The caller's place in the last sealed roster; none where it has none (MinerAdmission).
  std::optional<std::uint16_t> uid;
  /// Its votes; 0 for all but validators.
  std::uint32_t power = 0;
  HttpRequest request;
};

/// What a miner does. One handler answers all requests; calls overlap wherever one waits.
class MinerHandler {
 public:
  virtual ~MinerHandler() = default;

  /// The answer. Runs on the network thread: what computes for more than a few milliseconds belongs
  /// into in_background() (background.hpp). An exception becomes a 500 with a line in the log, and
  /// harms nobody else. The caller may have gone away meanwhile.
  virtual asio::awaitable<HttpResponse> handle(MinerCall call) = 0;
};

/// Whose requests reach the handler. The miner's operator may list further hotkeys in each case.
enum class MinerAdmission : std::uint8_t {
  kValidators,  ///< members with power
  kMembers,     ///< everybody in the roster
  kListed,      ///< the listed ones alone
  kEveryone,    ///< any hotkey with a valid signature
};

struct MinerOptions {
  MinerAdmission admission = MinerAdmission::kValidators;
  std::vector<PublicKey> listed;  ///< admitted in any case
  std::size_t max_body = std::size_t{4} << 20;
  std::size_t max_running = 64;   ///< requests in the handler at a time
  std::size_t max_waiting = 256;  ///< that wait for one of these; more get a 503 with Retry-After
  RateLimit per_caller{20, 40};   ///< requests a second of one hotkey; more get a 429
  /// For one answer; after that the caller gets a 504, and the handler's answer is dropped.
  std::chrono::milliseconds limit{60'000};
};

/// What a miner did since it started.
struct MinerCounts {
  std::uint64_t answered = 0;  ///< requests that the handler answered, whatever it answered
  std::uint64_t failed = 0;    ///< that it threw at, or took too long for
};

class Miner {
 public:
  /// `handler` and `node` have to live longer; `node` tells who is a validator at the moment.
  Miner(Node& node, MinerHandler& handler, MinerOptions options, LogSink log);
  ~Miner();
  Miner(const Miner&) = delete;
  Miner& operator=(const Miner&) = delete;

  /// Takes every request of `service` that has no other route, whatever its method and path. Once;
  /// the service's errors.
  absl::Status serve(SignedService& service);

  /// Whether this hotkey's requests reach the handler at the moment; if not, why.
  absl::Status admits(const PublicKey& hotkey) const;

  MinerCounts counts() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace yuma::subnet
