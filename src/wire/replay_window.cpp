// SPDX-License-Identifier: MIT

#include "yuma/wire/replay_window.hpp"

#include <sodium.h>

#include <algorithm>
#include <iterator>
#include <mutex>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"

namespace yuma {

namespace {

constexpr std::size_t kParts = 64;
/// Idle hotkeys are looked for this many times within the retention.
constexpr std::uint64_t kRoundsPerRetention = 4;

using HashKey = std::array<std::uint8_t, crypto_shorthash_KEYBYTES>;

/// Under a random key: whoever chooses hotkeys cannot make them collide.
std::uint64_t keyed_hash(const HashKey& key, const AccountId& hotkey) {
  std::array<std::uint8_t, crypto_shorthash_BYTES> out;
  crypto_shorthash(out.data(), hotkey.data(), hotkey.size(), key.data());
  std::uint64_t hash = 0;
  for (const std::uint8_t byte : out) hash = hash << 8 | byte;
  return hash;
}

struct HotkeyHash {
  HashKey key;
  std::size_t operator()(const AccountId& hotkey) const { return keyed_hash(key, hotkey); }
};

using Nonces = absl::btree_set<std::uint64_t>;

/// Whether it is time for the next round, also after the clock was set back.
bool is_due(std::uint64_t last, std::uint64_t now, std::uint64_t interval) {
  return now < last || now - last >= interval;
}

}  // namespace

struct ReplayWindow::Part {
  explicit Part(const HashKey& key) : hotkeys(0, HotkeyHash{key}) {}

  std::mutex mutex;
  absl::flat_hash_map<AccountId, Nonces, HotkeyHash> hotkeys;
  std::uint64_t forgotten_end = 0;  // nonces below it may have been forgotten
  std::uint64_t forgot_at = 0;

  /// Drops the nonces of one hotkey that are below `end`; returns how many.
  std::size_t drop(Nonces& nonces, std::uint64_t end) {
    const auto last = nonces.lower_bound(end);
    if (last == nonces.begin()) return 0;
    forgotten_end = std::max(forgotten_end, *std::prev(last) + 1);
    const std::size_t before = nonces.size();
    nonces.erase(nonces.begin(), last);
    return before - nonces.size();
  }
};

absl::StatusOr<std::shared_ptr<ReplayWindow>> ReplayWindow::make(const ReplayOptions& options) {
  if (options.retention.count() <= 0) {
    return absl::InvalidArgumentError("ReplayWindow::make: retention must be positive");
  }
  if (options.max_nonces == 0 || options.max_nonces_per_hotkey == 0) {
    return absl::InvalidArgumentError("ReplayWindow::make: the bounds must be at least 1");
  }
  return std::shared_ptr<ReplayWindow>(new ReplayWindow(options));
}

ReplayWindow::ReplayWindow(const ReplayOptions& options)
    : options_(options), retention_ns_(static_cast<std::uint64_t>(options.retention.count())) {
  static_assert(sizeof(HashKey) == sizeof(hash_key_));
  randombytes_buf(hash_key_.data(), hash_key_.size());
  HashKey map_key;
  randombytes_buf(map_key.data(), map_key.size());
  for (std::size_t i = 0; i < kParts; ++i) parts_.push_back(std::make_unique<Part>(map_key));
}

ReplayWindow::~ReplayWindow() = default;

ReplayWindow::Part& ReplayWindow::part_of(const AccountId& hotkey) {
  return *parts_[keyed_hash(hash_key_, hotkey) % parts_.size()];
}

std::uint64_t ReplayWindow::horizon(std::uint64_t now_ns) const {
  return now_ns > retention_ns_ ? now_ns - retention_ns_ : 0;
}

ReplayWindow::Outcome ReplayWindow::check_and_insert(const AccountId& hotkey, std::uint64_t nonce,
                                                     std::uint64_t now_ns) {
  Part& part = part_of(hotkey);
  for (bool first = true;; first = false) {
    {
      const std::lock_guard lock(part.mutex);
      const Outcome outcome = insert(part, hotkey, nonce, now_ns);
      if (outcome != Outcome::kFull || !first) return outcome;
    }
    forget_everywhere(now_ns);
  }
}

ReplayWindow::Outcome ReplayWindow::insert(Part& part, const AccountId& hotkey, std::uint64_t nonce,
                                           std::uint64_t now_ns) {
  if (is_due(part.forgot_at, now_ns, retention_ns_ / kRoundsPerRetention)) forget(part, now_ns);
  const std::uint64_t oldest = horizon(now_ns);
  if (nonce < oldest || nonce < part.forgotten_end) return Outcome::kForgotten;
  const auto found = part.hotkeys.find(hotkey);
  if (found != part.hotkeys.end()) {
    Nonces& nonces = found->second;
    size_ -= part.drop(nonces, oldest);
    if (nonces.contains(nonce)) return Outcome::kReplayed;
    if (nonces.size() >= options_.max_nonces_per_hotkey) return Outcome::kHotkeyFull;
  }
  if (!reserve()) return Outcome::kFull;
  if (found != part.hotkeys.end()) {
    found->second.insert(nonce);
  } else {
    part.hotkeys[hotkey].insert(nonce);
  }
  return Outcome::kNew;
}

/// Room for one more nonce, taken at once.
bool ReplayWindow::reserve() {
  std::size_t size = size_.load(std::memory_order_relaxed);
  while (size < options_.max_nonces) {
    if (size_.compare_exchange_weak(size, size + 1, std::memory_order_relaxed)) return true;
  }
  return false;
}

/// Drops what is too old, also of hotkeys that have fallen silent. The part is locked.
void ReplayWindow::forget(Part& part, std::uint64_t now_ns) {
  part.forgot_at = now_ns;
  const std::uint64_t oldest = horizon(now_ns);
  std::size_t dropped = 0;
  for (auto it = part.hotkeys.begin(); it != part.hotkeys.end();) {
    dropped += part.drop(it->second, oldest);
    const auto here = it++;
    if (here->second.empty()) part.hotkeys.erase(here);
  }
  size_ -= dropped;
}

/// Before a nonce is refused for want of room: parts that nobody has used lately may have some.
void ReplayWindow::forget_everywhere(std::uint64_t now_ns) {
  std::uint64_t last = forgot_everywhere_at_.load();
  if (!is_due(last, now_ns, retention_ns_ / kRoundsPerRetention)) return;
  if (!forgot_everywhere_at_.compare_exchange_strong(last, now_ns)) return;
  for (const auto& part : parts_) {
    const std::lock_guard lock(part->mutex);
    forget(*part, now_ns);
  }
}

}  // namespace yuma
