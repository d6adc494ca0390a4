// SPDX-License-Identifier: MIT

#include "tests/simulator/fault.hpp"

#include <algorithm>
#include <array>

#include "absl/strings/str_format.h"

namespace yuma::simulator {

namespace {

constexpr std::array<std::string_view, kLies> kLieNames = {"two commits",
                                                           "two vectors",
                                                           "two haves",
                                                           "two votes",
                                                           "shown to some only",
                                                           "shown at the last moment",
                                                           "vector withheld",
                                                           "vector out of bounds",
                                                           "vector that opens nothing",
                                                           "false have",
                                                           "votes for any block",
                                                           "broken signatures",
                                                           "garbage",
                                                           "replays",
                                                           "of another network or epoch",
                                                           "in the name of others",
                                                           "faults made up",
                                                           "amendments without quorum",
                                                           "seals made up",
                                                           "flood",
                                                           "false status",
                                                           "wrong answers",
                                                           "owner: silent",
                                                           "owner: block to some only",
                                                           "owner: leaves out",
                                                           "owner: wrong state root",
                                                           "owner: two blocks",
                                                           "owner: wrong parent",
                                                           "owner: wrong number",
                                                           "owner: names what nobody has"};

template <std::size_t N, class Enum>
std::string_view name_in(const std::array<std::string_view, N>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

std::string point_text(const CrashPoint& point, std::uint64_t count) {
  const auto kind = kind_name(point.kind);
  std::string step;
  switch (point.step) {
    case Step::kAny:
      step = "any action";
      break;
    case Step::kKeepIntent:
      step = absl::StrFormat("a %s to be signed is kept", kind);
      break;
    case Step::kKeepObject:
      step = absl::StrFormat("a %s is kept", kind);
      break;
    case Step::kKeepSeal:
      step = "a seal is kept";
      break;
    case Step::kSign:
      step = absl::StrFormat("a %s goes to the signer", kind);
      break;
    case Step::kSend:
      step = absl::StrFormat("a %s is sent", kind);
      break;
    case Step::kSealed:
      step = "an epoch is sealed";
      break;
  }
  return absl::StrFormat("%s %s (number %d)", point.after ? "after" : "before", step, count);
}

std::string detail_of(const Fault& fault) {
  const auto number = static_cast<std::int64_t>(fault.amount);
  switch (fault.kind) {
    case FaultKind::kCrash:
      return point_text(crash_points().at(fault.what), fault.amount);
    case FaultKind::kPartition:
      return std::string(split_name(static_cast<Split>(fault.what)));
    case FaultKind::kLoss:
    case FaultKind::kDuplication:
      return absl::StrFormat("%d %%", fault.amount);
    case FaultKind::kSlowNetwork:
    case FaultKind::kSlowDisk:
      return absl::StrFormat("up to %d ms", fault.amount);
    case FaultKind::kClockJump:
      return absl::StrFormat("%d ms", number);
    case FaultKind::kClockDrift:
      return absl::StrFormat("%d millionths", number);
    case FaultKind::kLie:
      return absl::StrFormat("%s, %d %%", lie_name(static_cast<Lie>(fault.what)), fault.amount);
    case FaultKind::kJoin:
      return std::string(join_name(static_cast<Join>(fault.what)));
    case FaultKind::kAmendment:
      return std::string(amendment_name(static_cast<AmendmentKind>(fault.what)));
    case FaultKind::kBlackout:
    case FaultKind::kDiskFull:
    case FaultKind::kSignerDown:
    case FaultKind::kTwin:
      break;
  }
  return {};
}

std::vector<CrashPoint> make_crash_points() {
  std::vector<CrashPoint> out;
  for (const bool after : {false, true}) {
    out.push_back({after, Step::kAny, ObjectKind::kCommit});
    out.push_back({after, Step::kKeepSeal, ObjectKind::kCommit});
    out.push_back({after, Step::kSealed, ObjectKind::kCommit});
    for (const Step step : {Step::kKeepIntent, Step::kKeepObject, Step::kSign, Step::kSend}) {
      for (const ObjectKind kind : {ObjectKind::kCommit, ObjectKind::kVector, ObjectKind::kHave,
                                    ObjectKind::kBlock, ObjectKind::kVote}) {
        out.push_back({after, step, kind});
      }
    }
  }
  return out;
}

}  // namespace

std::string_view fault_name(FaultKind kind) {
  static constexpr std::array<std::string_view, 15> kNames = {
      "crash",      "blackout",   "partition",   "loss",      "duplication",
      "slow net",   "clock jump", "clock drift", "disk full", "slow disk",
      "signer off", "lying",      "twin engine", "late join", "amendment"};
  return name_in(kNames, kind);
}

std::string_view split_name(Split split) {
  static constexpr std::array<std::string_view, kSplits> kNames = {
      "two halves", "one way only", "one alone", "the owner alone", "each alone"};
  return name_in(kNames, split);
}

std::string_view join_name(Join join) {
  static constexpr std::array<std::string_view, 2> kNames = {"from the genesis",
                                                             "from a checkpoint"};
  return name_in(kNames, join);
}

std::string_view amendment_name(AmendmentKind kind) {
  static constexpr std::array<std::string_view, kAmendmentKinds> kNames = {
      "register", "replace hotkey", "remove",          "power",        "owner", "reveal period",
      "tempo",    "have wait",      "other parameter", "rule version", "size",  "several changes"};
  return name_in(kNames, kind);
}

std::string_view lie_name(Lie lie) { return name_in(kLieNames, lie); }

std::optional<Lie> lie_of_name(std::string_view name) {
  const auto found = std::find(kLieNames.begin(), kLieNames.end(), name);
  if (found == kLieNames.end()) return std::nullopt;
  return static_cast<Lie>(found - kLieNames.begin());
}

std::string fault_text(const Fault& fault) {
  const bool moment = fault.kind == FaultKind::kJoin || fault.kind == FaultKind::kAmendment;
  const bool of_network =
      fault.kind == FaultKind::kBlackout || fault.kind == FaultKind::kPartition ||
      fault.kind == FaultKind::kLoss || fault.kind == FaultKind::kDuplication ||
      fault.kind == FaultKind::kSlowNetwork || fault.kind == FaultKind::kAmendment;
  std::string out = absl::StrFormat("#%-3d %-11s", fault.index, fault_name(fault.kind));
  out += of_network ? "         " : absl::StrFormat("  node %2d", fault.node);
  absl::StrAppendFormat(&out, "  %8.3f s", static_cast<double>(fault.from) / 1000);
  if (!moment) absl::StrAppendFormat(&out, " to %8.3f s", static_cast<double>(fault.until) / 1000);
  const std::string detail = detail_of(fault);
  if (!detail.empty()) absl::StrAppendFormat(&out, ": %s", detail);
  return out;
}

const std::vector<CrashPoint>& crash_points() {
  static const std::vector<CrashPoint> kPoints = make_crash_points();
  return kPoints;
}

}  // namespace yuma::simulator
