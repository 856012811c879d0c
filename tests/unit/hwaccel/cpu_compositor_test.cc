// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/cpu/cpu_compositor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hwaccel/picture_buffer.h"

namespace continuo {
namespace {

constexpr YuvColor kGrey{100, 110, 140};
constexpr YuvColor kRed{63, 102, 240};
constexpr YuvColor kBars{16, 128, 128};

YuvColor ColorAt(const I420View& picture, int x, int y) {
  return {picture.planes[0][y * picture.strides[0] + x],
          picture.planes[1][y / 2 * picture.strides[1] + x / 2],
          picture.planes[2][y / 2 * picture.strides[2] + x / 2]};
}

// All of `rect` has this colour.
testing::AssertionResult IsAll(const I420View& picture, PixelRect rect, YuvColor color) {
  for (int y = rect.y; y < rect.y + rect.height; ++y) {
    for (int x = rect.x; x < rect.x + rect.width; ++x) {
      const YuvColor found = ColorAt(picture, x, y);
      if (found == color) continue;
      return testing::AssertionFailure() << "at " << x << ',' << y << ": " << int{found.y} << ' '
                                         << int{found.u} << ' ' << int{found.v};
    }
  }
  return testing::AssertionSuccess();
}

class CpuCompositorTest : public testing::Test {
 protected:
  static I420View Solid(PictureBuffer& buffer, PixelSize size, YuvColor color) {
    buffer.Resize(size);
    auto painter = CpuCompositor::Create(size).value();
    painter->Fill({0, 0, size.width, size.height}, color);
    const I420View& from = painter->canvas();
    for (size_t plane = 0; plane < 3; ++plane) {
      const int height = plane == 0 ? size.height : size.height / 2;
      std::copy_n(from.planes[plane], static_cast<size_t>(height * from.strides[plane]),
                  buffer.view().planes[plane]);
    }
    return buffer.view();
  }
  const I420View& canvas() const { return compositor_->canvas(); }

  std::unique_ptr<CpuCompositor> compositor_ = CpuCompositor::Create({1280, 720}).value();
  PictureBuffer buffer_;
};

TEST_F(CpuCompositorTest, BeginsBlack) {
  EXPECT_EQ(canvas().size, (PixelSize{1280, 720}));
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 1280, 720}, YuvColor{16, 128, 128}));
}

TEST_F(CpuCompositorTest, RefusesACanvasThatI420CannotHold) {
  EXPECT_FALSE(CpuCompositor::Create({1279, 720}));
  EXPECT_FALSE(CpuCompositor::Create({0, 720}));
  EXPECT_FALSE(CpuCompositor::Create({1280, 1 << 20}));
}

TEST_F(CpuCompositorTest, DrawsAPictureWithBarsInItsTileAndNowhereElse) {
  compositor_->Fill({0, 0, 1280, 720}, kGrey);
  compositor_->DrawPicture({426, 240, 426, 240}, Solid(buffer_, {640, 480}, kRed), kBars);
  ASSERT_TRUE(compositor_->Finish());
  EXPECT_TRUE(IsAll(canvas(), {426, 240, 52, 240}, kBars));
  EXPECT_TRUE(IsAll(canvas(), {478, 240, 320, 240}, kRed));
  EXPECT_TRUE(IsAll(canvas(), {798, 240, 54, 240}, kBars));
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 1280, 240}, kGrey));
  EXPECT_TRUE(IsAll(canvas(), {0, 480, 1280, 240}, kGrey));
  EXPECT_TRUE(IsAll(canvas(), {0, 240, 426, 240}, kGrey));
  EXPECT_TRUE(IsAll(canvas(), {852, 240, 428, 240}, kGrey));
}

TEST_F(CpuCompositorTest, DrawsAWidePictureBetweenBarsAboveAndBelow) {
  compositor_->DrawPicture({0, 0, 640, 360}, Solid(buffer_, {1280, 320}, kRed), kGrey);
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 640, 100}, kGrey));
  EXPECT_TRUE(IsAll(canvas(), {0, 100, 640, 160}, kRed));
  EXPECT_TRUE(IsAll(canvas(), {0, 260, 640, 100}, kGrey));
}

