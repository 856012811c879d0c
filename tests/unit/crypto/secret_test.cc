// SPDX-License-Identifier: Apache-2.0
#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace continuo {
namespace {

TEST(SecretBytes, BeginZeroedAndAligned) {
  const SecretBytes secret(512);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(secret.view().data()) % 16, 0u);
  EXPECT_TRUE(std::all_of(secret.view().begin(), secret.view().end(),
                          [](uint8_t byte) { return byte == 0; }));
}

TEST(SecretBytes, MovingLeavesNothingBehind) {
  const std::array<uint8_t, 3> bytes{1, 2, 3};
  SecretBytes first = SecretBytes::CopyOf(bytes);
  SecretBytes second = std::move(first);
  EXPECT_TRUE(first.empty());
  EXPECT_EQ(second.view()[2], 3);
  SecretBytes third;
  third = std::move(second);
  EXPECT_EQ(third.size(), 3u);
  EXPECT_TRUE(second.empty());
}

TEST(SecretBytesDeathTest, ReadingPastTheEndIsCaught) {
  const SecretBytes secret(16);
  // The end lies against a guard page.
  EXPECT_DEATH(
      {
        volatile uint8_t byte = secret.view().data()[16];
        static_cast<void>(byte);
      },
      "");
}

TEST(Wipe, LeavesZeros) {
  std::array<uint8_t, 4> bytes{1, 2, 3, 4};
  Wipe(bytes);
  EXPECT_EQ(bytes, (std::array<uint8_t, 4>{}));
}

}  // namespace
}  // namespace continuo
