// SPDX-License-Identifier: MIT
#pragma once

/// Runs gnuplot. Every chart of this project is a gnuplot script, made by our code from numbers and
/// from strings that went through gnuplot_quote() (text.hpp), and run by run_gnuplot(): no shell,
/// no start-up files of the user, no file with a name, a limit of time, and the messages of gnuplot
/// in the error. Data travel inside the script, as datablocks ($name << EOD).

#include <chrono>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace yuma::lab {

/// The image formats charts are drawn in.
enum class ImageFormat { kSvg, kPng };

/// The format that the ending of `path` asks for: `.svg` or `.png`, in any case of letters.
/// InvalidArgument, naming the endings allowed, for anything else.
absl::StatusOr<ImageFormat> image_format_of(std::string_view path);

/// How to run gnuplot; the defaults are for everyone but tests.
struct GnuplotOptions {
  std::string program = "gnuplot";  // looked up in PATH if it has no slash
  std::chrono::milliseconds time_limit{60'000};
};

/// The `set terminal` line for an image of `width` x `height` points. A PNG has two pixels a point,
/// so that it stays sharp on dense screens and in print.
std::string terminal_command(ImageFormat format, int width, int height);

/// Runs `script` (which must set its terminal and no output file) and returns what it drew.
/// NotFound where gnuplot is not installed (see is_gnuplot_missing), DeadlineExceeded when the time
/// limit passes, Internal with gnuplot's own message when it fails.
absl::StatusOr<std::string> run_gnuplot(const std::string& script,
                                        const GnuplotOptions& options = {});

/// True if `status` says that there is no gnuplot to run, which a report survives.
bool is_gnuplot_missing(const absl::Status& status);

}  // namespace yuma::lab
