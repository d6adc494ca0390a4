// SPDX-License-Identifier: MIT

#include "cli/run_dry.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/subnet_values.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "yuma/net/endpoint.hpp"
#include "yuma/subnet/scores.hpp"
#include "yuma/subnet/weight_choice.hpp"

namespace yuma::cli {

namespace {

/// Whether a program could listen there now.
std::string listener_text(const Endpoint& endpoint) {
  boost::system::error_code error;
  asio::io_context io;
  const auto address = asio::ip::make_address(endpoint.host, error);
  if (error) return " (a name: not tried)";
  asio::ip::tcp::acceptor acceptor(io);
  const asio::ip::tcp::endpoint where(address, endpoint.port);
  acceptor.open(where.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(where, error);
  if (!error) acceptor.listen(1, error);
  if (!error) return endpoint.port == 0 ? " (any free port)" : " (free)";
  if (error == asio::error::address_in_use) return " (in use: by this node, if it runs)";
  return absl::StrCat(" (", error.message(), ")");
}

std::string share_text(std::uint16_t value, std::uint64_t sum) {
  return absl::StrFormat("%.1f %%", 100.0 * value / static_cast<double>(sum));
}

}  // namespace

DryRun::DryRun(const RunOptions& options, const RunStart& start)
    : options_(options),
      start_(start),
      own_(start.signer.signer->public_key()),
      sealed_(present_state(start.place)) {}

std::optional<std::uint16_t> DryRun::uid() const {
  return sealed_.ok() ? find_uid(sealed_->state, own_) : std::nullopt;
}

void DryRun::add(std::string_view name, const std::string& text, bool good) {
  absl::StrAppend(&text_, labelled(name, text, columns()));
  if (!good) troubles_.push_back(text);
}

void DryRun::add_listener(std::string_view name, const std::string& flag, const std::string& text) {
  if (text == "off") return add(name, "off");
  Problems problems;
  const auto endpoint = read_listener(text, flag, problems);
  if (!endpoint) return add(name, problems.lines().front(), false);
  add(name, absl::StrCat(endpoint_text(*endpoint), listener_text(*endpoint)));
}

void DryRun::add_node() {
  std::error_code error;
  const bool known = std::filesystem::exists(start_.place.ledger, error);
  if (!sealed_.ok()) return add("ledger", std::string(sealed_.status().message()), false);
  const State& state = sealed_->state;
  add("network", absl::StrCat(to_hex(state.subnet.network)));
  add("subnet",
      absl::StrCat("netuid ", state.subnet.netuid, ", mechanism ", state.subnet.mechanism));
  const auto own_uid = uid();
  const std::uint64_t power = own_uid ? power_of(state, *own_uid) : 0;
  add("hotkey", absl::StrCat(own_.address(), options_.signer.empty() ? "" : ", isolated signer"));
  add("roster",
      own_uid ? absl::StrCat("uid ", *own_uid, ", power ", power, " of ", total_power(state))
              : "not in it: an amendment has to register this hotkey",
      own_uid.has_value());
  add("ledger", absl::StrCat(start_.place.ledger, known ? "" : ", made at the first start"));
  const subnet::BlockClock clock = subnet::BlockClock::of(state);
  const std::uint64_t now = subnet::unix_time_ms();
  const auto left = clock.until(subnet::due_block(state), now);
  add("epoch",
      absl::StrCat(
          state.epoch + 1, " is under way, ",
          left.count() == 0
              ? "and due"
              : absl::StrCat("due in ", duration_text(static_cast<std::uint64_t>(left.count())))));
  add_listener("listens", "--listen", options_.listen);
  Problems problems;
  const auto announced = read_announced(options_, problems);
  std::vector<std::string> texts;
  for (const Endpoint& endpoint : announced) texts.push_back(endpoint_text(endpoint));
  add("announces", texts.empty() ? "where it listens, if that is one address; --announce says where"
                                 : absl::StrJoin(texts, ", "));
  add_listener("page", "--page", options_.page);
  const auto peers = read_peers(options_, problems);
  add("peers", absl::StrCat(peers.size(), " given"));
  for (const std::string& line : problems.lines()) add("!", line, false);
}

void DryRun::add_weights(std::uint64_t version_key) {
  if (!sealed_.ok()) return;
  const State& state = sealed_->state;
  const auto own_uid = uid();
  const auto scores = subnet::Scores::open(start_.place.scores, state.subnet);
  if (!scores.ok()) return add("scores", std::string(scores.status().message()), false);
  add("scores", absl::StrCat(start_.place.scores, ": ", scores->size(), " hotkeys"));
  if (!own_uid || power_of(state, *own_uid) == 0) {
    return add("weights", "none: this hotkey has no power in the subnet", false);
  }
  const auto averages = scores->by_uid(state);
  if (averages.empty()) {
    return add("weights", "none yet: no miner has a score above 0, so the rows of before stay");
  }
  const auto weights = subnet::weights_of_scores(state, *own_uid, averages, version_key);
  if (!weights.ok()) return add("weights", std::string(weights.status().message()), false);
  add("weights",
      absl::StrCat("would count: every validator takes these for epoch ", state.epoch + 1));
  std::uint64_t sum = 0;
  for (const std::uint16_t value : weights->values) sum += value;
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < weights->uids.size(); ++i) {
    const std::uint16_t uid = weights->uids[i];
    const PublicKey& hotkey = state.neurons[uid]->hotkey;
    rows.push_back({absl::StrCat(uid), hotkey.address(),
                    absl::StrFormat("%.4f", scores->average(hotkey)),
                    absl::StrCat(weights->values[i]), share_text(weights->values[i], sum)});
  }
  absl::StrAppend(&text_, "\n",
                  text_table({{"uid"}, {"hotkey", false, true}, {"average"}, {"weight"}, {"share"}},
                             rows, columns()));
}

int DryRun::finish() const {
  std::string text = text_;
  absl::StrAppend(&text, "\n",
                  troubles_.empty() ? "Nothing stands in the way. Nothing was sent or signed.\n"
                                    : "In the way:\n");
  for (const std::string& trouble : troubles_)
    absl::StrAppend(&text, wrapped(trouble, 2, columns()));
  const int status = print_result(text);
  return status != kDone ? status : troubles_.empty() ? kDone : kFailed;
}

}  // namespace yuma::cli
