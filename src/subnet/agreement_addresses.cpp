// SPDX-License-Identifier: MIT

// The address book: what peers pass on, and the own address, which is told again to all whenever
// the book does not hold it.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "subnet/agreement.hpp"

namespace yuma::subnet {

void Agreement::take_address(const PublicKey& from, const Object& object) {
  const auto taken = book_.take(engine_.sealed().state, object);
  if (!taken.ok()) {
    NodeNotice out;
    out.kind = NodeNotice::Kind::kRefusedObject;
    out.reason = "address";
    out.epoch = engine_.sealed().state.epoch + 1;
    out.uid = find_uid(engine_.sealed().state, from);
    out.text = absl::StrCat("an address: ", taken.status().message());
    out.unix_ms = out.first_ms = options_.wall_clock();
    return output_.notice(std::move(out));
  }
  if (*taken == AddressBook::Taken::kKnown) return;
  book_changed_ = true;
  announce();
}

void Agreement::announce() {
  const State& state = engine_.sealed().state;
  const PublicKey& own = signer_.public_key();
  if (options_.announce.empty() || own_address_refused_ || !find_uid(state, own)) return;
  const KnownAddress* known = book_.find(own.bytes);
  if (known != nullptr && known->endpoints == options_.announce) return;
  const auto is_address = [](const auto& item) { return item.first == ObjectKind::kAddress; };
  if (std::any_of(being_signed_.begin(), being_signed_.end(), is_address)) return;
  // Above every earlier one, also where the clock was set back.
  const std::uint64_t counter =
      std::max(options_.wall_clock(), known != nullptr ? known->counter + 1 : 1);
  const auto body = address_body(state.subnet, own, counter, options_.announce);
  if (!body.ok()) {
    own_address_refused_ = true;
    return say(NodeNotice::Kind::kNode,
               absl::StrCat("the address to announce: ", body.status().message()));
  }
  sign(ObjectKind::kAddress, *body);
}

void Agreement::take_own_address(const Bytes& body, const Signature& signature) {
  const SignedObject object{ObjectKind::kAddress, body, signature};
  const auto taken = book_.take(engine_.sealed().state, object);
  if (!taken.ok() || *taken == AddressBook::Taken::kKnown) return;
  book_changed_ = true;
  save_addresses();
  if (auto bytes = encode_object(object); bytes.ok()) {
    output_.send(other_validators(), *std::move(bytes));
  }
  show(true);
}

void Agreement::save_addresses() {
  if (!book_changed_) return;
  const absl::Status saved = book_.save(options_.address_book);
  book_changed_ = !saved.ok();
  if (!saved.ok()) say(NodeNotice::Kind::kDisk, absl::StrCat("addresses: ", saved.message()));
}

}  // namespace yuma::subnet
