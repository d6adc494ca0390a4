// SPDX-License-Identifier: MIT

// What a liar makes of what its engine says.

#include "tests/simulator/liar.hpp"

#include <algorithm>

#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"
#include "yuma/wire/commit_hash.hpp"

namespace yuma::simulator {

namespace {

std::uint64_t number_of(Lie lie) { return static_cast<std::uint64_t>(lie); }

}  // namespace

Liar::Liar(World& world, Node& node)
    : world_(world),
      node_(node),
      random_(stream(world.scenario().seed, Purpose::kLiar, node.id())) {}

void Liar::begin(const Fault& fault) {
  lies_.push_back(fault);
  if (!std::exchange(ticks_, true)) tick();
}

void Liar::end(const Fault& fault) {
  std::erase_if(lies_, [&](const Fault& other) { return other.index == fault.index; });
}

void Liar::count(Lie lie) { world_.summary().count("lies", lie_name(lie)); }

bool Liar::lies(Lie lie, std::uint64_t epoch) const {
  return std::any_of(lies_.begin(), lies_.end(), [&](const Fault& fault) {
    Random random = stream(world_.scenario().seed, Purpose::kFault, fault.index, epoch);
    return fault.what == number_of(lie) && random.below(100) < fault.amount;
  });
}

bool Liar::lies_now(Lie lie) {
  const auto is_it = [&](const Fault& fault) { return fault.what == number_of(lie); };
  const auto found = std::find_if(lies_.begin(), lies_.end(), is_it);
  return found != lies_.end() && random_.below(100) < found->amount;
}

bool Liar::second_half(NodeId to, std::uint64_t epoch) const {
  return (stream(world_.scenario().seed, Purpose::kSides, 1'000'000 + node_.id(),
                 epoch * 100'000 + to)
              .next() &
          1U) != 0;
}

std::vector<Message> Liar::alter(NodeId to, Message message) {
  std::vector<Message> out;
  if (auto* push = std::get_if<Push>(&message)) {
    for (Bytes& object : alter_object(to, push->object)) out.emplace_back(Push{std::move(object)});
  } else if (auto* answer = std::get_if<ObjectsAnswer>(&message)) {
    alter_answer(to, *answer);
    if (!answer->objects.empty()) out.push_back(std::move(message));
  } else {
    if (auto* status = std::get_if<StatusAnswer>(&message)) alter_status(status->status);
    out.push_back(std::move(message));
  }
  for (const Message& altered : out) {
    const auto* push = std::get_if<Push>(&altered);
    const auto* answer = std::get_if<ObjectsAnswer>(&altered);
    if (push != nullptr) world_.checks().on_said(node_, push->object);
    if (answer == nullptr) continue;
    for (const Bytes& object : answer->objects) world_.checks().on_said(node_, object);
  }
  return out;
}

std::vector<Bytes> Liar::alter_object(NodeId to, const Bytes& object) {
  const auto said = read_said(object);
  if (!said || !node_.owns(said->header().sender)) return {object};
  switch (said->kind) {
    case ObjectKind::kCommit:
      return alter_commit(to, *said);
    case ObjectKind::kVector:
      return alter_vector(to, *said);
    case ObjectKind::kHave:
      return alter_have(to, *said);
    case ObjectKind::kBlock:
      return alter_block(to, *said);
    case ObjectKind::kVote:
      return alter_vote(to, *said);
    default:
      return {object};
  }
}

/// The other body for the place of an object, always the same one.
const Bytes& Liar::second(const Said& said) {
  const Place place(said.kind, said.header().epoch);
  auto found = seconds_.find(place);
  if (found == seconds_.end()) {
    Random random = stream(world_.scenario().seed, Purpose::kLiar, node_.id(),
                           said.header().epoch * 16 + static_cast<std::uint64_t>(said.kind));
    const auto other = sign_as(another_body(said.body, random), node_.key());
    found = seconds_.emplace(place, other.value_or(said.bytes)).first;
  }
  return found->second;
}

/// Both bodies to everybody, or to one half of the nodes the other one.
std::vector<Bytes> Liar::both_or_other(NodeId to, const Said& said, Lie lie) {
  const std::uint64_t epoch = said.header().epoch;
  if (!lies(lie, epoch)) return {said.bytes};
  count(lie);
  const Bytes& other = second(said);
  if (epoch % 3 == 0)
    return second_half(to, epoch) ? std::vector{other, said.bytes} : std::vector{said.bytes, other};
  return {second_half(to, epoch) ? other : said.bytes};
}

/// To some nodes only, or only once a have was seen.
std::vector<Bytes> Liar::shown_to(NodeId to, const Said& said, std::vector<Bytes> objects) {
  const std::uint64_t epoch = said.header().epoch;
  if (lies(Lie::kShowToSome, epoch) && second_half(to, epoch)) {
    count(Lie::kShowToSome);
    return {};
  }
  if (!lies(Lie::kLastMoment, epoch)) return objects;
  const bool reveals = world_.scenario().parameters.reveal_period != 0;
  const std::uint64_t in = said.kind == ObjectKind::kVector && reveals ? epoch + 1 : epoch;
  for (Bytes& object : objects) held_back_.push_back({in, {to, std::move(object)}});
  return {};
}

std::vector<Bytes> Liar::alter_commit(NodeId to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  if (lies(Lie::kOutOfBounds, epoch)) {
    count(Lie::kOutOfBounds);
    VectorBody vector{said.header(), 0, {1, 2, 3}, {}, {}};
    Random random = stream(world_.scenario().seed, Purpose::kLiar, node_.id(), epoch);
    for (std::uint16_t uid = 0; uid < 4; ++uid) {
      vector.uids.push_back(uid);
      vector.values.push_back(40'000);
    }
    vector = bad_vector(vector, node_.engine().sealed().state.neurons.size(), random);
    const auto known = opens_.try_emplace(epoch, vector).first;
    const auto commit = sign_as(CommitBody{said.header(), commit_hash(known->second)}, node_.key());
    return shown_to(to, said, {*commit});
  }
  return shown_to(to, said, both_or_other(to, said, Lie::kTwoCommits));
}

std::vector<Bytes> Liar::alter_vector(NodeId to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  if (const auto bad = opens_.find(epoch); bad != opens_.end()) {
    return shown_to(to, said, {*sign_as(bad->second, node_.key())});
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

std::vector<Bytes> Liar::alter_have(NodeId to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  if (!lies(Lie::kFalseHave, epoch)) return both_or_other(to, said, Lie::kTwoHaves);
  count(Lie::kFalseHave);
  const Place place(said.kind, epoch);
  if (!seconds_.contains(place)) {
    Random random = stream(world_.scenario().seed, Purpose::kLiar, node_.id(), epoch * 16 + 3);
    const auto& have = std::get<HaveBody>(said.body);
    const auto wrong =
        sign_as(false_have(have, node_.engine().sealed().state, random), node_.key());
    seconds_.emplace(place, wrong.value_or(said.bytes));
  }
  return {seconds_.at(place)};
}

/// Where a lying owner has shown a node another block, all liars vote for that one there.
std::vector<Bytes> Liar::alter_vote(NodeId to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  const auto shown = world_.shown_blocks().find({to, epoch});
  if (shown == world_.shown_blocks().end()) return both_or_other(to, said, Lie::kTwoVotes);
  VoteBody vote = std::get<VoteBody>(said.body);
  vote.block = shown->second;
  return {*sign_as(vote, node_.key())};
}

std::vector<Bytes> Liar::alter_block(NodeId to, const Said& said) {
  const std::uint64_t epoch = said.header().epoch;
  const bool half = second_half(to, epoch);
  const auto show = [&](Lie lie) {
    count(lie);
    const Place place(static_cast<ObjectKind>(lie), epoch);
    if (!altered_blocks_.contains(place)) {
      const auto& block = std::get<BlockBody>(said.body);
      const auto other = altered_block(lie, block, node_.engine(), random_);
      const auto bytes = other ? sign_as(*other, node_.key()) : std::nullopt;
      altered_blocks_.emplace(place, bytes.value_or(said.bytes));
    }
    const Bytes& bytes = altered_blocks_.at(place);
    const auto shown = read_said(bytes);
    world_.shown_blocks()[{to, epoch}] =
        object_id(ObjectKind::kBlock, *encode_any_body(shown->body));
    return std::vector<Bytes>{bytes};
  };
  if (lies(Lie::kOwnerSilent, epoch)) {
    count(Lie::kOwnerSilent);
    return {};
  }
  if (lies(Lie::kOwnerToSome, epoch) && half) {
    count(Lie::kOwnerToSome);
    return {};
  }
  if (lies(Lie::kOwnerTwoBlocks, epoch) && half) return show(Lie::kOwnerTwoBlocks);
  for (const Lie lie : {Lie::kOwnerLeavesOut, Lie::kOwnerWrongRoot, Lie::kOwnerWrongParent,
                        Lie::kOwnerWrongNumber, Lie::kOwnerNamesNothing}) {
    if (lies(lie, epoch)) return show(lie);
  }
  return {said.bytes};
}

}  // namespace yuma::simulator
