// SPDX-License-Identifier: MIT

// yuma-lab audit: does a ledger hold what its signed bytes say?

#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "lab/commands.hpp"
#include "lab/open_ledger.hpp"
#include "lab/progress.hpp"
#include "lab/report/text.hpp"
#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

namespace {

struct Options {
  std::string ledger;
  std::optional<std::string> network;
  bool json = false;
};

/// The first thing that is not as it should be.
struct Finding {
  std::optional<std::uint64_t> epoch;  ///< none: of the whole file
  std::string what;                    ///< "replay", "state", ...
  std::string why;
};

struct Audit {
  Bytes32 network{};
  State start;                   ///< what it was begun with
  std::uint64_t last_epoch = 0;  ///< of the ledger
  std::uint64_t epochs = 0;      ///< recomputed
  std::size_t signatures = 0, objects = 0, faults = 0, amendments = 0;
  std::uint64_t inclusion_known = 0;    ///< epochs
  std::vector<std::uint64_t> compared;  ///< kept states that are what was computed
  double seconds = 0;
  std::optional<Finding> finding;
  bool from_genesis = true;
};

class Auditor {
 public:
  explicit Auditor(const Ledger& ledger) : ledger_(ledger) {}

  /// An error where there is nothing to begin with.
  absl::StatusOr<Audit> run(const std::optional<Bytes32>& network) {
    const auto first = ledger_.first_epoch(), last = ledger_.last_epoch();
    if (!first.ok()) return first.status();
    if (!last.ok()) return last.status();
    const auto states = ledger_.states();
    if (!states.ok()) return states.status();
    auto walk = LedgerWalk::from(ledger_, *first);
    if (!walk.ok()) return walk.status();
    audit_.network = ledger_.network();
    audit_.start = walk->sealed().state;
    audit_.last_epoch = *last;
    audit_.from_genesis = *first == ledger_.genesis().state.epoch;
    const auto began = std::chrono::steady_clock::now();
    if (network && *network != audit_.network) {
      audit_.finding = Finding{{}, "network", "it is of another network than " + to_hex(*network)};
    } else {
      walk_to_the_end(*walk, *states);
    }
    audit_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return audit_;
  }

 private:
  void walk_to_the_end(LedgerWalk& walk, const std::vector<std::uint64_t>& kept) {
    const std::uint64_t last = audit_.last_epoch;
    auto states = kept.begin();
    {
      Progress progress(last - walk.sealed().state.epoch, "epochs");
      while (!audit_.finding && walk.sealed().state.epoch < last) {
        while (states != kept.end() && *states <= walk.sealed().state.epoch) ++states;
        take_epoch(walk);
        if (audit_.finding) break;
        const std::uint64_t reached = walk.sealed().state.epoch;
        if (states != kept.end() && *states == reached) compare_state(walk.sealed());
        progress.step();
      }
    }
    // What no epoch names: other rows, and indexes.
    if (audit_.finding) return;
    if (const auto status = ledger_.check_integrity(); !status.ok()) {
      audit_.finding = Finding{{}, "file", printable(status)};
    }
  }

  void take_epoch(LedgerWalk& walk) {
    const std::uint64_t epoch = walk.sealed().state.epoch + 1;
    const auto step = walk.next();
    if (!step.ok()) {
      audit_.finding = Finding{epoch, "replay", printable(step.status())};
      return;
    }
    if (step->all_held && !step->epoch.inclusion_known) {
      audit_.finding = Finding{epoch, "evidence",
                               "a have or a commit that its block names is held, but does not "
                               "count: its bytes are not what was signed"};
      return;
    }
    ++audit_.epochs;
    audit_.signatures += step->epoch.signatures;
    audit_.objects += step->objects;
    audit_.faults += step->epoch.inputs.faults.size();
    if (step->epoch.inputs.amendment) ++audit_.amendments;
    if (step->epoch.inclusion_known) ++audit_.inclusion_known;
  }

  void compare_state(const SealedState& computed) {
    const std::uint64_t epoch = computed.state.epoch;
    const auto kept = ledger_.state_at_or_before(epoch);
    if (!kept.ok()) {
      audit_.finding = Finding{epoch, "state", printable(kept.status())};
    } else if (kept->state != computed.state || kept->block_id != computed.block_id) {
      audit_.finding =
          Finding{epoch, "state",
                  absl::StrCat("the kept state has the root ", to_hex(state_root(kept->state)),
                               ", the computed one ", to_hex(state_root(computed.state)))};
    } else {
      audit_.compared.push_back(epoch);
    }
  }

