// SPDX-License-Identifier: Apache-2.0
#include "codecs/registry.h"
#include "codecs/video_encoder_limits.h"
#include "hwaccel/cpu/cpu_compositor.h"
#include "hwaccel/device.h"

namespace continuo {
namespace {

class CpuDevice final : public Device {
 public:
  CpuDevice() {
    constexpr PixelSize kLargest{kMaxEncodedSide, kMaxEncodedSide};
    for (const VideoCodec codec : SupportedVideoCodecs()) {
      limits_.decode[static_cast<size_t>(codec)].max_size = kLargest;
      limits_.encode[static_cast<size_t>(codec)] = {.max_size = kLargest, .changes_rate = true};
    }
    Limits::Encode& h264 = limits_.encode[static_cast<size_t>(VideoCodec::kH264)];
    h264.intra_refresh = true;
    h264.regions_of_interest = kMaxQualityRegions;
    limits_.max_canvas = kLargest;
    limits_.layers_per_pass = 1;
    limits_.blend = BlendSupport::kPerPixel;
  }

  const DeviceInfo& info() const override { return info_; }
  const Limits& limits() const override { return limits_; }
  Result<std::unique_ptr<VideoDecoder>> CreateDecoder(VideoCodec codec) override {
    return CreateVideoDecoder(codec);
  }
  Result<std::unique_ptr<Compositor>> CreateCompositor(PixelSize canvas) override {
    return CpuCompositor::Create(canvas);
  }
  Result<std::unique_ptr<VideoEncoder>> CreateEncoder(VideoCodec codec,
                                                      const VideoEncoderConfig& config) override {
    return CreateVideoEncoder(codec, config);
  }
  Status Download(const Surface&, const MutableI420View&) override {
    return Fail(ErrorCode::kInvalidArgument, "the CPU has no surfaces");
  }

 private:
  DeviceInfo info_{Backend::kCpu, {}, "libvpx, x264, libavcodec and libyuv"};
  Limits limits_;
};

}  // namespace

std::unique_ptr<Device> CreateCpuDevice() { return std::make_unique<CpuDevice>(); }

}  // namespace continuo
