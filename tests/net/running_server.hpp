// SPDX-License-Identifier: MIT
#pragma once

// A SignerServer that runs in a thread of the test.

#include <gtest/gtest.h>

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "yuma/net/signer_server.hpp"

namespace yuma::test {

class RunningServer {
 public:
  RunningServer(SignerServerOptions options, Signer& key, SigningStore& store)
      : service_(key, store, {}, [] { return unix_time_ns(); }) {
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(mutex_);
      log_.push_back(line);
    };
    auto server = SignerServer::listen(std::move(options), service_);
    status = server.status();
    if (!server.ok()) return;
    server_ = *std::move(server);
    thread_ = std::thread([this] { server_->run(); });
  }
  ~RunningServer() { stop(); }

  void stop() {
    if (!thread_.joinable()) return;
    server_->stop();
    thread_.join();
  }
  std::vector<std::string> log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }

  absl::Status status;

 private:
  SigningService service_;
  std::mutex mutex_;
  std::vector<std::string> log_;
  std::unique_ptr<SignerServer> server_;
  std::thread thread_;
};

}  // namespace yuma::test
