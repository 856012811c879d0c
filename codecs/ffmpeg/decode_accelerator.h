// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/time.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

extern "C" {
#include <libavutil/buffer.h>
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

namespace continuo {

struct AvFrameDeleter {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using AvFramePtr = std::unique_ptr<AVFrame, AvFrameDeleter>;

// A device that FfmpegDecoder decodes on: libavcodec reads the headers, the device the rest, and
// pictures stay where they were decoded. hwaccel/ implements it. Used on the decoder's thread.
class DecodeAccelerator {
 public:
  virtual ~DecodeAccelerator() = default;

  // libavcodec's AVHWDeviceContext, borrowed, and the format of its pictures.
  virtual AVBufferRef* device() const = 0;
  virtual AVPixelFormat format() const = 0;
  // How many of its pictures are out at most, beyond those that libavcodec refers to.
  virtual int max_held() const = 0;
  // Asked of what the headers say, before libavcodec sees them. kUnsupported where the device does
  // not go: `visible` is what is shown of `coded`.
  virtual Status CheckSize(PixelSize coded, PixelRect visible) const = 0;
  // Takes a decoded picture, limited range and undamaged. Null when too many are held.
  virtual std::unique_ptr<const VideoFrame> Wrap(AvFramePtr frame, uint32_t rtp_timestamp,
                                                 Timestamp capture_time) = 0;
  // Whose fault it was that libavcodec failed otherwise than by finding the bytes wrong: the
  // device's, or this stream's, which it may refuse.
  virtual Error Explain(int averror, FrameKind kind) = 0;
};

}  // namespace continuo
