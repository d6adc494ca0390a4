// SPDX-License-Identifier: MIT

// key verify: whether a signature is one of a key over a message.

#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/key_commands.hpp"
#include "cli/key_info.hpp"
#include "cli/output.hpp"

namespace yuma::cli {

namespace {

struct Options {
  std::string key, signature;
  Scheme scheme = Scheme::kSr25519;
  MessageChoice message;
  bool json = false;
};

std::string_view without_0x(std::string_view digits) {
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  return digits;
}

/// An address, or the digits of a public key.
absl::StatusOr<PublicKey> public_key_of(const Options& options) {
  PublicKey key;
  key.scheme = options.scheme;
  if (const auto bytes = array_from_hex<32>(without_0x(options.key))) {
    key.bytes = *bytes;
  } else {
    const auto account = ss58_decode_account(options.key);
    if (!account.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--by: is neither 64 digits nor an address: ", account.status().message()));
    }
    key.bytes = *account;
  }
  if (auto status = check_public_key(key); !status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--by: ", status.message()));
  }
  return key;
}

/// What polkadot-js signs in the place of a message that a person gives it.
Bytes wrapped(const Bytes& message) {
  constexpr std::string_view kBefore = "<Bytes>", kAfter = "</Bytes>";
  Bytes out(kBefore.begin(), kBefore.end());
  out.insert(out.end(), message.begin(), message.end());
  out.insert(out.end(), kAfter.begin(), kAfter.end());
  return out;
}

int report(const Options& options, const PublicKey& key, bool exact, bool as_bytes) {
  const int verdict = exact || as_bytes ? kDone : kFailed;
  int status = kDone;
  if (options.json) {
    nlohmann::ordered_json out;
    out["valid"] = exact || as_bytes;
    out["wrapped"] = as_bytes;
    add_public_key(out, key);
    status = print_result(printed(out));
  } else if (exact) {
    status = print_result("good: signed by this key, exactly this message\n");
  } else if (as_bytes) {
    status = print_result(
        "good: signed by this key, the message within <Bytes>...</Bytes> as polkadot-js does\n");
  } else {
    const bool sr25519 = key.scheme == Scheme::kSr25519;
    status = print_result(absl::StrCat(
        "bad: no signature of this key over this message, nor over <Bytes>message</Bytes>\n"
        "(as an ",
        sr25519 ? "sr25519 key; --scheme ed25519 tries" : "ed25519 key; --scheme sr25519 tries",
        " the other scheme)\n"));
  }
  return status == kDone ? verdict : kBadInput;
}

/// 1 is the verdict on a signature and nothing else.
int without_verdict(const absl::Status& status) {
  complain("key verify", status);
  return kBadInput;
}

int run(const Options& options) {
  const auto key = public_key_of(options);
  if (!key.ok()) return without_verdict(key.status());
  const auto signature = array_from_hex<64>(without_0x(options.signature));
  if (!signature) {
    return without_verdict(
        absl::InvalidArgumentError("--signature: is not 128 hexadecimal digits"));
  }
  const auto message = message_of(options.message);
  if (!message.ok()) return without_verdict(message.status());
  const bool exact = verify(*key, *message, *signature);
  return report(options, *key, exact, !exact && verify(*key, wrapped(*message), *signature));
}

}  // namespace

void add_key_verify(CLI::App& key, int& exit_code) {
  auto o = std::make_shared<Options>();
  CLI::App* command = key.add_subcommand("verify", "check a signature over a message");
  command->add_option("--by,--address", o->key, "address, or public key as digits")
      ->type_name("ADDRESS")
      ->required();
  command->add_option("--signature", o->signature, "the signature, 128 digits, 0x allowed")
      ->type_name("DIGITS")
      ->required();
  add_scheme_option(*command, o->scheme);
  add_message_options(*command, o->message);
  command->add_flag("--json", o->json, "print the result as JSON");
  command->footer(
      "Exit status: 0 it is good, 1 it is not, 2 that could not be found out.\n"
      "Example: key verify --by 5Grw... --message hello --signature 8acad1...");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace yuma::cli
