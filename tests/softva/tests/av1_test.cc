// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "softva/tests/test_av1_decoder.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 128, kHeight = 96;
constexpr size_t kTileBytes = 20000;  // more than a frame of noise takes
constexpr int kKey = 0;               // slots of the program in MakeFull()
constexpr int kSecond = 1, kThird = 2, kFourth = 3;

class Av1Test : public testing::TestWithParam<bool> {
 protected:
  Av1Test() {
    for (auto& target : targets_) target = display_.CreateSurface(kWidth, kHeight);
  }

  VAStatus Decode(const VADecPictureParameterBufferAV1& picture, uint32_t noise) {
    return decoder_.Decode(picture, MakeNoise(kTileBytes, noise));
  }
  TestPicture Shown(VASurfaceID surface) { return Download(display_, surface, kWidth, kHeight); }
  std::string Violations() { return ViolationsOf(display_.Terminate()); }

  // A key frame and seven more: eight frames in eight slots.
  Av1ReferenceMap MakeFull() {
    EXPECT_VA_OK(Decode(decoder_.KeyFrame(targets_[0]), 0));
    Av1ReferenceMap map;
    map.fill(targets_[0]);
    for (int i = 1; i < 8; ++i) {
      const int references[] = {kKey, i - 1};
      EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[i], map, references, i), i));
      map[i] = targets_[i];
    }
    return map;
  }

  TestDisplay display_{{.asynchronous = GetParam()}};
  TestAv1Decoder decoder_{display_, kWidth, kHeight};
  std::array<VASurfaceID, 12> targets_{};
};

INSTANTIATE_TEST_SUITE_P(Modes, Av1Test, testing::Bool(), [](const auto& test) {
  return test.param ? "Asynchronous" : "Synchronous";
});

// The program keeps eight frames when the ninth comes, or has given one up by then: it is the same
// picture, and so is the one that refers to it.
TEST_P(Av1Test, DecodesAFrameWhereAllSlotsAreTaken) {
  constexpr int kReferences[] = {kKey, kThird};
  Av1ReferenceMap map = MakeFull();
  EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[8], map, kReferences, 8), 8));
  map[kSecond] = targets_[8];
  constexpr int kNext[] = {kSecond, kThird};
  EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[9], map, kNext, 9), 9));
  const TestPicture ninth = Shown(targets_[8]), tenth = Shown(targets_[9]);

  map = MakeFull();
  map[kSecond] = targets_[0];
  EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[8], map, kReferences, 8), 8));
  map[kSecond] = targets_[8];
  EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[9], map, kNext, 9), 9));
  EXPECT_EQ(Shown(targets_[8]), ninth);
  EXPECT_EQ(Shown(targets_[9]), tenth);
  EXPECT_NE(ninth, tenth);
  EXPECT_EQ(Violations(), "");
}

// Key frames that aren't shown list no references, yet leave them where they are.
TEST_P(Av1Test, KeepsReferencesOverHiddenKeyFrames) {
  Av1ReferenceMap map = MakeFull();
  for (int i = 8; i < 10; ++i) {
    auto hidden = decoder_.KeyFrame(targets_[i]);
    hidden.pic_info_fields.bits.show_frame = 0;
    hidden.pic_info_fields.bits.showable_frame = 1;
    hidden.order_hint = static_cast<uint8_t>(i + 8);
    EXPECT_VA_OK(Decode(hidden, i));
  }
  map[kSecond] = targets_[8];
  map[kThird] = targets_[9];
  constexpr int kReferences[] = {kThird, kSecond, kFourth, kKey};
  EXPECT_VA_OK(Decode(decoder_.InterFrame(targets_[10], map, kReferences, 8), 10));
  EXPECT_EQ(vaSyncSurface(display_, targets_[10]), VA_STATUS_SUCCESS);
  EXPECT_EQ(Violations(), "");
}

TEST_P(Av1Test, PutsFilmGrainIntoTheSecondSurfaceAlone) {
  ASSERT_VA_OK(Decode(decoder_.KeyFrame(targets_[0]), 0));
  const TestPicture plain = Shown(targets_[0]);
  auto picture = decoder_.KeyFrame(targets_[1]);
  picture.current_display_picture = targets_[2];
  picture.seq_info_fields.fields.film_grain_params_present = 1;
  auto& grain = picture.film_grain_info;
  grain.film_grain_info_fields.bits.apply_grain = 1;
  grain.grain_seed = 1234;
  grain.num_y_points = 1;
  grain.point_y_scaling[0] = 96;
  ASSERT_VA_OK(Decode(picture, 0));
  const TestPicture grained = Shown(targets_[2]);
  EXPECT_EQ(Shown(targets_[1]), plain);
  EXPECT_NE(grained, plain);
  EXPECT_GT(Psnr(grained, plain), 20);
  EXPECT_EQ(Violations(), "");
}

