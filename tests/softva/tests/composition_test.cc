// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libyuv/planar_functions.h>
#include <libyuv/scale.h>

#include <array>

#include "softva/tests/composer.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

constexpr uint32_t kOpaqueBlack = 0xff000000;
constexpr int kWidth = 640, kHeight = 360;

VARectangle Region(int x, int y, int width, int height) {
  return {static_cast<int16_t>(x), static_cast<int16_t>(y), static_cast<uint16_t>(width),
          static_cast<uint16_t>(height)};
}

VABlendState GlobalAlpha(float alpha) {
  VABlendState blend{};
  blend.flags = VA_BLEND_GLOBAL_ALPHA;
  blend.global_alpha = alpha;
  return blend;
}

VABlendState Premultiplied() {
  VABlendState blend{};
  blend.flags = VA_BLEND_PREMULTIPLIED_ALPHA;
  return blend;
}

// Lays a picture onto another with libyuv, plane by plane.
void Lay(const TestPicture& picture, VARectangle to, libyuv::FilterMode filter,
         TestPicture* canvas) {
  const int w = to.width, h = to.height;
  libyuv::ScalePlane(picture.luma.data(), picture.width, picture.width, picture.height,
                     &canvas->luma[static_cast<size_t>(to.y) * canvas->width + to.x], canvas->width,
                     w, h, filter);
  std::array<std::vector<uint8_t>, 2> whole, scaled;
  for (int i = 0; i < 2; ++i) {
    whole[i].resize(picture.chroma.size() / 2);
    scaled[i].resize(static_cast<size_t>(w) * h / 4);
  }
  libyuv::SplitUVPlane(picture.chroma.data(), picture.width, whole[0].data(), picture.width / 2,
                       whole[1].data(), picture.width / 2, picture.width / 2, picture.height / 2);
  for (int i = 0; i < 2; ++i) {
    libyuv::ScalePlane(whole[i].data(), picture.width / 2, picture.width / 2, picture.height / 2,
                       scaled[i].data(), w / 2, w / 2, h / 2, filter);
  }
  libyuv::MergeUVPlane(scaled[0].data(), w / 2, scaled[1].data(), w / 2,
                       &canvas->chroma[static_cast<size_t>(to.y / 2) * canvas->width + to.x],
                       canvas->width, w / 2, h / 2);
}

class CompositionTest : public testing::TestWithParam<const char*> {
 protected:
  CompositionTest() : display_({.personality = GetParam()}), composer_(display_) {
    target_ = display_.CreateSurface(kWidth, kHeight);
  }

  VASurfaceID Surface(const TestPicture& picture) {
    const VASurfaceID surface = display_.CreateSurface(picture.width, picture.height);
    Upload(display_, surface, picture);
    return surface;
  }
  TestPicture Result() { return Download(display_, target_, kWidth, kHeight); }

  TestDisplay display_;
  Composer composer_;
  VASurfaceID target_;
};

INSTANTIATE_TEST_SUITE_P(Personalities, CompositionTest, testing::Values("intel", "amd"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(CompositionTest, DrawsOneToTwentyFiveTilesAsTheCpuDoes) {
  const bool intel = std::string(GetParam()) == "intel";
  for (int side = 1; side <= 5; ++side) {
    TestPicture expected = MakeFlatPicture(kWidth, kHeight, 16, 128, 128);
    std::vector<TestLayer> layers;
    for (int i = 0; i < side * side; ++i) {
      const int w = kWidth / side & ~1, h = kHeight / side & ~1;
      const VARectangle to = Region(i % side * w, i / side * h, w, h);
      const TestPicture tile = MakeTestPicture(480, 270 - 2 * i, i);
      Lay(tile, to, intel ? libyuv::kFilterBox : libyuv::kFilterBilinear, &expected);
      layers.push_back({.source = Surface(tile), .to = to});
    }
    Upload(display_, target_, MakeFlatPicture(kWidth, kHeight, 16, 128, 128));
    ASSERT_VA_OK(composer_.Draw(target_, layers));
    const TestPicture result = Result();
    EXPECT_EQ(result.luma, expected.luma) << side << " by " << side;
    EXPECT_GE(Psnr(result, expected), 60);
    if (intel) {
      EXPECT_EQ(result.chroma, expected.chroma) << side << " by " << side;
    }
  }
}

TEST_P(CompositionTest, ClipsWhatSticksOutOfTheTarget) {
  const VASurfaceID tile = Surface(MakeFlatPicture(100, 100, 200, 100, 110));
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = tile, .to = Region(-20, 300, 100, 100)}}));
  const TestPicture result = Result();
  EXPECT_EQ(result.luma[299 * kWidth], 16);
  EXPECT_EQ(result.luma[300 * kWidth], 200);
  EXPECT_EQ(result.luma[359 * kWidth + 79], 200);
  EXPECT_EQ(result.luma[359 * kWidth + 80], 16);
}