  const Ledger& ledger_;
  Audit audit_;
};

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return absl::StrCat(format_count(count), " ", count == 1 ? one : many);
}

std::string text_of(const Audit& audit) {
  const SubnetId& subnet = audit.start.subnet;
  std::string out =
      absl::StrCat("network ", to_hex(audit.network), "\nnetuid ", subnet.netuid, ", mechanism ",
                   static_cast<int>(subnet.mechanism), ", epochs ", audit.start.epoch, " to ",
                   audit.last_epoch, "\nfrom the ",
                   audit.from_genesis ? "genesis\n"
                                      : absl::StrCat("checkpoint of epoch ", audit.start.epoch,
                                                     ", which is taken as it stands\n"));
  absl::StrAppend(&out, counted(audit.epochs, "epoch", "epochs"),
                  absl::StrFormat(" recomputed in %.2f s: ", audit.seconds),
                  counted(audit.signatures, "signature", "signatures"), " verified, ",
                  counted(audit.objects, "object", "objects"), "\n");
  absl::StrAppend(&out, "inclusion known for ", format_count(audit.inclusion_known), "; ",
                  counted(audit.faults, "fault", "faults"), ", ",
                  counted(audit.amendments, "amendment", "amendments"), "\n");
  absl::StrAppend(&out, counted(audit.compared.size(), "kept state", "kept states"),
                  " equal to the computed\n");
  if (!audit.finding) return out + "the ledger holds\n";
  const Finding& finding = *audit.finding;
  const std::string where =
      finding.epoch ? absl::StrCat("epoch ", *finding.epoch) : std::string("the file");
  return absl::StrCat(out, "DIFFERS: ", where, ": ", finding.what, ": ", finding.why, "\n");
}

std::string json_of(const Audit& audit) {
  Json out;
  out["holds"] = !audit.finding;
  out["network"] = to_hex(audit.network);
  out["netuid"] = audit.start.subnet.netuid;
  out["mechanism"] = audit.start.subnet.mechanism;
  out["first_epoch"] = audit.start.epoch;
  out["last_epoch"] = audit.last_epoch;
  out["from_genesis"] = audit.from_genesis;
  out["epochs"] = audit.epochs;
  out["signatures"] = audit.signatures;
  out["objects"] = audit.objects;
  out["inclusion_known"] = audit.inclusion_known;
  out["faults"] = audit.faults;
  out["amendments"] = audit.amendments;
  out["states_equal"] = audit.compared;
  out["seconds"] = audit.seconds;
  if (audit.finding) {
    Json& finding = out["difference"];
    if (audit.finding->epoch) finding["epoch"] = *audit.finding->epoch;
    finding["what"] = audit.finding->what;
    finding["why"] = audit.finding->why;
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int run(const Options& options) {
  constexpr int kHolds = 0, kDiffers = 1, kBadInput = 2;
  const auto complain = [&](const absl::Status& status) {
    std::fprintf(stderr, "yuma-lab: audit: %s\n", printable(status).c_str());
    return kBadInput;
  };
  std::optional<Bytes32> network;
  if (options.network) {
    network = array_from_hex<32>(*options.network);
    if (!network) {
      return complain(absl::InvalidArgumentError(
          "--network: an id has 64 hexadecimal digits, as `genesis show` prints it"));
    }
  }
  const auto ledger = open_ledger(options.ledger);
  if (!ledger.ok()) return complain(ledger.status());
  const auto audit = Auditor(**ledger).run(network);
  if (!audit.ok()) return complain(audit.status());
  if (!print_result(options.json ? json_of(*audit) : text_of(*audit))) return kDiffers;
  return audit->finding ? kDiffers : kHolds;
}

}  // namespace

void add_audit_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "audit", "recompute every sealed epoch of a ledger from signed bytes alone");
  command
      ->add_option("LEDGER", options->ledger,
                   "a ledger (also while a node writes it), or an exported one")
      ->required();
  command->add_option("--network", options->network,
                      "the id that the network must have: 64 hexadecimal digits");
  command->add_flag("--json", options->json, "print the result as JSON");
  command->footer(
      "Starts with the genesis or, behind what was pruned, with the first checkpoint; verifies "
      "each\n"
      "seal, all that its block names and what a third of the haves asked for, computes the epoch\n"
      "and compares the state. Prints the first that differs.\n"
      "Exit status: 0 the ledger holds, 1 something differs, 2 this is no ledger that can be "
      "read.\n"
      "Example: yuma-lab audit subnet.ledger --network 4b1e...");
  command->callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace yuma::lab
