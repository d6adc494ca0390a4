// SPDX-License-Identifier: MIT

#include "curve/schnorr.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "curve/dispatch.hpp"
#include "curve/plan.hpp"
#include "sodium.hpp"

namespace yuma::curve {

namespace {

/// Equations added up at a time: more of them share a doubling, but their tables leave the cache.
constexpr std::size_t kChunk = 128;

/// What can be seen without looking at a point: that s and k are reduced and A is not the identity,
/// whose only encoding is zeros.
bool is_well_formed(const SchnorrEquation& e) {
  return is_below(read_scalar(e.response), kOrder) && is_below(read_scalar(e.challenge), kOrder) &&
         !is_zero(read_scalar(e.public_key));
}

/// Random numbers below 2^128.
std::vector<Scalar> draw_weights(std::size_t count) {
  std::vector<std::uint64_t> words(2 * count);
  start_sodium();
  randombytes_buf(words.data(), 8 * words.size());
  std::vector<Scalar> weights(count);
  for (std::size_t i = 0; i < count; ++i) weights[i] = {{words[2 * i], words[2 * i + 1], 0, 0}};
  return weights;
}

/// The numbers of the equations, those of one public key next to each other.
std::vector<std::size_t> by_public_key(std::span<const SchnorrEquation> equations) {
  std::vector<std::size_t> order(equations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return equations[a].public_key < equations[b].public_key;
  });
  return order;
}

/// Whether sum_i z_i (s_i B - k_i A_i - R_i) = 0 for random z_i.
bool weighted_sum_vanishes(const Kernel& kernel, std::span<const SchnorrEquation> equations) {
  const std::vector<Scalar> weights = draw_weights(equations.size());
  PlanBuilder plan(2 * equations.size() + 2);
  std::vector<const std::uint8_t*> points;
  const auto subtract = [&](const Bytes32& point, const Scalar& n) {
    plan.add(static_cast<std::uint16_t>(kFirstPoint + points.size()), n, true);
    points.push_back(point.data());
  };
  Scalar of_base{}, of_key{};
  const std::vector<std::size_t> order = by_public_key(equations);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const SchnorrEquation& e = equations[order[i]];
    if (!is_well_formed(e)) return false;
    of_base = add(of_base, multiply(weights[i], read_scalar(e.response)));
    of_key = add(of_key, multiply(weights[i], read_scalar(e.challenge)));
    subtract(e.nonce_point, weights[i]);
    if (i + 1 < order.size() && equations[order[i + 1]].public_key == e.public_key) continue;
    subtract(e.public_key, of_key);
    of_key = {};
  }
  plan.add_base(of_base);
  return kernel.sum_is_identity(points.data(), points.size(), plan.plan());
}

}  // namespace

// With u = v k, both half as long as k, instead of
//
//   s B - k A - R = 0            (1)
//   v s B - u A - v R = 0        (2)
//
// is checked, which takes half the doublings: v s mod L, which is long, is cut in two for B and
// 2^127 B. (2) is (1) times v. ristretto255 is a group of prime order L and 0 < |v| < L, so v is
// invertible and nothing but 0 becomes 0: (2) holds just where (1) does. On the curve itself, which
// has points of small order, this would be wrong; there is_identity() of point.hpp makes the step
// to ristretto255, by taking the four points of order 1, 2 and 4 for zero.
bool holds(const Kernel& kernel, const SchnorrEquation& e) {
  if (!is_well_formed(e)) return false;
  const HalfSize k = half_size(read_scalar(e.challenge));
  constexpr std::uint16_t kKey = kFirstPoint, kNonce = kFirstPoint + 1;
  PlanBuilder plan(4);
  plan.add_base(multiply(k.v, read_scalar(e.response)));
  plan.add(kKey, k.u, !k.v_negative);
  plan.add(kNonce, k.v, true);
  const std::uint8_t* const points[] = {e.public_key.data(), e.nonce_point.data()};
  return kernel.sum_is_identity(points, 2, plan.plan());
}

bool all_hold(const Kernel& kernel, std::span<const SchnorrEquation> equations) {
  for (; !equations.empty(); equations = equations.subspan(std::min(kChunk, equations.size()))) {
    const auto chunk = equations.first(std::min(kChunk, equations.size()));
    if (!(chunk.size() == 1 ? holds(kernel, chunk[0]) : weighted_sum_vanishes(kernel, chunk))) {
      return false;
    }
  }
  return true;
}

bool holds(const SchnorrEquation& equation) { return holds(*kernels().front(), equation); }

bool all_hold(std::span<const SchnorrEquation> equations) {
  return all_hold(*kernels().front(), equations);
}

}  // namespace yuma::curve
