// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_device.h"

#include <mutex>
#include <utility>

#include "hwaccel/vaapi/vaapi_blend_trial.h"
#include "hwaccel/vaapi/vaapi_compositor.h"
#include "hwaccel/vaapi/vaapi_decoder.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_encoder.h"
#include "hwaccel/vaapi/vaapi_limits.h"
#include "hwaccel/vaapi/vaapi_transfer.h"

namespace continuo {
namespace {

class VaapiDevice final : public Device {
 public:
  explicit VaapiDevice(std::unique_ptr<VaapiDisplay> display)
      : display_(std::move(display)),
        info_{Backend::kVaapi, display_->path(), display_->vendor()},
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
  const std::unique_ptr<VaapiDisplay> display_;
  const DeviceInfo info_;
  Limits limits_;
  AvBufferPtr av_device_;
  std::mutex mutex_;
  VaapiTransfer transfer_;  // under mutex_
};

Status VaapiDevice::Open() {
  const auto h264 = static_cast<size_t>(VideoCodec::kH264);
  if (limits_.max_canvas.width == 0 || limits_.decode[h264].max_size.width == 0 ||
      limits_.encode[h264].max_size.width == 0) {
    return Fail(ErrorCode::kUnsupported, "the device lacks decoding, composing or encoding",
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

Result<std::unique_ptr<VideoDecoder>> VaapiDevice::CreateDecoder(VideoCodec codec) {
  const PixelSize max_size = limits_.decode[static_cast<size_t>(codec)].max_size;
  return CreateVaapiDecoder({*this, *display_, probe_, av_device_.get(), max_size}, codec);
}

Result<std::unique_ptr<VideoEncoder>> VaapiDevice::CreateEncoder(VideoCodec codec,
                                                                 const VideoEncoderConfig& config) {
  if (codec != VideoCodec::kH264) {
    return Fail(ErrorCode::kUnsupported, "the device does not encode this codec");
  }
  return CreateVaapiEncoder({*this, *display_, limits_.encode[static_cast<size_t>(codec)]}, config);
}

Status VaapiDevice::Download(const Surface& surface, const MutableI420View& to) {
  if (&surface.device() != this) {
    return Fail(ErrorCode::kInvalidArgument, "a picture of another device");
  }
  const std::lock_guard lock(mutex_);
  auto done = transfer_.Download(VaapiSurface::Of(surface).id(), to);
  if (done) probe_.downloads.Add();
  return done;
}

}  // namespace

Result<std::unique_ptr<Device>> OpenVaapiDevice(const std::string& path) {
  auto display = VaapiDisplay::Open(path);
  if (!display) return tl::unexpected(std::move(display.error()));
  auto device = std::make_unique<VaapiDevice>(*std::move(display));
  if (auto opened = device->Open(); !opened) return tl::unexpected(std::move(opened.error()));
  return device;
}

}  // namespace continuo
