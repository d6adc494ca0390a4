// SPDX-License-Identifier: MIT

// yuma-lab: Yuma consensus for those who want to look at it, replay it or change it.

#include <cstdio>
#include <new>

#include "lab/commands.hpp"

int main(int argc, char** argv) {
  CLI::App app{
      "yuma-lab computes Yuma consensus exactly as the chain does, shows it, compares it with\n"
      "recorded results, and audits and replays the ledgers of private subnets."};
  app.set_version_flag("--version", YUMA_VERSION);
  app.require_subcommand(1);
  app.fallthrough(false);
  app.get_formatter()->column_width(32);
  app.failure_message([](const CLI::App* failed, const CLI::Error& error) {
    return "yuma-lab: " + CLI::FailureMessage::simple(failed, error);
  });
  int exit_code = 0;
  yuma::lab::add_epoch_command(app, exit_code);
  yuma::lab::add_verify_command(app, exit_code);
  yuma::lab::add_audit_command(app, exit_code);
  yuma::lab::add_replay_command(app, exit_code);
  yuma::lab::add_table_command(app, exit_code);
  yuma::lab::add_report_command(app, exit_code);
  yuma::lab::add_ledger_command(app, exit_code);
  constexpr int kFailed = 1, kBadInput = 2;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : kBadInput;
  } catch (const std::bad_alloc&) {
    std::fputs("yuma-lab: not enough memory for this input\n", stderr);
    return kFailed;
  }
  return exit_code;
}
