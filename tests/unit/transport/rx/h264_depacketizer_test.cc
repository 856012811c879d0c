// SPDX-License-Identifier: Apache-2.0
#include "transport/rx/h264_depacketizer.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string_view>
#include <vector>

#include "tests/support/hex.h"

namespace continuo {
namespace {

class H264Depacketizer : public testing::Test {
 protected:
  // What becomes of these payloads, one after the other; stops at the first that is refused.
  bool Feed(std::initializer_list<std::string_view> payloads) {
    for (const std::string_view text : payloads) {
      const auto payload = Hex(text);
      if (!ParseH264Payload(payload)) return false;
      if (!AppendH264Payload(payload, in_fragment_, unit_)) return false;
    }
    return true;
  }

  std::vector<uint8_t> unit_;
  bool in_fragment_ = false;
};

TEST_F(H264Depacketizer, SingleUnitGetsAStartCode) {
  EXPECT_TRUE(Feed({"41 9a 01"}));
  EXPECT_EQ(unit_, Hex("00 00 00 01 41 9a 01"));
}

TEST_F(H264Depacketizer, StapAIsTakenApart) {
  EXPECT_TRUE(Feed({"78 | 00 04 67 42 c0 1f | 00 02 68 ce"}));
  EXPECT_EQ(unit_, Hex("00 00 00 01 67 42 c0 1f  00 00 00 01 68 ce"));
}

TEST_F(H264Depacketizer, FragmentsBecomeOneUnitAgain) {
  EXPECT_TRUE(Feed({"7c 85 88 84", "7c 05 11", "7c 45 22 33"}));
  EXPECT_EQ(unit_, Hex("00 00 00 01 65 88 84 11 22 33"));
  EXPECT_FALSE(in_fragment_);
}

TEST_F(H264Depacketizer, FragmentsOutsideTheirUnitAreRefused) {
  EXPECT_FALSE(Feed({"7c 05 11"}));
  EXPECT_TRUE(unit_.empty());
  EXPECT_TRUE(Feed({"7c 85 88"}));
  EXPECT_FALSE(Feed({"7c 85 88"})) << "begun twice";
  EXPECT_FALSE(Feed({"41 9a"})) << "another unit between the fragments";
}

TEST_F(H264Depacketizer, SeesWhatAKeyFrameNeeds) {
  const auto parameters = ParseH264Payload(Hex("78 | 00 02 67 42 | 00 02 68 ce"));
  EXPECT_TRUE(parameters->has_sps);
  EXPECT_FALSE(parameters->has_idr);
  EXPECT_TRUE(ParseH264Payload(Hex("65 88"))->has_idr);
  EXPECT_TRUE(ParseH264Payload(Hex("7c 05 88"))->has_idr);
  const auto delta = ParseH264Payload(Hex("41 9a"));
  EXPECT_FALSE(delta->has_sps || delta->has_idr);
}

TEST_F(H264Depacketizer, RefusesOtherPacketizationModesAndBrokenBytes) {
  for (const std::string_view text : {
           "",                   // empty
           "c1 9a",              // F bit
           "40 9a",              // type 0
           "79 00 00 00 02 41",  // STAP-B
           "7a 00 00 00",        // MTAP16
           "7b 00 00 00",        // MTAP24
           "7d 85 00 00 88",     // FU-B
           "7e 00", "7f 00",     // reserved
           "7c 85",              // FU-A without a fragment
           "7c c5 88",           // begins and ends at once
           "7c 9c 88",           // fragments of an FU-A
           "78",                 // STAP-A of nothing
           "78 00 00",           // of an empty unit
           "78 00 03 67 42",     // of more than there is
           "78 00 02 67 42 00",  // half a size
           "78 00 02 78 42",     // within itself
       }) {
    EXPECT_FALSE(ParseH264Payload(Hex(text))) << text;
  }
}

}  // namespace
}  // namespace continuo
