// SPDX-License-Identifier: MIT
#pragma once

// What most tests include, compiled once for all of them where YUMA_PRECOMPILE is on. Nobody
// includes it, and every file still names what it uses: the preset tsan builds without it.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <absl/strings/str_cat.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
