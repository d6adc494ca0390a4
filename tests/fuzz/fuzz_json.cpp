// SPDX-License-Identifier: MIT

// Any bytes as an epoch file: they are refused with a short, printable message, or they are a file
// whose epochs can be computed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "tests/fuzz/require.hpp"
#include "yuma/consensus/epoch.hpp"
#include "yuma/consensus/epoch_staged.hpp"
#include "yuma/snapshot/epoch_file.hpp"
#include "yuma/snapshot/epoch_json.hpp"
#include "yuma/snapshot/json.hpp"

namespace {

using yuma::Json;
using yuma::fuzz::require;

constexpr std::size_t kMostEpochs = 8;

/// What strangers write must not reach a terminal or a log as it is.
void check_message(const absl::Status& status) {
  const std::string_view message(status.message().data(), status.message().size());
  require(status.code() == absl::StatusCode::kInvalidArgument, "the kind of error");
  require(!message.empty() && message.size() < 1024, "the length of a message");
  require(std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }),
          "a message is one printable line");
}

void check_sentences(const yuma::EpochSnapshot& snapshot) {
  for (const std::string& sentence : yuma::ignored_parts(snapshot)) {
    require(sentence.size() < 1024 && sentence.find('\n') == std::string::npos, sentence);
  }
}

/// A file that was accepted has epochs that can be computed, one after the other.
void check_epochs(const yuma::EpochFile& file) {
  const yuma::ChainRules rules;
  yuma::EpochSnapshot snapshot = file.input;
  yuma::EpochResult before;
  for (std::size_t k = 0; k < std::min(kMostEpochs, file.epochs()); ++k) {
    if (k > 0) {
      const auto status = yuma::next_epoch(file, k, before, snapshot);
      require(status.ok(), "a step that was checked: " + status.ToString());
    }
    check_sentences(snapshot);
    const auto result = yuma::epoch(snapshot.view(), rules);
    require(result.ok(), "an epoch of a file: " + result.status().ToString());
    const auto stages = yuma::epoch_staged(snapshot.view(), rules, yuma::AlphaMatrix::kYes);
    require(stages.ok() && yuma::terms_json(stages->terms) == yuma::terms_json(*result),
            "the terms of the stages");
    const std::string text = yuma::raw_json(*stages).dump();
    require(yuma::parse_json(text).ok(), "the stages as JSON");
    before = *result;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto document = yuma::parse_json(text);
  if (!document.ok()) {
    check_message(document.status());
    return 0;
  }
  const auto again = yuma::parse_json(document->dump());
  require(again.ok() && *again == *document, "a document that is written and read is the same");

  const auto file = yuma::read_epoch_file(*document);
  if (!file.ok()) {
    check_message(file.status());
    return 0;
  }
  require(yuma::is_epoch_file(*document), "what is read as an epoch file looks like one");
  require(file->expected.empty() || file->expected.size() == file->epochs(), "a result an epoch");
  check_epochs(*file);
  return 0;
}