TEST_P(CompositionTest, TakesPartOfASource) {
  TestPicture halves = MakeFlatPicture(128, 64, 60, 128, 128);
  for (size_t i = 0; i < halves.luma.size(); ++i) halves.luma[i] = i % 128 < 64 ? 60 : 180;
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = Surface(halves),
                                         .to = Region(0, 0, kWidth, kHeight),
                                         .from = Region(64, 0, 64, 64)}}));
  EXPECT_EQ(Result().luma, MakeFlatPicture(kWidth, kHeight, 180, 128, 128).luma);
}

TEST_P(CompositionTest, NotesRegionsThatAreOddOrStickOut) {
  const VASurfaceID tile = Surface(MakeTestPicture(64, 64, 0));
  EXPECT_VA_OK(composer_.Draw(target_, {{.source = tile, .to = Region(3, 4, 50, 50)}}));
  EXPECT_VA_OK(composer_.Draw(
      target_, {{.source = tile, .to = Region(0, 0, 64, 64), .from = Region(0, 0, 100, 64)}}));
  EXPECT_EQ(composer_.Draw(target_, {{.source = tile, .to = Region(0, 0, 0, 50)}}),
            VA_STATUS_ERROR_INVALID_PARAMETER);
  const std::string violations = ViolationsOf(display_.Terminate());
  EXPECT_THAT(violations, HasSubstr("odd output region"));
  EXPECT_THAT(violations, HasSubstr("source region exceeds the surface"));
  EXPECT_THAT(violations, HasSubstr("empty region"));
}

TEST_P(CompositionTest, MayReadTheSurfaceThatItDraws) {
  const TestPicture before = MakeTestPicture(kWidth, kHeight, 3);
  Upload(display_, target_, before);
  const VASurfaceID tile = Surface(MakeFlatPicture(64, 64, 222, 128, 128));
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = target_, .to = Region(0, 0, kWidth, kHeight)},
                                        {.source = tile, .to = Region(0, 0, 64, 64)}}));
  const TestPicture after = Result();
  EXPECT_EQ(after.luma[0], 222);
  EXPECT_EQ(after.luma[70 * kWidth + 70], before.luma[70 * kWidth + 70]);
}

TEST_P(CompositionTest, RefusesASixtySixthLayer) {
  const VASurfaceID tile = Surface(MakeTestPicture(16, 16, 0));
  const TestLayer layer = {.source = tile, .to = Region(0, 0, 16, 16)};
  EXPECT_VA_OK(composer_.Draw(target_, std::vector<TestLayer>(65, layer)));
  EXPECT_EQ(composer_.Draw(target_, std::vector<TestLayer>(66, layer)),
            VA_STATUS_ERROR_MAX_NUM_EXCEEDED);
}

class IntelTest : public CompositionTest {};
INSTANTIATE_TEST_SUITE_P(Intel, IntelTest, testing::Values("intel"));

TEST_P(IntelTest, FillsTheBackgroundOfTheLastLayer) {
  const TestLayer tile = {.source = Surface(MakeFlatPicture(64, 64, 100, 128, 128)),
                          .to = Region(0, 0, 64, 64)};
  TestLayer red = tile, none = tile;
  red.background = 0xffff0000;
  ASSERT_VA_OK(composer_.Draw(target_, {none, red}));
  const TestPicture filled = Result();
  EXPECT_EQ(filled.luma[200 * kWidth + 300], 81);  // BT.601 red
  EXPECT_EQ(filled.luma[0], 100);
  Upload(display_, target_, MakeFlatPicture(kWidth, kHeight, 55, 128, 128));
  ASSERT_VA_OK(composer_.Draw(target_, {red, none}));
  EXPECT_EQ(Result().luma[200 * kWidth + 300], 55);
}

TEST_P(IntelTest, WipesAnEarlierPictureWithABackground) {
  TestLayer layer = {.source = Surface(MakeFlatPicture(64, 64, 100, 128, 128)),
                     .to = Region(0, 0, 64, 64),
                     .background = kOpaqueBlack};
  ASSERT_VA_OK(composer_.Draw(target_, {layer}));
  layer.to = Region(128, 0, 64, 64);
  ASSERT_VA_OK(composer_.Draw(target_, {layer}));
  EXPECT_EQ(Result().luma[0], 16);
  layer.to = Region(256, 0, 64, 64);
  layer.background = 0;
  ASSERT_VA_OK(composer_.Draw(target_, {layer}));
  EXPECT_EQ(Result().luma[128], 100);
}

