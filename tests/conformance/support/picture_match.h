// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "hwaccel/device.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"
#include "tests/support/test_picture.h"

namespace continuo {

// Two pictures of one digest are the same to the byte, size included.
uint64_t DigestOf(const I420View& picture);

// A copy of a picture in memory. One on the device is downloaded, and counted as that.
TestPicture InMemory(Device& device, const PictureView& picture);

// Whether a picture is where this device keeps its own.
testing::AssertionResult IsOn(const Device& device, const PictureView& picture);

// What a device's picture must have in common with the CPU's: nobody can tell them apart.
inline constexpr double kSamePictureDb = 40;

// The least PSNR of the three planes over a part of two pictures of one size, in dB.
double PsnrOf(const I420View& a, const I420View& b, PixelRect part);
testing::AssertionResult LookAlike(const I420View& expected, const I420View& actual, PixelRect part,
                                   double at_least = kSamePictureDb);

}  // namespace continuo
