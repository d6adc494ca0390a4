// SPDX-License-Identifier: MIT

// Any document as recorded data of any kind: it is refused with a message, or its cases are counted
// and the report can be printed. Key files that take seconds to open are left out.

#include <cstddef>
#include <cstdint>
#include <string>

#include "lab/verify/report.hpp"
#include "lab/verify/suites.hpp"
#include "tests/fuzz/require.hpp"
#include "yuma/snapshot/json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = yuma::parse_json(std::string(data, data + size));
  if (!document.ok()) return 0;
  yuma::lab::VerifyReport report;
  const auto status =
      yuma::lab::verify_document(*document, "file", report, yuma::lab::Effort::kCheap);
  yuma::fuzz::require(status.ok() || !status.message().empty(), "a refusal says why");
  const std::string text = report.text(20);
  yuma::fuzz::require(text.find('\x1b') == std::string::npos, "a report cannot drive a terminal");
  const auto json =
      yuma::parse_json(report.json().dump(-1, ' ', false, yuma::Json::error_handler_t::replace));
  yuma::fuzz::require(json.ok(), "a report is JSON");
  return 0;
}
