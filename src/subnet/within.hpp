// SPDX-License-Identifier: MIT
#pragma once

// Waits for a coroutine, but not for ever. Asio of this version cannot cancel one: what takes
// longer is left behind, goes on by itself, and its result is dropped.

#include <chrono>
#include <exception>
#include <memory>
#include <optional>

#include "yuma/net/asio.hpp"

namespace yuma::subnet {

namespace internal {
template <class Result>
struct Awaited {
  explicit Awaited(const asio::any_io_executor& executor) : timer(executor) {}
  asio::steady_timer timer;
  std::optional<Result> result;
  std::exception_ptr error;
  bool done = false;
};
}  // namespace internal

/// What `work` gives or throws, if it does so within `limit`; nothing otherwise. The work must own
/// what it uses. A Result can be made without arguments, which Asio asks for.
template <class Result>
asio::awaitable<std::optional<Result>> within(std::chrono::milliseconds limit,
                                              asio::awaitable<Result> work) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto state = std::make_shared<internal::Awaited<Result>>(executor);
  state->timer.expires_after(limit);
  asio::co_spawn(executor, std::move(work), [state](std::exception_ptr error, Result result) {
    state->error = std::move(error);
    if (!state->error) state->result.emplace(std::move(result));
    state->done = true;
    // Ends the wait below also where that has not begun yet.
    state->timer.expires_at(std::chrono::steady_clock::time_point::min());
  });
  boost::system::error_code ignored;
  co_await state->timer.async_wait(error_in(ignored));
  if (state->error) std::rethrow_exception(state->error);
  co_return std::move(state->result);
}

}  // namespace yuma::subnet
