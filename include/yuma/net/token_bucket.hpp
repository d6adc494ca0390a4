// SPDX-License-Identifier: MIT
#pragma once

// How often somebody may ask: a bucket of tokens that fills at a steady rate. The caller brings the
// time, so that tests need no clock.

#include <algorithm>
#include <chrono>

namespace yuma {

/// `per_second` tokens are added each second, up to `burst`; 0 a second means no limit.
struct RateLimit {
  double per_second = 0;
  double burst = 0;
};

class TokenBucket {
 public:
  using Clock = std::chrono::steady_clock;

  /// Full at the time `now`.
  TokenBucket(const RateLimit& limit, Clock::time_point now)
      : limit_(limit), tokens_(limit.burst), filled_(now) {}

  /// Takes one token; false where there is none.
  bool take(Clock::time_point now) {
    if (limit_.per_second <= 0) return true;
    const double seconds = std::chrono::duration<double>(now - filled_).count();
    filled_ = now;
    tokens_ = std::min(limit_.burst, tokens_ + std::max(seconds, 0.0) * limit_.per_second);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

 private:
  RateLimit limit_;
  double tokens_;
  Clock::time_point filled_;
};

}  // namespace yuma
