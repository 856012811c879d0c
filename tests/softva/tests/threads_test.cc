// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "softva/tests/composer.h"
#include "softva/tests/test_decoder.h"
#include "softva/tests/test_display.h"
#include "softva/tests/test_encoder.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

constexpr int kWidth = 160, kHeight = 96, kPictures = 12;

// Composes, encodes and decodes; the pictures as they come out.
std::vector<TestPicture> RunChain(TestDisplay& display, int number) {
  Composer composer(display);
  TestEncoder encoder(display, kWidth, kHeight, VA_RC_CQP);
  TestDecoder decoder(display, kWidth, kHeight);
  const VASurfaceID camera = display.CreateSurface(2 * kWidth, 2 * kHeight);
  const VASurfaceID canvas = display.CreateSurface(kWidth, kHeight);
  const VASurfaceID targets[] = {display.CreateSurface(kWidth, kHeight),
                                 display.CreateSurface(kWidth, kHeight)};
  std::vector<TestPicture> pictures;
  for (int i = 0; i < kPictures; ++i) {
    Upload(display, camera, MakeTestPicture(2 * kWidth, 2 * kHeight, 100 * number + i));
    EXPECT_VA_OK(composer.Draw(canvas, {{.source = camera, .to = {0, 0, kWidth, kHeight}}}));
    EXPECT_VA_OK(decoder.Decode(encoder.Encode(canvas, {.idr = i == 0}), targets[i % 2]));
    pictures.push_back(Download(display, targets[i % 2], kWidth, kHeight));
  }
  return pictures;
}

class ThreadsTest : public testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(Modes, ThreadsTest, testing::Bool(), [](const auto& test) {
  return test.param ? "Asynchronous" : "Synchronous";
});

TEST_P(ThreadsTest, WorkSideBySideOnOneDisplay) {
  TestDisplay display({.asynchronous = GetParam()});
  constexpr int kThreads = 4;
  std::vector<TestPicture> together[kThreads];
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] { together[i] = RunChain(display, i); });
  }
  for (std::thread& thread : threads) thread.join();
  for (int i = 0; i < kThreads; ++i) EXPECT_EQ(together[i], RunChain(display, i)) << i;
  EXPECT_EQ(ViolationsOf(display.Terminate()), "");
}

}  // namespace
}  // namespace softva
