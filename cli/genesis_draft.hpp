// SPDX-License-Identifier: MIT
#pragma once

// A genesis in the making: values from a file and from flags, as text, each with the place where it
// was given. Flags win. All problems are kept, to be told together.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/problems.hpp"
#include "cli/subnet_hotkey.hpp"
#include "yuma/replica/genesis.hpp"

namespace yuma::cli {

/// Where something was given.
struct Given {
  enum class By { kFile, kFlag };
  By by = By::kFlag;
  std::string where;  ///< "--netuid", or file, line, column and field
};

class GenesisDraft {
 public:
  /// uids where nothing else is said, as the chain's subnets have them.
  static constexpr std::size_t kUids = 256;

  /// `wallets`: the folder of WALLET/HOTKEY. `now_ms`: the start where none is given.
  GenesisDraft(std::string wallets, std::uint64_t now_ms);

  /// netuid, mechanism, owner, uids, block_time, start or rules.
  void set(std::string_view field, std::string_view text, const Given& given);
  void set_parameter(std::string_view name, std::string_view text, const Given& given);
  /// With power: a validator. Members get uids in this order, validators first. A hotkey that is
  /// there already is replaced by a flag where a file gave it, else a problem.
  void add_member(const MemberText& member, const Given& given);
  void add_problem(const Given& given, std::string_view what) { problems_.add(given.where, what); }

  const std::string& wallets() const { return wallets_; }
  const Problems& problems() const { return problems_; }

  /// The genesis; nothing where there are problems. Where there were none it adds what is missing
  /// or does not go together.
  std::optional<Genesis> build();

 private:
  struct Member {
    MemberText text;
    Given given;
  };
  void set_number(std::uint64_t& number, std::string_view text, std::uint64_t least,
                  std::uint64_t most, const Given& given);
  void set_owner(std::string_view text, const Given& given);
  std::vector<Member> ordered() const;
  void check_numbers(std::size_t members, std::size_t with_power);
  std::uint16_t owner_of(const std::vector<Member>& members);

  std::string wallets_;
  Problems problems_;
  std::uint64_t netuid_ = 1, mechanism_ = 0, uids_ = 0, rules_, block_ms_, start_ms_, now_ms_;
  std::optional<PublicKey> owner_;
  Given uids_given_, owner_given_;
  std::vector<Member> members_;
  SubnetParameters parameters_;
};

}  // namespace yuma::cli
