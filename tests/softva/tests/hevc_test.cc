// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <set>

#include "softva/tests/test_display.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

// A picture is one coding tree block: an intra one all PCM of one grey, a predicted one skipped, so
// the first picture of its list again.
constexpr int kSide = 16;
constexpr uint8_t kMissingGrey = 128;  // what libavcodec makes up for a lost picture

// VA-API's parameters and data of one picture.
struct Submission {
  VAPictureParameterBufferHEVC picture{};
  VASliceParameterBufferHEVC slice{};
  std::vector<uint8_t> data;
};

// The driver doesn't look at slice headers: this stands for one, NAL unit header included.
const std::vector<uint8_t> kHeader = {0x02, 0x01, 0x80};

VAPictureHEVC NoPicture() {
  VAPictureHEVC picture{};
  picture.picture_id = VA_INVALID_SURFACE;
  picture.flags = VA_PICTURE_HEVC_INVALID;
  return picture;
}

Submission MakeSubmission(VASurfaceID target, int order, uint8_t slice_type) {
  Submission submission;
  auto& picture = submission.picture;
  picture.CurrPic.picture_id = target;
  picture.CurrPic.pic_order_cnt = order;
  for (auto& frame : picture.ReferenceFrames) frame = NoPicture();
  picture.pic_width_in_luma_samples = picture.pic_height_in_luma_samples = kSide;
  picture.pic_fields.bits.chroma_format_idc = 1;
  picture.pic_fields.bits.pcm_enabled_flag = 1;
  picture.pic_fields.bits.pcm_loop_filter_disabled_flag = 1;
  picture.pcm_sample_bit_depth_luma_minus1 = picture.pcm_sample_bit_depth_chroma_minus1 = 7;
  picture.log2_min_luma_coding_block_size_minus3 = 1;
  picture.log2_diff_max_min_transform_block_size = 2;
  picture.log2_min_pcm_luma_coding_block_size_minus3 = 1;
  submission.data = kHeader;
  auto& slice = submission.slice;
  slice.slice_data_byte_offset = static_cast<uint32_t>(kHeader.size());
  slice.LongSliceFlags.fields.LastSliceOfPic = 1;
  slice.LongSliceFlags.fields.slice_type = slice_type;
  slice.LongSliceFlags.fields.slice_deblocking_filter_disabled_flag = 1;
  slice.five_minus_max_num_merge_cand = 4;
  std::memset(slice.RefPicList, 0xFF, sizeof slice.RefPicList);
  return submission;
}

Submission MakeIntra(VASurfaceID target, int order, uint8_t grey) {
  Submission submission = MakeSubmission(target, order, 2);
  submission.data.insert(submission.data.end(), {0x86, 0x80});  // part_mode, pcm_flag
  submission.data.insert(submission.data.end(), kSide * kSide, grey);
  submission.data.insert(submission.data.end(), kSide * kSide / 2, 128);
  submission.data.insert(submission.data.end(), {0xFE, 0x80});  // end_of_slice_segment_flag
  return submission;
}

// `list` names places in `frames`.
Submission MakeSkipped(VASurfaceID target, int order, std::vector<VAPictureHEVC> frames,
                       std::vector<uint8_t> list) {
  Submission submission = MakeSubmission(target, order, 1);
  std::ranges::copy(frames, submission.picture.ReferenceFrames);
  std::ranges::copy(list, submission.slice.RefPicList[0]);
  submission.slice.num_ref_idx_l0_active_minus1 = static_cast<uint8_t>(list.size() - 1);
  submission.data.insert(submission.data.end(), {0xFE, 0xE0});  // cu_skip_flag, end of the slice
  return submission;
}

VAPictureHEVC Before(VASurfaceID surface, int order) {
  return {surface, order, VA_PICTURE_HEVC_RPS_ST_CURR_BEFORE, {}};
}
VAPictureHEVC After(VASurfaceID surface, int order) {
  return {surface, order, VA_PICTURE_HEVC_RPS_ST_CURR_AFTER, {}};
}
VAPictureHEVC LongTerm(VASurfaceID surface, int order) {
  return {surface, order, VA_PICTURE_HEVC_LONG_TERM_REFERENCE | VA_PICTURE_HEVC_RPS_LT_CURR, {}};
}
VAPictureHEVC KeptForLater(VASurfaceID surface, int order) { return {surface, order, 0, {}}; }

class HevcTest : public testing::Test {
 protected:
  HevcTest() {
    for (VASurfaceID& surface : surfaces_) surface = display_.CreateSurface(kSide, kSide);
  }

  VAStatus Decode(Submission submission) {
    submission.slice.slice_data_size = static_cast<uint32_t>(submission.data.size());
    return DecodeAsIs(submission);
  }

