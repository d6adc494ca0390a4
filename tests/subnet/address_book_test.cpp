// SPDX-License-Identifier: MIT

#include "yuma/subnet/address_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.hpp"
#include "tests/support/subnet.hpp"

namespace yuma::subnet {
namespace {

using ::testing::HasSubstr;

class AddressBookTest : public ::testing::Test {
 protected:
  AddressBookTest() { state = subnet.start().state; }

  Object address(std::uint16_t uid, std::uint64_t counter, std::string host = "a.example") {
    return address_of(subnet.keys.at(uid), counter, std::move(host));
  }
  Object address_of(Signer& signer, std::uint64_t counter, std::string host) {
    const Bytes body =
        address_body(state.subnet, signer.public_key(), counter, {{std::move(host), 8091}}).value();
    const Signature signature = signer.sign(signing_bytes(ObjectKind::kAddress, body)).value();
    return SignedObject{ObjectKind::kAddress, body, signature};
  }
  std::string refusal(AddressBook& book, const Object& object) {
    const auto taken = book.take(state, object);
    return taken.ok() ? "" : std::string(taken.status().message());
  }
  AddressBook new_book() { return AddressBook(state.subnet); }

  test::Subnet subnet;
  State state;
};

TEST_F(AddressBookTest, TheHigherCounterHolds) {
  AddressBook book = new_book();
  const Bytes32 empty = book.digest();
  EXPECT_EQ(book.take(state, address(1, 5)).value(), AddressBook::Taken::kNew);
  const auto before = book.addresses();
  EXPECT_NE(book.digest(), empty);
  EXPECT_EQ(book.take(state, address(1, 5, "b.example")).value(), AddressBook::Taken::kKnown);
  EXPECT_EQ(book.take(state, address(1, 4, "b.example")).value(), AddressBook::Taken::kKnown);
  EXPECT_EQ(book.take(state, address(1, 6, "c.example")).value(), AddressBook::Taken::kNew);
  const AccountId hotkey = subnet.keys.key(1).bytes;
  EXPECT_EQ(book.find(hotkey)->endpoints.front().host, "c.example");
  EXPECT_EQ(book.find(hotkey)->counter, 6U);
  EXPECT_EQ(before->at(hotkey).endpoints.front().host, "a.example");  // as it was given out
  EXPECT_EQ(book.find(subnet.keys.key(2).bytes), nullptr);
}

TEST_F(AddressBookTest, TakesOnlyWhatAMemberSigned) {
  AddressBook book = new_book();
  EXPECT_THAT(refusal(book, address_of(subnet.keys.at(50), 1, "x")), HasSubstr("no member"));
  auto forged = std::get<SignedObject>(address(1, 5));
  forged.signature[3] ^= 1;
  EXPECT_THAT(refusal(book, forged), HasSubstr("wrong signature"));
  const Object commit =
      test::sign_body(subnet.keys, test::commit_to(test::honest_vector(state, 1, state.epoch + 1)));
  EXPECT_THAT(refusal(book, commit), HasSubstr("not an address"));
  const State here = state;
  state.subnet.netuid = 8;
  const Object elsewhere = address(1, 5);
  state = here;
  EXPECT_THAT(refusal(book, elsewhere), HasSubstr("another subnet"));
  EXPECT_TRUE(book.addresses()->empty());
}

TEST_F(AddressBookTest, TheDigestSaysWhetherTwoAreTheSame) {
  AddressBook one = new_book(), other = new_book();
  ASSERT_TRUE(one.take(state, address(1, 5)).ok());
  ASSERT_TRUE(one.take(state, address(2, 7)).ok());
  ASSERT_TRUE(other.take(state, address(2, 7)).ok());
  EXPECT_NE(one.digest(), other.digest());
  ASSERT_TRUE(other.take(state, address(1, 5)).ok());
  EXPECT_EQ(one.digest(), other.digest());
}

TEST_F(AddressBookTest, ForgetsFormerMembers) {
  AddressBook book = new_book();
  ASSERT_TRUE(book.take(state, address(1, 5)).ok());
  ASSERT_TRUE(book.take(state, address(4, 5)).ok());
  EXPECT_FALSE(book.keep_members(state));
  state.neurons[4].reset();
  EXPECT_TRUE(book.keep_members(state));
  EXPECT_EQ(book.addresses()->size(), 1U);
}

TEST_F(AddressBookTest, ComesBackFromItsFile) {
  const test::ScratchFolder folder;
  const std::string path = folder.file("addresses");
  AddressBook book = new_book();
  EXPECT_TRUE(book.load(state, path).ok());  // none yet
  for (std::uint16_t uid = 0; uid < 8; ++uid) {
    ASSERT_TRUE(book.take(state, address(uid, 5 + uid)).ok());
  }
  ASSERT_TRUE(book.save(path).ok());
  AddressBook again = new_book();
  ASSERT_TRUE(again.load(state, path).ok());
  EXPECT_EQ(again.digest(), book.digest());
  EXPECT_EQ(again.encode(), book.encode());
  // Those that left meanwhile are left out.
  state.neurons[7].reset();
  AddressBook later = new_book();
  ASSERT_TRUE(later.load(state, path).ok());
  EXPECT_EQ(later.addresses()->size(), 7U);
}

TEST_F(AddressBookTest, RefusesADamagedFile) {
  AddressBook book = new_book();
  ASSERT_TRUE(book.take(state, address(1, 5)).ok());
  const Bytes good = book.encode();
  for (std::size_t size = 0; size < good.size(); ++size) {
    AddressBook other = new_book();
    EXPECT_TRUE(absl::IsDataLoss(other.read(state, ByteView(good).first(size)))) << size;
    Bytes changed = good;
    changed[size] ^= 1;
    EXPECT_TRUE(absl::IsDataLoss(other.read(state, changed))) << size;
    EXPECT_TRUE(other.addresses()->empty());
  }
}

TEST_F(AddressBookTest, KeepsTheOldFileWhereItCannotWrite) {
  AddressBook book = new_book();
  EXPECT_FALSE(book.save("/nowhere/at/all").ok());
}

TEST_F(AddressBookTest, SaysWhatIsWrongWithAnAddress) {
  const PublicKey& key = subnet.keys.key(0);
  const std::vector<Endpoint> five(5, Endpoint{"a", 1});
  EXPECT_FALSE(address_body(state.subnet, key, 1, five).ok());
  EXPECT_FALSE(address_body(state.subnet, key, 1, {{"with blank", 1}}).ok());
  EXPECT_TRUE(address_body(state.subnet, key, 1, {}).ok());
}

}  // namespace
}  // namespace yuma::subnet
