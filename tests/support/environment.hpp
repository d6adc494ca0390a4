// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>
#include <string>

namespace yuma::test {

/// A variable of the environment for as long as this lives; it is gone afterwards.
class Variable {
 public:
  Variable(std::string name, const std::string& value) : name_(std::move(name)) {
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ~Variable() { ::unsetenv(name_.c_str()); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  std::string name_;
};

}  // namespace yuma::test
