// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/check.h"
#include "media/encoded_frame.h"
#include "media/h264_reader.h"
#include "media/video_frame.h"

extern "C" {
#include <x264.h>
}

namespace continuo {

// What other people's H.264 may be like and ours never is.
struct ForeignH264Style {
  bool full_range = false;
  bool full_colour = false;  // 4:4:4; the chroma is the luma
  int slices = 1;
  bool reorder = false;           // with B-frames: pictures come out later and out of order
  const char* profile = nullptr;  // x264's name of one; null for what the rest asks for
};

// Encodes in that style. The RTP timestamps count pictures from 1, in display order.
class ForeignH264 {
 public:
  ForeignH264(PixelSize size, const ForeignH264Style& style) : style_(style) {
    x264_param_t parameters;
    CONTINUO_CHECK(x264_param_default_preset(&parameters, "veryfast",
                                             style.reorder ? nullptr : "zerolatency") == 0);
    parameters.i_log_level = X264_LOG_NONE;
    parameters.i_threads = 1;
    parameters.b_sliced_threads = 0;
    parameters.i_width = size.width;
    parameters.i_height = size.height;
    parameters.i_csp = style.full_colour ? X264_CSP_I444 : X264_CSP_I420;
    parameters.i_fps_num = 25;
    parameters.i_fps_den = 1;
    parameters.i_slice_count = style.slices;
    parameters.vui.b_fullrange = style.full_range ? 1 : 0;
    parameters.b_repeat_headers = 1;
    parameters.b_annexb = 1;
    if (style.profile != nullptr) {
      CONTINUO_CHECK(x264_param_apply_profile(&parameters, style.profile) == 0);
    }
    encoder_ = x264_encoder_open(&parameters);
    CONTINUO_CHECK(encoder_ != nullptr);
  }
  ForeignH264(const ForeignH264&) = delete;
  ForeignH264& operator=(const ForeignH264&) = delete;
  ~ForeignH264() { x264_encoder_close(encoder_); }

  // The access unit that comes out now, if any.
  std::vector<OwnedEncodedFrame> Encode(const I420View& picture) {
    x264_picture_t input;
    x264_picture_init(&input);
    input.i_pts = ++pictures_;
    input.img.i_csp = style_.full_colour ? X264_CSP_I444 : X264_CSP_I420;
    input.img.i_plane = 3;
    for (size_t i = 0; i < 3; ++i) {
      const size_t plane = style_.full_colour ? 0 : i;
      input.img.plane[i] = const_cast<uint8_t*>(picture.planes[plane]);
      input.img.i_stride[i] = picture.strides[plane];
    }
    x264_nal_t* nals = nullptr;
    int count = 0;
    x264_picture_t output;
    const int bytes = x264_encoder_encode(encoder_, &nals, &count, &input, &output);
    if (bytes <= 0) return {};
    OwnedEncodedFrame frame;
    frame.Assign({VideoCodec::kH264,
                  output.b_keyframe != 0 ? FrameKind::kKey : FrameKind::kDelta,
                  static_cast<uint32_t>(output.i_pts),
                  Timestamp(),
                  {nals[0].p_payload, static_cast<size_t>(bytes)}});
    return {frame};
  }

 private:
  const ForeignH264Style style_;
  x264_t* encoder_ = nullptr;
  int64_t pictures_ = 0;
};

// An access unit that lost its `index`th unit.
inline std::vector<uint8_t> WithoutUnit(const std::vector<uint8_t>& access_unit, int index) {
  std::vector<uint8_t> rest;
  H264NalReader reader(access_unit);
  for (int i = 0; const auto nal = reader.Next(); ++i) {
    if (i == index) continue;
    rest.insert(rest.end(), {0, 0, 0, 1});
    rest.insert(rest.end(), nal->bytes.begin(), nal->bytes.end());
  }
  return rest;
}

}  // namespace continuo
