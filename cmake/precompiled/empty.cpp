// SPDX-License-Identifier: MIT

// The targets that precompile a header of this folder need a source to belong to.
