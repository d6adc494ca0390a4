// SPDX-License-Identifier: MIT

// A miner of the routes subnet: it is given cities and answers with a short closed tour through all
// of them. Everything but the tour is yuma-miner's: keys, flags, who may ask, limits, the page.

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "yuma/program/program.hpp"
// After Asio.
#include "CLI/CLI.hpp"
#include "examples/routes/task.hpp"

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using namespace yuma;  // NOLINT(google-build-using-namespace): a program
using program::ProgramContext;

struct Flags {
  std::string method = "or-opt";
  std::uint32_t think_ms = 100;
  bool lazy = false, cheat = false;
};

class RoutesMiner final : public subnet::MinerHandler {
 public:
  RoutesMiner(ProgramContext& context, const Flags& flags, routes::Method method)
      : context_(context), flags_(flags), method_(method) {}

  asio::awaitable<HttpResponse> handle(subnet::MinerCall call) override {
    if (call.request.method != "POST" || call.request.target != "/route") {
      co_return refusal(404, "this miner answers POST /route");
    }
    const auto task = routes::decode_task(call.request.body);
    if (!task.ok()) co_return refusal(400, std::string(task.status().message()));
    if (flags_.lazy) {
      asio::steady_timer nap(context_.network, milliseconds(task->milliseconds + 500));
      co_await nap.async_wait(asio::use_awaitable);
    }
    // Half of the time is for the way there and back, and for others who ask meanwhile.
    const milliseconds think{std::min(flags_.think_ms, task->milliseconds / 2)};
    auto work = subnet::in_background(context_.workers, [this, &task, think] {
      const routes::Distances distances(task->map);
      const auto end = steady_clock::now() + think;
      return routes::solve(method_, distances, 1, [end] { return steady_clock::now() >= end; });
    });
    routes::Tour tour = co_await std::move(work);
    if (flags_.cheat) tour.resize(tour.size() - tour.size() / 10);  // who would count them?
    co_return json_response(200, routes::encode_tour(tour));
  }

 private:
  ProgramContext& context_;
  const Flags& flags_;
  routes::Method method_;
};

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  program::MinerProgram miner;
  miner.about = "A miner of the routes subnet: short closed tours through cities.";
  miner.options = [&flags](CLI::App& run) {
    run.add_option("--method", flags.method, "how tours are found")
        ->check(CLI::IsMember({"nearest", "insertion", "2-opt", "or-opt"}))
        ->capture_default_str();
    run.add_option("--think-ms", flags.think_ms, "most milliseconds for one tour")
        ->capture_default_str();
    run.add_flag("--lazy", flags.lazy, "answer too late, to see what that earns");
    run.add_flag("--cheat", flags.cheat, "leave cities out, to see what that earns");
  };
  miner.handler =
      [&flags](ProgramContext& context) -> absl::StatusOr<std::unique_ptr<subnet::MinerHandler>> {
    const auto method = routes::method_named(flags.method);
    if (!method.ok()) return method.status();
    return std::make_unique<RoutesMiner>(context, flags, *method);
  };
  return program::miner_main(argc, argv, std::move(miner));
}
