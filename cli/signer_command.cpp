// SPDX-License-Identifier: MIT

#include "cli/signer_command.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/key_options.hpp"
#include "cli/output.hpp"
#include "nlohmann/json.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/net/signer_client.hpp"
#include "yuma/net/signer_server.hpp"
#include "yuma/net/signing_state.hpp"
#include "yuma/wire/btauth.hpp"

namespace yuma::cli {

namespace {

constexpr const char* kAbout = "signer";

/// What the command line gives, of all three commands.
struct SignerOptions {
  KeyChoice key;
  std::string state, socket;
  PasswordSource::Options password;

  std::optional<std::uint64_t> above, above_amendment, above_address;

  std::vector<std::string> users;
  std::string group;
  std::size_t max_connections = SignerServerOptions{}.max_connections;
  double rate = SignerServerOptions{}.overall.per_second;
  bool no_amendments = false;
  bool vectors_without_commit = false;

  bool json = false;
};

/// Where a hotkey's signer keeps its state and listens, unless told otherwise: WALLET/signer/, for
/// of WALLET/hotkeys/ the SDK takes every file for a key.
struct SignerPaths {
  std::string hotkey, state, socket;
};

absl::StatusOr<SignerPaths> paths_of(const SignerOptions& o) {
  const auto place = place_of(o.key);
  if (!place.ok()) return place.status();
  const std::filesystem::path hotkey = place->path;
  SignerPaths out{place->path, expand_home(o.state), expand_home(o.socket)};
  if (o.key.file.empty()) {
    const auto base = hotkey.parent_path().parent_path() / "signer" / hotkey.filename();
    if (out.state.empty()) out.state = base.string() + ".db";
    if (out.socket.empty()) out.socket = base.string() + ".sock";
  }
  if (out.state.empty()) return absl::InvalidArgumentError("--file needs --state");
  return out;
}

absl::StatusOr<KeyPair> open_hotkey(const SignerOptions& o, const std::string& path) {
  PasswordSource passwords(o.password);
  auto file =
      load_key_file(path, KeyRole::kHotkey, passwords, [](const std::string& text) { note(text); });
  if (!file.ok()) return file.status();
  if (!file->key) {
    return absl::FailedPreconditionError(
        absl::StrCat("'", path, "' holds the public part of a key only"));
  }
  return *std::move(file->key);
}

/// Makes the folder that the state lies in; further ones above it have to be there.
absl::Status make_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (folder.empty() || std::filesystem::exists(folder, error)) return absl::OkStatus();
  if (mkdir(folder.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("cannot make the folder '", folder.string(),
                                                    "': ", std::system_category().message(errno)));
}

SigningFloor floor_of(const SignerOptions& o) {
  // Which amendments and addresses were signed does not follow from an epoch: without a number, no
  // more of them.
  const std::uint64_t all = o.above ? std::numeric_limits<std::uint64_t>::max() : 0;
  return {o.above.value_or(0), o.above_amendment.value_or(all), o.above_address.value_or(all)};
}

int run_init(const SignerOptions& o) {
  const auto paths = paths_of(o);
  if (!paths.ok()) return complain(kAbout, paths.status());
  const auto key = open_hotkey(o, paths->hotkey);
  if (!key.ok()) return complain(kAbout, key.status());
  absl::Status status = make_folder_of(paths->state);
  const SigningFloor floor = floor_of(o);
  if (status.ok()) status = SigningState::create(paths->state, key->public_key(), floor);
  if (!status.ok()) return complain(kAbout, status);
  std::string text = absl::StrCat("made ", paths->state, " for ", key->address(), "\n");
  if (floor.epoch > 0) absl::StrAppend(&text, "signs nothing up to epoch ", floor.epoch, "\n");
  if (floor.amendment == std::numeric_limits<std::uint64_t>::max()) {
    absl::StrAppend(&text, "signs no amendments: --above-amendment NUMBER allows those above\n");
  }
  if (floor.address == std::numeric_limits<std::uint64_t>::max()) {
    absl::StrAppend(&text, "signs no addresses: --above-address COUNTER allows those above\n");
  }
  return print_result(text);
}

absl::StatusOr<uid_t> uid_of(const std::string& user) {
  uid_t uid = 0;
  const auto [end, error] = std::from_chars(user.data(), user.data() + user.size(), uid);
  if (error == std::errc() && end == user.data() + user.size()) return uid;
  if (const passwd* entry = getpwnam(user.c_str())) return entry->pw_uid;
  return absl::InvalidArgumentError(absl::StrCat("--allow-user: no user '", user, "'"));
}

absl::StatusOr<SignerServerOptions> server_options(const SignerOptions& o, std::string socket) {
  SignerServerOptions out;
  out.path = std::move(socket);
  out.allowed_uids = {geteuid()};
  for (const std::string& user : o.users) {
    const auto uid = uid_of(user);
    if (!uid.ok()) return uid.status();
    out.allowed_uids.push_back(*uid);
  }
  if (!o.group.empty()) {
    const group* entry = getgrnam(o.group.c_str());
    if (entry == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat("--group: no group '", o.group, "'"));
    }
    out.group = entry->gr_gid;
  }
  out.max_connections = o.max_connections;
  out.overall = {o.rate, 2 * o.rate};
  out.per_connection = {o.rate / 2, o.rate};
  out.log = [](const std::string& line) { note(line); };
  return out;
}

int run_signer(const SignerOptions& o) {
  // A closed standard error or a limit on the size of files is an error like others.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  const auto paths = paths_of(o);
  if (!paths.ok()) return complain(kAbout, paths.status());
  if (paths->socket.empty()) {
    return complain(kAbout, absl::InvalidArgumentError("--file needs --socket"));
  }
  auto options = server_options(o, paths->socket);
  if (!options.ok()) return complain(kAbout, options.status());
  auto key = open_hotkey(o, paths->hotkey);
  if (!key.ok()) return complain(kAbout, key.status());
  LocalSigner hotkey(*std::move(key));
  const PublicKey& own = hotkey.public_key();
  const auto state = SigningState::open(paths->state, own);
  if (!state.ok()) return complain(kAbout, state.status());

  SigningRules rules;
  rules.vectors_without_commit = o.vectors_without_commit;
  rules.amendments = !o.no_amendments;
  SigningService service(hotkey, **state, rules, [] { return unix_time_ns(); });
  const auto server = SignerServer::listen(*std::move(options), service);
  if (!server.ok()) return complain(kAbout, server.status());
  const SigningMemory& memory = (*state)->memory();
  const std::string_view scheme = scheme_name(own.scheme);
  note(absl::StrCat(
      "signer: ", absl::string_view(scheme.data(), scheme.size()), " hotkey ", own.address(), ", ",
      memory.entries().size(), " places signed at in ", paths->state,
      memory.floor().epoch == 0 ? ""
                                : absl::StrCat(", nothing up to epoch ", memory.floor().epoch)));
  (*server)->run(/*until_signal=*/true);
  return kDone;
}

std::string text_of(const SignerStatus& s) {
  const std::string_view scheme = scheme_name(s.key.scheme);
  return absl::StrCat("hotkey       ", s.key.address(), "\n",                                  //
                      "scheme       ", absl::string_view(scheme.data(), scheme.size()), "\n",  //
                      "places       ", s.slots, "\n",                                          //
                      "above epoch  ", s.above, "\n",                                          //
                      "signed       ", s.signed_count, "\n",                                   //
                      "sent again   ", s.resent_count, "\n",                                   //
                      "refused      ", s.refused_count, "\n",                                  //
                      "failed       ", s.failed_count, "\n",                                   //
                      "connections  ", s.connections, "\n");
}

std::string json_of(const SignerStatus& s) {
  const nlohmann::ordered_json out = {
      {"hotkey", s.key.address()},   {"scheme", scheme_name(s.key.scheme)},
      {"places", s.slots},           {"above_epoch", s.above},
      {"signed", s.signed_count},    {"sent_again", s.resent_count},
      {"refused", s.refused_count},  {"failed", s.failed_count},
      {"connections", s.connections}};
  return out.dump() + "\n";
}

int run_status(const SignerOptions& o) {
  const auto paths = paths_of(o);
  if (!paths.ok()) return complain(kAbout, paths.status());
  const auto signer = RemoteSigner::connect({paths->socket, RemoteSignerOptions{}.limit});
  if (!signer.ok()) return complain(kAbout, signer.status());
  const auto status = (*signer)->status();
  if (!status.ok()) return complain(kAbout, status.status());
  return print_result(o.json ? json_of(*status) : text_of(*status));
}

void add_key_options(CLI::App& app, SignerOptions& o, WithFile with_file) {
  add_key_choice(app, o.key, with_file);
  app.remove_option(app.get_option("--coldkey"));  // it signs for a hotkey
}

void add_state_options(CLI::App& app, SignerOptions& o) {
  app.add_option("--state", o.state, "what was signed (signer/HOT.db in the wallet)")
      ->type_name("FILE");
  add_password_options(app, o.password);
}

void add_socket_option(CLI::App& app, SignerOptions& o) {
  app.add_option("--socket", o.socket, "where it listens (signer/HOT.sock in the wallet)")
      ->type_name("PATH");
}

void add_run_options(CLI::App& app, SignerOptions& o) {
  add_key_options(app, o, WithFile::kYes);
  add_state_options(app, o);
  add_socket_option(app, o);
  app.add_option("--allow-user", o.users, "also answer this user (name or number; repeatable)")
      ->type_name("USER")
      ->expected(1);
  app.add_option("--group", o.group, "give the socket to this group, mode 0660")
      ->type_name("GROUP");
  app.add_option("--max-connections", o.max_connections, "at a time")
      ->check(CLI::Range(1, 10'000))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--rate", o.rate, "requests a second, in all")
      ->check(CLI::Range(1.0, 1e6))
      ->type_name("N")
      ->capture_default_str();
  app.add_flag("--no-amendments", o.no_amendments, "refuse amendments");
  app.add_flag("--vectors-without-commit", o.vectors_without_commit,
               "for subnets without commits: sign vectors that open none");
}

}  // namespace

void add_signer_command(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<SignerOptions>();
  CLI::App* signer = app.add_subcommand(
      "signer", "holds the hotkey in a process of its own, which signs by rules");
  signer->require_subcommand(0, 1);
  add_run_options(*signer, *o);

  CLI::App* init = signer->add_subcommand("init", "make the state that it needs");
  add_key_options(*init, *o, WithFile::kYes);
  add_state_options(*init, *o);
  init->add_option("--above", o->above,
                   "where the hotkey has signed before: sign nothing up to this epoch")
      ->type_name("EPOCH")
      ->check(CLI::NonNegativeNumber);
  init->add_option("--above-amendment", o->above_amendment, "no amendment up to this number")
      ->type_name("NUMBER")
      ->check(CLI::NonNegativeNumber);
  init->add_option("--above-address", o->above_address, "no address record up to this counter")
      ->type_name("COUNTER")
      ->check(CLI::NonNegativeNumber);
  init->callback([o, &exit_code] { exit_code = run_init(*o); });

  CLI::App* run = signer->add_subcommand("run", "listen until SIGTERM or SIGINT");
  add_run_options(*run, *o);
  run->callback([o, &exit_code] { exit_code = run_signer(*o); });

  CLI::App* status = signer->add_subcommand("status", "ask a running one what it did");
  add_key_options(*status, *o, WithFile::kNo);
  add_socket_option(*status, *o);
  status->add_flag("--json", o->json, "as JSON");
  status->callback([o, &exit_code] { exit_code = run_status(*o); });

  signer->callback([o, signer, &exit_code] {
    if (signer->get_subcommands().empty()) exit_code = run_signer(*o);
  });
}

}  // namespace yuma::cli
