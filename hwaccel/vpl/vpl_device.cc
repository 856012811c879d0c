// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vpl/vpl_device.h"

#include <utility>

#include "hwaccel/vaapi/va_display_device.h"
#include "hwaccel/vaapi/vaapi_pulse.h"
#include "hwaccel/vpl/vpl_decoder.h"
#include "hwaccel/vpl/vpl_encoder.h"
#include "hwaccel/vpl/vpl_limits.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {
namespace {

// H.264 is oneVPL's; composition is libva's, and so is VP8, for reasons of docs/adr/0007.
class VplDevice final : public VaDisplayDevice {
 public:
  VplDevice(std::unique_ptr<VaapiDisplay> display, std::unique_ptr<VplRuntime> runtime,
            std::string driver)
      : VaDisplayDevice(Backend::kVpl, std::move(display), std::move(driver)),
        runtime_(std::move(runtime)) {}

  Status Open();
  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override;
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override;

 private:
  VplParts Parts() { return {*runtime_, *display_, *this, limits_, probe_}; }

  const std::unique_ptr<VplRuntime> runtime_;
};

Status VplDevice::Open() {
  if (auto asked = QueryVplLimits(*runtime_, limits_); !asked) return asked;
  if (IsComplete()) return OpenDisplay();
  // Of a device that fails the runtime says the same.
  if (auto alive = FeelPulse(*display_, *this); !alive) return alive;
  return Fail(ErrorCode::kUnsupported, "the device does not decode, compose and encode H.264",
              info_.driver);
}

Result<std::unique_ptr<VideoDecoder>> VplDevice::CreateDecoder(VideoCodec codec) {
  if (codec != VideoCodec::kH264) return VaDisplayDevice::CreateDecoder(codec);
  return std::make_unique<VplDecoder>(Parts());
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

}  // namespace

Result<std::unique_ptr<Device>> OpenVplDevice(const std::string& path) {
  auto display = VaapiDisplay::Open(path);
  if (!display) return tl::unexpected(std::move(display.error()));
  auto runtime = VplRuntime::Load(**display);
  if (!runtime) return tl::unexpected(std::move(runtime.error()));
  std::string driver = "oneVPL " + (*runtime)->name() + ", on " + (*display)->vendor();
  auto device =
      std::make_unique<VplDevice>(*std::move(display), *std::move(runtime), std::move(driver));
  if (auto opened = device->Open(); !opened) return tl::unexpected(std::move(opened.error()));
  return device;
}

}  // namespace continuo
