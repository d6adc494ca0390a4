// SPDX-License-Identifier: MIT
#pragma once

// The files that say what a subnet is or was: a genesis, a node's ledger, a state.

#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/statusor.h"
#include "yuma/replica/genesis.hpp"

namespace yuma::cli {

struct SubnetSource {
  enum class Kind { kGenesis, kLedger, kState };
  Kind kind = Kind::kGenesis;
  std::string path;
  /// The last sealed state; of a genesis its own, with the network that it makes. A state file does
  /// not say which block led to it.
  State state;
  std::optional<Bytes32> block_id;
  std::optional<Bytes32> origin;  ///< of a genesis that goes on from another network
};

/// Reads a file of any of these kinds, which it tells by how the file begins. Errors begin with the
/// path.
absl::StatusOr<SubnetSource> read_subnet(const std::string& path);

/// "genesis", "ledger" or "state".
std::string kind_text(SubnetSource::Kind kind);

/// What a command is told about the subnet.
struct SubnetChoice {
  std::string ledger, genesis;
};
/// --ledger and --genesis.
void add_subnet_choice(CLI::App& command, SubnetChoice& choice);
/// Nothing where neither was given. InvalidArgument where the file is of another kind.
absl::StatusOr<std::optional<SubnetSource>> chosen_subnet(const SubnetChoice& choice);

}  // namespace yuma::cli
