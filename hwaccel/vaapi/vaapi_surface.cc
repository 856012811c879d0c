// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_surface.h"

#include <algorithm>
#include <utility>

namespace continuo {

Result<std::unique_ptr<VaapiPicture>> VaapiPicture::Create(const Device& device,
                                                           const VaapiDisplay& display,
                                                           PixelSize size, Sides sides,
                                                           uint32_t fourcc) {
  const auto side = [sides](int length) {
    // Drivers have minima of a macroblock.
    return sides == Sides::kWholeMacroblocks ? (length + 15) & ~15
                                             : std::max((length + 1) & ~1, 16);
  };
  const PixelSize coded{side(size.width), side(size.height)};
  auto memory = CreateVaSurface(display.handle(), coded, fourcc);
  if (!memory) return tl::unexpected(std::move(memory.error()));
  return std::unique_ptr<VaapiPicture>(new VaapiPicture(device, *std::move(memory), coded, size));
}

}  // namespace continuo
