// SPDX-License-Identifier: MIT

// What the engine asks for: keep, sign, send, ask.

#include "absl/strings/str_cat.h"
#include "subnet/agreement.hpp"

namespace yuma::subnet {

namespace {

/// The disk is full or the file is busy: it may work later. Anything else is for people.
bool may_work_later(const absl::Status& status) {
  return absl::IsResourceExhausted(status) || absl::IsUnavailable(status);
}

absl::string_view words(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

bool Agreement::perform(seal::Keep& keep) {
  if (!this->keep(keep.batch)) return false;
  if (keep.batch.seal) kept_seal_ = std::move(keep.batch.seal);
  return true;
}

/// Returns once it is on disk. Where that cannot be, nothing else is done meanwhile: nothing is
/// signed or sent that depends on it.
bool Agreement::keep(const KeepBatch& batch) {
  const auto& trusted = options_.checkpoint;
  if (batch.seal && trusted && batch.seal->epoch == trusted->state.epoch &&
      batch.seal->block_id != trusted->block_id) {
    stop_for_good(absl::StrCat("epoch ", batch.seal->epoch, " was sealed as ",
                               to_hex(batch.seal->block_id), ", but the checkpoint says ",
                               to_hex(trusted->block_id),
                               ": one of them is of another past. Nothing was kept of it"));
    return false;
  }
  for (;;) {
    absl::Status status = options_.before_keep ? options_.before_keep(batch) : absl::OkStatus();
    if (status.ok()) status = ledger_->keep(batch);
    if (status.ok()) break;
    if (!may_work_later(status)) {
      stop_for_good(absl::StrCat("the ledger: ", status.message(), ". Start the node again"));
      return false;
    }
    if (disk_.empty()) {
      disk_ = absl::StrCat("nothing is signed or sent until the ledger can be written: ",
                           status.message());
      say(NodeNotice::Kind::kDisk, disk_);
      show(true);
    }
    for (const Question& question : inbox_->take_questions()) {
      question.answer(refuse_exchange(503, "cannot write its ledger", 1));
    }
    if (inbox_->wait_for_stop(Steady::now() + options_.retry_every)) return false;
  }
  if (!disk_.empty()) {
    disk_.clear();
    say(NodeNotice::Kind::kDisk, "the ledger can be written again");
    show(true);
  }
  return true;
}

bool Agreement::perform(seal::Sign& sign) {
  this->sign(sign.kind, sign.body);
  return true;
}

/// Once at a time: the engine asks again where no answer came.
void Agreement::sign(ObjectKind kind, const Bytes& body) {
  if (!being_signed_.emplace(kind, body).second) return;
  const auto ask = [signer = &signer_, inbox = inbox_, kind, body] {
    auto signature = signer->sign(signing_bytes(kind, body));
    inbox->put(SignedNow{kind, body, std::move(signature)});
  };
  if (options_.signing) {
    asio::post(*options_.signing, ask);
  } else {
    ask();
  }
}

void Agreement::signed_now(SignedNow item) {
  being_signed_.erase({item.kind, item.body});
  if (!item.signature.ok()) {
    const std::string text =
        absl::StrCat("the signer gives no signature for a ", words(kind_name(item.kind)), ": ",
                     item.signature.status().message());
    if (item.kind == ObjectKind::kAddress) own_address_refused_ = true;
    signer_problem_ = text;
    return say(NodeNotice::Kind::kSigner, text);
  }
  signer_problem_.clear();
  if (item.kind == ObjectKind::kAddress) return take_own_address(item.body, *item.signature);
  handle(seal::BodySigned{{item.kind, std::move(item.body), *item.signature}});
}

std::optional<PublicKey> Agreement::hotkey_of(std::uint16_t uid) const {
  const auto& neurons = engine_.sealed().state.neurons;
  if (uid >= neurons.size() || !neurons[uid]) return std::nullopt;
  return neurons[uid]->hotkey;
}

std::vector<PublicKey> Agreement::other_validators() const {
  std::vector<PublicKey> out;
  for (const std::uint16_t uid : validators(engine_.sealed().state)) {
    const auto hotkey = hotkey_of(uid);
    if (hotkey && *hotkey != signer_.public_key()) out.push_back(*hotkey);
  }
  return out;
}

bool Agreement::perform(seal::Send& send) {
  if (!send.to) {
    output_.send(other_validators(), std::move(send.object));
  } else if (const auto to = hotkey_of(*send.to); to && *to != signer_.public_key()) {
    output_.send({*to}, std::move(send.object));
  }
  return true;
}

bool Agreement::perform(seal::Pull& pull) {
  if (const auto from = hotkey_of(pull.from)) output_.pull(*from, std::move(pull.ids));
  return true;
}

bool Agreement::perform(seal::PullSeal& pull) {
  if (const auto from = hotkey_of(pull.from)) output_.pull_seal(*from, pull.epoch);
  return true;
}

bool Agreement::perform(seal::AskStatus& ask) {
  if (const auto peer = hotkey_of(ask.peer)) output_.ask_status(*peer);
  return true;
}

bool Agreement::perform(seal::StartTimer& timer) {
  timer_ = Steady::now() + std::chrono::milliseconds(timer.milliseconds);
  return true;
}

bool Agreement::perform(seal::Sealed& sealed) {
  const auto kept = std::exchange(kept_seal_, std::nullopt);
  auto out = std::make_shared<SealedEpoch>();
  out->epoch = sealed.epoch;
  out->before = sealed_;
  out->block_id = sealed.block_id;
  out->state_root = sealed.state_root;
  out->terms = std::move(sealed.terms);
  out->unix_ms = options_.wall_clock();
  // The engine may be ahead of this by an epoch already.
  if (engine_.sealed().state.epoch == sealed.epoch) {
    sealed_ = std::make_shared<const SealedState>(engine_.sealed());
  } else if (auto state = kept ? decode_state(kept->state) : absl::InternalError("not kept");
             state.ok()) {
    sealed_ = std::make_shared<const SealedState>(SealedState{*std::move(state), sealed.block_id});
  }
  out->after = sealed_;
  if (const auto object = kept ? decode_object(kept->seal) : absl::InternalError("not kept");
      object.ok()) {
    const auto& seal = std::get<SealBody>(*object);
    if (auto block = decode_body<BlockBody>(seal.block.body); block.ok()) {
      out->block = *std::move(block);
    }
    for (const Endorsement& vote : seal.votes) {
      if (const auto uid = find_uid(out->before->state, vote.signer)) out->voters.push_back(*uid);
    }
    std::sort(out->voters.begin(), out->voters.end());
  }
  own_address_refused_ = false;
  if (book_.keep_members(sealed_->state)) book_changed_ = true;
  show(true);
  output_.sealed(std::move(out));
  announce();
  return true;
}

}  // namespace yuma::subnet
