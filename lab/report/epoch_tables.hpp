// SPDX-License-Identifier: MIT
#pragma once

/// The tables of an epoch report.

#include <string>
#include <utility>
#include <vector>

#include "lab/report/epoch_view.hpp"
#include "lab/report/page.hpp"

namespace yuma::lab {

/// One row a uid.
Table uid_table(const EpochView& view);

/// The weights that clipping took most from, largest part first; no rows if none was clipped.
Table clipping_table(const EpochView& view);

/// One row an epoch.
Table epoch_table(const std::vector<EpochView>& views);

/// One row a note, of all epochs but the last (whose notes stand in its own section).
Table note_table(const std::vector<EpochView>& views);

/// The view's own facts, and sums as far as they are not among these: uids, weights, clipping,
/// emission.
std::vector<std::pair<std::string, std::string>> summary_facts(const EpochView& view);

}  // namespace yuma::lab
