// SPDX-License-Identifier: MIT

#include "cli/amendment_file.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/files.hpp"
#include "cli/output.hpp"
#include "cli/subnet_hotkey.hpp"
#include "yuma/identity/wallet.hpp"
#include "yuma/replica/check.hpp"

namespace yuma::cli {

namespace {

absl::Status wrong(const std::string& path, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

bool signer_before(const Endorsement& a, const Endorsement& b) {
  return std::tie(a.signer.scheme, a.signer.bytes) < std::tie(b.signer.scheme, b.signer.bytes);
}

bool holds(const SignedAmendment& object, const Endorsement& e) {
  return verify_body(ObjectKind::kAmendment, object.body, e.signer, e.signature);
}

void erase_false_signatures(SignedAmendment& object) {
  std::erase_if(object.signatures, [&](const Endorsement& e) { return !holds(object, e); });
}

bool has_signer(const SignedAmendment& object, const PublicKey& key) {
  return std::any_of(object.signatures.begin(), object.signatures.end(),
                     [&](const Endorsement& e) { return e.signer == key; });
}

}  // namespace

absl::StatusOr<AmendmentFile> read_amendment(const std::string& given) {
  const std::string path = expand_home(given);
  const auto bytes = read_file(path, kMaxObjectBytes);
  if (!bytes.ok()) return bytes.status();
  auto object = decode_object(*bytes);
  if (!object.ok())
    return wrong(path, absl::StrCat("is no amendment: ", object.status().message()));
  auto* amendment = std::get_if<SignedAmendment>(&*object);
  if (amendment == nullptr) return wrong(path, "is another object than an amendment");
  auto body = decode_body<AmendmentBody>(amendment->body);
  if (!body.ok()) return wrong(path, body.status().message());
  const Bytes32 id = object_id(ObjectKind::kAmendment, amendment->body);
  return AmendmentFile{path, *std::move(body), std::move(*amendment), id};
}

absl::Status create_amendment(const std::string& path, const AmendmentBody& body) {
  const auto bytes = encode_body(body);
  if (!bytes.ok()) return bytes.status();
  const auto object = encode_object(SignedAmendment{*bytes, {}});
  if (!object.ok()) return object.status();
  return create_file(expand_home(path), *object);
}

absl::StatusOr<AmendmentFile> add_signatures(const AmendmentFile& file,
                                             const std::vector<Endorsement>& signatures,
                                             const SubnetSource* subnet) {
  const auto lock = FolderLock::of(file.path);
  if (!lock.ok()) return lock.status();
  auto now = read_amendment(file.path);
  if (!now.ok()) return now.status();
  if (now->id != file.id) {
    return absl::FailedPreconditionError(
        absl::StrCat(file.path, ": holds another amendment by now; nothing was added"));
  }
  erase_false_signatures(now->object);
  for (const Endorsement& signature : signatures) {
    if (!has_signer(now->object, signature.signer)) now->object.signatures.push_back(signature);
  }
  if (subnet != nullptr && subnet->state.subnet == file.body.subnet) {
    std::erase_if(now->object.signatures, [&](const Endorsement& e) {
      return !find_validator(subnet->state, e.signer).has_value();
    });
  }
  std::sort(now->object.signatures.begin(), now->object.signatures.end(), signer_before);
  const auto bytes = encode_object(now->object);
  if (!bytes.ok()) return wrong(file.path, bytes.status().message());
  if (auto status = replace_file(file.path, *bytes); !status.ok()) return status;
  return now;
}

std::vector<PublicKey> false_signers(const AmendmentFile& file) {
  std::vector<PublicKey> out;
  for (const Endorsement& e : file.object.signatures) {
    if (!holds(file.object, e)) out.push_back(e.signer);
  }
  return out;
}

void drop_false_signatures(AmendmentFile& file) {
  for (const PublicKey& signer : false_signers(file)) {
    note(absl::StrCat("note: ", file.path, ": the signature of ", hotkey_text(signer),
                      " does not hold and is left out; it can be given anew"));
  }
  erase_false_signatures(file.object);
}

SignedPower signed_power(const AmendmentFile& file, const State& state) {
  SignedPower out;
  out.total = total_power(state);
  for (const std::uint16_t uid : validators(state)) {
    const bool has_signed = has_signer(file.object, state.neurons[uid]->hotkey);
    (has_signed ? out.signers : out.missing).push_back(uid);
    if (has_signed) out.power += power_of(state, uid);
  }
  return out;
}

absl::Status check_subnet(const AmendmentFile& file, const State& state) {
  const SubnetId& subnet = file.body.subnet;
  if (subnet == state.subnet) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "it is for another subnet: netuid ", subnet.netuid, " of network ", to_hex(subnet.network)));
}

absl::Status check_fits(const AmendmentFile& file, const State& state) {
  const auto misfit = [](const auto&... parts) {
    return absl::FailedPreconditionError(absl::StrCat(parts...));
  };
  if (auto same = check_subnet(file, state); !same.ok()) return same;
  if (file.body.number <= state.amendments) {
    return misfit("number ", file.body.number, " has been applied already; the next is ",
                  state.amendments + 1);
  }
  if (file.body.number > state.amendments + 1) {
    return misfit("number ", state.amendments + 1, " has to be applied before it");
  }
  return amend(state, file.body, state.block).status();
}

}  // namespace yuma::cli
