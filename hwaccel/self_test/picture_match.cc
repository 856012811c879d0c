// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/self_test/picture_match.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "base/check.h"

namespace continuo {
namespace {

double PlanePsnr(const I420View& a, const I420View& b, size_t plane) {
  CONTINUO_CHECK(a.size == b.size);
  const int width = plane == 0 ? a.size.width : (a.size.width + 1) / 2;
  const int height = plane == 0 ? a.size.height : (a.size.height + 1) / 2;
  uint64_t squares = 0;
  for (int y = 0; y < height; ++y) {
    const uint8_t* const line_a = a.planes[plane] + static_cast<ptrdiff_t>(y) * a.strides[plane];
    const uint8_t* const line_b = b.planes[plane] + static_cast<ptrdiff_t>(y) * b.strides[plane];
    for (int x = 0; x < width; ++x) {
      const int difference = line_a[x] - line_b[x];
      squares += static_cast<uint64_t>(difference * difference);
    }
  }
  if (squares == 0) return kIdenticalDb;
  const double pixels = static_cast<double>(width) * height;
  return std::min(kIdenticalDb, 10 * std::log10(255.0 * 255.0 * pixels / squares));
}

}  // namespace

double LumaPsnr(const I420View& a, const I420View& b) { return PlanePsnr(a, b, 0); }

double WorstPlanePsnr(const I420View& a, const I420View& b) {
  return std::min({PlanePsnr(a, b, 0), PlanePsnr(a, b, 1), PlanePsnr(a, b, 2)});
}

I420View PartOf(const I420View& picture, PixelRect rect) {
  I420View part = picture;
  part.size = rect.size();
  for (size_t plane = 0; plane < 3; ++plane) {
    const int shift = plane == 0 ? 0 : 1;
    part.planes[plane] +=
        static_cast<ptrdiff_t>(rect.y >> shift) * part.strides[plane] + (rect.x >> shift);
  }
  return part;
}

Result<I420View> ReadablePicture::Read(Device& device, const PictureView& picture) {
  if (picture.surface() == nullptr) return picture.memory();
  copy_.Resize(picture.size());
  auto done = device.Download(*picture.surface(), copy_.view());
  if (!done) return tl::unexpected(std::move(done.error()));
  return I420View(copy_.view());
}

}  // namespace continuo
