// SPDX-License-Identifier: MIT

// Any bytes as an export of polkadot-js: refused with a short message before anything slow. Inputs
// whose scrypt parameters are those of a wallet are left out, for each costs half a second.

#include <sodium.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fuzz/require.hpp"
#include "yuma/identity/polkadot_export.hpp"

namespace {

/// Whether the parameters, 12 bytes after a salt of 32, are such that scrypt would run.
bool costs_time(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("encoded") || !json["encoded"].is_string()) return false;
  const auto& digits = json["encoded"].get_ref<const std::string&>();
  std::vector<std::uint8_t> bytes(digits.size() + 1);
  std::size_t size = 0;
  if (sodium_base642bin(bytes.data(), bytes.size(), digits.data(), digits.size(), nullptr, &size,
                        nullptr, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      size < 44) {
    return false;
  }
  const auto u32 = [&](std::size_t at) {
    return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8U |
           static_cast<std::uint32_t>(bytes[at + 2]) << 16U |
           static_cast<std::uint32_t>(bytes[at + 3]) << 24U;
  };
  const std::uint32_t n = u32(32), p = u32(36), r = u32(40);
  return n > 1 && n <= 1U << 18U && (n & (n - 1)) == 0 && p == 1 && r >= 1 && r <= 8;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using yuma::fuzz::require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (costs_time(text)) return 0;
  const auto key = yuma::open_polkadot_export(text, "password");
  require(key.status().code() == absl::StatusCode::kInvalidArgument, "the kind of error");
  const std::string_view message(key.status().message().data(), key.status().message().size());
  require(!message.empty() && message.size() < 300, "the length of a message");
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a message is one printable line");
  return 0;
}
