// SPDX-License-Identifier: MIT

#include "cli/subnet_source.hpp"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files.hpp"
#include "cli/key_options.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/ledger/ledger.hpp"

namespace yuma::cli {

namespace {

constexpr std::size_t kMostBytes = kMaxStateBytes + 1024;

absl::Status about(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

bool begins_with(ByteView bytes, std::string_view text) {
  return text_of(bytes).substr(0, text.size()) == text;
}

absl::StatusOr<SubnetSource> read_ledger(const std::string& path) {
  const auto ledger = Ledger::open_to_read(path);
  if (!ledger.ok()) return ledger.status();
  auto sealed = (*ledger)->newest_state();
  if (!sealed.ok()) return sealed.status();
  return SubnetSource{SubnetSource::Kind::kLedger, path, std::move(sealed->state), sealed->block_id,
                      (*ledger)->genesis().origin};
}

absl::StatusOr<SubnetSource> read_genesis(const std::string& path, ByteView bytes) {
  const auto genesis = decode_genesis(bytes);
  if (!genesis.ok()) return about(path, genesis.status());
  auto sealed = sealed_state(*genesis);
  if (!sealed.ok()) return about(path, sealed.status());
  return SubnetSource{SubnetSource::Kind::kGenesis, path, std::move(sealed->state),
                      sealed->block_id, genesis->origin};
}

absl::StatusOr<SubnetSource> read_state(const std::string& path, ByteView bytes) {
  auto state = decode_state(bytes);
  if (state.ok()) {
    return SubnetSource{SubnetSource::Kind::kState, path, *std::move(state), std::nullopt,
                        std::nullopt};
  }
  return absl::InvalidArgumentError(absl::StrCat(path, ": is no genesis, no ledger and no state (",
                                                 state.status().message(), ")"));
}

absl::StatusOr<std::optional<SubnetSource>> read_as(SubnetSource::Kind kind,
                                                    const std::string& path) {
  auto source = read_subnet(path);
  if (!source.ok()) return source.status();
  if (source->kind == kind) return std::optional(*std::move(source));
  return absl::InvalidArgumentError(absl::StrCat(path, ": is a ", kind_text(source->kind),
                                                 ", but --", kind_text(kind), " was given"));
}

}  // namespace

absl::StatusOr<SubnetSource> read_subnet(const std::string& given) {
  constexpr std::string_view kSqlite("SQLite format 3\0", 16);
  const std::string path = expand_home(given);
  const auto begin = read_beginning(path, kSqlite.size());
  if (!begin.ok()) return begin.status();
  // An exported ledger is told from others where ledgers are opened.
  if (begins_with(*begin, kSqlite) || begins_with(*begin, "yuma-ledger ")) return read_ledger(path);
  const auto bytes = read_file(path, kMostBytes);
  if (!bytes.ok()) return bytes.status();
  if (begins_with(*bytes, object_tag(ObjectKind::kGenesis))) return read_genesis(path, *bytes);
  return read_state(path, *bytes);
}

std::string kind_text(SubnetSource::Kind kind) {
  switch (kind) {
    case SubnetSource::Kind::kGenesis:
      return "genesis";
    case SubnetSource::Kind::kLedger:
      return "ledger";
    case SubnetSource::Kind::kState:
      break;
  }
  return "state";
}

void add_subnet_choice(CLI::App& command, SubnetChoice& choice) {
  auto* ledger = command.add_option("--ledger", choice.ledger, "ledger of a node of the subnet")
                     ->type_name("FILE")
                     ->check(not_empty());
  command
      .add_option("--genesis", choice.genesis,
                  "or its genesis, while no amendment has\nbeen applied")
      ->type_name("FILE")
      ->check(not_empty())
      ->excludes(ledger);
}

absl::StatusOr<std::optional<SubnetSource>> chosen_subnet(const SubnetChoice& choice) {
  if (!choice.ledger.empty()) return read_as(SubnetSource::Kind::kLedger, choice.ledger);
  if (!choice.genesis.empty()) return read_as(SubnetSource::Kind::kGenesis, choice.genesis);
  return std::optional<SubnetSource>();
}

}  // namespace yuma::cli
