// SPDX-License-Identifier: MIT

#include "lab/verify/identity_groups.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace yuma::lab {

namespace {

constexpr Group kDendrite[] = {
    {"message"},
    {"body_hash_note"},
    {"valid_signature_by_alice_sr25519", Shape::kOne, "dendrite"},
    {"body_hashes", Shape::kEach, "dendrite"},
};

constexpr Group kRoundArithmetic[] = {
    {"current_round", Shape::kEach, "schedule"},
    {"round_at", Shape::kEach, "schedule"},
    {"reveal_time", Shape::kEach, "schedule"},
};

constexpr Group kSchedule[] = {
    {"predict", Shape::kEach, "schedule"},
    {"rounds", Shape::kEach, "schedule"},
    {"round_arithmetic", Shape::kGroups, "", nullptr, kRoundArithmetic},
    {"n_blocks", Shape::kEach, "schedule"},
    {"commits", Shape::kEach, "schedule"},
    {"envelopes", Shape::kEach, "schedule"},
};

constexpr Group kCodec[] = {
    {"metadata"},
    {"calls", Shape::kEach, "codec"},
    {"eras", Shape::kEach, "codec"},
    {"storage_keys", Shape::kEach, "storage_keys"},
    {"extrinsics", Shape::kEach, "extrinsics"},
};

constexpr Group kWallet[] = {
    {"modes", Shape::kEach, "wallets", verify_wallet_modes},
    {"listing", Shape::kOne, "wallets", verify_wallet_listing},
};

constexpr Group kWeights[] = {
    {"normalize", Shape::kEach, "weights", verify_normalize},
    {"clip", Shape::kEach, "weights", verify_clip},
    {"conform", Shape::kEach, "weights", verify_conform},
    {"pairs", Shape::kEach, "weights", verify_pairs},
};

constexpr Group kSdkLive[] = {
    {"note"},
    {"made_with"},
    {"keys", Shape::kEach, "keys", verify_sdk_key},
    {"derivation_edges", Shape::kEach, "derivation_edges", verify_derivation_edge},
    {"ss58", Shape::kEach, "ss58", verify_address_text},
    {"requests", Shape::kEach, "requests", verify_request},
    {"verify", Shape::kEach, "verify", verify_verdicts},
    {"keyfiles", Shape::kEach, "keyfiles", verify_key_file},
    {"polkadot_js_exports", Shape::kEach, "exports", verify_export},
    {"password_variables", Shape::kEach, "password_variables", verify_password_variable},
    {"wallet", Shape::kGroups, "", nullptr, kWallet},
    {"weights", Shape::kGroups, "", nullptr, kWeights},
    {"commit_hashes", Shape::kEach, "commit_hashes", verify_commit_hash},
    {"schedule", Shape::kGroups, "", nullptr, kSchedule},
    {"set_weights", Shape::kEach, "set_weights"},
    {"codec", Shape::kGroups, "", nullptr, kCodec},
};

constexpr Group kSubstrate[] = {
    {"generated_with"},
    {"keys", Shape::kEach, "keys", verify_substrate_key},
    {"ss58", Shape::kEach, "ss58", verify_address_encoding},
    {"ss58_invalid", Shape::kEach, "ss58", verify_address_invalid},
    {"signatures", Shape::kEach, "signatures", verify_signatures},
    {"wrapped_bytes", Shape::kEach, "wrapped_bytes", verify_wrapped_bytes},
    {"hashes", Shape::kEach, "hashes", verify_hashes},
    {"scale_compact", Shape::kEach, "scale", verify_compact},
    {"commit_weights", Shape::kEach, "commit_hashes", verify_commit_hash},
    {"calls", Shape::kEach, "codec"},
    {"storage_keys", Shape::kEach, "storage_keys"},
    {"storage_hashers", Shape::kEach, "storage_hashers"},
    {"extrinsic", Shape::kOne, "extrinsics"},
};

constexpr Group kSdkKeyFile[] = {
    {"env_password", Shape::kOne, "password_variables", verify_password_variable},
};

constexpr Group kSdk[] = {
    {"note"},
    {"keys", Shape::kEach, "keys", verify_named_key},
    {"dendrite_v10", Shape::kGroups, "", nullptr, kDendrite},
    {"commit_v4_payload", Shape::kOne, "commit_payloads"},
    {"btauth1", Shape::kOne, "btauth", verify_golden_request},
    {"commit_v2", Shape::kOne, "commit_hashes", verify_commit_hash},
    {"keyfile", Shape::kOne, "keyfiles", verify_sealed_text, kSdkKeyFile},
    {"hashers", Shape::kEach, "storage_hashers"},
    {"storage_prefixes", Shape::kEach, "storage_prefixes"},
};

constexpr Group kKeyFile[] = {
    {"note"},
    {"mnemonic"},
    {"password"},
    {"mini_secret", Shape::kOne, "keys", verify_phrase},
    {"sr25519", Shape::kOne, "keys", verify_phrase},
    {"ed25519", Shape::kOne, "keys", verify_phrase},
    {"alice_sr25519_canonical", Shape::kOne, "keys", verify_canonical_key},
    {"keyfile_plain", Shape::kOne, "keyfiles", verify_golden_key_file},
    {"nacl", Shape::kOne, "keyfiles", verify_golden_key_file},
    {"fernet", Shape::kOne, "keyfiles", verify_golden_key_file},
    {"sealedbox", Shape::kOne, "sealed_box", verify_sealed_box},
    {"env_password", Shape::kOne, "password_variables", verify_password_variable},
};

constexpr Group kBtauth[] = {
    {"note"},
    {"keys", Shape::kEach, "keys", verify_named_key},
    {"cases", Shape::kEach, "btauth", verify_btauth},
};

constexpr Group kSr25519Edges[] = {
    {"kind"},
    {"note"},
    {"oracle"},
    {"verify", Shape::kEach, "sr25519_edges", verify_sr25519_edge},
    {"batches", Shape::kEach, "sr25519_batches", verify_sr25519_batch},
};

constexpr Group kTimelock[] = {
    {"round"},
    {"public_key"},
    {"signature"},
    {"hash_to_g1_dst"},
    {"identity_sha256_round_be", Shape::kOne, "timelock"},
    {"hash_to_g1_compressed", Shape::kOne, "timelock"},
    {"wasm_ciphertext", Shape::kOne, "timelock"},
    {"fixed", Shape::kOne, "timelock"},
    {"weights", Shape::kEach, "timelock"},
};

/// A kind of file: the fields that it is known by, and all of them.
struct Kind {
  std::span<const std::string_view> marks;
  std::span<const Group> groups;
};

constexpr std::string_view kSdkLiveMarks[] = {"made_with"}, kSubstrateMarks[] = {"generated_with"},
                           kSdkMarks[] = {"btauth1"}, kKeyFileMarks[] = {"keyfile_plain"},
                           kEdgeMarks[] = {"verify", "batches"}, kBtauthMarks[] = {"keys", "cases"},
                           kTimelockMarks[] = {"round", "hash_to_g1_compressed"};

constexpr Kind kKinds[] = {
    {kEdgeMarks, kSr25519Edges}, {kSdkLiveMarks, kSdkLive}, {kSubstrateMarks, kSubstrate},
    {kSdkMarks, kSdk},           {kKeyFileMarks, kKeyFile}, {kTimelockMarks, kTimelock},
    {kBtauthMarks, kBtauth},
};

}  // namespace

std::span<const Group> groups_of(const Json& document) {
  if (!document.is_object()) return {};
  const auto found = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const Kind& kind) {
    return std::all_of(kind.marks.begin(), kind.marks.end(),
                       [&](std::string_view mark) { return document.contains(std::string(mark)); });
  });
  return found == std::end(kKinds) ? std::span<const Group>() : found->groups;
}

}  // namespace yuma::lab
