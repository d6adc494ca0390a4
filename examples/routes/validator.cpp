// SPDX-License-Identifier: MIT

// A validator of the routes subnet: it draws cities from the real world, asks every miner for a
// short closed tour through them, and scores what comes back in time by its length. Everything else
// is yuma-validator's: keys, flags, rounds, averages, weights, agreement, the page.

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "yuma/program/program.hpp"
// After Asio.
#include "CLI/CLI.hpp"
#include "examples/routes/scoring.hpp"

namespace {

using namespace yuma;  // NOLINT(google-build-using-namespace): a program
using program::ProgramContext;

struct Flags {
  std::string instance = routes::kZoneTable;
  std::size_t cities = 40;
  std::uint32_t answer_ms = 1000;
  std::uint64_t seed = 0;
  std::string journal, selfish;
  bool copier = false;
};

class RoutesScorer final : public subnet::Scorer {
 public:
  RoutesScorer(ProgramContext& context, const Flags& flags, routes::Map map)
      : own_(context.own), flags_(flags), map_(std::move(map)) {}

  asio::awaitable<void> round(subnet::Round& round) override {
    if (flags_.copier) co_return;
    // With a seed the cities are the same in each run, and anybody can foresee them.
    const std::uint64_t drawn =
        flags_.seed == 0 ? round.random()
                         : (flags_.seed << 32U) + (round.epoch() << 12U) + round.number();
    const routes::Task task{routes::draw(map_, flags_.cities, drawn), flags_.answer_ms};
    HttpRequest request{"POST", "/route", {{"Content-Type", "application/json"}}, {}};
    request.body = routes::encode_task(task);
    subnet::AskOptions options;
    options.deadline = std::chrono::milliseconds(flags_.answer_ms);
    auto asking = round.ask_all(std::move(request), options);
    const std::vector<subnet::Answer> answers = co_await std::move(asking);

    // Other cities, another best; of the same ones the best is remembered.
    const bool same = task.map.places.size() == map_.places.size();
    std::int64_t best = same ? best_ : 0;
    const std::vector<routes::Judged> judged = routes::judge(task.map, answers, best);
    if (same) best_ = best;
    std::vector<std::string> hotkeys;
    for (std::size_t i = 0; i < judged.size(); ++i) {
      const PublicKey& hotkey = round.miners()[i].hotkey;
      round.score(hotkey, judged[i].value);
      round.note(hotkey, judged[i].note);
      hotkeys.push_back(hotkey.address());
    }
    if (flags_.journal.empty()) co_return;
    std::ofstream(flags_.journal, std::ios::app)
        << routes::journal_line(round.epoch(), task.map, map_, hotkeys, judged);
  }

  std::vector<subnet::UidScore> weights(const State& state,
                                        std::vector<subnet::UidScore> averages) override {
    if (flags_.copier) return routes::copied_weights(state, own_);
    for (std::uint16_t uid = 0; uid < state.neurons.size(); ++uid) {
      const auto& neuron = state.neurons[uid];
      if (neuron && neuron->hotkey.address() == flags_.selfish) {
        return routes::with_friend(std::move(averages), uid);
      }
    }
    return averages;
  }

 private:
  PublicKey own_;
  const Flags& flags_;
  routes::Map map_;
  std::int64_t best_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  program::ValidatorProgram validator;
  validator.about = "A validator of the routes subnet: it pays for short closed tours.";
  validator.options = [&flags](CLI::App& run) {
    run.add_option("--instance", flags.instance, "a TSPLIB file, or a table of time zones")
        ->capture_default_str();
    run.add_option("--cities", flags.cities, "so many of them in each round")
        ->check(CLI::Range(std::size_t{3}, routes::kMaxTask))
        ->capture_default_str();
    run.add_option("--answer-ms", flags.answer_ms, "milliseconds that a miner has")
        ->capture_default_str();
    run.add_option("--seed", flags.seed, "draw the same cities in each run; 0: other ones");
    run.add_option("--journal", flags.journal, "append what was measured to this file");
    run.add_option("--selfish", flags.selfish, "favour this HOTKEY, to see what that costs");
    run.add_flag("--copier", flags.copier, "ask nobody, repeat the weights of others");
  };
  validator.scorer =
      [&flags](ProgramContext& context) -> absl::StatusOr<std::unique_ptr<subnet::Scorer>> {
    auto map = routes::read_map(flags.instance);
    if (!map.ok()) return map.status();
    return std::make_unique<RoutesScorer>(context, flags, *std::move(map));
  };
  return program::validator_main(argc, argv, std::move(validator));
}
