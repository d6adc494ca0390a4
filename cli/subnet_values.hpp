// SPDX-License-Identifier: MIT
#pragma once

// Values of a private subnet as people write and read them: amounts, times, parameters. Errors say
// what a value must be, not which one it is: the caller puts that in front.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "yuma/wire/amendment.hpp"

namespace yuma::cli {

/// A whole number in decimal, within bounds.
absl::StatusOr<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                           std::uint64_t most);

/// rao of an amount in TAO with at most nine decimals, "12.5": exact. At most 2^64 - 1 rao.
absl::StatusOr<std::uint64_t> parse_tao(std::string_view text);
/// "12.5": exact, without zeros at the end.
std::string tao_text(std::uint64_t rao);

/// ms of a time with its unit: "500ms", "12s", "5min", "1h". From 1 ms to a day.
absl::StatusOr<std::uint64_t> parse_block_time(std::string_view text);
/// "500 ms", "1 h 12 min", "2 d": the two largest units.
std::string duration_text(std::uint64_t ms);
/// The same for a number of blocks, however many.
std::string blocks_text(std::uint64_t blocks, std::uint64_t block_ms);

/// Unix ms of "now" or of a time as RFC 3339 has it, "2026-10-01T12:00:00Z".
absl::StatusOr<std::uint64_t> parse_start(std::string_view text, std::uint64_t now_ms);
/// "2026-10-01 12:00:00 UTC", with ms where there are any.
std::string time_text(std::uint64_t unix_ms);

/// The value of a parameter in the unit of its tag. Beside whole numbers: amounts as "0.5 TAO",
/// switches as "on" and "off", alpha_sigmoid_steepness with its sign, liquid_alpha_consensus by
/// name.
absl::StatusOr<std::uint64_t> parse_parameter(ParameterTag tag, std::string_view text);
/// As parse_parameter() takes it.
std::string parameter_text(ParameterTag tag, std::uint64_t value);
/// What it means, "1 h 12 min", "0.5 TAO" or "50.0 %"; empty where there is nothing to add, as of
/// blocks whose time is not known.
std::string parameter_meaning(ParameterTag tag, std::uint64_t value,
                              std::optional<std::uint64_t> block_ms);

/// "25 %", "33.3 %": part of total, which is not 0.
std::string percent_text(std::uint64_t part, std::uint64_t total);

/// 64 digits in groups of four, to be read aloud.
std::string id_aloud(const Bytes32& id);

/// What absl::StrCat() takes.
inline absl::string_view view_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace yuma::cli
