// SPDX-License-Identifier: MIT

#include <memory>
#include <new>
#include <string>

#include "cli/commands.hpp"
#include "cli/output.hpp"

namespace yuma::cli {

namespace {

/// Help without the word on which options exclude each other, which makes it hard to read.
class PlainFormatter final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_size() == 0 ? "" : " " + option->get_type_name();
    // What a check adds to the name of a type stays out as well.
    return type.substr(0, type.find(':')) + (option->get_required() ? " (required)" : "");
  }
};

}  // namespace

void set_up(CLI::App& app, const char* version) {
  app.formatter(std::make_shared<PlainFormatter>());
  app.get_formatter()->column_width(28);
  app.set_version_flag("--version", version);
  app.require_subcommand(1);
}

int run_commands(CLI::App& app, int argc, char** argv, const int& exit_code) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? kDone : kBadInput;
  } catch (const std::bad_alloc&) {
    return complain("", absl::ResourceExhaustedError("not enough memory"));
  }
  return exit_code;
}

}  // namespace yuma::cli
