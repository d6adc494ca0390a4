// SPDX-License-Identifier: MIT

#include "yuma/seal/engine.hpp"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "seal/engine_impl.hpp"

namespace yuma::seal {

Engine::Engine(EngineOptions options, Restored restored)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(restored))) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

std::vector<Action> Engine::start() {
  impl_->out.emplace_back(StartTimer{impl_->options.exchange_ms});
  for (const auto& [id, held] : impl_->pool.entries()) {
    const auto* own = std::get_if<SignedObject>(&held.object);
    if (own == nullptr || held.checked.uid != impl_->own) continue;
    if (auto bytes = encode_object(*own); bytes.ok()) impl_->out.emplace_back(Send{{}, *bytes});
  }
  impl_->sign_what_is_due();
  impl_->progress();
  return std::exchange(impl_->out, {});
}

std::vector<Action> Engine::handle(Event event) {
  if (!impl_->stopped) {
    std::visit([&](const auto& known) { impl_->on(known); }, event);
    impl_->progress();
  }
  return std::exchange(impl_->out, {});
}

const SealedState& Engine::sealed() const { return impl_->sealed; }
Status Engine::status() const { return impl_->status(); }
bool Engine::stopped() const { return impl_->stopped; }

const Object* Engine::find(const Bytes32& id) const {
  if (const HeldEntry* held = impl_->pool.find(id)) return &held->object;
  for (const auto& [number, item] : impl_->waiting) {
    if (item.id == id) return &item.amendment;
  }
  return nullptr;
}

Engine::Usage Engine::usage() const {
  Usage out{impl_->pool.size(), impl_->pool.bytes(), impl_->signatures, 0};
  const auto add = [&](std::size_t bytes) {
    ++out.objects;
    out.bytes += bytes;
  };
  const auto add_one = [&](const SignedObject& one) {
    add(one.body.size() + one.signature.size());
  };
  for (const auto& [place, object] : impl_->early) add_one(std::get<SignedObject>(object));
  for (const auto& [place, one] : impl_->previous) add_one(one);
  for (const auto& [number, item] : impl_->waiting) add(item.bytes);
  out.ids = impl_->wanted.size() + impl_->useless.size() + impl_->dropped.size();
  return out;
}

Engine::Impl::Impl(EngineOptions given, Restored restored)
    : options(std::move(given)),
      sealed(std::move(restored.sealed)),
      last_seal(std::move(restored.seal)) {
  look_up();
  for (Intent& intent : restored.intents) {
    intents.emplace(std::pair(intent.kind, intent.epoch), std::move(intent.body));
  }
  for (const KeptObject& item : restored.objects) {
    const auto object = decode_object(item.bytes);
    if (!object.ok()) continue;
    const auto* one = std::get_if<SignedObject>(&*object);
    const bool opens = item.kind == ObjectKind::kVector && state().parameters.reveal_period != 0;
    if (one != nullptr && item.epoch == state().epoch && !opens) {
      const auto body = decode_any_body(one->kind, one->body);
      const auto uid = find_validator(state(), header_of(*body)->sender);
      if (uid) previous.emplace(std::pair(one->kind, *uid), *one);
    } else {
      const auto* amendment = std::get_if<SignedAmendment>(&*object);
      if (amendment != nullptr) {
        receive_waiting(*amendment, true);
      } else {
        receive(std::nullopt, *object, true);
      }
    }
  }
  // What was kept has been told before.
  std::erase_if(out, [](const Action& action) { return !std::holds_alternative<Keep>(action); });
}

void Engine::Impl::look_up() {
  own = options.own ? find_validator(state(), *options.own) : std::nullopt;
  total = total_power(state());
}

FindChecked Engine::Impl::finder() const {
  return [this](const Bytes32& id) -> const CheckedObject* {
    const HeldEntry* held = pool.find(id);
    return held == nullptr ? nullptr : &held->checked;
  };
}

bool Engine::Impl::waits(const Bytes32& id) const {
  return std::any_of(waiting.begin(), waiting.end(),
                     [&](const auto& item) { return item.second.id == id; });
}

void Engine::Impl::notice(Notice::Kind kind, std::uint16_t uid, std::string text,
                          std::string_view reason) {
  if (quiet && kind == Notice::Kind::kRefusedObject) return;
  out.emplace_back(Notice{kind, epoch(), uid, std::move(text), reason});
}

void Engine::Impl::on(const ObjectReceived& event) { receive(event.from, event.object); }

void Engine::Impl::on(const ClockAt& event) { clock = event.number; }

void Engine::Impl::on(const WeightsChosen& event) { weights = event; }

void Engine::Impl::on(const TimerFired&) {
  asked_to_sign.clear();
  sign_what_is_due();
  next_round();
  out.emplace_back(StartTimer{options.exchange_ms});
}

void Engine::Impl::progress() {
  bool again = true;
  while (again && !stopped) {
    commit_weights();
    send_have();
    make_block();
    judge_blocks();
    count_votes();
    again = seal_epoch();
  }
}

/// The seal is kept: on to the next epoch, with what of the old one may still count.
void Engine::Impl::advance(EpochOutcome outcome) {
  sealed.state = std::move(outcome.state);
  sealed.block_id = candidate->block_id;
  look_up();
  const ObjectPool old = std::exchange(pool, {});
  const auto early_before = std::exchange(early, {});
  const auto waiting_before = std::exchange(waiting, {});
  wanted.clear();
  useless.clear();
  dropped.clear();
  dropped_of.clear();
  refused_blocks.clear();
  no_block = false;
  offers.clear();
  candidate.reset();
  computed.reset();
  previous.clear();
  wants_numbers = false;
  numbers.clear();
  std::erase_if(intents, [&](const auto& item) { return item.first.second < state().epoch; });

  quiet = true;
  for (const auto& [id, held] : old.entries()) {
    const auto* one = std::get_if<SignedObject>(&held.object);
    if (one == nullptr) {
      receive(std::nullopt, held.object, held.kept);
    } else if (held.checked.epoch == state().epoch &&
               old.first(one->kind, held.checked.uid) == &held) {
      // A sender whose hotkey changed begins anew.
      const auto sender = header_of(held.checked.body)->sender;
      if (const auto uid = find_validator(state(), sender)) {
        previous.emplace(std::pair(one->kind, *uid), *one);
      }
    }
  }
  for (const auto& [place, object] : early_before) receive(std::nullopt, object);
  quiet = false;
  for (const auto& [number, item] : waiting_before) {
    receive_waiting(std::get<SignedAmendment>(item.amendment), item.kept);
  }
  sign_what_is_due();
  pulled_seal = none_came = false;
  pull_next_seal();
}

}  // namespace yuma::seal
