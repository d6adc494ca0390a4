// SPDX-License-Identifier: MIT
#pragma once

// Remembers which nonces each hotkey has used, for as long as a request with them would be fresh
// (btauth/1, check 6). Bounded in memory; safe to use from several threads, which wait for each
// other only where their hotkeys share one of the window's parts.
//
// A nonce is a time, so it is forgotten by its own value: once it is older than the retention, a
// request with it is stale anyway. Should the clock be set back after that, the nonce is still
// refused: each part of the window remembers the newest nonce that it has forgotten, and takes
// none up to it. A clock that only ran ahead for a while locks nobody out for longer than that.
//
// When a bound is reached new nonces are refused; none is dropped early, so no flood makes room for
// a replay. One hotkey can fill its own share only. Many can fill the whole, each entry for the
// price of a verified signature: where that matters, admit known hotkeys only
// (VerifierOptions::admit). Memory with the default bounds, filled: 10 MB when the nonces are those
// of a few hotkeys, 150 MB when each has a hotkey of its own.

#include <atomic>
#include <chrono>
#include <memory>

#include "absl/status/statusor.h"
#include "yuma/identity/ss58.hpp"

namespace yuma {

struct ReplayOptions {
  /// At least the verifier's max_age + allowed_skew.
  std::chrono::nanoseconds retention = std::chrono::seconds(12);
  std::size_t max_nonces = std::size_t{1} << 20;
  std::size_t max_nonces_per_hotkey = std::size_t{1} << 16;
};

class ReplayWindow {
 public:
  enum class Outcome : std::uint8_t {
    kNew,
    kReplayed,
    kForgotten,   ///< too old to tell
    kHotkeyFull,  ///< this hotkey has used all that it may within the retention
    kFull,        ///< all hotkeys together have
  };

  /// InvalidArgument for a retention or a bound that is not positive.
  static absl::StatusOr<std::shared_ptr<ReplayWindow>> make(const ReplayOptions& options = {});
  ~ReplayWindow();
  ReplayWindow(const ReplayWindow&) = delete;
  ReplayWindow& operator=(const ReplayWindow&) = delete;

  /// Whether the nonce is new, and if so never again. One step: of several callers with the same
  /// nonce one gets kNew. Call it only for requests whose signature is good.
  Outcome check_and_insert(const AccountId& hotkey, std::uint64_t nonce, std::uint64_t now_ns);

  std::chrono::nanoseconds retention() const { return options_.retention; }
  /// Nonces held at present, never more than max_nonces.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  struct Part;

  explicit ReplayWindow(const ReplayOptions& options);
  Part& part_of(const AccountId& hotkey);
  std::uint64_t horizon(std::uint64_t now_ns) const;
  Outcome insert(Part& part, const AccountId& hotkey, std::uint64_t nonce, std::uint64_t now_ns);
  bool reserve();
  void forget(Part& part, std::uint64_t now_ns);
  void forget_everywhere(std::uint64_t now_ns);

  ReplayOptions options_;
  std::uint64_t retention_ns_;
  std::array<std::uint8_t, 16> hash_key_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::uint64_t> forgot_everywhere_at_ = 0;
};

}  // namespace yuma
