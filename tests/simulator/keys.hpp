// SPDX-License-Identifier: MIT
#pragma once

// Keys of a simulation: the same ones in every run. All are ed25519, whose signatures are always
// the same, so a run can be repeated byte for byte.

#include <cstdint>

#include "yuma/identity/keys.hpp"

namespace yuma::simulator {

/// Each node may change its hotkey so many times.
inline constexpr std::uint32_t kKeysOfNode = 8;

constexpr std::uint32_t node_key(std::uint16_t node, std::uint32_t generation) {
  return node * kKeysOfNode + generation % kKeysOfNode;
}
/// Of a member that runs no node.
constexpr std::uint32_t member_key(std::uint16_t uid) { return 1'000'000U + uid; }

/// Made when it is asked for first.
const KeyPair& key_pair(std::uint32_t number);

}  // namespace yuma::simulator
