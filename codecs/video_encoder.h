// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "base/rate.h"
#include "base/result.h"
#include "base/time.h"
#include "media/encoded_frame.h"
#include "media/pixel_size.h"
#include "media/video_frame.h"

namespace continuo {

struct VideoEncoderConfig {
  PixelSize size;  // both even
  int frames_per_second = 25;
  DataRate rate;
  // Within so many pictures every part of the picture is coded without reference to others, column
  // by column, over and over: whoever lost a picture is healed without a key frame. 0: never.
  // kUnsupported where an encoder can't.
  int intra_refresh_pictures = 0;
};

enum class ForceKeyFrame : uint8_t { kNo, kYes };

// A part of the picture that is to be coded finer than the rest, or coarser.
struct QualityRegion {
  PixelRect rect;  // within the picture, and not empty; what is coded so is whole macroblocks
  // Beside what rate control chose for the picture, in steps of H.264's QP, of which six double its
  // step. Negative is finer.
  int qp_delta = 0;
};

// Encodes one rendition in real time: constant rate, no look-ahead, no B-frames, one reference
// clock. A picture goes in, its access unit comes out of the same call; the bytes are the
// encoder's and valid until its next call. Key frames only at the start and when forced. A picture
// that shows nothing new is left out altogether, so no encoder is ever asked for an empty one. One
// thread at a time; encodes on the calling thread.
class VideoEncoder {
 public:
  virtual ~VideoEncoder() = default;

  // `picture` has the configured size and is where the encoder can read it: an encoder in software
  // reads memory only. An empty payload means that rate control dropped the frame.
  virtual Result<EncodedFrame> Encode(const PictureView& picture, uint32_t rtp_timestamp,
                                      Timestamp capture_time, ForceKeyFrame force) = 0;
  // Takes effect from the next frame on, without a key frame.
  virtual Status SetRate(DataRate rate) = 0;
  // From the next frame on, instead of the regions before, and at the same rate. Where they overlap
  // the first counts. A new encoder has none. kUnsupported where an encoder has no such thing;
  // kInvalidArgument, and all is as before, for more than it takes (hwaccel/limits.h) and for
  // regions that no picture has.
  virtual Status SetRegions(std::span<const QualityRegion>) {
    return Fail(ErrorCode::kUnsupported, "the encoder has no regions");
  }
};

}  // namespace continuo
