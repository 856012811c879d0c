// SPDX-License-Identifier: Apache-2.0
#include "media/h264_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace continuo {
namespace {

using ::testing::ElementsAre;

// Writes an SPS bit by bit, as H.264 §7.3.2.1.1 orders it.
class SpsWriter {
 public:
  SpsWriter(uint8_t profile, uint8_t constraints, uint8_t level)
      : bytes_{0x67, profile, constraints, level} {}

  SpsWriter& Bits(uint32_t value, int n) {
    for (int i = n - 1; i >= 0; --i) Bit(value >> i & 1);
    return *this;
  }
  SpsWriter& Unsigned(uint32_t value) {
    int zeros = 0;
    while (((value + 1) >> zeros) > 1) ++zeros;
    return Bits(0, zeros).Bits(value + 1, zeros + 1);
  }
  // The bytes with the stop bit and emulation prevention.
  std::vector<uint8_t> Finish() {
    Bit(1);
    std::vector<uint8_t> escaped;
    int zeros = 0;
    for (const uint8_t byte : bytes_) {
      if (zeros >= 2 && byte <= 3) {
        escaped.push_back(3);
        zeros = 0;
      }
      escaped.push_back(byte);
      zeros = byte == 0 ? zeros + 1 : 0;
    }
    return escaped;
  }

 private:
  void Bit(uint32_t bit) {
    if (used_ % 8 == 0) bytes_.push_back(0);
    bytes_.back() = static_cast<uint8_t>(bytes_.back() | bit << (7 - used_ % 8));
    ++used_;
  }
  std::vector<uint8_t> bytes_;
  int used_ = 0;
};

struct Crop {
  uint32_t left = 0, right = 0, top = 0, bottom = 0;
};

// Constrained baseline at level 3.1, pictures counted by poc type 2, `crop` in pairs of pixels.
std::vector<uint8_t> BaselineSps(uint32_t width_mbs, uint32_t height_mbs, Crop crop = {}) {
  SpsWriter sps(66, 0xc0, 31);
  sps.Unsigned(0).Unsigned(0).Unsigned(2).Unsigned(1).Bits(0, 1);
  sps.Unsigned(width_mbs - 1).Unsigned(height_mbs - 1).Bits(1, 1).Bits(1, 1);
  sps.Bits(1, 1).Unsigned(crop.left).Unsigned(crop.right).Unsigned(crop.top).Unsigned(crop.bottom);
  sps.Bits(0, 1);
  return sps.Finish();
}

std::vector<std::vector<uint8_t>> Units(const std::vector<uint8_t>& access_unit) {
  std::vector<std::vector<uint8_t>> units;
  H264NalReader reader(access_unit);
  while (const auto nal = reader.Next()) units.emplace_back(nal->bytes.begin(), nal->bytes.end());
  return units;
}

TEST(H264NalReaderTest, FindsUnitsBehindShortAndLongStartCodes) {
  EXPECT_THAT(Units({0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 0, 4}),
              ElementsAre(ElementsAre(0x67, 1, 2), ElementsAre(0x68, 3), ElementsAre(0x65, 0, 4)));
}

TEST(H264NalReaderTest, SkipsLeadingBytesEmptyUnitsAndTrailingZeros) {
  EXPECT_THAT(Units({9, 9, 0, 0, 1, 0, 0, 1, 0x41, 7, 0, 0, 0, 0, 0, 1, 0x41, 8, 0, 0}),
              ElementsAre(ElementsAre(0x41, 7), ElementsAre(0x41, 8)));
}

TEST(H264NalReaderTest, HasNothingWithoutAStartCode) {
  EXPECT_TRUE(Units({}).empty());
  EXPECT_TRUE(Units({0, 0}).empty());
  EXPECT_TRUE(Units({0, 0, 1}).empty());
  EXPECT_TRUE(Units({0x65, 1, 2, 3}).empty());
}

TEST(H264NalReaderTest, KeepsEmulationPreventionBytes) {
  EXPECT_THAT(Units({0, 0, 1, 0x65, 0, 0, 3, 1, 5}), ElementsAre(ElementsAre(0x65, 0, 0, 3, 1, 5)));
}

TEST(H264NalReaderTest, TellsTypeAndReference) {
  const std::vector<uint8_t> bytes{0, 0, 1, 0x65, 1};
  const auto nal = H264NalReader(bytes).Next();
  ASSERT_TRUE(nal);
  EXPECT_EQ(nal->type(), H264NalType::kIdrSlice);
  EXPECT_EQ(nal->ref_idc(), 3);
}

TEST(H264FrameKindTest, OnlyAnIdrPictureWithItsOwnSpsIsAKeyFrame) {
  const std::vector<uint8_t> whole{0, 0, 1, 0x67, 1, 0, 0, 1, 0x68, 1, 0, 0, 1, 0x65, 1};
  const std::vector<uint8_t> bare_idr{0, 0, 1, 0x65, 1};
  const std::vector<uint8_t> delta{0, 0, 1, 0x41, 1};
  EXPECT_EQ(H264FrameKind(whole), FrameKind::kKey);
  EXPECT_EQ(H264FrameKind(bare_idr), FrameKind::kDelta);
  EXPECT_TRUE(H264IsIdr(bare_idr));
  EXPECT_FALSE(H264HasSps(bare_idr));
  EXPECT_EQ(H264FrameKind(delta), FrameKind::kDelta);
}

TEST(H264SpsTest, ReadsProfileLevelAndSize) {
  const auto sps = ParseH264Sps(BaselineSps(80, 45));
  ASSERT_TRUE(sps) << ToString(sps.error());
  EXPECT_TRUE(sps->IsConstrainedBaseline());
  EXPECT_EQ(sps->level_idc, 31);
  EXPECT_EQ(sps->max_reference_frames, 1);
  EXPECT_EQ(sps->coded_size, (PixelSize{1280, 720}));
  EXPECT_EQ(sps->visible_rect, (PixelRect{0, 0, 1280, 720}));
}

TEST(H264SpsTest, CroppingCountsPairsOfPixels) {
  const auto sps = ParseH264Sps(BaselineSps(120, 68, {.left = 1, .top = 2, .bottom = 2}));
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->coded_size, (PixelSize{1920, 1088}));
  EXPECT_EQ(sps->visible_rect, (PixelRect{2, 4, 1918, 1080}));
}

