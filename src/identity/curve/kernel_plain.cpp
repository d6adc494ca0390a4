// SPDX-License-Identifier: MIT

#define YUMA_CURVE_KERNEL plain
#include "curve/serial.hpp"

namespace yuma::curve {

const Kernel kPlainKernel{"plain", plain::sum_is_identity<plain::Serial>};

}  // namespace yuma::curve
