// SPDX-License-Identifier: MIT

// Requests of other nodes. Whether the caller is who he says has been checked.

#include "absl/strings/str_cat.h"
#include "subnet/node_impl.hpp"

namespace yuma::subnet {

namespace {

constexpr auto kLongestAnswer = std::chrono::seconds(15);
constexpr std::size_t kQuestionBytes = 4096;  // that a question counts among what waits of a peer

/// Where the agreement thread leaves an answer.
struct Waiting {
  explicit Waiting(asio::io_context& io) : timer(io) {}
  asio::steady_timer timer;
  std::optional<ExchangeAnswer> answer;
};

bool is_address(const Object& object) {
  const auto* one = std::get_if<SignedObject>(&object);
  return one != nullptr && one->kind == ObjectKind::kAddress;
}

/// The path without the query, of which there is none.
bool known_path(std::string_view target) {
  return target == kObjectsPath || target == kPullPath || target == kStatusPath ||
         target == kAddressesPath || target.starts_with(kObjectPath) ||
         target.starts_with(kSealPath);
}

}  // namespace

asio::awaitable<ExchangeAnswer> Node::Impl::answer(std::shared_ptr<Impl> self, PublicKey caller,
                                                   ExchangeRequest request) {
  ++self->requests;
  const auto refuse = [&self](int status, std::string_view why, int retry_after = 0) {
    ++self->requests_refused;
    return refuse_exchange(status, why, retry_after);
  };
  if (self->draining || !self->started) co_return refuse(503, "this node stops", 5);
  const auto roster = self->roster->get();
  const Roster::Member* member = roster ? roster->find(caller.bytes) : nullptr;
  if (member == nullptr) co_return refuse(403, "this hotkey is no member of the subnet");
  if (!known_path(request.target)) co_return refuse(404, "no such path");
  self->peers->heard(caller);

  const bool post = request.target == kObjectsPath || request.target == kPullPath;
  if (request.method != (post ? "POST" : "GET")) co_return refuse(405, "another method is meant");
  if (request.target == kStatusPath) co_return self->status();
  if (request.target == kObjectsPath) {
    ExchangeAnswer taken = self->take_objects(caller, member->validator, request.body);
    if (taken.status != 200) ++self->requests_refused;
    co_return taken;
  }

  Question question;
  if (request.target == kPullPath) {
    auto ids = decode_pull(request.body);
    if (!ids.ok()) co_return refuse(400, std::string(ids.status().message()));
    question.kind = Question::Kind::kPull;
    question.ids = *std::move(ids);
  } else if (request.target == kAddressesPath) {
    question.kind = Question::Kind::kAddresses;
  } else if (const auto id = object_of_target(request.target)) {
    question.kind = Question::Kind::kObject;
    question.ids = {*id};
  } else if (const auto epoch = epoch_of_target(request.target)) {
    question.kind = Question::Kind::kSeal;
    question.epoch = *epoch;
  } else {
    co_return refuse(400, "the path ends with 64 lower-case hex digits, or an epoch");
  }
  if (!self->seen->disk.empty()) co_return refuse(503, "cannot write its ledger", 1);
  ExchangeAnswer answer = co_await ask_agreement(self, caller, std::move(question));
  if (answer.status != 200) ++self->requests_refused;
  co_return answer;
}

asio::awaitable<ExchangeAnswer> Node::Impl::ask_agreement(std::shared_ptr<Impl> self,
                                                          PublicKey caller, Question question) {
  const auto waiting = std::make_shared<Waiting>(self->io);
  waiting->timer.expires_after(kLongestAnswer);
  question.answer = [io = &self->io, waiting](ExchangeAnswer answer) {
    asio::post(*io, [waiting, answer = std::move(answer)]() mutable {
      waiting->answer = std::move(answer);
      waiting->timer.cancel();
    });
  };
  std::vector<PeerItem> items;
  items.emplace_back(std::move(question));
  if (!self->agreement->inbox().put(caller, std::move(items), kQuestionBytes, false)) {
    co_return refuse_exchange(503, "too much of this hotkey waits here", 1);
  }
  boost::system::error_code ignored;
  co_await waiting->timer.async_wait(error_in(ignored));
  if (!waiting->answer) co_return refuse_exchange(503, "busy", 2);
  co_return std::move(*waiting->answer);
}

ExchangeAnswer Node::Impl::take_objects(const PublicKey& caller, bool validator,
                                        const Bytes& body) {
  auto objects = decode_batch(body, kMaxBatchBytes);
  if (!objects.ok()) {
    return refuse_exchange(400, std::string(objects.status().message()));
  }
  std::vector<PeerItem> items;
  items.reserve(objects->size());
  for (Object& object : *objects) {
    if (!validator && !is_address(object)) {
      return refuse_exchange(403, "who has no power sends addresses alone");
    }
    items.emplace_back(PeerObject{caller, std::move(object)});
  }
  if (!agreement->inbox().put(caller, std::move(items), body.size(), false)) {
    return refuse_exchange(503, "too much of this hotkey waits here", 1);
  }
  return {};
}

ExchangeAnswer Node::Impl::status() const {
  StatusAnswer out{seen->status, seen->addresses_digest};
  out.status.block_number = clock.block_at(options.wall_clock());
  return {200, encode_status(out)};
}

}  // namespace yuma::subnet
