// SPDX-License-Identifier: MIT

// yuma-validator with a scorer that asks nobody: what a miner is worth follows from its hotkey and
// the epoch, so weights change and all validators agree about them.

#include "yuma/program/program.hpp"

namespace {

using namespace yuma;

class Constant final : public subnet::Scorer {
 public:
  asio::awaitable<void> round(subnet::Round& round) override {
    for (const subnet::RoundMiner& miner : round.miners()) {
      const auto mixed = miner.hotkey.bytes[round.epoch() % miner.hotkey.bytes.size()];
      round.score(miner.hotkey, 0.25 + mixed / 512.0);
    }
    co_return;
  }
};

}  // namespace

int main(int argc, char** argv) {
  return program::validator_main(argc, argv, {.scorer = [](program::ProgramContext&) {
                                   return std::make_unique<Constant>();
                                 }});
}
