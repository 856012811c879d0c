// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vpl/mfx.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codecs/video_encoder.h"
#include "hwaccel/vaapi/vaapi_surface.h"
#include "hwaccel/vpl/vpl_encoder_parameters.h"
#include "hwaccel/vpl/vpl_frame_allocator.h"
#include "hwaccel/vpl/vpl_parts.h"
#include "hwaccel/vpl/vpl_runtime.h"

namespace continuo {

// Encodes constrained-baseline H.264 with oneVPL, from the surfaces of this device's compositor.
// Parameter sets stand before every key frame; every start code has four bytes; no delimiters, SEI
// or filler, whatever the driver writes. kUnsupported, and never silently another rate: less than
// about a 700th of the raw picture's rate, and, while running, more than the level allows that the
// first rate gave.
class VplEncoder final : public VideoEncoder {
 public:
  static Result<std::unique_ptr<VplEncoder>> Create(const VplParts& parts,
                                                    const VideoEncoderConfig& config);
  ~VplEncoder() override;

  Result<EncodedFrame> Encode(const PictureView& picture, uint32_t rtp_timestamp,
                              Timestamp capture_time, ForceKeyFrame force) override;
  Status SetRate(DataRate rate) override;
  Status SetRegions(std::span<const QualityRegion> regions) override;

 private:
  VplEncoder(const VplParts& parts, const VideoEncoderConfig& config, VplSession session);
  Status Start();
  // Encodes the surface into encoded_.
  mfxStatus Submit(const VaapiSurface& surface, ForceKeyFrame force);
  // Encoded units behind start codes of four bytes, without those that nobody needs.
  void Tidy();

  const Device& device_;
  const PixelSize size_;
  VplEncoderParameters parameters_;
  VASurfaceID input_id_ = VA_INVALID_SURFACE;  // of the picture that is being encoded
  mfxFrameSurface1 input_{};
  mfxExtEncoderROI regions_ = VplRegions({});
  std::vector<uint8_t> memory_;
  mfxBitstream encoded_{};
  std::vector<uint8_t> payload_;
  VplFrameAllocator allocator_;
  VplSession session_;  // closed first
};

}  // namespace continuo
