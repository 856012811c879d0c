// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

#include "hwaccel/device.h"
#include "hwaccel/vpl/vpl_device.h"
#include "tests/support/test_picture.h"

namespace continuo {

inline constexpr const char* kRenderNode = "/dev/dri/renderD128";

// Intel's runtime on the driver in software. Fails the test that has none: the package is
// libmfx-gen1.2, which ./test installs.
inline std::unique_ptr<Device> OpenDeviceUnderTest() {
  auto device = OpenVplDevice(kRenderNode);
  EXPECT_TRUE(device) << ToString(device.error());
  return device ? *std::move(device) : nullptr;
}

// A picture of a device in memory, for looking at.
inline TestPicture Download(Device& device, const PictureView& picture) {
  TestPicture copy(picture.size());
  const auto done = device.Download(*picture.surface(), copy.view());
  EXPECT_TRUE(done) << ToString(done.error());
  return copy;
}

// Where two pictures of one size first differ.
inline testing::AssertionResult SamePixels(const I420View& a, const I420View& b) {
  for (size_t plane = 0; plane < 3; ++plane) {
    const int width = plane == 0 ? a.size.width : (a.size.width + 1) / 2;
    const int height = plane == 0 ? a.size.height : (a.size.height + 1) / 2;
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        const int left = a.planes[plane][y * a.strides[plane] + x];
        const int right = b.planes[plane][y * b.strides[plane] + x];
        if (left == right) continue;
        return testing::AssertionFailure()
               << "plane " << plane << " at " << x << ',' << y << ": " << left << " and " << right;
      }
    }
  }
  return testing::AssertionSuccess();
}

}  // namespace continuo
