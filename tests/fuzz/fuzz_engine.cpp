// SPDX-License-Identifier: MIT

// One validator's engine in a world that says anything to it: raw bytes, well-formed objects of
// three liars who hold all other keys, false statuses, clocks that jump, restarts. Whatever comes,
// it does not crash, does not grow, keeps what it signs before it signs, and never signs two bodies
// at one place. (The others have more than a third of the power, so they may seal what they like.)

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <set>

#include "tests/fuzz/require.hpp"
#include "tests/seal/kept_store.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/replica/apply.hpp"
#include "yuma/seal/engine.hpp"

namespace {

using yuma::fuzz::require;
using yuma::test::ByteSource;
namespace seal = yuma::seal;

constexpr std::uint16_t kValidators = 4;

yuma::test::SubnetShape small_shape() {
  yuma::test::SubnetShape shape;
  shape.validators = kValidators;
  shape.miners = 3;
  shape.free = 1;
  shape.parameters.epoch.tempo = 3;
  return shape;
}

/// All keys are ed25519 and made once.
yuma::test::Subnet& subnet() {
  static yuma::test::Subnet made(small_shape());
  return made;
}

class World {
 public:
  explicit World(ByteSource& in) : in_(in), own_(static_cast<std::uint16_t>(in.below(2))) {
    store_.sealed = subnet().start();
    restart();
  }

  void step() {
    switch (in_.below(12)) {
      case 0:
        return raw_object();
      case 1:
        return status();
      case 2:
        clock_ += in_.below(4);
        return handle(seal::ClockAt{clock_});
      case 3:
        return handle(seal::TimerFired{});
      case 4:
        return weights();
      case 5:
        return restart();
      case 6:
        return fault();
      case 7:
        return seal_of_liars();
      default:
        return liars_object();
    }
  }

 private:
  const yuma::State& state() const { return engine_->sealed().state; }
  std::uint64_t near_epoch() { return state().epoch + in_.below(4); }
  std::uint16_t any_uid() { return static_cast<std::uint16_t>(in_.below(kValidators + 2)); }
  std::uint16_t liar() {
    const auto uid = static_cast<std::uint16_t>(in_.below(kValidators));
    return uid == own_ ? static_cast<std::uint16_t>((uid + 1) % kValidators) : uid;
  }
  /// An id that means something, or not.
  yuma::Bytes32 some_id() {
    if (known_.empty() || in_.below(8) == 0) {
      yuma::Bytes32 out{};
      out[0] = in_.byte();
      return out;
    }
    return known_[in_.below(known_.size())];
  }

  void restart() {
    engine_ = std::make_unique<seal::Engine>(
        seal::EngineOptions{subnet().genesis.state.neurons[own_]->hotkey, 1000}, store_.restored());
    perform(engine_->start());
  }

  void handle(seal::Event event) {
    const std::uint64_t before = state().epoch;
    perform(engine_->handle(std::move(event)));
    while (!signing_.empty()) {
      auto next = std::move(signing_.front());
      signing_.pop_front();
      perform(engine_->handle(std::move(next)));
    }
    require(state().epoch >= before, "epochs only grow");
    const auto usage = engine_->usage();
    // Five kinds held, five early, five before, ten faults of each sender, and what blocks name.
    require(usage.objects <= kValidators * 25 + 100, "objects held");
    require(usage.bytes <= usage.objects * yuma::kMaxObjectBytes, "bytes held");
    require(engine_->status().held.size() <= usage.objects, "the status lists what is held");
  }

  void perform(const std::vector<seal::Action>& actions) {
    for (const auto& action : actions) {
      std::visit([&](const auto& known) { act(known); }, action);
    }
  }
  void act(const seal::Keep& keep) {
    if (keep.batch.seal) {
      require(keep.batch.seal->epoch == store_.sealed.state.epoch + 1, "no epoch is skipped");
    }
    store_.keep(keep.batch);
    require(store_.conflicts == 0, "one body at one place");
  }
  void act(const seal::Sign& sign) {
    const auto body = yuma::decode_any_body(sign.kind, sign.body);
    require(body.ok(), "only bodies are signed");
    const auto* header = yuma::header_of(*body);
    const auto kept = store_.intents.find({sign.kind, header->epoch});
    require(kept != store_.intents.end() && kept->second == sign.body, "kept before it is signed");
    auto& signer = subnet().keys.of(header->sender);
    const auto signature = signer.sign(yuma::signing_bytes(sign.kind, sign.body));
    signing_.push_back(seal::BodySigned{{sign.kind, sign.body, *signature}});
  }
  void act(const seal::Send& send) {
    const auto object = yuma::decode_object(send.object);
    require(object.ok(), "what is sent is an object");
    if (std::holds_alternative<yuma::SealBody>(*object)) return;
    const auto id = yuma::object_id(*object);
    require(store_.objects.contains(*id), "kept before it is sent");
    known_.push_back(*id);
  }
  void act(const seal::Pull& pull) {
    require(pull.from < 64 && !pull.ids.empty(), "a pull asks a peer for something");
    for (const auto& id : pull.ids) {
      if (known_.size() < 200) known_.push_back(id);
    }
  }
  void act(const seal::PullSeal& pull) {
    require(pull.epoch == state().epoch + 1, "only the next seal is asked for");
  }
  void act(const seal::AskStatus& ask) { require(ask.peer != own_, "others are asked"); }
  void act(const seal::StartTimer&) {}
  void act(const seal::Sealed& sealed) {
    require(sealed.epoch == store_.sealed.state.epoch, "kept before it is told");
  }
  void act(const seal::Notice& notice) {
    require(notice.text.size() < 1024, "the length of a notice");
    for (const char c : notice.text) require(c >= ' ' && c <= '~', "a notice is printable");
  }

