// SPDX-License-Identifier: MIT
#pragma once

// `yuma-validator signer` as a process of its own, with a wallet in a scratch folder.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "tests/net/signing_support.hpp"
#include "tests/support/process.hpp"
#include "yuma/identity/wallet.hpp"

namespace yuma::test {

/// A wallet "default/default" whose hotkey is //Alice in plain.
class SignerWallet {
 public:
  SignerWallet() {
    const auto paths = wallet_paths(wallets(), WalletName{});
    const KeyFile file = key_file_of_key(key_of("//Alice"));
    const auto json = key_file_json(file);
    EXPECT_TRUE(paths.ok() && json.ok());
    const auto written = write_key_file(paths->hotkey, json->bytes(), IfThere::kRefuse);
    EXPECT_TRUE(written.ok()) << written;
    key = file.public_key;
  }

  std::string wallets() const { return folder.file("wallets"); }
  std::string state() const { return folder.file("wallets/default/signer/default.db"); }
  std::string socket() const { return folder.file("wallets/default/signer/default.sock"); }

  /// `signer WORD... --wallets ...`, to its end.
  Finished run(std::vector<std::string> words) const {
    return run_program(YUMA_VALIDATOR, arguments(std::move(words)));
  }
  std::vector<std::string> arguments(std::vector<std::string> words) const {
    words.insert(words.begin(), "signer");
    words.insert(words.end(), {"--wallets", wallets()});
    return words;
  }

  ScratchFolder folder;
  PublicKey key;
};

/// A running `signer WORD...`.
class SignerProcess {
 public:
  SignerProcess(const SignerWallet& wallet, std::vector<std::string> words)
      : log_(wallet.folder.file("log")) {
    std::vector<std::string> arguments = wallet.arguments(std::move(words));
    std::string program = YUMA_VALIDATOR;
    std::vector<char*> argv = {program.data()};
    for (std::string& a : arguments) argv.push_back(a.data());
    argv.push_back(nullptr);
    child_ = fork();
    if (child_ != 0) return;
    const int log = open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, STDERR_FILENO);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  ~SignerProcess() { end(SIGKILL); }
  SignerProcess(const SignerProcess&) = delete;
  SignerProcess& operator=(const SignerProcess&) = delete;

  /// Whether it is still there.
  bool runs() const { return waitpid(child_, nullptr, WNOHANG) == 0; }
  /// Sends a signal and waits; the status of waitpid().
  int end(int signal) {
    int status = 0;
    if (child_ <= 0) return status;
    kill(child_, signal);
    waitpid(std::exchange(child_, -1), &status, 0);
    return status;
  }
  std::string log() const { return contents(log_); }

 private:
  std::string log_;
  pid_t child_ = -1;
};

}  // namespace yuma::test
