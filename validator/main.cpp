// SPDX-License-Identifier: MIT

// yuma-validator: a validator's keys and, with them, its side of a subnet, whose scores a program
// of any kind gives; how a private subnet is set up and changed. A validator with its scorer inside
// is such a program, too: docs/build-a-subnet.md.

#include "yuma/program/program.hpp"

int main(int argc, char** argv) { return yuma::program::validator_main(argc, argv, {}); }
