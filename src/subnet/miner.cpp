// SPDX-License-Identifier: MIT

#include "yuma/subnet/miner.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "subnet/within.hpp"
#include "yuma/net/signed_service.hpp"
#include "yuma/subnet/node.hpp"

namespace yuma::subnet {

struct Miner::Impl {
  Node& node;
  MinerHandler& handler;
  MinerOptions options;
  LogSink log;
  MinerCounts counts;
};

namespace {

/// Who may, at the moment of the question. For any thread: it reads nothing that changes but
/// through the node's policies.
HotkeyPolicy policy_of(const MinerOptions& options, const Node& node) {
  if (options.admission == MinerAdmission::kEveryone) return {};
  HotkeyPolicy others;
  if (options.admission == MinerAdmission::kValidators) others = node.validators();
  if (options.admission == MinerAdmission::kMembers) others = node.members();
  std::vector<AccountId> listed;
  for (const PublicKey& key : options.listed) listed.push_back(key.bytes);
  return [listed, others](const AccountId& hotkey) -> std::optional<PolicyRefusal> {
    if (std::find(listed.begin(), listed.end(), hotkey) != listed.end()) return std::nullopt;
    if (others) return others(hotkey);
    return PolicyRefusal{403, "this miner answers only hotkeys that its operator has listed"};
  };
}

MinerCall call_of(SignedCall call, const Node& node) {
  MinerCall out{call.caller.caller, std::nullopt, 0, std::move(call.request)};
  const auto sealed = node.view()->sealed;
  if (!sealed) return out;
  out.uid = find_uid(sealed->state, out.caller);
  if (out.uid) out.power = power_of(sealed->state, *out.uid);
  return out;
}

}  // namespace

Miner::Miner(Node& node, MinerHandler& handler, MinerOptions options, LogSink log)
    : impl_(new Impl{node, handler, std::move(options), std::move(log), {}}) {}
Miner::~Miner() = default;

namespace {

/// The handler's answer, whatever happens to it.
template <class Impl>
asio::awaitable<HttpResponse> answer(std::shared_ptr<Impl> impl, SignedCall signed_call) {
  const std::string caller = signed_call.caller.caller.address();
  std::string trouble;
  try {
    auto work = impl->handler.handle(call_of(std::move(signed_call), impl->node));
    auto response = co_await within(impl->options.limit, std::move(work));
    if (response) {
      ++impl->counts.answered;
      co_return *std::move(response);
    }
  } catch (const std::exception& error) {
    trouble = error.what();
    if (trouble.empty()) trouble = "an error without words";
  }
  ++impl->counts.failed;
  const bool late = trouble.empty();
  if (impl->log) {
    impl->log({LogLevel::kError,
               late ? "handler_late" : "handler_failed",
               late ? absl::StrCat("the handler took longer than ", impl->options.limit.count(),
                                   " ms for a request of ", caller)
                    : absl::StrCat("the handler failed at a request of ", caller, ": ", trouble),
               {{"caller", caller}}});
  }
  co_return late ? refusal(504, "the miner did not finish in time")
                 : refusal(500, "the miner failed at this request");
}

}  // namespace

absl::Status Miner::serve(SignedService& service) {
  SignedRoute route;
  route.method = "";
  route.path = "/";
  route.prefix = true;
  route.max_body = impl_->options.max_body;
  route.per_hotkey = impl_->options.per_caller;
  route.max_running = impl_->options.max_running;
  route.max_waiting = impl_->options.max_waiting;
  route.policy = policy_of(impl_->options, impl_->node);
  route.handler = [impl = impl_](SignedCall call) { return answer(impl, std::move(call)); };
  return service.add(std::move(route));
}

absl::Status Miner::admits(const PublicKey& hotkey) const {
  const HotkeyPolicy policy = policy_of(impl_->options, impl_->node);
  if (!policy) return absl::OkStatus();
  const auto refused = policy(hotkey.bytes);
  return refused ? absl::PermissionDeniedError(refused->detail) : absl::OkStatus();
}

MinerCounts Miner::counts() const { return impl_->counts; }

}  // namespace yuma::subnet
