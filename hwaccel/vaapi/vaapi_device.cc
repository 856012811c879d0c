// SPDX-License-Identifier: Apache-2.0
#include "hwaccel/vaapi/vaapi_device.h"

#include <utility>

#include "hwaccel/vaapi/va_display_device.h"
#include "hwaccel/vaapi/vaapi_encoder.h"

namespace continuo {
namespace {

class VaapiDevice final : public VaDisplayDevice {
 public:
  VaapiDevice(std::unique_ptr<VaapiDisplay> display, std::string driver)
      : VaDisplayDevice(Backend::kVaapi, std::move(display), std::move(driver)) {}

  Status Open();
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override;
};

Status VaapiDevice::Open() {
  if (IsComplete()) return OpenDisplay();
  return Fail(ErrorCode::kUnsupported, "the device lacks decoding, composing or encoding",
              info_.driver);
}

Result<std::unique_ptr<VideoEncoder>> VaapiDevice::CreateEncoder(VideoCodec codec,
                                                                 const VideoEncoderConfig& config) {
  if (codec != VideoCodec::kH264) {
    return Fail(ErrorCode::kUnsupported, "the device does not encode this codec");
  }
  return CreateVaapiEncoder({*this, *display_, limits_.encode[static_cast<size_t>(codec)]}, config);
}

}  // namespace

Result<std::unique_ptr<Device>> OpenVaapiDevice(const std::string& path) {
  auto display = VaapiDisplay::Open(path);
  if (!display) return tl::unexpected(std::move(display.error()));
  std::string driver = (*display)->vendor();
  auto device = std::make_unique<VaapiDevice>(*std::move(display), std::move(driver));
  if (auto opened = device->Open(); !opened) return tl::unexpected(std::move(opened.error()));
  return device;
}

}  // namespace continuo
