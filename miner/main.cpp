// SPDX-License-Identifier: MIT

// yuma-miner: a miner's keys and, with them, its side of a subnet, whose work an HTTP server of any
// kind does. A miner with its work inside is such a program, too: docs/build-a-subnet.md.

#include "yuma/program/program.hpp"

int main(int argc, char** argv) { return yuma::program::miner_main(argc, argv, {}); }