TEST_P(Av1Test, NotesAReferenceThatWasNeverDecoded) {
  ASSERT_VA_OK(Decode(decoder_.KeyFrame(targets_[0]), 0));
  Av1ReferenceMap map;
  map.fill(targets_[0]);
  map[kSecond] = targets_[5];
  constexpr int kReferences[] = {kKey, kSecond};
  Decode(decoder_.InterFrame(targets_[1], map, kReferences, 1), 1);
  EXPECT_EQ(vaSyncSurface(display_, targets_[1]), VA_STATUS_ERROR_DECODING_ERROR);
  EXPECT_THAT(Violations(), HasSubstr("a reference that wasn't decoded here"));
}

TEST_P(Av1Test, RefusesReferencesThatAreNone) {
  ASSERT_VA_OK(Decode(decoder_.KeyFrame(targets_[0]), 0));
  Av1ReferenceMap map;
  map.fill(targets_[0]);
  map[kSecond] = VA_INVALID_SURFACE;
  constexpr int kReferences[] = {kKey, kSecond};
  auto picture = decoder_.InterFrame(targets_[1], map, kReferences, 1);
  EXPECT_EQ(Decode(picture, 1), VA_STATUS_ERROR_INVALID_SURFACE);
  picture.ref_frame_idx[3] = 8;
  EXPECT_EQ(Decode(picture, 1), VA_STATUS_ERROR_INVALID_PARAMETER);
}

TEST_P(Av1Test, RefusesTilesThatDoNotFit) {
  auto picture = decoder_.KeyFrame(targets_[0]);
  picture.tile_cols = 2;
  const auto data = MakeNoise(kTileBytes, 0);
  EXPECT_VA_OK(decoder_.Decode(picture, data));
  VASliceParameterBufferAV1 left{};
  left.slice_data_size = kTileBytes;
  EXPECT_EQ(decoder_.Decode(picture, {left}, data), VA_STATUS_ERROR_INVALID_PARAMETER);
  EXPECT_EQ(decoder_.Decode(picture, {left, left}, data), VA_STATUS_ERROR_INVALID_PARAMETER);
  VASliceParameterBufferAV1 right = left;
  right.tile_column = 1;
  EXPECT_VA_OK(decoder_.Decode(picture, {left, right}, data));
  right.slice_data_offset = 1;
  EXPECT_EQ(decoder_.Decode(picture, {left, right}, data), VA_STATUS_ERROR_INVALID_BUFFER);
  // The picture is two superblocks wide.
  picture.tile_cols = 3;
  EXPECT_NE(decoder_.Decode(picture, data) | vaSyncSurface(display_, targets_[0]), 0);
}

TEST_P(Av1Test, RefusesWhatItDoesNotDecode) {
  auto picture = decoder_.KeyFrame(targets_[0]);
  picture.bit_depth_idx = 1;
  EXPECT_EQ(Decode(picture, 0), VA_STATUS_ERROR_INVALID_PARAMETER);
  picture = decoder_.KeyFrame(targets_[0]);
  picture.profile = 1;
  EXPECT_EQ(Decode(picture, 0), VA_STATUS_ERROR_INVALID_PARAMETER);
  // Larger than its surface.
  picture = decoder_.KeyFrame(targets_[0]);
  picture.frame_width_minus1 = kWidth;
  Decode(picture, 0);
  EXPECT_EQ(vaSyncSurface(display_, targets_[0]), VA_STATUS_ERROR_DECODING_ERROR);
}

// Whatever parameters and tiles say, the driver lives, and decodes the next key frame.
TEST_P(Av1Test, SurvivesNonsense) {
  std::minstd_rand random(20);
  Av1ReferenceMap map = MakeFull();
  const TestPicture key_frame = Shown(targets_[0]);
  for (uint32_t i = 0; i < 400; ++i) {
    constexpr int kReferences[] = {kKey, kSecond, kThird};
    auto picture = decoder_.InterFrame(targets_[8 + i % 4], map, kReferences, 8);
    if (i % 5 == 0) picture = decoder_.KeyFrame(targets_[8 + i % 4]);
    auto* bytes = reinterpret_cast<uint8_t*>(&picture);
    for (uint32_t flips = i % 7; flips > 0; --flips) {
      const size_t at = random() % sizeof picture;
      // The surfaces stay: another test is about them.
      if (&bytes[at] >= reinterpret_cast<uint8_t*>(&picture.current_frame) &&
          &bytes[at] < reinterpret_cast<uint8_t*>(picture.ref_frame_idx)) {
        continue;
      }
      bytes[at] ^= static_cast<uint8_t>(1U << random() % 8);
    }
    Decode(picture, i);
    vaSyncSurface(display_, picture.current_frame);
    if (i % 5 == 0) map = MakeFull();
  }
  MakeFull();
  EXPECT_EQ(Shown(targets_[0]), key_frame);
}

}  // namespace
}  // namespace softva
