// SPDX-License-Identifier: MIT

#include "tests/simulator/keys.hpp"

#include <map>

#include "absl/strings/str_cat.h"
#include "yuma/identity/hash.hpp"

namespace yuma::simulator {

const KeyPair& key_pair(std::uint32_t number) {
  static std::map<std::uint32_t, KeyPair> keys;
  auto found = keys.find(number);
  if (found == keys.end()) {
    const Bytes32 seed = blake2b_256(bytes_of(absl::StrCat("simulated key ", number)));
    found = keys.emplace(number, KeyPair::from_seed(Scheme::kEd25519, seed).value()).first;
  }
  return found->second;
}

}  // namespace yuma::simulator
