// SPDX-License-Identifier: MIT
#pragma once

// The tables of a signer's state (docs/signer.md). Errors name no path: the caller adds it.

#include <sqlite3.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/wire/signing_policy.hpp"

namespace yuma {

/// Makes the tables in an empty file.
absl::Status write_signing_file(const std::string& path, const PublicKey& key,
                                const SigningFloor& floor);

/// Takes the file for this connection alone and reads all of it: Unavailable where another has it,
/// DataLoss where a row is not what was written.
absl::StatusOr<SigningMemory> open_signing_file(sqlite3* db, const PublicKey& key);

/// Adds a record and removes what it makes needless, in one transaction. `memory` is what is in
/// the file.
absl::Status write_signing_record(sqlite3* db, const SigningMemory& memory,
                                  const SigningRecord& record);

}  // namespace yuma
