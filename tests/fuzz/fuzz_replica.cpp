// SPDX-License-Identifier: MIT

// A small subnet in a random state, and objects, blocks and amendments as the bytes say: nothing
// crashes, what check_object() passes applies, and every state that comes of it holds.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/fuzz/require.hpp"
#include "tests/support/byte_source.hpp"
#include "tests/support/subnet.hpp"
#include "yuma/replica/apply.hpp"
#include "yuma/replica/check.hpp"

namespace {

using namespace yuma;  // NOLINT(google-build-using-namespace): a program about one library
using fuzz::require;
using test::ByteSource;

constexpr int kMostEpochs = 4;

test::SubnetShape shape_of(ByteSource& source) {
  test::SubnetShape shape;
  shape.validators = 1 + source.below(4);
  shape.miners = source.below(3);
  shape.free = source.below(3);
  for (std::size_t i = 0; i < shape.validators; ++i) {
    shape.powers.push_back(static_cast<std::uint32_t>(1 + source.below(3)));
  }
  return shape;
}

/// Any number, mostly small ones or such near the largest.
std::uint64_t any_number(ByteSource& source) {
  switch (source.below(4)) {
    case 0:
      return source.byte();
    case 1:
      return std::numeric_limits<std::uint64_t>::max() - source.byte();
    case 2:
      return source.u64();
    default:
      return source.u64() >> 24;
  }
}

class World {
 public:
  explicit World(ByteSource& source)
      : source_(source), subnet_(shape_of(source)), sealed_(subnet_.start()) {
    State& state = sealed_.state;
    state.spec_version = std::uint32_t{425} + (source_.flag() ? 0 : 21);
    if (source_.below(4) == 0) state.spec_version = 300;
    set_parameters(state.parameters);
    state.epoch = source_.below(4) == 0 ? any_number(source_) : source_.byte();
    state.epoch = std::min(state.epoch, std::numeric_limits<std::uint64_t>::max() - 2);
    state.block = any_number(source_);
    state.pending_emission = any_number(source_);
    for (auto& neuron : state.neurons) {
      if (neuron) set_neuron(state, *neuron);
    }
    state.weights = rows(true);
    state.bonds = rows(false);
    if (source_.flag()) set_consensus(state);
    require(yuma::check_state(state).ok(), "the state that was made");
  }

  /// One epoch; false where none can follow.
  bool step();
  /// Inputs that nobody has checked, and amendments of any changes.
  void apply_anything();

 private:
  void set_parameters(SubnetParameters& parameters);
  void set_neuron(const State& state, Neuron& neuron);
  void set_consensus(State& state);
  SparseRows<std::uint16_t> rows(bool of_validators);
  PublicKey any_hotkey();
  Change any_change();
  VectorBody any_vector(std::uint16_t uid);
  Object hostile(Object object);
  Object signed_vote_pair(std::uint16_t uid);
  bool passes(const Object& object);
  void check_after(const absl::StatusOr<EpochOutcome>& outcome);

  std::uint16_t any_uid() {
    return static_cast<std::uint16_t>(source_.below(sealed_.state.neurons.size() + 1));
  }
  SignedObject sign(const auto& body) { return test::sign_body(subnet_.keys, body); }
  void add_commits(EpochInputs& inputs);
  void add_vectors(EpochInputs& inputs);
  void add_faults(EpochInputs& inputs);
  void add_amendment(EpochInputs& inputs);
  void try_others();

  ByteSource& source_;
  test::Subnet subnet_;
  SealedState sealed_;
  std::vector<UidVector> waiting_;  // committed to
  EpochWorkspace workspace_;
};

void World::set_parameters(SubnetParameters& parameters) {
  const auto tags = all_parameters();
  for (std::size_t count = source_.below(6); count > 0; --count) {
    const ParameterTag tag = tags[source_.below(tags.size())];
    const ParameterBounds bounds = parameter_bounds(tag);
    const std::uint64_t number = any_number(source_);
    const std::uint64_t span = bounds.most - bounds.least;
    const bool whole = span == std::numeric_limits<std::uint64_t>::max();
    const auto value = whole ? number : bounds.least + number % (span + 1);
    require(set_parameter(parameters, tag, value).ok(), "a parameter within its bounds");
  }
}

void World::set_neuron(const State& state, Neuron& neuron) {
  if (neuron.power > 0) neuron.since = 1 + source_.below(2) * state.epoch;
  neuron.stake = std::min(any_number(source_), kMaxStake);
  neuron.registered = source_.flag() ? state.block : any_number(source_);
  neuron.last_update = source_.flag() ? state.block : any_number(source_);
  neuron.missed = static_cast<std::uint8_t>(source_.below(kMaxMissed + 1));
  neuron.permit = source_.flag();
}

void World::set_consensus(State& state) {
  for (const auto& neuron : state.neurons) state.consensus.push_back(neuron ? source_.u16() : 0);
}

SparseRows<std::uint16_t> World::rows(bool of_validators) {
  SparseRows<std::uint16_t> out;
  const State& state = sealed_.state;
  for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
    const bool has_row = state.neurons[uid] && (!of_validators || power_of(state, uid) > 0);
    for (std::uint16_t to = 0; has_row && to < state.neurons.size(); ++to) {
      if (state.neurons[to] && source_.flag()) out.push(to, source_.u16());
    }
    out.end_row();
  }
  return out;
}

