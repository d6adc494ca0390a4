// SPDX-License-Identifier: MIT

// The one source of the target that precompiles precompiled.hpp.