TEST(H264SpsTest, CroppingToNothingIsMalformed) {
  EXPECT_EQ(ParseH264Sps(BaselineSps(2, 2, {.left = 8, .right = 8})).error().code,
            ErrorCode::kMalformed);
  EXPECT_EQ(ParseH264Sps(BaselineSps(2, 2, {.top = 16'000})).error().code, ErrorCode::kMalformed);
}

TEST(H264SpsTest, ReadsOverEmulationPrevention) {
  // Cycles of zero offsets with large steps between leave runs of zero bits in the middle.
  SpsWriter writer(66, 0, 31);
  writer.Unsigned(0).Unsigned(0).Unsigned(1).Bits(0, 1);
  writer.Unsigned(0xfffffe).Unsigned(0xfffffe).Unsigned(1).Unsigned(0xfffffe);
  writer.Unsigned(1).Bits(0, 1).Unsigned(39).Unsigned(22).Bits(1, 1).Bits(1, 1);
  writer.Bits(0, 1).Bits(0, 1);
  const std::vector<uint8_t> bytes = writer.Finish();
  const std::vector<uint8_t> escape{0, 0, 3};
  ASSERT_NE(std::search(bytes.begin(), bytes.end(), escape.begin(), escape.end()), bytes.end());
  const auto sps = ParseH264Sps(bytes);
  ASSERT_TRUE(sps);
  EXPECT_EQ(sps->coded_size, (PixelSize{640, 368}));
}

TEST(H264SpsTest, HighProfileTellsItsSampleFormatAndSkipsScalingLists) {
  SpsWriter writer(100, 0, 40);
  writer.Unsigned(0).Unsigned(2).Unsigned(2).Unsigned(2).Bits(0, 1);  // 4:2:2, 10 bits
  writer.Bits(1, 1).Bits(1, 1);  // the first of eight scaling lists
  for (int i = 0; i < 16; ++i) writer.Unsigned(0);
  writer.Bits(0, 7);
  writer.Unsigned(0).Unsigned(2).Unsigned(4).Bits(0, 1);
  writer.Unsigned(39).Unsigned(14).Bits(0, 1).Bits(0, 1).Bits(1, 1);  // fields: 2 * 15 rows
  writer.Bits(0, 1).Bits(0, 1);
  const auto sps = ParseH264Sps(writer.Finish());
  ASSERT_TRUE(sps) << ToString(sps.error());
  EXPECT_EQ(sps->chroma_format_idc, 2);
  EXPECT_EQ(sps->luma_bit_depth, 10);
  EXPECT_EQ(sps->max_reference_frames, 4);
  EXPECT_EQ(sps->coded_size, (PixelSize{640, 480}));
}

// 1280x720 in the main profile, pictures counted by poc type 0, up to the VUI.
SpsWriter MainSps() {
  SpsWriter writer(77, 0, 31);
  writer.Unsigned(0).Unsigned(0).Unsigned(0).Unsigned(4).Unsigned(4).Bits(0, 1);
  return writer.Unsigned(79).Unsigned(44).Bits(1, 1).Bits(1, 1).Bits(0, 1);
}

TEST(H264SpsTest, TheVuiTellsReorderingAndRange) {
  SpsWriter writer = MainSps();
  writer.Bits(1, 1);
  writer.Bits(1, 1).Bits(255, 8).Bits(0x0001'0001, 32);                   // extended aspect ratio
  writer.Bits(0, 1);                                                      // no overscan
  writer.Bits(1, 1).Bits(5, 3).Bits(1, 1).Bits(1, 1).Bits(0x010101, 24);  // full range, BT.709
  writer.Bits(1, 1).Unsigned(0).Unsigned(0);                              // chroma location
  writer.Bits(1, 1).Bits(1, 32).Bits(50, 32).Bits(1, 1);                  // timing
  writer.Bits(1, 1).Unsigned(0).Bits(0, 8).Unsigned(999).Unsigned(999);   // one NAL HRD
  writer.Bits(1, 1).Bits(0, 20).Bits(0, 1).Bits(0, 1).Bits(1, 1);         // no VCL HRD
  writer.Bits(1, 1).Bits(1, 1).Unsigned(0).Unsigned(0).Unsigned(10).Unsigned(10);
  const auto sps = ParseH264Sps(SpsWriter(writer).Unsigned(2).Unsigned(4).Finish());
  ASSERT_TRUE(sps) << ToString(sps.error());
  EXPECT_EQ(sps->coded_size, (PixelSize{1280, 720}));
  EXPECT_TRUE(sps->full_range);
  EXPECT_EQ(sps->reordered_frames, 2);
  // A VUI that is out of bounds or cut short tells nothing, and its SPS is good all the same.
  for (auto damaged : {writer.Unsigned(17).Finish(), MainSps().Bits(1, 1).Finish()}) {
    const auto rest = ParseH264Sps(damaged);
    ASSERT_TRUE(rest) << ToString(rest.error());
    EXPECT_EQ(rest->reordered_frames, std::nullopt);
  }
}

TEST(H264SpsTest, WithoutAVuiOnlyTheBaselineIsKnownNotToReorder) {
  EXPECT_EQ(ParseH264Sps(BaselineSps(80, 45))->reordered_frames, 0);
  const auto main = ParseH264Sps(MainSps().Bits(0, 1).Finish());
  ASSERT_TRUE(main) << ToString(main.error());
  EXPECT_EQ(main->reordered_frames, std::nullopt);
  EXPECT_FALSE(main->full_range);
}

TEST(H264SpsTest, SidesBeyondLevel62AreMalformed) {
  EXPECT_TRUE(ParseH264Sps(BaselineSps(1055, 1)));
  EXPECT_EQ(ParseH264Sps(BaselineSps(1056, 1)).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(ParseH264Sps(BaselineSps(1, 1'000'000)).error().code, ErrorCode::kMalformed);
}

TEST(H264SpsTest, EveryTruncationIsMalformed) {
  const std::vector<uint8_t> whole = BaselineSps(80, 45, {.bottom = 4});
  for (size_t size = 0; size + 1 < whole.size(); ++size) {
    EXPECT_FALSE(ParseH264Sps(ByteView(whole).first(size))) << size;
  }
}

TEST(H264SpsTest, EndlessExpGolombZerosAreMalformed) {
  std::vector<uint8_t> zeros(64, 0);
  zeros[0] = 0x67;
  EXPECT_EQ(ParseH264Sps(zeros).error().code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace continuo
