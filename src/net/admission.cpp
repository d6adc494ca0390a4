// SPDX-License-Identifier: MIT

#include "yuma/net/admission.hpp"

#include <algorithm>
#include <cmath>

#include "absl/container/flat_hash_map.h"
#include "net/address_key.hpp"

namespace yuma {

namespace {

using Clock = std::chrono::steady_clock;

/// Tokens at a time; may be negative, which is a debt.
struct Bucket {
  double tokens = 0;
  Clock::time_point filled;
  Clock::time_point failed;  // addresses: when last; the epoch of the clock: never
};

/// Buckets by key under one limit, bounded in number.
template <class Key>
class BucketTable {
 public:
  BucketTable(const RateLimit& limit, std::size_t most)
      : limit_(limit), most_(std::max<std::size_t>(most, 1)) {}

  bool unlimited() const { return limit_.per_second <= 0; }
  const RateLimit& limit() const { return limit_; }
  std::size_t size() const { return buckets_.size(); }

  const Bucket* find(const Key& key) const {
    const auto it = buckets_.find(key);
    if (it != buckets_.end()) return &it->second;
    return buckets_.size() >= most_ ? &shared_ : nullptr;
  }

  /// The key's bucket, filled up to now.
  Bucket& at(const Key& key, Clock::time_point now) {
    auto it = buckets_.find(key);
    if (it != buckets_.end()) return fill(it->second, now);
    if (buckets_.size() >= most_) make_room(now);
    if (buckets_.size() >= most_) return fill(shared_, now);
    return buckets_.emplace(key, Bucket{limit_.burst, now, {}}).first->second;
  }

  double tokens(const Bucket& bucket, Clock::time_point now) const {
    const double seconds = std::chrono::duration<double>(now - bucket.filled).count();
    return std::min(limit_.burst, bucket.tokens + std::max(seconds, 0.0) * limit_.per_second);
  }

 private:
  Bucket& fill(Bucket& bucket, Clock::time_point now) {
    bucket.tokens = tokens(bucket, now);
    bucket.filled = now;
    return bucket;
  }

  /// Drops full buckets. Looked for at most once a second: it takes a walk through the table.
  void make_room(Clock::time_point now) {
    if (now - made_room_ < std::chrono::seconds(1)) return;
    made_room_ = now;
    for (auto it = buckets_.begin(); it != buckets_.end();) {
      const auto here = it++;
      if (tokens(here->second, now) >= limit_.burst) buckets_.erase(here);
    }
  }

  RateLimit limit_;
  std::size_t most_;
  absl::flat_hash_map<Key, Bucket> buckets_;
  Bucket shared_;  // of strangers, when the table is full
  Clock::time_point made_room_;
};

}  // namespace

struct Admission::Impl {
  explicit Impl(const AdmissionOptions& given)
      : options(given), table(given.per_address, given.max_addresses) {}
  AdmissionOptions options;
  BucketTable<AddressKey> table;
};

Admission::Admission(const AdmissionOptions& options) : impl_(std::make_unique<Impl>(options)) {}
Admission::~Admission() = default;

bool Admission::take(const asio::ip::address& address, Clock::time_point now) {
  if (impl_->table.unlimited()) return true;
  Bucket& bucket = impl_->table.at(address_key(address), now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void Admission::failed(const asio::ip::address& address, Clock::time_point now) {
  if (impl_->table.unlimited()) return;
  Bucket& bucket = impl_->table.at(address_key(address), now);
  bucket.tokens =
      std::max(bucket.tokens - impl_->options.failure_cost, -impl_->table.limit().burst);
  bucket.failed = now;
}

bool Admission::suspect(const asio::ip::address& address, Clock::time_point now) const {
  constexpr auto kMemory = std::chrono::seconds(30);
  const Bucket* bucket = impl_->table.find(address_key(address));
  return bucket != nullptr && bucket->failed != Clock::time_point() &&
         now - bucket->failed < kMemory;
}

int Admission::retry_after() const {
  const RateLimit& limit = impl_->table.limit();
  if (limit.per_second <= 0) return 1;
  constexpr double kMost = 3600;
  return static_cast<int>(std::clamp(std::ceil(1 / limit.per_second), 1.0, kMost));
}

std::size_t Admission::addresses() const { return impl_->table.size(); }

struct HotkeyRates::Impl {
  Impl(const RateLimit& limit, std::size_t most) : table(limit, most) {}
  BucketTable<AccountId> table;
};

HotkeyRates::HotkeyRates(const RateLimit& limit, std::size_t max_hotkeys)
    : impl_(std::make_unique<Impl>(limit, max_hotkeys)) {}
HotkeyRates::~HotkeyRates() = default;
HotkeyRates::HotkeyRates(HotkeyRates&&) noexcept = default;
HotkeyRates& HotkeyRates::operator=(HotkeyRates&&) noexcept = default;

bool HotkeyRates::has_token(const AccountId& hotkey, Clock::time_point now) const {
  if (impl_->table.unlimited()) return true;
  const Bucket* bucket = impl_->table.find(hotkey);
  return bucket == nullptr || impl_->table.tokens(*bucket, now) >= 1;
}

bool HotkeyRates::take(const AccountId& hotkey, Clock::time_point now) {
  if (impl_->table.unlimited()) return true;
  Bucket& bucket = impl_->table.at(hotkey, now);
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

std::size_t HotkeyRates::hotkeys() const { return impl_->table.size(); }

}  // namespace yuma
