// SPDX-License-Identifier: MIT

#include "tests/simulator/node.hpp"

#include <algorithm>

#include "tests/simulator/keys.hpp"
#include "tests/simulator/liar.hpp"
#include "tests/simulator/world.hpp"

namespace yuma::simulator {

namespace {

/// What a node takes in while it waits for its disk; the rest is lost, as in a full queue.
constexpr std::size_t kMostWaiting = 300;
constexpr Ms kDiskRetry = 300;

bool can_be_lost(const std::variant<seal::Event, Envelope>& incoming) {
  if (std::holds_alternative<Envelope>(incoming)) return true;
  const auto& event = std::get<seal::Event>(incoming);
  return std::holds_alternative<seal::ObjectReceived>(event) ||
         std::holds_alternative<seal::StatusReceived>(event);
}

/// The step that an action is, and the kind of its object.
bool is_step(const seal::Action& action, const CrashPoint& point) {
  const auto* keep = std::get_if<seal::Keep>(&action);
  const auto of_kind = [&](const auto& item) { return item.kind == point.kind; };
  switch (point.step) {
    case Step::kAny:
      return true;
    case Step::kKeepIntent:
      return keep != nullptr &&
             std::any_of(keep->batch.intents.begin(), keep->batch.intents.end(), of_kind);
    case Step::kKeepObject:
      return keep != nullptr &&
             std::any_of(keep->batch.objects.begin(), keep->batch.objects.end(), of_kind);
    case Step::kKeepSeal:
      return keep != nullptr && keep->batch.seal.has_value();
    case Step::kSign: {
      const auto* sign = std::get_if<seal::Sign>(&action);
      return sign != nullptr && sign->kind == point.kind;
    }
    case Step::kSend: {
      const auto* send = std::get_if<seal::Send>(&action);
      return send != nullptr && !send->object.empty() &&
             send->object.front() == static_cast<std::uint8_t>(point.kind);
    }
    case Step::kSealed:
      return std::holds_alternative<seal::Sealed>(action);
  }
  return false;
}

}  // namespace

Node::Node(World& world, Setup setup)
    : world_(world),
      id_(setup.id),
      keys_of_(setup.keys_of),
      honest_(setup.honest),
      ledger_(std::move(setup.ledger)),
      clock_(world.scenario().block_ms),
      random_(stream(world.scenario().seed, Purpose::kHost, setup.id)) {
  if (!honest_) liar_ = std::make_unique<Liar>(world, *this);
}

Node::~Node() = default;

const KeyPair& Node::key() const { return key_pair(node_key(keys_of_, generation_)); }

PublicKey Node::next_key() const {
  return key_pair(node_key(keys_of_, generation_ + 1)).public_key();
}

bool Node::owns(const PublicKey& key) const {
  for (std::uint32_t generation = 0; generation <= generation_; ++generation) {
    if (key_pair(node_key(keys_of_, generation)).public_key() == key) return true;
  }
  return false;
}

SimulatedSigner& Node::signer() {
  const std::uint32_t number = node_key(keys_of_, generation_);
  const auto found = signers_.find(number);
  if (found != signers_.end()) return found->second;
  // Operators of subnets without commits turn this on; here it is on in all that may become such.
  constexpr bool kVectorsWithoutCommit = true;
  return signers_.try_emplace(number, key(), honest_, kVectorsWithoutCommit).first->second;
}

bool Node::kept(const Bytes32& id) const {
  if (unsynced_) {
    const auto& objects = unsynced_->objects;
    const auto is_it = [&](const KeptObject& object) { return object.id == id; };
    if (std::any_of(objects.begin(), objects.end(), is_it)) return true;
  }
  return ledger_->object(id).ok();
}

bool Node::kept_seal(std::uint64_t epoch) const {
  if (unsynced_ && unsynced_->seal && unsynced_->seal->epoch == epoch) return true;
  return ledger_->seal(epoch).ok();
}

void Node::start() {
  auto restored = ledger_->restore();
  if (!restored.ok()) {
    return world_.checks().fail("ledger", id_, std::string(restored.status().message()));
  }
  if (world_.scenario().mutant == Mutant::kForgetfulSigner) signer().forget();
  ++life_;
  last_number_ = 0;
  seal::EngineOptions options;
  options.own = key().public_key();
  engine_.emplace(options, *std::move(restored));
  world_.trace().line(id_, "starts at epoch %d", engine_->sealed().state.epoch);
  if (honest_) world_.checks().on_start(*this);
  add_actions(engine_->start());
  pump();
  const std::uint64_t life = life_;
  world_.queue().after(random_.below(world_.scenario().block_ms / 3), [this, life] { tick(life); });
}

void Node::crash() {
  if (!up()) return;
  world_.trace().line(id_, "crashes");
  engine_.reset();
  inbox_.clear();
  todo_.clear();
  to_sign_.clear();
  unsynced_.reset();
  waiting_ = waited_for_disk_ = false;
  if (honest_) world_.checks().on_crash(*this);
}

void Node::start_at(Ms time) {
  world_.queue().at(time, [this] {
    if (!up()) {
      world_.summary().count("faults", "restarts");
      start();
    }
  });
}

void Node::arm(const Fault& fault) {
  armed_ = {crash_points().at(fault.what), fault.amount, fault.index, fault.until};
}

bool Node::disarm(const Fault& fault) {
  if (!armed_ || armed_->fault != fault.index) return false;
  armed_.reset();
  return true;
}

void Node::begin(const Fault& fault) {
  if (fault.kind == FaultKind::kDiskFull) ++full_disks_;
  if (fault.kind == FaultKind::kSignerDown) ++signers_off_;
  if (fault.kind == FaultKind::kSlowDisk) slow_disks_.push_back(fault);
  if (fault.kind == FaultKind::kLie && liar_) liar_->begin(fault);
  if (fault.kind == FaultKind::kClockJump || fault.kind == FaultKind::kClockDrift) {
    clock_.begin(fault);
  }
}

void Node::end(const Fault& fault) {
  if (fault.kind == FaultKind::kDiskFull) --full_disks_;
  if (fault.kind == FaultKind::kSignerDown && --signers_off_ == 0) {
    for (const seal::Sign& sign : std::exchange(to_sign_, {})) ask_signer(sign);
  }
  std::erase_if(slow_disks_, [&](const Fault& other) { return other.index == fault.index; });
  if (fault.kind == FaultKind::kLie && liar_) liar_->end(fault);
  if (fault.kind == FaultKind::kClockJump || fault.kind == FaultKind::kClockDrift) {
    clock_.end(fault);
    // A clock that was set back: some restart their node then, some let it run on.
    const bool ahead = last_number_ > clock_.block_number(world_.now()) + 1;
    if (ahead && (world_.healed() || fault.index % 2 == 0)) {
      crash();
      start_at(world_.now() + 1);
    }
  }
}

void Node::heal() {
  armed_.reset();
  if (!up()) start_at(world_.now() + random_.below(1000));
}

void Node::begin_anew(std::unique_ptr<Ledger> ledger) {
  crash();
  ledger_ = std::move(ledger);
  start_at(world_.now() + random_.below(1000));
}

void Node::use_next_key() {
  ++generation_;
  world_.trace().line(id_, "has a new key");
}

void Node::tick(std::uint64_t life) {
  if (!lives(life)) return;
  const std::uint64_t number = clock_.block_number(world_.now());
  if (number > last_number_) {
    last_number_ = number;
    latest_number_ = std::max(latest_number_, number);
    take(seal::Event(seal::ClockAt{number}));
  }
  if (lives(life)) {
    world_.queue().after(world_.scenario().block_ms / 3, [this, life] { tick(life); });
  }
}

void Node::receive(Envelope envelope) {
  if (up()) take(std::move(envelope));
}

void Node::choose_weights(seal::WeightsChosen weights) {
  if (up()) take(seal::Event(std::move(weights)));
}

void Node::hand_in(Object object) {
  if (up()) take(seal::Event(seal::ObjectReceived{std::nullopt, std::move(object)}));
}

void Node::send(NodeId to, Message message) {
  if (to == id_) return;
  Envelope envelope{id_, to, std::move(message)};
  if (!liar_) return world_.network().send(std::move(envelope));
  if (world_.hidden(id_, to)) return;
  for (Message& altered : liar_->alter(to, std::move(envelope.message))) {
    world_.network().send({id_, to, std::move(altered)});
  }
}

void Node::take(Incoming incoming) {
  if (waiting_ && inbox_.size() >= kMostWaiting && can_be_lost(incoming)) return;
  inbox_.push_back(std::move(incoming));
  pump();
}

/// Does what can be done now: first the actions of the last event, then the next event.
void Node::pump() {
  const std::uint64_t life = life_;
  while (lives(life) && !waiting_ && !world_.checks().failed()) {
    if (!todo_.empty()) {
      if (!perform_next()) return;
      continue;
    }
    if (inbox_.empty()) return;
    Incoming next = std::move(inbox_.front());
    inbox_.pop_front();
    if (auto* event = std::get_if<seal::Event>(&next)) {
      handle(std::move(*event));
    } else {
      take(std::get<Envelope>(next));
    }
  }
}

void Node::handle(seal::Event event) { add_actions(engine_->handle(std::move(event))); }

void Node::add_actions(std::vector<seal::Action> actions) {
  if (honest_) world_.checks().on_actions(*this, actions);
  if (world_.scenario().mutant == Mutant::kSendBeforeKeep) {
    std::stable_partition(actions.begin(), actions.end(), [](const seal::Action& action) {
      return !std::holds_alternative<seal::Keep>(action);
    });
  }
  for (seal::Action& action : actions) todo_.push_back(std::move(action));
}

bool Node::crash_point(const seal::Action& action, bool after) {
  if (!armed_ || armed_->point.after != after || !is_step(action, armed_->point)) return false;
  if (armed_->left > 1) {
    --armed_->left;
    return false;
  }
  const Ms back = armed_->back;
  armed_.reset();
  world_.summary().count("faults", "crash at a chosen step");
  crash();
  start_at(std::max(back, world_.now() + 1));
  return true;
}

bool Node::perform_next() {
  const seal::Action& next = todo_.front();
  if (crash_point(next, false)) return false;
  if (std::holds_alternative<seal::Keep>(next) && keep_takes_time()) return false;
  const seal::Action action = std::move(todo_.front());
  todo_.pop_front();
  if (!std::visit([&](const auto& known) { return perform(known); }, action)) {
    todo_.push_front(action);
    return false;
  }
  return up() && !crash_point(action, true);
}

/// Writing takes a moment; meanwhile nothing else is done.
bool Node::keep_takes_time() {
  if (std::exchange(waited_for_disk_, false)) return false;
  Ms most = random_.chance(25) ? 15 : 0;
  for (const Fault& fault : slow_disks_) most = std::max<Ms>(most, fault.amount);
  if (most == 0) return false;
  waited_for_disk_ = true;
  wait_and_go_on(1 + random_.below(most));
  return true;
}

void Node::wait_and_go_on(Ms delay) {
  waiting_ = true;
  const std::uint64_t life = life_;
  world_.queue().after(delay, [this, life] {
    if (!lives(life)) return;
    waiting_ = false;
    pump();
  });
}

}  // namespace yuma::simulator
