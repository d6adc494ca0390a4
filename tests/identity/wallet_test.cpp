// SPDX-License-Identifier: MIT

#include "yuma/identity/wallet.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/environment.hpp"
#include "tests/support/identity_vectors.hpp"
#include "tests/support/process.hpp"
#include "tests/support/random.hpp"

namespace yuma {
namespace {

namespace fs = std::filesystem;
using absl::StatusCode;
using test::contents;
using test::ScratchFolder;
using testing::ElementsAre;
using testing::HasSubstr;

std::string mode_of(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return "missing";
  char text[8];
  std::snprintf(text, sizeof text, "%04o", about.st_mode & 07777U);
  return text;
}

/// A umask for as long as this lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

std::set<std::string> names_in(const std::string& folder) {
  std::set<std::string> out;
  for (const auto& entry : fs::directory_iterator(folder)) out.insert(entry.path().filename());
  return out;
}

absl::Status write(const std::string& path, const std::string& text,
                   IfThere if_there = IfThere::kRefuse) {
  return write_key_file(path, bytes_of(text), if_there);
}

TEST(Wallet, NamesAndPaths) {
  const auto both = parse_wallet_name("cold/hot");
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(both->wallet, "cold");
  EXPECT_EQ(both->hotkey, "hot");
  EXPECT_EQ(parse_wallet_name("cold")->hotkey, "default");
  for (const char* wrong : {"", "/", "a/", "/a", "a/b/c", "..", "a/..", "a/x.lock", "a/xpub.txt",
                            "a/pub.txt", "a\nb", ".", "a//b"}) {
    EXPECT_EQ(parse_wallet_name(wrong).status().code(), StatusCode::kInvalidArgument) << wrong;
  }
  const auto paths = wallet_paths("/w/", *both);
  ASSERT_TRUE(paths.ok());
  EXPECT_EQ(paths->coldkey, "/w/cold/coldkey");
  EXPECT_EQ(paths->coldkeypub, "/w/cold/coldkeypub.txt");
  EXPECT_EQ(paths->hotkey, "/w/cold/hotkeys/hot");
  EXPECT_EQ(paths->hotkeypub, "/w/cold/hotkeys/hotpub.txt");
  const test::Variable home("HOME", "/home/u");
  EXPECT_EQ(wallet_paths("~/x", *both)->folder, "/home/u/x/cold");
  EXPECT_EQ(default_wallets_folder(), "/home/u/.bittensor/wallets");
  EXPECT_EQ(expand_home("~u/x"), "~u/x");
}

TEST(Wallet, ListsAsTheSdkDoes) {
  const auto listing = test::identity_vectors("sdk_live")["wallet"]["listing"];
  const ScratchFolder scratch;
  for (const std::string path : listing["present"]) {
    fs::create_directories(fs::path(scratch.file(path)).parent_path());
    if (!path.ends_with('/')) scratch.write(path, "");
  }
  const auto wallets = list_wallets(scratch.file(""));
  ASSERT_TRUE(wallets.ok()) << wallets.status();
  nlohmann::json ours = nlohmann::json::array();
  for (const auto& wallet : *wallets) ours.push_back({wallet.name, wallet.hotkeys});
  EXPECT_EQ(ours, listing["sdk"]);
  EXPECT_EQ(list_wallets(scratch.file("none")).status().code(), StatusCode::kNotFound);
}

TEST(Wallet, OrdersDigitsAsNumbersAndIgnoresCase) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.file("w/hotkeys"));
  for (const char* name : {"b", "A", "a1b", "a01", "a1", "a", "10", "9", "a99999999999999999999999",
                           "a100000000000000000000000", "_x"}) {
    scratch.write(std::string("w/hotkeys/") + name, "");
  }
  EXPECT_THAT((*list_wallets(scratch.file("")))[0].hotkeys,
              ElementsAre("9", "10", "_x", "A", "a", "a01", "a1", "a1b", "a99999999999999999999999",
                          "a100000000000000000000000", "b"));
}

TEST(Wallet, ModesAreTheSdksWhateverTheUmask) {
  const auto recorded = test::identity_vectors("sdk_live")["wallet"]["modes"];
  ASSERT_EQ(recorded.size(), 2U);
  for (const auto& c : recorded) {
    const ScratchFolder scratch;
    const Umask mask(static_cast<mode_t>(std::stoul(c["umask"].get<std::string>(), nullptr, 8)));
    const auto paths = wallet_paths(scratch.file("wallets"), {"w", "h"});
    std::vector<std::string> order = {paths->coldkey, paths->coldkeypub, paths->hotkey,
                                      paths->hotkeypub};
    if (c["order"] == "hotkey first") std::swap(order[0], order[2]);
    for (const auto& path : order) ASSERT_TRUE(write(path, "x").ok());
    for (const auto& [name, mode] : c["modes"].items()) {
      EXPECT_EQ(mode_of(scratch.file(name)), mode) << name << ", " << c["order"];
    }
  }
  for (const mode_t mask : {0000U, 0777U}) {
    const ScratchFolder scratch;
    fs::create_directory(scratch.file("w"));
    const Umask changed(mask);
    ASSERT_TRUE(write(scratch.file("w/hotkeys/h"), "x").ok());
    EXPECT_EQ(mode_of(scratch.file("w/hotkeys/h")), "0600");
    EXPECT_EQ(mode_of(scratch.file("w/hotkeys")), "0700");
  }
}

