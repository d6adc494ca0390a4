// SPDX-License-Identifier: MIT

// Reads an epoch file and prints who earned most: all that a program outside the tree needs.

#include <algorithm>
#include <cstdio>
#include <string>

#include "yuma/consensus/epoch.hpp"
#include "yuma/snapshot/epoch_file.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: consumer EPOCH-FILE\n");
    return 2;
  }
  const auto fail = [&](const absl::Status& status) {
    std::fprintf(stderr, "%s: %s\n", argv[1], std::string(status.message()).c_str());
    return 2;
  };
  const auto text = yuma::read_file(argv[1]);
  if (!text.ok()) return fail(text.status());
  const auto document = yuma::parse_json(*text);
  if (!document.ok()) return fail(document.status());
  const auto file = yuma::read_epoch_file(*document);
  if (!file.ok()) return fail(file.status());
  const auto rules = yuma::ChainRules::at(file->rules.value_or(425));
  if (!rules.ok()) return fail(rules.status());

  const auto result = yuma::epoch(file->input.view(), *rules);
  if (!result.ok()) return fail(result.status());
  if (result->emission.empty()) return fail(absl::InvalidArgumentError("no uids"));
  const auto most = std::max_element(result->emission.begin(), result->emission.end());
  std::printf("uid %td earned most: %llu rao\n", most - result->emission.begin(),
              static_cast<unsigned long long>(*most));
}
