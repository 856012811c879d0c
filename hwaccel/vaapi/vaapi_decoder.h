// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/result.h"
#include "codecs/video_decoder.h"
#include "hwaccel/device.h"
#include "hwaccel/device_probe.h"
#include "hwaccel/vaapi/vaapi_display.h"
#include "media/codec.h"

extern "C" {
#include <libavutil/buffer.h>
}

namespace continuo {

struct AvBufferDeleter {
  void operator()(AVBufferRef* buffer) const { av_buffer_unref(&buffer); }
};
using AvBufferPtr = std::unique_ptr<AVBufferRef, AvBufferDeleter>;

// libavutil's view of a display, which outlives it: one for all decoders.
Result<AvBufferPtr> CreateAvDevice(const VaapiDisplay& display);

struct VaapiDecoderParts {
  const Device& device;
  const VaapiDisplay& display;
  DeviceProbe& probe;
  AVBufferRef* av_device;
  PixelSize max_size;
};

// codecs/ffmpeg's decoder, on the device. Its pictures are references to the surfaces of
// libavcodec's pool, which is as large as H.264 may need and kMaxHeldPictures more, and never
// grows.
Result<std::unique_ptr<VideoDecoder>> CreateVaapiDecoder(const VaapiDecoderParts& parts,
                                                         VideoCodec codec);

}  // namespace continuo
