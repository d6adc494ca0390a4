// SPDX-License-Identifier: MIT

#include "replica/check_body.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "yuma/wire/commit_hash.hpp"

namespace yuma::replica {

namespace {

constexpr std::uint64_t kWhole = 65535;  // of limits: the sum of a vector

template <class... Parts>
RefusedObject refused(ObjectRefusal reason, const Parts&... parts) {
  return {reason, absl::StrCat(parts...)};
}

Refusal check_epoch(std::uint64_t epoch, std::uint64_t wanted) {
  if (epoch == wanted) return std::nullopt;
  return refused(epoch < wanted ? ObjectRefusal::kPastEpoch : ObjectRefusal::kLaterEpoch,
                 "of epoch ", epoch, ", of use are those of ", wanted);
}

Refusal check_listed(const State& state, const char* list, const std::vector<UidHash>& items) {
  for (const UidHash& item : items) {
    if (power_of(state, item.uid) > 0) continue;
    return refused(ObjectRefusal::kUnknownUid, list, " name uid ", item.uid,
                   ", which is no validator");
  }
  return std::nullopt;
}

const UidHash* find_commit(const State& state, std::uint16_t uid) {
  const auto it = std::lower_bound(
      state.commits.begin(), state.commits.end(), uid,
      [](const UidHash& commit, std::uint16_t value) { return commit.uid < value; });
  return it != state.commits.end() && it->uid == uid ? &*it : nullptr;
}

// The largest share in 65,535ths, floored, as the chain judges it.
Refusal check_shares(const VectorBody& vector, std::uint16_t limit) {
  const std::uint64_t sum =
      std::accumulate(vector.values.begin(), vector.values.end(), std::uint64_t{0});
  if (sum == 0) return refused(ObjectRefusal::kTooFewWeights, "all weights are 0");
  const std::uint64_t most = *std::max_element(vector.values.begin(), vector.values.end());
  const std::uint64_t share = most * kWhole / sum;
  if (limit == kWhole || share <= limit) return std::nullopt;
  return refused(ObjectRefusal::kWeightTooLarge, "the largest weight is ", share,
                 " of 65535, above ", limit);
}

// Each overload judges one kind.
struct BodyCheck {
  const SealedState& sealed;
  std::uint16_t uid;

  const State& state() const { return sealed.state; }
  std::uint64_t epoch() const { return state().epoch + 1; }
  bool has_commits() const { return state().parameters.reveal_period != 0; }

  Refusal operator()(const CommitBody& body) const {
    if (auto refusal = check_epoch(body.header.epoch, epoch())) return refusal;
    if (has_commits()) return std::nullopt;
    return refused(ObjectRefusal::kNoCommits, "a commit, but the reveal period is 0");
  }

  Refusal operator()(const VectorBody& body) const {
    const std::uint64_t wanted = has_commits() ? state().epoch : epoch();
    if (auto refusal = check_epoch(body.header.epoch, wanted)) return refusal;
    const UidHash* const commit = find_commit(state(), uid);
    if (has_commits() && commit == nullptr) {
      return refused(ObjectRefusal::kNoCommit, "uid ", uid, " has no commit that waits");
    }
    if (auto refusal = check_weights(state(), uid, body)) return refusal;
    if (commit == nullptr || commit_hash(body) == commit->hash) return std::nullopt;
    return refused(ObjectRefusal::kNotOpening, "not the vector that uid ", uid, " committed to");
  }

  Refusal operator()(const HaveBody& body) const {
    if (auto refusal = check_epoch(body.header.epoch, epoch())) return refusal;
    if (auto refusal = check_listed(state(), "commits", body.commits)) return refusal;
    if (body.vectors_held.empty()) return std::nullopt;
    if (!has_commits()) {
      return refused(ObjectRefusal::kNoCommits, "vectors held, but the reveal period is 0");
    }
    const std::size_t bits = 8 * (body.vectors_held.size() - 1) +
                             static_cast<std::size_t>(std::bit_width(body.vectors_held.back()));
    if (bits <= state().commits.size()) return std::nullopt;
    return refused(ObjectRefusal::kNoCommit, "bit ", bits - 1, " of the vectors held for ",
                   state().commits.size(), " commits");
  }

