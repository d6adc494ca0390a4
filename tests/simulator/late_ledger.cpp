// SPDX-License-Identifier: MIT

#include "tests/simulator/late_ledger.hpp"

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>

namespace yuma::simulator {

namespace {

[[noreturn]] void die(const absl::Status& status) {
  std::fprintf(stderr, "simulator: no ledger at a checkpoint: %s\n",
               std::string(status.message()).c_str());
  std::abort();
}

}  // namespace

std::unique_ptr<Ledger> ledger_at(const Genesis& genesis, const SealedState& checkpoint) {
  std::string folder = (std::filesystem::temp_directory_path() / "simulator-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) die(absl::UnavailableError(folder));
  const std::string path = folder + "/ledger";
  if (auto status = Ledger::create_at(path, genesis, checkpoint); !status.ok()) die(status);
  // From there into memory: what is on disk is tested elsewhere, and slow.
  std::stringstream exported;
  {
    auto file = Ledger::open(path);
    if (!file.ok()) die(file.status());
    if (auto status = (*file)->export_to(exported); !status.ok()) die(status);
  }
  std::filesystem::remove_all(folder);
  auto ledger = Ledger::import_in_memory(exported);
  if (!ledger.ok()) die(ledger.status());
  return *std::move(ledger);
}

}  // namespace yuma::simulator
