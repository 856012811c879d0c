// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_pulse.h"

#include "hwaccel/vaapi/vaapi_processor.h"
#include "hwaccel/vaapi/vaapi_status.h"
#include "hwaccel/vaapi/vaapi_surface.h"

namespace continuo {
namespace {

Status DrawOnce(const VaapiDisplay& display, const Device& device) {
  constexpr PixelSize kSize{128, 128};
  const auto from = VaapiPicture::Create(device, display, kSize, VaapiPicture::Sides::kAsShown);
  if (!from) return tl::unexpected(from.error());
  const auto to = VaapiPicture::Create(device, display, kSize, VaapiPicture::Sides::kAsShown);
  if (!to) return tl::unexpected(to.error());
  const auto processor = VaapiProcessor::Create(display, kSize);
  if (!processor) return tl::unexpected(processor.error());
  const VaapiLayer layer{(*from)->id(), (*from)->rect(), (*to)->rect()};
  if (auto drawn = (*processor)->Draw((*to)->id(), {&layer, 1}); !drawn) return drawn;
  return CheckVa(vaSyncSurface(display.handle(), (*to)->id()), "vaSyncSurface");
}

}  // namespace

Status FeelPulse(const VaapiDisplay& display, const Device& device) {
  auto drawn = DrawOnce(display, device);
  // Whatever the driver calls it: it has drawn before.
  if (!drawn) drawn.error().code = ErrorCode::kDeviceFailed;
  return drawn;
}

}  // namespace continuo
