// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/receive_arena.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

TEST(ReceiveArena, KeepsCopiesApart) {
  ReceiveArena arena(64);
  const std::vector<uint8_t> a(ReceiveArena::kBlockSize, 1);
  const std::vector<uint8_t> b(3, 2);
  const auto block_a = *arena.Store(a);
  const auto block_b = *arena.Store(b);
  EXPECT_THAT(arena.View(block_a, a.size()), testing::ElementsAreArray(a));
  EXPECT_THAT(arena.View(block_b, b.size()), testing::ElementsAreArray(b));
}

TEST(ReceiveArena, RefusesBeyondItsBoundAndRecovers) {
  ReceiveArena arena(128);
  const std::vector<uint8_t> packet(100, 1);
  std::vector<ReceiveArena::Block> blocks;
  while (const auto block = arena.Store(packet)) blocks.push_back(*block);
  EXPECT_EQ(blocks.size(), 128u);
  arena.Free(blocks.back());
  EXPECT_TRUE(arena.Store(packet));
  EXPECT_FALSE(arena.Store(packet));
}

}  // namespace
}  // namespace continuo
