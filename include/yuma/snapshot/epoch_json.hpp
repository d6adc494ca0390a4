// SPDX-License-Identifier: MIT
#pragma once

// Results of an epoch as JSON, in the schema of recorded results (docs/epoch-file.md): `terms` as
// the chain stores them, and `raw` with the stages they came from.

#include <vector>

#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/consensus/result.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {

/// The terms: lists indexed by uid, whole numbers, flags; bonds as rows of [uid, u16].
Json terms_json(const EpochResult& terms);

/// Values of the exact epoch: bits as decimal text; sparse rows as lists of [uid, "bits"].
Json bits_json(const std::vector<I32F32>& values);
Json bits_json(const SparseRows<I32F32>& rows);

/// The stages: bits of I32F32 as decimal text, sparse rows as lists of [uid, "bits"]. bonds_delta
/// under Yuma2 only, alphas only where liquid alpha was in effect and the rates were asked for.
Json raw_json(const EpochStages<Exact>& stages);

/// The same of the real-valued model: plain numbers instead of bits.
Json raw_json(const EpochStages<Real<double>>& stages);

}  // namespace yuma
