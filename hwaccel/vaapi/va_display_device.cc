// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/va_display_device.h"

#include <utility>

#include "hwaccel/vaapi/vaapi_blend_trial.h"
#include "hwaccel/vaapi/vaapi_compositor.h"
#include "hwaccel/vaapi/vaapi_limits.h"
#include "hwaccel/vaapi/vaapi_surface.h"

namespace continuo {

VaDisplayDevice::VaDisplayDevice(Backend backend, std::unique_ptr<VaapiDisplay> display,
                                 std::string driver)
    : display_(std::move(display)),
      info_{backend, display_->path(), std::move(driver)},
      limits_(ReadLimits(*display_)),
      transfer_(*display_) {}

bool VaDisplayDevice::IsComplete() const {
  constexpr auto kH264 = static_cast<size_t>(VideoCodec::kH264);
  return limits_.decode[kH264].max_size.width > 0 && limits_.max_canvas.width > 0 &&
         limits_.encode[kH264].max_size.width > 0;
}

Status VaDisplayDevice::OpenDisplay() {
  auto av_device = CreateAvDevice(*display_);
  if (!av_device) return tl::unexpected(std::move(av_device.error()));
  av_device_ = *std::move(av_device);
  const auto blend = TryBlending({*this, *display_, probe_, limits_});
  if (!blend) return tl::unexpected(blend.error());
  limits_.blend = *blend;
  return {};
}

Result<std::unique_ptr<VideoDecoder>> VaDisplayDevice::CreateDecoder(VideoCodec codec) {
  const PixelSize max_size = limits_.decode[static_cast<size_t>(codec)].max_size;
  return CreateVaapiDecoder({*this, *display_, probe_, av_device_.get(), max_size}, codec);
}

Result<std::unique_ptr<Compositor>> VaDisplayDevice::CreateCompositor(PixelSize canvas) {
  return VaapiCompositor::Create({*this, *display_, probe_, limits_}, canvas);
}

Status VaDisplayDevice::Download(const Surface& surface, const MutableI420View& to) {
  if (&surface.device() != this) {
    return Fail(ErrorCode::kInvalidArgument, "a picture of another device");
  }
  const std::lock_guard lock(mutex_);
  auto done = transfer_.Download(VaapiSurface::Of(surface).id(), to);
  if (done) probe_.downloads.Add();
  return done;
}

}  // namespace continuo
