// SPDX-License-Identifier: MIT
#pragma once

// A file with an amendment and the signatures that it has so far: the object as it is sent.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/subnet_source.hpp"
#include "nlohmann/json.hpp"
#include "yuma/wire/signed_object.hpp"

namespace yuma::cli {

struct AmendmentFile {
  std::string path;
  AmendmentBody body;
  SignedAmendment object;  ///< its bytes and signatures
  Bytes32 id{};
};

/// Errors begin with the path. Signatures are not checked.
absl::StatusOr<AmendmentFile> read_amendment(const std::string& path);

/// An amendment without signatures, in a new file.
absl::Status create_amendment(const std::string& path, const AmendmentBody& body);

/// Adds signatures to the file, which may have got others meanwhile; those that it has stay, except
/// those that do not hold and, where the subnet is known, those of others than its validators: with
/// one of these the subnet refuses the whole. FailedPrecondition where the file now holds another
/// amendment. What is in it afterwards.
absl::StatusOr<AmendmentFile> add_signatures(const AmendmentFile& file,
                                             const std::vector<Endorsement>& signatures,
                                             const SubnetSource* subnet);

/// The signatures that are none of their signer over this body.
std::vector<PublicKey> false_signers(const AmendmentFile& file);
/// Takes them out of what was read of the file, with a note on each.
void drop_false_signatures(AmendmentFile& file);

/// The power of those who signed, where the subnet is known. Every signature must hold.
struct SignedPower {
  std::vector<std::uint16_t> signers, missing;  ///< uids of validators
  std::uint64_t power = 0, total = 0;
};
SignedPower signed_power(const AmendmentFile& file, const State& state);

/// Whether it is for this subnet: FailedPrecondition where it is not.
absl::Status check_subnet(const AmendmentFile& file, const State& state);
/// Whether the state takes the amendment: FailedPrecondition with the reason where it does not.
absl::Status check_fits(const AmendmentFile& file, const State& state);

/// What it changes, in words; with the state also who decides afterwards, and warnings.
std::string amendment_text(const AmendmentFile& file, const SubnetSource* subnet,
                           std::size_t width);
/// Who signed, with the state how much power that is and what is missing.
std::string signatures_text(const AmendmentFile& file, const SubnetSource* subnet,
                            std::size_t width);
nlohmann::ordered_json amendment_json(const AmendmentFile& file, const SubnetSource* subnet);

}  // namespace yuma::cli
