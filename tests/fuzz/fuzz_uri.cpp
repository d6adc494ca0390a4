// SPDX-License-Identifier: MIT

// Secret URIs against the regular expressions by which Substrate defines them; junctions against
// the definition in words; and errors, which are a handful of fixed texts.

#include <cstddef>
#include <cstdint>
#include <regex>
#include <set>
#include <string>

#include "src/identity/derivation.hpp"
#include "tests/fuzz/require.hpp"
#include "yuma/identity/hash.hpp"

namespace {

using yuma::Bytes;
using yuma::Junction;
using yuma::fuzz::require;

/// std::regex recurses for each character.
constexpr std::size_t kLongest = 300;

bool fits_64_bits(const std::string& digits) {
  const std::string most = "18446744073709551615";
  const auto first = std::min(digits.find_first_not_of('0'), digits.size());
  const std::string number = digits.substr(first);
  return number.size() < most.size() || (number.size() == most.size() && number <= most);
}

yuma::Bytes32 slow_chain_code(const std::string& text) {
  Bytes encoded;
  std::smatch match;
  static const std::regex kNumber(R"(\+?([0-9]+))");
  if (std::regex_match(text, match, kNumber) && fits_64_bits(match[1])) {
    const std::uint64_t value = std::stoull(match[1]);
    for (int i = 0; i < 8; ++i) encoded.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  } else {
    if (text.size() < 64) {
      encoded.push_back(static_cast<std::uint8_t>(text.size() * 4));
    } else {
      encoded.push_back(static_cast<std::uint8_t>(text.size() * 4 % 256 + 1));
      encoded.push_back(static_cast<std::uint8_t>(text.size() / 64));
    }
    encoded.insert(encoded.end(), text.begin(), text.end());
  }
  if (encoded.size() > 32) return yuma::blake2b_256(encoded);
  yuma::Bytes32 out{};
  std::copy(encoded.begin(), encoded.end(), out.begin());
  return out;
}

void check_error(const absl::Status& status) {
  constexpr std::size_t kTexts = 12;
  static const std::regex kDigits("[0-9]+");
  static std::set<std::string> seen;
  seen.insert(std::regex_replace(std::string(status.message()), kDigits, "#"));
  require(seen.size() <= kTexts, "errors are fixed texts: " + std::string(status.message()));
}

void check_uri(const std::string& uri) {
  static const std::regex kUri(R"(([a-zA-Z0-9 ]+)?((?://?[^/]+)*)(?:///([^\n]*))?)");
  static const std::regex kJunction("/(/?)([^/]+)");
  std::smatch match;
  const bool right = std::regex_match(uri, match, kUri);
  const auto parts = yuma::parse_secret_uri(uri);
  require(parts.ok() == right, "the verdict on " + uri);
  if (!right) {
    check_error(parts.status());
    return;
  }
  require(parts->phrase == match[1].str() && parts->password == match[3].str(), "parts of " + uri);
  const std::string path = match[2];
  std::size_t count = 0;
  for (std::sregex_iterator it(path.begin(), path.end(), kJunction), end; it != end; ++it) {
    require(count < parts->path.size(), "enough junctions: " + uri);
    const Junction& junction = parts->path[count++];
    require(junction.hard == !(*it)[1].str().empty(), "hard and soft: " + uri);
    require(junction.chain_code == slow_chain_code((*it)[2]), "the chain code of " + uri);
  }
  require(count == parts->path.size(), "no more junctions: " + uri);
  // The phrase of development costs a millisecond each time, so it is left out.
  if (match[1].length() == 0) return;
  const auto key = yuma::KeyPair::from_uri(yuma::Scheme::kEd25519, uri);
  if (!key.ok()) check_error(key.status());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_uri(std::string(reinterpret_cast<const char*>(data), std::min(size, kLongest)));
  return 0;
}
