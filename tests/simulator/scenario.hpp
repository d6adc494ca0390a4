// SPDX-License-Identifier: MIT
#pragma once

// A scenario: one private subnet, who of its validators lies, and the schedule of faults that it
// goes through. It follows from a seed and a few options, and can be cut down afterwards.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/simulator/fault.hpp"
#include "yuma/replica/genesis.hpp"

namespace yuma::simulator {

/// Time of block 0 in Unix ms.
inline constexpr std::uint64_t kGenesisMs = 1'700'000'000'000;

/// A rule that is broken on purpose, to see that the checks notice.
enum class Mutant : std::uint8_t {
  kNone,
  kSendBeforeKeep,   ///< honest hosts sign and send first and keep afterwards
  kLoseLastKeep,     ///< a crash undoes what was kept last, as a disk does that lies about syncing
  kForgetIntents,    ///< hosts do not keep what they are about to sign
  kForgetfulSigner,  ///< the same, and the signer forgets what it signed
  kCarelessHost,     ///< hosts go on where a write fails on a full disk
  kTwoLiars,         ///< the owner and one more of four validators run twins: half of the power
  kHeavyOwner,       ///< an owner with more than half of the power runs twins
  kQuorumLeavesOut,  ///< three of four validators seal a block without what all hold
  kQuorumWrongRoot,  ///< three of four validators seal a block with a wrong state root
};
inline constexpr std::size_t kMutants = 10;
std::string_view mutant_name(Mutant mutant);
std::optional<Mutant> mutant_of_name(std::string_view name);

struct Member {
  std::uint16_t uid = 0;
  std::uint32_t power = 0;
  std::uint64_t stake = 0;
};

struct Scenario {
  std::uint64_t seed = 0;
  Mutant mutant = Mutant::kNone;

  // The subnet.
  std::vector<Member> validators;  ///< by NodeId
  std::vector<Member> miners;
  std::uint16_t uids = 0;
  NodeId owner = 0;
  std::uint32_t block_ms = 1000;
  SubnetParameters parameters;
  std::uint32_t spec_version = 425;

  /// Validators that may lie, less than a third of the power.
  std::vector<NodeId> liars;
  /// Those and, where there is one, the node whose clock goes far off: together less than a third.
  std::vector<NodeId> unreliable;

  std::uint32_t epochs = 0;  ///< for which there is time before the faults end
  Ms faults_end = 0;
  std::vector<Fault> faults;  ///< by index

  bool lies(NodeId node) const;
  /// With a lying owner nothing need be sealed.
  bool owner_lies() const { return lies(owner); }
  /// Time of one epoch at best.
  Ms epoch_ms() const { return Ms{parameters.epoch.tempo} * block_ms; }
  /// No node has this number or a higher one: those that join later are counted.
  NodeId nodes = 0;
};

struct ScenarioOptions {
  std::optional<std::uint32_t> validators;
  std::optional<std::uint32_t> epochs;
  Mutant mutant = Mutant::kNone;
  /// All liars tell exactly these, all the time, instead of what the seed gives.
  std::vector<Lie> lies;
};

Scenario make_scenario(std::uint64_t seed, const ScenarioOptions& options = {});

/// "4 validators with powers 3 2 2 1, ...": one paragraph.
std::string scenario_text(const Scenario& scenario);

/// The genesis of its subnet.
Genesis make_genesis(const Scenario& scenario);

}  // namespace yuma::simulator
