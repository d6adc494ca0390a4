// SPDX-License-Identifier: MIT

#include "merlin.hpp"

#include "sodium.hpp"

namespace yuma {

namespace {

std::array<std::uint8_t, 4> length_of(ByteView data) {
  if (data.size() > UINT32_MAX) die("a transcript takes messages below 4 GiB");
  const auto size = static_cast<std::uint32_t>(data.size());
  return {static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 24)};
}

}  // namespace

Transcript::Transcript(std::string_view protocol) : strobe_("Merlin v1.0") {
  append("dom-sep", bytes_of(protocol));
}

void Transcript::append(std::string_view label, ByteView message) {
  strobe_.meta_ad(bytes_of(label), false);
  strobe_.meta_ad(length_of(message), true);
  strobe_.ad(message);
}

void Transcript::challenge(std::string_view label, std::span<std::uint8_t> out) {
  strobe_.meta_ad(bytes_of(label), false);
  strobe_.meta_ad(length_of(out), true);
  strobe_.prf(out);
}

void Transcript::witness(std::string_view label, ByteView secret,
                         std::span<std::uint8_t> out) const {
  Strobe128 fork = strobe_;
  fork.meta_ad(bytes_of(label), false);
  fork.meta_ad(length_of(secret), true);
  fork.key(secret);
  Scratch<32> fresh;
  randombytes_buf(fresh.data(), 32);
  fork.meta_ad(bytes_of("rng"), false);
  fork.key(fresh.bytes());
  fork.meta_ad(length_of(out), false);
  fork.prf(out);
  fork.wipe();
}

}  // namespace yuma
