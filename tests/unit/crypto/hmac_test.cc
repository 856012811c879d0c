// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac.h"

#include <gtest/gtest.h>

#include <vector>

namespace continuo {
namespace {

const std::vector<uint8_t> kKey(20, 0x0b);
const std::vector<uint8_t> kMessage{1, 2, 3, 4, 5, 6};

TEST(HmacSha1, PartsAreOneMessage) {
  const HmacSha1 hmac(kKey);
  const ByteView message(kMessage);
  EXPECT_EQ(hmac.Compute({message.first(2), {}, message.subspan(2)}), hmac.Compute(message));
}

TEST(HmacSha1, OneKeyServesManyMessages) {
  const HmacSha1 hmac(kKey);
  const auto first = hmac.Compute(kMessage);
  hmac.Compute(kKey);
  EXPECT_EQ(hmac.Compute(kMessage), first);
  const HmacSha1 copy = hmac;
  EXPECT_EQ(copy.Compute(kMessage), first);
}

TEST(HmacSha1, VerifiesWholeAndCutMacsOnly) {
  const HmacSha1 hmac(kKey);
  auto mac = hmac.Compute(kMessage);
  EXPECT_TRUE(hmac.Verify({kMessage}, mac));
  EXPECT_TRUE(hmac.Verify({kMessage}, ByteView(mac).first(10)));
  EXPECT_FALSE(hmac.Verify({kMessage}, ByteView(mac).first(9)));
  EXPECT_FALSE(hmac.Verify({kMessage}, {}));
  EXPECT_FALSE(hmac.Verify({kKey}, mac));
  mac[19] ^= 1;
  EXPECT_FALSE(hmac.Verify({kMessage}, mac));
}

TEST(ConstantTimeEqual, ComparesSizesToo) {
  EXPECT_TRUE(ConstantTimeEqual(kMessage, kMessage));
  EXPECT_TRUE(ConstantTimeEqual({}, {}));
  EXPECT_FALSE(ConstantTimeEqual(kMessage, ByteView(kMessage).first(5)));
}

}  // namespace
}  // namespace continuo
