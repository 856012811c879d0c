// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <va/va_drmcommon.h>

#include <cstring>

#include "softva/tests/test_display.h"
#include "softva/tests/test_picture.h"

namespace softva {
namespace {

using testing::HasSubstr;

TEST(SurfaceTest, KeepsWhatWasPutThere) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(322, 182);
  const TestPicture picture = MakeTestPicture(322, 182, 7);
  Upload(display, surface, picture);
  EXPECT_EQ(Download(display, surface, 322, 182), picture);
}

TEST(SurfaceTest, PadsRowsAndPlanesBeyondTheSize) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(640, 360);
  VAImage image{};
  ASSERT_VA_OK(vaDeriveImage(display, surface, &image));
  EXPECT_GE(image.pitches[0], 640U);
  EXPECT_GT(image.offsets[1], image.pitches[0] * 360);
  EXPECT_VA_OK(vaDestroyImage(display, image.image_id));
}

TEST(SurfaceTest, DerivedImageIsTheSurfaceItself) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(64, 64);
  VAImage image{};
  ASSERT_VA_OK(vaDeriveImage(display, surface, &image));
  void* memory = nullptr;
  ASSERT_VA_OK(vaMapBuffer(display, image.buf, &memory));
  static_cast<uint8_t*>(memory)[image.pitches[0] * 5 + 9] = 77;
  EXPECT_VA_OK(vaUnmapBuffer(display, image.buf));
  EXPECT_VA_OK(vaDestroyImage(display, image.image_id));
  EXPECT_EQ(Download(display, surface, 64, 64).luma[64 * 5 + 9], 77);
}

TEST(SurfaceTest, IsNotToBeDerivedFromOnAmd) {
  TestDisplay display({.personality = "amd"});
  VAImage image{};
  EXPECT_EQ(vaDeriveImage(display, display.CreateSurface(64, 64), &image),
            VA_STATUS_ERROR_OPERATION_FAILED);
}

TEST(SurfaceTest, GivesItsPixelsAsI420) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(64, 32);
  Upload(display, surface, MakeFlatPicture(64, 32, 50, 90, 160));
  VAImageFormat format{};
  format.fourcc = VA_FOURCC_I420;
  VAImage image{};
  ASSERT_VA_OK(vaCreateImage(display, &format, 64, 32, &image));
  ASSERT_VA_OK(vaGetImage(display, surface, 0, 0, 64, 32, image.image_id));
  void* memory = nullptr;
  ASSERT_VA_OK(vaMapBuffer(display, image.buf, &memory));
  const auto* bytes = static_cast<const uint8_t*>(memory);
  EXPECT_EQ(bytes[image.offsets[0] + 31 * image.pitches[0] + 63], 50);
  EXPECT_EQ(bytes[image.offsets[1] + 15 * image.pitches[1] + 31], 90);
  EXPECT_EQ(bytes[image.offsets[2] + 15 * image.pitches[2] + 31], 160);
  EXPECT_VA_OK(vaUnmapBuffer(display, image.buf));
  EXPECT_VA_OK(vaDestroyImage(display, image.image_id));
}

TEST(SurfaceTest, ExportsItsMemory) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(64, 64);
  const TestPicture picture = MakeTestPicture(64, 64, 1);
  Upload(display, surface, picture);
  VADRMPRIMESurfaceDescriptor exported{};
  ASSERT_VA_OK(vaExportSurfaceHandle(
      display, surface, VA_SURFACE_ATTRIB_MEM_TYPE_DRM_PRIME_2,
      VA_EXPORT_SURFACE_READ_ONLY | VA_EXPORT_SURFACE_SEPARATE_LAYERS, &exported));
  ASSERT_EQ(exported.num_layers, 2U);
  const size_t size = exported.objects[0].size;
  void* memory = mmap(nullptr, size, PROT_READ, MAP_SHARED, exported.objects[0].fd, 0);
  close(exported.objects[0].fd);
  ASSERT_NE(memory, MAP_FAILED);
  const auto* bytes = static_cast<const uint8_t*>(memory);
  for (size_t y = 0; y < 64; ++y) {
    EXPECT_EQ(std::memcmp(bytes + y * exported.layers[0].pitch[0], &picture.luma[64 * y], 64), 0);
  }
  const uint8_t* chroma = bytes + exported.layers[1].offset[0];
  EXPECT_EQ(std::memcmp(chroma + 31 * exported.layers[1].pitch[0], &picture.chroma[31 * 64], 64),
            0);
  munmap(memory, size);
}

TEST(SurfaceTest, RefusesWhatItCannotHold) {
  TestDisplay display;
  VASurfaceID surface = VA_INVALID_SURFACE;
  EXPECT_EQ(vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, 5000, 64, &surface, 1, nullptr, 0),
            VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED);
  EXPECT_EQ(vaCreateSurfaces(display, VA_RT_FORMAT_YUV444, 64, 64, &surface, 1, nullptr, 0),
            VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT);
}

TEST(SurfaceTest, NotesIdsThatAreNone) {
  TestDisplay display;
  const VASurfaceID surface = display.CreateSurface(64, 64);
  VASurfaceID destroyed = surface;
  ASSERT_VA_OK(vaDestroySurfaces(display, &destroyed, 1));
  EXPECT_EQ(vaSyncSurface(display, surface), VA_STATUS_ERROR_INVALID_SURFACE);
  EXPECT_EQ(vaDestroySurfaces(display, &destroyed, 1), VA_STATUS_ERROR_INVALID_SURFACE);
  const std::string violations = ViolationsOf(display.Terminate());
  EXPECT_THAT(violations, HasSubstr("SyncSurface: no such surface"));
  EXPECT_THAT(violations, HasSubstr("DestroySurfaces: no such surface"));
}

TEST(SurfaceTest, ReportsWhatWasLeftAndCounted) {
  TestDisplay display;
  display.CreateSurface(64, 64);
  display.CreateContext(VAProfileNone, VAEntrypointVideoProc, 64, 64);
  const std::string report = display.Terminate();
  EXPECT_THAT(report, HasSubstr("\"leaks\":{\"buffers\":0,\"configs\":1,\"contexts\":1,"
                                "\"images\":0,\"surfaces\":1}"));
  EXPECT_THAT(report, HasSubstr("\"CreateContext\":1"));
  EXPECT_EQ(ViolationsOf(report), "");
}

}  // namespace
}  // namespace softva
