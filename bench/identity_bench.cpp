// SPDX-License-Identifier: MIT

// How long signatures, addresses and signed requests take, beside the raw operations of libsodium
// and, where it is built in, the Rust crate schnorrkel. docs/benchmarks.md says what is measured
// and how to run it.

#include <benchmark/benchmark.h>
#include <sodium.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "bench/context.hpp"
#include "bench/meter.hpp"
#include "curve/dispatch.hpp"
#include "sr25519.hpp"
#include "yuma/wire/body_hash.hpp"
#include "yuma/wire/request_signer.hpp"
#include "yuma/wire/request_verifier.hpp"
#ifdef YUMA_BENCH_SCHNORRKEL
#include "bench/schnorrkel/peer.hpp"
#endif

namespace yuma::bench {
namespace {

constexpr std::size_t kMessageSize = 240;  // about that of a signed request
constexpr std::size_t kMostSignatures = 256;

/// Work that does something `times` times; it ends the program where a result is wrong.
struct Work {
  std::function<void()> run;
  double times = 1;
};

void expect(bool as_it_should_be) {
  if (!as_it_should_be) std::abort();
}

/// Signatures of as many keys, with what the peer wants of them side by side.
struct Signed {
  Scheme scheme;
  std::vector<SignedMessage> items;
  std::vector<curve::SchnorrEquation> equations;
  Bytes keys, messages, signatures;

  explicit Signed(Scheme s) : scheme(s), messages(kMostSignatures * kMessageSize) {
    for (std::size_t i = 0; i < messages.size(); ++i) messages[i] = static_cast<std::uint8_t>(i);
    for (std::size_t i = 0; i < kMostSignatures; ++i) {
      const KeyPair key = KeyPair::random(scheme);
      const auto message = ByteView(messages).subspan(i * kMessageSize, kMessageSize);
      const Signature signature = key.sign(message);
      items.push_back({key.public_key(), message, signature});
      keys.insert(keys.end(), key.public_key().bytes.begin(), key.public_key().bytes.end());
      signatures.insert(signatures.end(), signature.begin(), signature.end());
      if (scheme == Scheme::kEd25519) continue;
      equations.push_back(sr25519::equation_of(key.public_key().bytes, message, signature).value());
    }
  }
  static const Signed& of(Scheme scheme) {
    static const Signed kSr(Scheme::kSr25519), kEd(Scheme::kEd25519);
    return scheme == Scheme::kSr25519 ? kSr : kEd;
  }
};

constexpr std::size_t kSingles = 16;  // different signatures, so that no branch is learnt by heart

Work verify_work(Scheme scheme) {
  const Signed& s = Signed::of(scheme);
  return {[&s] {
            for (std::size_t i = 0; i < kSingles; ++i) {
              const auto& [key, message, signature] = s.items[i];
              expect(verify(key, message, signature));
            }
          },
          kSingles};
}

Work kernel_work(const curve::Kernel& kernel, bool with_challenge) {
  const Signed& s = Signed::of(Scheme::kSr25519);
  return {[&s, &kernel, with_challenge] {
            for (std::size_t i = 0; i < kSingles; ++i) {
              const auto& [key, message, signature] = s.items[i];
              expect(curve::holds(kernel, with_challenge
                                              ? *sr25519::equation_of(key.bytes, message, signature)
                                              : s.equations[i]));
            }
          },
          kSingles};
}

Work batch_work(Scheme scheme, std::size_t count) {
  const Signed& s = Signed::of(scheme);
  return {[&s, count] {
            const auto verdicts = verify_each(std::span(s.items).first(count));
            expect(std::count(verdicts.begin(), verdicts.end(), 1) ==
                   static_cast<std::ptrdiff_t>(count));
          },
          static_cast<double>(count)};
}

[[maybe_unused]] Work kernel_batch_work(const curve::Kernel& kernel, std::size_t count) {
  const Signed& s = Signed::of(Scheme::kSr25519);
  return {[&s, &kernel, count] {
            std::vector<curve::SchnorrEquation> equations;
            for (const auto& [key, message, signature] : std::span(s.items).first(count)) {
              equations.push_back(*sr25519::equation_of(key.bytes, message, signature));
            }
            expect(curve::all_hold(kernel, equations));
          },
          static_cast<double>(count)};
}

Work sign_work(Scheme scheme) {
  static const KeyPair kSr = KeyPair::random(Scheme::kSr25519),
                       kEd = KeyPair::random(Scheme::kEd25519);
  const KeyPair& key = scheme == Scheme::kSr25519 ? kSr : kEd;
  return {[&key] {
    const ByteView message = Signed::of(Scheme::kSr25519).items[0].message;
    benchmark::DoNotOptimize(key.sign(message));
  }};
}

Work seed_work(Scheme scheme) {
  return {[scheme] {
    constexpr Bytes32 kSeed{1, 2, 3};
    expect(KeyPair::from_seed(scheme, kSeed).ok());
  }};
}

Work challenge_work() {
  const Signed& s = Signed::of(Scheme::kSr25519);
  return {[&s] {
    const auto& [key, message, signature] = s.items[0];
    expect(sr25519::equation_of(key.bytes, message, signature).has_value());
  }};
}

/// libsodium's operations; together the last one is what an sr25519 verification needs of them.
Work sodium_work(const std::string& operation) {
  const curve::SchnorrEquation& e = Signed::of(Scheme::kSr25519).equations[0];
  const auto base = [&e](Bytes32& out) {
    expect(crypto_scalarmult_ristretto255_base(out.data(), e.response.data()) == 0);
  };
  const auto multiply = [&e](Bytes32& out) {
    expect(crypto_scalarmult_ristretto255(out.data(), e.challenge.data(), e.public_key.data()) ==
           0);
  };
  if (operation == "scalarmult_base")
    return {[base] {
      Bytes32 out;
      base(out);
    }};
  if (operation == "scalarmult")
    return {[multiply] {
      Bytes32 out;
      multiply(out);
    }};
  return {[&e, base, multiply] {
    Bytes32 sb, ka, r;
    base(sb);
    multiply(ka);
    expect(crypto_core_ristretto255_sub(r.data(), sb.data(), ka.data()) == 0 && r == e.nonce_point);
  }};
}

/// A request of one hotkey to another, signed and judged.
struct Request {
  LocalSigner signer{KeyPair::random(Scheme::kSr25519)};
  KeyPair server = KeyPair::random(Scheme::kSr25519);
  Bytes body = Bytes(19, 'x');
  OutgoingRequest outgoing{
      .target = "/work", .body_sha256 = BodyHash::of(body), .receiver = server.public_key().bytes};
  SignedRequest request = RequestSigner(signer).sign(outgoing).value();
  std::vector<HeaderView> headers = views_of(request.headers);
  /// Without a window: each call judges the same request, which would be a replay.
  RequestVerifier verifier = RequestVerifier::make_without_window(options()).value();

