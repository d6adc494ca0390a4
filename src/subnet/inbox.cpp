// SPDX-License-Identifier: MIT

#include "subnet/inbox.hpp"

#include <algorithm>

namespace yuma::subnet {

void Inbox::put(OwnItem item) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    own_.push_back(std::move(item));
  }
  changed_.notify_all();
}

bool Inbox::put(const PublicKey& from, std::vector<PeerItem> items, std::size_t bytes, bool asked) {
  if (items.empty()) return true;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    const auto found = peers_.find(from.bytes);
    const std::size_t before = found == peers_.end() ? 0 : found->second.bytes;
    if (!asked && before + bytes > bytes_of_one_) return false;
    Queue& queue = found == peers_.end() ? peers_[from.bytes] : found->second;
    queue.bytes += bytes;
    waiting_ += items.size();
    // The whole weight hangs on the last one, which is taken last.
    for (PeerItem& item : items) queue.items.emplace_back(std::move(item), 0);
    queue.items.back().second = bytes;
  }
  changed_.notify_all();
  return true;
}

std::optional<Inbox::Item> Inbox::take(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, until,
                      [&] { return stopped_ || closed_ || !own_.empty() || !peers_.empty(); });
  if (stopped_) return std::nullopt;
  if (!own_.empty()) {
    Item item(std::move(own_.front()));
    own_.pop_front();
    return item;
  }
  if (peers_.empty()) return std::nullopt;
  auto next = last_ ? peers_.upper_bound(*last_) : peers_.begin();
  if (next == peers_.end()) next = peers_.begin();
  Queue& queue = next->second;
  Item item(std::move(queue.items.front().first));
  queue.bytes -= queue.items.front().second;
  queue.items.pop_front();
  --waiting_;
  last_ = next->first;
  if (queue.items.empty()) peers_.erase(next);
  return item;
}

std::vector<Question> Inbox::take_questions() {
  std::vector<Question> out;
  const std::lock_guard lock(mutex_);
  for (auto peer = peers_.begin(); peer != peers_.end();) {
    auto& [items, bytes] = peer->second;
    std::erase_if(items, [&, &bytes = bytes](auto& item) {
      auto* question = std::get_if<Question>(&item.first);
      if (question == nullptr) return false;
      out.push_back(std::move(*question));
      bytes -= item.second;
      --waiting_;
      return true;
    });
    peer = items.empty() ? peers_.erase(peer) : std::next(peer);
  }
  return out;
}

void Inbox::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
}

bool Inbox::wait_for_stop(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [&] { return stopped_; });
}

void Inbox::stop() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = stopped_ = true;
  }
  changed_.notify_all();
}

bool Inbox::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

bool Inbox::finished() const {
  const std::lock_guard lock(mutex_);
  return closed_ && own_.empty() && peers_.empty();
}

std::size_t Inbox::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

}  // namespace yuma::subnet
