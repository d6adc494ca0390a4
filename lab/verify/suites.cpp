// SPDX-License-Identifier: MIT

#include "lab/verify/suites.hpp"

#include <string_view>

#include "yuma/snapshot/epoch_file.hpp"

namespace yuma::lab {

namespace {

struct Kind {
  bool (*recognises)(const Json&);
  absl::Status (*verify)(const Json&, const std::string&, VerifyReport&);
};

/// SCALE-encoded metadata of a runtime: a magic word and a version.
bool is_runtime_metadata(std::string_view bytes) {
  constexpr std::string_view kMagic = "meta";
  constexpr char kFirstVersion = 12, kLastVersion = 16;
  return bytes.starts_with(kMagic) && bytes.size() > kMagic.size() &&
         bytes[kMagic.size()] >= kFirstVersion && bytes[kMagic.size()] <= kLastVersion;
}

constexpr Kind kKinds[] = {
    {is_epoch_file, verify_epochs},
    {is_epoch_functions, verify_epoch_functions},
    {is_runtime, verify_runtime},
};

}  // namespace

absl::Status verify_document(const Json& document, const std::string& file, VerifyReport& report,
                             Effort effort) {
  for (const Kind& kind : kKinds) {
    if (kind.recognises(document)) return kind.verify(document, file, report);
  }
  if (is_identity(document)) return verify_identity(document, file, report, effort);
  if (count_pending(document, report)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "not a kind of recorded data that is known (epochs, epoch functions, runtime cases, ...)");
}

absl::Status verify_file(const std::string& path, VerifyReport& report) {
  auto text = read_file(path);
  if (!text.ok()) return text.status();
  if (is_runtime_metadata(*text)) {
    report.add_pending("runtime_metadata", 1, "the chain client");
    return absl::OkStatus();
  }
  auto document = parse_json(*text);
  if (!document.ok()) return document.status();
  return verify_document(*document, path, report);
}

}  // namespace yuma::lab