TEST(Wallet, ReplacesOnlyWhenAsked) {
  const ScratchFolder scratch;
  const std::string path = scratch.file("w/hotkeys/h");
  ASSERT_TRUE(write(path, "first").ok());
  const auto refused = write(path, "second");
  EXPECT_EQ(refused.code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(std::string(refused.message()), HasSubstr(path));
  EXPECT_EQ(contents(path), "first");
  ASSERT_TRUE(write(path, "third", IfThere::kReplace).ok());
  EXPECT_EQ(contents(path), "third");
  EXPECT_EQ(mode_of(path), "0600");
  EXPECT_THAT(names_in(scratch.file("w/hotkeys")), ElementsAre("h"));
  EXPECT_THAT(names_in(scratch.file("w")), ElementsAre("hotkeys"));
  fs::create_directory(scratch.file("w/hotkeys/folder"));
  EXPECT_FALSE(write(scratch.file("w/hotkeys/folder"), "x", IfThere::kReplace).ok());
  fs::create_symlink(scratch.file("elsewhere"), scratch.file("w/hotkeys/link"));
  EXPECT_FALSE(write(scratch.file("w/hotkeys/link"), "x", IfThere::kReplace).ok());
  EXPECT_FALSE(fs::exists(scratch.file("elsewhere")));
}

TEST(Wallet, WhatAKilledWriterLeftIsRemovedByTheNext) {
  const ScratchFolder scratch;
  ASSERT_TRUE(write(scratch.file("w/hotkeys/h"), "x").ok());
  scratch.write("w/.yuma-new.lock", "left over");
  ASSERT_TRUE(write(scratch.file("w/hotkeys/i"), "y").ok());
  EXPECT_THAT(names_in(scratch.file("w")), ElementsAre("hotkeys"));
}

/// Writes one file over and over with long contents of one letter, until it is killed.
[[noreturn]] void write_for_ever(const std::string& path, std::size_t size) {
  for (char letter = 'a';; letter = letter == 'z' ? 'a' : static_cast<char>(letter + 1)) {
    if (!write(path, std::string(size, letter), IfThere::kReplace).ok()) ::_exit(1);
  }
}

TEST(Wallet, AKilledWriterLeavesTheOldFileOrTheNewOne) {
  constexpr std::size_t kSize = 60'000;
  constexpr int kKills = 60;
  const ScratchFolder scratch;
  const std::string path = scratch.file("w/hotkeys/h");
  ASSERT_TRUE(write(path, std::string(kSize, 'a')).ok());
  test::Random random(1);
  std::set<char> seen;
  for (int i = 0; i < kKills; ++i) {
    const pid_t writer = ::fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) write_for_ever(path, kSize);
    ::usleep(static_cast<useconds_t>(random.next() % 20'000));
    ::kill(writer, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(writer, &status, 0), writer);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer failed";
    const std::string text = contents(path);
    ASSERT_EQ(text, std::string(kSize, text.empty() ? '-' : text[0]));
    ASSERT_EQ(mode_of(path), "0600");
    ASSERT_THAT(names_in(scratch.file("w/hotkeys")), ElementsAre("h"));
    seen.insert(text[0]);
  }
  EXPECT_GT(seen.size(), 1U) << "nothing was ever written";
  ASSERT_TRUE(write(path, "end", IfThere::kReplace).ok());
  EXPECT_THAT(names_in(scratch.file("w")), ElementsAre("hotkeys"));
}

TEST(Wallet, WritersAtOnceTakeTurns) {
  const ScratchFolder scratch;
  ASSERT_TRUE(write(scratch.file("w/hotkeys/h0"), "0").ok());
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      const std::string path = scratch.file("w/hotkeys/h" + std::to_string(i));
      for (int k = 0; k < 20; ++k) {
        ASSERT_TRUE(write(path, std::to_string(i), IfThere::kReplace).ok());
      }
    });
  }
  for (auto& writer : writers) writer.join();
  EXPECT_THAT(names_in(scratch.file("w/hotkeys")), ElementsAre("h0", "h1", "h2", "h3"));
  EXPECT_THAT(names_in(scratch.file("w")), ElementsAre("hotkeys"));
}

