// SPDX-License-Identifier: MIT
#pragma once

// What most of the library includes, compiled once for all of it where YUMA_PRECOMPILE is on.
// Nobody includes it, and every file still names what it uses: the other presets build without it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