  VerifierOptions options() const {
    VerifierOptions out;
    out.started_ns = 0;
    out.hotkey = server.public_key().bytes;
    return out;
  }

  static Request& get() {
    static Request request;
    return request;
  }
};

Work request_sign_work() {
  return {[] {
    Request& r = Request::get();
    expect(RequestSigner(r.signer).sign(r.outgoing).ok());
  }};
}

Work request_verify_work() {
  return {[] {
    Request& r = Request::get();
    expect(r.verifier.verify("POST", "/work", r.headers, r.body, r.request.nonce).ok());
  }};
}

Work address_work(bool encode) {
  const AccountId account = Request::get().server.public_key().bytes;
  if (encode) return {[account] { benchmark::DoNotOptimize(ss58_encode(account)); }};
  return {[text = ss58_encode(account)] { expect(ss58_decode_account(text).ok()); }};
}

#ifdef YUMA_BENCH_SCHNORRKEL
Work peer_verify_work() {
  const Signed& s = Signed::of(Scheme::kSr25519);
  return {[&s] {
            for (std::size_t i = 0; i < kSingles; ++i) {
              const auto& [key, message, signature] = s.items[i];
              expect(yuma_schnorrkel_verify(key.bytes.data(), message.data(), message.size(),
                                            signature.data()));
            }
          },
          kSingles};
}

Work peer_batch_work(std::size_t count) {
  const Signed& s = Signed::of(Scheme::kSr25519);
  return {[&s, count] {
            expect(yuma_schnorrkel_verify_batch(count, s.keys.data(), s.messages.data(),
                                                kMessageSize, s.signatures.data()));
          },
          static_cast<double>(count)};
}

constexpr Bytes32 kPeerSeed{4, 5, 6};

Work peer_sign_work() {
  Bytes32 public_key;
  YumaSchnorrkelKey* const key = yuma_schnorrkel_key(kPeerSeed.data(), public_key.data());
  return {[key] {
    Signature signature;
    const ByteView message = Signed::of(Scheme::kSr25519).items[0].message;
    yuma_schnorrkel_sign(key, message.data(), message.size(), signature.data());
  }};
}

Work peer_seed_work() {
  return {[] {
    Bytes32 public_key;
    yuma_schnorrkel_free(yuma_schnorrkel_key(kPeerSeed.data(), public_key.data()));
  }};
}
#endif

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Times one, or two in turn. `us` is processor time of one operation, the median over iterations;
/// `ratio` the median over iterations of the first's time by the second's.
void run(benchmark::State& state, const std::function<Work()>& make,
         const std::function<Work()>& make_peer) {
  const Work work = make(), peer = make_peer ? make_peer() : Work{};
  std::vector<double> times, peer_times, ratios;
  const auto time = [](const Work& w) {
    const std::uint64_t start = thread_ns();
    w.run();
    return static_cast<double>(thread_ns() - start) / 1000 / w.times;
  };
  for ([[maybe_unused]] auto _ : state) {
    times.push_back(time(work));
    if (!peer.run) continue;
    peer_times.push_back(time(peer));
    ratios.push_back(times.back() / peer_times.back());
  }
  state.counters["us"] = median(times);
  state.counters["best_us"] = *std::min_element(times.begin(), times.end());
  state.counters["per_s"] = 1e6 / median(times);
  if (!peer.run) return;
  state.counters["peer_us"] = median(peer_times);
  state.counters["ratio"] = median(ratios);
}

void add(const std::string& name, const std::function<Work()>& make,
         const std::function<Work()>& make_peer = nullptr) {
  benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
    run(state, make, make_peer);
  })->Unit(benchmark::kMicrosecond);
}

