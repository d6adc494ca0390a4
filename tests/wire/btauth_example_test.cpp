// SPDX-License-Identifier: MIT

// The example programs as a reader would run them: a service, and a call to it.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <sstream>

#include "tests/support/process.hpp"

namespace yuma {
namespace {

/// The service on a port of the system's choice, until the end of the test.
class RunningService {
 public:
  RunningService() {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) std::abort();
    child_ = fork();
    if (child_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      close(ends[1]);
      execl(YUMA_BTAUTH_SERVICE, YUMA_BTAUTH_SERVICE, nullptr);
      _exit(127);
    }
    close(ends[1]);
    std::string line;
    for (char c = 0; read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    close(ends[0]);
    std::string word;
    std::istringstream(line) >> hotkey >> word >> word >> host >> port;
  }
  ~RunningService() {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }
  RunningService(const RunningService&) = delete;
  RunningService& operator=(const RunningService&) = delete;

  std::string hotkey, host, port;

 private:
  pid_t child_;
};

TEST(BtauthExamples, ACallIsAnsweredAndItsReplayRefused) {
  const RunningService service;
  ASSERT_FALSE(service.port.empty());
  for (const std::string body : {"hello", "", "a longer body"}) {
    const auto call =
        test::run_program(YUMA_BTAUTH_CALL, {service.host, service.port, service.hotkey, body});
    EXPECT_EQ(call.exit_code, 0) << call.err;
    EXPECT_EQ(call.out,
              R"(first: 200 {"from":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY","bytes":)" +
                  std::to_string(body.size()) +
                  "} (signed by the service)\n"
                  R"(again: 401 {"detail":"this nonce was used before: sign each attempt anew"})"
                  " (not signed)\n");
  }
}

TEST(BtauthExamples, ACallForAnotherServiceIsRefused) {
  const RunningService service;
  const std::string other = "5FLSigC9HGRKVhB9FiEo4Y3koPsNmBmLJbpXg2mp1hXcS59Y";  // //Charlie
  const auto call = test::run_program(YUMA_BTAUTH_CALL, {service.host, service.port, other});
  EXPECT_EQ(call.exit_code, 0) << call.err;
  EXPECT_NE(call.out.find("first: 401"), std::string::npos) << call.out;
  EXPECT_NE(call.out.find("names another hotkey"), std::string::npos) << call.out;
}

TEST(BtauthExamples, SayHowTheyAreUsed) {
  EXPECT_EQ(test::run_program(YUMA_BTAUTH_CALL, {}).exit_code, 2);
  EXPECT_EQ(test::run_program(YUMA_BTAUTH_CALL, {"127.0.0.1", "1", "no address"}).exit_code, 2);
}

}  // namespace
}  // namespace yuma
