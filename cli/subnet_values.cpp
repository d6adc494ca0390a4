// SPDX-License-Identifier: MIT

#include "cli/subnet_values.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "yuma/fixed/decimal.hpp"

namespace yuma::cli {

namespace {

constexpr std::uint64_t kRaoPerTao = 1'000'000'000;
constexpr std::size_t kDecimals = 9;
constexpr std::uint64_t kU64 = std::numeric_limits<std::uint64_t>::max();

struct Unit {
  const char* name;
  std::uint64_t ms;
};
constexpr Unit kUnits[] = {
    {"d", 86'400'000}, {"h", 3'600'000}, {"min", 60'000}, {"s", 1'000}, {"ms", 1}};

template <class... Parts>
absl::Status must_be(const Parts&... parts) {
  return absl::InvalidArgumentError(absl::StrCat("must be ", parts...));
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// What the numbers of a parameter are.
enum class Measure {
  kNumber,
  kBlocks,
  kRao,
  kPartOf65535,
  kMillionths,
  kSwitch,
  kSteepness,
  kMode
};

Measure measure_of(ParameterTag tag) {
  switch (tag) {
    case ParameterTag::kTempo:
    case ParameterTag::kHaveWait:
    case ParameterTag::kActivityCutoff:
      return Measure::kBlocks;
    case ParameterTag::kEmissionPerBlock:
    case ParameterTag::kMinStake:
      return Measure::kRao;
    case ParameterTag::kMaxWeightLimit:
    case ParameterTag::kKappa:
    case ParameterTag::kBondsPenalty:
    case ParameterTag::kAlphaLow:
    case ParameterTag::kAlphaHigh:
      return Measure::kPartOf65535;
    case ParameterTag::kBondsMovingAverage:
      return Measure::kMillionths;
    case ParameterTag::kYuma3:
    case ParameterTag::kLiquidAlpha:
      return Measure::kSwitch;
    case ParameterTag::kAlphaSigmoidSteepness:
      return Measure::kSteepness;
    case ParameterTag::kLiquidAlphaConsensus:
      return Measure::kMode;
    case ParameterTag::kRevealPeriod:
    case ParameterTag::kMinAllowedWeights:
    case ParameterTag::kWeightsVersionKey:
    case ParameterTag::kMaxAllowedValidators:
      break;
  }
  return Measure::kNumber;
}

constexpr std::array<const char*, 4> kModes = {"rules", "current", "previous", "auto"};

absl::StatusOr<std::uint64_t> parse_mode(std::string_view text) {
  const auto found = std::find(kModes.begin(), kModes.end(), text);
  if (found != kModes.end()) return static_cast<std::uint64_t>(found - kModes.begin());
  return must_be("rules (as the rules say), current, previous or auto");
}

absl::StatusOr<std::uint64_t> parse_steepness(std::string_view text) {
  const auto number = parse_decimal(text);
  using Limits = std::numeric_limits<std::int16_t>;
  if (number && *number >= Limits::min() && *number <= Limits::max()) {
    return static_cast<std::uint16_t>(static_cast<std::int16_t>(*number));
  }
  return must_be("a whole number of hundredths from ", Limits::min(), " to ", Limits::max());
}

std::int16_t steepness_of(std::uint64_t value) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(value));
}

absl::StatusOr<std::uint64_t> parse_rao(std::string_view text) {
  absl::string_view amount = view_of(text);
  if (absl::ConsumeSuffix(&amount, "TAO")) {
    return parse_tao(trimmed({amount.data(), amount.size()}));
  }
  if (is_digits(text)) return parse_number(text, 0, kU64);
  return must_be("a whole number of rao, or an amount with its unit, as 0.5 TAO");
}

}  // namespace

absl::StatusOr<std::uint64_t> parse_number(std::string_view text, std::uint64_t least,
                                           std::uint64_t most) {
  const auto number = is_digits(text) ? parse_decimal(text) : std::nullopt;
  if (number && *number >= least && *number <= most) return static_cast<std::uint64_t>(*number);
  return must_be("a whole number from ", least, " to ", most);
}

absl::StatusOr<std::uint64_t> parse_tao(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string decimals(point == std::string_view::npos ? "0" : text.substr(point + 1));
  if (!is_digits(whole) || !is_digits(decimals) || decimals.size() > kDecimals) {
    return must_be("an amount of TAO with at most 9 decimals, as 12.5");
  }
  decimals.resize(kDecimals, '0');
  const auto rao = parse_decimal(std::string(whole) + decimals);
  if (rao && *rao <= kU64) return static_cast<std::uint64_t>(*rao);
  return must_be("at most ", tao_text(kU64), " TAO");
}

std::string tao_text(std::uint64_t rao) {
  std::string out = absl::StrFormat("%d.%09d", rao / kRaoPerTao, rao % kRaoPerTao);
  out.erase(out.find_last_not_of('0') + 1);
  if (out.ends_with('.')) out.pop_back();
  return out;
}

