// SPDX-License-Identifier: MIT

// Any bytes as an exported ledger: it is refused with a line for people, or taken, and then it is
// a ledger like any other that gives the same bytes again. Since no fuzzer finds a hash, one is put
// behind the bytes too.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "tests/fuzz/require.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/ledger/ledger.hpp"

namespace {

using yuma::ByteView;
using yuma::Ledger;
using yuma::fuzz::require;

/// Errors that bytes from outside may lead to.
void check_error(const absl::Status& status, const char* what) {
  require(status.ok() || status.code() == absl::StatusCode::kDataLoss, what);
  require(status.ok() || (!status.message().empty() && status.message().size() < 2'000), what);
}

void check_ledger(Ledger& ledger, const std::string& bytes) {
  std::ostringstream out;
  const auto exported = ledger.export_to(out);
  require(exported.ok() && out.str() == bytes, "an imported ledger gives the same bytes");
  check_error(ledger.restore().status(), "what is restored");
  const auto summary = ledger.summary();
  require(summary.ok(), "the summary");
  require(summary->first_epoch <= summary->last_epoch, "the order of epochs");
  for (const std::uint64_t epoch : summary->states) {
    check_error(ledger.state_at_or_before(epoch).status(), "a kept state");
  }
  require(ledger.check_integrity().ok(), "the file as SQLite sees it");
  require(ledger.prune(summary->last_epoch).ok(), "pruning");
}

void check(const std::string& bytes) {
  std::istringstream in(bytes);
  const auto ledger = Ledger::import_in_memory(in);
  if (ledger.ok()) return check_ledger(**ledger, bytes);
  check_error(ledger.status(), "the kind of error");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(yuma::text_of(ByteView(data, size)));
  check(bytes);
  std::string ended = "yuma-ledger 1\n" + bytes;
  const yuma::Bytes32 hash = yuma::blake2b_256(yuma::bytes_of(ended));
  ended += std::string("\xff\x20\0\0\0", 5);
  ended += yuma::text_of(hash);
  check(ended);
  return 0;
}
