// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_device.h"

#include <mutex>
#include <utility>

#include "hwaccel/vaapi/vaapi_blend_trial.h"
#include "hwaccel/vaapi/vaapi_compositor.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_limits.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "hwaccel/vaapi/vaapi_transfer.h"
#include "hwaccel/vpl/vpl_decoder.h"
#include "hwaccel/vpl/vpl_encoder.h"
#include "hwaccel/vpl/vpl_limits.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {
namespace {

class VplDevice final : public Device {
 public:
  VplDevice(std::unique_ptr<VaapiDisplay> display, std::unique_ptr<VplRuntime> runtime)
      : display_(std::move(display)),
        runtime_(std::move(runtime)),
        info_{Backend::kVpl, display_->path(),
              "oneVPL " + runtime_->name() + ", composing with " + display_->vendor()},
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
  std::mutex mutex_;
  VaapiTransfer transfer_;  // under mutex_
};

Status VplDevice::Open() {
  auto limits = QueryVplLimits(*runtime_);
  if (!limits) return tl::unexpected(std::move(limits.error()));
  limits_ = *limits;
  ReadComposeLimits(*display_, limits_);
  constexpr auto kH264 = static_cast<size_t>(VideoCodec::kH264);
  if (limits_.decode[kH264].max_size.width == 0 || limits_.encode[kH264].max_size.width == 0 ||
      limits_.max_canvas.width == 0) {
    return Fail(ErrorCode::kUnsupported, "the device does not decode, compose and encode H.264",
                info_.driver);
  }
  const auto blend = TryBlending({*this, *display_, probe_, limits_});
  if (!blend) return tl::unexpected(blend.error());
  limits_.blend = *blend;
  return {};
}

Result<std::unique_ptr<VideoDecoder>> VplDevice::CreateDecoder(VideoCodec codec) {
  if (limits_.decode[static_cast<size_t>(codec)].max_size.width == 0) {
    return Fail(ErrorCode::kUnsupported, "the device does not decode this codec");
  }
  return std::make_unique<VplDecoder>(Parts(), codec);
}

Result<std::unique_ptr<VideoEncoder>> VplDevice::CreateEncoder(VideoCodec codec,
                                                               const VideoEncoderConfig& config) {
  if (limits_.encode[static_cast<size_t>(codec)].max_size.width == 0) {
    return Fail(ErrorCode::kUnsupported, "the device does not encode this codec");
  }
  return VplEncoder::Create(Parts(), config);
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
