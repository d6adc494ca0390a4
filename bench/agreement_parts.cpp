// SPDX-License-Identifier: MIT

#include "bench/agreement_parts.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "bench/meter.hpp"
#include "yuma/identity/hash.hpp"
#include "yuma/ledger/ledger.hpp"
#include "yuma/seal/block.hpp"

namespace yuma::bench {

namespace {

constexpr int kMoreRepetitions = 4;

/// The least processor time of `work`, in microseconds.
template <class Work>
double least_us(int repetitions, const Work& work) {
  Meter meter;
  for (int i = 0; i < repetitions; ++i) meter.run(work);
  return meter.ns() / 1000;
}

/// The objects of a recording that count in the epoch after `before`, by id. Of the votes those in
/// the seal: later ones are not looked at.
struct Counting {
  std::map<Bytes32, CheckedObject> checked;
  std::map<Bytes32, SignedObject> objects;

  Counting(const Recording& recording, const SealedState& before, const SealBody& seal) {
    for (const Endorsement& vote : seal.votes) voters_.push_back(vote.signer);
    for (const Bytes& bytes : recording.events) {
      const seal::Event event = decode_event(bytes);
      if (const auto* received = std::get_if<seal::ObjectReceived>(&event)) {
        const auto* one = std::get_if<SignedObject>(&received->object);
        if (one != nullptr) add(before, *one);
      } else if (const auto* own = std::get_if<seal::BodySigned>(&event)) {
        add(before, own->object);
      }
    }
  }
  const BlockBody& block() const {
    for (const auto& [id, object] : checked) {
      if (const auto* block = std::get_if<BlockBody>(&object.body)) return *block;
    }
    fail("no block was recorded");
  }
  FindChecked finder() const {
    return [this](const Bytes32& id) -> const CheckedObject* {
      const auto found = checked.find(id);
      return found == checked.end() ? nullptr : &found->second;
    };
  }

 private:
  void add(const SealedState& before, const SignedObject& object) {
    auto result = check_object(before, object);
    auto* good = std::get_if<CheckedObject>(&result);
    if (good == nullptr) return;  // of another epoch
    const PublicKey& sender = header_of(good->body)->sender;
    const bool votes = std::find(voters_.begin(), voters_.end(), sender) != voters_.end();
    if (good->kind == ObjectKind::kVote && !votes) return;
    objects.emplace(good->id, object);
    checked.emplace(good->id, std::move(*good));
  }

  std::vector<PublicKey> voters_;
};

void measure_objects(const Counting& counting, const SealedState& before, int repetitions,
                     Parts& out) {
  for (const auto& [id, object] : counting.objects) {
    ObjectCost& cost = out.objects[object.kind];
    const PublicKey& sender = header_of(counting.checked.at(id).body)->sender;
    ++cost.objects;
    cost.bytes += must(encode_object(object)).size();
    cost.check_us += least_us(repetitions, [&, &object = object] {
      if (!std::holds_alternative<CheckedObject>(check_object(before, object))) fail("not checked");
    });
    cost.verify_us += least_us(repetitions, [&, &object = object] {
      if (!verify_body(object.kind, object.body, sender, object.signature)) fail("not signed");
    });
  }
}

void measure_state(const SealedState& before, const EpochInputs& inputs, int repetitions,
                   Parts& out) {
  EpochWorkspace workspace;
  EpochOutcome outcome;
  const auto rules = must(ChainRules::at(before.state.spec_version, Evidence::kModel));
  const PreparedEpoch prepared = must(prepare_epoch(before.state, inputs));
  const EpochInput view = prepared.view(before.state, inputs.number);
  // The difference of two long times is wanted: in turn, and often.
  Meter apply_meter, epoch_meter;
  for (int i = 0; i < kMoreRepetitions * repetitions; ++i) {
    apply_meter.run([&] { outcome = must(apply_epoch(before.state, inputs, workspace)); });
    epoch_meter.run([&] {
      if (!epoch(view, rules, workspace, outcome.terms).ok()) fail("epoch() failed");
    });
  }
  out.apply_us = apply_meter.ns() / 1000;
  out.epoch_us = epoch_meter.ns() / 1000;
  Bytes bytes;
  out.encode_us = least_us(repetitions, [&] { bytes = encode_state(outcome.state); });
  out.state_bytes = bytes.size();
  Bytes32 root;
  out.root_us = least_us(repetitions, [&] { root = state_root(outcome.state); });
  out.hash_us = least_us(repetitions, [&] { root = blake2b_256(bytes); });
}

const KeptSeal& seal_after(const Room::Node& node, const SealedState& before) {
  for (const KeepBatch& batch : node.kept) {
    if (batch.seal && batch.seal->epoch == before.state.epoch + 1) return *batch.seal;
  }
  fail("the seal was not kept");
}

SealBody decoded(const KeptSeal& kept) {
  return std::get<SealBody>(must(decode_object(kept.seal)));
}

/// What a late joiner does with the epoch.
void measure_replay(const Room::Node& node, const SealedState& before, int repetitions,
                    Parts& out) {
  std::vector<KeptObject> objects;
  for (const KeepBatch& batch : node.kept) {
    objects.insert(objects.end(), batch.objects.begin(), batch.objects.end());
  }
  // As they come from a ledger: of the epoch and the one before.
  std::erase_if(objects, [&](const KeptObject& object) {
    return object.epoch != before.state.epoch && object.epoch != before.state.epoch + 1;
  });
  const KeptSeal& kept = seal_after(node, before);
  out.seal_bytes = kept.seal.size();
  EpochWorkspace workspace;
  out.replay_us = least_us(repetitions, [&] {
    const auto outcome = must(replay_seal(before, decoded(kept), objects, workspace));
    if (outcome.state.epoch != before.state.epoch + 1) fail("the replay ends elsewhere");
  });
}

std::uint64_t wall_ns() {
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                    std::chrono::nanoseconds(1));
}

struct KeepTime {
  double cpu_us = 0, wall_us = 0;
  std::uint64_t grown = 0;  // bytes
};

KeepTime keep_all(Ledger& ledger, const Room::Node& node) {
  KeepTime out;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < node.kept.size(); ++i) {
    if (i == node.kept_begin) before = must(ledger.summary()).bytes;
    const std::uint64_t cpu = thread_ns(), wall = wall_ns();
    if (const auto status = ledger.keep(node.kept[i]); !status.ok()) fail(status.ToString());
    if (i < node.kept_begin) continue;
    out.cpu_us += static_cast<double>(thread_ns() - cpu) / 1000;
    out.wall_us += static_cast<double>(wall_ns() - wall) / 1000;
  }
  out.grown = must(ledger.summary()).bytes - before;
  return out;
}

}  // namespace

