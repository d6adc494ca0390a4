// SPDX-License-Identifier: MIT
#pragma once

// What counts as one address: an IPv4 address, or the 64 bits of IPv6 that one customer gets.

#include <array>
#include <cstdint>
#include <cstring>

#include "yuma/net/asio.hpp"

namespace yuma {

/// The first 64 bits of an IPv6 address; IPv4 addresses lie in a range of their own.
using AddressKey = std::uint64_t;

inline AddressKey address_key(const asio::ip::address& address) {
  if (address.is_v4()) {
    constexpr AddressKey kIpv4 = AddressKey{0xffff} << 32;  // 0::/16 is no one's in IPv6
    return kIpv4 | address.to_v4().to_uint();
  }
  const auto bytes = address.to_v6().to_bytes();
  AddressKey key = 0;
  for (std::size_t i = 0; i < sizeof key; ++i) key = key << 8 | bytes[i];
  return key;
}

}  // namespace yuma
