// SPDX-License-Identifier: MIT
#pragma once

#include "absl/status/statusor.h"
#include "yuma/identity/secret.hpp"

namespace yuma {

/// Reads to the end, at most `most` bytes. InvalidArgument where there are more; else the system's
/// error.
absl::StatusOr<Secret> read_secret(int descriptor, std::size_t most);

}  // namespace yuma
