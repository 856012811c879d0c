// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "hwaccel/device.h"
#include "hwaccel/vaapi/vaapi_decoder.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "hwaccel/vaapi/vaapi_transfer.h"

namespace continuo {

// A device whose pictures are surfaces of one VADisplay, whatever codes them: composition is
// libva's, and so are downloads and libavcodec's decoders. Backends add what is theirs.
class VaDisplayDevice : public Device {
 public:
  const DeviceInfo& info() const override { return info_; }
  const Limits& limits() const override { return limits_; }
  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override;
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) override;
  Status Download(const Surface& surface, const MutableI420View& to) override;

 protected:
  // `driver` is what people read.
  VaDisplayDevice(Backend backend, std::unique_ptr<VaapiDisplay> display, std::string driver);

  // Decodes, composes and encodes H.264, which is the least that a device is for.
  bool IsComplete() const;
  // Before anything is made.
  Status OpenDisplay();

  const std::unique_ptr<VaapiDisplay> display_;
  const DeviceInfo info_;
  Limits limits_;

 private:
  AvBufferPtr av_device_;
  std::mutex mutex_;
  VaapiTransfer transfer_;  // under mutex_
};

}  // namespace continuo