  VAStatus DecodeAsIs(Submission& submission) {
    VABufferID buffers[3] = {};
    EXPECT_VA_OK(vaCreateBuffer(display_, context_, VAPictureParameterBufferType,
                                sizeof submission.picture, 1, &submission.picture, &buffers[0]));
    EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceParameterBufferType,
                                sizeof submission.slice, 1, &submission.slice, &buffers[1]));
    EXPECT_VA_OK(vaCreateBuffer(display_, context_, VASliceDataBufferType,
                                static_cast<unsigned int>(submission.data.size()), 1,
                                submission.data.data(), &buffers[2]));
    EXPECT_VA_OK(vaBeginPicture(display_, context_, submission.picture.CurrPic.picture_id));
    EXPECT_VA_OK(vaRenderPicture(display_, context_, buffers, 3));
    for (const VABufferID buffer : buffers) EXPECT_VA_OK(vaDestroyBuffer(display_, buffer));
    return vaEndPicture(display_, context_);
  }

  // The one grey that a surface has; -1 for several.
  int GreyOf(VASurfaceID surface) {
    const TestPicture picture = Download(display_, surface, kSide, kSide);
    const std::set<uint8_t> greys(picture.luma.begin(), picture.luma.end());
    return greys.size() == 1 ? *greys.begin() : -1;
  }

  std::string Violations() { return ViolationsOf(display_.Terminate()); }

  TestDisplay display_;
  VAContextID context_ = display_.CreateContext(VAProfileHEVCMain, VAEntrypointVLD, kSide, kSide);
  VASurfaceID surfaces_[6] = {};
};

TEST_F(HevcTest, FollowsListsNotOrder) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 40)));
  Submission second = MakeIntra(surfaces_[1], 4, 80);
  second.picture.ReferenceFrames[3] = KeptForLater(surfaces_[0], 0);
  ASSERT_VA_OK(Decode(second));
  const std::vector<VAPictureHEVC> both = {After(surfaces_[1], 4), Before(surfaces_[0], 0)};
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[2], 2, both, {1})));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[3], 1, both, {0, 1})));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[4], 3, both, {1, 1, 0})));
  EXPECT_EQ(GreyOf(surfaces_[0]), 40);
  EXPECT_EQ(GreyOf(surfaces_[1]), 80);
  EXPECT_EQ(GreyOf(surfaces_[2]), 40);
  EXPECT_EQ(GreyOf(surfaces_[3]), 80);
  EXPECT_EQ(GreyOf(surfaces_[4]), 40);
  EXPECT_EQ(Violations(), "");
}

// 131072 is where the counts' low bits come round.
TEST_F(HevcTest, ReachesLongTermPicturesOnBothSides) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 110'000, 40)));
  Submission second = MakeIntra(surfaces_[1], 132'000, 80);
  second.picture.ReferenceFrames[0] = KeptForLater(surfaces_[0], 110'000);
  ASSERT_VA_OK(Decode(second));
  const std::vector<VAPictureHEVC> frames = {LongTerm(surfaces_[0], 110'000),
                                             LongTerm(surfaces_[1], 132'000)};
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[2], 130'000, frames, {0})));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[3], 129'000, frames, {1})));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[4], 133'000, frames, {0})));
  EXPECT_EQ(GreyOf(surfaces_[2]), 40);
  EXPECT_EQ(GreyOf(surfaces_[3]), 80);
  EXPECT_EQ(GreyOf(surfaces_[4]), 40);
}

TEST_F(HevcTest, TakesWeightsFromTheParameters) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 100)));
  Submission faded = MakeSkipped(surfaces_[1], 1, {Before(surfaces_[0], 0)}, {0});
  faded.picture.pic_fields.bits.weighted_pred_flag = 1;
  faded.slice.luma_log2_weight_denom = 2;
  faded.slice.delta_luma_weight_l0[0] = -2;  // 2 of 4
  faded.slice.luma_offset_l0[0] = 30;
  faded.slice.delta_chroma_weight_l0[0][0] = 1;
  faded.slice.ChromaOffsetL0[0][0] = -20;  // 128 * 5 / 4 - 20
  ASSERT_VA_OK(Decode(faded));
  const TestPicture picture = Download(display_, surfaces_[1], kSide, kSide);
  EXPECT_EQ(picture.luma[77], 80);
  EXPECT_EQ(picture.chroma[6], 140);
  EXPECT_EQ(picture.chroma[7], 128);
}

TEST_F(HevcTest, FindsDataBehindEmulationPrevention) {
  Submission picture = MakeIntra(surfaces_[0], 0, 60);
  picture.data.insert(picture.data.begin() + 2, {0, 0, 3, 1});  // in the header
  picture.slice.slice_data_byte_offset += 3;                    // which counts one byte less
  ASSERT_VA_OK(Decode(picture));
  EXPECT_EQ(GreyOf(surfaces_[0]), 60);
}

TEST_F(HevcTest, BeginsAnewAtAnyCount) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 7, 40)));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[1], 8, {Before(surfaces_[0], 7)}, {0})));
  // After a seek: the same counts, and a random access picture that lists what it never had.
  Submission sought = MakeIntra(surfaces_[2], 7, 90);
  sought.picture.slice_parsing_fields.bits.RapPicFlag = 1;
  sought.picture.ReferenceFrames[0] = KeptForLater(surfaces_[5], 5);
  ASSERT_VA_OK(Decode(sought));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[3], 8, {Before(surfaces_[2], 7)}, {0})));
  EXPECT_EQ(GreyOf(surfaces_[3]), 90);
  EXPECT_EQ(Violations(), "");
}

