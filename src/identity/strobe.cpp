// SPDX-License-Identifier: MIT

#include "strobe.hpp"

#include <bit>
#include <utility>

#include "sodium.hpp"

namespace yuma {

static_assert(std::endian::native == std::endian::little, "lanes are read as little-endian bytes");

namespace {

constexpr int kRounds = 24;

/// The constants of the step iota, from the bits of the linear feedback shift register
/// x^8 + x^6 + x^5 + x^4 + 1 that defines them.
constexpr std::array<std::uint64_t, kRounds> iota_constants() {
  std::array<std::uint64_t, kRounds> out{};
  unsigned bits = 1;
  for (std::uint64_t& constant : out) {
    for (unsigned j = 0; j <= 6; ++j) {
      if ((bits & 1) != 0) constant |= std::uint64_t{1} << ((1U << j) - 1);
      bits <<= 1;
      if ((bits & 0x100) != 0) bits ^= 0x171;
    }
  }
  return out;
}
constexpr auto kIota = iota_constants();

/// Where the steps rho and pi take a lane from, and by how much they turn it, by its new index.
struct Move {
  std::size_t from = 0;
  int turn = 0;
};
constexpr std::array<Move, 25> moves() {
  std::array<Move, 25> out{};
  std::size_t x = 1, y = 0;
  for (int t = 0; t < 24; ++t) {
    const std::size_t to_y = (2 * x + 3 * y) % 5;
    out[y + 5 * to_y] = {x + 5 * y, (t + 1) * (t + 2) / 2 % 64};
    x = std::exchange(y, to_y);
  }
  return out;
}
constexpr auto kMoves = moves();

/// f(integral_constant<0>) ... f(integral_constant<N - 1>), written out: the lanes then live in
/// registers and no index is computed at run time.
template <std::size_t N, class F>
[[gnu::always_inline]] inline void unrolled(F f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }
  (std::make_index_sequence<N>{});
}

constexpr std::uint8_t kRate = 166;
constexpr std::uint8_t kInput = 1, kData = 2, kCipher = 4, kMeta = 16;

}  // namespace

void keccak_f1600(KeccakState& state) {
  KeccakState a = state, b;
  std::array<std::uint64_t, 5> column;
  for (const std::uint64_t iota : kIota) {
    unrolled<5>([&](auto x) { column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20]; });
    unrolled<25>([&](auto i) {
      constexpr Move kMove = kMoves[i];
      constexpr std::size_t kX = kMove.from % 5;
      const std::uint64_t theta = column[(kX + 4) % 5] ^ std::rotl(column[(kX + 1) % 5], 1);
      b[i] = std::rotl(a[kMove.from] ^ theta, kMove.turn);
    });
    unrolled<25>([&](auto i) {
      constexpr std::size_t kRow = i / 5 * 5;
      a[i] = b[i] ^ (~b[kRow + (i + 1) % 5] & b[kRow + (i + 2) % 5]);
    });
    a[0] ^= iota;
  }
  state = a;
}

Strobe128::Strobe128(std::string_view protocol) {
  constexpr std::array<std::uint8_t, 6> kStart{1, kRate + 2, 1, 0, 1, 96};
  constexpr std::string_view kName = "STROBEv1.0.2";
  std::copy(kStart.begin(), kStart.end(), bytes());
  std::copy(kName.begin(), kName.end(), bytes() + kStart.size());
  keccak_f1600(lanes_);
  meta_ad(bytes_of(protocol), false);
}

void Strobe128::meta_ad(ByteView data, bool more) {
  if (!more) begin(kMeta | kData);
  absorb(data);
}

void Strobe128::ad(ByteView data) {
  begin(kData);
  absorb(data);
}

void Strobe128::key(ByteView data) {
  begin(kData | kCipher);
  for (const std::uint8_t byte : data) {
    bytes()[position_++] = byte;
    if (position_ == kRate) run_f();
  }
}

void Strobe128::prf(std::span<std::uint8_t> out) {
  begin(kInput | kData | kCipher);
  for (std::uint8_t& byte : out) {
    byte = std::exchange(bytes()[position_++], std::uint8_t{0});
    if (position_ == kRate) run_f();
  }
}

void Strobe128::wipe() {
  // Operations run at the depth of this call and leave lanes of the permutation in their frames.
  constexpr std::size_t kFrames = 2048;
  sodium_memzero(lanes_.data(), sizeof lanes_);
  sodium_stackzero(kFrames);
}

void Strobe128::begin(std::uint8_t flags) {
  const std::array<std::uint8_t, 2> header{begin_, flags};
  begin_ = position_ + 1;
  absorb(header);
  if ((flags & kCipher) != 0 && position_ != 0) run_f();
}

void Strobe128::absorb(ByteView data) {
  while (!data.empty()) {
    const std::size_t count = std::min<std::size_t>(data.size(), kRate - position_);
    std::uint8_t* to = bytes() + position_;
    for (std::size_t i = 0; i < count; ++i) to[i] ^= data[i];
    position_ = static_cast<std::uint8_t>(position_ + count);
    data = data.subspan(count);
    if (position_ == kRate) run_f();
  }
}

void Strobe128::run_f() {
  bytes()[position_] ^= begin_;
  bytes()[position_ + 1] ^= 0x04;
  bytes()[kRate + 1] ^= 0x80;
  keccak_f1600(lanes_);
  position_ = 0;
  begin_ = 0;
}

}  // namespace yuma
