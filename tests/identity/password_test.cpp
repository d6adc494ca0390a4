// SPDX-License-Identifier: MIT

#include "yuma/identity/password.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "tests/support/environment.hpp"
#include "tests/support/identity_vectors.hpp"
#include "tests/support/process.hpp"

namespace yuma {
namespace {

using absl::StatusCode;
using test::ScratchFolder;
using test::Variable;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kPath = "/w/cold/coldkey";
const std::string kVariable = "BT_PW__W_COLD_COLDKEY";

PasswordSource source(const std::string& file = "") {
  PasswordSource::Options options;
  options.file = file;
  options.how_to_give = "--password-file FILE";
  options.may_ask = false;
  return PasswordSource(std::move(options));
}

std::string found(PasswordSource passwords, KeyRole role) {
  const auto password = passwords.find(role, kPath);
  if (password.ok()) return std::string(password->text());
  return password.status().code() == StatusCode::kFailedPrecondition
             ? "none"
             : std::string(password.status().message());
}

/// What an earlier test set is known to the process still; an empty value takes its place.
void forget_variables() {
  const Variable all("BT_WALLET_PASSWORD", ""), own(kVariable, "");
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "none");
}

std::string in_variable(const std::string& password) {
  return password_variable_value(kVariable, password);
}

TEST(PasswordVariable, IsTheSdks) {
  const auto data = test::identity_vectors("sdk_live");
  ASSERT_EQ(data["password_variables"].size(), 3U);
  for (const auto& c : data["password_variables"]) {
    const std::string variable = c["variable"], password = c["password"], value = c["value"];
    EXPECT_EQ(password_variable(c["path"].get<std::string>()), variable);
    EXPECT_EQ(password_variable_value(variable, password), value);
    EXPECT_EQ(password_of_variable(variable, value)->text(), password);
  }
}

TEST(PasswordVariable, IsTheGoldenOne) {
  const auto golden = test::identity_vectors("keyfile")["env_password"];
  EXPECT_EQ(password_variable("/tmp/w/golden/coldkey"), golden["name"]);
  EXPECT_EQ(password_variable_value(golden["name"].get<std::string>(),
                                    golden["password"].get<std::string>()),
            golden["value_base64"]);
}

TEST(PasswordVariable, LongPasswordsRepeatTheName) {
  std::string password;
  for (int i = 0; i < 300; ++i) password.push_back(static_cast<char>(i));
  const auto value = password_variable_value("BT_PW_X", password);
  EXPECT_EQ(password_of_variable("BT_PW_X", value)->text(), password);
  for (const char* wrong : {"A", "Mg=", "Mg==x", "M g==", "Mg-_",
                            "/\xbe"
                            "5\xa3\xc4\xfb"
                            "ce"}) {
    EXPECT_FALSE(password_of_variable("BT_PW_X", wrong)) << wrong;
  }
}

TEST(PasswordSource, TheOrderForAColdkey) {
  forget_variables();
  const ScratchFolder scratch;
  const auto given = scratch.write("given", " \tfrom the option\n\n");
  const auto named = scratch.write("named", "from the named file\r\n");
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "none");
  const Variable file("BT_WALLET_PASSWORD_FILE", named);
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "from the named file");
  const Variable own(kVariable, in_variable("from its own variable"));
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "from its own variable");
  const Variable again(kVariable, in_variable("not this"));
  const Variable all("BT_WALLET_PASSWORD", " for all coldkeys ");
  EXPECT_EQ(found(source(), KeyRole::kColdkey), " for all coldkeys ") << "is not trimmed";
  const Variable all_again("BT_WALLET_PASSWORD", "not this either");
  EXPECT_EQ(found(source(given), KeyRole::kColdkey), "from the option");
}

TEST(PasswordSource, OnlyItsOwnVariableOpensAHotkey) {
  forget_variables();
  const ScratchFolder scratch;
  const Variable all("BT_WALLET_PASSWORD", "for coldkeys");
  const Variable file("BT_WALLET_PASSWORD_FILE", scratch.write("named", "for coldkeys"));
  EXPECT_EQ(found(source(), KeyRole::kHotkey), "none");
  const Variable own(kVariable, in_variable("its own"));
  EXPECT_EQ(found(source(), KeyRole::kHotkey), "its own");
}

TEST(PasswordSource, AnEmptyOneCountsAsNone) {
  const Variable all("BT_WALLET_PASSWORD", "");
  const Variable own(kVariable, "");
  const Variable file("BT_WALLET_PASSWORD_FILE", "");
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "none");
}

TEST(PasswordSource, AVariableIsOverwrittenWhenItIsReadAndKnownAfterwards) {
  ::setenv("BT_WALLET_PASSWORD", "for all", 1);
  const char* where = std::getenv("BT_WALLET_PASSWORD");
  PasswordSource passwords = source();
  EXPECT_EQ(passwords.find(KeyRole::kColdkey, kPath)->text(), "for all");
  EXPECT_EQ(std::getenv("BT_WALLET_PASSWORD"), nullptr);
  EXPECT_EQ(std::string(where, 7), std::string(7, '\0'));
  EXPECT_EQ(passwords.find(KeyRole::kColdkey, "/another")->text(), "for all");
  EXPECT_EQ(found(source(), KeyRole::kColdkey), "for all") << "another source finds it too";
}

TEST(PasswordSource, ADescriptorIsReadOnce) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "through a pipe\n", 15), 15);
  ::close(ends[1]);
  PasswordSource::Options options;
  options.descriptor = ends[0];
  PasswordSource passwords(std::move(options));
  EXPECT_EQ(passwords.find(KeyRole::kHotkey, kPath)->text(), "through a pipe");
  EXPECT_EQ(passwords.choose(KeyRole::kColdkey, kPath)->text(), "through a pipe");
  ::close(ends[0]);
}

TEST(PasswordSource, BadPlacesAreErrorsAndNotPassedOver) {
  const ScratchFolder scratch;
  EXPECT_THAT(found(source(scratch.file("missing")), KeyRole::kHotkey), HasSubstr("missing"));
  EXPECT_THAT(found(source(scratch.write("empty", " \n")), KeyRole::kHotkey),
              HasSubstr("has nothing in it"));
  EXPECT_THAT(found(source(scratch.write("long", std::string(5000, 'x'))), KeyRole::kHotkey),
              AllOf(HasSubstr("more than 4096 bytes"), Not(HasSubstr("xxx"))));
  const Variable own(kVariable, "no base64!");
  EXPECT_THAT(found(source(), KeyRole::kHotkey),
              AllOf(HasSubstr(kVariable), Not(HasSubstr("no base64!"))));
}

TEST(PasswordSource, SaysWhatCanBeDone) {
  forget_variables();
  const auto none = source().find(KeyRole::kColdkey, kPath);
  EXPECT_THAT(std::string(none.status().message()),
              AllOf(HasSubstr(kPath), HasSubstr("--password-file"), HasSubstr(kVariable),
                    HasSubstr("BT_WALLET_PASSWORD")));
  const auto hotkey = source().find(KeyRole::kHotkey, kPath);
  EXPECT_THAT(std::string(hotkey.status().message()), Not(HasSubstr("BT_WALLET_PASSWORD")));
}

}  // namespace
}  // namespace yuma
