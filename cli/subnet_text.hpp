// SPDX-License-Identifier: MIT
#pragma once

// A subnet as people and programs read it.

#include <string>
#include <vector>

#include "cli/subnet_source.hpp"
#include "nlohmann/json.hpp"

namespace yuma::cli {

enum class Detail : bool {
  kShort,  ///< parameters that are not at their defaults, and the first miners
  kAll,
};

/// What a file says of a subnet: id, times, who decides, roster, parameters, warnings and `further`
/// ones.
std::string subnet_text(const SubnetSource& source, Detail detail, std::size_t width,
                        const std::vector<std::string>& further = {});

/// The same for programs; amounts in rao, times in Unix ms.
nlohmann::ordered_json subnet_json(const SubnetSource& source);

/// How the network's id is compared by people who talk to each other.
std::string aloud_text(const Bytes32& network);

}  // namespace yuma::cli