TEST(Wallet, AWriterThatHangsDoesNotHangTheOthers) {
  const ScratchFolder scratch;
  const int folder = ::open(scratch.file("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(folder, LOCK_EX), 0);
  const auto status = write(scratch.file("h"), "text");
  EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded) << status;
  ::close(folder);
  EXPECT_TRUE(write(scratch.file("h"), "text").ok());
}

TEST(Wallet, OneOddFolderHidesNoOther) {
  const ScratchFolder scratch;
  fs::create_directories(scratch.file("a"));
  scratch.write("a/hotkeys", "a file");
  fs::create_directories(scratch.file("b/hotkeys"));
  scratch.write("b/hotkeys/h", "{}");
  fs::create_directories(scratch.file("c"));
  fs::create_symlink("hotkeys", scratch.file("c/hotkeys"));  // leads nowhere but to itself
  const auto listed = list_wallets(scratch.file(""));
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->size(), 3U);
  EXPECT_EQ((*listed)[0].warning, "");
  EXPECT_THAT((*listed)[1].hotkeys, ElementsAre("h"));
  EXPECT_THAT((*listed)[2].warning, HasSubstr("cannot be listed"));
}

TEST(Wallet, ReadsRegularFilesOfABoundedSize) {
  const ScratchFolder scratch;
  EXPECT_EQ(read_key_file(scratch.file("none")).status().code(), StatusCode::kNotFound);
  ASSERT_EQ(::mkfifo(scratch.file("pipe").c_str(), 0600), 0);
  for (const std::string& path :
       {scratch.file("pipe"), scratch.file(""), std::string("/dev/zero")}) {
    EXPECT_EQ(read_key_file(path).status().code(), StatusCode::kInvalidArgument) << path;
  }
  const auto most = scratch.write("most", std::string(kMostKeyFileBytes, ' '));
  EXPECT_EQ(read_key_file(most)->contents.size(), kMostKeyFileBytes);
  const auto more = read_key_file(scratch.write("more", std::string(kMostKeyFileBytes + 1, ' ')));
  EXPECT_THAT(std::string(more.status().message()), HasSubstr("more than 65536 bytes"));
}

TEST(Wallet, ALineEndAfterAFernetTokenIsLeftOut) {
  const ScratchFolder scratch;
  EXPECT_EQ(read_key_file(scratch.write("token", "gAAAAABx\r\n"))->contents.text(), "gAAAAABx");
  EXPECT_EQ(read_key_file(scratch.write("plain", "{}\n"))->contents.text(), "{}\n");
}

TEST(Wallet, WarnsWhenOthersMayReadASecret) {
  const ScratchFolder scratch;
  const std::string path = scratch.file("h"), pub = scratch.file("hpub.txt");
  const KeyFile alice = key_file_of_key(*KeyPair::from_uri(Scheme::kSr25519, "//Alice"));
  ASSERT_TRUE(write_key_file(path, key_file_json(alice)->bytes(), IfThere::kRefuse).ok());
  ASSERT_TRUE(write(pub, public_key_file_json(alice.public_key)).ok());
  PasswordSource::Options options;
  options.may_ask = false;
  PasswordSource passwords(options);
  std::vector<std::string> told;
  const auto tell = [&](const std::string& text) { told.push_back(text); };
  const auto load = [&](const std::string& p) {
    const auto file = load_key_file(p, KeyRole::kHotkey, passwords, tell);
    return file.ok() && file->public_key == alice.public_key;
  };
  EXPECT_TRUE(load(path));
  EXPECT_TRUE(told.empty());
  fs::permissions(path, fs::perms(0640));
  fs::permissions(pub, fs::perms(0644));
  EXPECT_TRUE(load(path));
  EXPECT_TRUE(load(pub));
  fs::permissions(path, fs::perms(0620));
  EXPECT_TRUE(load(path));
  EXPECT_THAT(told, ElementsAre(HasSubstr("can be read by other users"),
                                HasSubstr("can be written by other users")));
}

TEST(Wallet, ErrorsNameTheFileAndNothingInIt) {
  const ScratchFolder scratch;
  const auto path = scratch.write("h", R"({"secretPhrase":"hunter two"})");
  PasswordSource passwords(PasswordSource::Options{});
  const auto file = load_key_file(path, KeyRole::kHotkey, passwords, [](const std::string&) {});
  EXPECT_THAT(std::string(file.status().message()), HasSubstr(path + ": secretPhrase"));
  EXPECT_THAT(std::string(file.status().message()), testing::Not(HasSubstr("hunter")));
}

}  // namespace
}  // namespace yuma
