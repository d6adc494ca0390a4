// SPDX-License-Identifier: MIT

// One epoch from an Eigen matrix of weights: three validators, three miners. The third validator
// favours a miner that the others do not rate, is clipped for it, and earns less than its stake.

#include <cstdint>
#include <cstdio>
#include <vector>

#include "yuma/consensus/eigen.hpp"
#include "yuma/consensus/epoch.hpp"

int main() {
  constexpr std::uint32_t kUids = 6;  // validators 0 to 2, miners 3 to 5
  yuma::DenseRows<std::uint16_t> weights(kUids, kUids);
  weights.setZero();
  weights.row(0) << 0, 0, 0, 40000, 20000, 5535;
  weights.row(1) << 0, 0, 0, 42000, 20000, 3535;
  weights.row(2) << 0, 0, 0, 5000, 5000, 55535;

  const yuma::SparseRows<std::uint16_t> rows = yuma::sparse_rows<std::uint16_t>(weights);
  const yuma::SparseRows<std::uint16_t> no_bonds =
      yuma::sparse_rows<std::uint16_t>(yuma::DenseRows<std::uint16_t>::Zero(kUids, kUids));
  std::vector<yuma::I64F64> stake(kUids);
  for (std::size_t v = 0; v < 3; ++v) {
    stake[v] = yuma::saturating_from_int<yuma::I64F64>(std::uint64_t{1'000'000'000'000});
  }
  const std::vector<std::uint64_t> registered(kUids, 1), updated(kUids, 990);
  const std::vector<std::uint8_t> permits = {1, 1, 1, 0, 0, 0};

  yuma::EpochInput input;
  input.n = kUids;
  input.current_block = 1000;
  input.last_update = updated;
  input.block_at_registration = registered;
  input.stake = stake;
  input.validator_permits = permits;
  input.weights = rows.view();
  input.bonds = no_bonds.view();
  input.emission = 1'000'000'000;
  input.parameters.yuma3 = true;

  const auto result = yuma::epoch(input, yuma::ChainRules{});
  if (!result.ok()) {
    std::fprintf(stderr, "%s\n", std::string(result.status().message()).c_str());
    return 1;
  }
  const auto share = [](std::uint16_t u) { return u / 65535.0; };
  std::printf("uid  consensus  incentive  dividend  emission (rao)\n");
  for (std::size_t uid = 0; uid < kUids; ++uid) {
    std::printf("%3zu  %9.5f  %9.5f  %8.5f  %14llu\n", uid, share(result->consensus[uid]),
                share(result->incentive[uid]), share(result->dividend[uid]),
                static_cast<unsigned long long>(result->emission[uid]));
  }
  std::printf("emission shared out: %llu rao\n",
              static_cast<unsigned long long>(yuma::as_array(result->emission).sum()));
}
