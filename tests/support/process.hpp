// SPDX-License-Identifier: MIT
#pragma once

// Runs a program as a user would and keeps what it printed.

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace yuma::test {

struct Finished {
  int exit_code = -1;  ///< -1 where a signal ended it
  std::string out, err;
};

/// A folder of its own for a test, removed with all it holds at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "yuma_test_XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) std::abort();
    path_ = name;
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }
  /// Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// Runs `program` with `arguments`; `environment` is put before it as the shell does ("PATH= "),
/// and its output may go to a file instead.
inline Finished run_program(const std::string& program, const std::vector<std::string>& arguments,
                            const std::string& environment = "", const std::string& output = "") {
  const ScratchFolder scratch;
  std::string command = environment + quoted(program);
  for (const std::string& a : arguments) command += " " + quoted(a);
  command += " >" + quoted(output.empty() ? scratch.file("out") : output) + " 2>" +
             quoted(scratch.file("err")) + " </dev/null";
  const int status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, contents(scratch.file("out")),
          contents(scratch.file("err"))};
}

}  // namespace yuma::test
