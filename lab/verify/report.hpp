// SPDX-License-Identifier: MIT
#pragma once

// What `yuma-lab verify` found out: per suite how many recorded cases this program computes equal,
// what differs, what it cannot run yet and which files it does not understand.

#include <cstddef>
#include <string>
#include <vector>

#include "yuma/snapshot/json.hpp"

namespace yuma::lab {

/// One place in which a computed result is not the recorded one.
struct Difference {
  std::string place;  ///< file, epoch or case, field and index
  std::string computed;
  std::string recorded;
};

/// Compares everything that `recorded` holds with what is at the same place in `computed` and
/// appends the differences. Fields that only `computed` has do not matter.
void compare(const Json& computed, const Json& recorded, const std::string& place,
             std::vector<Difference>& differences);

class VerifyReport {
 public:
  /// Counts one case that ran; equal where there are no differences.
  void add_case(const std::string& suite, std::vector<Difference> differences);
  /// Counts cases that this version cannot run, with what they need ("the economy").
  void add_pending(const std::string& group, std::size_t cases, const std::string& needs);
  /// Records a file that is not understood.
  void add_error(const std::string& file, const std::string& error);

  /// 2 with errors; else 1 with differences, without a single case, or with pending groups that
  /// `all` demands; else 0.
  int exit_code(bool all) const;
  /// The report for people: a line a suite, the total, then differences, at most `most`.
  std::string text(std::size_t most) const;
  /// The report for machines, with all differences.
  Json json() const;

 private:
  struct Suite {
    std::string name;
    std::size_t equal = 0, cases = 0;
  };
  struct Pending {
    std::string name;
    std::size_t cases = 0;
    std::string needs;
  };
  struct Error {
    std::string file, error;
  };
  Suite total() const;

  std::vector<Suite> suites_;
  std::vector<Pending> pending_;
  std::vector<Error> errors_;
  std::vector<Difference> differences_;
};

}  // namespace yuma::lab
