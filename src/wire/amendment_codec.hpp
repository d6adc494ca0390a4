// SPDX-License-Identifier: MIT
#pragma once

#include "yuma/wire/amendment.hpp"

namespace yuma::wire {

void write_amendment(ScaleWriter& out, const AmendmentBody& body);
AmendmentBody read_amendment(ScaleReader& in);

}  // namespace yuma::wire
