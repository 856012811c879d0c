// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "softva/tests/composer.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_encoder.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

constexpr int kWidth = 320, kHeight = 192;

class WaitingTest : public testing::TestWithParam<bool> {
 protected:
  WaitingTest() : display_({.asynchronous = GetParam()}), composer_(display_) {
    source_ = display_.CreateSurface(kWidth, kHeight);
    target_ = display_.CreateSurface(kWidth, kHeight);
    Upload(display_, source_, MakeFlatPicture(kWidth, kHeight, 200, 128, 128));
  }

  void Compose() {
    ASSERT_VA_OK(composer_.Draw(target_, {{.source = source_, .to = {0, 0, kWidth, kHeight}}}));
  }
  // The first pixel of the target, by an image of the surface itself.
  int Peek() {
    VAImage image{};
    EXPECT_VA_OK(vaDeriveImage(display_, target_, &image));
    void* memory = nullptr;
    EXPECT_VA_OK(vaMapBuffer(display_, image.buf, &memory));
    const int pixel = *static_cast<const uint8_t*>(memory);
    EXPECT_VA_OK(vaUnmapBuffer(display_, image.buf));
    EXPECT_VA_OK(vaDestroyImage(display_, image.image_id));
    return pixel;
  }

  TestDisplay display_;
  Composer composer_;
  VASurfaceID source_, target_;
};

INSTANTIATE_TEST_SUITE_P(Modes, WaitingTest, testing::Bool(), [](const auto& test) {
  return test.param ? "Asynchronous" : "Synchronous";
});

TEST_P(WaitingTest, ShowsTheResultAfterSyncSurface) {
  Compose();
  EXPECT_VA_OK(vaSyncSurface(display_, target_));
  EXPECT_EQ(Peek(), 200);
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_P(WaitingTest, NotesAProgramThatDoesNotWait) {
  Compose();
  EXPECT_EQ(Peek(), GetParam() ? 16 : 200);
  EXPECT_THAT(ViolationsOf(display_.Terminate()),
              HasSubstr("MapBuffer: surface read without vaSyncSurface"));
}

TEST_P(WaitingTest, NotesAnImageGotTooEarly) {
  Compose();
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_NV12;
  VAImage image{};
  ASSERT_VA_OK(vaCreateImage(display_, &format, kWidth, kHeight, &image));
  EXPECT_VA_OK(vaGetImage(display_, target_, 0, 0, kWidth, kHeight, image.image_id));
  EXPECT_THAT(ViolationsOf(display_.Terminate()), HasSubstr("GetImage: surface read without"));
}

TEST_P(WaitingTest, TakesAnotherPictureForASourceStillToBeRead) {
  Compose();
  Upload(display_, source_, MakeFlatPicture(kWidth, kHeight, 60, 128, 128));
  EXPECT_VA_OK(vaSyncSurface(display_, target_));
  EXPECT_EQ(Peek(), 200);
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_P(WaitingTest, BecomesReadyForWhoKeepsAsking) {
  Compose();
  VASurfaceStatus status = VASurfaceRendering;
  while (status == VASurfaceRendering) {
    ASSERT_VA_OK(vaQuerySurfaceStatus(display_, target_, &status));
  }
  EXPECT_EQ(Peek(), 200);
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_P(WaitingTest, WaitsForCodedBytesWhereTheyAreMapped) {
  Compose();
  TestEncoder encoder(display_, kWidth, kHeight, VA_RC_CQP);
  EXPECT_GT(encoder.Encode(target_, {.idr = true}).size(), 10U);
  EXPECT_VA_OK(vaSyncBuffer(display_, encoder.coded_buffer(), VA_TIMEOUT_INFINITE));
  EXPECT_NEAR(Download(display_, encoder.reconstructed(), kWidth, kHeight).luma[0], 200, 3);
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_P(WaitingTest, WaitsForAPictureThatAnotherThreadIsPreparing) {
  ASSERT_VA_OK(composer_.Begin(target_));
  std::future<int> first_pixel = std::async(std::launch::async, [this] {
    EXPECT_VA_OK(vaSyncSurface(display_, target_));
    return Peek();
  });
  ASSERT_VA_OK(composer_.Render({.source = source_, .to = {0, 0, kWidth, kHeight}}));
  EXPECT_EQ(first_pixel.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  ASSERT_VA_OK(composer_.End());
  EXPECT_EQ(first_pixel.get(), 200);
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

TEST_P(WaitingTest, DoesItsWorkInOrder) {
  for (int i = 0; i < 600; ++i) {  // more than may wait
    ASSERT_VA_OK(composer_.Draw(target_, {{.source = source_, .to = {0, 0, 16, 16}}}));
    ASSERT_VA_OK(composer_.Draw(source_, {{.source = target_, .to = {16, 0, 16, 16}}}));
  }
  EXPECT_VA_OK(vaSyncSurface(display_, source_));
  EXPECT_VA_OK(vaSyncSurface(display_, target_));
  EXPECT_EQ(ViolationsOf(display_.Terminate()), "");
}

}  // namespace
}  // namespace softva
