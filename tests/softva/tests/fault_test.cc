// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <thread>

#include "softva/tests/test_display.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

TEST(FaultTest, FailsTheCallThatItNamesOnce) {
  TestDisplay display({.fault = "SyncSurface:2:fail"});
  const VASurfaceID surface = display.CreateSurface(64, 64);
  EXPECT_VA_OK(vaSyncSurface(display, surface));
  EXPECT_EQ(vaSyncSurface(display, surface), VA_STATUS_ERROR_OPERATION_FAILED);
  EXPECT_VA_OK(vaSyncSurface(display, surface));
}

TEST(FaultTest, CountsAnewWithEveryDisplay) {
  for (int i = 0; i < 2; ++i) {
    TestDisplay display({.fault = "CreateSurfaces2:2:fail"});
    VASurfaceID surface = display.CreateSurface(64, 64);
    EXPECT_EQ(vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, 64, 64, &surface, 1, nullptr, 0),
              VA_STATUS_ERROR_OPERATION_FAILED);
  }
}

TEST(FaultTest, CountsCallsOfAnyName) {
  TestDisplay display({.fault = "any:3:fail"});
  const VASurfaceID surface = display.CreateSurface(64, 64);
  EXPECT_VA_OK(vaSyncSurface(display, surface));
  VAImage image{};
  EXPECT_EQ(vaDeriveImage(display, surface, &image), VA_STATUS_ERROR_OPERATION_FAILED);
}

TEST(FaultTest, LosesTheDeviceForGoodButTakesThingsBack) {
  TestDisplay display({.fault = "SyncSurface:2:lost"});
  VASurfaceID surface = display.CreateSurface(64, 64);
  EXPECT_VA_OK(vaSyncSurface(display, surface));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(vaSyncSurface(display, surface), VA_STATUS_ERROR_OPERATION_FAILED);
  }
  VAImage image{};
  EXPECT_EQ(vaDeriveImage(display, surface, &image), VA_STATUS_ERROR_OPERATION_FAILED);
  EXPECT_VA_OK(vaDestroySurfaces(display, &surface, 1));
  EXPECT_THAT(display.Terminate(), HasSubstr("\"surfaces\":0"));
}

TEST(FaultTest, HangsOneCallAndNoOther) {
  // Never given back: one of its calls is still there when the test program ends.
  auto* display = new TestDisplay({.fault = "SyncSurface:1:hang"});
  const VASurfaceID surface = display->CreateSurface(64, 64);
  auto returned = std::make_shared<std::promise<void>>();
  std::future<void> future = returned->get_future();
  std::thread([display, surface, returned] {
    vaSyncSurface(*display, surface);
    returned->set_value();
  }).detach();
  EXPECT_EQ(future.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  Upload(*display, surface, MakeTestPicture(64, 64, 1));
  EXPECT_EQ(Download(*display, surface, 64, 64), MakeTestPicture(64, 64, 1));
  EXPECT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
}

}  // namespace
}  // namespace softva