absl::StatusOr<std::uint64_t> parse_block_time(std::string_view text) {
  constexpr std::uint64_t kDay = 86'400'000;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  for (const Unit& unit : kUnits) {
    if (trimmed(text.substr(digits)) != unit.name) continue;
    const auto number = parse_number(text.substr(0, digits), 1, kDay / unit.ms);
    if (number.ok()) return *number * unit.ms;
  }
  return must_be("a time with its unit, as 12s or 500ms, from 1ms to 1d");
}

std::string duration_text(std::uint64_t ms) {
  if (ms == 0) return "0 s";
  const auto* unit =
      std::find_if(std::begin(kUnits), std::end(kUnits), [&](const Unit& u) { return ms >= u.ms; });
  std::string out = absl::StrCat(ms / unit->ms, " ", unit->name);
  const std::uint64_t rest = ms % unit->ms;
  const Unit* next = unit + 1;
  if (next != std::end(kUnits) && rest >= next->ms) {
    absl::StrAppend(&out, " ", rest / next->ms, " ", next->name);
  }
  return out;
}

std::string blocks_text(std::uint64_t blocks, std::uint64_t block_ms) {
  return blocks <= kU64 / block_ms ? duration_text(blocks * block_ms) : "for ever";
}

absl::StatusOr<std::uint64_t> parse_start(std::string_view text, std::uint64_t now_ms) {
  if (text == "now") return now_ms;
  absl::Time time;
  std::string ignored;
  if (absl::ParseTime(absl::RFC3339_full, view_of(text), &time, &ignored) &&
      time >= absl::UnixEpoch() && time < absl::InfiniteFuture()) {
    return static_cast<std::uint64_t>(absl::ToUnixMillis(time));
  }
  return must_be("now, or a time with its offset from UTC, as 2026-10-01T12:00:00Z");
}

std::string time_text(std::uint64_t unix_ms) {
  constexpr std::uint64_t kYear10000 = 253'402'300'800'000;
  if (unix_ms >= kYear10000) return absl::StrCat("Unix time ", unix_ms, " ms");
  const absl::Time time = absl::FromUnixMillis(static_cast<std::int64_t>(unix_ms));
  return absl::FormatTime("%Y-%m-%d %H:%M:%E*S UTC", time, absl::UTCTimeZone());
}

absl::StatusOr<std::uint64_t> parse_parameter(ParameterTag tag, std::string_view text) {
  text = trimmed(text);
  const ParameterBounds bounds = parameter_bounds(tag);
  switch (measure_of(tag)) {
    case Measure::kRao:
      return parse_rao(text);
    case Measure::kSteepness:
      return parse_steepness(text);
    case Measure::kMode:
      return parse_mode(text);
    case Measure::kSwitch:
      if (text == "on" || text == "true" || text == "1") return 1;
      if (text == "off" || text == "false" || text == "0") return 0;
      return must_be("on or off");
    case Measure::kNumber:
    case Measure::kBlocks:
    case Measure::kPartOf65535:
    case Measure::kMillionths:
      break;
  }
  return parse_number(text, bounds.least, bounds.most);
}

std::string parameter_text(ParameterTag tag, std::uint64_t value) {
  switch (measure_of(tag)) {
    case Measure::kSwitch:
      return value == 0 ? "off" : "on";
    case Measure::kSteepness:
      return absl::StrCat(steepness_of(value));
    case Measure::kMode:
      return value < kModes.size() ? kModes[value] : absl::StrCat(value);
    default:
      return absl::StrCat(value);
  }
}

std::string parameter_meaning(ParameterTag tag, std::uint64_t value,
                              std::optional<std::uint64_t> block_ms) {
  constexpr std::uint64_t kAll = 65535, kMillion = 1'000'000;
  switch (measure_of(tag)) {
    case Measure::kBlocks:
      if (tag == ParameterTag::kHaveWait && value == 0) return "a tenth of tempo";
      return block_ms ? blocks_text(value, *block_ms) : "";
    case Measure::kRao:
      return absl::StrCat(tao_text(value), " TAO");
    case Measure::kPartOf65535:
      return percent_text(value, kAll);
    case Measure::kMillionths:
      return percent_text(value, kMillion);
    case Measure::kSteepness:
      return absl::StrFormat("%.2f", steepness_of(value) / 100.0);
    default:
      return "";
  }
}

std::string percent_text(std::uint64_t part, std::uint64_t total) {
  const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(total);
  if (percent == std::round(percent)) return absl::StrFormat("%.0f %%", percent);
  return absl::StrFormat("%.1f %%", percent);
}

std::string id_aloud(const Bytes32& id) {
  constexpr std::size_t kGroup = 4;
  const std::string digits = to_hex(id);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += kGroup) {
    absl::StrAppend(&out, i == 0 ? "" : " ", digits.substr(i, kGroup));
  }
  return out;
}

}  // namespace yuma::cli
