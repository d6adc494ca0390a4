// SPDX-License-Identifier: MIT

#include <exception>
#include <memory>
#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/commands.hpp"
#include "cli/key_options.hpp"
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

/// "--name" of "--name=value", "-n" of "-nvalue", nothing of what names no option.
std::string option_name(std::string_view text) {
  const bool is_long = text.starts_with("--");
  if (text.size() < 2 || text[0] != '-') return "";
  return std::string(is_long ? text.substr(0, text.find_first_of("=: ")) : text.substr(0, 2));
}

/// Arguments that were not expected: the options by name, the others not at all.
std::string unexpected(const CLI::App& app) {
  std::string names;
  for (const std::string& argument : app.remaining(/*recurse=*/true)) {
    const std::string name = option_name(argument);
    if (!name.empty()) absl::StrAppend(&names, names.empty() ? ": " : ", ", name);
  }
  return absl::StrCat("unexpected arguments", names);
}

/// What is wrong, without any value from the command line: it may be a secret in a wrong place.
std::string about_command_line(const CLI::App& app, const CLI::ParseError& error) {
  const std::string_view what = error.what();
  const std::string name = option_name(what);
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) return unexpected(app);
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr ||
      dynamic_cast<const CLI::RequiresError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr ||
      dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    return std::string(what);  // these name options only
  }
  if (what == absl::StrCat(name, ": ", kEmpty)) return std::string(what);
  return absl::StrCat(name.empty() ? "an option" : name, " does not take the value that was given");
}

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
    if (e.get_exit_code() == 0) return app.exit(e);
    return complain("", absl::InvalidArgumentError(absl::StrCat(about_command_line(app, e),
                                                                "; --help tells what to give")));
  } catch (const std::bad_alloc&) {
    return complain("", absl::ResourceExhaustedError("not enough memory"));
  } catch (const std::exception&) {  // its words may quote what was given
    return complain("", absl::InternalError("something went wrong inside the program"));
  }
  return exit_code;
}

}  // namespace yuma::cli
