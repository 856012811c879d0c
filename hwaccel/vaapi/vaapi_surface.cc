// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_surface.h"

#include <utility>

namespace continuo {

Result<std::unique_ptr<VaapiPicture>> VaapiPicture::Create(const Device& device,
                                                           const VaapiDisplay& display,
                                                           PixelSize size, uint32_t fourcc) {
  const PixelSize coded{(size.width + 15) & ~15, (size.height + 15) & ~15};
  auto memory = CreateVaSurface(display.handle(), coded, fourcc);
  if (!memory) return tl::unexpected(std::move(memory.error()));
  return std::unique_ptr<VaapiPicture>(new VaapiPicture(device, *std::move(memory), coded, size));
}

}  // namespace continuo
