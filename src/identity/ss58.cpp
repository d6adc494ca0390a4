// SPDX-License-Identifier: MIT

#include "yuma/identity/ss58.hpp"

#include <algorithm>

#include "sodium.hpp"

namespace yuma {

namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// The value of each character; 58 for those that have none.
constexpr auto kDigits = [] {
  std::array<std::uint8_t, 256> out{};
  out.fill(58);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    out[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return out;
}();

constexpr std::size_t kMostBytes = 2 + 32 + 2;
/// 58^50 > 2^288: so many characters at most.
constexpr std::size_t kMostCharacters = 50;
/// Numbers of 288 bits, the least limb first; five characters at a time, as 58^5 < 2^32.
constexpr std::size_t kLimbs = kMostBytes / 4, kGroup = 5;
constexpr std::uint64_t kGroupBase = 58ULL * 58 * 58 * 58 * 58;
using Limbs = std::array<std::uint32_t, kLimbs>;

/// The prefixes below 16,384 that the Substrate registry (ss58-registry 1.51.0) gives to a network;
/// it reserves 46 and 47.
constexpr std::array<std::uint16_t, 146> kRegistered{
    0,     1,     2,     3,     4,     5,    6,    7,    8,    9,     10,    11,    12,    13,
    14,    15,    16,    17,    18,    19,   20,   21,   22,   23,    24,    25,    26,    27,
    28,    29,    30,    31,    32,    33,   34,   35,   36,   37,    38,    39,    40,    41,
    42,    43,    44,    45,    48,    49,   50,   51,   52,   53,    54,    55,    56,    57,
    58,    63,    65,    66,    67,    68,   69,   71,   72,   73,    77,    78,    81,    88,
    89,    90,    92,    93,    98,    99,   100,  101,  105,  110,   113,   117,   126,   128,
    129,   131,   136,   137,   172,   252,  255,  268,  420,  440,   666,   777,   789,   995,
    1110,  1221,  1222,  1284,  1285,  1328, 1337, 1516, 1985, 2007,  2009,  2021,  2024,  2032,
    2092,  2106,  2112,  2199,  2206,  2207, 2254, 3333, 4450, 5234,  5845,  6094,  7007,  7013,
    7306,  7391,  8866,  8883,  8886,  8888, 9072, 9807, 9935, 10041, 11330, 11331, 11486, 11820,
    12155, 12191, 12850, 13116, 14697, 14998};

std::string base58_encode(ByteView bytes) {
  Limbs limbs{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t at = bytes.size() - 1 - i;
    limbs[i / 4] |= static_cast<std::uint32_t>(bytes[at]) << (8 * (i % 4));
  }
  std::array<char, kMostCharacters> text{};
  for (std::size_t end = kMostCharacters; end != 0; end -= kGroup) {
    std::uint64_t rest = 0;
    for (std::size_t i = kLimbs; i-- != 0;) {
      rest = rest << 32 | limbs[i];
      limbs[i] = static_cast<std::uint32_t>(rest / kGroupBase);
      rest %= kGroupBase;
    }
    for (std::size_t i = 1; i <= kGroup; ++i, rest /= 58) text[end - i] = kAlphabet[rest % 58];
  }
  // Zero bytes in front are one character each, whatever the number.
  const auto zeros = std::find_if(bytes.begin(), bytes.end(), [](auto b) { return b != 0; });
  const auto* digits = std::find_if(text.begin(), text.end(), [](char c) { return c != '1'; });
  std::string out(static_cast<std::size_t>(zeros - bytes.begin()), '1');
  out.append(digits, text.cend());
  return out;
}

/// The bytes of a text, of which there are 36 at most; nothing for more or for other characters.
struct Decoded {
  std::array<std::uint8_t, kMostBytes> buffer{};
  std::size_t size = 0;
  ByteView bytes() const { return ByteView(buffer).first(size); }
};
std::optional<Decoded> base58_decode(std::string_view text) {
  if (text.size() > kMostCharacters) return std::nullopt;
  Limbs limbs{};
  for (std::string_view rest = text; !rest.empty();) {
    // The first group is the short one.
    const std::size_t count = (rest.size() - 1) % kGroup + 1;
    std::uint64_t carry = 0, factor = 1;
    for (const char c : rest.substr(0, count)) {
      const std::uint8_t digit = kDigits[static_cast<std::uint8_t>(c)];
      if (digit == 58) return std::nullopt;
      carry = 58 * carry + digit;
      factor *= 58;
    }
    rest.remove_prefix(count);
    for (std::uint32_t& limb : limbs) {
      carry += factor * limb;
      limb = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry != 0) return std::nullopt;
  }
  std::array<std::uint8_t, kMostBytes> number;
  for (std::size_t i = 0; i < kMostBytes; ++i) {
    number[kMostBytes - 1 - i] = static_cast<std::uint8_t>(limbs[i / 4] >> (8 * (i % 4)));
  }
  const auto* first = std::find_if(number.begin(), number.end(), [](auto b) { return b != 0; });
  const auto zeros = std::min(text.find_first_not_of('1'), text.size());
  Decoded out;
  out.size = zeros + static_cast<std::size_t>(number.end() - first);
  if (out.size > kMostBytes) return std::nullopt;
  std::copy(first, number.cend(), out.buffer.begin() + zeros);
  return out;
}

/// The first two bytes of BLAKE2b-512 over "SS58PRE" and what the address says.
std::array<std::uint8_t, 2> checksum(ByteView said) {
  constexpr std::string_view kContext = "SS58PRE";
  std::array<std::uint8_t, kContext.size() + kMostBytes> input{};
  std::copy(kContext.begin(), kContext.end(), input.begin());
  std::copy(said.begin(), said.end(), input.begin() + kContext.size());
  Bytes64 hash;
  start_sodium();
  crypto_generichash(hash.data(), hash.size(), input.data(), kContext.size() + said.size(), nullptr,
                     0);
  return {hash[0], hash[1]};
}

/// The text is not repeated: it may be a secret that went into the wrong place.
absl::Status no_address(std::string_view why) {
  return absl::InvalidArgumentError("ss58_decode: text " + std::string(why));
}

}  // namespace

std::string ss58_encode(const AccountId& account, std::uint16_t prefix) {
  if (prefix >= 1 << 14) die("ss58_encode: a prefix has 14 bits");
  std::array<std::uint8_t, kMostBytes> bytes;
  std::size_t size = 0;
  if (prefix < 64) {
    bytes[size++] = static_cast<std::uint8_t>(prefix);
  } else {
    bytes[size++] = static_cast<std::uint8_t>(0x40 | (prefix & 0xfc) >> 2);
    bytes[size++] = static_cast<std::uint8_t>(prefix >> 8 | (prefix & 3) << 6);
  }
  std::copy(account.begin(), account.end(), bytes.begin() + size);
  size += account.size();
  const auto sum = checksum(ByteView(bytes).first(size));
  std::copy(sum.begin(), sum.end(), bytes.begin() + size);
  return base58_encode(ByteView(bytes).first(size + sum.size()));
}

absl::StatusOr<Ss58Address> ss58_decode(std::string_view text) {
  const auto decoded = base58_decode(text);
  if (!decoded) return no_address("is not base58 of up to 36 bytes");
  const ByteView bytes = decoded->bytes();
  const std::size_t prefix_size = bytes.empty() || bytes[0] < 64 ? 1 : 2;
  if (bytes.size() != prefix_size + 32 + 2) return no_address("has not the length of an address");
  if (bytes[0] >= 128) return no_address("begins with a byte that no prefix has");
  Ss58Address out;
  out.prefix = bytes[0];
  if (prefix_size == 2) {
    out.prefix =
        static_cast<std::uint16_t>((bytes[0] & 0x3f) << 2 | bytes[1] >> 6 | (bytes[1] & 0x3f) << 8);
  }
  if (!std::binary_search(kRegistered.begin(), kRegistered.end(), out.prefix)) {
    return no_address("has a prefix that is not registered");
  }
  const auto sum = checksum(bytes.first(prefix_size + 32));
  if (!std::equal(sum.begin(), sum.end(), bytes.last(2).begin())) {
    return no_address("has a wrong checksum: a character differs");
  }
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(prefix_size), 32, out.account.begin());
  return out;
}

absl::StatusOr<AccountId> ss58_decode_account(std::string_view text) {
  const auto address = ss58_decode(text);
  if (!address.ok()) return address.status();
  // Prefix 42 can also be spelt in two bytes, which makes 49 characters: the one other text that
  // decodes to this prefix.
  constexpr std::size_t kUsualSize = 48;
  if (address->prefix != kBittensorPrefix || text.size() != kUsualSize) {
    return no_address("has not prefix 42 in its usual form");
  }
  return address->account;
}

}  // namespace yuma