TEST_P(IntelTest, BlendsAWholeLayer) {
  Upload(display_, target_, MakeFlatPicture(kWidth, kHeight, 100, 100, 100));
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = Surface(MakeFlatPicture(64, 64, 200, 140, 60)),
                                         .to = Region(0, 0, 64, 64),
                                         .blend = GlobalAlpha(0.25F)}}));
  const TestPicture result = Result();
  EXPECT_EQ(result.luma[0], 125);
  EXPECT_EQ(result.chroma[0], 110);
  EXPECT_EQ(result.chroma[1], 90);
}

TEST_P(IntelTest, BlendsPixelByPixel) {
  Upload(display_, target_, MakeFlatPicture(kWidth, kHeight, 100, 128, 128));
  const VASurfaceID plate = display_.CreateSurface(64, 64, VA_RT_FORMAT_RGB32);
  UploadBgra(display_, plate, 64, 64, std::vector<uint32_t>(64 * 64, 0x80ffffff));  // straight
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = plate, .to = Region(0, 0, 64, 64)}}));
  UploadBgra(display_, plate, 64, 64, std::vector<uint32_t>(64 * 64, 0x80808080));
  ASSERT_VA_OK(composer_.Draw(
      target_, {{.source = plate, .to = Region(64, 0, 64, 64), .blend = Premultiplied()}}));
  const TestPicture result = Result();
  EXPECT_NEAR(result.luma[0], 168, 1);  // half of white's 235, half of 100
  EXPECT_NEAR(result.luma[64], 168, 1);
  EXPECT_NEAR(result.chroma[64], 128, 1);
}

TEST_P(IntelTest, DrawsNothingWhereAPlateIsTransparent) {
  const TestPicture before = MakeTestPicture(kWidth, kHeight, 9);
  Upload(display_, target_, before);
  const VASurfaceID plate = display_.CreateSurface(64, 64, VA_RT_FORMAT_RGB32);
  UploadBgra(display_, plate, 64, 64, std::vector<uint32_t>(64 * 64, 0));
  ASSERT_VA_OK(composer_.Draw(
      target_, {{.source = plate, .to = Region(64, 32, 64, 64), .blend = Premultiplied()}}));
  EXPECT_EQ(Result(), before);
}

TEST_P(IntelTest, DrawsOntoBgra) {
  const VASurfaceID screen = display_.CreateSurface(64, 64, VA_RT_FORMAT_RGB32);
  const VASurfaceID tile = Surface(MakeFlatPicture(64, 64, 235, 128, 128));
  ASSERT_VA_OK(composer_.Draw(screen, {{.source = tile, .to = Region(0, 0, 64, 64)}}));
  EXPECT_EQ(DownloadBgra(display_, screen, 64, 64)[0], 0xffffffff);
}

class AmdTest : public CompositionTest {};
INSTANTIATE_TEST_SUITE_P(Amd, AmdTest, testing::Values("amd"));

TEST_P(AmdTest, OffersNoBlendingAndNoLowPowerEncoder) {
  VAProcPipelineCaps caps{};
  const VAContextID context = display_.CreateContext(VAProfileNone, VAEntrypointVideoProc, 0, 0);
  ASSERT_VA_OK(vaQueryVideoProcPipelineCaps(display_, context, nullptr, 0, &caps));
  EXPECT_EQ(caps.blend_flags, 0U);
  VAConfigID config = VA_INVALID_ID;
  EXPECT_EQ(
      vaCreateConfig(display_, VAProfileH264Main, VAEntrypointEncSliceLP, nullptr, 0, &config),
      VA_STATUS_ERROR_UNSUPPORTED_ENTRYPOINT);
}

TEST_P(AmdTest, IgnoresBackgroundAndBlendState) {
  Upload(display_, target_, MakeFlatPicture(kWidth, kHeight, 55, 128, 128));
  ASSERT_VA_OK(composer_.Draw(target_, {{.source = Surface(MakeFlatPicture(64, 64, 200, 128, 128)),
                                         .to = Region(0, 0, 64, 64),
                                         .background = 0xffff0000,
                                         .blend = GlobalAlpha(0.25F)}}));
  const TestPicture result = Result();
  EXPECT_EQ(result.luma[0], 200);
  EXPECT_EQ(result.luma[100], 55);
  EXPECT_THAT(ViolationsOf(display_.Terminate()), HasSubstr("blend state, but no blend flags"));
}

TEST_P(AmdTest, DrawsALayerAsSoonAsItIsHandedOver) {
  ASSERT_VA_OK(composer_.Begin(target_));
  ASSERT_VA_OK(composer_.Render(
      {.source = Surface(MakeFlatPicture(64, 64, 200, 128, 128)), .to = Region(0, 0, 64, 64)}));
  EXPECT_EQ(Result().luma[0], 200);
  EXPECT_VA_OK(composer_.End());
}

}  // namespace
}  // namespace softva
