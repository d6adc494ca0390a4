// SPDX-License-Identifier: MIT
#pragma once

// Epoch files: the input of an epoch, and recorded results beside it. The JSON schema is described
// in docs/epoch-file.md: a bare input object, or a file with `input` and `expected` for one epoch,
// or a sequence of epochs in which each starts from the bonds and permits of the one before.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "yuma/snapshot/epoch_snapshot.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma {

/// Reads an input object. Errors name the place below `at`.
absl::StatusOr<EpochSnapshot> read_epoch_snapshot(const Json& input, const JsonPath& at);

/// Overwrites the fields of a snapshot that `fields` names. On an error the snapshot is as it was.
absl::Status overwrite_fields(EpochSnapshot& snapshot, const Json& fields, const JsonPath& at);

/// What the epoch, like the chain, will ignore or fill in: rows and entries for uids from n on,
/// vectors that are too short or long. Usually a mistake in the file. One sentence each.
std::vector<std::string> ignored_parts(const EpochSnapshot& snapshot);

/// A file of one epoch or a sequence.
struct EpochFile {
  std::string name;         ///< empty for a bare input
  std::string description;  ///< empty for a bare input
  bool sequence = false;
  std::optional<std::uint32_t> rules;  ///< spec_version the results were recorded under, where said
  EpochSnapshot input;                 ///< of the first epoch
  std::vector<Json> steps;             ///< fields to overwrite before each further epoch
  std::vector<Json> expected;          ///< recorded results, one an epoch; none for a bare input

  std::size_t epochs() const { return steps.size() + 1; }
};

/// Makes the input of epoch k > 0 of the input of the epoch before it and what that one stored.
absl::Status next_epoch(const EpochFile& file, std::size_t k, const EpochResult& before,
                        EpochSnapshot& state);

/// Is this document an epoch file, judging by its fields?
bool is_epoch_file(const Json& document);

/// Reads any of the three forms. Errors name the place.
absl::StatusOr<EpochFile> read_epoch_file(const Json& document);

}  // namespace yuma
