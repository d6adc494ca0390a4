// SPDX-License-Identifier: MIT

// main() for a fuzz target without libFuzzer: runs it on each file of the folder that is its
// argument, if there is one, then on random bytes of a fixed seed.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::uint64_t kSeed = 1;
constexpr int kRandomInputs = 2000;
constexpr std::size_t kMostBytes = 2000;

std::size_t replay_folder(const std::filesystem::path& folder) {
  std::size_t files = 0;
  if (!std::filesystem::is_directory(folder)) return files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::vector<char> text(std::istreambuf_iterator<char>(file), {});
    std::printf("%s\n", entry.path().filename().c_str());
    std::fflush(stdout);  // the last name printed is the one that failed
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    ++files;
  }
  return files;
}

void replay_random() {
  std::mt19937_64 engine(kSeed);
  std::vector<std::uint8_t> bytes;
  for (int k = 0; k < kRandomInputs; ++k) {
    bytes.resize(engine() % kMostBytes);
    for (auto& b : bytes) b = static_cast<std::uint8_t>(engine());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t files = argc > 1 ? replay_folder(argv[1]) : 0;
  std::printf("%d random inputs of seed %llu\n", kRandomInputs,
              static_cast<unsigned long long>(kSeed));
  std::fflush(stdout);
  replay_random();
  std::printf("%zu files and %d random inputs: ok\n", files, kRandomInputs);
  return 0;
}
