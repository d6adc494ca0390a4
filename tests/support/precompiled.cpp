// SPDX-License-Identifier: MIT

// The target yuma_test_headers needs a source to belong to; its headers are in precompiled.hpp.
