// SPDX-License-Identifier: MIT
#pragma once

// Runs a function on another executor and comes back with its result: for what blocks, a remote
// signer above all.

#include <optional>
#include <type_traits>
#include <utility>

#include "yuma/net/asio.hpp"

namespace yuma {

template <class Function>
asio::awaitable<std::invoke_result_t<Function>> call_here(Function function) {
  co_return function();
}

/// function() on `executor`, or at once where there is none.
template <class Function>
asio::awaitable<std::invoke_result_t<Function>> call_on(
    std::optional<asio::any_io_executor> executor, Function function) {
  if (!executor) co_return function();
  auto there = call_here(std::move(function));
  auto result = co_await asio::co_spawn(*executor, std::move(there), asio::use_awaitable);
  co_return result;
}

}  // namespace yuma
