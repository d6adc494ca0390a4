// SPDX-License-Identifier: MIT
#pragma once

// Who is a member, for look-ups by the network thread and by servers in any thread.

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "yuma/replica/state.hpp"
#include "yuma/wire/request_verifier.hpp"

namespace yuma::subnet {

/// A pointer to something immutable that is replaced now and then; for any thread.
template <class T>
class Shared {
 public:
  std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  void set(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

class Roster {
 public:
  struct Member {
    Scheme scheme = Scheme::kSr25519;
    std::uint16_t uid = 0;
    bool validator = false;
  };

  explicit Roster(const State& state) {
    for (std::size_t uid = 0; uid < state.neurons.size(); ++uid) {
      const auto& neuron = state.neurons[uid];
      if (!neuron) continue;
      members_[neuron->hotkey.bytes] = {neuron->hotkey.scheme, static_cast<std::uint16_t>(uid),
                                        neuron->power > 0};
    }
  }
  const Member* find(const AccountId& hotkey) const {
    const auto found = members_.find(hotkey);
    return found == members_.end() ? nullptr : &found->second;
  }

 private:
  /// Hotkeys are random enough as they are.
  struct Hash {
    std::size_t operator()(const AccountId& hotkey) const {
      std::size_t out = 0;
      for (std::size_t i = 0; i < sizeof(out); ++i) out = out << 8 | hotkey[i];
      return out;
    }
  };
  std::unordered_map<AccountId, Member, Hash> members_;
};

}  // namespace yuma::subnet
