// SPDX-License-Identifier: MIT

#include "yuma/identity/mnemonic.hpp"

#include <openssl/evp.h>

#include "sodium.hpp"

namespace yuma {

namespace {

constexpr std::string_view kWordList =
#include "bip39_english.inc"
    ;

constexpr std::size_t kWordCount = 2048, kWordBits = 11;
constexpr std::size_t kFewestWords = 12, kMostWords = 24, kWordStep = 3;
/// Three words carry 32 bits of entropy and one of its checksum.
constexpr std::size_t kMostEntropy = kMostWords / kWordStep * 4;

constexpr std::array<std::string_view, kWordCount> split_word_list() {
  std::array<std::string_view, kWordCount> out{};
  std::size_t start = 0, count = 0;
  for (std::size_t i = 0; i < kWordList.size(); ++i) {
    if (kWordList[i] != ' ') continue;
    out[count++] = kWordList.substr(start, i - start);
    start = i + 1;
  }
  return out;
}
constexpr auto kWords = split_word_list();
static_assert(std::is_sorted(kWords.begin(), kWords.end()) && kWords.back() == "zoo");

constexpr bool is_word_count(std::size_t words) {
  return words >= kFewestWords && words <= kMostWords && words % kWordStep == 0;
}

/// Entropy and behind it, in the byte that follows, the first bits of its SHA-256.
class Entropy {
 public:
  std::size_t words = 0;

  std::size_t size() const { return words / kWordStep * 4; }
  std::span<std::uint8_t> bytes() { return buffer_.bytes().first(size()); }
  ByteView bytes() const { return buffer_.bytes().first(size()); }

  /// The index that the word at `position` has in the list.
  std::size_t word(std::size_t position) const {
    std::size_t index = 0;
    for (std::size_t i = 0; i < kWordBits; ++i) {
      const std::size_t bit = kWordBits * position + i;
      const bool is_set = (buffer_.data()[bit / 8] & 0x80U >> bit % 8) != 0;
      index = 2 * index + (is_set ? 1 : 0);
    }
    return index;
  }
  void append(std::size_t index) {
    for (std::size_t i = 0; i < kWordBits; ++i) {
      const std::size_t bit = kWordBits * words + i;
      const auto value = index >> (kWordBits - 1 - i) & 1;
      buffer_.data()[bit / 8] |= static_cast<std::uint8_t>(value << (7 - bit % 8));
    }
    ++words;
  }

  /// The checksum that belongs to the entropy, and the one that is there.
  std::uint8_t right_checksum() const {
    Scratch<32> hash;
    crypto_hash_sha256(hash.data(), buffer_.data(), size());
    return hash.data()[0] & mask();
  }
  std::uint8_t checksum() const { return buffer_.data()[size()] & mask(); }
  void set_checksum() { buffer_.data()[size()] = right_checksum(); }

 private:
  std::uint8_t mask() const { return static_cast<std::uint8_t>(0xff00U >> (words / kWordStep)); }

  Scratch<kMostEntropy + 1> buffer_;
};

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The next word of a text, which is taken off; empty at the end.
std::string_view next_word(std::string_view& text) {
  const auto* start = std::find_if_not(text.begin(), text.end(), is_blank);
  const auto* end = std::find_if(start, text.end(), is_blank);
  const std::string_view word(start, static_cast<std::size_t>(end - start));
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return word;
}

absl::Status no_phrase(std::string_view why) {
  return absl::InvalidArgumentError("a mnemonic phrase " + std::string(why));
}

absl::Status read_phrase(std::string_view phrase, Entropy& out) {
  start_sodium();
  std::size_t count = 0;
  for (std::string_view rest = phrase; !next_word(rest).empty();) ++count;
  if (!is_word_count(count)) {
    return no_phrase("has 12, 15, 18, 21 or 24 words, not " + std::to_string(count));
  }
  while (out.words < count) {
    const std::string_view word = next_word(phrase);
    const auto* found = std::lower_bound(kWords.begin(), kWords.end(), word);
    if (found == kWords.end() || *found != word) {
      return no_phrase("has a word that is not in the English BIP39 list (lower case): word " +
                       std::to_string(out.words + 1));
    }
    out.append(static_cast<std::size_t>(found - kWords.begin()));
  }
  if (out.checksum() != out.right_checksum()) {
    return no_phrase("has a wrong checksum: a word differs or the order does");
  }
  return absl::OkStatus();
}

Secret write_phrase(const Entropy& entropy) {
  constexpr std::size_t kLongestWord = 8;
  static_assert(std::all_of(kWords.begin(), kWords.end(),
                            [](std::string_view w) { return w.size() <= kLongestWord; }));
  Scratch<kMostWords*(kLongestWord + 1)> text;
  std::size_t size = 0;
  for (std::size_t i = 0; i < entropy.words; ++i) {
    if (i != 0) text.data()[size++] = ' ';
    const std::string_view word = kWords[entropy.word(i)];
    text.put(size, bytes_of(word));
    size += word.size();
  }
  return Secret::copy_of(ByteView(text.bytes()).first(size));
}

}  // namespace

Secret new_mnemonic(int words) {
  Entropy entropy;
  entropy.words = static_cast<std::size_t>(words);
  if (!is_word_count(entropy.words)) die("new_mnemonic: no such number of words");
  start_sodium();
  randombytes_buf(entropy.bytes().data(), entropy.size());
  entropy.set_checksum();
  return write_phrase(entropy);
}

absl::StatusOr<Secret> canonical_mnemonic(std::string_view phrase) {
  Entropy entropy;
  if (const absl::Status status = read_phrase(phrase, entropy); !status.ok()) return status;
  return write_phrase(entropy);
}

absl::StatusOr<Secret> mnemonic_seed(std::string_view phrase, std::string_view password) {
  constexpr std::string_view kSalt = "mnemonic";
  constexpr int kRounds = 2048;
  Entropy entropy;
  if (const absl::Status status = read_phrase(phrase, entropy); !status.ok()) return status;
  Secret salt(kSalt.size() + password.size());
  std::copy(kSalt.begin(), kSalt.end(), salt.bytes().begin());
  std::copy(password.begin(), password.end(), salt.bytes().last(password.size()).begin());
  Scratch<64> derived;
  if (PKCS5_PBKDF2_HMAC(reinterpret_cast<const char*>(entropy.bytes().data()),
                        static_cast<int>(entropy.size()), salt.bytes().data(),
                        static_cast<int>(salt.size()), kRounds, EVP_sha512(), 64,
                        derived.data()) != 1) {
    die("PBKDF2 fails");
  }
  return Secret::copy_of(ByteView(derived.bytes()).first(32));
}

}  // namespace yuma
