// SPDX-License-Identifier: Apache-2.0
#include "softva/process/background.h"

#include <libyuv/planar_functions.h>

#include "softva/process/color.h"

namespace softva {

void FillBackground(Surface& surface, uint32_t argb, bool bt709) {
  if (argb >> 24 == 0) return;
  if (surface.fourcc() == VA_FOURCC_BGRA) {
    libyuv::ARGBRect(surface.memory(), surface.pitch(), 0, 0, surface.width(), surface.height(),
                     argb);
    return;
  }
  const Yuv color = RgbToYuv(argb >> 16 & 255, argb >> 8 & 255, argb & 255, 255, bt709);
  libyuv::SetPlane(surface.luma(), surface.pitch(), surface.width(), surface.height(),
                   static_cast<uint32_t>(color.y));
  for (int row = 0; row < (surface.height() + 1) / 2; ++row) {
    uint8_t* chroma = surface.chroma() + static_cast<ptrdiff_t>(row) * surface.pitch();
    for (int x = 0; x < (surface.width() + 1) / 2; ++x) {
      chroma[2 * x] = static_cast<uint8_t>(color.u);
      chroma[2 * x + 1] = static_cast<uint8_t>(color.v);
    }
  }
}

}  // namespace softva
