// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdint.h>  // x264.h wants it
#include <x264.h>

#include <memory>
#include <vector>

#include "softva/core/buffer.h"
#include "softva/core/surface.h"
#include "softva/encode/encode_settings.h"

namespace softva {

// An H.264 encoder in software that does what VA-API's parameters say, picture by picture. It
// writes its own parameter sets and slice headers. One thread at a time.
class X264Encoder {
 public:
  X264Encoder() = default;
  ~X264Encoder();
  X264Encoder(const X264Encoder&) = delete;
  X264Encoder& operator=(const X264Encoder&) = delete;

  VAStatus Encode(const EncodeSettings& settings, const EncodeRequest& request, Surface& input,
                  Surface& reconstructed, Buffer& coded);

 private:
  bool Open();
  // Follows what has changed since the last picture; what x264 can't change begins anew.
  bool Adapt(const EncodeSettings& settings);
  void SetRates();
  void SetIntraRefresh();
  std::vector<float> QpOffsets(const std::vector<VAEncROI>& regions) const;

  x264_t* encoder_ = nullptr;
  x264_param_t parameters_{};
  EncodeSettings settings_;
  uint32_t opened_frames_ = 30, opened_per_seconds_ = 1;
  int64_t next_picture_ = 0;
};

}  // namespace softva