void add_schemes() {
  for (const Scheme scheme : {Scheme::kSr25519, Scheme::kEd25519}) {
    const std::string name(scheme_name(scheme));
    add(name + "/key_from_seed", [=] { return seed_work(scheme); });
    add(name + "/sign", [=] { return sign_work(scheme); });
    add(name + "/verify", [=] { return verify_work(scheme); });
    for (const std::size_t count : {std::size_t{64}, kMostSignatures}) {
      add(name + "/verify_each_" + std::to_string(count),
          [=] { return batch_work(scheme, count); });
    }
  }
  add("sr25519/challenge", challenge_work);
  for (const curve::Kernel* const kernel : curve::kernels()) {
    add(std::string("sr25519/equation/") + kernel->name,
        [=] { return kernel_work(*kernel, false); });
  }
}

void add_peer() {
#ifdef YUMA_BENCH_SCHNORRKEL
  const auto sr = Scheme::kSr25519;
  add(
      "schnorrkel/key_from_seed", [=] { return seed_work(sr); }, peer_seed_work);
  add(
      "schnorrkel/sign", [=] { return sign_work(sr); }, peer_sign_work);
  add(
      "schnorrkel/verify", [=] { return verify_work(sr); }, peer_verify_work);
  for (const curve::Kernel* const kernel : curve::kernels()) {
    add(
        std::string("schnorrkel/verify/") + kernel->name,
        [=] { return kernel_work(*kernel, true); }, peer_verify_work);
  }
  for (const std::size_t count : {std::size_t{64}, kMostSignatures}) {
    const std::string name = "schnorrkel/verify_batch_" + std::to_string(count);
    const auto peer = [=] { return peer_batch_work(count); };
    add(
        name, [=] { return batch_work(sr, count); }, peer);
    for (const curve::Kernel* const kernel : curve::kernels()) {
      add(
          name + "/" + kernel->name, [=] { return kernel_batch_work(*kernel, count); }, peer);
    }
  }
#endif
}

void add_all() {
  add_schemes();
  add_peer();
  for (const char* const name : {"scalarmult_base", "scalarmult", "base_mult_sub"}) {
    add(std::string("libsodium/") + name, [=] { return sodium_work(name); });
  }
  add("btauth/sign", request_sign_work);
  add("btauth/verify", request_verify_work);
  add("ss58/encode", [] { return address_work(true); });
  add("ss58/decode", [] { return address_work(false); });
}

}  // namespace
}  // namespace yuma::bench

int main(int argc, char** argv) {
  yuma::bench::add_all();
  yuma::bench::add_context(
      "us is processor time of one operation, the median over iterations, best_us the smallest; "
      "ratio the median of one divided by the peer's, measured in turn");
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
