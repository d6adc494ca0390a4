// SPDX-License-Identifier: MIT

#include "net/route_table.hpp"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace yuma::http {

Route::Place::Place(std::shared_ptr<Route> of, const AccountId& hotkey)
    : route_(std::move(of)), hotkey_(hotkey) {
  if (route_->route.max_per_hotkey > 0) ++route_->per_hotkey[hotkey_];
}

Route::Place::~Place() {
  if (!route_) return;  // moved from
  if (route_->route.max_per_hotkey > 0) {
    const auto it = route_->per_hotkey.find(hotkey_);
    if (--it->second == 0) route_->per_hotkey.erase(it);
  }
  if (!runs_) return;
  --route_->running;
  if (!route_->waiting.empty()) route_->waiting.front()->cancel();
}

asio::awaitable<void> Route::Place::wait(asio::any_io_executor executor) {
  if (route_->running >= route_->route.max_running || !route_->waiting.empty()) {
    // In the list for as long as it waits, however the waiting ends.
    struct Waiting {
      Waiting(Route& of, asio::any_io_executor on)
          : route(of), turn(std::move(on), asio::steady_timer::time_point::max()) {
        place = route.waiting.insert(route.waiting.end(), &turn);
      }
      ~Waiting() { route.waiting.erase(place); }
      Waiting(const Waiting&) = delete;
      Waiting& operator=(const Waiting&) = delete;

      Route& route;
      asio::steady_timer turn;
      std::list<asio::steady_timer*>::iterator place;
    } waiting(*route_, std::move(executor));
    boost::system::error_code ignored;
    co_await waiting.turn.async_wait(error_in(ignored));
  }
  runs_ = true;
  ++route_->running;
}

bool Route::has_room_for(const AccountId& hotkey) const {
  if (route.max_per_hotkey == 0) return true;
  const auto it = per_hotkey.find(hotkey);
  return it == per_hotkey.end() || it->second < route.max_per_hotkey;
}

absl::Status RouteTable::add(SignedRoute route) {
  if (!route.handler) {
    return absl::InvalidArgumentError(
        absl::StrCat("SignedService::add: the route ", route.path, " has no handler"));
  }
  if (!route.path.starts_with('/')) {
    return absl::InvalidArgumentError(absl::StrCat("SignedService::add: the path \"", route.path,
                                                   "\" does not begin with \"/\""));
  }
  Methods& methods = (route.prefix ? prefixes_ : exact_)[route.path];
  for (const auto& other : methods) {
    if (other->route.method == route.method) {
      return absl::InvalidArgumentError(
          absl::StrCat("SignedService::add: ", route.method, " ", route.path, " is given twice"));
    }
  }
  methods.push_back(std::make_shared<Route>(std::move(route)));
  return absl::OkStatus();
}

const std::shared_ptr<Route>* RouteTable::of_method(const Methods& methods,
                                                    std::string_view method) {
  const auto named = [&](std::string_view name) -> const std::shared_ptr<Route>* {
    for (const auto& route : methods) {
      if (route->route.method == name) return &route;
    }
    return nullptr;
  };
  if (const auto* route = named(method)) return route;
  if (method == "HEAD") {
    if (const auto* route = named("GET")) return route;
  }
  return named("");
}

const std::shared_ptr<Route>* RouteTable::find(std::string_view method, std::string_view target,
                                               bool& other_method) const {
  other_method = false;
  const std::string_view path = target.substr(0, target.find('?'));
  if (const auto it = exact_.find(path); it != exact_.end()) {
    if (const auto* route = of_method(it->second, method)) return route;
    other_method = true;
  }
  const std::shared_ptr<Route>* longest = nullptr;
  for (const auto& [prefix, methods] : prefixes_) {  // ascending: a longer one comes later
    if (!path.starts_with(prefix)) continue;
    const auto* route = of_method(methods, method);
    if (route != nullptr) {
      longest = route;
    } else {
      other_method = true;
    }
  }
  return longest;
}

}  // namespace yuma::http
