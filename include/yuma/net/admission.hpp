// SPDX-License-Identifier: MIT
#pragma once

// Who may ask how often, decided by table look-ups before any signature is checked: a bucket of
// tokens for each address, and one for each hotkey.
//
// Addresses pay for every connection and request, and much more for one that is refused: a bad
// signature costs the server a curve operation, and who sends many is soon not listened to.
//
// Hotkeys pay only for requests that they have proven to be theirs; before the signature it is only
// looked at whether the claimed one has any tokens left. So nobody can use up what belongs to
// another's hotkey, nor fill the table with invented ones.
//
// Tables are bounded. A bucket that is full again is as good as none and makes room; where all are
// in use, strangers share one bucket, which is mean to newcomers and leaves the others alone.

#include <chrono>
#include <cstdint>
#include <memory>

#include "yuma/identity/ss58.hpp"
#include "yuma/net/asio.hpp"
#include "yuma/net/token_bucket.hpp"

namespace yuma {

struct AdmissionOptions {
  RateLimit per_address{500, 1000};  ///< requests and connections of an address, or /64 of IPv6
  double failure_cost = 50;          ///< tokens that a refused request costs on top
  std::size_t max_addresses = 65'536;
};

/// Buckets of addresses.
class Admission {
 public:
  using Clock = std::chrono::steady_clock;

  explicit Admission(const AdmissionOptions& options = {});
  ~Admission();
  Admission(const Admission&) = delete;
  Admission& operator=(const Admission&) = delete;

  /// Takes a token for a connection or a request; false where there is none.
  bool take(const asio::ip::address& address, Clock::time_point now);

  /// Charges a request that turned out wrong. The bucket may come to owe up to a burst.
  void failed(const asio::ip::address& address, Clock::time_point now);

  /// Whether requests of this address failed lately. Signatures of such are checked alone, since
  /// one wrong signature makes a batch dearer for all.
  bool suspect(const asio::ip::address& address, Clock::time_point now) const;

  /// Whole seconds after which an address that was refused may ask again, at least 1.
  int retry_after() const;

  std::size_t addresses() const;  ///< that have a bucket at present

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Buckets of hotkeys, under one limit.
class HotkeyRates {
 public:
  using Clock = std::chrono::steady_clock;

  /// No limit where limit.per_second is 0.
  explicit HotkeyRates(const RateLimit& limit, std::size_t max_hotkeys = 65'536);
  ~HotkeyRates();
  HotkeyRates(HotkeyRates&&) noexcept;
  HotkeyRates& operator=(HotkeyRates&&) noexcept;

  /// Whether a token is there; takes none. For hotkeys that are only claimed.
  bool has_token(const AccountId& hotkey, Clock::time_point now) const;
  /// Takes one of a proven hotkey; false where there is none.
  bool take(const AccountId& hotkey, Clock::time_point now);

  std::size_t hotkeys() const;  ///< that have a bucket at present

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace yuma
