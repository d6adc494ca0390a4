// SPDX-License-Identifier: MIT

// Compiled with -mbmi2.
#define YUMA_CURVE_KERNEL bmi2
#include "curve/serial.hpp"

namespace yuma::curve {

const Kernel kBmi2Kernel{"bmi2", bmi2::sum_is_identity<bmi2::Serial>};

}  // namespace yuma::curve