PublicKey World::any_hotkey() {
  if (source_.below(8) == 0)
    return {Scheme::kEd25519, {static_cast<std::uint8_t>(source_.below(2))}};  // no keys
  return subnet_.keys.key(source_.below(16));
}

Change World::any_change() {
  const auto power = static_cast<std::uint32_t>(source_.below(3));
  switch (source_.below(9)) {
    case 0:
      return RemoveUid{any_uid()};
    case 1:
      return ReplaceHotkey{any_uid(), any_hotkey()};
    case 2:
      return SetPower{any_uid(), power};
    case 3:
      return SetOwner{any_uid()};
    case 4:
      return SetSize{static_cast<std::uint16_t>(source_.below(12))};
    case 5:
      return SetParameter{all_parameters()[source_.below(19)], any_number(source_)};
    case 6:
      return SetRuleVersion{static_cast<std::uint32_t>(300 + source_.byte())};
    default:
      return RegisterUid{any_uid(), any_hotkey(), power, any_number(source_)};
  }
}

VectorBody World::any_vector(std::uint16_t uid) {
  const State& state = sealed_.state;
  VectorBody out = test::vector_of(state, uid, state.epoch + 1, {}, {});
  for (std::uint16_t to = 0; to <= state.neurons.size(); ++to) {
    if (source_.below(4) == 0 || (to == state.neurons.size() && source_.below(8) != 0)) continue;
    out.uids.push_back(to);
    out.values.push_back(source_.u16());
  }
  return out;
}

// Sometimes another object than it was: of other bytes, or with another signature.
Object World::hostile(Object object) {
  if (source_.below(4) != 0) return object;
  auto* const one = std::get_if<SignedObject>(&object);
  if (one == nullptr || source_.flag()) {
    auto bytes = encode_object(object).value();
    bytes[source_.u16() % bytes.size()] = source_.byte();
    auto other = decode_object(bytes);
    return other.ok() ? *std::move(other) : object;
  }
  switch (source_.below(3)) {
    case 0:
      one->kind = static_cast<ObjectKind>(source_.below(12));
      break;
    case 1:
      one->signature[source_.below(64)] = source_.byte();
      break;
    default:
      one->body.resize(source_.u16() % (one->body.size() + 2));
  }
  return object;
}

bool World::passes(const Object& object) {
  const auto result = check_object(sealed_, object);
  if (const auto* refused = std::get_if<RefusedObject>(&result)) {
    const std::string& text = refused->text;
    require(!text.empty() && text.size() < 512, "the length of a reason");
    require(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }),
            "a reason is one printable line");
    require(!refusal_name(refused->reason).empty(), "the name of a reason");
    return false;
  }
  const auto& checked = std::get<CheckedObject>(result);
  require(checked.id == object_id(object).value(), "the id of an object that counts");
  require(kind_of(checked.body) == checked.kind, "the kind of an object that counts");
  require(checked.uid < sealed_.state.neurons.size(), "the uid of an object that counts");
  return true;
}

void World::add_commits(EpochInputs& inputs) {
  for (const auto uid : validators(sealed_.state)) {
    const VectorBody vector = any_vector(uid);
    CommitBody commit = test::commit_to(vector);
    if (source_.below(16) == 0) commit.header.epoch -= source_.below(3);
    if (!passes(hostile(sign(commit))) || !passes(sign(commit))) continue;
    inputs.commits.push_back({uid, commit.hash});
    waiting_.push_back({uid, vector});
  }
}

void World::add_vectors(EpochInputs& inputs) {
  const bool direct = sealed_.state.parameters.reveal_period == 0;
  std::vector<UidVector> offered = std::exchange(waiting_, {});
  if (direct) {
    offered.clear();
    for (const auto uid : validators(sealed_.state)) offered.push_back({uid, any_vector(uid)});
  }
  for (UidVector& item : offered) {
    if (source_.below(8) == 0) item.vector.version_key = any_number(source_);
    if (passes(sign(item.vector))) inputs.vectors.push_back(item);
  }
}

Object World::signed_vote_pair(std::uint16_t uid) {
  const State& state = sealed_.state;
  VoteBody vote{test::header_of_uid(state, uid, state.epoch + source_.below(4) - 1), Bytes32{1}};
  const SignedObject one = sign(vote);
  vote.block = Bytes32{2};
  return test::fault_of(one, sign(vote));
}

