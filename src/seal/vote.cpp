// SPDX-License-Identifier: MIT

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "seal/engine_impl.hpp"

namespace yuma::seal {

namespace {

/// Who may have what a block names: its owner and the senders of its haves.
std::vector<std::uint16_t> holders_of(const State& state, const BlockBody& block) {
  std::vector<std::uint16_t> out{state.owner};
  for (const auto& have : block.haves) out.push_back(have.uid);
  return out;
}

std::vector<Bytes32> named_by(const BlockBody& block, const State& state) {
  std::vector<Bytes32> out;
  for (const auto& have : block.haves) out.push_back(have.hash);
  for (const auto& [uid, hash] : block.commits) out.push_back(commit_id(state, uid, hash));
  for (const auto& vector : block.vectors) out.push_back(vector.hash);
  out.insert(out.end(), block.faults.begin(), block.faults.end());
  out.insert(out.end(), block.amendments.begin(), block.amendments.end());
  return out;
}

}  // namespace

/// What the state becomes; computed once for a block, however often it is asked.
const Engine::Impl::Computed* Engine::Impl::compute(const Bytes32& block_id,
                                                    const EpochInputs& inputs) {
  if (!computed || computed->block_id != block_id) {
    auto outcome = apply_epoch(state(), inputs, workspace);
    if (!outcome.ok()) return nullptr;
    const Bytes32 root = state_root(outcome->state);
    computed = {block_id, *std::move(outcome), root};
  }
  return &*computed;
}

void Engine::Impl::judge_blocks() {
  if (!own || seems_sealed() || intent(ObjectKind::kVote, epoch()) != nullptr) return;
  for (const HeldEntry* held : pool.all(ObjectKind::kBlock)) {
    if (refused_blocks.contains(held->checked.id)) continue;
    judge(*held);
    if (intent(ObjectKind::kVote, epoch()) != nullptr) return;
  }
}

/// Votes for a block, refuses it for good, or leaves it for later: what time or a pull can mend is
/// no refusal.
void Engine::Impl::judge(const HeldEntry& held) {
  const Bytes32 id = held.checked.id;
  const auto& block = std::get<BlockBody>(held.checked.body);
  const auto refuse = [&](const std::string& why, BlockRefusal reason) {
    refused_blocks.insert(id);
    notice(Notice::Kind::kRefusedBlock, held.checked.uid, absl::StrCat("no vote for it: it ", why),
           refusal_name(reason));
  };
  auto judged = judge_block(sealed, block, finder());
  if (const auto* missing = std::get_if<MissingObjects>(&judged)) {
    for (const Bytes32& lacking : missing->ids) {
      if (useless.contains(lacking)) {
        return refuse("names an object that does not count", BlockRefusal::kWrongObject);
      }
    }
    return want(missing->ids, holders_of(state(), block));
  }
  if (const auto* refused = std::get_if<RefusedBlock>(&judged))
    return refuse(refused->text, refused->reason);
  if (block.number > clock + 2) return;  // later
  const Computed* result = compute(id, std::get<EpochInputs>(judged));
  if (result == nullptr) {
    return refuse("has inputs that the state cannot take", BlockRefusal::kWrongObject);
  }
  if (result->state_root != block.state_root) {
    return refuse("computes another state than we do", BlockRefusal::kStateRoot);
  }
  std::vector<Bytes32> named = named_by(block, state());
  named.push_back(id);
  intend(vote_for(block, id, *options.own), named);
}

/// A quorum of votes is a seal; a third of them names a block that has to be held.
void Engine::Impl::count_votes() {
  if (candidate) return;
  std::map<Bytes32, std::vector<const HeldEntry*>> votes;
  for (const HeldEntry* held : pool.all(ObjectKind::kVote)) {
    if (pool.first(ObjectKind::kVote, held->checked.uid) != held) continue;
    votes[std::get<VoteBody>(held->checked.body).block].push_back(held);
  }
  for (const auto& [id, of_block] : votes) {
    std::uint64_t power = 0;
    std::vector<std::uint16_t> voters;
    for (const HeldEntry* vote : of_block) {
      power += power_of(state(), vote->checked.uid);
      voters.push_back(vote->checked.uid);
    }
    if (!is_third(power, total)) continue;
    const HeldEntry* block = pool.find(id);
    if (block == nullptr) {
      want({id}, voters);
    } else if (is_quorum(power, total)) {
      const auto& body = std::get<SignedObject>(block->object);
      Candidate made{{{body.body, body.signature}, {}},
                     std::get<BlockBody>(block->checked.body),
                     id,
                     std::nullopt};
      for (const HeldEntry* vote : of_block) {
        made.seal.votes.push_back({header_of(vote->checked.body)->sender,
                                   std::get<SignedObject>(vote->object).signature});
      }
      const auto key = [](const Endorsement& e) {
        return std::tie(e.signer.scheme, e.signer.bytes);
      };
      std::sort(made.seal.votes.begin(), made.seal.votes.end(),
                [&](const Endorsement& a, const Endorsement& b) { return key(a) < key(b); });
      candidate = std::move(made);
      return;
    }
  }
}

/// Two programs that compute differently must not go on.
void Engine::Impl::stop(std::string_view why) {
  stopped = true;
  notice(Notice::Kind::kStateDiffers, state().owner,
         absl::StrCat(absl::string_view(why.data(), why.size()),
                      ": this node has stopped; compare versions, then audit the ledger"));
}

bool Engine::Impl::seal_epoch() {
  if (!candidate) return false;
  const BlockBody& block = candidate->block;
  auto inputs = block_inputs(sealed, block, finder());
  const auto* missing = std::get_if<MissingObjects>(&inputs);
  if (missing != nullptr && std::any_of(missing->ids.begin(), missing->ids.end(),
                                        [&](const Bytes32& id) { return useless.contains(id); })) {
    stop("a quorum sealed a block that names an object which does not count here");
    return false;
  }
  if (missing != nullptr) {
    std::vector<std::uint16_t> holders = holders_of(state(), block);
    if (candidate->from) holders.insert(holders.begin(), *candidate->from);
    want(missing->ids, holders);
    return false;
  }
  const Computed* result = nullptr;
  if (const auto* found = std::get_if<EpochInputs>(&inputs)) {
    result = compute(candidate->block_id, *found);
  }
  if (result == nullptr || result->state_root != block.state_root) {
    stop("a quorum sealed a block that computes another state here");
    return false;
  }
  Keep keep;
  std::vector<Bytes32> named = named_by(block, state());
  named.push_back(candidate->block_id);
  add_to(keep.batch, named);
  last_seal = *encode_object(candidate->seal);
  const auto is_own = [&](const UidHash& item) { return item.uid == own; };
  const bool missed = own && std::any_of(state().commits.begin(), state().commits.end(), is_own) &&
                      std::none_of(block.vectors.begin(), block.vectors.end(), is_own);
  if (missed) notice(Notice::Kind::kMissed, *own, "the block does not hold our vector");
  keep.batch.seal =
      KeptSeal{epoch(), candidate->block_id, last_seal, encode_state(result->outcome.state)};
  out.emplace_back(std::move(keep));
  out.emplace_back(Sealed{epoch(), candidate->block_id, block.state_root, result->outcome.terms});
  advance(std::move(computed->outcome));
  return true;
}

}  // namespace yuma::seal
