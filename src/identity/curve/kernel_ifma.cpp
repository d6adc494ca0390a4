// SPDX-License-Identifier: MIT

// Compiled with -mavx512ifma -mavx512vl -mbmi2.
#define YUMA_CURVE_KERNEL ifma
#include "curve/parallel.hpp"

namespace yuma::curve {

const Kernel kIfmaKernel{"ifma", ifma::sum_is_identity<ifma::Parallel>};

}  // namespace yuma::curve
