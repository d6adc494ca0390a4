// SPDX-License-Identifier: MIT

// Serves the page of a made-up node for the test in a browser: prints its address, then does what
// it is told on standard input, a line each: "seal" seals an epoch, "trouble" makes the node not
// ready, "mend" ready again, "quit" ends.

#include <unistd.h>

#include <iostream>
#include <string>

#include "yuma/net/http_server.hpp"
// After Asio.
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

#include "tests/subnet/page_example.hpp"

namespace {

using namespace yuma;  // NOLINT(google-build-using-namespace): a program

/// 5 validators and 36 miners: more than fits a screen.
test::SubnetShape shape() {
  test::SubnetShape out;
  out.validators = 5;
  out.miners = 36;
  return out;
}

class ExampleService final : public HttpService {
 public:
  HttpBegin begin(const HttpHead& head, const HttpPeer& /*peer*/) override {
    const auto host = find_header(head.headers, "Host");
    subnet::PageAnswer answer = subnet::page_answer(head.method, head.target, host.value_or(""),
                                                    example.page, example.history);
    HttpResponse out;
    out.status = answer.status;
    out.body = std::move(answer.body);
    for (auto& [name, value] : answer.headers) out.headers.push_back({name, value});
    return out;
  }

  /// False: it is the end.
  bool command(const std::string& line) {
    if (line == "seal") {
      example.step();
      example.show();
    } else if (line == "trouble") {
      example.view().health = {false, {"the disk is full: make room, then it goes on by itself"}};
    } else if (line == "mend") {
      example.show();
    }
    return line != "quit";
  }

  test::PageExample example{14, shape()};
};

asio::awaitable<void> obey(asio::io_context& io, ExampleService& service) {
  asio::posix::stream_descriptor in(io, ::dup(STDIN_FILENO));
  std::string text;
  for (;;) {
    boost::system::error_code error;
    const std::size_t size = co_await asio::async_read_until(
        in, asio::dynamic_buffer(text), '\n', asio::redirect_error(asio::use_awaitable, error));
    if (error || !service.command(text.substr(0, size - 1))) break;
    text.erase(0, size);
    std::cout << "done" << std::endl;
  }
  io.stop();
}

}  // namespace

int main() {
  asio::io_context io;
  auto service = std::make_shared<ExampleService>();
  auto server = HttpServer::listen(io.get_executor(), {}, service);
  if (!server.ok()) {
    std::cerr << server.status() << "\n";
    return 1;
  }
  std::cout << "http://127.0.0.1:" << (*server)->local_endpoint().port << "/" << std::endl;
  asio::co_spawn(io, obey(io, *service), asio::detached);
  io.run();
  return 0;
}
