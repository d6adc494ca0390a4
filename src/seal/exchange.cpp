// SPDX-License-Identifier: MIT

#include <algorithm>

#include "seal/engine_impl.hpp"

namespace yuma::seal {

namespace {

/// Of one peer until the timer fires: a peer that lists what does not exist costs no more.
constexpr std::size_t kMaxPulledFromOne = 1024;
/// As many faults of the largest kind as an answer has room for.
constexpr std::size_t kMaxFaultsPulled = 7;
/// Of so many peers one vector is pulled until the timer fires.
constexpr std::size_t kMaxOffersTaken = 2;

}  // namespace

/// Remembers that these are named and asks for them, each of one holder until the timer fires, then
/// of the next.
void Engine::Impl::want(const std::vector<Bytes32>& ids,
                        const std::vector<std::uint16_t>& holders) {
  std::map<std::uint16_t, std::vector<Bytes32>> by_peer;
  for (const Bytes32& id : ids) {
    std::size_t& tries = wanted[id];
    if (holders.empty() || pulled.contains(id)) continue;
    by_peer[holders[tries % holders.size()]].push_back(id);
    ++tries;
  }
  for (const auto& [peer, of_peer] : by_peer) pull(peer, of_peer);
}

void Engine::Impl::pull(std::uint16_t peer, const std::vector<Bytes32>& ids, bool again) {
  if (peer == own) return;
  Pull action{peer, {}};
  std::size_t& asked = pulled_from[peer];
  for (const Bytes32& id : ids) {
    if (asked == kMaxPulledFromOne) break;
    if (!pulled.insert(id).second && !again) continue;
    action.ids.push_back(id);
    ++asked;
  }
  if (!action.ids.empty()) out.emplace_back(std::move(action));
}

/// What a peer holds of the vectors that a third lists. It has one turn for each until all others
/// had theirs, whatever it tells meanwhile.
void Engine::Impl::hear_offers(std::uint16_t peer, const std::vector<HeldObject>& held) {
  for (const HeldObject& object : held) {
    const auto found = offers.find(object.uid);
    if (object.kind == ObjectKind::kVector && found != offers.end()) {
      found->second[peer].id = object.id;
    }
  }
}

/// Each vector of those who were not asked for it yet, a few at a time: who answers first, and
/// then does not deliver, does not keep it from us.
void Engine::Impl::pull_offered() {
  std::map<std::uint16_t, std::vector<Bytes32>> by_peer;
  for (auto& [uid, by] : offers) {
    if (pool.first(ObjectKind::kVector, uid) != nullptr) continue;
    for (auto& [peer, offer] : by) {
      if (offer.asked || offers_taken[uid] == kMaxOffersTaken) continue;
      offer.asked = true;
      ++offers_taken[uid];
      by_peer[peer].push_back(offer.id);
    }
  }
  for (const auto& [peer, ids] : by_peer) pull(peer, ids, true);
}

void Engine::Impl::ask_status(std::uint16_t peer) {
  if (peer != own && asked_status.insert(peer).second) out.emplace_back(AskStatus{peer});
}

void Engine::Impl::seems_ahead(std::optional<std::uint16_t> peer, std::uint64_t sealed_epoch) {
  if (!peer || power_of(state(), *peer) == 0) return;
  std::uint64_t& known = ahead[*peer];
  known = std::max(known, sealed_epoch);
}

/// The seal of this epoch from one of those who seem to have it; in turn, since one may lie.
void Engine::Impl::pull_next_seal() {
  std::erase_if(ahead, [&](const auto& item) { return item.second < epoch(); });
  if (pulled_seal || ahead.empty()) return;
  auto at = ahead.begin();
  std::advance(at, turn % ahead.size());
  pulled_seal = true;
  out.emplace_back(PullSeal{at->first, epoch()});
}

/// Whether this epoch is sealed, as far as is known: what is said for it now would be in vain.
/// Without the seal itself only until the timer fires once, since who says so may lie.
bool Engine::Impl::seems_sealed() const { return candidate || (pulled_seal && !none_came); }

void Engine::Impl::answer_with_seal(std::uint16_t peer) {
  if (!last_seal.empty() && answered.insert(peer).second) out.emplace_back(Send{peer, last_seal});
}

/// Whether a peer holds something that we would take.
bool Engine::Impl::lacks(const HeldObject& held) const {
  if (pool.find(held.id) != nullptr || useless.contains(held.id)) return false;
  if (wanted.contains(held.id)) return true;
  if (waits(held.id) || dropped.contains(held.id)) return false;
  switch (held.kind) {
    case ObjectKind::kCommit:
    case ObjectKind::kVector:
    case ObjectKind::kHave:
    case ObjectKind::kBlock:
    case ObjectKind::kVote: {
      if (pool.first(held.kind, held.uid) == nullptr) return true;
      // A second body proves a fault, unless one is known.
      if (pool.faults().contains({held.uid, held.kind, epoch()})) return false;
      return held.kind != ObjectKind::kVector || state().parameters.reveal_period == 0;
    }
    case ObjectKind::kFault:
    case ObjectKind::kAmendment:
      return true;
    case ObjectKind::kSeal:
    case ObjectKind::kAddress:
    case ObjectKind::kGenesis:
      break;
  }
  return false;
}

void Engine::Impl::on(const StatusReceived& event) {
  const Status& theirs = event.status;
  if (theirs.sealed_epoch > state().epoch) {
    seems_ahead(event.from, theirs.sealed_epoch);
    return pull_next_seal();
  }
  if (theirs.sealed_epoch < state().epoch || power_of(state(), event.from) == 0) return;
  if (wants_numbers) numbers[event.from] = theirs.block_number;
  hear_offers(event.from, theirs.held);
  pull_offered();
  pull_lacking(event.from, theirs.held);
}

/// What a peer holds and we would take. An answer has room for a MiB: so what is wanted, and the
/// kinds of which there are few and small ones, are asked for apart from vectors, and these from
/// faults, of which liars can make many large ones: a few at a time.
void Engine::Impl::pull_lacking(std::uint16_t peer, const std::vector<HeldObject>& held) {
  std::vector<Bytes32> first, vectors, faults;
  const auto useless_of = dropped_of.find(peer);
  const bool wasteful = useless_of != dropped_of.end() && useless_of->second == kMaxDroppedOfOne;
  for (const HeldObject& object : held) {
    const bool named = wanted.contains(object.id);
    const bool vector = object.kind == ObjectKind::kVector;
    if ((wasteful && !named) || (vector && offers.contains(object.uid)) || !lacks(object)) continue;
    const bool fault = !named && object.kind == ObjectKind::kFault;
    (fault ? faults : vector && !named ? vectors : first).push_back(object.id);
  }
  // Those that come are held or not asked for again: the next ones have their turn.
  if (faults.size() > kMaxFaultsPulled) faults.resize(kMaxFaultsPulled);
  pull(peer, first);
  pull(peer, vectors);
  pull(peer, faults);
}

/// The timer fired: everything may be asked for again, and one more peer is compared with.
void Engine::Impl::next_round() {
  ++turn;
  pulled.clear();
  pulled_from.clear();
  offers_taken.clear();
  for (auto& [uid, by] : offers) {
    const auto was_asked = [](const auto& item) { return item.second.asked; };
    if (!std::all_of(by.begin(), by.end(), was_asked)) continue;
    for (auto& [peer, offer] : by) offer.asked = false;
  }
  asked_status.clear();
  answered.clear();
  none_came = none_came || pulled_seal;
  pulled_seal = false;
  pull_next_seal();
  std::vector<std::uint16_t> peers = validators(state());
  std::erase_if(peers, [&](std::uint16_t uid) { return uid == own; });
  if (!peers.empty()) ask_status(peers[turn % peers.size()]);
}

Status Engine::Impl::status() const {
  Status shown{state().epoch, sealed.block_id, clock, {}};
  for (const auto& [id, held] : pool.entries()) {
    shown.held.push_back({held.checked.kind, held.checked.uid, id});
  }
  for (const auto& [number, item] : waiting) {
    shown.held.push_back({ObjectKind::kAmendment, 0, item.id});
  }
  return shown;
}

}  // namespace yuma::seal
