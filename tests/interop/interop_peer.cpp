// SPDX-License-Identifier: MIT

// Our side of the interop tests: one JSON object a line on standard input, one answer a line on
// standard output, in the words of the peers (address, public, signature: hexadecimal digits
// without "0x"). What cannot be done is answered with {"ok": false, "error", "message"}.

#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "yuma/identity/polkadot_export.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/snapshot/json.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"
#include "yuma/wire/request_verifier.hpp"
#include "yuma/wire/weights.hpp"

namespace yuma {
namespace {

/// Tests are written by us: a line that is not understood ends the program.
[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "interop_peer: %s\n", why.c_str());
  std::exit(2);
}

std::string text(const Json& line, const char* key) {
  if (!line.contains(key) || !line[key].is_string()) give_up(absl::StrCat("no text ", key));
  return line[key].get<std::string>();
}

std::string text_or(const Json& line, const char* key, const char* otherwise) {
  return line.contains(key) ? text(line, key) : otherwise;
}

Bytes bytes(const Json& line, const char* key) {
  auto out = from_hex(text(line, key));
  if (!out) give_up(absl::StrCat(key, ": not hexadecimal digits"));
  return *std::move(out);
}

Scheme scheme(const Json& line) {
  const auto scheme = scheme_of_name(text(line, "scheme"));
  if (!scheme) give_up("no such scheme");
  return *scheme;
}

Json refused(const absl::Status& status) {
  return {{"ok", false},
          {"error", absl::StatusCodeToString(status.code())},
          {"message", std::string(status.message())}};
}

/// Keys are asked for by URI again and again: derived once.
absl::StatusOr<Signer*> signer(const Json& line) {
  static std::map<std::pair<Scheme, std::string>, std::unique_ptr<LocalSigner>> keys;
  auto& known = keys[{scheme(line), text(line, "key")}];
  if (!known) {
    auto key = KeyPair::from_uri(scheme(line), text(line, "key"));
    if (!key.ok()) return key.status();
    known = std::make_unique<LocalSigner>(*std::move(key));
  }
  return known.get();
}

Json described(const PublicKey& key) {
  return {{"ok", true},
          {"scheme", scheme_name(key.scheme)},
          {"public", to_hex(key.bytes)},
          {"address", key.address()}};
}

Json derive(const Json& line) {
  const auto key = signer(line);
  return key.ok() ? described((*key)->public_key()) : refused(key.status());
}

Json sign(const Json& line) {
  const auto key = signer(line);
  if (!key.ok()) return refused(key.status());
  const auto signature = (*key)->sign(bytes(line, "message"));
  if (!signature.ok()) return refused(signature.status());
  Json out = described((*key)->public_key());
  out["signature"] = to_hex(*signature);
  return out;
}

Json verify_signature(const Json& line) {
  const auto account = ss58_decode_account(text(line, "address"));
  const auto signature = array_from_hex<64>(text(line, "signature"));
  const bool valid = account.ok() && signature &&
                     verify({scheme(line), *account}, bytes(line, "message"), *signature);
  return {{"ok", true}, {"valid", valid}};
}

Json ss58(const Json& line) {
  if (line.contains("public")) {
    const auto account = array_from_hex<32>(text(line, "public"));
    if (!account) give_up("an account of another length");
    return {{"ok", true},
            {"address", ss58_encode(*account, line.value("prefix", kBittensorPrefix))}};
  }
  const auto address = ss58_decode(text(line, "address"));
  if (!address.ok()) return refused(address.status());
  return {{"ok", true}, {"public", to_hex(address->account)}, {"prefix", address->prefix}};
}

Json sign_request(const Json& line) {
  const auto key = signer(line);
  if (!key.ok()) return refused(key.status());
  const std::string method = text(line, "method"), target = text(line, "target");
  OutgoingRequest request;
  request.method = method;
  request.target = target;
  request.body_sha256 = BodyHash::of(bytes(line, "body"));
  request.unbound = !line.contains("receiver");
  if (!request.unbound) {
    const auto receiver = ss58_decode_account(text(line, "receiver"));
    if (!receiver.ok()) return refused(receiver.status());
    request.receiver = *receiver;
  }
  const auto made = RequestSigner(**key).sign(request);
  if (!made.ok()) return refused(made.status());
  Json headers = Json::array();
  for (const Header& h : made->headers) headers.push_back(Json::array({h.name, h.value}));
  return {{"ok", true}, {"headers", headers}, {"nonce", std::to_string(made->nonce)}};
}

/// A server of its own for each own hotkey and demand; all of a hotkey share a memory of nonces.
const RequestVerifier& server(const Json& line) {
  static std::map<std::string, std::shared_ptr<ReplayWindow>> windows;
  static std::map<std::string, RequestVerifier> servers;
  const std::string own = text(line, "self_hotkey"), pinned = line.value("ed25519", Json()).dump();
  const bool require_receiver = line.value("require_receiver", true);
  const std::string name = absl::StrCat(own, pinned, require_receiver);
  if (const auto found = servers.find(name); found != servers.end()) return found->second;
  VerifierOptions options;
  options.started_ns = 0;
  options.require_receiver = require_receiver;
  const auto hotkey = ss58_decode_account(own);
  if (!hotkey.ok()) give_up("self_hotkey: not an address");
  options.hotkey = *hotkey;
  for (const Json& address : line.value("ed25519", Json::array())) {
    const auto account = ss58_decode_account(address.get<std::string>());
    if (!account.ok()) give_up("ed25519: not an address");
    options.ed25519_hotkeys.push_back(*account);
  }
  if (!windows[own]) windows[own] = *ReplayWindow::make();
  auto verifier = RequestVerifier::make(options, windows[own]);
  if (!verifier.ok()) give_up(std::string(verifier.status().message()));
  return servers.emplace(name, *std::move(verifier)).first->second;
}

Json verify_request(const Json& line) {
  std::vector<Header> headers;
  for (const Json& pair : line["headers"]) {
    headers.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
  }
  const std::uint64_t now =
      line.contains("now") ? *read_decimal(text(line, "now")) : unix_time_ns();
  const Bytes body = bytes(line, "body");
  const std::string method = text(line, "method"), target = text(line, "target");
  const auto caller = server(line).verify(method, target, views_of(headers), body, now);
  if (!caller.ok()) {
    return {{"ok", false},
            {"error", auth_reason_name(caller.refusal().reason)},
            {"status", caller.refusal().status},
            {"message", caller.refusal().detail}};
  }
  return {{"ok", true},
          {"hotkey", caller->caller.address()},
          {"nonce", std::to_string(caller->nonce)},
          {"crypto_type", static_cast<int>(caller->caller.scheme)}};
}

absl::StatusOr<KeyFile> new_key(const Json& line) {
  if (line.contains("phrase")) return key_file_of_phrase(scheme(line), text(line, "phrase"));
  if (line.contains("seed")) return key_file_of_seed(scheme(line), bytes(line, "seed"));
  auto key = KeyPair::from_uri(scheme(line), text(line, "key"));
  if (!key.ok()) return key.status();
  return key_file_of_key(*std::move(key));
}

/// {file, pub, password?, and phrase, seed or key}
Json write_key(const Json& line) {
  const auto file = new_key(line);
  if (!file.ok()) return refused(file.status());
  const auto json = key_file_json(*file);
  if (!json.ok()) return refused(json.status());
  absl::Status written;
  if (line.contains("password")) {
    const auto sealed = seal_key_file(json->bytes(), text(line, "password"));
    if (!sealed.ok()) return refused(sealed.status());
    written = write_key_file(text(line, "file"), *sealed, IfThere::kRefuse);
  } else {
    written = write_key_file(text(line, "file"), json->bytes(), IfThere::kRefuse);
  }
  if (!written.ok()) return refused(written);
  const std::string shown = public_key_file_json(file->public_key);
  written = write_key_file(text(line, "pub"), bytes_of(shown), IfThere::kRefuse);
  return written.ok() ? described(file->public_key) : refused(written);
}

/// {file, password?, message}: what is in a key file, and a signature where it holds a secret.
Json read_key(const Json& line) {
  const auto stored = read_key_file(text(line, "file"));
  if (!stored.ok()) return refused(stored.status());
  const auto file = open_key_file(stored->contents.bytes(), text_or(line, "password", ""));
  if (!file.ok()) return refused(file.status());
  Json out = described(file->public_key);
  out["mode"] = stored->mode;
  out["format"] = key_file_format_name(key_file_format(stored->contents.bytes()));
  if (file->key) out["signature"] = to_hex(file->key->sign(bytes(line, "message")));
  return out;
}

Json list(const Json& line) {
  const auto wallets = list_wallets(text(line, "folder"));
  if (!wallets.ok()) return refused(wallets.status());
  Json out = Json::array();
  for (const ListedWallet& w : *wallets) out.push_back(Json::array({w.name, w.hotkeys}));
  return {{"ok", true}, {"wallets", out}};
}

Json open_export(const Json& line) {
  const auto key = open_polkadot_export(text(line, "json"), text(line, "password"));
  return key.ok() ? described(key->public_key()) : refused(key.status());
}

Json weights(const Json& line) {
  const auto uids = line["uids"].get<std::vector<std::int64_t>>();
  const auto scores = line["weights"].get<std::vector<double>>();
  absl::StatusOr<UidWeights> result;
  if (line.contains("own_uid")) {
    const WeightLimits limits{line["own_uid"].get<std::uint16_t>(),
                              line["min_allowed_weights"].get<std::uint16_t>(),
                              line["max_weight_limit"].get<std::uint16_t>()};
    result = conform_weights(uids, scores, limits);
  } else {
    result = normalize_weights(uids, scores);
  }
  if (!result.ok()) return refused(result.status());
  return {{"ok", true}, {"uids", result->uids}, {"values", result->values}};
}

using Answer = Json (*)(const Json&);
const std::map<std::string, Answer> kAnswers = {
    {"derive", derive},
    {"sign", sign},
    {"verify", verify_signature},
    {"ss58", ss58},
    {"sign_request", sign_request},
    {"verify_request", verify_request},
    {"write_key", write_key},
    {"read_key", read_key},
    {"list", list},
    {"open_export", open_export},
    {"weights", weights},
};

int run() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const auto request = parse_json(line);
    if (!request.ok()) give_up(std::string(request.status().message()));
    const auto answer = kAnswers.find(text(*request, "do"));
    if (answer == kAnswers.end()) give_up(absl::StrCat("cannot do ", text(*request, "do")));
    std::cout << answer->second(*request).dump() << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace yuma

int main() { return yuma::run(); }
