// SPDX-License-Identifier: MIT

#include "cli/subnet_hotkey.hpp"

#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/key_info.hpp"
#include "cli/subnet_values.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::cli {

namespace {

absl::Status is_wrong(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::StatusOr<PublicKey> key_of_wallet(std::string_view text, const std::string& wallets) {
  const auto name = parse_wallet_name(text);
  if (!name.ok()) return name.status();
  const auto paths = wallet_paths(wallets, *name);
  if (!paths.ok()) return paths.status();
  const auto info = key_info({KeyRole::kHotkey, paths->hotkey, paths->hotkeypub});
  if (!info.ok()) return is_wrong(info.status().message());
  if (info->public_key) return *info->public_key;
  return is_wrong(absl::StrCat(paths->hotkey, ": its address is ", unknown_address(*info),
                               "; there is no public part beside it"));
}

absl::StatusOr<PublicKey> key_of_address(std::string_view text, std::optional<Scheme> scheme) {
  const auto account = ss58_decode_account(text);
  if (!account.ok()) {
    absl::string_view why = account.status().message();
    absl::ConsumePrefix(&why, "ss58_decode: text ");
    return is_wrong(absl::StrCat("is neither WALLET/HOTKEY nor an address: ", why));
  }
  PublicKey key{scheme.value_or(Scheme::kSr25519), *account};
  if (check_public_key(key).ok()) return key;
  const bool other = !scheme && check_public_key({Scheme::kEd25519, key.bytes}).ok();
  return is_wrong(other ? "is no sr25519 key; an ed25519 one is written ed25519:ADDRESS"
                        : "is no key, or one for which anyone can sign");
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (true) {
    const auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

/// HOTKEY:A:B as its parts; the scheme stays with the hotkey.
std::vector<std::string_view> parts_of(std::string_view text) {
  auto parts = split(text, ':');
  if (parts.size() < 2 || !scheme_of_name(parts[0])) return parts;
  parts[1] = text.substr(0, parts[0].size() + 1 + parts[1].size());
  parts.erase(parts.begin());
  return parts;
}

}  // namespace

absl::StatusOr<PublicKey> parse_hotkey(std::string_view text, const std::string& wallets) {
  const auto colon = text.find(':');
  std::optional<Scheme> scheme;
  if (colon != std::string_view::npos) {
    scheme = scheme_of_name(text.substr(0, colon));
    if (!scheme) return is_wrong("has a scheme in front that is neither sr25519 nor ed25519");
    text.remove_prefix(colon + 1);
  }
  if (text.find('/') == std::string_view::npos) return key_of_address(text, scheme);
  auto key = key_of_wallet(text, wallets);
  if (key.ok() && scheme && *scheme != key->scheme) {
    return is_wrong("the hotkey of this wallet is of the other scheme");
  }
  return key;
}

std::string hotkey_text(const PublicKey& key) {
  if (key.scheme == Scheme::kSr25519) return key.address();
  return absl::StrCat(view_of(scheme_name(key.scheme)), ":", key.address());
}

absl::StatusOr<std::uint64_t> parse_stake(std::string_view text) {
  auto stake = parse_tao(text);
  if (!stake.ok() || *stake <= kMaxStake) return stake;
  return is_wrong(absl::StrCat("must be at most ", tao_text(kMaxStake), " TAO"));
}

absl::StatusOr<std::uint32_t> parse_power(std::string_view text, std::uint32_t least) {
  const auto power = parse_number(text, least, std::numeric_limits<std::uint32_t>::max());
  if (!power.ok()) return power.status();
  return static_cast<std::uint32_t>(*power);
}

absl::StatusOr<MemberText> parse_member(std::string_view text, std::uint32_t least,
                                        const std::string& wallets) {
  const auto parts = parts_of(text);
  if (parts.size() > 3) return is_wrong("must be HOTKEY[:POWER[:STAKE]]");
  const auto key = parse_hotkey(parts[0], wallets);
  if (!key.ok()) return key.status();
  MemberText out{*key, least, 0};
  if (parts.size() > 1) {
    const auto given = parse_power(parts[1], least);
    if (!given.ok()) return is_wrong(absl::StrCat("its power ", given.status().message()));
    out.power = *given;
  }
  if (parts.size() > 2) {
    const auto stake = parse_stake(parts[2]);
    if (!stake.ok()) return is_wrong(absl::StrCat("its stake ", stake.status().message()));
    out.stake = *stake;
  }
  return out;
}

absl::StatusOr<MemberText> parse_miner(std::string_view text, const std::string& wallets) {
  const auto parts = parts_of(text);
  if (parts.size() > 2) return is_wrong("must be HOTKEY[:STAKE]; a miner has no power");
  const auto key = parse_hotkey(parts[0], wallets);
  if (!key.ok()) return key.status();
  MemberText out{*key, 0, 0};
  if (parts.size() > 1) {
    const auto stake = parse_stake(parts[1]);
    if (!stake.ok()) return is_wrong(absl::StrCat("its stake ", stake.status().message()));
    out.stake = *stake;
  }
  return out;
}

absl::StatusOr<std::uint16_t> parse_uid(std::string_view text, const State& state,
                                        const std::string& wallets) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    const auto uid = parse_number(text, 0, kMaxUids - 1);
    if (!uid.ok()) return is_wrong(absl::StrCat("a uid ", uid.status().message()));
    return static_cast<std::uint16_t>(*uid);
  }
  const auto key = parse_hotkey(text, wallets);
  if (!key.ok()) return key.status();
  if (const auto uid = find_uid(state, *key)) return *uid;
  return is_wrong(absl::StrCat(hotkey_text(*key), " is no member of this subnet"));
}

}  // namespace yuma::cli
