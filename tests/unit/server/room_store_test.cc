// SPDX-License-Identifier: Apache-2.0
#include "server/room_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

namespace continuo {
namespace {

class RoomStoreTest : public ::testing::Test {
 protected:
  RoomStoreTest() {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~RoomStoreTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<RoomStore> Open() { return std::move(*RoomStore::Open(path_)); }

  const std::string directory_ =
      ::testing::TempDir() + "/room_store_test." + std::to_string(getpid());
  const std::string path_ = directory_ + "/rooms.db";
};

TEST_F(RoomStoreTest, RoomsOutliveTheProcess) {
  {
    const auto store = Open();
    ASSERT_TRUE(store->Insert({"ward-7", 100}));
    ASSERT_TRUE(store->Insert({"crisis", 200}));
    ASSERT_TRUE(store->Insert({"gone", 300}));
    ASSERT_TRUE(store->Remove("gone"));
  }
  const auto rooms = Open()->List();
  ASSERT_TRUE(rooms);
  ASSERT_EQ(rooms->size(), 2u);
  EXPECT_EQ((*rooms)[0].name, "crisis");
  EXPECT_EQ((*rooms)[0].created_unix_seconds, 200);
  EXPECT_EQ((*rooms)[1].name, "ward-7");
}

TEST_F(RoomStoreTest, ANameIsThereOnce) {
  const auto store = Open();
  ASSERT_TRUE(store->Insert({"crisis", 1}));
  EXPECT_FALSE(store->Insert({"crisis", 2}));
}

TEST_F(RoomStoreTest, ANameIsNeverSql) {
  const auto store = Open();
  ASSERT_TRUE(store->Insert({"crisis", 1}));
  ASSERT_TRUE(store->Remove("x' OR '1'='1"));
  EXPECT_EQ(store->List()->size(), 1u);
}

TEST_F(RoomStoreTest, AFileThatIsNoDatabaseIsAnErrorWithAReason) {
  FILE* file = fopen(path_.c_str(), "w");
  fputs("this is not a database, it is a poem about one, and rather a long one at that", file);
  fclose(file);
  const auto store = RoomStore::Open(path_);
  ASSERT_FALSE(store);
  EXPECT_FALSE(store.error().detail.empty());
}

}  // namespace
}  // namespace continuo
