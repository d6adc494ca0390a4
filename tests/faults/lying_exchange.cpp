// SPDX-License-Identifier: MIT

// What a liar makes of what its node says and answers.

#include "tests/faults/lying_exchange.hpp"

#include <algorithm>

#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/engine.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma::faults {

using subnet::ExchangeAnswer;
using subnet::ExchangeRequest;

namespace {

/// Those of one who is not the owner.
constexpr std::size_t kFreeLies = static_cast<std::size_t>(simulator::kFirstOwnerLie);
constexpr std::size_t kMostPlaces = 64;

template <class Map>
void forget_old(Map& map) {
  while (map.size() > kMostPlaces) map.erase(map.begin());
}

}  // namespace

LyingExchange::LyingExchange(asio::io_context& io, subnet::ExchangeTransport& inner,
                             const KeyPair& key, Options options)
    : io_(io),
      inner_(inner),
      key_(key),
      options_(std::move(options)),
      random_(options_.seed * 1000 + subnet::unix_time_ms() % 1000) {}

Random LyingExchange::stream(std::uint64_t a, std::uint64_t b) const {
  return simulator::stream(options_.seed, simulator::Purpose::kLiar, a, b);
}

/// The same answer for all receivers, and after a restart.
bool LyingExchange::lies(Lie lie, std::uint64_t epoch) const {
  const auto& always = options_.always;
  if (std::find(always.begin(), always.end(), lie) != always.end()) return true;
  Random random = stream(1, epoch);
  for (std::size_t i = 0; i < options_.at_a_time; ++i) {
    if (random.below(kFreeLies) == static_cast<std::size_t>(lie)) return true;
  }
  return false;
}

bool LyingExchange::second_half(const PublicKey& to, std::uint64_t epoch) const {
  return (stream(2, epoch * 256 + to.bytes[5]).next() & 1U) != 0;
}

asio::awaitable<absl::StatusOr<ExchangeAnswer>> LyingExchange::call(subnet::ExchangeTarget target,
                                                                    ExchangeRequest request,
                                                                    subnet::ExchangeLimits limits) {
  if (node_ != nullptr && request.target == subnet::kObjectsPath) {
    const auto objects = subnet::decode_batch(request.body, subnet::kMaxBatchBytes);
    std::vector<Bytes> altered;
    for (const Object& object : objects.value_or(std::vector<Object>())) {
      const auto bytes = encode_object(object);
      if (!bytes.ok()) continue;
      remember(*bytes);
      for (Bytes& other : alter(target.hotkey, *bytes)) altered.push_back(std::move(other));
    }
    if (altered.empty()) co_return ExchangeAnswer{};
    request.body = subnet::encode_batch(altered);
  }
  auto answer = co_await inner_.call(std::move(target), std::move(request), limits);
  co_return answer;
}

asio::awaitable<ExchangeAnswer> LyingExchange::answer(PublicKey caller, ExchangeRequest request) {
  if (request.target == subnet::kObjectsPath) see(request.body);
  const std::string target = request.target;
  ExchangeAnswer answer = co_await node_->answer(caller, std::move(request));
  const std::uint64_t epoch = state().epoch + 1;
  if (target == subnet::kStatusPath && lies(Lie::kFalseStatus, epoch)) alter_status(answer);
  const bool objects = target == subnet::kPullPath || target.starts_with(subnet::kSealPath) ||
                       target == subnet::kAddressesPath;
  if (objects && lies(Lie::kWrongAnswers, epoch) && random_.chance(50)) {
    count(Lie::kWrongAnswers);
    answer.body = simulator::garbage(answer.body, random_);
  }
  co_return answer;
}

