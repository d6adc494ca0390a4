// SPDX-License-Identifier: MIT

// Any bytes as SCALE: the first ones choose which values are read, the rest is read. What is read
// to the end is written back to the same bytes, and nothing is allocated that the input cannot
// fill.

#include <string>

#include "tests/fuzz/require.hpp"
#include "yuma/wire/scale.hpp"

namespace {

using yuma::fuzz::require;

constexpr std::size_t kMostValues = 16, kMostBytes = std::size_t{1} << 20;

/// Reads one value of a kind and writes what was read.
void copy_value(unsigned kind, yuma::ScaleReader& in, yuma::ScaleWriter& out) {
  switch (kind % 10) {
    case 0:
      return out.number(in.number<std::uint8_t>());
    case 1:
      return out.number(in.number<std::uint16_t>());
    case 2:
      return out.number(in.number<std::uint64_t>());
    case 3:
      return out.boolean(in.boolean());
    case 4:
      return out.compact(in.compact());
    case 5:
      return out.compact128(in.compact128());
    case 6:
      return out.blob(in.blob(kMostBytes));
    case 7:
      return out.raw(in.array<32>());
    case 8: {
      const auto numbers = in.numbers<std::uint16_t>(kMostBytes);
      return out.numbers(std::span(numbers));
    }
    default: {
      const auto value = in.option<std::uint64_t>([&] { return in.number<std::uint64_t>(); });
      return out.option(value, [&](std::uint64_t v) { out.number(v); });
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const yuma::ByteView all(data, size);
  if (all.empty()) return 0;
  const std::size_t kinds = std::min<std::size_t>(all[0] % kMostValues, size - 1);
  const yuma::ByteView values = all.subspan(1 + kinds);
  yuma::ScaleReader in(values);
  yuma::ScaleWriter out;
  for (std::size_t k = 0; k < kinds; ++k) {
    const std::size_t before = in.position();
    copy_value(all[1 + k], in, out);
    require(in.position() >= before && in.position() <= values.size(), "the position");
    if (in.ok()) {
      require(yuma::text_of(out.bytes()) == yuma::text_of(values.first(in.position())),
              "what is read is written back as it was");
    }
  }
  const bool over = in.left() == 0, ok = in.ok();
  const auto status = in.finish();
  require(status.ok() == (ok && over), "the verdict at the end");
  require(status.ok() || status.code() == absl::StatusCode::kInvalidArgument, "the error");
  return 0;
}
