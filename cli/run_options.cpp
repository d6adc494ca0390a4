// SPDX-License-Identifier: MIT

#include "cli/run_options.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/subnet_hotkey.hpp"
#include "cli/subnet_source.hpp"
#include "cli/subnet_values.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/net/endpoint.hpp"
#include "yuma/net/signer_client.hpp"

namespace yuma::cli {

namespace {

namespace fs = std::filesystem;

absl::Status named(absl::string_view flag, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(flag, ": ", status.message()));
}

/// ~/.yuma/NETWORK/HOTKEY, both shortened to what still tells them apart.
absl::StatusOr<std::string> default_folder(const std::optional<Genesis>& genesis,
                                           const PublicKey& own) {
  if (!genesis) {
    return absl::InvalidArgumentError(
        "needs --genesis FILE, or --data FOLDER of a node that has run before");
  }
  const auto id = genesis_id(*genesis);
  if (!id.ok()) return named("--genesis", id.status());
  constexpr std::size_t kShort = 12;
  return absl::StrCat(expand_home("~/.yuma"), "/", to_hex(*id).substr(0, kShort), "/",
                      own.address());
}

absl::Status make_folder(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return absl::OkStatus();
  const fs::path parent = fs::path(path).parent_path();
  if (!parent.empty()) fs::create_directories(parent, error);
  if (!error && (mkdir(path.c_str(), S_IRWXU) == 0 || errno == EEXIST)) return absl::OkStatus();
  const std::string why = error ? error.message() : std::system_category().message(errno);
  return absl::FailedPreconditionError(
      absl::StrCat("--data: cannot make the folder '", path, "': ", why));
}

absl::StatusOr<Genesis> read_genesis(const std::string& path) {
  const auto bytes = read_file(expand_home(path), kMaxStateBytes + 1024);
  if (!bytes.ok()) return named("--genesis", bytes.status());
  auto genesis = decode_genesis(*bytes);
  if (!genesis.ok()) return named("--genesis", named(path, genesis.status()));
  return genesis;
}

absl::StatusOr<SealedState> read_checkpoint(const RunOptions& options) {
  auto source = read_subnet(options.checkpoint);
  if (!source.ok()) return named("--checkpoint", source.status());
  if (source->kind == SubnetSource::Kind::kGenesis) {
    return absl::InvalidArgumentError(
        "--checkpoint: is a genesis; a checkpoint is the ledger of somebody whom you trust, or a "
        "state with --checkpoint-block");
  }
  if (!options.checkpoint_block.empty()) {
    const auto id = array_from_hex<32>(options.checkpoint_block);
    if (!id) return absl::InvalidArgumentError("--checkpoint-block: must be 64 digits");
    if (source->block_id && *source->block_id != *id) {
      return absl::InvalidArgumentError("--checkpoint-block: the ledger has another last block");
    }
    source->block_id = *id;
  }
  if (!source->block_id) {
    return absl::InvalidArgumentError(
        "--checkpoint: a state does not say which block led to it; give --checkpoint-block ID too");
  }
  return SealedState{std::move(source->state), *source->block_id};
}

absl::StatusOr<Endpoint> read_endpoint(absl::string_view text) {
  return parse_endpoint(std::string_view(text.data(), text.size()));
}

/// Whether this is every address of the machine, which nobody else can call.
bool is_wildcard(const std::string& host) { return host == "0.0.0.0" || host == "::"; }

absl::StatusOr<KeyPair> open_hotkey(const RunOptions& options) {
  const auto place = place_of(options.key);
  if (!place.ok()) return place.status();
  PasswordSource passwords(options.password);
  auto file = load_key_file(place->path, KeyRole::kHotkey, passwords, tell);
  if (!file.ok()) return file.status();
  if (!file->key) {
    return absl::FailedPreconditionError(
        absl::StrCat(place->path, ": has the public part of a key only"));
  }
  return *std::move(file->key);
}

}  // namespace