void LyingExchange::alter_status(ExchangeAnswer& answer) {
  auto status = subnet::decode_status(answer.body);
  if (!status.ok()) return;
  count(Lie::kFalseStatus);
  if (random_.chance(40)) status->status.block_number += random_.below(1'000'000);
  if (random_.chance(30)) status->status.sealed_epoch += random_.below(1'000);
  if (random_.chance(30)) status->status.block_number = 0;
  for (std::uint64_t i = random_.below(40); i > 0; --i) {
    const auto uid = static_cast<std::uint16_t>(random_.below(6));
    status->status.held.push_back(
        {simulator::any_kind(random_), uid, simulator::random_hash(random_)});
  }
  answer.body = subnet::encode_status(*status);
}

std::vector<Bytes> LyingExchange::alter(const PublicKey& to, const Bytes& object) {
  const auto said = simulator::read_said(object);
  if (!said || said->header().sender != key_.public_key()) return {object};
  switch (said->kind) {
    case ObjectKind::kCommit:
      return alter_commit(to, *said);
    case ObjectKind::kVector:
      return alter_vector(to, *said);
    case ObjectKind::kHave:
      return alter_have(*said, to);
    case ObjectKind::kBlock:
      return alter_block(to, *said);
    case ObjectKind::kVote:
      return alter_vote(to, *said);
    default:
      return {object};
  }
}

/// The other body for the place of an object, always the same one.
const Bytes& LyingExchange::second(const Said& said) {
  const Place place(said.kind, said.header().epoch);
  auto found = seconds_.find(place);
  if (found == seconds_.end()) {
    forget_old(seconds_);
    Random random = stream(3, said.header().epoch * 16 + static_cast<std::uint64_t>(said.kind));
    const auto other = simulator::sign_as(simulator::another_body(said.body, random), key_);
    found = seconds_.emplace(place, other.value_or(said.bytes)).first;
  }
  return found->second;
}

/// Both bodies to everybody, or to one half of the nodes the other one.
std::vector<Bytes> LyingExchange::both_or_other(const PublicKey& to, const Said& said, Lie lie) {
  const std::uint64_t epoch = said.header().epoch;
  if (!lies(lie, epoch)) return {said.bytes};
  count(lie);
  const Bytes& other = second(said);
  const bool half = second_half(to, epoch);
  if (epoch % 3 == 0) return half ? std::vector{other, said.bytes} : std::vector{said.bytes, other};
  return {half ? other : said.bytes};
}

/// To some nodes only, or only once a have was seen.
std::vector<Bytes> LyingExchange::shown_to(const PublicKey& to, const Said& said,
                                           std::vector<Bytes> objects) {
  const std::uint64_t epoch = said.header().epoch;
  if (lies(Lie::kShowToSome, epoch) && second_half(to, epoch)) {
    count(Lie::kShowToSome);
    return {};
  }
  if (!lies(Lie::kLastMoment, epoch)) return objects;
  const std::uint64_t in = said.kind == ObjectKind::kVector ? epoch + 1 : epoch;
  for (Bytes& object : objects) held_back_.push_back({in, {to, std::move(object)}});
  return {};
}

std::vector<Bytes> LyingExchange::alter_commit(const PublicKey& to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  if (lies(Lie::kOutOfBounds, epoch)) {
    count(Lie::kOutOfBounds);
    VectorBody vector{said.header(), 0, {1, 2, 3}, {0, 1, 2, 3}, {1, 2, 3, 4}};
    Random random = stream(4, epoch);
    vector = simulator::bad_vector(vector, state().neurons.size(), random);
    forget_old(opens_);
    const auto known = opens_.try_emplace(epoch, vector).first;
    const auto commit =
        simulator::sign_as(CommitBody{said.header(), commit_hash(known->second)}, key_);
    return shown_to(to, said, {commit.value_or(said.bytes)});
  }
  return shown_to(to, said, both_or_other(to, said, Lie::kTwoCommits));
}

std::vector<Bytes> LyingExchange::alter_vector(const PublicKey& to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  if (const auto bad = opens_.find(epoch); bad != opens_.end()) {
    const auto vector = simulator::sign_as(bad->second, key_);
    return shown_to(to, said, {vector.value_or(said.bytes)});
  }
  if (lies(Lie::kWithhold, epoch)) {
    count(Lie::kWithhold);
    return {};
  }
  if (lies(Lie::kNotOpening, epoch)) {
    count(Lie::kNotOpening);
    return shown_to(to, said, {second(said)});
  }
  return shown_to(to, said, both_or_other(to, said, Lie::kTwoVectors));
}

std::vector<Bytes> LyingExchange::alter_have(const Said& said, const PublicKey& to) {
  const std::uint64_t epoch = said.header().epoch;
  if (!lies(Lie::kFalseHave, epoch)) return both_or_other(to, said, Lie::kTwoHaves);
  count(Lie::kFalseHave);
  Random random = stream(5, epoch);
  const auto& have = std::get<HaveBody>(said.body);
  const auto wrong = simulator::sign_as(simulator::false_have(have, state(), random), key_);
  return {wrong.value_or(said.bytes)};
}

std::vector<Bytes> LyingExchange::alter_vote(const PublicKey& to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  const auto shown = shown_blocks_.find(epoch);
  if (shown == shown_blocks_.end() || !shown->second.contains(to.bytes)) {
    return both_or_other(to, said, Lie::kTwoVotes);
  }
  VoteBody vote = std::get<VoteBody>(said.body);
  vote.block = shown->second.at(to.bytes);
  return {simulator::sign_as(vote, key_).value_or(said.bytes)};
}

/// The node has kept all that its block names, so an engine made from its ledger holds it.
std::vector<Bytes> LyingExchange::alter_block(const PublicKey& to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  const bool half = second_half(to, epoch);
  if (lies(Lie::kOwnerSilent, epoch) || (lies(Lie::kOwnerToSome, epoch) && half)) {
    count(lies(Lie::kOwnerSilent, epoch) ? Lie::kOwnerSilent : Lie::kOwnerToSome);
    return {};
  }
  for (const Lie lie : {Lie::kOwnerLeavesOut, Lie::kOwnerWrongRoot, Lie::kOwnerTwoBlocks,
                        Lie::kOwnerWrongParent, Lie::kOwnerWrongNumber, Lie::kOwnerNamesNothing}) {
    if (!lies(lie, epoch) || (lie == Lie::kOwnerTwoBlocks && !half)) continue;
    auto& altered = blocks_[epoch];
    if (!altered.contains(lie)) {
      const auto ledger = Ledger::open_to_read(options_.ledger);
      auto restored = ledger.ok() ? (*ledger)->restore() : ledger.status();
      if (!restored.ok()) continue;
      const seal::Engine engine({}, *std::move(restored));
      Random random = stream(6, epoch);
      const auto& block = std::get<BlockBody>(said.body);
      const auto body = simulator::altered_block(lie, block, engine, random);
      const auto bytes = body ? simulator::sign_as(*body, key_) : std::nullopt;
      if (!bytes) continue;
      altered[lie] = *bytes;
    }
    count(lie);
    const auto shown = simulator::read_said(altered[lie]);
    const auto body = encode_any_body(shown->body);
    shown_blocks_[epoch][to.bytes] = object_id(ObjectKind::kBlock, *body);
    return {altered[lie]};
  }
  return {said.bytes};
}

}  // namespace yuma::faults