TEST_F(CpuCompositorTest, LeavesOutTheLastColumnAndRowOfAnOddPicture) {
  // White in the last column and row of what is red else.
  PictureBuffer picture({321, 181});
  const MutableI420View& view = picture.view();
  for (int y = 0; y < 181; ++y) {
    for (int x = 0; x < 321; ++x) {
      view.planes[0][y * view.strides[0] + x] = x == 320 || y == 180 ? 235 : kRed.y;
    }
  }
  for (size_t plane : {1, 2}) {
    const uint8_t color = plane == 1 ? kRed.u : kRed.v;
    std::fill_n(view.planes[plane], view.strides[plane] * 91, color);
  }
  compositor_->DrawPicture({0, 0, 640, 360}, view, kBars);
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 638, 360}, kRed));
}

TEST_F(CpuCompositorTest, PaintsOnlyBarsForAPictureWithoutPixels) {
  compositor_->DrawPicture({0, 0, 426, 240}, I420View{}, kGrey);
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 426, 240}, kGrey));
}

// Cairo's pixels: 0xAARRGGBB, premultiplied, in native byte order.
Overlay FlatOverlay(PixelSize size, uint8_t alpha, uint8_t r, uint8_t g, uint8_t b) {
  const auto times = [&](uint8_t c) { return static_cast<uint8_t>(c * alpha / 255); };
  std::vector<uint8_t> pixels;
  for (int i = 0; i < size.area(); ++i) {
    pixels.insert(pixels.end(), {times(b), times(g), times(r), alpha});
  }
  return Overlay::FromPremultipliedArgb(size, pixels.data(), size.width * 4);
}

TEST_F(CpuCompositorTest, SeesNothingOfATransparentOverlay) {
  compositor_->Fill({0, 0, 1280, 720}, kGrey);
  compositor_->Blend({100, 100}, FlatOverlay({40, 20}, 0, 255, 255, 255));
  EXPECT_TRUE(IsAll(canvas(), {0, 0, 1280, 720}, kGrey));
}

TEST_F(CpuCompositorTest, SeesNothingThroughAnOpaqueOverlay) {
  compositor_->Fill({0, 0, 1280, 720}, kGrey);
  compositor_->Blend({100, 100}, FlatOverlay({40, 20}, 255, 255, 0, 0));
  // Red in BT.709, limited range.
  EXPECT_TRUE(IsAll(canvas(), {100, 100, 40, 20}, kRed));
  EXPECT_TRUE(IsAll(canvas(), {60, 100, 40, 20}, kGrey));
  EXPECT_TRUE(IsAll(canvas(), {100, 120, 40, 20}, kGrey));
}

TEST_F(CpuCompositorTest, MixesATranslucentOverlayWithWhatIsThere) {
  for (const int alpha : {1, 60, 127, 128, 200, 254}) {
    compositor_->Fill({0, 0, 1280, 720}, kGrey);
    compositor_->Blend({0, 0}, FlatOverlay({16, 16}, static_cast<uint8_t>(alpha), 255, 255, 255));
    const YuvColor mixed = ColorAt(canvas(), 8, 8);
    const auto expected = [&](int over, int under) {
      return (over * alpha + under * (255 - alpha)) / 255.0;
    };
    EXPECT_NEAR(mixed.y, expected(235, kGrey.y), 1.01) << alpha;
    EXPECT_NEAR(mixed.u, expected(128, kGrey.u), 1.01) << alpha;
    EXPECT_NEAR(mixed.v, expected(128, kGrey.v), 1.01) << alpha;
  }
}

TEST_F(CpuCompositorTest, BlendsUpToTheCorner) {
  compositor_->Blend({1264, 704}, FlatOverlay({16, 16}, 255, 255, 0, 0));
  EXPECT_TRUE(IsAll(canvas(), {1264, 704, 16, 16}, kRed));
}

}  // namespace
}  // namespace continuo
