// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/support/picture_match.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string_view>

#include "base/check.h"

namespace continuo {
namespace {

PixelSize PlaneSize(PixelSize size, size_t plane) {
  return plane == 0 ? size : PixelSize{(size.width + 1) / 2, (size.height + 1) / 2};
}

void Copy(const I420View& from, const MutableI420View& to) {
  CONTINUO_CHECK(from.size == to.size);
  for (size_t plane = 0; plane < 3; ++plane) {
    const PixelSize size = PlaneSize(from.size, plane);
    for (int y = 0; y < size.height; ++y) {
      std::memcpy(to.planes[plane] + static_cast<ptrdiff_t>(y) * to.strides[plane],
                  from.planes[plane] + static_cast<ptrdiff_t>(y) * from.strides[plane],
                  static_cast<size_t>(size.width));
    }
  }
}

}  // namespace

uint64_t DigestOf(const I420View& picture) {
  uint64_t digest =
      static_cast<uint64_t>(picture.size.width) << 32 | static_cast<uint64_t>(picture.size.height);
  for (size_t plane = 0; plane < 3; ++plane) {
    const PixelSize size = PlaneSize(picture.size, plane);
    for (int y = 0; y < size.height; ++y) {
      const uint8_t* const row =
          picture.planes[plane] + static_cast<ptrdiff_t>(y) * picture.strides[plane];
      const std::string_view text(reinterpret_cast<const char*>(row),
                                  static_cast<size_t>(size.width));
      digest = digest * 0x9e3779b97f4a7c15 + std::hash<std::string_view>()(text);
    }
  }
  return digest;
}

TestPicture InMemory(Device& device, const PictureView& picture) {
  TestPicture copy(picture.size());
  if (picture.surface() == nullptr) {
    Copy(picture.memory(), copy.view());
    return copy;
  }
  const auto done = device.Download(*picture.surface(), copy.view());
  EXPECT_TRUE(done) << ToString(done.error());
  return copy;
}

testing::AssertionResult IsOn(const Device& device, const PictureView& picture) {
  if (device.info().backend == Backend::kCpu) {
    if (picture.surface() == nullptr) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "a surface of the CPU's";
  }
  if (picture.surface() == nullptr) return testing::AssertionFailure() << "it is in memory";
  if (&picture.surface()->device() == &device) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "it is on another device";
}

double PsnrOf(const I420View& a, const I420View& b, PixelRect part) {
  const I420View part_of_a = Crop(a, part);
  const I420View part_of_b = Crop(b, part);
  return std::min({PlanePsnr(part_of_a, part_of_b, 0), PlanePsnr(part_of_a, part_of_b, 1),
                   PlanePsnr(part_of_a, part_of_b, 2)});
}

testing::AssertionResult LookAlike(const I420View& expected, const I420View& actual, PixelRect part,
                                   double at_least) {
  const double psnr = PsnrOf(expected, actual, part);
  if (psnr >= at_least) return testing::AssertionSuccess();
  return testing::AssertionFailure() << part.width << 'x' << part.height << " at " << part.x << ','
                                     << part.y << ": " << psnr << " dB";
}

}  // namespace continuo
