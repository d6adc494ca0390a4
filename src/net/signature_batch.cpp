// SPDX-License-Identifier: MIT

#include "net/signature_batch.hpp"

#include <utility>

namespace yuma {

template <class Handler>
struct SignatureBatch::WaiterOf final : Waiter {
  explicit WaiterOf(Handler given) : handler(std::move(given)) {}
  void go_on() override { handler(); }
  Handler handler;
};

asio::awaitable<SignatureBatch::Verdict> SignatureBatch::check(ReceivedRequest request) {
  std::shared_ptr<Open> open = open_.lock();
  if (!open) {
    open = std::make_shared<Open>();
    open_ = open;
    asio::post(executor_, [this, held = open] { close(*held); });
  }
  std::optional<Verdict> verdict;
  open->requests.push_back(std::move(request));
  open->verdicts.push_back(&verdict);
  auto waits = [batch = open.get()](auto handler) {
    using Handler = std::decay_t<decltype(handler)>;
    batch->waiters.push_back(std::make_unique<WaiterOf<Handler>>(std::move(handler)));
  };
  open.reset();
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(waits),
                                                                        asio::use_awaitable);
  co_return *std::move(verdict);
}

void SignatureBatch::close(Open& open) {
  open_.reset();
  const std::uint64_t now = unix_ns_();
  if (open.requests.size() == 1) {
    auto& [request, digest] = open.requests.front();
    open.verdicts.front()->emplace(verifier_.finish(std::move(request), digest, now));
  } else {
    ++batches_;
    batched_ += open.requests.size();
    std::vector<Verdict> verdicts = verifier_.finish_each(std::move(open.requests), now);
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      open.verdicts[i]->emplace(std::move(verdicts[i]));
    }
  }
  for (const auto& waiter : open.waiters) waiter->go_on();
}

}  // namespace yuma
