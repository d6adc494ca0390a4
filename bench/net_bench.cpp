// SPDX-License-Identifier: MIT

// What a signed request costs the server, and what a flood does to honest callers. The server is a
// process of its own on one core, the callers are on another:
//
//   net_bench [--seconds S] [--server-core N] [--caller-core N] [--sdk-us X]
//
// --sdk-us: what one http_auth.verify of the official SDK takes on the server's core, in
// microseconds (bench/sdk_bench.py); the server must do more requests a second than that. The exit
// status is 1 where a bar is missed. Signs with development keys; uses 127.0.0.1 to 127.0.0.201.

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>

#include "bench/net_load.hpp"
#include "yuma/net/signed_service.hpp"

namespace yuma::bench {
namespace {

constexpr std::size_t kBody = 1024;
constexpr std::size_t kMostSamples = 1 << 20;

/// What the server's process tells.
struct Told {
  std::atomic<std::uint16_t> port = 0;
  std::atomic<double> bare_us = 0;
  std::atomic<std::size_t> samples = 0;
  std::uint32_t waited_ns[kMostSamples] = {};  ///< of 127.0.0.1: last byte read to first written
  HttpCounters http;
  SignedCounters service;
};

void pin_to(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(core), &set);
  sched_setaffinity(0, sizeof set, &set);
}

double cpu_us(clockid_t clock) {
  timespec t{};
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

KeyPair key_of(const std::string& uri) { return *KeyPair::from_uri(Scheme::kSr25519, uri); }

/// One verification of an sr25519 signature, the least of several rounds.
double bare_verification_us() {
  const KeyPair key = key_of("//Alice");
  const std::string message(240, 'm');
  const Signature signature = key.sign(bytes_of(message));
  constexpr int kRounds = 9, kCalls = 500;
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const double begun = cpu_us(CLOCK_THREAD_CPUTIME_ID);
    for (int i = 0; i < kCalls; ++i) {
      if (!verify(key.public_key(), bytes_of(message), signature)) std::abort();
    }
    best = std::min(best, (cpu_us(CLOCK_THREAD_CPUTIME_ID) - begun) / kCalls);
  }
  return best;
}

/// The server's process; ends upon SIGTERM.
int serve(int core, const AdmissionOptions& limits, Told* told) {
  pin_to(core);
  told->bare_us = bare_verification_us();
  LocalSigner bob(key_of("//Bob"));
  asio::io_context io(1);
  SignedServiceOptions options;
  options.signer = &bob;
  options.started_ns = 0;
  options.max_age = std::chrono::seconds(120);  // requests are signed before they are sent
  options.replay.retention = std::chrono::seconds(130);
  options.replay.max_nonces_per_hotkey = options.replay.max_nonces;
  options.admission = std::make_shared<Admission>(limits);
  HttpServerOptions serving;
  serving.admission = options.admission;
  serving.served = [told](const HttpServed& one) {
    if (!one.peer.address.is_loopback() || one.peer.address.to_v4().to_uint() != INADDR_LOOPBACK) {
      return;
    }
    const std::size_t at = told->samples.load(std::memory_order_relaxed);
    if (at >= kMostSamples) return;
    const auto waited = one.first_byte_written - one.last_byte_read;
    told->waited_ns[at] = static_cast<std::uint32_t>(waited.count());
    told->samples.store(at + 1, std::memory_order_release);
  };
  auto service = *SignedService::make(io.get_executor(), std::move(options));
  SignedRoute route{.path = "/echo"};
  route.handler = [](SignedCall call) -> asio::awaitable<HttpResponse> {
    co_return text_response(200, std::to_string(call.request.body.size()));
  };
  if (const auto status = service->add(std::move(route)); !status.ok()) return 1;
  auto server = HttpServer::listen(io.get_executor(), std::move(serving), service);
  if (!server.ok()) {
    std::fprintf(stderr, "%s\n", server.status().ToString().c_str());
    return 1;
  }
  asio::signal_set stop(io, SIGTERM);
  stop.async_wait([&](boost::system::error_code, int) { io.stop(); });
  told->port = (*server)->local_endpoint().port;
  io.run();
  told->http = (*server)->counters();
  told->service = service->counters();
  return 0;
}

class ServerProcess {
 public:
  ServerProcess(int core, const AdmissionOptions& limits) {
    void* const memory =
        mmap(nullptr, sizeof(Told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
    told = new (memory) Told;
    std::fflush(stdout);
    child_ = fork();
    if (child_ == 0) _exit(serve(core, limits, told));
    while (told->port == 0) {
      if (waitpid(child_, nullptr, WNOHANG) != 0) throw std::runtime_error("no server");
      usleep(1000);
    }
    clock_getcpuclockid(child_, &clock_);
  }
  ~ServerProcess() {
    stop();
    munmap(told, sizeof *told);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  double used_us() const { return cpu_us(clock_); }
  void stop() {
    if (child_ == 0) return;
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
    child_ = 0;
  }

  Told* told = nullptr;

 private:
  pid_t child_ = 0;
  clockid_t clock_{};
};

struct Quantiles {
  double median_us = 0, p99_us = 0, worst_us = 0;
};
Quantiles quantiles(const Told& told) {
  std::vector<std::uint32_t> all(told.waited_ns, told.waited_ns + told.samples.load());
  if (all.empty()) return {};
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all[std::min(all.size() - 1,
                        static_cast<std::size_t>(part * static_cast<double>(all.size())))] /
           1e3;
  };
  return {at(0.5), at(0.99), at(1)};
}

struct Settings {
  double seconds = 5;
  int server_core = 0, caller_core = 1;
  double sdk_us = 0;
  int connections = 0;  ///< only the cost of requests over so many
};

bool said(const char* what, bool holds) {
  std::printf("  %s: %s\n", holds ? "ok" : "MISSED", what);
  return holds;
}

/// Requests one after the other on each of so many connections.
bool measure_cost(const Settings& settings, int connections) {
  const AccountId bob = key_of("//Bob").public_key().bytes;
  LocalSigner alice(key_of("//Alice"));
  const std::string body(kBody, 'b');
  constexpr AdmissionOptions kNoLimit = {.per_address = {1e9, 1e9}};
  std::vector<std::string> requests;
  constexpr double kGuess = 30'000;
  const auto wanted = static_cast<std::size_t>(settings.seconds * kGuess);
  for (std::size_t i = 0; i < std::min<std::size_t>(wanted, 200'000); ++i) {
    requests.push_back(signed_request(alice, bob, body, true));
  }
  ServerProcess server(settings.server_core, kNoLimit);
  run_closed_loop(server.told->port, connections, {requests.begin(), requests.begin() + 1000});
  requests.erase(requests.begin(), requests.begin() + 1000);
  const double before = server.used_us();
  const HonestReport report = run_closed_loop(server.told->port, connections, requests);
  const double each = (server.used_us() - before) / static_cast<double>(report.answered);
  const double bare = server.told->bare_us;
  const double rate = static_cast<double>(report.answered) / report.seconds;
  server.stop();
  const SignedCounters& counters = server.told->service;
  const double batch = counters.batches == 0 ? 1
                                             : static_cast<double>(counters.batched) /
                                                   static_cast<double>(counters.batches);
  std::printf(
      "%4d connections: %8.0f requests/s, %5.1f us of the server's core each; one bare "
      "verification "
      "%.1f us, on top of it %.1f us; %.0f signatures a batch\n",
      connections, rate, each, bare, each - bare, batch);
  constexpr double kOnTop = 35;
  bool good = said("every request is answered", report.answered == requests.size());
  if (!good) {
    const HttpCounters& http = server.told->http;
    std::printf(
        "  answered %lu of %zu; the server's answers: %lu 2xx, %lu 4xx, %lu 5xx, %lu connections, "
        "%lu of "
        "them ended early\n",
        report.answered, requests.size(), http.answered[2], http.answered[4], http.answered[5],
        http.connections, report.closed);
  }
  good &= said("at most one bare verification + 35 us", each <= bare + kOnTop);
  if (settings.sdk_us > 0 && connections > 1) {
    std::printf("  the official SDK's http_auth.verify: %.1f us, %.0f requests/s\n",
                settings.sdk_us, 1e6 / settings.sdk_us);
    good &= said("more requests a second than that", rate > 1e6 / settings.sdk_us);
  }
  return good;
}

/// Bad requests of all kinds; one in four has the wrong signature of a hotkey of its own.
std::vector<std::string> bad_requests() {
  const AccountId bob = key_of("//Bob").public_key().bytes;
  const std::string body(kBody, 'b');
  LocalSigner mallory(key_of("//Mallory"));
  std::vector<std::string> out;
  constexpr int kEach = 5000;
  for (int i = 0; i < kEach; ++i) {
    LocalSigner stranger(KeyPair::random(Scheme::kSr25519));
    out.push_back(signed_request(stranger, bob, body, false));
    out.push_back("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1024\r\n\r\n" + body);
    std::string other_receiver = signed_request(mallory, mallory.public_key().bytes, body, true);
    out.push_back(std::move(other_receiver));
    out.push_back("GET /nothing/" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  return out;
}

bool measure_flood(const Settings& settings) {
  const AccountId bob = key_of("//Bob").public_key().bytes;
  LocalSigner alice(key_of("//Alice"));
  const std::string body(kBody, 'b');
  MixedLoad load;
  load.length = std::chrono::milliseconds(static_cast<int>(settings.seconds * 1000));
  load.honest = [&] { return signed_request(alice, bob, body, true); };
  Quantiles quiet;
  {
    ServerProcess server(settings.server_core, {});
    load.port = server.told->port;
    const auto [honest, none] = run_mixed(load);
    server.stop();
    quiet = quantiles(*server.told);
    std::printf("quiet: %.0f honest requests/s, %lu of %lu answered, median %.0f us, p99 %.0f us\n",
                load.honest_per_second, honest.answered, honest.asked, quiet.median_us,
                quiet.p99_us);
  }
  const std::vector<std::string> bad = bad_requests();
  load.bad = &bad;
  load.bad_per_second = 20'000;
  ServerProcess server(settings.server_core, {});
  load.port = server.told->port;
  const double before = server.used_us();
  const auto [honest, flood] = run_mixed(load);
  const double busy = (server.used_us() - before) / (flood.seconds * 1e6);
  server.stop();
  const Quantiles noisy = quantiles(*server.told);
  const HttpCounters& http = server.told->http;
  std::printf(
      "flood: %.0f bad requests/s (wanted %.0f) over %d connections, %.0f connections/s; the "
      "server "
      "used %.0f %% of its core\n"
      "  answered %lu of them; %lu requests refused by address, %lu connections refused by "
      "address, "
      "%lu cut off, %lu wrong signatures checked\n",
      static_cast<double>(flood.sent) / flood.seconds, load.bad_per_second, load.bad_connections,
      static_cast<double>(flood.connects) / flood.seconds, busy * 100, flood.answers, http.limited,
      http.refused_address, http.cut_off,
      server.told->service.refused[static_cast<std::size_t>(AuthReason::kBadSignature)]);
  std::printf("  honest: %lu of %lu answered, median %.0f us, p99 %.0f us, worst %.0f us\n",
              honest.answered, honest.asked, noisy.median_us, noisy.p99_us, noisy.worst_us);
  constexpr double kAnswered = 0.999, kFactor = 3, kBound = 5000;
  bool good =
      said("honest callers are answered, 99.9 % at least",
           static_cast<double>(honest.answered) >= kAnswered * static_cast<double>(honest.asked));
  good &= said("their p99 is at most 3 times the quiet one, or 5 ms",
               noisy.p99_us <= std::max(kFactor * quiet.p99_us, kBound));
  return good;
}

int run(const Settings& settings) {
  pin_to(settings.caller_core);
  if (settings.connections > 0) return measure_cost(settings, settings.connections) ? 0 : 1;
  bool good = true;
  for (const int connections : {1, 32}) good &= measure_cost(settings, connections);
  good &= measure_flood(settings);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace yuma::bench

int main(int argc, char** argv) try {
  yuma::bench::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const double value = std::atof(argv[i + 1]);
    if (name == "--seconds") {
      settings.seconds = value;
    } else if (name == "--server-core") {
      settings.server_core = static_cast<int>(value);
    } else if (name == "--caller-core") {
      settings.caller_core = static_cast<int>(value);
    } else if (name == "--sdk-us") {
      settings.sdk_us = value;
    } else if (name == "--connections") {
      settings.connections = static_cast<int>(value);
    } else {
      std::fprintf(stderr, "net_bench: what is '%s'?\n", argv[i]);
      return 2;
    }
  }
  return yuma::bench::run(settings);
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
