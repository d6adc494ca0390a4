// SPDX-License-Identifier: MIT

// Equations s B = R + k A of any bytes, and true ones with some bytes changed: every kernel answers
// as libsodium does, for one equation and for all at once.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "curve/dispatch.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/schnorr_cases.hpp"
#include "tests/support/schnorr_reference.hpp"

namespace {

using yuma::Bytes32;
using yuma::curve::SchnorrEquation;
using yuma::test::ByteSource;

constexpr std::size_t kMostEquations = 3;

Bytes32 bytes32(ByteSource& source) {
  Bytes32 out;
  for (auto& b : out) b = source.byte();
  return out;
}

/// A scalar of any bytes, mostly reduced: the upper half of all of them is none.
Bytes32 scalar(ByteSource& source) {
  Bytes32 out = bytes32(source);
  out[31] &= 0x1f;
  return out;
}

Bytes32 reduced(ByteSource& source) { return yuma::test::plus(scalar(source), {}); }

SchnorrEquation equation(ByteSource& source) {
  switch (source.below(4)) {
    case 0:
      return {bytes32(source), bytes32(source), scalar(source), scalar(source)};
    case 1: {
      const Bytes32 a = reduced(source), s = reduced(source);
      return yuma::test::equation_with_response(a, s, reduced(source));
    }
    default: {
      const Bytes32 a = reduced(source), r = reduced(source);
      SchnorrEquation e = yuma::test::equation(a, r, reduced(source));
      Bytes32* const parts[] = {&e.public_key, &e.nonce_point, &e.response, &e.challenge};
      for (std::size_t n = source.below(3); n > 0; --n) {
        yuma::test::flip_bit(*parts[source.below(4)], source.byte());
      }
      return e;
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  std::vector<SchnorrEquation> equations(1 + source.below(kMostEquations));
  bool all = true;
  for (auto& e : equations) {
    e = equation(source);
    const bool expected = yuma::test::reference_holds(e);
    all = all && expected;
    for (const auto* const kernel : yuma::curve::kernels()) {
      yuma::fuzz::require(yuma::curve::holds(*kernel, e) == expected,
                          std::string("one equation as by libsodium, ") + kernel->name);
    }
  }
  for (const auto* const kernel : yuma::curve::kernels()) {
    yuma::fuzz::require(yuma::curve::all_hold(*kernel, equations) == all,
                        std::string("all as each alone, ") + kernel->name);
  }
  return 0;
}