void add_run_options(CLI::App& command, RunOptions& o, std::string listen, std::string page) {
  o.listen = std::move(listen);
  o.page = std::move(page);
  command.add_option("--config", o.config, "settings in TOML; flags and environment go first")
      ->type_name("FILE")
      ->check(not_empty());
  command.add_flag("--print-config", o.print_config, "print the settings and where they are from");
  command.add_flag("--dry-run", o.dry_run, "say what would be done and whether it would count");

  const auto text = [&](const char* name, std::string& value, const char* about, const char* type) {
    return command.add_option(name, value, about)->type_name(type)->check(not_empty());
  };
  const auto texts = [&](const char* name, std::vector<std::string>& value, const char* about,
                         const char* type) {
    return command.add_option(name, value, about)
        ->type_name(type)
        ->check(not_empty())
        ->expected(1, 1000)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->allow_extra_args(false);
  };
  text("--genesis", o.genesis, "the subnet: its genesis", "FILE");
  text("--data", o.data, "folder for ledger, addresses and scores\n(~/.yuma/NETWORK/HOTKEY)",
       "FOLDER");
  text("--ledger", o.ledger, "the ledger (ledger.db in --data)", "FILE");
  texts("--peer", o.peers, "a validator to ask first; repeatable", "HOTKEY@HOST:PORT");
  add_key_choice(command, o.key, WithFile::kYes);
  command.remove_option(command.get_option("--coldkey"));
  add_password_options(command, o.password);
  auto* signer = text("--signer", o.signer, "the hotkey is in an isolated signer", "unix:PATH");
  for (const char* other : {"--wallet", "--name", "--hotkey", "--file"}) {
    signer->excludes(command.get_option(other));
  }
  text("--listen", o.listen, "where to be asked", "ADDR:PORT")->capture_default_str();
  texts("--announce", o.announce,
        "as what others reach it; repeatable, the best first\n(--listen, "
        "where that is one address)",
        "HOST:PORT");
  text("--page", o.page, "page, metrics and health; off: none", "ADDR:PORT")->capture_default_str();
  texts("--page-host", o.page_hosts, "a name under which the page may be asked for; repeatable",
        "NAME");
  command.add_option("--log-format", o.log_format, "text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  command.add_option("--log-level", o.log_level, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();

  text("--checkpoint", o.checkpoint, "a ledger or state that you trust, to start from", "FILE");
  text("--checkpoint-block", o.checkpoint_block, "which block led to it, of a state", "ID");
  command
      .add_option("--trust-days", o.trust_days, "an older last seal needs a checkpoint; 0: never")
      ->type_name("DAYS")
      ->check(CLI::Range(0U, 36'500U))
      ->capture_default_str();
  command
      .add_option("--exchange-ms", o.exchange_ms, "how often another node is asked how far it is")
      ->type_name("MS")
      ->check(CLI::Range(10U, 60'000U))
      ->capture_default_str();
}

RunConfig config_of(CLI::App& command) {
  RunConfig out(command, {"config", "print-config", "dry-run", "password-fd"});
  out.add_choice({"wallet", "name", "hotkey", "file", "signer"});
  return out;
}

absl::StatusOr<RunPlace> place_of_run(const RunOptions& options, const PublicKey& own,
                                      MakeFolder make) {
  RunPlace out;
  if (!options.genesis.empty()) {
    auto genesis = read_genesis(options.genesis);
    if (!genesis.ok()) return genesis.status();
    out.genesis = *std::move(genesis);
  }
  if (!options.checkpoint.empty()) {
    auto checkpoint = read_checkpoint(options);
    if (!checkpoint.ok()) return checkpoint.status();
    out.checkpoint = *std::move(checkpoint);
  }
  out.folder = expand_home(options.data);
  if (out.folder.empty()) {
    auto folder = default_folder(out.genesis, own);
    if (!folder.ok()) return folder.status();
    out.folder = *std::move(folder);
  }
  if (make == MakeFolder::kYes) {
    if (absl::Status status = make_folder(out.folder); !status.ok()) return status;
  }
  out.ledger =
      options.ledger.empty() ? absl::StrCat(out.folder, "/ledger.db") : expand_home(options.ledger);
  out.scores = absl::StrCat(out.folder, "/scores.json");
  return out;
}

absl::StatusOr<SealedState> present_state(const RunPlace& place) {
  std::error_code error;
  if (fs::exists(place.ledger, error)) {
    auto source = read_subnet(place.ledger);
    if (!source.ok()) return source.status();
    return SealedState{std::move(source->state), source->block_id.value_or(Bytes32{})};
  }
  if (place.checkpoint) return *place.checkpoint;
  if (place.genesis) return sealed_state(*place.genesis);
  return absl::NotFoundError(absl::StrCat("there is no ledger at '", place.ledger,
                                          "' yet: give --genesis FILE for the first start"));
}

std::vector<subnet::ExchangeTarget> read_peers(const RunOptions& options, Problems& problems) {
  std::vector<subnet::ExchangeTarget> out;
  for (const std::string& text : options.peers) {
    const std::size_t at = text.find('@');
    if (at == std::string::npos) {
      problems.add("--peer", "is written HOTKEY@HOST:PORT");
      continue;
    }
    const auto key =
        parse_hotkey(std::string_view(text).substr(0, at), wallets_folder_of(options.key.path));
    if (!key.ok()) {
      problems.add("--peer", key.status());
      continue;
    }
    subnet::ExchangeTarget target{*key, {}};
    for (const absl::string_view where : absl::StrSplit(text.substr(at + 1), ',')) {
      const auto endpoint = read_endpoint(where);
      if (endpoint.ok()) target.endpoints.push_back(*endpoint);
      if (!endpoint.ok()) problems.add("--peer", endpoint.status());
    }
    out.push_back(std::move(target));
  }
  return out;
}

std::optional<Endpoint> read_listener(const std::string& text, const std::string& flag,
                                      Problems& problems) {
  if (text == "off") return std::nullopt;
  auto endpoint = parse_endpoint(text, std::nullopt, /*any_port=*/true);
  if (endpoint.ok()) return *endpoint;
  problems.add(flag, endpoint.status());
  return std::nullopt;
}

std::vector<Endpoint> read_announced(const RunOptions& options, Problems& problems) {
  std::vector<Endpoint> out;
  for (const std::string& text : options.announce) {
    const auto endpoint = read_endpoint(text);
    if (!endpoint.ok()) {
      problems.add("--announce", endpoint.status());
    } else if (is_wildcard(endpoint->host)) {
      problems.add("--announce", "nobody can reach a node at 0.0.0.0 or ::");
    } else {
      out.push_back(*endpoint);
    }
  }
  if (out.size() > kMaxEndpoints) problems.add("--announce", "can be given at most four times");
  return out;
}

absl::StatusOr<RunSigner> open_signer(const RunOptions& options) {
  RunSigner out;
  out.is_remote = !options.signer.empty();
  auto signer = make_signer(options.signer, [&] { return open_hotkey(options); });
  if (!signer.ok()) return signer.status();
  out.signer = *std::move(signer);
  return out;
}

absl::StatusOr<std::chrono::milliseconds> read_time(const std::string& text) {
  if (text == "0") return std::chrono::milliseconds(0);
  const auto ms = parse_block_time(text);
  if (!ms.ok()) return ms.status();
  return std::chrono::milliseconds(*ms);
}

}  // namespace yuma::cli