  Refusal operator()(const BlockBody& body) const {
    if (auto refusal = check_epoch(body.header.epoch, epoch())) return refusal;
    if (uid != state().owner) {
      return refused(ObjectRefusal::kNotOwner, "of uid ", uid, ", the owner is ", state().owner);
    }
    if (body.parent != sealed.block_id) {
      return refused(ObjectRefusal::kOtherParent, "its parent is not the last sealed block");
    }
    if (body.number <= state().block) {
      return refused(ObjectRefusal::kNumber, "its number is ", body.number, ", not above ",
                     state().block);
    }
    return check_lists(body);
  }

  Refusal operator()(const VoteBody& body) const { return check_epoch(body.header.epoch, epoch()); }

  Refusal operator()(const AddressBody&) const { return std::nullopt; }

  // These have no sender.
  Refusal operator()(const SealBody&) const { std::abort(); }
  Refusal operator()(const FaultBody&) const { std::abort(); }
  Refusal operator()(const AmendmentBody&) const { std::abort(); }

 private:
  Refusal check_lists(const BlockBody& body) const {
    if (auto refusal = check_listed(state(), "haves", body.haves)) return refusal;
    if (auto refusal = check_listed(state(), "commits", body.commits)) return refusal;
    if (auto refusal = check_listed(state(), "vectors", body.vectors)) return refusal;
    if (!has_commits()) {
      if (body.commits.empty()) return std::nullopt;
      return refused(ObjectRefusal::kNoCommits, "commits, but the reveal period is 0");
    }
    for (const UidHash& vector : body.vectors) {
      if (find_commit(state(), vector.uid) != nullptr) continue;
      return refused(ObjectRefusal::kNoCommit, "a vector of uid ", vector.uid,
                     ", which has no commit that waits");
    }
    return std::nullopt;
  }
};

}  // namespace

std::variant<std::uint16_t, RefusedObject> check_sender(const State& state,
                                                        const ObjectHeader& header,
                                                        bool any_member) {
  if (header.subnet != state.subnet) {
    return refused(ObjectRefusal::kOtherSubnet, "of another network, netuid or mechanism");
  }
  const auto uid = find_uid(state, header.sender);
  if (!uid) {
    return refused(ObjectRefusal::kNotMember, "no uid has the hotkey ", header.sender.address());
  }
  if (any_member || power_of(state, *uid) > 0) return *uid;
  return refused(ObjectRefusal::kNoPower, "uid ", *uid, " has no power");
}

Refusal check_body(const SealedState& sealed, std::uint16_t uid, const ObjectBody& body) {
  return std::visit(BodyCheck{sealed, uid}, body);
}

}  // namespace yuma::replica

namespace yuma {

// What a vector gives. A weight for the sender alone is exempt from minimum and limit, and no
// vector need have more weights than there are uids.
std::optional<RefusedObject> check_weights(const State& state, std::uint16_t uid,
                                           const VectorBody& vector) {
  const SubnetParameters& rules = state.parameters;
  if (vector.version_key < rules.weights_version_key) {
    return replica::refused(ObjectRefusal::kVersionKey, "version key ", vector.version_key,
                            ", below ", rules.weights_version_key);
  }
  if (!vector.uids.empty() && vector.uids.back() >= state.neurons.size()) {
    return replica::refused(ObjectRefusal::kUnknownUid, "a weight for uid ", vector.uids.back(),
                            " of ", state.neurons.size());
  }
  const bool self = vector.uids.size() == 1 && vector.uids.front() == uid;
  const auto least = std::min<std::size_t>(rules.min_allowed_weights, state.neurons.size());
  if (!self && vector.uids.size() < least) {
    return replica::refused(ObjectRefusal::kTooFewWeights, vector.uids.size(),
                            " weights, fewer than ", least);
  }
  if (vector.uids.empty()) return std::nullopt;
  return replica::check_shares(
      vector, self ? static_cast<std::uint16_t>(replica::kWhole) : rules.max_weight_limit);
}

}  // namespace yuma
