// SPDX-License-Identifier: MIT

// What the host does for its engine. Each returns false where it could not be done yet.

#include <algorithm>

#include "tests/simulator/keys.hpp"
#include "tests/simulator/liar.hpp"
#include "tests/simulator/node.hpp"
#include "tests/simulator/world.hpp"

namespace yuma::simulator {

std::optional<NodeId> Node::peer(std::uint16_t uid) const {
  const auto& neurons = engine_->sealed().state.neurons;
  if (uid >= neurons.size() || !neurons[uid]) return std::nullopt;
  return world_.find(neurons[uid]->hotkey, id_);
}

absl::Status Node::write(KeepBatch batch) {
  const Mutant mutant = world_.scenario().mutant;
  if (mutant == Mutant::kForgetIntents || mutant == Mutant::kForgetfulSigner) {
    batch.intents.clear();
  }
  if (mutant != Mutant::kLoseLastKeep) return ledger_->keep(batch);
  absl::Status status;
  if (unsynced_) status = ledger_->keep(*unsynced_);
  unsynced_ = std::move(batch);
  return status;
}

bool Node::perform(const seal::Keep& keep) {
  if (full_disks_ > 0) {
    world_.summary().count("faults", "write on a full disk failed");
    if (world_.scenario().mutant == Mutant::kCarelessHost) return true;
    waited_for_disk_ = true;
    wait_and_go_on(300);
    return false;
  }
  if (const absl::Status status = write(keep.batch); !status.ok()) {
    if (honest_) world_.checks().fail("ledger", id_, std::string(status.message()));
    return honest_ ? false : true;
  }
  if (honest_) world_.checks().on_kept(*this, keep.batch);
  return true;
}

/// A signer that is off is asked once it is back, each thing once.
bool Node::perform(const seal::Sign& sign) {
  const auto is_it = [&](const seal::Sign& other) { return other.body == sign.body; };
  if (signers_off_ == 0) {
    ask_signer(sign);
  } else if (std::none_of(to_sign_.begin(), to_sign_.end(), is_it)) {
    world_.summary().count("faults", "signer did not answer");
    to_sign_.push_back(sign);
  }
  return true;
}

/// The signer keeps what it signs before it answers; the answer may be lost in a crash.
void Node::ask_signer(const seal::Sign& sign) {
  const auto answer = signer().sign(sign.kind, sign.body);
  if (honest_) world_.checks().on_signed(*this, sign, answer);
  const auto* signature = std::get_if<Signature>(&answer);
  if (signature == nullptr) return;
  SignedObject object{sign.kind, sign.body, *signature};
  if (!honest_) world_.checks().on_said(*this, *encode_object(object));
  world_.queue().after(random_.below(12), [this, life = life_, object = std::move(object)] {
    if (lives(life)) take(seal::Event(seal::BodySigned{object}));
  });
}

bool Node::perform(const seal::Send& send) {
  if (honest_) world_.checks().on_send(*this, send);
  if (liar_) liar_->remember(send.object);
  const std::uint64_t life = life_;
  if (send.to) {
    if (const auto to = peer(*send.to)) this->send(*to, Push{send.object});
  } else {
    for (const std::uint16_t uid : validators(engine_->sealed().state)) {
      if (const auto to = peer(uid); to && lives(life)) this->send(*to, Push{send.object});
    }
  }
  return true;
}

bool Node::perform(const seal::Pull& pull) {
  if (const auto to = peer(pull.from)) send(*to, ObjectsQuestion{pull.from, pull.ids});
  return true;
}

bool Node::perform(const seal::PullSeal& pull) {
  if (const auto to = peer(pull.from)) send(*to, SealQuestion{pull.from, pull.epoch});
  return true;
}

bool Node::perform(const seal::AskStatus& ask) {
  if (const auto to = peer(ask.peer)) send(*to, StatusQuestion{ask.peer});
  return true;
}

bool Node::perform(const seal::StartTimer& timer) {
  const std::uint64_t life = life_, number = ++timer_;
  world_.queue().after(timer.milliseconds, [this, life, number] {
    if (lives(life) && number == timer_) take(seal::Event(seal::TimerFired{}));
  });
  return true;
}

bool Node::perform(const seal::Sealed& sealed) {
  world_.trace().line(id_, "seals epoch %d: block %s, root %s", sealed.epoch,
                      short_id(sealed.block_id), short_id(sealed.state_root));
  if (honest_) world_.checks().on_sealed(*this, sealed);
  world_.operators().on_sealed(*this, sealed.epoch);
  return true;
}

bool Node::perform(const seal::Notice& notice) {
  world_.trace().line(id_, "notice for epoch %d about uid %d: %s", notice.epoch, notice.uid,
                      notice.text);
  if (honest_) world_.checks().on_notice(*this, notice);
  return true;
}

}  // namespace yuma::simulator
