// SPDX-License-Identifier: MIT
#pragma once

// Everything about a body of one sender but its signature.

#include "yuma/replica/check.hpp"

namespace yuma::replica {

/// Why not; none: the body may be used.
using Refusal = std::optional<RefusedObject>;

/// The sender's uid, where the header is of this subnet and names a member; one with power, unless
/// `any_member`.
std::variant<std::uint16_t, RefusedObject> check_sender(const State& state,
                                                        const ObjectHeader& header,
                                                        bool any_member);

/// `uid` is the sender's. Aborts for the kinds without a sender.
Refusal check_body(const SealedState& sealed, std::uint16_t uid, const ObjectBody& body);

}  // namespace yuma::replica
