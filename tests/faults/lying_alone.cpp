// SPDX-License-Identifier: MIT

// What a liar says that no node would.

#include <algorithm>

#include "tests/faults/lying_exchange.hpp"

namespace yuma::faults {

namespace {

constexpr auto kTick = std::chrono::milliseconds(150);
constexpr std::size_t kMostRecent = 100;

constexpr Lie kAlone[] = {Lie::kBrokenSignature, Lie::kGarbage,     Lie::kReplay,
                          Lie::kOtherNetwork,    Lie::kForeignName, Lie::kMadeUpFault,
                          Lie::kBadAmendment,    Lie::kMadeUpSeal,  Lie::kFlood};

}  // namespace

void LyingExchange::start(subnet::Node& node) {
  node_ = &node;
  asio::co_spawn(io_, talk(), asio::detached);
}

asio::awaitable<void> LyingExchange::talk() {
  asio::steady_timer timer(io_);
  while (!stopped_) {
    timer.expires_after(kTick + std::chrono::milliseconds(random_.below(100)));
    boost::system::error_code ignored;
    co_await timer.async_wait(error_in(ignored));
    if (stopped_) co_return;
    for (const Lie lie : kAlone) {
      if (lies(lie, state().epoch + 1)) say(lie);
    }
  }
}

void LyingExchange::say(Lie lie) {
  const std::uint64_t times = lie == Lie::kFlood ? 20 : 1;
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto object = make(lie);
    if (!object) continue;
    count(lie);
    if (random_.chance(30)) {
      push_to_all(*object);
    } else {
      const auto uids = yuma::validators(state());
      push(state().neurons[uids[random_.below(uids.size())]]->hotkey, {*object});
    }
  }
}

std::optional<Bytes> LyingExchange::make(Lie lie) {
  const auto view = node_->view();
  const SealedState& sealed = *view->sealed;
  ObjectHeader header{sealed.state.subnet, sealed.state.epoch + 1, key_.public_key()};
  const auto uids = yuma::validators(sealed.state);
  const PublicKey other = sealed.state.neurons[uids[random_.below(uids.size())]]->hotkey;
  switch (lie) {
    case Lie::kBrokenSignature: {
      const auto object = any_remembered();
      return object ? simulator::with_broken_signature(*object, random_) : std::nullopt;
    }
    case Lie::kGarbage:
      return simulator::garbage(any_remembered().value_or(Bytes{}), random_);
    case Lie::kReplay:
      return any_remembered();
    case Lie::kOtherNetwork:
      if (random_.chance(40)) {
        header.subnet.network = simulator::random_hash(random_);
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
      return simulator::made_up_fault(header, sealed, key_, random_);
    case Lie::kBadAmendment:
      return simulator::bad_amendment(sealed, key_, random_);
    case Lie::kMadeUpSeal: {
      const auto is_block = [](const Bytes& object) {
        return object.front() == static_cast<std::uint8_t>(ObjectKind::kBlock);
      };
      const auto block = std::find_if(recent_.rbegin(), recent_.rend(), is_block);
      if (block == recent_.rend()) return std::nullopt;
      return simulator::made_up_seal(*block, sealed, key_, random_);
    }
    case Lie::kFlood:
      header.epoch += random_.below(4);
      header.epoch -= 1;
      break;
    default:
      return std::nullopt;
  }
  const ObjectKind kind = simulator::any_kind(random_);
  return simulator::sign_as(simulator::random_body(kind, header, sealed, random_), key_);
}

void LyingExchange::remember(const Bytes& object) {
  recent_.push_back(object);
  if (recent_.size() > kMostRecent) recent_.pop_front();
}

std::optional<Bytes> LyingExchange::any_remembered() {
  if (recent_.empty()) return std::nullopt;
  return recent_[random_.below(recent_.size())];
}

/// What others said. A vote for each block, unseen; what was held back goes out with a have.
void LyingExchange::see(const Bytes& body) {
  const auto objects = subnet::decode_batch(body, subnet::kMaxBatchBytes);
  if (!objects.ok()) return;
  for (const Object& object : *objects) {
    const auto bytes = encode_object(object);
    if (!bytes.ok()) continue;
    remember(*bytes);
    const auto said = simulator::read_said(*bytes);
    if (!said) continue;
    const std::uint64_t epoch = said->header().epoch;
    if (said->kind == ObjectKind::kBlock && lies(Lie::kVoteForAll, epoch)) {
      const auto& block = std::get<BlockBody>(said->body);
      const Bytes32 id = object_id(ObjectKind::kBlock, *encode_body(block));
      count(Lie::kVoteForAll);
      const auto vote = simulator::sign_as(vote_for(block, id, key_.public_key()), key_);
      if (vote) push_to_all(*vote);
    }
    if (said->kind != ObjectKind::kHave || held_back_.empty()) continue;
    for (const auto& [in, held] : held_back_) {
      if (in > epoch || second_half(held.first, in)) continue;
      count(Lie::kLastMoment);
      push(held.first, {held.second});
    }
    std::erase_if(held_back_, [&](const auto& item) { return item.first <= epoch; });
  }
}

void LyingExchange::push(const PublicKey& to, std::vector<Bytes> objects) {
  if (to == key_.public_key()) return;
  const auto addresses = node_->view()->addresses;
  const auto known = addresses->find(to.bytes);
  if (known == addresses->end()) return;
  // At times not even a list.
  Bytes body = random_.chance(10) ? simulator::garbage(objects.front(), random_)
                                  : subnet::encode_batch(objects);
  subnet::ExchangeTarget target{to, known->second.endpoints};
  asio::co_spawn(io_, push_now(std::move(target), std::move(body)), asio::detached);
}

asio::awaitable<void> LyingExchange::push_now(subnet::ExchangeTarget target, Bytes body) {
  subnet::ExchangeRequest request{"POST", std::string(subnet::kObjectsPath), std::move(body)};
  const subnet::ExchangeLimits limits;
  auto answer = co_await inner_.call(std::move(target), std::move(request), limits);
  if (answer.ok() && answer->status >= 400)
    ++counts_["refused with " + std::to_string(answer->status)];
}

void LyingExchange::push_to_all(const Bytes& object) {
  const State& state = this->state();
  for (const std::uint16_t uid : yuma::validators(state))
    push(state.neurons[uid]->hotkey, {object});
}

}  // namespace yuma::faults
