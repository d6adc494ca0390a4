// SPDX-License-Identifier: MIT
#pragma once

// Points of -x^2 + y^2 = 1 + d x^2 y^2 over the field, and the ristretto255 decoding (RFC 9496,
// 4.3.1) of 32 bytes to one. Formulas of Hisil, Wong, Carter and Dawson (2008), which hold for all
// points of this curve. Variable time: public data only.

#include "curve/field.hpp"

namespace yuma::curve::YUMA_CURVE_KERNEL {

/// x = X / Z, y = Y / Z; enough for a doubling.
struct Projective {
  Field x, y, z;
};
/// The same with t = X Y / Z, for an addition.
struct Extended {
  Field x, y, z, t;
};
/// x = X / Z, y = Y / T, as doublings and additions leave it.
struct Completed {
  Field x, y, z, t;
};
/// What an addition wants to know of its second operand: Y + X, Y - X, 2 Z, 2 d T.
struct Cached {
  Field sum, difference, twice_z, twice_dt;
};
/// The same where Z = 1.
struct Affine {
  Field sum, difference, twice_dt;
};

inline Projective projective(const Completed& p) { return {p.x * p.t, p.y * p.z, p.z * p.t}; }
inline Extended extended(const Completed& p) {
  return {p.x * p.t, p.y * p.z, p.z * p.t, p.x * p.y};
}
inline Cached cached(const Extended& p) { return {p.y + p.x, p.y - p.x, p.z + p.z, p.t * kTwiceD}; }

inline Completed doubled(const Projective& p) {
  const Field xx = square(p.x), yy = square(p.y), zz = square(p.z), both = square(p.x + p.y);
  const Field sum = yy + xx;
  return {both - sum, sum, yy - xx, zz + zz + xx - yy};
}

/// From the four products of an addition.
inline Completed added(const Field& a, const Field& b, const Field& c, const Field& d) {
  return {b - a, b + a, d + c, d - c};
}
inline Completed operator+(const Extended& p, const Cached& q) {
  return added((p.y - p.x) * q.difference, (p.y + p.x) * q.sum, p.t * q.twice_dt, p.z * q.twice_z);
}
inline Completed operator-(const Extended& p, const Cached& q) {
  const Completed r =
      added((p.y - p.x) * q.sum, (p.y + p.x) * q.difference, p.t * q.twice_dt, p.z * q.twice_z);
  return {r.x, r.y, r.t, r.z};
}
inline Completed operator+(const Extended& p, const Affine& q) {
  return added((p.y - p.x) * q.difference, (p.y + p.x) * q.sum, p.t * q.twice_dt, p.z + p.z);
}
inline Completed operator-(const Extended& p, const Affine& q) {
  const Completed r =
      added((p.y - p.x) * q.sum, (p.y + p.x) * q.difference, p.t * q.twice_dt, p.z + p.z);
  return {r.x, r.y, r.t, r.z};
}

/// Whether the point stands for the identity of ristretto255: it is one of the four of order 1, 2
/// and 4, which are those on an axis.
inline bool is_identity(const Projective& p) { return is_zero(p.x) || is_zero(p.y); }

/// Decoding has a root to take, which is most of its work and is done for two points at a time.
struct HalfDecoded {
  Field s, u1, u2, v;
  Field radicand;      ///< v u2^2, whose inverse root is wanted
  bool valid = false;  ///< whether the bytes are a number below p, and even
};

inline HalfDecoded begin_decoding(const std::uint8_t* encoding) {
  HalfDecoded h;
  h.valid = read_field(encoding, h.s) && encoding[0] % 2 == 0;
  const Field ss = square(h.s);
  h.u1 = kOne - ss;
  h.u2 = kOne + ss;
  const Field u2_squared = square(h.u2);
  h.v = kZero - (kD * square(h.u1) + u2_squared);
  h.radicand = h.v * u2_squared;
  return h;
}

/// `power` is radicand^((p - 5) / 8). Its square times the radicand w is w^((p - 1) / 4): 1 or -1
/// if w is a square, a root of -1 if not, and 0 for 0.
inline bool finish_decoding(const HalfDecoded& h, const Field& power, Extended& out) {
  if (!h.valid) return false;
  const Field quarter = h.radicand * square(power);
  Field root = power;
  if (is_zero(quarter + kOne)) {
    root = power * kRootOfMinusOne;
  } else if (!equal(quarter, kOne)) {
    return false;
  }
  const Field den_x = root * h.u2, den_y = root * den_x * h.v;
  Field x = (h.s + h.s) * den_x;
  if (is_negative(x)) x = kOne * (kZero - x);
  const Field y = h.u1 * den_y, t = x * y;
  if (is_negative(t) || is_zero(y)) return false;
  out = {x, y, kOne, t};
  return true;
}

inline bool decode(const std::uint8_t* encoding, Extended& out) {
  const HalfDecoded h = begin_decoding(encoding);
  return finish_decoding(h, power_252_3(h.radicand), out);
}

/// B of RFC 9496, 4.
inline Extended base_point() {
  constexpr std::uint8_t kEncoding[32] = {0xe2, 0xf2, 0xae, 0x0a, 0x6a, 0xbc, 0x4e, 0x71,
                                          0xa8, 0x84, 0xa9, 0x61, 0xc5, 0x00, 0x51, 0x5f,
                                          0x58, 0xe3, 0x0b, 0x6a, 0xa5, 0x82, 0xdd, 0x8d,
                                          0xb6, 0xa6, 0x59, 0x45, 0xe0, 0x8d, 0x2d, 0x76};
  Extended base{};
  decode(kEncoding, base);
  return base;
}

}  // namespace yuma::curve::YUMA_CURVE_KERNEL
