// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_device.h"

#include <mutex>
#include <utility>

#include "hwaccel/vaapi/vaapi_blend_trial.h"
#include "hwaccel/vaapi/vaapi_compositor.h"
#include "hwaccel/vaapi/vaapi_decoder.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_limits.h"
#include "hwaccel/vaapi/vaapi_pulse.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "hwaccel/vaapi/vaapi_transfer.h"
#include "hwaccel/vpl/vpl_decoder.h"
#include "hwaccel/vpl/vpl_encoder.h"
#include "hwaccel/vpl/vpl_limits.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {
namespace {

// H.264 is oneVPL's; composition is libva's, and so is VP8, for reasons of docs/adr/0007.
class VplDevice final : public Device {
 public:
  VplDevice(std::unique_ptr<VaapiDisplay> display, std::unique_ptr<VplRuntime> runtime)
      : display_(std::move(display)),
        runtime_(std::move(runtime)),
        info_{Backend::kVpl, display_->path(),
              "oneVPL " + runtime_->name() + ", on " + display_->vendor()},
        limits_(ReadLimits(*display_)),
        transfer_(*display_) {}

  Status Open();
  const DeviceInfo& info() const override { return info_; }
  const Limits& limits() const override { return limits_; }
  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override;
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) override {
    return VaapiCompositor::Create({*this, *display_, probe_, limits_}, canvas);
  }
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override;
  Status Download(const Surface& surface, const MutableI420View& to) override;

 private:
  VplParts Parts() { return {*runtime_, *display_, *this, limits_, probe_}; }

  const std::unique_ptr<VaapiDisplay> display_;
  const std::unique_ptr<VplRuntime> runtime_;
  const DeviceInfo info_;
  Limits limits_;
  AvBufferPtr av_device_;
  std::mutex mutex_;
  VaapiTransfer transfer_;  // under mutex_
};

Status VplDevice::Open() {
  if (auto asked = QueryVplLimits(*runtime_, limits_); !asked) return asked;
  constexpr auto kH264 = static_cast<size_t>(VideoCodec::kH264);
  if (limits_.decode[kH264].max_size.width == 0 || limits_.encode[kH264].max_size.width == 0 ||
      limits_.max_canvas.width == 0) {
    // Of a device that fails the runtime says the same.
    if (auto alive = FeelPulse(*display_, *this); !alive) return alive;
    return Fail(ErrorCode::kUnsupported, "the device does not decode, compose and encode H.264",
                info_.driver);
  }
  auto av_device = CreateAvDevice(*display_);
  if (!av_device) return tl::unexpected(std::move(av_device.error()));
  av_device_ = *std::move(av_device);
  const auto blend = TryBlending({*this, *display_, probe_, limits_});
  if (!blend) return tl::unexpected(blend.error());
  limits_.blend = *blend;
  return {};
}

Result<std::unique_ptr<VideoDecoder>> VplDevice::CreateDecoder(VideoCodec codec) {
  if (codec == VideoCodec::kH264) return std::make_unique<VplDecoder>(Parts());
  const PixelSize max_size = limits_.decode[static_cast<size_t>(codec)].max_size;
  return CreateVaapiDecoder({*this, *display_, probe_, av_device_.get(), max_size}, codec);
}

Result<std::unique_ptr<VideoEncoder>> VplDevice::CreateEncoder(VideoCodec codec,
                                                               const VideoEncoderConfig& config) {
  if (codec != VideoCodec::kH264) {
    return Fail(ErrorCode::kUnsupported, "the device does not encode this codec");
  }
  auto encoder = VplEncoder::Create(Parts(), config);
  if (encoder || encoder.error().code != ErrorCode::kUnsupported) return encoder;
  // The runtime also refuses everything on a device that is lost.
  if (auto alive = FeelPulse(*display_, *this); !alive) {
    return tl::unexpected(std::move(alive.error()));
  }
  return encoder;
}

Status VplDevice::Download(const Surface& surface, const MutableI420View& to) {
  if (&surface.device() != this) {
    return Fail(ErrorCode::kInvalidArgument, "a picture of another device");
  }
  const std::lock_guard lock(mutex_);
  auto done = transfer_.Download(VaapiSurface::Of(surface).id(), to);
  if (done) probe_.downloads.Add();
  return done;
}

}  // namespace

Result<std::unique_ptr<Device>> OpenVplDevice(const std::string& path) {
  auto display = VaapiDisplay::Open(path);
  if (!display) return tl::unexpected(std::move(display.error()));
  auto runtime = VplRuntime::Load(**display);
  if (!runtime) return tl::unexpected(std::move(runtime.error()));
  auto device = std::make_unique<VplDevice>(*std::move(display), *std::move(runtime));
  if (auto opened = device->Open(); !opened) return tl::unexpected(std::move(opened.error()));
  return device;
}

}  // namespace continuo
