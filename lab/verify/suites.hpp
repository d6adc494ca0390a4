// SPDX-License-Identifier: MIT
#pragma once

// The kinds of recorded data that `yuma-lab verify` knows, each recognised by its content. A new
// kind is a pair of functions here and a line in the table of suites.cpp.

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "lab/verify/report.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

/// How long a run may take: kCheap leaves out the key files that take seconds each to open, and
/// counts them as not run.
enum class Effort : std::uint8_t { kAll, kCheap };

/// Runs all cases of a document and reports them; `file` names it in differences.
absl::Status verify_document(const Json& document, const std::string& file, VerifyReport& report,
                             Effort effort = Effort::kAll);

/// Reads and runs a file of any known kind, JSON or runtime metadata.
absl::Status verify_file(const std::string& path, VerifyReport& report);

// One kind each. The first function recognises a document, the second runs its cases; an error
// means that the document is malformed.
absl::Status verify_epochs(const Json& document, const std::string& file, VerifyReport& report);
bool is_epoch_functions(const Json& document);
absl::Status verify_epoch_functions(const Json& document, const std::string& file,
                                    VerifyReport& report);
bool is_runtime(const Json& document);
absl::Status verify_runtime(const Json& document, const std::string& file, VerifyReport& report);
bool is_identity(const Json& document);
absl::Status verify_identity(const Json& document, const std::string& file, VerifyReport& report,
                             Effort effort);
/// Kinds that this version cannot run: counts their cases. False where the document is none.
bool count_pending(const Json& document, VerifyReport& report);

}  // namespace yuma::lab
