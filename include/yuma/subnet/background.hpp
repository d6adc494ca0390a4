// SPDX-License-Identifier: MIT
#pragma once

// For what takes long: a coroutine of a handler or scorer runs on the network thread, which
// everybody else waits for meanwhile. More than a few milliseconds of computing belongs into
//
//   const Tour tour = co_await in_background(context.workers, [&] { return solve(cities); });
//
// which computes on a thread of the pool and comes back to the network thread with the result.

// clang-format off
#include "yuma/net/asio.hpp"
// clang-format on
#include <boost/asio/thread_pool.hpp>
#include <type_traits>
#include <utility>

namespace yuma::subnet {

namespace internal {
template <class Function>
asio::awaitable<std::invoke_result_t<Function&>> call_there(Function function) {
  co_return function();
}
}  // namespace internal

/// Calls `function` on a thread of `pool` and gives what it returns, or throws what it throws.
/// What the function refers to has to live until then, which locals of the caller do: an awaited
/// call is never left behind.
template <class Function>
asio::awaitable<std::invoke_result_t<Function&>> in_background(asio::thread_pool& pool,
                                                               Function function) {
  auto there = internal::call_there(std::move(function));
  co_return co_await asio::co_spawn(pool.get_executor(), std::move(there), asio::use_awaitable);
}

}  // namespace yuma::subnet
