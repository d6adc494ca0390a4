// SPDX-License-Identifier: MIT
#pragma once

// Signatures that are checked together: those of all requests that became complete in one turn of
// the event loop. The check runs when the loop has gone through what was ready, so a request that
// came alone does not wait.

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "yuma/net/asio.hpp"
// After Asio.
#include "yuma/wire/request_verifier.hpp"

namespace yuma {

class SignatureBatch {
 public:
  using Verdict = OrRefusal<AuthenticRequest>;

  /// What is given by reference has to outlive this and its checks. `unix_ns` is the clock;
  /// `batches` counts checks of several signatures, `batched` their signatures.
  SignatureBatch(asio::any_io_executor executor, const RequestVerifier& verifier,
                 std::function<std::uint64_t()> unix_ns, std::uint64_t& batches,
                 std::uint64_t& batched)
      : executor_(std::move(executor)),
        verifier_(verifier),
        unix_ns_(std::move(unix_ns)),
        batches_(batches),
        batched_(batched) {}

  asio::awaitable<Verdict> check(ReceivedRequest request);

 private:
  /// Somebody who waits for a verdict.
  struct Waiter {
    virtual ~Waiter() = default;
    virtual void go_on() = 0;
  };
  template <class Handler>
  struct WaiterOf;
  /// Owned by the posted check alone, so that it goes when the event loop does: the waiting
  /// coroutines hang on it.
  struct Open {
    std::vector<ReceivedRequest> requests;
    std::vector<std::optional<Verdict>*> verdicts;
    std::vector<std::unique_ptr<Waiter>> waiters;
  };

  void close(Open& open);

  asio::any_io_executor executor_;
  const RequestVerifier& verifier_;
  std::function<std::uint64_t()> unix_ns_;
  std::weak_ptr<Open> open_;
  std::uint64_t &batches_, &batched_;
};

}  // namespace yuma
