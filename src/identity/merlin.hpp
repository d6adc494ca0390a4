// SPDX-License-Identifier: MIT
#pragma once

// Merlin transcripts: the hash of sr25519. Whatever both sides know is appended under a label, and
// challenges are drawn from all of it.

#include "strobe.hpp"

namespace yuma {

/// A plain value: a copy continues from the same point, so a constant beginning is made once.
/// Messages of 2^32 bytes and more abort: their length does not fit.
class Transcript {
 public:
  explicit Transcript(std::string_view protocol);

  void append(std::string_view label, ByteView message);
  void challenge(std::string_view label, std::span<std::uint8_t> out);

  /// Fills `out` with bytes that only the owner of `secret` could foretell, and not even they: they
  /// depend on the transcript, the secret and fresh randomness, so that none of them has to be
  /// perfect. The transcript itself stays as it is.
  void witness(std::string_view label, ByteView secret, std::span<std::uint8_t> out) const;

  /// Overwrites a transcript that a secret was appended to; it is of no use afterwards.
  void wipe() { strobe_.wipe(); }

 private:
  Strobe128 strobe_;
};

}  // namespace yuma
