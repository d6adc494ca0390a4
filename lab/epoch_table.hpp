// SPDX-License-Identifier: MIT
#pragma once

// The result of an epoch as a table for a terminal of 80 columns.

#include <cstddef>
#include <string>
#include <vector>

#include "lab/epoch_run.hpp"

namespace yuma::lab {

struct TableOptions {
  std::size_t top = 32;           ///< rows; 0: all
  std::string sort = "emission";  ///< a name of table_columns()
};

/// The columns, which are also what rows can be sorted by.
std::vector<std::string> table_columns();

/// A heading, a row a uid, and what they add up to. Sorted by `sort`, largest first (uid: smallest
/// first; permit: holders first); ties in the order of uids.
std::string epoch_table(const EpochRun& run, const TableOptions& options);

}  // namespace yuma::lab
