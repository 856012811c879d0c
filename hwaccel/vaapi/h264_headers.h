// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/rate.h"
#include "codecs/video_encoder.h"
#include "hwaccel/vaapi/bit_writer.h"
#include "media/pixel_size.h"

namespace continuo {

// What our H.264 is on every device: constrained baseline, one slice, one reference, the picture
// before. Pictures are shown in the order of decoding.
struct H264Sequence {
  static H264Sequence Of(const VideoEncoderConfig& config);

  PixelSize size;         // shown
  PixelSize macroblocks;  // coded
  int level_idc = 10;     // the lowest that allows size, frame rate and rate
  int frames_per_second = 25;
};

inline constexpr int kLog2MaxFrameNum = 8;
inline constexpr int kLog2MaxPicOrderCnt = 8;
inline constexpr int kInitialQp = 26;

// What differs from picture to picture.
struct H264Picture {
  bool idr = true;
  uint32_t number = 0;  // of pictures since the IDR picture
  uint32_t idr_id = 0;  // differs between two IDR pictures in a row

  uint32_t frame_num() const { return number & ((1U << kLog2MaxFrameNum) - 1); }
  int32_t pic_order_cnt() const { return static_cast<int32_t>(2 * (number & 0x3fffffff)); }
  uint32_t pic_order_cnt_lsb() const {
    return static_cast<uint32_t>(pic_order_cnt()) & ((1U << kLog2MaxPicOrderCnt) - 1);
  }
};

// For drivers that leave headers to the application. They say the same as VA-API's parameters.
BitWriter WriteSps(const H264Sequence& sequence);
BitWriter WritePps();
BitWriter WriteSliceHeader(const H264Picture& picture);

}  // namespace continuo