ObjectCost Parts::in_all() const {
  ObjectCost sum;
  for (const auto& [kind, cost] : objects) {
    sum.objects += cost.objects;
    sum.bytes += cost.bytes;
    sum.check_us += cost.check_us;
    sum.verify_us += cost.verify_us;
  }
  return sum;
}

Parts measure_parts(const Room::Node& node, const SealedState& before, int repetitions) {
  Parts out;
  const Counting counting(node.recording, before, decoded(seal_after(node, before)));
  measure_objects(counting, before, repetitions, out);
  const BlockBody& block = counting.block();
  const FindChecked finder = counting.finder();
  std::variant<EpochInputs, MissingObjects, RefusedBlock> judged;
  out.judge_us = least_us(repetitions, [&] { judged = judge_block(before, block, finder); });
  if (!std::holds_alternative<EpochInputs>(judged)) fail("the block is refused");
  measure_state(before, std::get<EpochInputs>(judged), repetitions, out);
  measure_replay(node, before, repetitions, out);
  return out;
}

LedgerCost measure_ledger(const Room::Node& node, const Genesis& genesis, int repetitions) {
  namespace fs = std::filesystem;
  LedgerCost out;
  for (std::size_t i = node.kept_begin; i < node.kept.size(); ++i) {
    const KeepBatch& batch = node.kept[i];
    ++out.keeps;
    out.objects += batch.objects.size();
    for (const KeptObject& object : batch.objects) out.bytes += object.bytes.size();
    for (const Intent& intent : batch.intents) out.bytes += intent.body.size();
    if (batch.seal) out.bytes += batch.seal->seal.size() + batch.seal->state.size();
  }
  const fs::path folder =
      fs::temp_directory_path() / ("agreement_bench." + std::to_string(getpid()));
  const std::string path = folder / "ledger";
  for (int i = 0; i < repetitions; ++i) {
    const auto in_memory = must(Ledger::in_memory(genesis));
    const KeepTime memory = keep_all(*in_memory, node);
    fs::create_directory(folder);
    if (const auto status = Ledger::create(path, genesis); !status.ok()) fail(status.ToString());
    const KeepTime file = keep_all(*must(Ledger::open(path)), node);
    fs::remove_all(folder);
    out.file_bytes = file.grown;
    const auto least = [&](double& best, double now) { best = i == 0 ? now : std::min(best, now); };
    least(out.memory_us, memory.cpu_us);
    least(out.file_us, file.cpu_us);
    least(out.file_wall_us, file.wall_us);
  }
  return out;
}

}  // namespace yuma::bench