  void raw_object() {
    yuma::Bytes bytes;
    for (std::size_t size = in_.byte(); size > 0 && !in_.empty(); --size) {
      bytes.push_back(in_.byte());
    }
    if (auto object = yuma::decode_object(bytes); object.ok()) receive(*std::move(object));
  }
  void receive(yuma::Object object) { handle(seal::ObjectReceived{liar(), std::move(object)}); }
  void status() {
    seal::Status shown{near_epoch(), some_id(), in_.u64(), {}};
    for (std::size_t i = in_.below(6); i > 0; --i) {
      shown.held.push_back({yuma::kind_of_number(static_cast<std::uint8_t>(1 + in_.below(9)))
                                .value_or(yuma::ObjectKind::kVote),
                            any_uid(), some_id()});
    }
    handle(seal::StatusReceived{any_uid(), std::move(shown)});
  }
  void weights() {
    seal::WeightsChosen chosen{0, {in_.u16()}, {}, {}};
    for (std::uint16_t uid = 0; uid < 9; ++uid) {
      if (!in_.flag()) continue;
      chosen.uids.push_back(uid);
      chosen.values.push_back(in_.u16());
    }
    handle(std::move(chosen));
  }

  yuma::VectorBody vector(std::uint16_t uid, std::uint64_t epoch, std::uint8_t variant) {
    return yuma::test::honest_vector(state(), uid, epoch, variant % 3);
  }
  yuma::BlockBody block() {
    yuma::BlockBody out = yuma::test::empty_block(engine_->sealed());
    out.number += in_.below(3);
    if (in_.below(8) == 0) out.parent = some_id();
    const bool names = in_.flag();  // else it names nothing, and a quorum can seal it
    for (std::uint16_t uid = 0; names && uid < kValidators; ++uid) {
      const std::uint8_t what = in_.byte();
      if ((what & 1) != 0) out.haves.push_back({uid, some_id()});
      if ((what & 2) != 0) out.commits.push_back({uid, some_id()});
      if ((what & 4) != 0) out.vectors.push_back({uid, some_id()});
      if ((what & 24) == 24) out.faults.push_back(some_id());
    }
    std::sort(out.faults.begin(), out.faults.end());
    out.faults.erase(std::unique(out.faults.begin(), out.faults.end()), out.faults.end());
    if (names && in_.below(3) == 0) out.amendments.push_back(some_id());
    yuma::EpochInputs inputs;
    inputs.number = out.number;
    if (out.number > state().block) {
      const auto outcome = yuma::apply_epoch(state(), inputs, workspace_);
      if (outcome.ok()) out.state_root = yuma::state_root(outcome->state);
    }
    return out;
  }

  /// A body of a liar that may well count.
  yuma::ObjectBody liars_body(std::size_t kind, std::uint16_t uid) {
    const auto header = yuma::test::header_of_uid(state(), uid, near_epoch());
    switch (kind) {
      case 0:
        return yuma::test::commit_to(vector(uid, header.epoch, in_.byte()));
      case 1:
        return vector(uid, header.epoch, in_.byte());
      case 2: {
        yuma::HaveBody have{header, {}, {}, {}};
        for (std::uint16_t v = 0; v < kValidators; ++v) {
          if (in_.flag()) have.commits.push_back({v, some_id()});
        }
        const std::size_t bits = in_.below(16);
        if (bits != 0) have.vectors_held.push_back(static_cast<std::uint8_t>(bits));
        return have;
      }
      case 3:
        return block();
      default:
        return yuma::VoteBody{header, some_id()};
    }
  }
  std::optional<yuma::SignedObject> signed_by(std::uint16_t uid, const yuma::ObjectBody& body) {
    auto bytes = yuma::encode_any_body(body);
    const auto* header = yuma::header_of(body);
    // The own key is nobody else's.
    if (!bytes.ok() || header->sender == subnet().genesis.state.neurons[own_]->hotkey) return {};
    const auto kind = yuma::kind_of(body);
    auto& signer = subnet().keys.of(state().neurons[uid]->hotkey);
    const auto signature = signer.sign(yuma::signing_bytes(kind, *bytes));
    if (known_.size() < 200) known_.push_back(yuma::object_id(kind, *bytes));
    return yuma::SignedObject{kind, *std::move(bytes), *signature};
  }
  void liars_object() {
    const std::uint16_t uid = liar();
    if (auto object = signed_by(uid, liars_body(in_.below(5), uid))) receive(*std::move(object));
  }
  void fault() {
    const std::uint16_t uid = liar();
    const std::size_t kind = in_.below(5);
    const auto one = signed_by(uid, liars_body(kind, uid));
    const auto other = signed_by(uid, liars_body(kind, uid));
    if (one && other) receive(yuma::test::fault_of(*one, *other));
  }
  /// Three liars of four are a quorum: they seal what they like.
  void seal_of_liars() {
    if (state().owner == own_) return;
    const auto object = signed_by(state().owner, block());
    if (!object || !yuma::decode_body<yuma::BlockBody>(object->body).ok()) return;
    std::vector<std::uint16_t> voters;
    for (std::uint16_t uid = 0; uid < kValidators; ++uid) {
      if (uid != own_) voters.push_back(uid);
    }
    receive(yuma::test::seal_of(subnet().keys, state(), *object, voters));
  }

  ByteSource& in_;
  std::uint16_t own_;
  std::uint64_t clock_ = 0;
  yuma::test::KeptStore store_;
  std::unique_ptr<seal::Engine> engine_;
  std::deque<seal::BodySigned> signing_;
  std::vector<yuma::Bytes32> known_;
  yuma::EpochWorkspace workspace_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource in({data, size});
  World world(in);
  for (int steps = 0; steps < 60 && !in.empty(); ++steps) world.step();
  return 0;
}
