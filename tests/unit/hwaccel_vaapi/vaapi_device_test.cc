// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_device.h"

#include <gtest/gtest.h>

#include "tests/unit/hwaccel_vaapi/vaapi_test_device.h"

namespace continuo {
namespace {

TEST(VaapiDeviceTest, SaysWhatItIs) {
  const auto device = OpenTestDevice();
  EXPECT_EQ(device->info().backend, Backend::kVaapi);
  EXPECT_EQ(device->info().path, "/dev/dri/renderD128");
  EXPECT_FALSE(device->info().driver.empty());
}

TEST(VaapiDeviceTest, KnowsWhatItsDriverComposes) {
  const auto device = OpenTestDevice();
  EXPECT_GE(device->limits().max_canvas.width, 1280);
  EXPECT_GE(device->limits().max_canvas.height, 720);
  EXPECT_EQ(device->limits().layers_per_pass, 7);
  EXPECT_EQ(device->limits().blend, DriverBlends() ? BlendSupport::kPerPixel : BlendSupport::kNone);
}

TEST(VaapiDeviceTest, KnowsWhatItsDriverDecodes) {
  const auto device = OpenTestDevice();
  for (const VideoCodec codec : {VideoCodec::kVp8, VideoCodec::kH264}) {
    const PixelSize max_size = device->limits().decode[static_cast<size_t>(codec)].max_size;
    EXPECT_GE(max_size.width, 1920) << ToString(codec);
    EXPECT_GE(max_size.height, 1080) << ToString(codec);
  }
}

TEST(VaapiDeviceTest, KnowsWhatItsDriverEncodes) {
  const auto device = OpenTestDevice();
  const auto& encode = device->limits().encode;
  EXPECT_GE(encode[static_cast<size_t>(VideoCodec::kH264)].max_size.width, 1920);
  EXPECT_TRUE(encode[static_cast<size_t>(VideoCodec::kH264)].changes_rate);
  // The driver's other behaviour has none of these.
  EXPECT_EQ(encode[static_cast<size_t>(VideoCodec::kH264)].low_power, DriverBlends());
  EXPECT_EQ(encode[static_cast<size_t>(VideoCodec::kH264)].intra_refresh, DriverBlends());
  EXPECT_EQ(encode[static_cast<size_t>(VideoCodec::kH264)].regions_of_interest,
            DriverBlends() ? 8 : 0);
  EXPECT_EQ(encode[static_cast<size_t>(VideoCodec::kVp8)].max_size, PixelSize());
  EXPECT_FALSE(
      device->CreateEncoder(VideoCodec::kVp8, {{640, 360}, 25, DataRate::KilobitsPerSec(400)}));
}

TEST(VaapiDeviceTest, IsUnavailableWhereThereIsNoNode) {
  const auto opened = OpenVaapiDevice("/dev/dri/renderD999");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUnavailable);
}

TEST(VaapiDeviceTest, CountsNothingOfItsOwnTrials) {
  const auto device = OpenTestDevice();
  EXPECT_EQ(device->probe().uploads.value(), 0);
  EXPECT_EQ(device->probe().downloads.value(), 0);
  EXPECT_EQ(device->probe().plate_blends.value(), 0);
}

}  // namespace
}  // namespace continuo
