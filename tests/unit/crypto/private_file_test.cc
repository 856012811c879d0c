// SPDX-License-Identifier: Apache-2.0
#include "crypto/private_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

#include "tests/unit/crypto/state_directory.h"

namespace continuo {
namespace {

const std::vector<uint8_t> kOld{'o', 'l', 'd'};
const std::vector<uint8_t> kNew{'n', 'e', 'w', '!'};

TEST(PrivateFile, IsReadableByItsOwnerAlone) {
  const StateDirectory state;
  ASSERT_TRUE(WritePrivateFile(state.File("key"), kOld, IfExists::kRefuse));
  EXPECT_EQ(ModeOf(state.File("key")), 0600u);
  EXPECT_EQ(Read(state.File("key")), "old");
  EXPECT_EQ(ReadPrivateFile(state.File("key"), 3).value().size(), 3u);
}

TEST(PrivateFile, IsReplacedOnlyWhenAsked) {
  const StateDirectory state;
  ASSERT_TRUE(WritePrivateFile(state.File("key"), kOld, IfExists::kRefuse));
  EXPECT_EQ(WritePrivateFile(state.File("key"), kNew, IfExists::kRefuse).error().code,
            ErrorCode::kAlreadyExists);
  EXPECT_EQ(Read(state.File("key")), "old");
  EXPECT_TRUE(WritePrivateFile(state.File("key"), kNew, IfExists::kReplace));
  EXPECT_EQ(Read(state.File("key")), "new!");
  EXPECT_EQ(state.FileCount(), 1u) << "something temporary was left behind";
}

TEST(PrivateFile, ThatOthersCanReadIsRefused) {
  const StateDirectory state;
  Write(state.File("key"), "old", 0640);
  EXPECT_EQ(ReadPrivateFile(state.File("key"), 100).error().code, ErrorCode::kPermissionDenied);
}

TEST(PrivateFile, MustBeAPlainFileOfBoundedSize) {
  const StateDirectory state;
  EXPECT_EQ(ReadPrivateFile(state.File("absent"), 100).error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(WritePrivateFile(state.File("key"), kNew, IfExists::kRefuse));
  EXPECT_EQ(ReadPrivateFile(state.File("key"), 3).error().code, ErrorCode::kMalformed);
  ASSERT_EQ(::symlink(state.File("key").c_str(), state.File("link").c_str()), 0);
  EXPECT_EQ(ReadPrivateFile(state.File("link"), 100).error().code, ErrorCode::kPermissionDenied);
  ASSERT_EQ(::mkfifo(state.File("fifo").c_str(), 0600), 0);
  EXPECT_EQ(ReadPrivateFile(state.File("fifo"), 100).error().code, ErrorCode::kPermissionDenied);
}

TEST(PrivateFile, InADirectoryThatIsNotThereIsAnError) {
  const StateDirectory state;
  EXPECT_EQ(WritePrivateFile(state.File("no/key"), kOld, IfExists::kRefuse).error().code,
            ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace continuo
