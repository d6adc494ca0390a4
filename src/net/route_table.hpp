// SPDX-License-Identifier: MIT
#pragma once

// The routes of a SignedService, and who may be in each at a time.

#include <list>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "yuma/net/signed_service.hpp"

namespace yuma::http {

/// A route at work. Places are taken by proven callers, run first come, first served.
struct Route : std::enable_shared_from_this<Route> {
  explicit Route(SignedRoute given) : route(std::move(given)), rates(route.per_hotkey) {}

  /// A place in the handler; given back when it goes.
  class Place {
   public:
    Place(std::shared_ptr<Route> of, const AccountId& hotkey);
    Place(Place&&) noexcept = default;
    Place& operator=(Place&&) = delete;
    ~Place();
    /// Waits until the place is one of those that run.
    asio::awaitable<void> wait(asio::any_io_executor executor);

   private:
    std::shared_ptr<Route> route_;
    AccountId hotkey_;
    bool runs_ = false;
  };

  /// Whether one more may come in, as far as the route is concerned, and the hotkey.
  bool has_room() const {
    return running < route.max_running || waiting.size() < route.max_waiting;
  }
  bool has_room_for(const AccountId& hotkey) const;

  SignedRoute route;
  HotkeyRates rates;
  std::size_t running = 0;
  std::list<asio::steady_timer*> waiting;
  absl::flat_hash_map<AccountId, std::size_t> per_hotkey;
};

/// Routes by method and path.
class RouteTable {
 public:
  absl::Status add(SignedRoute route);

  /// The route of a request; null where there is none, and then `other_method` says whether the
  /// path has one for another method.
  const std::shared_ptr<Route>* find(std::string_view method, std::string_view target,
                                     bool& other_method) const;

 private:
  using Methods = std::vector<std::shared_ptr<Route>>;
  static const std::shared_ptr<Route>* of_method(const Methods& methods, std::string_view method);

  std::map<std::string, Methods, std::less<>> exact_;
  std::map<std::string, Methods, std::less<>> prefixes_;
};

}  // namespace yuma::http
