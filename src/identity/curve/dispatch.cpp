// SPDX-License-Identifier: MIT

#include "curve/dispatch.hpp"

#include <vector>

namespace yuma::curve {

namespace {

std::vector<const Kernel*> usable_kernels() {
  std::vector<const Kernel*> usable;
#ifdef YUMA_CURVE_X86
  __builtin_cpu_init();
  const bool bmi2 = __builtin_cpu_supports("bmi2");
  const bool ifma = __builtin_cpu_supports("avx512ifma") && __builtin_cpu_supports("avx512vl");
  if (bmi2 && ifma) usable.push_back(&kIfmaKernel);
  if (bmi2) usable.push_back(&kBmi2Kernel);
#endif
  usable.push_back(&kPlainKernel);
  return usable;
}

}  // namespace

std::span<const Kernel* const> kernels() {
  static const std::vector<const Kernel*> kUsable = usable_kernels();
  return kUsable;
}

}  // namespace yuma::curve