void World::add_faults(EpochInputs& inputs) {
  const State& state = sealed_.state;
  for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
    if (!state.neurons[uid] || source_.below(4) != 0) continue;
    const Object object = hostile(signed_vote_pair(uid));
    const auto result = check_object(sealed_, object);
    if (!passes(object)) continue;
    const auto& checked = std::get<CheckedObject>(result);
    inputs.faults.push_back({checked.uid, std::get<FaultBody>(checked.body).kind, checked.epoch});
  }
}

void World::add_amendment(EpochInputs& inputs) {
  const State& state = sealed_.state;
  AmendmentBody body = test::next_amendment(state, {any_change()});
  if (source_.below(8) == 0) body.number += source_.byte();
  if (!encode_body(body).ok()) return;
  const auto uids = validators(state);
  const std::size_t signers = source_.below(4) == 0 ? source_.below(uids.size() + 1) : uids.size();
  const Object object =
      test::sign_amendment(subnet_.keys, state, body,
                           {uids.begin(), uids.begin() + static_cast<std::ptrdiff_t>(signers)});
  if (passes(object)) inputs.amendment = body;
  passes(hostile(object));
}

// What goes into no block: haves, votes, blocks, seals, addresses.
void World::try_others() {
  const State& state = sealed_.state;
  const auto uids = validators(state);
  HaveBody have = test::empty_have(state, uids[source_.below(uids.size())]);
  if (source_.flag()) have.vectors_held = {static_cast<std::uint8_t>(1 + source_.below(255))};
  for (std::uint16_t uid = 0; source_.flag() && uid < 12; ++uid) have.commits.push_back({uid, {}});
  passes(hostile(sign(have)));
  BlockBody block = test::empty_block(sealed_);
  block.number = any_number(source_);
  const SignedObject signed_block = sign(block);
  passes(hostile(signed_block));
  passes(hostile(test::seal_of(subnet_.keys, state, signed_block, uids)));
  passes(hostile(sign(AddressBody{test::header_of_uid(state, uids[0], source_.u64()), {}})));
}

void World::check_after(const absl::StatusOr<EpochOutcome>& outcome) {
  const State& next = outcome->state;
  const absl::Status status = yuma::check_state(next);
  require(status.ok(), "the state after an epoch: " + std::string(status.message()));
  const auto again = decode_state(encode_state(next));
  require(again.ok() && *again == next, "a state that is written and read is the same");
  sealed_ = {next, state_root(next)};
}

bool World::step() {
  EpochInputs inputs;
  if (sealed_.state.block == std::numeric_limits<std::uint64_t>::max()) return false;
  const std::uint64_t step = source_.below(4) == 0 ? any_number(source_) : source_.byte();
  const std::uint64_t left = std::numeric_limits<std::uint64_t>::max() - sealed_.state.block;
  inputs.number = sealed_.state.block + std::max<std::uint64_t>(1, std::min(step, left));
  add_vectors(inputs);
  add_commits(inputs);
  if (source_.flag()) add_faults(inputs);
  if (source_.flag()) add_amendment(inputs);
  if (source_.flag()) try_others();
  const auto outcome = apply_epoch(sealed_.state, inputs, workspace_);
  if (sealed_.state.epoch == std::numeric_limits<std::uint64_t>::max() - 1) {
    require(!outcome.ok(), "an epoch after the last");
    return false;
  }
  require(outcome.ok(), "inputs that passed apply: " + std::string(outcome.status().message()));
  check_after(outcome);
  return true;
}

void World::apply_anything() {
  const State& state = sealed_.state;
  EpochInputs inputs;
  inputs.number = state.block + source_.byte();
  for (std::size_t i = source_.below(4); i > 0; --i) inputs.commits.push_back({any_uid(), {}});
  for (std::size_t i = source_.below(4); i > 0; --i) {
    const auto uids = validators(state);
    inputs.vectors.push_back({any_uid(), any_vector(uids[source_.below(uids.size())])});
    if (source_.flag()) inputs.vectors.back().vector.values.push_back(source_.byte());
  }
  for (std::size_t i = source_.below(4); i > 0; --i) {
    const auto kind = static_cast<ObjectKind>(source_.below(12));
    inputs.faults.push_back({any_uid(), kind, state.epoch + source_.below(4) - 1});
  }
  AmendmentBody amendment = test::next_amendment(state, {});
  for (std::size_t i = source_.below(8); i > 0; --i) amendment.changes.push_back(any_change());
  const auto amended = amend(state, amendment, inputs.number);
  require(amended.ok() ? yuma::check_state(*amended).ok()
                       : amended.status().code() == absl::StatusCode::kFailedPrecondition,
          "an amended state holds, or why not is a precondition");
  if (source_.flag()) inputs.amendment = amendment;
  const auto outcome = apply_epoch(state, inputs, workspace_);
  if (outcome.ok()) return check_after(outcome);
  require(outcome.status().code() == absl::StatusCode::kInvalidArgument, "the kind of error");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteSource source({data, size});
  World world(source);
  for (int i = 0; i < kMostEpochs && !source.empty(); ++i) {
    if (source.below(3) == 0) world.apply_anything();
    if (!world.step()) break;
  }
  return 0;
}
