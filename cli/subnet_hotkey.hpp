// SPDX-License-Identifier: MIT
#pragma once

// Members of a subnet as people name them. Errors repeat nothing that was given: it may be a secret
// that went into the wrong place.

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "yuma/replica/state.hpp"

namespace yuma::cli {

/// A hotkey of a text: an SS58 address, with "ed25519:" or "sr25519:" in front or sr25519 without,
/// or WALLET/HOTKEY of the folder of wallets, whose public part is enough. It is a key for which
/// not everybody can sign.
absl::StatusOr<PublicKey> parse_hotkey(std::string_view text, const std::string& wallets);

/// The address, with the scheme in front if that is not sr25519: what parse_hotkey() takes.
std::string hotkey_text(const PublicKey& key);

struct MemberText {
  PublicKey hotkey;
  std::uint32_t power = 0;
  std::uint64_t stake = 0;  ///< rao
};
/// HOTKEY[:POWER[:STAKE]], STAKE in TAO. The power is at least `least`, and that where none is
/// given.
absl::StatusOr<MemberText> parse_member(std::string_view text, std::uint32_t least,
                                        const std::string& wallets);
/// HOTKEY[:STAKE].
absl::StatusOr<MemberText> parse_miner(std::string_view text, const std::string& wallets);

/// TAO of a member: at most kMaxStake.
absl::StatusOr<std::uint64_t> parse_stake(std::string_view text);
/// Votes: 0 to 2^32 - 1.
absl::StatusOr<std::uint32_t> parse_power(std::string_view text, std::uint32_t least);

/// A uid, as digits or by the hotkey that holds it. Digits need not be taken.
absl::StatusOr<std::uint16_t> parse_uid(std::string_view text, const State& state,
                                        const std::string& wallets);

}  // namespace yuma::cli
