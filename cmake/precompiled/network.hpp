// SPDX-License-Identifier: MIT
#pragma once

// What the parts of the library with sockets include: see cmake/YumaPrecompile.cmake.

#include "yuma/net/asio.hpp"
// After Asio.
#include "library.hpp"
