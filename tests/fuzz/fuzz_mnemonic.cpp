// SPDX-License-Identifier: MIT

// BIP39 phrases against a plain reading of them: which are valid, and what their normal form is.
// The input is a text, or numbers of words, whose checksum may be put right.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/identity/mnemonic.hpp"

namespace {

using yuma::Bytes;
using yuma::fuzz::require;
using yuma::test::ByteSource;

constexpr const char* kList =
#include "src/identity/bip39_english.inc"
    ;

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text + " ") {
    if (std::string_view(" \t\n\v\f\r", 6).find(c) == std::string_view::npos) {
      word.push_back(c);
    } else if (!word.empty()) {
      out.push_back(std::exchange(word, {}));
    }
  }
  return out;
}
const std::vector<std::string> kWords = split(kList);
const std::map<std::string, int> kNumbers = [] {
  std::map<std::string, int> out;
  for (const auto& word : kWords) out.emplace(word, static_cast<int>(out.size()));
  return out;
}();

/// The bits of the words, or none where a word is unknown.
std::vector<bool> bits_of(const std::vector<std::string>& words) {
  std::vector<bool> out;
  for (const std::string& word : words) {
    const auto found = kNumbers.find(word);
    if (found == kNumbers.end()) return {};
    for (int bit = 10; bit >= 0; --bit) out.push_back((found->second >> bit & 1) != 0);
  }
  return out;
}

/// The bits that should follow the entropy of so many bits of a phrase.
std::vector<bool> checksum_of(const std::vector<bool>& bits) {
  const std::size_t checksum = bits.size() / 33;
  Bytes entropy((bits.size() - checksum) / 8, 0);
  for (std::size_t i = 0; i < 8 * entropy.size(); ++i) {
    entropy[i / 8] = static_cast<std::uint8_t>(entropy[i / 8] * 2 + (bits[i] ? 1 : 0));
  }
  const auto hash = yuma::sha256(entropy);
  std::vector<bool> out;
  for (std::size_t i = 0; i < checksum; ++i) out.push_back((hash[0] >> (7 - i) & 1) != 0);
  return out;
}

bool is_valid(const std::vector<std::string>& words) {
  if (words.size() < 12 || words.size() > 24 || words.size() % 3 != 0) return false;
  const std::vector<bool> bits = bits_of(words);
  if (bits.empty()) return false;
  const auto sum = checksum_of(bits);
  return std::equal(sum.begin(), sum.end(), bits.end() - static_cast<std::ptrdiff_t>(sum.size()));
}

/// Puts the checksum right, which is in the last word.
void repair(std::vector<std::string>& words) {
  std::vector<bool> bits = bits_of(words);
  const auto sum = checksum_of(bits);
  std::copy(sum.begin(), sum.end(), bits.end() - static_cast<std::ptrdiff_t>(sum.size()));
  std::size_t index = 0;
  for (std::size_t i = bits.size() - 11; i < bits.size(); ++i)
    index = 2 * index + (bits[i] ? 1 : 0);
  words.back() = kWords[index];
}

void check_phrase(const std::string& text) {
  const auto words = split(text);
  const auto canonical = yuma::canonical_mnemonic(text);
  require(canonical.ok() == is_valid(words), "the verdict on " + text);
  if (!canonical.ok()) return;
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  require(canonical->text() == joined, "the normal form of " + text);
  // A seed costs a millisecond.
  if (kNumbers.at(words.front()) % 16 != 0) return;
  const auto seed = yuma::mnemonic_seed(text), same = yuma::mnemonic_seed(joined);
  require(seed.ok() && same.ok() && seed->size() == 32, "the seed of " + text);
  require(yuma::equal_in_constant_time(seed->bytes(), same->bytes()), "one seed for " + text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  if (source.flag()) {
    check_phrase(std::string(reinterpret_cast<const char*>(data), size).substr(size == 0 ? 0 : 1));
    return 0;
  }
  const bool right = source.flag();
  std::vector<std::string> words(right ? 12 + 3 * source.below(5) : source.below(30));
  for (auto& word : words) word = kWords[source.u16() % kWords.size()];
  if (right) repair(words);
  std::string text;
  for (const auto& word : words) text += word + std::string(1 + source.below(2), ' ');
  require(!right || is_valid(split(text)), "a repaired checksum");
  check_phrase(text);
  return 0;
}
