// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/h264_headers.h"

#include <gtest/gtest.h>

#include <vector>

#include "codecs/registry.h"
#include "media/h264_reader.h"

namespace continuo {
namespace {

H264Sequence Sequence(PixelSize size, int frames_per_second, int64_t kbps) {
  return H264Sequence::Of({size, frames_per_second, DataRate::KilobitsPerSec(kbps)});
}

H264Sps Parsed(const H264Sequence& sequence) {
  BitWriter sps = WriteSps(sequence);
  return ParseH264Sps(H264NalReader(sps.bytes()).Next()->bytes).value();
}

TEST(H264HeadersTest, TheSpsIsConstrainedBaselineOfTheSizeThatIsShown) {
  for (const PixelSize size : {PixelSize{1280, 720}, {640, 360}, {320, 180}, {2, 2}, {426, 240}}) {
    const H264Sps sps = Parsed(Sequence(size, 25, 800));
    EXPECT_TRUE(sps.IsConstrainedBaseline());
    EXPECT_EQ(sps.max_reference_frames, 1);
    EXPECT_EQ(sps.visible_rect, (PixelRect{0, 0, size.width, size.height}));
    EXPECT_EQ(sps.coded_size.width % 16, 0);
    EXPECT_LT(sps.coded_size.height - size.height, 16);
  }
}

// The rungs of the ladder, and the limits of Table A-1.
TEST(H264HeadersTest, TheLevelIsTheLowestThatAllowsIt) {
  EXPECT_EQ(Sequence({1280, 720}, 25, 1200).level_idc, 31);
  EXPECT_EQ(Sequence({640, 360}, 20, 400).level_idc, 22);
  EXPECT_EQ(Sequence({320, 180}, 12, 100).level_idc, 11);
  EXPECT_EQ(Sequence({176, 144}, 15, 64).level_idc, 10);
  EXPECT_EQ(Sequence({176, 144}, 15, 65).level_idc, 11);
  EXPECT_EQ(Sequence({1920, 1080}, 30, 4000).level_idc, 40);
  EXPECT_EQ(Sequence({1920, 1080}, 60, 4000).level_idc, 42);
  EXPECT_EQ(Sequence({4096, 64}, 25, 1000).level_idc, 40);
}

// Macroblocks that predict from nothing and add nothing are grey; in a P slice they are skipped.
// H.264 §7.3.4, §7.3.5.
std::vector<uint8_t> AccessUnit(const H264Sequence& sequence, const H264Picture& picture) {
  std::vector<uint8_t> unit;
  const auto append = [&unit](BitWriter nal) {
    const ByteView bytes = nal.bytes();
    unit.insert(unit.end(), bytes.begin(), bytes.end());
  };
  if (picture.idr) {
    append(WriteSps(sequence));
    append(WritePps());
  }
  BitWriter slice = WriteSliceHeader(picture);
  if (picture.idr) {
    for (int i = 0; i < sequence.macroblocks.area(); ++i) {
      slice.Ue(3);    // mb_type: I_16x16_2_0_0
      slice.Ue(0);    // intra_chroma_pred_mode: DC
      slice.Se(0);    // mb_qp_delta
      slice.U(1, 1);  // coeff_token: no coefficients
    }
  } else {
    slice.Ue(static_cast<uint32_t>(sequence.macroblocks.area()));  // mb_skip_run
  }
  slice.Finish();
  append(slice);
  return unit;
}

TEST(H264HeadersTest, ADecoderFollowsThemThroughManyPictures) {
  const H264Sequence sequence = Sequence({30, 46}, 25, 100);
  const auto decoder = CreateVideoDecoder(VideoCodec::kH264).value();
  for (const uint32_t idr_id : {0U, 1U, 0U}) {
    for (uint32_t number = 0; number < 600; ++number) {
      const H264Picture picture{number == 0, number, idr_id};
      const auto unit = AccessUnit(sequence, picture);
      const FrameKind kind = picture.idr ? FrameKind::kKey : FrameKind::kDelta;
      const auto decoded = decoder->Decode({VideoCodec::kH264, kind, number, {}, unit});
      ASSERT_TRUE(decoded) << ToString(decoded.error());
      ASSERT_NE(*decoded, nullptr);
      EXPECT_EQ((*decoded)->rtp_timestamp(), number);
      ASSERT_EQ((*decoded)->size(), (PixelSize{30, 46}));
      EXPECT_EQ((*decoded)->picture().planes[0][0], 128);
    }
  }
}

TEST(H264HeadersTest, BytesThatLookLikeAStartCodeAreBroken) {
  BitWriter writer(0x67);
  writer.U(32, 0x00000001);
  writer.U(32, 0x00000300);
  const ByteView bytes = writer.bytes();
  const std::vector<uint8_t> expected{0, 0, 0, 1, 0x67, 0, 0, 3, 0, 1, 0, 0, 3, 3, 0};
  EXPECT_EQ(std::vector<uint8_t>(bytes.begin(), bytes.end()), expected);
}

TEST(H264HeadersTest, CodesNumbersAsTheStandardDoes) {
  BitWriter writer(0x67);
  for (const uint32_t n : {0U, 1U, 2U, 3U, 7U}) writer.Ue(n);  // 1 010 011 00100 0001000
  for (const int n : {0, 1, -1, 2}) writer.Se(n);              // 1 010 011 00100
  EXPECT_EQ(writer.bit_count(), size_t{8 * 5 + 1 + 3 + 3 + 5 + 7 + 1 + 3 + 3 + 5});
  const ByteView bytes = writer.bytes();
  const std::vector<uint8_t> expected{0xa6, 0x41, 0x14, 0xc8};
  EXPECT_EQ(std::vector<uint8_t>(bytes.begin() + 5, bytes.end()), expected);
}

TEST(H264HeadersTest, PicturesCountWithinTheirBits) {
  const H264Picture picture{false, 1000, 0};
  EXPECT_EQ(picture.frame_num(), 1000U % 256);
  EXPECT_EQ(picture.pic_order_cnt(), 2000);
  EXPECT_EQ(picture.pic_order_cnt_lsb(), 2000U % 256);
}

}  // namespace
}  // namespace continuo
