// SPDX-License-Identifier: MIT

// What a liar says that no engine would: on its own, about others, and in answers.

#include <algorithm>

#include "tests/simulator/liar.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"

namespace yuma::simulator {

namespace {

constexpr Ms kTick = 700;
constexpr std::size_t kMostRecent = 80, kMostOld = 60;

/// Those that are sent on their own, again and again.
constexpr Lie kAlone[] = {Lie::kBrokenSignature, Lie::kGarbage,     Lie::kReplay,
                          Lie::kOtherNetwork,    Lie::kForeignName, Lie::kMadeUpFault,
                          Lie::kBadAmendment,    Lie::kMadeUpSeal,  Lie::kFlood};

}  // namespace

void Liar::remember(const Bytes& object) {
  recent_.push_back(object);
  if (recent_.size() > kMostRecent) {
    if (old_.size() < kMostOld) {
      old_.push_back(recent_.front());
    } else {
      old_[random_.below(kMostOld)] = recent_.front();
    }
    recent_.pop_front();
  }
}

std::optional<Bytes> Liar::any_remembered() {
  const bool long_ago = !old_.empty() && random_.chance(50);
  if (!long_ago && recent_.empty()) return std::nullopt;
  return long_ago ? old_[random_.below(old_.size())] : recent_[random_.below(recent_.size())];
}

void Liar::push(NodeId to, const Bytes& object) {
  if (to == node_.id() || world_.hidden(node_.id(), to)) return;
  world_.checks().on_said(node_, object);
  world_.network().send({node_.id(), to, Push{object}});
}

void Liar::push_to_all(const Bytes& object) {
  for (const auto& [id, node] : world_.nodes()) push(id, object);
}

void Liar::see(const Envelope& envelope) {
  if (const auto* wanted = std::get_if<ObjectsQuestion>(&envelope.message)) {
    if (!lies_now(Lie::kWrongAnswers)) return;
    ObjectsAnswer answer{wanted->asked, {}};
    for (std::uint64_t i = random_.below(40); i > 0; --i) {
      if (auto object = any_remembered()) answer.objects.push_back(garbage(*object, random_));
    }
    count(Lie::kWrongAnswers);
    return world_.network().send({node_.id(), envelope.from, std::move(answer)});
  }
  const auto* push = std::get_if<Push>(&envelope.message);
  if (push == nullptr) return;
  const auto said = read_said(push->object);
  if (!said) return;
  if (said->kind == ObjectKind::kBlock) vote_for(push->object);
  // Others hear it first with a signature that is none. Two liars would do so for ever.
  if (world_.node(envelope.from)->honest() && lies_now(Lie::kBrokenSignature)) {
    count(Lie::kBrokenSignature);
    if (const auto broken = with_broken_signature(push->object, random_)) push_to_all(*broken);
  }
  if (said->kind != ObjectKind::kHave || held_back_.empty()) return;
  for (const auto& [epoch, held] : held_back_) {
    if (epoch > said->header().epoch || second_half(held.first, epoch)) continue;
    count(Lie::kLastMoment);
    this->push(held.first, held.second);
  }
  std::erase_if(held_back_, [&](const auto& item) { return item.first <= said->header().epoch; });
}

/// Without a look at it.
void Liar::vote_for(const Bytes& object) {
  const auto said = read_said(object);
  if (!said || !lies(Lie::kVoteForAll, said->header().epoch)) return;
  const auto& block = std::get<BlockBody>(said->body);
  const Bytes32 id = object_id(ObjectKind::kBlock, *encode_body(block));
  count(Lie::kVoteForAll);
  if (const auto vote = sign_as(yuma::vote_for(block, id, node_.key().public_key()), node_.key())) {
    push_to_all(*vote);
  }
}

void Liar::tick() {
  if (lies_.empty()) {
    ticks_ = false;
    return;
  }
  for (const Lie lie : kAlone) {
    if (node_.up() && lies_now(lie)) say(lie);
  }
  world_.queue().after(kTick + random_.below(kTick), [this] { tick(); });
}

void Liar::say(Lie lie) {
  const std::uint64_t times = lie == Lie::kFlood ? 6 : 1;
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto object = make(lie);
    if (!object) continue;
    count(lie);
    const auto& nodes = world_.nodes();
    const auto to =
        std::next(nodes.begin(), static_cast<std::ptrdiff_t>(random_.below(nodes.size())));
    if (random_.chance(30)) {
      push_to_all(*object);
    } else {
      push(to->first, *object);
    }
  }
}