TEST_F(HevcTest, ShowsWhatALostPictureLeaves) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 40)));
  const VAPictureHEVC lost = Before(surfaces_[5], 1);
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[1], 2, {lost, Before(surfaces_[0], 0)}, {0, 1})));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[2], 4, {Before(surfaces_[0], 0)}, {0xFF, 0})));
  const VAPictureHEVC too = Before(surfaces_[5], 5);
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[3], 6, {too, Before(surfaces_[0], 0)}, {1})));
  EXPECT_EQ(GreyOf(surfaces_[1]), kMissingGrey);
  EXPECT_EQ(GreyOf(surfaces_[2]), kMissingGrey);
  EXPECT_EQ(GreyOf(surfaces_[3]), 40);
  EXPECT_EQ(Violations(), "");  // not the program's fault
}

TEST_F(HevcTest, NotesAReferenceInAnotherSurface) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 40)));
  EXPECT_VA_OK(Decode(MakeSkipped(surfaces_[1], 1, {Before(surfaces_[4], 0)}, {0})));
  EXPECT_THAT(Violations(), HasSubstr("a reference that wasn't decoded here"));
}

TEST_F(HevcTest, NotesAReferenceThatIsGoneByNow) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 40)));
  const VAPictureHEVC first = Before(surfaces_[0], 0);
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[1], 1, {first}, {0})));
  Submission over = MakeIntra(surfaces_[0], 2, 60);
  over.picture.ReferenceFrames[0] = KeptForLater(surfaces_[0], 0);
  ASSERT_VA_OK(Decode(over));
  EXPECT_VA_OK(Decode(MakeSkipped(surfaces_[2], 3, {first}, {0})));
  EXPECT_THAT(Violations(), HasSubstr("a reference that holds another picture by now"));
}

TEST_F(HevcTest, RefusesWhatIsNotMain) {
  Submission deep = MakeIntra(surfaces_[0], 0, 40);
  deep.picture.bit_depth_luma_minus8 = 2;
  EXPECT_EQ(Decode(deep), VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
  Submission fine = MakeIntra(surfaces_[0], 0, 40);
  fine.picture.pic_fields.bits.chroma_format_idc = 2;
  EXPECT_EQ(Decode(fine), VA_STATUS_ERROR_UNSUPPORTED_PROFILE);
}

TEST_F(HevcTest, RefusesParametersOutOfRange) {
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[0], 0, 40)));
  const Submission good = MakeSkipped(surfaces_[1], 1, {Before(surfaces_[0], 0)}, {0});
  const auto decode = [&](auto change) {
    Submission bad = good;
    change(bad);
    return Decode(bad);
  };
  const VAStatus refused = VA_STATUS_ERROR_INVALID_PARAMETER;
  EXPECT_EQ(decode([](auto& bad) { bad.slice.RefPicList[0][0] = 3; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.slice.num_ref_idx_l0_active_minus1 = 15; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.slice.slice_segment_address = 1; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.slice.slice_data_byte_offset = 5; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.picture.log2_diff_max_min_luma_coding_block_size = 40; }),
            refused);
  EXPECT_EQ(decode([](auto& bad) { bad.picture.num_tile_columns_minus1 = 20; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.picture.pic_width_in_luma_samples = 0; }), refused);
  EXPECT_EQ(decode([](auto& bad) { bad.picture.ReferenceFrames[0].pic_order_cnt = 1; }), refused);
  EXPECT_VA_OK(Decode(good));
  EXPECT_EQ(GreyOf(surfaces_[1]), 40);
}

// Whatever the bits of parameters and data say, the driver stays, and so does what comes next.
TEST_F(HevcTest, OutlivesAnything) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    Submission picture =
        round % 3 == 0
            ? MakeIntra(surfaces_[0], round, 40)
            : MakeSkipped(surfaces_[1], round, {Before(surfaces_[0], round - round % 3)}, {0});
    picture.slice.slice_data_size = static_cast<uint32_t>(picture.data.size());
    const auto flip = [&](void* memory, size_t size) {
      for (auto flips = random() % 4; flips > 0; --flips) {
        static_cast<uint8_t*>(memory)[random() % size] ^= static_cast<uint8_t>(1U << random() % 8);
      }
    };
    const VASurfaceID target = picture.picture.CurrPic.picture_id;
    flip(&picture.picture, sizeof picture.picture);
    flip(&picture.slice, sizeof picture.slice);
    flip(picture.data.data(), picture.data.size());
    picture.picture.CurrPic.picture_id = target;
    DecodeAsIs(picture);
  }
  ASSERT_VA_OK(Decode(MakeIntra(surfaces_[2], 5000, 99)));
  ASSERT_VA_OK(Decode(MakeSkipped(surfaces_[3], 5001, {Before(surfaces_[2], 5000)}, {0})));
  EXPECT_EQ(GreyOf(surfaces_[3]), 99);
}

}  // namespace
}  // namespace softva