std::optional<Bytes> Liar::make(Lie lie) {
  const SealedState& sealed = node_.engine().sealed();
  const KeyPair& key = node_.key();
  ObjectHeader header{sealed.state.subnet, sealed.state.epoch + 1, key.public_key()};
  const auto uids = validators(sealed.state);
  const PublicKey other = sealed.state.neurons[uids[random_.below(uids.size())]]->hotkey;
  switch (lie) {
    case Lie::kBrokenSignature: {
      const auto object = any_remembered();
      return object ? with_broken_signature(*object, random_) : std::nullopt;
    }
    case Lie::kGarbage:
      return garbage(any_remembered().value_or(Bytes{}), random_);
    case Lie::kReplay:
      return any_remembered();
    case Lie::kOtherNetwork:
      if (random_.chance(40)) {
        header.subnet.network = random_hash(random_);
      } else if (random_.chance(50)) {
        header.subnet.mechanism = 1;
      } else {
        header.epoch += random_.chance(50) ? 1000 : ~std::uint64_t{0} - header.epoch;
      }
      break;
    case Lie::kForeignName:
      header.sender = other;
      break;
    case Lie::kMadeUpFault:
      if (random_.chance(70)) header.sender = other;
      header.epoch -= random_.below(2);
      return made_up_fault(header, sealed, key, random_);
    case Lie::kBadAmendment:
      return bad_amendment(sealed, key, random_);
    case Lie::kMadeUpSeal: {
      const auto is_block = [](const Bytes& object) {
        return object.front() == static_cast<std::uint8_t>(ObjectKind::kBlock);
      };
      const auto block = std::find_if(recent_.rbegin(), recent_.rend(), is_block);
      if (block == recent_.rend()) return std::nullopt;
      return made_up_seal(*block, sealed, key, random_);
    }
    case Lie::kFlood:
      header.epoch += random_.below(4);
      header.epoch -= 1;
      break;
    default:
      return std::nullopt;
  }
  return sign_as(random_body(any_kind(random_), header, sealed, random_), key);
}

void Liar::alter_status(seal::Status& status) {
  if (!lies_now(Lie::kFalseStatus)) return;
  count(Lie::kFalseStatus);
  switch (random_.below(5)) {
    case 0:
      status.block_number =
          random_.pick<std::uint64_t>({0, status.block_number + 1000, ~std::uint64_t{0}});
      break;
    case 1:
      status.sealed_epoch += random_.below(1000);
      status.sealed_block = random_hash(random_);
      break;
    case 2:
      status.sealed_epoch -= std::min<std::uint64_t>(status.sealed_epoch, 1);
      break;
    case 3:
      status.held.clear();
      break;
    default:
      for (int i = 0; i < 400; ++i) {
        status.held.push_back({any_kind(random_), static_cast<std::uint16_t>(random_.below(24)),
                               random_hash(random_)});
      }
      break;
  }
}

void Liar::alter_answer(NodeId to, ObjectsAnswer& answer) {
  std::vector<Bytes> out;
  if (lies_now(Lie::kBrokenSignature)) {
    count(Lie::kBrokenSignature);
    for (const Bytes& object : answer.objects) {
      if (auto broken = with_broken_signature(object, random_)) out.push_back(*std::move(broken));
    }
  }
  for (const Bytes& object : answer.objects) {
    for (Bytes& altered : alter_object(to, object)) out.push_back(std::move(altered));
  }
  if (lies_now(Lie::kWrongAnswers)) {
    count(Lie::kWrongAnswers);
    if (random_.chance(50)) out.clear();
    for (std::uint64_t i = random_.below(60); i > 0; --i) {
      if (auto object = any_remembered()) out.push_back(*std::move(object));
    }
  }
  answer.objects = std::move(out);
}

}  // namespace yuma::simulator
